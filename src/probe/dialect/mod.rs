//! How each line of servers is spoken to: which statements read it, which words change it.
//!
//! A dialect is a value. Which one fits is decided by the numbers of the version; where a capability may be missing in
//! spite of the version, a question has several statements and the first that the server understands is kept.

/// The settings as one row: what every line has by the same name, and what one line has besides.
macro_rules! settings {
    ($($more:expr),+) => {
        concat!(
            "SELECT @@global.version AS version,@@global.version_comment AS version_comment,@@global.hostname AS hostname,",
            "@@global.report_host AS report_host,@@global.report_port AS report_port,@@global.server_id AS server_id,",
            "@@global.read_only AS read_only,@@global.log_bin AS log_bin,@@global.binlog_format AS binlog_format",
            $(",", $more),+
        )
    };
}

/// The server's clock in its system time zone, as it dates the errors of its receivers: whatever `time_zone` says.
macro_rules! server_time {
    () => {
        "CONVERT_TZ(UTC_TIMESTAMP(3),'+00:00','SYSTEM') AS server_time"
    };
}

mod mariadb;
mod maxscale;
mod mysql_5;
mod mysql_8;

use crate::model::Version;
use crate::model::version::Flavour;

/// The words of one server line. Statements are given in order of preference; no statement, no question.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The line's name.
    pub name: &'static str,
    /// Settings and identity, one row of the columns that [`crate::probe`] knows or a list of names and values.
    pub settings: &'static [&'static str],
    /// Status of every replication channel.
    pub replica_status: &'static [&'static str],
    /// GTID settings and sets.
    pub gtid: &'static [&'static str],
    /// End of the binary log.
    pub binlog_status: &'static [&'static str],
    /// Semi-synchronous settings, names and values.
    pub semi_sync: &'static [&'static str],
    /// Uptime and the semi-synchronous status, names and values.
    pub status: &'static [&'static str],
    /// Replicas that announced themselves.
    pub replica_list: &'static [&'static str],
    /// Threads that send the binary log.
    pub dump_threads: &'static [&'static str],
    /// Whether the server keeps replication credentials in a table: one row, one number.
    pub stored_credentials: &'static [&'static str],
    /// Group replication as this member sees it.
    pub group: &'static [&'static str],
    /// What only somebody wants to know who will change the server, one row.
    pub particulars: &'static [&'static str],
    /// Privileges to grant where one of these is refused.
    pub grants: Grants,
    /// Words that change replication.
    pub verbs: Verbs,
}

/// The privilege that each question and each change needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Grants {
    /// For the replica status.
    pub replica_status: &'static str,
    /// For the end of the binary log.
    pub binlog_status: &'static str,
    /// For the list of announced replicas.
    pub replica_list: &'static str,
    /// For starting and stopping replication threads, and for changing the master.
    pub threads: &'static str,
    /// For `read_only` and `super_read_only`.
    pub read_only: &'static str,
    /// For ending the connections of others.
    pub kill: &'static str,
    /// For forgetting the master.
    pub reset: &'static str,
    /// For the counter of events to skip.
    pub skip: &'static str,
    /// For the variables of GTIDs.
    pub variables: &'static str,
    /// For the list of binary logs.
    pub binlog_list: &'static str,
    /// For the variables of the semi-sync master side.
    pub semi_sync_master: &'static str,
    /// For the variables of the semi-sync replica side.
    pub semi_sync_replica: &'static str,
}

