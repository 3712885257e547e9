//! What follows from verdicts, as it is stored: detections, blocked recoveries, steps, changes of analysis.
//!
//! Analysis codes are text here: the inventory may hold words of another program's version.

use super::{InstanceKey, Timestamp};

/// A failure that was registered, so that its hooks run once.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Detection {
    /// Row number; 0 for one that is not stored yet.
    pub id: i64,
    /// The failed instance.
    pub key: InstanceKey,
    /// What is wrong with it: a code's word.
    pub analysis: String,
    /// Its cluster's name.
    pub cluster_name: String,
    /// Its cluster's alias, or the name.
    pub cluster_alias: String,
    /// How many replicas it has.
    pub count_replicas: u32,
    /// Their keys.
    pub replicas: Vec<InstanceKey>,
    /// Whether a recovery could follow.
    pub is_actionable: bool,
    /// Since when; `None` where what is stored is no moment.
    pub start: Option<Timestamp>,
    /// Whether it still keeps a second one from being registered.
    pub is_active: bool,
    /// Host of the program that registered it.
    pub node_hostname: String,
    /// Token of the program that registered it.
    pub node_token: String,
}

/// An instance whose analysis became another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangelogEntry {
    /// Row number; later changes have greater ones.
    pub id: i64,
    /// Whose analysis.
    pub key: InstanceKey,
    /// When it was first seen; `None` where what is stored is no moment.
    pub at: Option<Timestamp>,
    /// What it became: a code's word.
    pub analysis: String,
}

/// A recovery that was not begun because of an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedRecovery {
    /// The failed instance.
    pub key: InstanceKey,
    /// Its cluster's name.
    pub cluster_name: String,
    /// What is wrong with it: a code's word.
    pub analysis: String,
    /// When it was last held back; `None` where what is stored is no moment.
    pub last_blocked: Option<Timestamp>,
    /// Row number of the earlier recovery; 0 when unknown.
    pub blocking_recovery_id: i64,
}

/// One line of what a recovery or a run of hooks did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryStep {
    /// Row number; later steps have greater ones.
    pub id: i64,
    /// Of which recovery or run of hooks.
    pub uid: String,
    /// When; `None` where what is stored is no moment.
    pub at: Option<Timestamp>,
    /// What was done.
    pub message: String,
}

/// Keys as the classic tables hold them: `host:port`, joined by commas.
pub fn comma_list(keys: &[InstanceKey]) -> String {
    let texts: Vec<String> = keys.iter().map(ToString::to_string).collect();
    texts.join(",")
}

/// Reads [`comma_list`] back; what is no key is left out.
pub fn from_comma_list(text: &str) -> Vec<InstanceKey> {
    text.split(',').filter_map(InstanceKey::parse_printed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_keys_are_read_back_and_garbage_is_left_out() {
        let keys = [InstanceKey::new("a", 1), InstanceKey::new("b.c", 2)];
        assert_eq!(from_comma_list(&comma_list(&keys)), keys);
        assert_eq!(from_comma_list("a:1,,nonsense,b.c:x,b.c:2"), keys);
        assert_eq!(comma_list(&[]), "");
        assert_eq!(from_comma_list(""), []);
    }
}
