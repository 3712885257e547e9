//! From where on a server replicates, as options of the change of its master.

use super::steps::Step;
use super::teller::{Failure, Teller};
use crate::model::Coordinates;
use crate::model::change::From;
use crate::model::observation::Channel;
use crate::probe::dialect::literal;

/// Options by their full names, values as literals.
pub(super) type Options = Vec<(String, String)>;

/// What is told before the master is changed, and with it.
///
/// # Errors
/// The server does not know such a position, or would lose the one that it has.
pub(super) fn of(
    teller: &Teller<'_>,
    from: &From,
    channel: Option<&Channel>,
) -> Result<(Option<Step>, Options), Failure> {
    let (key, name) = (teller.key, teller.dialect.name);
    let gtid = |value: &str| {
        let option = teller.dialect.verbs.auto_position.split_once('=');
        option.map(|(name, _)| vec![(name.to_owned(), value.to_owned())])
    };
    let is_mariadb = teller.dialect.verbs.auto_position.starts_with("MASTER_USE_GTID");
    match from {
        From::AsItIs => match channel {
            Some(channel) if channel.oracle_gtid || channel.mariadb_gtid => Ok((None, Vec::new())),
            Some(_) => Err(Failure::refused(format!(
                "{key} does not position itself by GTID: with another master its position would mean nothing"
            ))),
            None => Err(Failure::refused(format!(
                "instance is not a replica: {key} has no settings to be left as they are"
            ))),
        },
        From::OracleGtid => match gtid("1").filter(|_| !is_mariadb) {
            Some(options) => Ok((None, options)),
            None => Err(Failure::refused(format!("{key} ({name}) knows no Oracle GTID"))),
        },
        From::MariaDbGtid(position) => {
            let Some(options) = gtid("slave_pos").filter(|_| is_mariadb) else {
                return Err(Failure::refused(format!("{key} ({name}) knows no MariaDB GTID")));
            };
            let set = position.as_ref().map(|position| {
                let statement = format!("SET GLOBAL gtid_slave_pos={}", literal(position));
                Step::new(statement, teller.dialect.grants.threads)
            });
            Ok((set, options))
        }
        From::Coordinates(at) => {
            let off = gtid(if is_mariadb { "no" } else { "0" });
            Ok((None, [coordinates(teller, at), off.unwrap_or_default()].concat()))
        }
    }
}

/// A position in the master's binary log.
pub(super) fn coordinates(teller: &Teller<'_>, at: &Coordinates) -> Options {
    let verbs = &teller.dialect.verbs;
    vec![
        (verbs.option_named("LOG_FILE"), literal(&at.file)),
        (verbs.option_named("LOG_POS"), at.position.to_string()),
    ]
}