/// Words that change replication. `{…}` stands for a value.
#[derive(Debug, PartialEq, Eq)]
pub struct Verbs {
    /// Starts all threads.
    pub start: &'static str,
    /// Stops all threads.
    pub stop: &'static str,
    /// What names the IO thread behind start and stop.
    pub io_thread: &'static str,
    /// What names the SQL thread behind start and stop.
    pub sql_thread: &'static str,
    /// One thread of one channel: how a verb, the thread's name and the channel's are put together. Without a name the
    /// verbs of MySQL 5.7 and later are about the threads of all channels.
    pub one_thread: &'static str,
    /// What names a channel behind a statement about replication, or, on MariaDB, within it; empty where there are none.
    pub channel: &'static str,
    /// Starts the threads of one channel until a position.
    pub start_until: &'static str,
    /// Changes the master of one channel, by options.
    pub change: &'static str,
    /// The prefix of the options of `change`.
    pub option: &'static str,
    /// Switches GTID positioning on or off in `change`; empty where the line has none.
    pub auto_position: &'static str,
    /// Forgets positions of one channel, keeps the master.
    pub reset: &'static str,
    /// Forgets the master of one channel.
    pub reset_all: &'static str,
    /// Empties the binary logs and the executed set.
    pub reset_binlogs: &'static str,
    /// Waits until a position was executed.
    pub wait_position: &'static str,
    /// Waits until a GTID set was executed; empty where the line has none.
    pub wait_gtid: &'static str,
    /// Skips one event.
    pub skip: &'static str,
    /// Switches writes of ordinary users off or on.
    pub read_only: &'static str,
    /// Switches writes of everybody off or on; empty where the line has none.
    pub super_read_only: &'static str,
}

impl Verbs {
    /// The statement that starts the receiver of a channel; empty for the default one.
    pub fn start_receiver(&self, channel: &str) -> String {
        self.thread(self.start, self.io_thread, channel)
    }

    /// The statement that stops the receiver of a channel; empty for the default one.
    pub fn stop_receiver(&self, channel: &str) -> String {
        self.thread(self.stop, self.io_thread, channel)
    }

    /// The statement that starts the applier of a channel.
    pub fn start_applier(&self, channel: &str) -> String {
        self.thread(self.start, self.sql_thread, channel)
    }

    /// The statement that stops the applier of a channel.
    pub fn stop_applier(&self, channel: &str) -> String {
        self.thread(self.stop, self.sql_thread, channel)
    }

    /// The statement that starts both threads of a channel.
    pub fn start_threads(&self, channel: &str) -> String {
        format!("{}{}", self.start, self.named(channel))
    }

    /// The statement that stops both threads of a channel.
    pub fn stop_threads(&self, channel: &str) -> String {
        format!("{}{}", self.stop, self.named(channel))
    }

    /// The statement that starts the threads of a channel until a position in its master's binary log.
    pub fn start_threads_until(&self, channel: &str, file: &str, position: u64) -> String {
        self.start_until
            .replace("{channel}", &self.named(channel))
            .replace("{file}", &literal(file))
            .replace("{position}", &position.to_string())
    }

    /// The statement that changes the master of a channel; options go by their names without prefix, values as literals.
    pub fn change_master(&self, channel: &str, options: &[(String, String)]) -> String {
        let options: Vec<_> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.change
            .replace("{channel}", &self.named(channel))
            .replace("{options}", &options.join(","))
    }

    /// An option of [`Verbs::change_master`] by its full name.
    pub fn option_named(&self, name: &str) -> String {
        // The one that has its prefix in the middle.
        match name {
            "GET_PUBLIC_KEY" => format!("GET_{}PUBLIC_KEY", self.option),
            name => format!("{}{name}", self.option),
        }
    }

    /// The statement that makes a channel forget its positions and relay logs.
    pub fn reset_channel(&self, channel: &str) -> String {
        self.reset.replace("{channel}", &self.named(channel))
    }

    /// The statement that makes a channel forget its master.
    pub fn forget_master(&self, channel: &str) -> String {
        self.reset_all.replace("{channel}", &self.named(channel))
    }

    fn named(&self, channel: &str) -> String {
        self.channel.replace("{channel}", &literal(channel))
    }

    fn thread(&self, verb: &str, thread: &str, channel: &str) -> String {
        self.one_thread
            .replace("{verb}", verb)
            .replace("{thread}", thread)
            .replace("{channel}", &literal(channel))
    }
}

/// A text as a literal of SQL.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// One line of the table: from this version on, this dialect.
struct Line {
    flavour: Flavour,
    since: (u16, u16, u16),
    dialect: &'static Dialect,
}

const fn line(flavour: Flavour, since: (u16, u16, u16), dialect: &'static Dialect) -> Line {
    Line {
        flavour,
        since,
        dialect,
    }
}

