//! What the process tells the service manager that started it: datagrams of `KEY=VALUE` lines to the socket named by
//! `NOTIFY_SOCKET`. Without one there is nobody to tell and nothing happens.

use std::env;
use std::ffi::OsStr;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// How long a message may wait for a manager that does not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to the service manager.
#[derive(Debug, Default)]
pub struct Notifier {
    socket: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// From `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`. Processes that this one starts inherit the first; they
    /// should not.
    ///
    /// # Errors
    /// A sentence, when there is a socket to be used and it cannot be.
    pub fn from_environment() -> Result<Self, String> {
        let number = |name| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|_| is_ours);
        match env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) {
            None => Ok(Self::default()),
            Some(name) => Self::new(&name, watchdog.map(Duration::from_micros)),
        }
    }

    /// To the socket of this name, a path or, after an `@`, an abstract name; `watchdog` is the longest silence that the
    /// manager puts up with.
    ///
    /// # Errors
    /// A sentence, when the name is of no use or the system gives no socket.
    pub fn new(name: &OsStr, watchdog: Option<Duration>) -> Result<Self, String> {
        let failed = |error| format!("NOTIFY_SOCKET={}: {error}", name.display());
        let address = match name.as_bytes() {
            [b'@', rest @ ..] if !rest.is_empty() => SocketAddr::from_abstract_name(rest),
            [b'/', ..] => SocketAddr::from_pathname(name),
            _ => return Err(failed("neither a path nor an abstract name (@…)".into())),
        };
        let address = address.map_err(|error| failed(error.to_string()))?;
        let socket = UnixDatagram::unbound().map_err(|error| failed(error.to_string()))?;
        let limited = socket.set_write_timeout(Some(PATIENCE));
        limited.map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            socket: Some((socket, address)),
            watchdog: watchdog.filter(|longest| !longest.is_zero()),
        })
    }

    /// How often to call [`Notifier::alive`]: half the silence that is put up with; `None` where nobody waits for it.
    pub fn alive_period(&self) -> Option<Duration> {
        self.watchdog.map(|longest| longest / 2)
    }

    /// Everything is set up; also said when a reload is done.
    ///
    /// # Errors
    /// As every message here: a sentence, when it could not be delivered.
    pub fn ready(&self, status: &str) -> Result<(), String> {
        self.send(&format!("READY=1\nSTATUS={}", one_line(status)))
    }

    /// A reload begins; [`Notifier::ready`] ends it.
    ///
    /// # Errors
    /// A sentence, when it could not be delivered.
    pub fn reloading(&self) -> Result<(), String> {
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={}", monotonic_micros()))
    }

    /// The process is ending.
    ///
    /// # Errors
    /// A sentence, when it could not be delivered.
    pub fn stopping(&self, status: &str) -> Result<(), String> {
        self.send(&format!("STOPPING=1\nSTATUS={}", one_line(status)))
    }

    /// One line for people who ask the manager how the service is.
    ///
    /// # Errors
    /// A sentence, when it could not be delivered.
    pub fn status(&self, status: &str) -> Result<(), String> {
        self.send(&format!("STATUS={}", one_line(status)))
    }

    /// A sign of life, where the manager waits for one.
    ///
    /// # Errors
    /// A sentence, when it could not be delivered.
    pub fn alive(&self) -> Result<(), String> {
        self.watchdog.map_or(Ok(()), |_| self.send("WATCHDOG=1"))
    }

    fn send(&self, text: &str) -> Result<(), String> {
        let Some((socket, address)) = &self.socket else {
            return Ok(());
        };
        let sent = socket.send_to_addr(text.as_bytes(), address);
        sent.map(drop).map_err(|error| {
            let first = text.lines().next().unwrap_or_default();
            format!("telling the service manager {first}: {error}")
        })
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// The system's monotonic clock, which the manager compares with its own.
fn monotonic_micros() -> u64 {
    // SAFETY: the structure is plain numbers, and the call fills it.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time);
        time
    };
    let number = |part: i64| u64::try_from(part).unwrap_or(0);
    number(time.tv_sec) * 1_000_000 + number(time.tv_nsec) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(socket: &UnixDatagram) -> String {
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut bytes = [0; 512];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    fn all_messages(notifier: &Notifier, manager: &UnixDatagram) {
        notifier.ready("1,000 instances\nsecond line").unwrap();
        assert_eq!(receive(manager), "READY=1\nSTATUS=1,000 instances second line");
        let before = monotonic_micros();
        notifier.reloading().unwrap();
        let message = receive(manager);
        let at = message.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
        assert!(
            (before..=monotonic_micros()).contains(&at.parse().unwrap()),
            "{message}"
        );
        notifier.status("well").unwrap();
        assert_eq!(receive(manager), "STATUS=well");
        notifier.alive().unwrap();
        assert_eq!(receive(manager), "WATCHDOG=1");
        notifier.stopping("SIGTERM").unwrap();
        assert_eq!(receive(manager), "STOPPING=1\nSTATUS=SIGTERM");
    }

    #[test]
    fn messages_reach_a_socket_of_either_kind() {
        let unique = format!("orchestrator-notify-{}", std::process::id());
        let limit = Some(Duration::from_secs(20));
        let path = env::temp_dir().join(&unique);
        let _ = std::fs::remove_file(&path);
        let manager = UnixDatagram::bind(&path).unwrap();
        let notifier = Notifier::new(path.as_os_str(), limit).unwrap();
        all_messages(&notifier, &manager);
        std::fs::remove_file(&path).unwrap();

        let manager = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&unique).unwrap()).unwrap();
        let notifier = Notifier::new(OsStr::new(&format!("@{unique}")), limit).unwrap();
        all_messages(&notifier, &manager);
        assert_eq!(notifier.alive_period(), Some(Duration::from_secs(10)));
        drop(manager);
        assert!(notifier.ready("").unwrap_err().contains("READY=1"));
    }

    #[test]
    fn without_a_socket_or_a_watchdog_nothing_is_sent() {
        let nobody = Notifier::default();
        assert_eq!(nobody.alive_period(), None);
        nobody.ready("x").and(nobody.stopping("x")).unwrap();
        let gone = Notifier::new(OsStr::new("@orchestrator-nobody-listens"), None).unwrap();
        gone.alive().unwrap();
        assert!(gone.status("x").is_err());
    }

    #[test]
    fn names_of_other_kinds_are_refused() {
        for name in ["vsock:2:1", "relative/path", "@"] {
            let refused = Notifier::new(OsStr::new(name), None).unwrap_err();
            assert!(refused.contains(name), "{refused}");
        }
    }
}
