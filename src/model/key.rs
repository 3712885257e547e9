//! The identity of an instance, and how people write it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Identity of an instance: hostname and port, compared as text and number, case-sensitively.
///
/// The hostname is shared, so cloning a key is cheap. Ordering is by hostname, then port number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct InstanceKey {
    /// Host name or address as canonicalised at discovery; never contains brackets.
    pub hostname: Arc<str>,
    /// TCP port; 0 means "no instance".
    pub port: u16,
}

/// Prefix that marks a master host broken on purpose.
pub const DETACHED_PREFIX: &str = "//";

/// Why a text is not an instance key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError {
    given: String,
    reason: &'static str,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an instance: {}; write HOST, HOST:PORT or [IPV6]:PORT",
            self.given, self.reason
        )
    }
}

impl std::error::Error for KeyError {}

impl InstanceKey {
    /// Builds a key from its parts without checking them.
    pub fn new(hostname: impl AsRef<str>, port: u16) -> Self {
        Self {
            hostname: Arc::from(hostname.as_ref()),
            port,
        }
    }

    /// Reads `host`, `host:port`, `[v6]:port` or a bare IPv6 address; `default_port` where none is given.
    ///
    /// A text of hex digits and colons only is taken whole as an address, so `fe80::1:3306` has no port.
    ///
    /// # Errors
    /// [`KeyError`] when the text is empty, has an unusable port or fits none of the forms.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, KeyError> {
        let fail = |reason| KeyError {
            given: text.to_owned(),
            reason,
        };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(fail("it is empty"));
        }
        let (host, port) = if let Some(rest) = trimmed.strip_prefix('[') {
            let (inside, port) = rest
                .split_once("]:")
                .ok_or_else(|| fail("the bracket is not closed by ]:PORT"))?;
            if !is_bare_v6(inside) {
                return Err(fail("only an IPv6 address goes in brackets"));
            }
            (inside, Some(port))
        } else {
            match trimmed.matches(':').count() {
                0 => (trimmed, None),
                1 => trimmed.split_once(':').map_or((trimmed, None), |(h, p)| (h, Some(p))),
                _ if is_bare_v6(trimmed) => (trimmed, None),
                _ => return Err(fail("it has several colons and is no IPv6 address")),
            }
        };
        if host.is_empty() {
            return Err(fail("the host is missing"));
        }
        if host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(fail("the host contains blanks"));
        }
        let port = match port {
            None => default_port,
            Some(digits) => {
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(fail("the port is not a number"));
                }
                digits
                    .trim_start_matches('0')
                    .parse::<u16>()
                    .map_err(|_| fail("the port is not between 1 and 65535"))?
            }
        };
        Ok(Self::new(host, port))
    }

    /// Reads `host:port` as this tool and the original print it, where the last colon separates the port.
    pub fn parse_printed(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        Some(Self::new(host, port.parse().ok()?))
    }

    /// Whether this key can name a server: a real host that is not detached, and a port.
    pub fn is_valid(&self) -> bool {
        let host = self.hostname.as_ref();
        !host.is_empty() && host != "_" && !host.starts_with(DETACHED_PREFIX) && self.port > 0
    }

    /// Whether the hostname carries the mark of a deliberately broken master host.
    pub fn is_detached(&self) -> bool {
        self.hostname.starts_with(DETACHED_PREFIX)
    }

    /// Whether the key means "none": no host or no port.
    pub fn is_none(&self) -> bool {
        self.hostname.is_empty() || self.hostname.as_ref() == "_" || self.port == 0
    }
}

fn is_bare_v6(text: &str) -> bool {
    text.contains(':') && text.chars().all(|c| c == ':' || c.is_ascii_hexdigit())
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.hostname, self.port))
    }
}

/// Written and read as `{"Hostname": …, "Port": …}`, the form of the inventory's columns and of every JSON answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyParts<'a> {
    hostname: Cow<'a, str>,
    port: u16,
}

impl Serialize for InstanceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        KeyParts {
            hostname: Cow::Borrowed(&self.hostname),
            port: self.port,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for InstanceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = KeyParts::deserialize(deserializer)?;
        Ok(Self::new(parts.hostname, parts.port))
    }
}

impl fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_written_form() {
        for (text, host, port) in [
            ("db1:3307", "db1", 3307),
            ("db1:03307", "db1", 3307),
            ("db1", "db1", 3306),
            ("[::1]:3307", "::1", 3307),
            ("[fe80::a:1]:3307", "fe80::a:1", 3307),
            ("::1", "::1", 3306),
            ("fe80::1:3306", "fe80::1:3306", 3306),
            ("a:b:c", "a:b:c", 3306),
            (" db1:3307 ", "db1", 3307),
            ("//db1:3307", "//db1", 3307),
        ] {
            let key = InstanceKey::parse(text, 3306).unwrap();
            assert_eq!((key.hostname.as_ref(), key.port), (host, port), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_key() {
        for text in [
            "",
            " ",
            "g:h:i",
            "db1:",
            ":3306",
            "db1:x",
            "db1:65536",
            "db1:-1",
            "[::1]",
            "[db1]:1",
            "db1:0",
            "a b:1",
        ] {
            assert!(InstanceKey::parse(text, 3306).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn prints_without_brackets_and_orders_ports_as_numbers() {
        assert_eq!(InstanceKey::new("::1", 3307).to_string(), "::1:3307");
        assert!(InstanceKey::new("a", 900) < InstanceKey::new("a", 3306));
    }

    #[test]
    fn only_a_real_host_with_a_port_is_valid() {
        assert!(InstanceKey::new("h", 1).is_valid());
        for key in [
            InstanceKey::new("", 1),
            InstanceKey::new("_", 1),
            InstanceKey::new("//h", 1),
            InstanceKey::new("h", 0),
        ] {
            assert!(!key.is_valid(), "{key}");
        }
    }
}