/// All lines; of those of a flavour the last that is not newer than the server fits.
static DIALECTS: &[Line] = &[
    line(Flavour::MySql, (0, 0, 0), &mysql_5::MYSQL_55),
    line(Flavour::MySql, (5, 6, 0), &mysql_5::MYSQL_56),
    line(Flavour::MySql, (5, 7, 0), &mysql_5::MYSQL_57),
    line(Flavour::MySql, (8, 0, 0), &mysql_8::MYSQL_80),
    line(Flavour::MySql, (8, 0, 22), &mysql_8::MYSQL_8022),
    line(Flavour::MySql, (8, 4, 0), &mysql_8::MYSQL_84),
    line(Flavour::MariaDb, (0, 0, 0), &mysql_5::MYSQL_55),
    line(Flavour::MariaDb, (10, 0, 0), &mariadb::MARIADB_100),
    line(Flavour::MariaDb, (10, 5, 2), &mariadb::MARIADB_105),
    line(Flavour::MaxScale, (0, 0, 0), &maxscale::MAXSCALE),
];

impl Dialect {
    /// The dialect of a server of this version.
    pub fn of(version: &Version) -> &'static Self {
        let flavour = match version.flavour("") {
            Flavour::Percona => Flavour::MySql,
            other => other,
        };
        let numbers = version.numbers();
        let fitting = DIALECTS
            .iter()
            .rev()
            .find(|line| line.flavour == flavour && line.since <= numbers);
        fitting.map_or(&mysql_5::MYSQL_55, |line| line.dialect)
    }

    /// Whether the server is a binlog server.
    pub fn is_maxscale(&self) -> bool {
        std::ptr::eq(self, &maxscale::MAXSCALE)
    }
}

/// `SHOW … WHERE` a name is one of these.
macro_rules! show_named {
    ($what:literal: $($name:literal)+) => {
        concat!("SHOW GLOBAL ", $what, " WHERE Variable_name IN (''", $(",'", $name, "'"),+, ")")
    };
}

/// The settings by name, for a server that refuses one of the columns; it passes over names it does not know.
const SETTINGS_BY_NAME: &str = show_named!("VARIABLES": "version" "version_comment" "hostname" "report_host" "report_port"
    "server_id" "read_only" "log_bin" "binlog_format" "log_slave_updates" "log_replica_updates" "performance_schema");

const SEMI_SYNC: &[&str] = &[
    show_named!("VARIABLES": "rpl_semi_sync_master_enabled" "rpl_semi_sync_source_enabled"
    "rpl_semi_sync_slave_enabled" "rpl_semi_sync_replica_enabled" "rpl_semi_sync_master_timeout"
    "rpl_semi_sync_source_timeout" "rpl_semi_sync_master_wait_for_slave_count"
    "rpl_semi_sync_source_wait_for_replica_count"),
];

const STATUS: &[&str] = &[
    show_named!("STATUS": "Uptime" "Rpl_semi_sync_master_status" "Rpl_semi_sync_source_status"
    "Rpl_semi_sync_master_clients" "Rpl_semi_sync_source_clients" "Rpl_semi_sync_slave_status"
    "Rpl_semi_sync_replica_status"),
];

