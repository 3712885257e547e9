//! Hooks as real processes: their order, what they are told, what becomes of those that fail, hang, flood or linger.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod inventory_support;

use inventory_support::{NOW, Scratch, key, memory};
use orchestrator::config::Policy;
use orchestrator::inventory::DetectionsOf;
use orchestrator::model::facts::Facts;
use orchestrator::model::verdict::{Action, Code, Evidence, Verdict};
use orchestrator::recovery::entry::{Circumstances, Decision, Plan, decide};
use orchestrator::recovery::hooks::{Ended, HookError, Hooks, List, Run};
use orchestrator::recovery::placeholders::Failure;
use orchestrator::recovery::{Detected, Place, detect};
use regex::Regex;
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than anything here takes, also on a busy machine.
const LONG: Duration = Duration::from_secs(120);
/// A time limit that is meant to be reached.
const SHORT: Duration = Duration::from_secs(1);

struct Fixture {
    scratch: Scratch,
    hooks: Hooks,
    steps: Vec<String>,
}

fn place(limit: Duration) -> Fixture {
    let scratch = Scratch::new();
    let mut hooks = Hooks::new("bash", limit);
    hooks.folder = scratch.0.join("tmp");
    std::fs::create_dir(&hooks.folder).unwrap();
    Fixture {
        scratch,
        hooks,
        steps: Vec::new(),
    }
}

fn failure() -> Failure {
    Failure {
        failure_type: "DeadMaster".to_owned(),
        failed: key("db1:3306"),
        replicas: vec![key("db2:3306"), key("db3:3307")],
        count_replicas: 2,
        ..Failure::default()
    }
}

impl Fixture {
    fn run_list(&mut self, commands: &[&str], goes_on: bool, failure: &Failure) -> Result<Vec<Run>, HookError> {
        let folder = self.scratch.0.display().to_string();
        let commands: Vec<String> = commands.iter().map(|c| c.replace("DIR", &folder)).collect();
        let list = List {
            key: "PreFailoverProcesses",
            commands: &commands,
            goes_on,
        };
        let steps = &mut self.steps;
        self.hooks.run(list, failure, &mut |step| steps.push(step))
    }

    /// `DIR` in a command stands for the test's folder.
    fn run(&mut self, commands: &[&str]) -> Result<Vec<Run>, HookError> {
        self.run_list(commands, false, &failure())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.scratch.0.join(name)).unwrap_or_default()
    }

    /// The steps with `TIME` for each duration and `DIR` for the folder.
    fn said(&self) -> Vec<String> {
        let took = Regex::new(r" in [0-9.]+(ns|µs|ms|s)\b").unwrap();
        let folder = self.scratch.0.display().to_string();
        let plain = |step: &String| took.replace(step, " in TIME").replace(&folder, "DIR");
        self.steps.iter().map(plain).collect()
    }

    /// Waits until a file holds a process's number and that process is no more.
    fn wait_for_end_of(&self, file: &str) {
        let until = Instant::now() + LONG;
        loop {
            if let Ok(pid) = self.read(file).trim().parse::<u32>()
                && !runs(pid)
            {
                return;
            }
            assert!(Instant::now() < until, "the process named in {file} still runs");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn leftovers(&self) -> usize {
        std::fs::read_dir(&self.hooks.folder).unwrap().count()
    }
}

/// Whether a process runs; one that ended and that its parent, who is not us, has not noticed does not.
fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(") ").next().unwrap_or_default();
    !stat.is_empty() && !state.starts_with('Z')
}

/// Children of this process that ended and were not reaped.
fn zombies_of_ours() -> Vec<String> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let words: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        if words.first() == Some(&"Z") && words.get(1) == Some(&own.as_str()) {
            found.push(stat.clone());
        }
    }
    found
}

