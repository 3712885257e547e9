//! The table of changes: the way of each.

use super::steps::{ENTRIES, Step, Threads, start, start_until, stop};
use super::teller::{Failure, Teller};
use super::{history, pointing, read_only, semi_sync};
use crate::model::Change;
use crate::probe::dialect::Dialect;

/// How a change is made.
pub(super) enum Way<'c> {
    /// By statements that are known beforehand, in one packet where the server takes several.
    Steps(Vec<Step>),
    /// The same, if the server says that it may be so.
    If(&'static Condition, Vec<Step>),
    /// By statements that depend on what the server answers to others.
    Script(Box<Script<'c>>),
}

/// Asks, and tells what follows.
type Script<'c> = dyn FnOnce(&mut Teller<'_>) -> Result<(), Failure> + 'c;

/// What must be so just before a change is told, by one value that the server is asked for.
pub(super) struct Condition {
    pub(super) query: &'static str,
    /// The values that permit the change.
    pub(super) permits: &'static [&'static str],
    /// Why another value does not.
    pub(super) otherwise: &'static str,
}

/// Accounts that may write to a server that is read only, as the tool's often may, would do so unawares.
const WRITABLE: Condition = Condition {
    query: "SELECT @@global.read_only",
    permits: &["0", "OFF"],
    otherwise: "read_only is on: an entry written here would be on no other server",
};

/// The way of each change.
pub(super) fn way<'c>(change: &'c Change, dialect: &Dialect) -> Way<'c> {
    use Threads::{Applier, Both, Receiver};
    use Way::{If, Script, Steps};
    match change {
        Change::StopReceiver => Steps(vec![stop(dialect, Receiver)]),
        Change::StartReceiver => Steps(vec![start(dialect, Receiver)]),
        Change::RestartReceiver => Steps(vec![stop(dialect, Receiver), start(dialect, Receiver)]),
        Change::StopApplier => Steps(vec![stop(dialect, Applier)]),
        Change::StartApplier => Steps(vec![start(dialect, Applier)]),
        Change::StopReplication => Steps(vec![stop(dialect, Both)]),
        Change::StartReplication => Steps(vec![start(dialect, Both)]),
        Change::RestartReplication => Steps(vec![stop(dialect, Both), start(dialect, Both)]),
        Change::StartUntil(at) => Steps(vec![start_until(dialect, at)]),
        Change::InjectPseudoGtid(entry) => If(
            &WRITABLE,
            vec![Step {
                object: ENTRIES,
                ..Step::new(entry.statement(), "DROP")
            }],
        ),
        Change::SetReadOnly(how) => Script(Box::new(|teller| read_only::refuse_writes(teller, *how))),
        Change::SetWritable => Script(Box::new(read_only::take_writes)),
        Change::PointTo(pointing) => Script(Box::new(|teller| pointing::point(teller, pointing))),
        Change::PointBack(back) => Script(Box::new(|teller| pointing::point_back(teller, back))),
        Change::ForgetMaster => Script(Box::new(pointing::forget)),
        Change::Detach => Script(Box::new(pointing::detach)),
        Change::Reattach => Script(Box::new(pointing::reattach)),
        Change::SkipGtid(gtid) => Script(Box::new(|teller| history::skip(teller, gtid))),
        Change::SkipNext => Steps(vec![history::skip_next(dialect), start(dialect, Both)]),
        Change::RewriteGtids(how) => Script(Box::new(|teller| history::rewrite(teller, how))),
        Change::SemiSyncMaster(on) => Script(Box::new(|teller| semi_sync::master_side(teller, *on))),
        Change::SemiSyncReplica(on) => Script(Box::new(|teller| semi_sync::replica_side(teller, *on))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coordinates, Timestamp, Version};
    use crate::probe::PseudoGtid;

    fn steps(change: &Change, version: &str) -> Vec<Step> {
        match way(change, Dialect::of(&Version::new(version))) {
            Way::Steps(steps) | Way::If(_, steps) => steps,
            Way::Script(_) => panic!("{change} has no steps"),
        }
    }

    fn told(change: &Change, version: &str) -> Vec<String> {
        steps(change, version).into_iter().map(|step| step.statement).collect()
    }

    #[test]
    fn receivers_stop_before_they_start_and_appliers_are_not_named() {
        for version in [
            "5.5.62",
            "5.6.24",
            "5.7.44",
            "8.0.21",
            "8.0.33",
            "8.4.3",
            "9.7.4",
            "10.4.1-MariaDB",
            "11.4.2-MariaDB",
        ] {
            let stop = told(&Change::StopReceiver, version);
            let start = told(&Change::StartReceiver, version);
            let restart = told(&Change::RestartReceiver, version);
            assert_eq!(restart, [stop.concat(), start.concat()], "{version}");
            assert!(stop[0].starts_with("STOP ") && start[0].starts_with("START "));
            assert!(
                restart
                    .iter()
                    .all(|text| text.contains(" IO_THREAD") && !text.contains("SQL"))
            );
            for change in [Change::StopApplier, Change::StartApplier] {
                assert!(told(&change, version)[0].contains(" SQL_THREAD"), "{version}");
            }
            for change in [Change::StopReplication, Change::StartReplication] {
                assert!(!told(&change, version)[0].contains("_THREAD"), "{version}");
            }
        }
    }

    #[test]
    fn a_start_until_a_position_is_told_in_the_words_of_the_line() {
        let change = Change::StartUntil(Coordinates::new("b.7", 154));
        for (version, expected) in [
            ("5.6.24", "START SLAVE UNTIL MASTER_LOG_FILE='b.7',MASTER_LOG_POS=154"),
            (
                "10.11.2-MariaDB",
                "START SLAVE '' UNTIL MASTER_LOG_FILE='b.7',MASTER_LOG_POS=154",
            ),
            (
                "9.7.4",
                "START REPLICA UNTIL SOURCE_LOG_FILE='b.7',SOURCE_LOG_POS=154 FOR CHANNEL ''",
            ),
        ] {
            assert_eq!(told(&change, version), [expected], "{version}");
        }
    }

    #[test]
    fn privileges_fit_the_line() {
        for (version, privilege) in [
            ("5.7.44", "SUPER"),
            ("8.0.33", "REPLICATION_SLAVE_ADMIN"),
            ("9.7.4", "REPLICATION_SLAVE_ADMIN"),
            ("10.4.34-MariaDB", "SUPER"),
            ("10.5.2-MariaDB", "REPLICATION SLAVE ADMIN"),
        ] {
            let steps = steps(&Change::RestartReceiver, version);
            assert!(steps.iter().all(|step| step.privilege == privilege), "{version}");
        }
        let entry = PseudoGtid {
            at: Timestamp(1),
            server_id: 1,
            distinction: 1,
        };
        let steps = steps(&Change::InjectPseudoGtid(entry), "5.6.24");
        assert_eq!((steps.len(), steps[0].privilege), (1, "DROP"));
        let schema = ENTRIES.trim_end_matches(".*");
        assert!(steps[0].statement.contains(&format!("{schema}.")));
    }
}
