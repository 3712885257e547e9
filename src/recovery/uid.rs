//! Names of recoveries and runs of hooks, unique among all hosts and times.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A name: `<unix nanoseconds>:<64 hexadecimal digits>`.
pub fn text(since_epoch: Duration, random: &[u8; 32]) -> String {
    let mut text = format!("{}:", since_epoch.as_nanos());
    for byte in random {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A new name, for something that begins now. Where the system gives no random bytes it is the nanoseconds alone.
pub fn fresh() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    random().map_or_else(
        |_| since_epoch.as_nanos().to_string(),
        |random| text(since_epoch, &random),
    )
}

/// Random bytes of the operating system.
pub(super) fn random() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nanoseconds_and_64_digits() {
        let at = Duration::new(1_700_000_000, 42);
        assert_eq!(
            text(at, &[0xab; 32]),
            format!("1700000000000000042:{}", "ab".repeat(32))
        );
        let (one, other) = (fresh(), fresh());
        assert_ne!(one, other);
        assert_eq!(one.len(), 19 + 1 + 64);
    }
}
