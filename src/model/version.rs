//! Server versions, compared as numbers.

use std::fmt;

/// Who made the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Flavour {
    /// Oracle's MySQL, and anything not recognised as another.
    #[default]
    MySql,
    /// Percona Server; speaks as MySQL does.
    Percona,
    /// MariaDB.
    MariaDb,
    /// MaxScale acting as a binlog server.
    MaxScale,
}

/// A server's version text with its numbers read out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Version {
    text: String,
    numbers: (u16, u16, u16),
}

impl Version {
    /// Reads what `@@version` said, such as `8.0.36`, `10.11.19-MariaDB-0+deb12u1-log` or `5.6.28-log`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut parts = text.split('.').map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            part[..digits].parse::<u16>().unwrap_or(0)
        });
        let mut next = || parts.next().unwrap_or(0);
        let numbers = (next(), next(), next());
        Self { text, numbers }
    }

    /// The version as the server gave it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Major, minor and patch number; 0 where the text has none.
    pub fn numbers(&self) -> (u16, u16, u16) {
        self.numbers
    }

    /// The first two dot-separated parts, `0.0` when there are fewer: the inventory's `major_version`.
    pub fn major(&self) -> String {
        let mut parts = self.text.split('.');
        match (parts.next(), parts.next()) {
            (Some(major), Some(minor)) => format!("{major}.{minor}"),
            _ => "0.0".to_owned(),
        }
    }

    /// Whether the server is MariaDB.
    pub fn is_mariadb(&self) -> bool {
        contains_ignoring_case(&self.text, "mariadb")
    }

    /// Whether the server is MaxScale, the only binlog server known.
    pub fn is_maxscale(&self) -> bool {
        contains_ignoring_case(&self.text, "maxscale")
    }

    /// Whether this is a MySQL (not MariaDB) of at least the given version, compared numerically.
    pub fn mysql_at_least(&self, major: u16, minor: u16, patch: u16) -> bool {
        !self.is_mariadb() && !self.is_maxscale() && self.numbers >= (major, minor, patch)
    }

    /// The server's maker, told by the version and its comment.
    pub fn flavour(&self, version_comment: &str) -> Flavour {
        if self.is_maxscale() {
            Flavour::MaxScale
        } else if self.is_mariadb() {
            Flavour::MariaDb
        } else if version_comment.contains("Percona") {
            Flavour::Percona
        } else {
            Flavour::MySql
        }
    }
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_not_text() {
        assert!(
            Version::new("10.0.1").mysql_at_least(8, 4, 0),
            "a MySQL 10 is newer than 8.4"
        );
        assert!(!Version::new("10.11.19-MariaDB").mysql_at_least(8, 4, 0));
        assert!(!Version::new("8.0.9").mysql_at_least(8, 0, 22));
        assert!(Version::new("8.0.36-28").mysql_at_least(8, 0, 22));
        assert_eq!(Version::new("5.6.28-log").numbers(), (5, 6, 28));
    }

    #[test]
    fn major_is_two_parts_of_text() {
        for (text, major) in [
            ("5.6.28-log", "5.6"),
            ("8.0", "8.0"),
            ("9", "0.0"),
            ("", "0.0"),
            ("Unknown", "0.0"),
        ] {
            assert_eq!(Version::new(text).major(), major);
        }
    }
}
