//! What must be so after every failover, however it went.
//!
//! | | guarantee |
//! |---|---|
//! | a | every acknowledged write is on the successor, or is named as lost, or lies in the reported open interval; with semi-sync none is lost |
//! | b | no server takes writes besides the successor, unless it was reported UNFENCED |
//! | c | there is one writable master, or a refusal with a reason |
//! | d | every replica replicates from the successor, or is among the lost, or in downtime |
//! | e | the data of all that replicate equals the successor's, and none has transactions of its own |
#![allow(dead_code, clippy::expect_used, clippy::indexing_slicing)]

use crate::tool::SOON;
use crate::tool::sandbox::{Sandbox, ServerState, wait_until};
use crate::writers::{Record, Row};
use anyhow::{Context, Result, ensure};
use orchestrator::model::gtid::{MariaSet, OracleSet};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What the program said of lost transactions.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    /// Those named, as sets or ranges.
    pub named: Vec<String>,
    /// The position behind which more may be lost; `None` where the names are all there is.
    pub open_behind: Option<String>,
}

/// One recovery as it was reported.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    pub failed: usize,
    pub successor: Option<usize>,
    /// Replicas that it lost.
    pub lost: Vec<usize>,
    /// What went wrong.
    pub errors: Vec<String>,
    pub losses: Losses,
}

/// What the program reported in all.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// In the order of their beginnings.
    pub recoveries: Vec<Recovered>,
    /// Servers in downtime as lost.
    pub downtimed: Vec<usize>,
    /// Why nothing was done, where nothing was.
    pub refusals: Vec<String>,
    /// Everything it said, servers as `#N`.
    pub said: String,
    /// Who is the master where nobody was promoted.
    pub master: usize,
}

impl Outcome {
    /// Who is the master in the end, as far as reported: whoever was promoted last, else the master from before. A later
    /// refusal counts for nothing: the writers and the servers say whether somebody is left.
    pub fn successor(&self) -> Option<usize> {
        self.recoveries.iter().rev().find_map(|recovery| recovery.successor)
    }
}

/// What is known of the replication.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Commits wait until a replica has the transaction: nothing acknowledged may be lost.
    pub semi_sync: bool,
    /// The scenario ends with a refusal: nobody is promoted.
    pub refused: bool,
    /// How long replicas may take to have what the successor has.
    pub catch_up: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            semi_sync: false,
            refused: false,
            catch_up: SOON,
        }
    }
}

/// Checks everything; fails with all that is not so. Servers that are down are started for the inquest, at the very end.
pub fn check(tree: &Sandbox, record: &Record, outcome: &Outcome, terms: Terms) -> Result<()> {
    let mut wrong = Vec::new();
    let running: Vec<usize> = (0..tree.count())
        .filter(|server| tree.state(*server).is_ok_and(|state| state == ServerState::Running))
        .collect();
    let writable: Vec<usize> = running.iter().copied().filter(|s| takes_writes(tree, *s)).collect();
    let master = match (terms.refused, outcome.successor()) {
        (false, None) => {
            wrong.push("c: nobody was promoted".to_owned());
            None
        }
        (false, successor) => successor,
        (true, None) => {
            let has_reason = !outcome.refusals.is_empty() || outcome.recoveries.iter().any(|r| !r.errors.is_empty());
            if !has_reason {
                wrong.push("c: nobody was promoted, and no reason is given".to_owned());
            }
            Some(outcome.master)
        }
        (true, Some(successor)) => Some(successor),
    };
    if let Some(master) = master.filter(|master| !terms.refused && !writable.contains(master)) {
        wrong.push(format!(
            "c: the successor #{master} takes no writes; those that do: {writable:?}"
        ));
    }
    for server in writable.iter().filter(|server| Some(**server) != master) {
        let names = [format!("#{server}"), format!(":{}", tree.port(*server))];
        let reported = |line: &str| line.contains("UNFENCED") && names.iter().any(|name| line.contains(name));
        if !outcome.said.lines().any(reported) {
            wrong.push(format!(
                "b: #{server} takes writes besides {master:?}, and is not reported UNFENCED"
            ));
        }
    }
    // A master that is dead and was not replaced has no followers to speak of.
    if let Some(master) = master.filter(|master| running.contains(master)) {
        let followers = followers(tree, master, &running, outcome, terms.catch_up, &mut wrong);
        for server in followers {
            if let Err(error) = same_data(tree, master, server, terms.catch_up) {
                wrong.push(format!("e: #{server}: {error:#}"));
            }
        }
        if let Err(error) = writes_accounted(tree, record, outcome, terms, master) {
            wrong.push(format!("a: {error:#}"));
        }
    }
    ensure!(
        wrong.is_empty(),
        "{}\nwriters: {}\nrecoveries: {:#?}\ndowntimed: {:?}; refusals: {:?}\n{}",
        wrong.join("\n"),
        record.summary(),
        outcome.recoveries,
        outcome.downtimed,
        outcome.refusals,
        tree.status()?
    );
    Ok(())
}

