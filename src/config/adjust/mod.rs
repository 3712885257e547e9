//! What is worked out from the values of all files together: old names, derived values, contradictions.
//!
//! It happens once, after all files are merged, so that a value derived from one file follows its base in the next.

mod inventory;
mod names;

use std::fmt;

use serde_json::Value;

use super::keys::Content;
use super::load::Environment;
use super::problem::{Level, Problem};
use super::table::{Config, Key};
use super::value::Kind;

/// Works out derived values, and reports what contradicts itself.
pub(super) fn adjust(config: &mut Config, environment: &Environment, any_file: bool, problems: &mut Vec<Problem>) {
    let mut adjustment = Adjustment {
        config,
        environment,
        problems,
    };
    adjustment.numbers();
    adjustment.queries();
    adjustment.credentials();
    adjustment.passwords();
    adjustment.backend(any_file);
    adjustment.recovery_period();
    adjustment.lag_query();
    adjustment.detach_lost_replicas();
    adjustment.detach_master_host();
    adjustment.postpone_replicas();
    adjustment.promotion();
    adjustment.raft();
    adjustment.web();
    adjustment.key_value_store();
    adjustment.pseudo_gtid();
    adjustment.semi_sync();
    adjustment.dead_instances();
}

struct Adjustment<'a> {
    config: &'a mut Config,
    environment: &'a Environment,
    problems: &'a mut Vec<Problem>,
}