const SCHEMA_PROCESSLIST: &str =
    "SELECT HOST FROM information_schema.PROCESSLIST WHERE COMMAND IN ('Binlog Dump','Binlog Dump GTID')";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_by_number() {
        for (version, name) in [
            ("5.1.73", "MySQL 5.5"),
            ("5.5.62-log", "MySQL 5.5"),
            ("5.6.24", "MySQL 5.6"),
            ("5.7.44-48-log", "MySQL 5.7"),
            ("8.0.9", "MySQL 8.0"),
            ("8.0.21", "MySQL 8.0"),
            ("8.0.22", "MySQL 8.0.22"),
            ("8.3.0", "MySQL 8.0.22"),
            ("8.4.0", "MySQL 8.4"),
            ("9.7.4", "MySQL 8.4"),
            ("10.1.0", "MySQL 8.4"),
            ("5.5.68-MariaDB", "MySQL 5.5"),
            ("10.4.34-MariaDB-log", "MariaDB 10.0"),
            ("10.5.1-MariaDB", "MariaDB 10.0"),
            ("10.11.14-MariaDB-0+deb12u2", "MariaDB 10.5"),
            ("12.0.2-MariaDB", "MariaDB 10.5"),
            ("2.5.0-maxscale", "MaxScale"),
            ("", "MySQL 5.5"),
        ] {
            assert_eq!(Dialect::of(&Version::new(version)).name, name, "{version}");
        }
    }

    #[test]
    fn every_line_asks_what_decides() {
        for line in DIALECTS {
            let dialect = line.dialect;
            assert!(
                !dialect.settings.is_empty() && !dialect.replica_status.is_empty(),
                "{}",
                dialect.name
            );
        }
    }

    #[test]
    fn one_receiver_is_named_as_each_line_wants() {
        for (version, stop, start) in [
            ("5.5.62", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
            ("5.6.24-log", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
            (
                "5.7.44",
                "STOP SLAVE IO_THREAD FOR CHANNEL ''",
                "START SLAVE IO_THREAD FOR CHANNEL ''",
            ),
            (
                "8.0.33",
                "STOP SLAVE IO_THREAD FOR CHANNEL ''",
                "START SLAVE IO_THREAD FOR CHANNEL ''",
            ),
            (
                "9.7.4",
                "STOP REPLICA IO_THREAD FOR CHANNEL ''",
                "START REPLICA IO_THREAD FOR CHANNEL ''",
            ),
            ("5.5.68-MariaDB", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
            (
                "10.11.14-MariaDB",
                "STOP SLAVE '' IO_THREAD",
                "START SLAVE '' IO_THREAD",
            ),
            ("2.5.0-maxscale", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
        ] {
            let verbs = &Dialect::of(&Version::new(version)).verbs;
            assert_eq!(
                (verbs.stop_receiver("").as_str(), verbs.start_receiver("").as_str()),
                (stop, start),
                "{version}"
            );
        }
        let verbs = &Dialect::of(&Version::new("9.7.4")).verbs;
        assert_eq!(
            verbs.stop_receiver("it's"),
            "STOP REPLICA IO_THREAD FOR CHANNEL 'it''s'"
        );
    }

    #[test]
    fn the_default_channel_is_named_where_channels_have_names() {
        for (version, stop, forget, change) in [
            (
                "5.6.24",
                "STOP SLAVE",
                "RESET SLAVE ALL",
                "CHANGE MASTER TO MASTER_HOST='h'",
            ),
            (
                "5.7.44",
                "STOP SLAVE FOR CHANNEL ''",
                "RESET SLAVE ALL FOR CHANNEL ''",
                "CHANGE MASTER TO MASTER_HOST='h' FOR CHANNEL ''",
            ),
            (
                "9.7.4",
                "STOP REPLICA FOR CHANNEL ''",
                "RESET REPLICA ALL FOR CHANNEL ''",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='h' FOR CHANNEL ''",
            ),
            (
                "10.11.14-MariaDB",
                "STOP SLAVE ''",
                "RESET SLAVE '' ALL",
                "CHANGE MASTER '' TO MASTER_HOST='h'",
            ),
        ] {
            let verbs = &Dialect::of(&Version::new(version)).verbs;
            let options = [(verbs.option_named("HOST"), literal("h"))];
            assert_eq!(verbs.stop_threads(""), stop, "{version}");
            assert_eq!(verbs.forget_master(""), forget, "{version}");
            assert_eq!(verbs.change_master("", &options), change, "{version}");
        }
        let verbs = &Dialect::of(&Version::new("9.7.4")).verbs;
        assert_eq!(verbs.option_named("GET_PUBLIC_KEY"), "GET_SOURCE_PUBLIC_KEY");
    }

    #[test]
    fn new_servers_hear_no_old_words() {
        let dialect = format!("{:?}", mysql_8::MYSQL_84);
        let without_tables = dialect
            .replace("slave_master_info", "")
            .replace("rpl_semi_sync_", "")
            .to_lowercase();
        for word in [
            "show slave",
            "start slave",
            "stop slave",
            "change master",
            "reset slave",
            "reset master",
            "master_pos",
        ] {
            assert!(!without_tables.contains(word), "{word}");
        }
    }
}
