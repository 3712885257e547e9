//! What servers are told to change, and what is made of their answers.

use super::{key, settings};
use crate::support::fake_server::{Answer, FakeServer, Greeting, Matcher, Role, Script, scripts};
use orchestrator::model::Timestamp;
use orchestrator::model::observation::ContactKind;
use orchestrator::probe::{Change, ChangeFailed, Changed, PseudoGtid, change};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_millis(1_500);

fn tell(port: u16, what: &Change) -> Result<Changed, Box<ChangeFailed>> {
    let began = Instant::now();
    let outcome = change(&key(port), &Arc::new(settings()), false, what, None, LIMIT);
    assert!(
        began.elapsed() < LIMIT + Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    outcome
}

fn server(version: &str) -> Script {
    scripts::mysql(version, Role::ReplicaOf("10.0.0.1".into(), 3307)).on("drop view if exists", Answer::Ok)
}

/// The statements that change something, in the order of arrival.
fn heard(server: &FakeServer) -> Vec<String> {
    let statements = server.statements();
    let changes = statements.into_iter().filter(|text| !text.starts_with("SELECT"));
    changes.map(|text| text.trim().to_owned()).collect()
}

fn denied() -> Answer {
    Answer::error(
        1227,
        "42000",
        "Access denied; you need (at least one of) the SUPER privilege(s)",
    )
}

#[test]
fn each_line_hears_its_own_words() {
    for (version, stop, start) in [
        ("5.5.62-log", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
        ("5.6.51", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
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
            "8.4.3",
            "STOP REPLICA IO_THREAD FOR CHANNEL ''",
            "START REPLICA IO_THREAD FOR CHANNEL ''",
        ),
        (
            "9.7.4",
            "STOP REPLICA IO_THREAD FOR CHANNEL ''",
            "START REPLICA IO_THREAD FOR CHANNEL ''",
        ),
        ("10.4.1-MariaDB", "STOP SLAVE '' IO_THREAD", "START SLAVE '' IO_THREAD"),
        ("11.4.2-MariaDB", "STOP SLAVE '' IO_THREAD", "START SLAVE '' IO_THREAD"),
    ] {
        let server = FakeServer::start(server(version));
        let changed = tell(server.port(), &Change::RestartReceiver).unwrap();
        assert_eq!(changed.statements, [stop, start], "{version}");
        assert_eq!(heard(&server), [stop, start], "{version}");
        assert!(!changed.second_try);
        for (change, statement) in [(Change::StopReceiver, stop), (Change::StartReceiver, start)] {
            server.clear_statements();
            tell(server.port(), &change).unwrap();
            assert_eq!(heard(&server), [statement], "{version}");
        }
    }
}

#[test]
fn a_restart_is_one_packet() {
    let server = FakeServer::start(server("9.7.4"));
    tell(server.port(), &Change::RestartReceiver).unwrap();
    // The version, and the change.
    assert_eq!(server.queries(), 2);
}

#[test]
fn already_so_is_done() {
    for (version, stands, runs) in [
        ("5.6.51", 1255, 1254),
        ("8.4.3", 3084, 3083),
        ("11.4.2-MariaDB", 1255, 1254),
    ] {
        let server = FakeServer::start(
            server(version)
                .on("stop ", Answer::error(stands, "HY000", "already stopped"))
                .on("start ", Answer::error(runs, "HY000", "already running")),
        );
        for change in [Change::StopReceiver, Change::StartReceiver, Change::RestartReceiver] {
            server.clear_statements();
            let changed = tell(server.port(), &change).unwrap();
            assert_eq!(heard(&server), changed.statements, "{version}");
        }
    }
}

#[test]
fn a_missing_privilege_is_named_and_nothing_was_stopped() {
    for (version, privilege) in [
        ("5.7.44", "SUPER"),
        ("8.4.3", "REPLICATION_SLAVE_ADMIN"),
        ("10.4.1-MariaDB", "SUPER"),
        ("11.4.2-MariaDB", "REPLICATION SLAVE ADMIN"),
    ] {
        let server = FakeServer::start(server(version).on("stop ", denied()));
        let failed = tell(server.port(), &Change::RestartReceiver).unwrap_err();
        let grant = format!("GRANT {privilege} ON *.* TO 'orc'@'%'");
        assert_eq!(failed.contact.kind, ContactKind::MissingGrant);
        assert_eq!(failed.remedy.as_deref(), Some(grant.as_str()));
        assert!(!failed.receiver_may_stand && failed.starts_it.is_none());
        assert!(!server.saw("start slave") && !server.saw("start replica"));
        let text = failed.to_string();
        let where_and_what = format!("restarting the receiver of 127.0.0.1:{} failed at STOP", server.port());
        assert!(text.starts_with(&where_and_what) && text.contains(&grant), "{text}");
        assert!(text.contains("1227"), "{text}");
    }
    let server = FakeServer::start(
        scripts::mysql("5.6.51", Role::Master).on("drop view", Answer::error(1142, "42000", "DROP command denied")),
    );
    let entry = PseudoGtid {
        at: Timestamp(0x6500_0000),
        server_id: 7,
        distinction: 9,
    };
    let failed = tell(server.port(), &Change::InjectPseudoGtid(entry)).unwrap_err();
    assert_eq!(
        failed.remedy.as_deref(),
        Some("GRANT DROP ON `_pseudo_gtid_`.* TO 'orc'@'%'")
    );
    server.set_answer("drop view", Answer::Ok);
    let changed = tell(server.port(), &Change::InjectPseudoGtid(entry)).unwrap();
    for (read_only, permitted) in [
        ("1", false),
        ("ON", false),
        ("NO_LOCK", false),
        ("OFF", true),
        ("0", true),
    ] {
        server.set_variable("read_only", read_only);
        let outcome = tell(server.port(), &Change::InjectPseudoGtid(entry));
        assert_eq!(outcome.is_ok(), permitted, "{read_only}: {outcome:?}");
    }
    let statement = "drop view if exists `_pseudo_gtid_`.`_asc:65000000:00000007:0000000000000009`";
    assert_eq!(changed.statements, [statement]);
}

/// Fails the first START in this way, and takes the second.
fn first_start(version: &str, answer: Answer) -> FakeServer {
    let first = move |script: &mut Script, _: &str| {
        script.set_rule(Matcher::Prefix("start ".into()), Answer::Ok);
        answer.clone()
    };
    FakeServer::start(server(version).on_rule(Matcher::Prefix("start ".into()), Answer::Call(Arc::new(first))))
}

#[test]
fn a_receiver_that_did_not_start_is_started_on_another_connection() {
    for answer in [
        Answer::Close,
        Answer::error(1105, "HY000", "not now"),
        Answer::error(1053, "08S01", "Server shutdown in progress"),
    ] {
        let server = first_start("9.7.4", answer);
        let changed = tell(server.port(), &Change::RestartReceiver).unwrap();
        assert!(changed.second_try);
        let (stop, start) = (
            "STOP REPLICA IO_THREAD FOR CHANNEL ''",
            "START REPLICA IO_THREAD FOR CHANNEL ''",
        );
        assert_eq!(changed.statements, [stop, start]);
        assert_eq!(heard(&server), [stop, start, start]);
        assert_eq!(server.connections(), 2);
    }
}

#[test]
fn a_receiver_that_cannot_be_started_again_is_reported_as_standing() {
    let refused = |code| server("5.7.44").on("start ", Answer::error(code, "HY000", "no"));
    let server = FakeServer::start(refused(1105));
    let failed = tell(server.port(), &Change::RestartReceiver).unwrap_err();
    assert!(failed.receiver_may_stand);
    assert_eq!(
        failed.starts_it.as_deref(),
        Some("START SLAVE IO_THREAD FOR CHANNEL ''")
    );
    assert_eq!(heard(&server).len(), 3);
    let text = failed.to_string();
    assert!(
        text.ends_with("the receiver may stand now: START SLAVE IO_THREAD FOR CHANNEL '' starts it"),
        "{text}"
    );
    // Nothing to start: no master is configured.
    let server = FakeServer::start(refused(1200));
    let failed = tell(server.port(), &Change::RestartReceiver).unwrap_err();
    assert!(!failed.receiver_may_stand);
    assert_eq!(heard(&server).len(), 2);
    // Told to start only: nothing was stopped, and nothing is tried again.
    let server = FakeServer::start(refused(1105));
    assert!(
        !tell(server.port(), &Change::StartReceiver)
            .unwrap_err()
            .receiver_may_stand
    );
    assert_eq!(heard(&server).len(), 1);
}

#[test]
fn silence_ends_at_the_deadline_and_says_what_may_have_happened() {
    let silent = |pattern: &str| FakeServer::start(server("9.7.4").on(pattern, Answer::Hang));
    for (server, may_stand, kind) in [
        (
            FakeServer::start(server("9.7.4").greeting(Greeting::Never)),
            false,
            ContactKind::HungInHandshake,
        ),
        (silent("@@version"), false, ContactKind::HungInQuery),
        (silent("stop "), true, ContactKind::HungInQuery),
        (silent("start "), true, ContactKind::HungInQuery),
    ] {
        let failed = tell(server.port(), &Change::RestartReceiver).unwrap_err();
        assert_eq!(
            (failed.receiver_may_stand, failed.contact.kind),
            (may_stand, kind),
            "{failed}"
        );
        assert_eq!(failed.starts_it.is_some(), may_stand);
    }
    // A connection lost on the way out: nobody knows.
    let lost = FakeServer::start(server("9.7.4").on("stop ", Answer::Close));
    assert!(!tell(lost.port(), &Change::StopReceiver).unwrap_err().receiver_may_stand);
    let changed = tell(lost.port(), &Change::RestartReceiver).unwrap();
    assert!(changed.second_try && changed.statements.len() == 1);
}

#[test]
fn one_that_takes_one_statement_at_a_time_hears_them_in_turn() {
    // Like a proxy that refuses several statements in one text.
    let version = |script: &mut Script, _: &str| {
        script.set_answer("@@version", Answer::row(&[("@@version", "5.7.44")]));
        Answer::syntax_error(";")
    };
    let server = FakeServer::start(server("5.7.44").on("@@version", Answer::Call(Arc::new(version))));
    let changed = tell(server.port(), &Change::RestartReceiver).unwrap();
    assert_eq!(changed.statements, heard(&server));
    // The version twice over, and the two statements.
    assert_eq!((server.queries(), changed.statements.len()), (4, 2));
}