impl Adjustment<'_> {
    fn say(&mut self, level: Level, key: Key, text: impl Into<String>) {
        self.say_with_hint(level, key, text, None);
    }

    fn say_with_hint(&mut self, level: Level, key: Key, text: impl Into<String>, hint: Option<&str>) {
        let place = self.config.place(key).cloned();
        let problem = Problem {
            hint: hint.map(str::to_string),
            ..Problem::new(level, text)
        };
        self.problems.push(problem.key(key).at(place));
    }

    fn derive(&mut self, key: Key, reason: impl fmt::Display) {
        self.config.origins.derived.insert(key, reason.to_string());
    }

    /// Keeps numbers within what they can mean.
    fn numbers(&mut self) {
        /// Keys for which 0 would stop everything.
        const AT_LEAST_ONE: [Key; 6] = [
            Key::InstancePollSeconds,
            Key::DiscoveryMaxConcurrency,
            Key::DiscoveryQueueCapacity,
            Key::MaxConcurrentReplicaOperations,
            Key::InstanceWriteBufferSize,
            Key::BinlogEventsChunkSize,
        ];
        /// Keys for which a negative number has a meaning.
        const MAY_BE_NEGATIVE: [Key; 2] = [
            Key::MySQLTopologyMaxAllowedPacket,
            Key::MySQLOrchestratorMaxAllowedPacket,
        ];

        if !(1..=i64::from(u16::MAX)).contains(&self.config.default_instance_port) {
            let text = format!(
                "DefaultInstancePort must be 1 to 65535, not {}",
                self.config.default_instance_port
            );
            self.say(Level::Error, Key::DefaultInstancePort, text);
        }
        for key in MAY_BE_NEGATIVE {
            if self
                .config
                .slot(key)
                .to_json()
                .as_i64()
                .is_none_or(|bytes| i32::try_from(bytes).is_err())
            {
                self.say(Level::Error, key, format!("{key} must be at most {}", i32::MAX));
            }
        }
        for key in Key::ALL
            .iter()
            .copied()
            .filter(|key| matches!(key.kind(), Kind::Int | Kind::UInt))
        {
            let least = i64::from(AT_LEAST_ONE.contains(&key));
            let value = self.config.slot(key).to_json();
            let too_small = value.as_i64().is_some_and(|value| value < least);
            if too_small && !MAY_BE_NEGATIVE.contains(&key) && key != Key::DefaultInstancePort {
                // A whole number always fits a key for whole numbers.
                let _ = self.config.slot_mut(key).assign(&Value::from(least));
                self.say(
                    Level::Warning,
                    key,
                    format!("{key} is {value}, which counts as {least}"),
                );
                self.derive(key, format!("{least}, the least it can be"));
            }
        }
    }

    /// Strips what may follow a query: it is run as it stands, and sometimes within another statement.
    fn queries(&mut self) {
        for key in Key::ALL
            .iter()
            .copied()
            .filter(|key| key.about().content == Content::Query)
        {
            if let Some(query) = self.config.slot_mut(key).as_text_mut() {
                let stripped = strip_query(query);
                if stripped.len() != query.len() {
                    *query = stripped.to_string();
                }
            }
        }
    }

    fn promotion(&mut self) {
        let delay = Key::DelayMasterPromotionIfSQLThreadNotUpToDate;
        if self.config.fail_master_promotion_if_sql_thread_not_up_to_date
            && self.config.delay_master_promotion_if_sql_thread_not_up_to_date
        {
            let text = format!(
                "{} and {delay} cannot both be true",
                Key::FailMasterPromotionIfSQLThreadNotUpToDate
            );
            self.say_with_hint(
                Level::Error,
                delay,
                text,
                Some("one aborts where the other waits: choose one"),
            );
        }
        let lag = Key::FailMasterPromotionOnLagMinutes;
        if self.config.fail_master_promotion_on_lag_minutes > 0 && self.config.replication_lag_query.is_empty() {
            self.say(
                Level::Error,
                lag,
                format!("{lag} above 0 requires ReplicationLagQuery to be set"),
            );
        }
    }

    fn raft(&mut self) {
        for (key, value) in [
            (Key::RaftDataDir, &self.config.raft_data_dir),
            (Key::RaftBind, &self.config.raft_bind),
        ] {
            if self.config.raft_enabled && value.is_empty() {
                let place = self.config.place(Key::RaftEnabled).cloned();
                let text = format!("{key} must be set when RaftEnabled is true");
                self.problems.push(Problem::new(Level::Error, text).key(key).at(place));
            }
        }
        if self.config.raft_advertise.is_empty() && !self.config.raft_bind.is_empty() {
            self.config.raft_advertise = self.config.raft_bind.clone();
            self.derive(Key::RaftAdvertise, "from RaftBind");
        }
    }

    fn web(&mut self) {
        let prefix = self.config.url_prefix.trim_matches('/');
        let normal = if prefix.is_empty() {
            String::new()
        } else {
            format!("/{prefix}")
        };
        if normal != self.config.url_prefix {
            self.config.url_prefix = normal;
            self.derive(Key::URLPrefix, "with one slash before it and none behind");
        }
        let address = &self.config.http_advertise;
        if let Some(fault) = (!address.is_empty()).then(|| web_address_fault(address)).flatten() {
            let text = format!("HTTPAdvertise must be scheme, host and port, such as \"http://host:3000\": {fault}");
            self.say(Level::Error, Key::HTTPAdvertise, text);
        }
    }

    fn key_value_store(&mut self) {
        let prefix = &self.config.kv_cluster_master_prefix;
        let normal = if prefix == "/" {
            prefix.clone()
        } else {
            format!("{}/", prefix.trim_end_matches('/'))
        };
        if normal != *prefix {
            self.config.kv_cluster_master_prefix = normal;
            self.derive(Key::KVClusterMasterPrefix, "with one slash behind it");
        }
        let keys = self.config.consul_max_kvs_per_transaction;
        let possible = keys.clamp(5, 64);
        if possible != keys {
            self.config.consul_max_kvs_per_transaction = possible;
            self.derive(Key::ConsulMaxKVsPerTransaction, "kept within 5 to 64");
        }
    }

    fn pseudo_gtid(&mut self) {
        if !self.config.auto_pseudo_gtid {
            return;
        }
        self.config.pseudo_gtid_pattern = "drop view if exists `_pseudo_gtid_`".to_string();
        self.config.pseudo_gtid_pattern_is_fixed_substring = true;
        self.config.pseudo_gtid_monotonic_hint = "asc:".to_string();
        self.config.detect_pseudo_gtid_query = "select 1".to_string();
        for key in [
            Key::PseudoGTIDPattern,
            Key::PseudoGTIDPatternIsFixedSubstring,
            Key::PseudoGTIDMonotonicHint,
            Key::DetectPseudoGTIDQuery,
        ] {
            self.derive(key, "from AutoPseudoGTID");
        }
    }

    fn semi_sync(&mut self) {
        if self.config.reasonable_locked_semi_sync_master_seconds == 0 {
            // Negative numbers are gone by now.
            let lag_seconds = self.config.reasonable_replication_lag_seconds.unsigned_abs();
            self.config.reasonable_locked_semi_sync_master_seconds = lag_seconds;
            self.derive(
                Key::ReasonableLockedSemiSyncMasterSeconds,
                "from ReasonableReplicationLagSeconds",
            );
        }
    }

    fn dead_instances(&mut self) {
        let factor = Key::DeadInstancePollSecondsMultiplyFactor;
        let value = self.config.dead_instance_poll_seconds_multiply_factor;
        if value < 1.0 {
            self.say(Level::Error, factor, format!("{factor} must be 1 or more, not {value}"));
        }
        let max = Key::DeadInstancePollSecondsMax;
        let poll_seconds = self.config.instance_poll_seconds;
        if self.config.dead_instance_poll_seconds_max < poll_seconds {
            if self.config.is_given(max) {
                let text = format!("{max} must be at least InstancePollSeconds, which is {poll_seconds}");
                self.say(Level::Error, max, text);
            } else {
                self.config.dead_instance_poll_seconds_max = poll_seconds;
                self.derive(max, "from InstancePollSeconds");
            }
        }
    }
}

/// Returns a query without the blanks around it and the semicolons behind.
pub fn strip_query(query: &str) -> &str {
    query
        .trim_start()
        .trim_end_matches(|last: char| last == ';' || last.is_whitespace())
}

/// Returns what is missing from or too much in an address that must be scheme, host and port.
fn web_address_fault(address: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = address.split_once("://") else {
        return Some("the scheme is missing");
    };
    if scheme.is_empty() {
        return Some("the scheme is missing");
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if !path.is_empty() {
        return Some("there is a path");
    }
    match authority.rsplit_once(':') {
        _ if authority.is_empty() => Some("the host is missing"),
        None => Some("the port is missing"),
        Some(("", _)) => Some("the host is missing"),
        Some((_, port)) if port.parse::<u16>().is_err() => Some("the port is missing"),
        Some(_) => None,
    }
}
