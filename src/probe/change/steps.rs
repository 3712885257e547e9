//! Statements of changes, with what their errors mean.

use crate::model::Coordinates;
use crate::probe::dialect::Dialect;
use crate::probe::settings::Secret;

/// One statement of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The statement; where it has a password, [`HIDDEN`] stands for it.
    pub(super) statement: String,
    pub(super) password: Option<Secret>,
    /// Errors that mean it is so already. Most servers say so by a note, and some by an error.
    pub(super) already: &'static [u16],
    /// The privilege that it takes, and on what.
    pub(super) privilege: &'static str,
    pub(super) object: &'static str,
}

/// What is shown, and written down, instead of a password. Within a literal quotes are doubled, so with what stands
/// before it no other value can look like it.
pub(super) const HIDDEN: &str = "'<password>'";

/// The receiver stands: 1255, by channel 3084, and 1199 on MaxScale.
const STANDS: &[u16] = &[1255, 3084, 1199];
/// The receiver runs: 1254, by channel 3083.
const RUNS: &[u16] = &[1254, 3083];
/// There is no receiver to start: no master is configured.
pub(super) const NO_RECEIVER: u16 = 1200;
/// No such variable.
pub(super) const NO_SUCH_VARIABLE: u16 = 1193;
/// A lock was not to be had in time.
pub(super) const LOCKED: u16 = 1205;
/// The server does not know the statement.
pub(super) const SYNTAX: u16 = 1064;

/// What entries of Pseudo-GTID are about.
pub(super) const ENTRIES: &str = "`_pseudo_gtid_`.*";

impl Step {
    /// A statement that takes a privilege on everything.
    pub(super) fn new(statement: impl Into<String>, privilege: &'static str) -> Self {
        Self {
            statement: statement.into(),
            password: None,
            already: &[],
            privilege,
            object: "*.*",
        }
    }

    /// With errors that mean it is so already.
    pub(super) fn or(mut self, already: &'static [u16]) -> Self {
        self.already = already;
        self
    }

    /// The text that is sent.
    pub(super) fn text(&self) -> String {
        match &self.password {
            Some(password) => {
                let shown = format!("PASSWORD={HIDDEN}");
                let meant = format!("PASSWORD={}", crate::probe::dialect::literal(password.reveal()));
                self.statement.replacen(&shown, &meant, 1)
            }
            None => self.statement.clone(),
        }
    }
}

/// Which threads of replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threads {
    Receiver,
    Applier,
    Both,
}

/// Stops threads of the default channel.
pub(super) fn stop(dialect: &Dialect, which: Threads) -> Step {
    let verbs = &dialect.verbs;
    let statement = match which {
        Threads::Receiver => verbs.stop_receiver(""),
        Threads::Applier => verbs.stop_applier(""),
        Threads::Both => verbs.stop_threads(""),
    };
    Step::new(statement, dialect.grants.threads).or(STANDS)
}

/// Starts threads of the default channel.
pub(super) fn start(dialect: &Dialect, which: Threads) -> Step {
    let verbs = &dialect.verbs;
    let statement = match which {
        Threads::Receiver => verbs.start_receiver(""),
        Threads::Applier => verbs.start_applier(""),
        Threads::Both => verbs.start_threads(""),
    };
    Step::new(statement, dialect.grants.threads).or(RUNS)
}

/// Starts both threads; the applier goes on until a position in its master's binary log.
pub(super) fn start_until(dialect: &Dialect, at: &Coordinates) -> Step {
    let statement = dialect.verbs.start_threads_until("", &at.file, at.position);
    Step::new(statement, dialect.grants.threads).or(RUNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_and_not_shown() {
        let mut step = Step::new(format!("CHANGE MASTER TO MASTER_PASSWORD={HIDDEN}"), "SUPER");
        step.password = Some(Secret::from("it's\\hush"));
        assert_eq!(step.text(), "CHANGE MASTER TO MASTER_PASSWORD='it''s\\\\hush'");
        assert!(!format!("{step:?}").contains("hush") && !step.statement.contains("hush"));
    }
}
