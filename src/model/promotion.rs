//! How willingly an instance may be promoted.

use std::fmt;
use std::str::FromStr;

/// An operator's word on promoting an instance, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PromotionRule {
    /// Known to the schema; never accepted from operators.
    Must,
    /// Promote this one rather than others.
    Prefer,
    /// No opinion.
    #[default]
    Neutral,
    /// Promote only when nothing better is left.
    PreferNot,
    /// Never promote.
    MustNot,
}

impl PromotionRule {
    /// The rules an operator or a detection query may give.
    pub const GIVEN: [Self; 4] = [Self::Prefer, Self::Neutral, Self::PreferNot, Self::MustNot];

    /// The word stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Prefer => "prefer",
            Self::Neutral => "neutral",
            Self::PreferNot => "prefer_not",
            Self::MustNot => "must_not",
        }
    }

    /// Whether the instance counts as a candidate (`must` or `prefer`).
    pub fn is_candidate(self) -> bool {
        matches!(self, Self::Must | Self::Prefer)
    }

    /// Reads a stored word; anything unknown is [`PromotionRule::Neutral`].
    pub fn from_stored(text: &str) -> Self {
        if text == "must" {
            Self::Must
        } else {
            text.parse().unwrap_or_default()
        }
    }
}

impl fmt::Display for PromotionRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for PromotionRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::GIVEN
            .into_iter()
            .find(|rule| rule.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a promotion rule: use prefer, neutral, prefer_not or must_not"))
    }
}

#[cfg(test)]
mod tests {
    use super::PromotionRule;

    #[test]
    fn must_is_stored_but_never_given() {
        assert!("must".parse::<PromotionRule>().is_err());
        assert_eq!(PromotionRule::from_stored("must"), PromotionRule::Must);
        assert_eq!(PromotionRule::from_stored("nonsense"), PromotionRule::Neutral);
        assert_eq!("prefer_not".parse(), Ok(PromotionRule::PreferNot));
    }
}
