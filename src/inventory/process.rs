//! Which process holds something, told so exactly that another process of the same machine can see whether it is gone.

use std::fs;

/// This process: boot, process namespace, number, start; empty where the system does not tell.
///
/// The number alone would not do, since the system gives it to another process some time later.
pub(super) fn this_process() -> String {
    let own = std::process::id().to_string();
    match (machine(), start_of(&own)) {
        (Some(machine), Some(start)) => format!("{machine}/{own}/{start}"),
        _ => String::new(),
    }
}

/// Whether a process written down by [`this_process`] is known to be gone: it ran on this machine since it was last
/// started, and does no longer. Of another machine's processes nothing is known.
pub(super) fn is_gone(process: &str) -> bool {
    let mut parts = process.rsplitn(3, '/');
    let (Some(start), Some(number), Some(machine_then)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    machine().is_some_and(|machine| machine == machine_then) && start_of(number).as_deref() != Some(start)
}

/// This machine since it was started, as far as this process can see others.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), namespace.display()))
}

/// When a process was started, in clock ticks since boot; `None` when there is none, or only what is left of one that has
/// ended.
fn start_of(number: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name of the program, in parentheses, may hold blanks and parentheses.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let start = fields.nth(18)?.to_owned();
    (!matches!(state, "Z" | "X" | "x")).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_is_gone_when_it_ended_here() {
        let own = this_process();
        assert!(!own.is_empty() && !is_gone(&own));
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let number = child.id().to_string();
        let process = format!("{}/{number}/{}", machine().unwrap(), start_of(&number).unwrap());
        assert!(!is_gone(&process));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_gone(&process));
        // The number was given to another one since.
        let (head, _) = own.rsplit_once('/').unwrap();
        assert!(is_gone(&format!("{head}/1")));
    }

    #[test]
    fn of_other_machines_nothing_is_known() {
        for process in ["", "x", "1/2", "some-boot/pid:[1]/1/1", "//"] {
            assert!(!is_gone(process), "{process:?}");
        }
    }
}
