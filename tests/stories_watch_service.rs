//! A watcher under a service manager, one that ends while it works, and Pseudo-GTID.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::json;
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};
use tool::sandbox::{Flavour, PROBE_USER, Sandbox, wait_until};
use tool::{SOON, on_each, same};
use watching::{Watch, rows, tool_of};

#[test]
fn story_service_manager_is_told() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let path = tool.dir().join("notify");
        let socket = UnixDatagram::bind(&path)?;
        socket.set_read_timeout(Some(Duration::from_secs(1)))?;
        let address = path.display().to_string();
        let mut watch = Watch::start_with(&tool, &[], &[("NOTIFY_SOCKET", &address)])?;
        hear(&socket, "READY=1")?;
        watch.settle(2)?;
        watch.signal(libc::SIGHUP)?;
        hear(&socket, "RELOADING=1")?;
        hear(&socket, "READY=1")?;
        watch.signal(libc::SIGTERM)?;
        hear(&socket, "STOPPING=1")?;
        same("exit status", watch.ended()?.code(), Some(0))
    });
}

/// Reads messages until one says this.
fn hear(socket: &UnixDatagram, wanted: &str) -> Result<()> {
    let begin = Instant::now();
    let mut heard = Vec::new();
    while begin.elapsed() < SOON {
        let mut buffer = [0; 4096];
        let Ok(count) = socket.recv(&mut buffer) else { continue };
        let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        if text.lines().any(|line| line == wanted) {
            return Ok(());
        }
        heard.push(text);
    }
    anyhow::bail!("not heard: {wanted}; heard {heard:?}")
}

/// A hook that takes its time keeps the watcher from ending; a second signal does not wait for it.
#[test]
fn story_second_signal_ends_at_once() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["echo begun >> told; sleep 15; echo done >> told"]});
        let tool = tool_of(&tree, &[1], hooks)?;
        let mut watch = Watch::settled(&tool, 2)?;
        tree.kill(0)?;
        watch.wait_until("the hook runs", || {
            same("told", watching::file_lines(&tool, "told").len(), 1)
        })?;
        watch.signal(libc::SIGTERM)?;
        watch.wait(&["SIGTERM: finishing; a second one ends at once"])?;
        let begin = Instant::now();
        watch.signal(libc::SIGTERM)?;
        watch.ended()?;
        ensure!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
        same("told", watching::file_lines(&tool, "told"), vec!["begun".to_owned()])
    });
}

#[test]
fn story_hooks_end_before_the_watcher_does() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["echo begun >> told; sleep 3; echo done >> told"]});
        let tool = tool_of(&tree, &[1], hooks)?;
        let watch = Watch::settled(&tool, 2)?;
        tree.kill(0)?;
        watch.wait_until("the hook runs", || {
            same("told", watching::file_lines(&tool, "told").len(), 1)
        })?;
        watch.finish()?;
        same(
            "told",
            watching::file_lines(&tool, "told"),
            vec!["begun".to_owned(), "done".to_owned()],
        )?;
        let steps = rows(&tool, "SELECT COUNT(*) > 0 FROM topology_recovery_steps")?;
        same("steps", steps, vec!["1".to_owned()])
    });
}

/// While its hooks come to their end nothing is read any more, and so nothing is judged: what is known grows old.
#[test]
fn story_ending_watcher_judges_no_more() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2;3<2").start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["echo begun >> told; sleep 14; echo done >> told"]});
        let tool = tool_of(&tree, &[1, 3], hooks)?;
        let mut watch = Watch::settled(&tool, 4)?;
        tree.kill(0)?;
        watch.wait_until("the hook runs", || {
            same("told", watching::file_lines(&tool, "told").len(), 1)
        })?;
        let mark = watch.mark();
        watch.signal(libc::SIGTERM)?;
        tree.start(0)?;
        same("exit status", watch.ended()?.code(), Some(0))?;
        let judged = watch.with_after(mark, &["(cluster #"]);
        ensure!(judged.is_empty(), "{}", watch.transcript());
        same(
            "told",
            watching::file_lines(&tool, "told"),
            vec!["begun".to_owned(), "done".to_owned()],
        )
    });
}

/// A master whose replicas know no GTID gets entries by which they can be compared.
#[test]
fn story_pseudo_gtid() {
    on_each(&[Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").gtid(false).start()?;
        tree.sql(
            0,
            &format!("GRANT DROP ON `\\_pseudo\\_gtid\\_`.* TO '{PROBE_USER}'@'%'"),
        )?;
        let tool = tool_of(&tree, &[1], json!({"AutoPseudoGTID": true}))?;
        let watch = Watch::settled(&tool, 2)?;
        let entries = || -> Result<usize> {
            let file = tree.sql(0, "SHOW MASTER STATUS")?;
            let file = file.split('\t').next().unwrap_or_default().to_owned();
            let events = tree.sql(0, &format!("SHOW BINLOG EVENTS IN '{file}'"))?;
            Ok(events.lines().filter(|line| line.contains("_pseudo_gtid_")).count())
        };
        wait_until(SOON, "two entries", || entries().is_ok_and(|count| count >= 2))
            .map_err(|error| error.context(watch.transcript()))?;
        watch.wait_rows("SELECT cluster_name FROM cluster_injected_pseudo_gtid", &["#0"])?;
        watch.wait_rows("SELECT DISTINCT pseudo_gtid FROM database_instance", &["1"])?;
        watch.never_dead()?;
        watch.finish()
    });
}
