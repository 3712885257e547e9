//! What is known of a configuration key besides its value, and the macro that turns the table of keys into code.

use std::collections::BTreeMap;
use std::fmt;

use super::problem::Place;
use super::table::{Config, Key};

/// What a key does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It has an effect.
    Used,
    /// It is an older name or form of the key named here, and still honoured.
    OldNameOf(&'static str),
    /// It is accepted and checked, and has no effect.
    NoEffect(Group),
}

/// Why a key has no effect: the part of the original it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The web interface.
    Web,
    /// Users of the web interface.
    Authentication,
    /// TLS of the web interface.
    WebTls,
    /// Agents.
    Agents,
    /// The consensus group.
    Raft,
    /// An inventory kept in MySQL.
    MySqlBackend,
    /// External key-value stores.
    ExternalKv,
    /// Metrics.
    Metrics,
    /// Prefixes of web messages.
    Messages,
}

impl Group {
    /// Returns what the group's keys are about, for documentation.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Web => "web",
            Group::Authentication => "authentication",
            Group::WebTls => "web TLS",
            Group::Agents => "agents",
            Group::Raft => "raft",
            Group::MySqlBackend => "MySQL backend",
            Group::ExternalKv => "external KV",
            Group::Metrics => "metrics",
            Group::Messages => "messages",
        }
    }
}

/// What a key's text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing in particular.
    Plain,
    /// A query run on a server.
    Query,
    /// A regular expression.
    Pattern,
    /// A list for [`HostFilters`](super::HostFilters).
    HostFilter,
    /// A list for [`NameFilters`](super::NameFilters).
    NameFilter,
    /// A list for [`ClusterFilters`](super::ClusterFilters).
    ClusterFilter,
}

/// What is known of a key besides its name, type and default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// What it does here.
    pub class: Class,
    /// What its text is read as.
    pub content: Content,
    /// Its value is masked when printed.
    pub secret: bool,
    /// Its absence is printed as `null`, not as an empty list.
    pub null_by_default: bool,
    /// The original does not know it.
    pub own: bool,
}

pub(super) const USED: About = About {
    class: Class::Used,
    content: Content::Plain,
    secret: false,
    null_by_default: false,
    own: false,
};
pub(super) const QUERY: About = About {
    content: Content::Query,
    ..USED
};
pub(super) const PATTERN: About = About {
    content: Content::Pattern,
    ..USED
};
pub(super) const HOST_FILTER: About = About {
    content: Content::HostFilter,
    ..USED
};
pub(super) const NAME_FILTER: About = About {
    content: Content::NameFilter,
    ..USED
};
pub(super) const CLUSTER_FILTER: About = About {
    content: Content::ClusterFilter,
    ..USED
};

pub(super) const fn no_effect(group: Group) -> About {
    About {
        class: Class::NoEffect(group),
        ..USED
    }
}

pub(super) const fn old_name_of(name: &'static str) -> About {
    About {
        class: Class::OldNameOf(name),
        ..USED
    }
}

impl About {
    pub(super) const fn secret(self) -> Self {
        About { secret: true, ..self }
    }

    pub(super) const fn null(self) -> Self {
        About {
            null_by_default: true,
            ..self
        }
    }

    pub(super) const fn query(self) -> Self {
        About {
            content: Content::Query,
            ..self
        }
    }

    pub(super) const fn own(self) -> Self {
        About { own: true, ..self }
    }
}

/// Keys of older releases that no longer exist. They are accepted with any value, and have no effect.
pub const OBSOLETE_KEYS: &[&str] = &[
    "DatabaselessMode__experimental",
    "BufferBinlogEvents",
    "BinlogFileHistoryDays",
    "MaintenanceOwner",
    "ReadLongRunningQueries",
    "DiscoveryPollSeconds",
    "ActiveNodeExpireSeconds",
    "AuditPageSize",
    "SlaveStartPostWaitMilliseconds",
    "MySQLTopologyMaxPoolConnections",
    "MaintenancePurgeDays",
    "MaintenanceExpireMinutes",
    "HttpTimeoutSeconds",
    "AgentAutoDiscover",
    "PseudoGTIDCoordinatesHistoryHeuristicMinutes",
    "PseudoGTIDPreferIndependentMultiMatch",
    "MaxOutdatedKeysToShow",
];

/// Where values come from that are not defaults.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// Keys the files give, with the place of the value that counts.
    pub given: BTreeMap<Key, Place>,
    /// Keys whose value was worked out, with the reason.
    pub derived: BTreeMap<Key, String>,
}

/// Turns the table of keys into [`Key`], [`Config`] and what connects them.
macro_rules! keys {
    ($($name:ident $field:ident: $type:ty = $default:expr, $about:expr, $doc:literal;)*) => {
        /// A configuration key, by the name it has in a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key {
            $(#[doc = $doc] $name,)*
        }

        impl Key {
            /// Every key, in the order in which the configuration is printed.
            pub const ALL: &'static [Key] = &[$(Key::$name),*];

            /// Returns the key's name in a file.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Key::$name => stringify!($name),)*
                }
            }

            /// Returns one line on what the key means.
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Key::$name => $doc,)*
                }
            }

            /// Returns the key's type.
            pub const fn kind(self) -> $crate::config::Kind {
                match self {
                    $(Key::$name => <$type as $crate::config::value::Initial>::KIND,)*
                }
            }

            /// Returns what is known of the key besides.
            pub const fn about(self) -> $crate::config::About {
                match self {
                    $(Key::$name => $about,)*
                }
            }
        }

        /// The configuration: one field for each key, and where each value comes from.
        #[derive(Clone)]
        pub struct Config {
            $(#[doc = $doc] pub $field: $type,)*
            pub(super) origins: $crate::config::keys::Origins,
        }

        impl Default for Config {
            /// Returns the configuration of an empty file, before anything is worked out from it.
            fn default() -> Self {
                Config {
                    $($field: <$type as $crate::config::value::Initial>::initial($default),)*
                    origins: Default::default(),
                }
            }
        }

        impl Config {
            pub(super) fn slot(&self, key: Key) -> &dyn $crate::config::value::Slot {
                match key {
                    $(Key::$name => &self.$field,)*
                }
            }

            pub(super) fn slot_mut(&mut self, key: Key) -> &mut dyn $crate::config::value::Slot {
                match key {
                    $(Key::$name => &mut self.$field,)*
                }
            }
        }
    };
}
pub(super) use keys;

impl Key {
    /// Returns the key of that name; case does not matter.
    pub fn named(name: &str) -> Option<Key> {
        Key::ALL
            .iter()
            .copied()
            .find(|key| key.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Config {
    /// Returns whether a configuration file gives the key.
    pub fn is_given(&self, key: Key) -> bool {
        self.origins.given.contains_key(&key)
    }

    /// Returns where a configuration file gives the key.
    pub fn place(&self, key: Key) -> Option<&Place> {
        self.origins.given.get(&key)
    }
}

impl fmt::Debug for Config {
    /// Writes the configuration with passwords and tokens masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.dump_json(true))
    }
}
