//! Positions in binary and relay logs, ordered as the server writes them.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// Which of an instance's logs a position lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum LogKind {
    /// The binary log; 0 in JSON.
    #[default]
    Binary,
    /// The relay log; 1 in JSON.
    Relay,
}

/// A position in a log: file name and byte offset.
///
/// Order is by file number, then offset. Names with numbers of different length (`mysql-bin.999999` and
/// `mysql-bin.1000000`) therefore compare as the server wrote them, not as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Coordinates {
    /// Log file name; empty when there is no position.
    pub file: String,
    /// Offset in bytes.
    pub position: u64,
}

impl Coordinates {
    /// Builds coordinates from their parts.
    pub fn new(file: impl Into<String>, position: u64) -> Self {
        Self {
            file: file.into(),
            position,
        }
    }

    /// Reads `file:position`; `None` when the position is not a number or the file is missing.
    pub fn parse(text: &str) -> Option<Self> {
        let (file, position) = text.rsplit_once(':')?;
        let position = position.parse().ok()?;
        (!file.is_empty()).then(|| Self::new(file, position))
    }

    /// Whether there is no position at all.
    pub fn is_none(&self) -> bool {
        self.file.is_empty()
    }

    /// Whether these are execution coordinates broken on purpose, written `//name:position` in the file's place.
    pub fn is_detached(&self) -> bool {
        self.file.starts_with("//")
    }

    /// The running number in the file name, 0 when it has none.
    pub fn file_number(&self) -> u64 {
        self.split_name().1
    }

    fn split_name(&self) -> (&str, u64) {
        match self.file.rsplit_once('.') {
            Some((base, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                (base, digits.parse().unwrap_or(u64::MAX))
            }
            _ => (&self.file, 0),
        }
    }
}

impl Ord for Coordinates {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((base, number), (other_base, other_number)) = (self.split_name(), other.split_name());
        number
            .cmp(&other_number)
            .then_with(|| self.position.cmp(&other.position))
            .then_with(|| base.cmp(other_base))
            .then_with(|| self.file.cmp(&other.file))
    }
}

impl PartialOrd for Coordinates {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.file, self.position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_different_length() {
        assert!(Coordinates::new("mysql-bin.999999", 4) < Coordinates::new("mysql-bin.1000000", 4));
        assert!(Coordinates::new("mysql-bin.000009", 900) < Coordinates::new("mysql-bin.000010", 4));
        assert!(Coordinates::new("mysql-bin.000010", 5) > Coordinates::new("mysql-bin.000010", 4));
    }

    #[test]
    fn text_forms() {
        assert_eq!(Coordinates::default().to_string(), ":0");
        assert_eq!(
            Coordinates::parse("mysql-bin.000004:371"),
            Some(Coordinates::new("mysql-bin.000004", 371))
        );
        for text in ["", "mysql-bin.000004", "mysql-bin.000004:x", ":4"] {
            assert_eq!(Coordinates::parse(text), None, "{text:?}");
        }
        assert!(Coordinates::new("//mysql-bin.000004:371", 0).is_detached());
    }

    fn any_coordinates() -> impl Strategy<Value = Coordinates> {
        ("[a-c.]{0,3}", prop::option::of(0u64..2_000_000), 0u64..50).prop_map(|(base, number, position)| {
            let file = number.map_or(base.clone(), |n| format!("{base}.{n:06}"));
            Coordinates::new(file, position)
        })
    }

    proptest! {
        #[test]
        fn order_is_total(a in any_coordinates(), b in any_coordinates(), c in any_coordinates()) {
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }

        #[test]
        fn order_follows_number_then_position(n in 0u64..2_000_000, m in 0u64..2_000_000, p in 0u64..9, q in 0u64..9) {
            let (a, b) = (Coordinates::new(format!("log.{n:06}"), p), Coordinates::new(format!("log.{m:06}"), q));
            prop_assert_eq!(a.cmp(&b), (n, p).cmp(&(m, q)));
        }

        #[test]
        fn printed_form_reads_back(file in "[a-z]{1,5}\\.[0-9]{6}", position in any::<u64>()) {
            let coordinates = Coordinates::new(file, position);
            prop_assert_eq!(Coordinates::parse(&coordinates.to_string()), Some(coordinates));
        }
    }
}