fn takes_writes(tree: &Sandbox, server: usize) -> bool {
    tree.sql(server, "SELECT @@global.read_only")
        .is_ok_and(|text| text.trim() == "0")
}

/// Who replicates from the master, at once or through others; whoever does not is to be accounted for.
fn followers(
    tree: &Sandbox,
    master: usize,
    running: &[usize],
    outcome: &Outcome,
    patience: Duration,
    wrong: &mut Vec<String>,
) -> Vec<usize> {
    let old: BTreeSet<usize> = outcome.recoveries.iter().map(|recovery| recovery.failed).collect();
    let mut found = Vec::new();
    for server in (0..tree.count()).filter(|server| *server != master) {
        let follows = running.contains(&server)
            && wait_until(patience, "it follows", || {
                follows(tree, server, master) || is_given_up(outcome, server)
            })
            .is_ok()
            && follows(tree, server, master);
        if follows {
            found.push(server);
        } else if !is_given_up(outcome, server) && !old.contains(&server) {
            let state = replication(tree, server);
            wrong.push(format!(
                "d: #{server} does not replicate from #{master}, and is neither lost nor in downtime: {state}"
            ));
        }
    }
    found
}

fn is_given_up(outcome: &Outcome, server: usize) -> bool {
    outcome.downtimed.contains(&server) || outcome.recoveries.iter().any(|r| r.lost.contains(&server))
}

