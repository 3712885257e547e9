//! What of the configuration matters to discovery.

use crate::config::{ClusterAliases, Config, HostFilters, NameFilters, Pattern, Policy};
use crate::model::InstanceKey;

/// How host names other than a server's own become canonical (`HostnameResolveMethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HostResolve {
    /// `none`: as given, and resolutions are not stored.
    None,
    /// `default` and any unknown word: as given.
    #[default]
    Default,
    /// `cname`: the canonical name by DNS.
    Cname,
    /// `ip`: the IPv4 address, else the IPv6 address.
    Ip,
}

impl HostResolve {
    /// Reads the configured word, ignoring case.
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "cname" => Self::Cname,
            "ip" => Self::Ip,
            _ => Self::Default,
        }
    }
}

/// Which name a server goes by once it was asked (`MySQLHostnameResolveMethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OwnName {
    /// `none` and any unknown word: the name it was asked by.
    Given,
    /// `default`, `hostname`, `@@hostname`: its `@@hostname`.
    #[default]
    Hostname,
    /// `report_host`, `@@report_host`: its `@@report_host`, which must be set.
    ReportHost,
}

impl OwnName {
    /// Reads the configured word, ignoring case.
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "default" | "hostname" | "@@hostname" => Self::Hostname,
            "report_host" | "@@report_host" => Self::ReportHost,
            _ => Self::Given,
        }
    }
}

/// The configuration as far as discovery is concerned.
#[derive(Clone, Debug)]
pub struct DiscoveryRules {
    /// How other hosts' names become canonical.
    pub host_resolve: HostResolve,
    /// Which name a server goes by.
    pub own_name: OwnName,
    /// Resolved names that are not accepted.
    pub reject_resolved: Option<Pattern>,
    /// How long a resolved name is trusted.
    pub resolve_ttl_seconds: i64,
    /// Data centre by host name: the first group.
    pub data_center: Option<Pattern>,
    /// Region by host name: the first group.
    pub region: Option<Pattern>,
    /// Physical environment by host name: the first group.
    pub physical_environment: Option<Pattern>,
    /// Aliases by cluster name; the first that matches.
    pub cluster_aliases: ClusterAliases,
    /// Servers never followed to.
    pub ignore_hosts: HostFilters,
    /// Replicas and group members not followed to.
    pub ignore_replicas: HostFilters,
    /// Masters not followed to.
    pub ignore_masters: HostFilters,
    /// Replicas that replicate as one of these users are left out.
    pub ignore_users: NameFilters,
    /// Replicas are found by their own announcements first, by the process list only where nobody announced itself.
    pub discover_by_show_slave_hosts: bool,
    /// A replica found in the process list is taken at the port it announced, where it announced one.
    pub prefer_report_port: bool,
    /// Port of a host named without one.
    pub default_port: u16,
    /// Seconds between two polls of an instance.
    pub poll_seconds: i64,
    /// Pseudo-GTID is injected by this tool, so what it injected tells which clusters have it.
    pub auto_pseudo_gtid: bool,
    /// Most servers asked at once.
    pub max_concurrency: usize,
}

impl From<&Config> for DiscoveryRules {
    fn from(config: &Config) -> Self {
        let policy = Policy::from(config);
        Self {
            host_resolve: HostResolve::from_word(&config.hostname_resolve_method),
            own_name: OwnName::from_word(&config.mysql_hostname_resolve_method),
            reject_resolved: policy.reject_hostname_resolve_pattern,
            resolve_ttl_seconds: config.expiry_hostname_resolves_minutes.saturating_mul(60),
            data_center: policy.data_center_pattern,
            region: policy.region_pattern,
            physical_environment: policy.physical_environment_pattern,
            cluster_aliases: policy.cluster_aliases,
            ignore_hosts: policy.discovery_ignore_hostname_filters,
            ignore_replicas: policy.discovery_ignore_replica_hostname_filters,
            ignore_masters: policy.discovery_ignore_master_hostname_filters,
            ignore_users: policy.discovery_ignore_replication_username_filters,
            discover_by_show_slave_hosts: config.discover_by_show_slave_hosts,
            prefer_report_port: config.prefer_report_port,
            default_port: config.default_port(),
            poll_seconds: i64::try_from(config.instance_poll_seconds).unwrap_or(i64::MAX),
            auto_pseudo_gtid: config.auto_pseudo_gtid,
            max_concurrency: usize::try_from(config.discovery_max_concurrency).unwrap_or(usize::MAX),
        }
    }
}

impl Default for DiscoveryRules {
    /// The rules of the default configuration.
    fn default() -> Self {
        Self::from(&Config::default())
    }
}

impl DiscoveryRules {
    /// Whether this server is never to be discovered.
    pub fn ignores(&self, key: &InstanceKey) -> bool {
        self.ignore_hosts.matches(&key.hostname, key.port)
    }

    /// Whether a master found this way is followed to.
    pub fn follows_master(&self, key: &InstanceKey) -> bool {
        key.is_valid() && !self.ignores(key) && !self.ignore_masters.matches(&key.hostname, key.port)
    }

    /// Whether a replica or group member found this way is followed to.
    pub fn follows_replica(&self, key: &InstanceKey) -> bool {
        self.keeps_replica(key) && !self.ignores(key)
    }

    /// Whether a replica found this way counts as one at all.
    pub fn keeps_replica(&self, key: &InstanceKey) -> bool {
        key.is_valid() && !self.ignore_replicas.matches(&key.hostname, key.port)
    }

    /// What the first group of a pattern matches in a host name; empty where there is no pattern or no match.
    pub(super) fn classify(pattern: Option<&Pattern>, hostname: &str) -> String {
        pattern
            .and_then(|p| p.first_group(hostname))
            .unwrap_or_default()
            .to_owned()
    }
}
