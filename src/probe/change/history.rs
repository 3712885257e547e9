//! What a server counts as executed: transactions passed over, and a history written anew.

use super::pointing::stands;
use super::steps::Step;
use super::teller::{Failure, Teller};
use crate::model::change::Rewriting;
use crate::model::gtid::OracleSet;
use crate::probe::dialect::{Dialect, literal};

/// An empty transaction in the place of the one with this GTID. A server that has it takes it for done.
pub(super) fn skip(teller: &mut Teller<'_>, gtid: &str) -> Result<(), Failure> {
    let privilege = teller.dialect.grants.variables;
    let next = |value: &str| Step::new(format!("SET SESSION gtid_next={}", literal(value)), privilege);
    let steps = [
        next(gtid),
        Step::new("BEGIN", privilege),
        Step::new("COMMIT", privilege),
        next("AUTOMATIC"),
    ];
    teller.tell(&steps).inspect_err(|_| {
        // Whatever is written on it next would have this GTID.
        teller.is_sound = false;
    })?;
    if teller.rehearses {
        return Ok(());
    }
    let wanted = parsed(gtid)?;
    match executed(teller)?.contains_set(&wanted) {
        true => Ok(()),
        false => Err(Failure::refused(format!(
            "{gtid} does not count as executed, though it was skipped"
        ))),
    }
}

/// The applier passes over the next event group. Servers refuse it while the applier runs, and where each transaction has
/// a GTID.
pub(super) fn skip_next(dialect: &Dialect) -> Step {
    Step::new(dialect.verbs.skip, dialect.grants.skip)
}

/// In one packet where the server takes several statements: nothing comes between the two whatever becomes of this process.
pub(super) fn rewrite(teller: &mut Teller<'_>, how: &Rewriting) -> Result<(), Failure> {
    let (keep, drop) = (parsed(&how.keep)?, parsed(&how.drop)?);
    let dialect = teller.dialect;
    let found = executed(teller)?;
    let has = |set: &OracleSet| found.contains_set(set);
    let is_rid = found.intersect(&drop).is_empty();
    if has(&keep) && (is_rid || (how.only_finishes && has(&drop))) {
        return Ok(());
    }
    for channel in teller.channels()? {
        stands(teller, &channel)?;
    }
    let more = found.subtract(&keep.union(&drop));
    if !more.is_empty() {
        return Err(Failure::refused(format!("it has executed {more} in the meantime")));
    }
    let text = literal(&keep.to_server_text());
    let by_hand = format!("what it is to count as executed: SET GLOBAL gtid_purged={text}");
    let set = Step::new(format!("SET GLOBAL gtid_purged={text}"), dialect.grants.variables);
    let steps = [Step::new(dialect.verbs.reset_binlogs, dialect.grants.reset), set];
    teller.tell(&steps).map_err(|failure| failure.and(&by_hand))?;
    if teller.rehearses {
        return Ok(());
    }
    let found = executed(teller)?;
    if found == keep {
        return Ok(());
    }
    Err(Failure::refused(format!("it counts {found} as executed now")).and(&by_hand))
}

fn executed(teller: &mut Teller<'_>) -> Result<OracleSet, Failure> {
    let set = teller.ask("SELECT @@global.gtid_executed", "")?;
    parsed(&set.first().map(|row| row.text(0).into_owned()).unwrap_or_default())
}

fn parsed(text: &str) -> Result<OracleSet, Failure> {
    OracleSet::parse(text).map_err(|error| Failure::refused(format!("{text:?} is no set of GTIDs: {error}")))
}