/// Whether a server replicates from another, at once or through others, with both threads running everywhere.
pub fn follows(tree: &Sandbox, server: usize, master: usize) -> bool {
    let mut at = server;
    for _ in 0..tree.count() {
        match runs_from(tree, at) {
            Some(next) if next == master => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    false
}

fn runs_from(tree: &Sandbox, server: usize) -> Option<usize> {
    let rows = tree.rows(server, tree.flavour().replica_status_sql()).ok()?;
    let [row] = rows.as_slice() else { return None };
    let cell = |end: &str| {
        row.iter()
            .find(|(name, _)| name.ends_with(end))
            .map(|(_, value)| value.as_str())
    };
    let runs = cell("_IO_Running") == Some("Yes") && cell("_SQL_Running") == Some("Yes");
    let port = (row.get("Source_Port"))
        .or_else(|| row.get("Master_Port"))?
        .parse()
        .ok()?;
    runs.then(|| tree.server_at(port)).flatten()
}

fn replication(tree: &Sandbox, server: usize) -> String {
    let columns = [
        "Host",
        "Port",
        "IO_Running",
        "SQL_Running",
        "Last_IO_Error",
        "Last_SQL_Error",
    ];
    let values = columns.map(|column| {
        let plain = tree.replica_status(server, column).map(|values| values.join("+"));
        plain.unwrap_or_else(|error| format!("{error:#}"))
    });
    values.join(" ")
}

/// The replica's rows are those of the master, and it has executed nothing that the master has not.
fn same_data(tree: &Sandbox, master: usize, replica: usize, catch_up: Duration) -> Result<()> {
    let sum = "SELECT COUNT(*), COALESCE(SUM(CRC32(CONCAT(writer, '-', seq, '-', server))), 0) FROM matrix.writes";
    let (mut of_master, mut of_replica) = (String::new(), String::new());
    wait_until(catch_up, "equal data", || {
        of_master = tree.sql(master, sum).unwrap_or_default();
        of_replica = tree.sql(replica, sum).unwrap_or_else(|error| format!("{error:#}"));
        of_master == of_replica
    })
    .with_context(|| format!("rows and checksum: {of_replica:?}, the master's: {of_master:?}"))?;
    if !tree.flavour().is_mariadb() {
        let executed = |server| executed(tree, server);
        let errant = OracleSet::parse_lossy(&executed(replica)?)
            .0
            .subtract(&OracleSet::parse_lossy(&executed(master)?).0);
        ensure!(errant.is_empty(), "transactions of its own: {errant}");
    }
    Ok(())
}

fn executed(tree: &Sandbox, server: usize) -> Result<String> {
    let sql = if tree.flavour().is_mariadb() {
        "SELECT @@global.gtid_binlog_state"
    } else {
        "SELECT REPLACE(@@global.gtid_executed, CHAR(10), '')"
    };
    Ok(tree.sql(server, sql)?.trim().to_owned())
}

/// The rows that a server has.
pub fn rows_on(tree: &Sandbox, server: usize) -> Result<BTreeSet<Row>> {
    let text = tree.sql(server, "SELECT writer, seq FROM matrix.writes")?;
    let row = |line: &str| {
        let (writer, seq) = line.split_once('\t').context("two columns")?;
        Ok((writer.parse()?, seq.parse()?))
    };
    text.lines().map(row).collect()
}

/// Acknowledged writes that the master lacks are named, or lie behind what was last seen of whoever took them.
fn writes_accounted(tree: &Sandbox, record: &Record, outcome: &Outcome, terms: Terms, master: usize) -> Result<()> {
    let present = rows_on(tree, master)?;
    let mut missing: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    for write in record.acknowledged().filter(|write| !present.contains(&write.row)) {
        missing.entry(write.server).or_default().push(write.row);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let count: usize = missing.values().map(Vec::len).sum();
    let some: Vec<&Row> = missing.values().flatten().take(5).collect();
    ensure!(
        !terms.semi_sync,
        "{count} acknowledged writes are lost with semi-sync, such as {some:?}"
    );
    for (server, rows) in missing {
        revive(tree, server)?;
        let there = rows_on(tree, server)?;
        let vanished: Vec<&Row> = rows.iter().filter(|row| !there.contains(row)).collect();
        ensure!(
            vanished.is_empty(),
            "#{server} acknowledged {vanished:?} and does not have them itself"
        );
        let losses: Vec<&Losses> = (outcome.recoveries.iter())
            .filter(|recovery| recovery.failed == server)
            .map(|recovery| &recovery.losses)
            .collect();
        let unreported = unreported(tree, server, master, &losses)?;
        ensure!(
            unreported.is_empty(),
            "{} writes acknowledged by #{server} are not on #{master}, and of these transactions is not reported that \
             they are or may be lost: {unreported}",
            rows.len()
        );
    }
    Ok(())
}

fn revive(tree: &Sandbox, server: usize) -> Result<()> {
    match tree.state(server)? {
        ServerState::Running => Ok(()),
        ServerState::Paused => tree.resume(server),
        ServerState::Down => tree.start(server),
    }
}

/// What a server has that the master has not, without what was reported. Empty: all of it was.
pub fn unreported(tree: &Sandbox, server: usize, master: usize, losses: &[&Losses]) -> Result<String> {
    let (own, masters) = (executed(tree, server)?, executed(tree, master)?);
    if own.is_empty() {
        // Without GTID there are positions only: a report of any kind is all that can be asked for.
        let any = losses.iter().any(|l| l.open_behind.is_some() || !l.named.is_empty());
        return Ok(if any {
            String::new()
        } else {
            "nothing is reported".to_owned()
        });
    }
    let named = losses
        .iter()
        .flat_map(|l| &l.named)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(",");
    let open: Vec<String> = (losses.iter())
        .filter_map(|l| l.open_behind.as_deref())
        .map(|behind| as_gtid(tree, server, behind))
        .collect();
    let open: Vec<&str> = open.iter().map(String::as_str).collect();
    if tree.flavour().is_mariadb() {
        Ok(unreported_mariadb(&own, &masters, &named, &open))
    } else {
        Ok(unreported_oracle(&own, &masters, &named, &open))
    }
}

/// A position in a MariaDB server's binary log as GTIDs; anything else as it is.
fn as_gtid(tree: &Sandbox, server: usize, behind: &str) -> String {
    let is_file = |(file, at): &(&str, &str)| file.contains('.') && at.parse::<u64>().is_ok();
    match behind.rsplit_once(':').filter(is_file) {
        Some((file, at)) if tree.flavour().is_mariadb() => tree
            .sql(server, &format!("SELECT BINLOG_GTID_POS('{file}', {at})"))
            .map_or_else(|error| format!("{error:#}"), |text| text.trim().to_owned()),
        _ => behind.to_owned(),
    }
}

fn unreported_oracle(own: &str, masters: &str, named: &str, open: &[&str]) -> String {
    let set = |text: &str| OracleSet::parse_lossy(text).0;
    let missing = set(own).subtract(&set(masters)).subtract(&set(named));
    let known = match open {
        // Everything that was ever seen, in whichever record, is known.
        [first, rest @ ..] => missing.intersect(&rest.iter().fold(set(first), |all, text| all.union(&set(text)))),
        [] => missing,
    };
    known.to_string()
}

/// By domain and server, so that what the successor wrote under the same numbers is not taken for the lost.
fn unreported_mariadb(own: &str, masters: &str, named: &str, open: &[&str]) -> String {
    let set = |text: &str| MariaSet::parse_lossy(text).0;
    let (own, masters) = (set(own), set(masters));
    let range = Regex::new(r"domain (\d+): (\d+) to (\d+)").expect("a pattern");
    let number = |text: &str| text.parse::<u64>().unwrap_or_default();
    let named: Vec<(u64, u64, u64)> = (range.captures_iter(named))
        .map(|found| (number(&found[1]), number(&found[2]), number(&found[3])))
        .collect();
    let mut unreported = Vec::new();
    for gtid in own.iter() {
        let is_same = |other: &orchestrator::model::gtid::MariaGtid| {
            (other.domain, other.server_id) == (gtid.domain, gtid.server_id)
        };
        let after = masters.iter().find(is_same).map_or(0, |other| other.sequence);
        let to = match open.iter().map(|text| set(text).sequence(gtid.domain)).max() {
            Some(seen) => gtid.sequence.min(seen),
            None => gtid.sequence,
        };
        // Of the numbers between, those count that this server wrote last; a lone range is all there is with one domain.
        let is_named = |number: u64| {
            named
                .iter()
                .any(|(d, from, to)| *d == u64::from(gtid.domain) && (*from..=*to).contains(&number))
        };
        let left: Vec<u64> = (after + 1..=to).filter(|number| !is_named(*number)).collect();
        if let (Some(first), Some(last)) = (left.first(), left.last()) {
            unreported.push(format!("{}-{}: {first} to {last}", gtid.domain, gtid.server_id));
        }
    }
    unreported.join(", ")
}