#[test]
fn hooks_run_in_order() {
    let mut place = place(LONG);
    let runs = place
        .run(&[
            "sleep 0.05; echo one >> DIR/out",
            "  echo two {failedHost} | tee -a DIR/out  ",
            "echo three >> DIR/out; echo err >&2",
        ])
        .unwrap();
    assert_eq!(place.read("out"), "one\ntwo db1\nthree\n");
    let outputs: Vec<&str> = runs.iter().map(|r| r.output.as_str()).collect();
    assert_eq!(outputs, ["", "two db1", "err"]);
    assert!(runs.iter().all(|r| r.ended == Some(Ended::Status(0))));
    assert_eq!(
        place.said(),
        [
            "Running 3 PreFailoverProcesses hooks",
            "Running PreFailoverProcesses hook 1 of 3: sleep 0.05; echo one >> DIR/out",
            "Completed PreFailoverProcesses hook 1 of 3 in TIME",
            "Running PreFailoverProcesses hook 2 of 3: echo two db1 | tee -a DIR/out",
            "Completed PreFailoverProcesses hook 2 of 3 in TIME",
            "PreFailoverProcesses hook 2 of 3 said: two db1",
            "Running PreFailoverProcesses hook 3 of 3: echo three >> DIR/out; echo err >&2",
            "Completed PreFailoverProcesses hook 3 of 3 in TIME",
            "PreFailoverProcesses hook 3 of 3 said: err",
            "done running PreFailoverProcesses hooks",
        ]
    );
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn no_hooks_are_said_to_be_none() {
    let mut place = place(LONG);
    assert_eq!(place.run(&[]).unwrap(), []);
    assert_eq!(place.said(), ["No PreFailoverProcesses hooks to run"]);
}

#[test]
fn the_first_failure_stops_the_rest() {
    let mut place = place(LONG);
    let error = place
        .run(&["echo one >> DIR/out", "echo why; exit 3", "echo three >> DIR/out"])
        .unwrap_err();
    assert_eq!((error.ended, error.place), (Some(Ended::Status(3)), (2, 3)));
    assert_eq!(error.why, "(exit status 3) why");
    assert_eq!(place.read("out"), "one\n");
    let said = place.said();
    assert_eq!(
        said[said.len() - 2..],
        [
            "Execution of PreFailoverProcesses hook 2 of 3 failed in TIME with error: (exit status 3) why",
            "Not running further PreFailoverProcesses hooks",
        ]
    );
}

#[test]
fn a_list_that_goes_on_runs_the_rest_and_returns_the_first_failure() {
    let mut place = place(LONG);
    let commands = ["exit 1", "echo two >> DIR/out", "exit 2", "echo four >> DIR/out"];
    let error = place.run_list(&commands, true, &failure()).unwrap_err();
    assert_eq!(error.ended, Some(Ended::Status(1)));
    assert_eq!(place.read("out"), "two\nfour\n");
    assert_eq!(place.said().last().unwrap(), "done running PreFailoverProcesses hooks");
}

#[test]
fn an_end_by_signal_is_a_failure() {
    let error = place(LONG).run(&["kill -9 $$"]).unwrap_err();
    assert_eq!(
        (error.ended, error.why.as_str()),
        (Some(Ended::Signal(9)), "(ended by signal 9)")
    );
}

#[test]
fn an_ampersand_lets_a_hook_run_aside() {
    let mut place = place(LONG);
    // It waits for what the hook after it does, so it cannot have been waited for; and its failure counts nothing.
    let aside = "while [ ! -e DIR/go ]; do sleep 0.01; done; echo aside >> DIR/out; exit 7 &&";
    let runs = place.run(&[aside, "echo after >> DIR/out; touch DIR/go"]).unwrap();
    assert_eq!(runs[0].ended, None);
    place.hooks.wait();
    assert_eq!(place.read("out"), "after\naside\n");
    assert!(place.said()[1].starts_with("Running PreFailoverProcesses hook 1 of 2 (async): while"));
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn a_hook_that_runs_aside_has_its_time_limit_too() {
    let mut place = place(SHORT);
    place.run(&["echo $$ > DIR/pid; exec sleep 600 &"]).unwrap();
    place.hooks.wait();
    place.wait_for_end_of("pid");
}

/// The leader and what it started are killed, although that ignores being asked and holds the output open.
#[test]
fn a_hook_that_hangs_is_killed_with_all_it_started() {
    let mut place = place(SHORT);
    let began = Instant::now();
    let stubborn = "echo begun; (trap '' TERM; echo $BASHPID > DIR/pid; while :; do sleep 0.05; done) & \
                    trap '' TERM; while :; do sleep 0.05; done";
    let error = place.run(&[stubborn, "echo never > DIR/out"]).unwrap_err();
    assert_eq!(error.ended, Some(Ended::TimeLimit(SHORT)));
    assert_eq!(error.why, "(killed after 1 s: HookTimeoutSeconds was over) begun");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    place.wait_for_end_of("pid");
    assert_eq!(place.read("out"), "");
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn a_hook_may_end_in_order_when_its_time_is_over() {
    let mut place = place(SHORT);
    let orderly = "trap 'echo tidied up; exit 0' TERM; while :; do sleep 0.05; done";
    let error = place.run(&[orderly]).unwrap_err();
    assert_eq!(error.ended, Some(Ended::TimeLimit(SHORT)));
    assert!(error.why.ends_with("tidied up"), "{}", error.why);
}

/// One that leaves the group cannot be killed with it; it is not waited for either.
#[test]
fn what_left_the_group_and_holds_the_output_is_not_waited_for() {
    let limit = Duration::from_secs(3);
    let mut place = place(limit);
    let began = Instant::now();
    let error = place
        .run(&["setsid bash -c 'echo $$ > DIR/pid; exec sleep 60' & sleep 600"])
        .unwrap_err();
    assert_eq!(error.ended, Some(Ended::TimeLimit(limit)));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let pid: i32 = place.read("pid").trim().parse().unwrap();
    // SAFETY: a plain system call on a process that this test started.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// What a hook leaves behind may go on until the hook's time is over, and delays nobody.
#[test]
fn what_a_hook_leaves_behind_is_not_waited_for_and_ends_in_time() {
    let mut place = place(Duration::from_secs(3));
    let began = Instant::now();
    let runs = place.run(&["sleep 600 & echo $! > DIR/pid; echo done"]).unwrap();
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(
        (runs[0].ended, runs[0].output.as_str()),
        (Some(Ended::Status(0)), "done")
    );
    place.wait_for_end_of("pid");
}

#[test]
fn no_zombies_stay() {
    let mut place = place(SHORT);
    place.run(&["true", "false &", "sleep 600 & true"]).unwrap();
    place.run(&["sleep 600"]).unwrap_err();
    place.hooks.wait();
    let until = Instant::now() + LONG;
    // Those of tests beside this one come and go.
    while !zombies_of_ours().is_empty() {
        assert!(Instant::now() < until, "{:?}", zombies_of_ours());
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_flood_neither_blocks_nor_fills_memory() {
    let mut place = place(LONG);
    let before = peak_memory();
    let flood = "echo begin; head -c 104857600 /dev/zero | tr '\\0' x; echo; echo end";
    let runs = place.run(&[flood]).unwrap();
    let grown = peak_memory().saturating_sub(before);
    assert!(grown < 20 * 1024, "{grown} KiB more");
    let output = &runs[0].output;
    assert!(
        output.starts_with("begin\nxxx") && output.ends_with("xxx\nend"),
        "{}",
        output.len()
    );
    assert!(
        output.contains("bytes left out") && output.len() < 40_000,
        "{}",
        output.len()
    );
}

#[test]
fn a_hook_that_floods_for_ever_is_killed() {
    let error = place(SHORT).run(&["yes"]).unwrap_err();
    assert_eq!(error.ended, Some(Ended::TimeLimit(SHORT)));
    assert!(error.why.len() < 40_000);
}

#[test]
fn the_failure_is_told_on_standard_input_and_by_variables() {
    let mut place = place(LONG);
    place
        .run(&[
            "cat > DIR/json",
            "echo \"$ORC_FAILURE_TYPE $ORC_FAILED_HOST:$ORC_FAILED_PORT $ORC_REPLICA_HOSTS [${ORC_SUCCESSOR_HOST-unset}] ${PATH:+path}\" > DIR/out",
        ])
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&place.read("json")).unwrap();
    assert_eq!(told, failure().json());
    assert_eq!(told["replicaHosts"][1], "db3:3307");
    assert_eq!(place.read("out"), "DeadMaster db1:3306 db2:3306,db3:3307 [] path\n");
}

/// More than a pipe holds, and more than a variable may.
#[test]
fn much_input_that_nobody_reads_blocks_nobody() {
    let mut failure = failure();
    failure.replicas = (0..20_000)
        .map(|n| key(&format!("replica-{n}.example.com:3306")))
        .collect();
    let mut place = place(LONG);
    place
        .run_list(&["true", "exec <&-", "cat > DIR/json"], false, &failure)
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&place.read("json")).unwrap();
    assert_eq!(told["replicaHosts"].as_array().unwrap().len(), 20_000);
}

#[test]
fn a_shell_that_does_not_exist_is_named() {
    let mut place = place(LONG);
    place.hooks.shell = "/nowhere/shell".to_owned();
    let error = place.run(&["true", "true"]).unwrap_err();
    assert_eq!(error.ended, None);
    assert!(
        error.why.starts_with("starting `/nowhere/shell`: ") && error.why.contains("ProcessesShellCommand"),
        "{error}"
    );
    assert_eq!(
        place.said().last().unwrap(),
        "Not running further PreFailoverProcesses hooks"
    );
    assert_eq!(place.leftovers(), 0);
}

#[test]
fn a_folder_that_takes_no_files_is_named() {
    let mut place = place(LONG);
    place.hooks.folder = Path::new("/proc/self").to_owned();
    let error = place.run(&["true"]).unwrap_err();
    assert_eq!(error.ended, None);
    assert!(
        error.why.starts_with("writing a temporary file in /proc/self: ") && error.why.contains("TMPDIR"),
        "{error}"
    );
}

/// Any program that takes a file does.
#[test]
fn the_shell_is_a_choice() {
    let mut place = place(LONG);
    place.hooks.shell = "cat".to_owned();
    assert_eq!(place.run(&["printed {failedPort}"]).unwrap()[0].output, "printed 3306");
}

fn dead_master() -> (Plan, Failure) {
    let verdict = Verdict {
        facts: Facts {
            key: key("db1:3306"),
            ..Facts::default()
        },
        code: Code::DeadMaster,
        rule: "2".to_owned(),
        action: Action::RecoverMaster,
        severity: None,
        warnings: Vec::new(),
        is_replicas_downtimed: false,
        skippable_due_to_downtime: false,
        evidence: Evidence::default(),
    };
    let Decision::Proceed(plan) = decide(&verdict, &Policy::default(), &Circumstances::default(), NOW) else {
        panic!("a dead master has a plan")
    };
    (*plan, Failure::of(&verdict, "mgr1", "1:ab"))
}

/// Once for a detection, whatever becomes of it; the steps are kept under the run's own name.
#[test]
fn detection_hooks_run_once() {
    let inventory = memory();
    let (plan, failure) = dead_master();
    let mut fixture = place(LONG);
    let folder = fixture.scratch.0.display().to_string();
    let commands = [format!("echo {{failureType}} >> {folder}/out"), "exit 1".to_owned()];
    let mut detected = || {
        let place = Place {
            inventory: &inventory,
            hooks: &mut fixture.hooks,
            commands: &commands,
            clock: &|| NOW,
            say: &mut |_| {},
        };
        detect(&plan, &failure, place).unwrap()
    };
    let Detected::HookFailed(id, error) = detected() else {
        panic!("the second hook fails")
    };
    assert_eq!(error.ended, Some(Ended::Status(1)));
    assert!(matches!(detected(), Detected::Already));
    assert_eq!(fixture.read("out"), "DeadMaster\n");
    assert_eq!(inventory.detections(DetectionsOf::Id(id), 1, 0).unwrap().len(), 1);
    let steps = inventory.steps("1:ab").unwrap();
    assert_eq!(
        steps.first().unwrap().message,
        "Running 2 OnFailureDetectionProcesses hooks"
    );
    let last: Vec<&str> = steps[steps.len() - 2..].iter().map(|s| s.message.as_str()).collect();
    assert_eq!(last[0], "Not running further OnFailureDetectionProcesses hooks");
    assert!(last[1].contains("goes on without its hooks"), "{last:?}");
}
