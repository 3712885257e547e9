//! What a probe needs to know of the configuration.

use super::wire::Tls;
use crate::config::Config;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How to reach servers and what to ask them. Shared by all sessions.
#[derive(Debug)]
pub struct ProbeSettings {
    /// `MySQLTopologyUser`.
    pub user: String,
    /// `MySQLTopologyPassword`.
    pub password: Secret,
    /// `MySQLConnectTimeoutSeconds`: bounds the name lookup, each address tried, and each answer of the handshake.
    pub connect_timeout: Duration,
    /// `MySQLDiscoveryReadTimeoutSeconds`: bounds the wait for each part of an answer.
    pub read_timeout: Duration,
    /// Bounds a whole probe, whatever it does.
    pub deadline: Duration,
    /// TLS.
    pub tls: TlsSettings,
    /// Longest packet taken from a server, in bytes.
    pub max_allowed_packet: usize,
    /// `DiscoverByShowSlaveHosts`: the caller counts on the list of announced replicas.
    pub discover_by_show_slave_hosts: bool,
    /// `SkipMaxScaleCheck`.
    pub skip_maxscale_check: bool,
    /// The operator's own queries.
    pub questions: Questions,
    config: OnceLock<Result<Tls, String>>,
}

/// TLS towards servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// `MySQLTopologyUseMutualTLS`: TLS for every server.
    pub mutual: bool,
    /// `MySQLTopologyUseMixedTLS`: without TLS first, with it where the server wants it.
    pub mixed: bool,
    /// `MySQLTopologySSLCAFile`; empty for the public CAs.
    pub ca: String,
    /// `MySQLTopologySSLCertFile`.
    pub cert: String,
    /// `MySQLTopologySSLPrivateKeyFile`.
    pub key: String,
    /// `MySQLTopologySSLSkipVerify`.
    pub skip_verify: bool,
}

/// Queries that operators configure, one row and one column each; empty where none is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// `ReplicationLagQuery`.
    pub lag: String,
    /// `DetectClusterAliasQuery`.
    pub cluster_alias: String,
    /// `DetectClusterDomainQuery`.
    pub cluster_domain: String,
    /// `DetectInstanceAliasQuery`.
    pub instance_alias: String,
    /// `DetectPromotionRuleQuery`.
    pub promotion_rule: String,
    /// `DetectDataCenterQuery`.
    pub data_center: String,
    /// `DetectRegionQuery`.
    pub region: String,
    /// `DetectPhysicalEnvironmentQuery`.
    pub physical_environment: String,
    /// `DetectPseudoGTIDQuery`.
    pub pseudo_gtid: String,
    /// `DetectSemiSyncEnforcedQuery`.
    pub semi_sync_enforced: String,
    /// `ReplicationCredentialsQuery`.
    pub credentials: String,
}

impl ProbeSettings {
    /// Settings with the configuration's defaults for everything but the account.
    pub fn new(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            user: user.into(),
            password: password.into(),
            connect_timeout: Duration::from_secs(2),
            read_timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(12),
            tls: TlsSettings {
                mixed: true,
                ..TlsSettings::default()
            },
            max_allowed_packet: 64 << 20,
            discover_by_show_slave_hosts: false,
            skip_maxscale_check: true,
            questions: Questions::default(),
            config: OnceLock::new(),
        }
    }

    /// The client's side of TLS, built once from the files named at the first use.
    pub(super) fn tls_config(&self) -> Result<&Tls, String> {
        self.config
            .get_or_init(|| Tls::new(&self.tls))
            .as_ref()
            .map_err(Clone::clone)
    }
}

impl From<&Config> for ProbeSettings {
    fn from(config: &Config) -> Self {
        let seconds = |n: i64| Duration::from_secs(u64::try_from(n).unwrap_or(0).max(1));
        let connect_timeout = seconds(config.mysql_connect_timeout_seconds);
        let read_timeout = seconds(config.mysql_discovery_read_timeout_seconds);
        let mut settings = Self::new(
            config.mysql_topology_user.clone(),
            config.mysql_topology_password.clone(),
        );
        settings.connect_timeout = connect_timeout;
        settings.read_timeout = read_timeout;
        settings.deadline = connect_timeout + read_timeout;
        settings.tls = TlsSettings {
            mutual: config.mysql_topology_use_mutual_tls,
            mixed: config.mysql_topology_use_mixed_tls,
            ca: config.mysql_topology_ssl_ca_file.clone(),
            cert: config.mysql_topology_ssl_cert_file.clone(),
            key: config.mysql_topology_ssl_private_key_file.clone(),
            skip_verify: config.mysql_topology_ssl_skip_verify,
        };
        if let Some(packet) = usize::try_from(config.mysql_topology_max_allowed_packet)
            .ok()
            .filter(|p| *p > 0)
        {
            settings.max_allowed_packet = packet;
        }
        settings.discover_by_show_slave_hosts = config.discover_by_show_slave_hosts;
        settings.skip_maxscale_check = config.skip_max_scale_check;
        settings.questions = Questions {
            lag: config.replication_lag_query.clone(),
            cluster_alias: config.detect_cluster_alias_query.clone(),
            cluster_domain: config.detect_cluster_domain_query.clone(),
            instance_alias: config.detect_instance_alias_query.clone(),
            promotion_rule: config.detect_promotion_rule_query.clone(),
            data_center: config.detect_data_center_query.clone(),
            region: config.detect_region_query.clone(),
            physical_environment: config.detect_physical_environment_query.clone(),
            pseudo_gtid: config.detect_pseudo_gtid_query.clone(),
            semi_sync_enforced: config.detect_semi_sync_enforced_query.clone(),
            credentials: config.replication_credentials_query.clone(),
        };
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_printed() {
        let settings = ProbeSettings::new("orc", "hush-hush");
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn missing_files_are_named() {
        let mut settings = ProbeSettings::new("orc", "");
        settings.tls.ca = "/nonexistent/ca.pem".to_owned();
        assert!(settings.tls_config().unwrap_err().contains("/nonexistent/ca.pem"));
    }
}
