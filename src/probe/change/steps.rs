//! The table of changes: which statements make each, on each line of servers.

use crate::model::Change;
use crate::probe::dialect::Dialect;

/// One statement of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) statement: String,
    /// Errors that mean it is so already. Most servers say so by a note, and some by an error.
    pub(super) already: &'static [u16],
    /// The privilege that it takes, and on what.
    pub(super) privilege: &'static str,
    pub(super) object: &'static str,
}

/// The receiver stands: 1255, by channel 3084, and 1199 on MaxScale.
const STANDS: &[u16] = &[1255, 3084, 1199];
/// The receiver runs: 1254, by channel 3083.
const RUNS: &[u16] = &[1254, 3083];
/// There is no receiver to start: no master is configured.
pub(super) const NO_RECEIVER: u16 = 1200;

/// What entries of Pseudo-GTID are about.
const ENTRIES: &str = "`_pseudo_gtid_`.*";

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

/// The condition of a change, where it has one.
pub(super) fn condition(change: &Change) -> Option<&'static Condition> {
    match change {
        Change::InjectPseudoGtid(_) => Some(&WRITABLE),
        _ => None,
    }
}

/// The steps of a change, in order.
pub(super) fn steps(change: &Change, dialect: &Dialect) -> Vec<Step> {
    let thread = |statement: String, already| Step {
        statement,
        already,
        privilege: dialect.grants.threads,
        object: "*.*",
    };
    let stop = || thread(dialect.verbs.stop_receiver(""), STANDS);
    let start = || thread(dialect.verbs.start_receiver(""), RUNS);
    match change {
        Change::StopReceiver => vec![stop()],
        Change::StartReceiver => vec![start()],
        Change::RestartReceiver => vec![stop(), start()],
        Change::InjectPseudoGtid(entry) => vec![Step {
            statement: entry.statement(),
            already: &[],
            privilege: "DROP",
            object: ENTRIES,
        }],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, Version};
    use crate::probe::PseudoGtid;

    fn told(change: &Change, version: &str) -> Vec<String> {
        let steps = steps(change, Dialect::of(&Version::new(version)));
        steps.into_iter().map(|step| step.statement).collect()
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
            let steps = steps(&Change::RestartReceiver, Dialect::of(&Version::new(version)));
            assert!(steps.iter().all(|step| step.privilege == privilege), "{version}");
        }
        let entry = PseudoGtid {
            at: Timestamp(1),
            server_id: 1,
            distinction: 1,
        };
        let steps = steps(&Change::InjectPseudoGtid(entry), Dialect::of(&Version::new("5.6.24")));
        assert_eq!((steps.len(), steps[0].privilege), (1, "DROP"));
        let schema = ENTRIES.trim_end_matches(".*");
        assert!(steps[0].statement.contains(&format!("{schema}.")));
    }
}
