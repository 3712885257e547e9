//! The options of a channel that go with a login: how each is read of one replica, and how it is told to another.

use crate::model::Version;
use crate::model::observation::Channel;
use crate::probe::dialect::literal;
use crate::probe::wire::{ResultSet, Row};

/// How the value of an option is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Switch,
    Number,
    Text,
}
use Kind::{Number, Switch, Text};

/// An option that goes with a login.
struct Choice {
    /// Its name without prefix.
    name: &'static str,
    /// Its column in the replica status without prefix; empty where there is none.
    status: &'static str,
    /// Its column in `performance_schema.replication_connection_configuration`.
    schema: &'static str,
    kind: Kind,
    /// The first MySQL that takes it, and whether MariaDB does.
    since: (u16, u16, u16),
    on_mariadb: bool,
}

const fn choice(name: &'static str, status: &'static str, schema: &'static str, kind: Kind) -> Choice {
    Choice {
        name,
        status,
        schema,
        kind,
        since: (0, 0, 0),
        on_mariadb: true,
    }
}

impl Choice {
    const fn since(mut self, major: u16, minor: u16, patch: u16) -> Self {
        self.since = (major, minor, patch);
        self
    }

    /// MariaDB has no such option.
    const fn mysql(mut self) -> Self {
        self.on_mariadb = false;
        self
    }

    fn is_taken_by(&self, version: &Version) -> bool {
        if version.is_mariadb() {
            self.on_mariadb
        } else {
            version.numbers() >= self.since
        }
    }
}

const PUBLIC_KEY_PATH: &str = "PUBLIC_KEY_PATH";
const GET_PUBLIC_KEY: &str = "GET_PUBLIC_KEY";

/// Every option that goes with a login. What belongs to one server alone is not among them: bind address, network
/// namespace, delay, filters.
const CHOICES: &[Choice] = &[
    choice("SSL", "SSL_Allowed", "SSL_ALLOWED", Switch),
    choice("SSL_CA", "SSL_CA_File", "SSL_CA_FILE", Text),
    choice("SSL_CAPATH", "SSL_CA_Path", "SSL_CA_PATH", Text),
    choice("SSL_CERT", "SSL_Cert", "SSL_CERTIFICATE", Text),
    choice("SSL_CIPHER", "SSL_Cipher", "SSL_CIPHER", Text),
    choice("SSL_KEY", "SSL_Key", "SSL_KEY", Text),
    choice(
        "SSL_VERIFY_SERVER_CERT",
        "SSL_Verify_Server_Cert",
        "SSL_VERIFY_SERVER_CERTIFICATE",
        Switch,
    ),
    choice("SSL_CRL", "SSL_Crl", "SSL_CRL_FILE", Text).since(5, 6, 3),
    choice("SSL_CRLPATH", "SSL_Crlpath", "SSL_CRL_PATH", Text).since(5, 6, 3),
    choice("TLS_VERSION", "TLS_Version", "TLS_VERSION", Text)
        .since(5, 7, 10)
        .mysql(),
    choice("TLS_CIPHERSUITES", "", "TLS_CIPHERSUITES", Text)
        .since(8, 0, 19)
        .mysql(),
    choice(PUBLIC_KEY_PATH, "public_key_path", "PUBLIC_KEY_PATH", Text)
        .since(8, 0, 4)
        .mysql(),
    choice(GET_PUBLIC_KEY, "", "GET_PUBLIC_KEY", Switch)
        .since(8, 0, 4)
        .mysql(),
    choice("CONNECT_RETRY", "Connect_Retry", "CONNECTION_RETRY_INTERVAL", Number),
    choice("RETRY_COUNT", "Retry_Count", "CONNECTION_RETRY_COUNT", Number)
        .since(5, 6, 1)
        .mysql(),
    choice("HEARTBEAT_PERIOD", "heartbeat_period", "HEARTBEAT_INTERVAL", Number),
    choice("COMPRESSION_ALGORITHMS", "", "COMPRESSION_ALGORITHM", Text)
        .since(8, 0, 18)
        .mysql(),
    choice("ZSTD_COMPRESSION_LEVEL", "", "ZSTD_COMPRESSION_LEVEL", Number)
        .since(8, 0, 18)
        .mysql(),
];

/// Prefixes of columns of the replica status.
const PREFIXES: [&str; 4] = ["Master_", "Source_", "Slave_", ""];

/// What `ReplicationCredentialsQuery` may answer behind user and password, by column.
const QUERIED: [(&str, usize); 3] = [("SSL_CA", 2), ("SSL_CERT", 3), ("SSL_KEY", 4)];

/// The options that are known of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Profile(Vec<(&'static str, String)>);

impl Profile {
    /// What is known, of each option by the first of these that tells: the answer to the operator's query, the status
    /// row, the performance schema.
    pub(super) fn read(channel: Option<&Channel>, schema: Option<&ResultSet>, queried: Option<&ResultSet>) -> Self {
        let schema = schema.and_then(ResultSet::first);
        let queried = queried.and_then(ResultSet::first);
        let valued = |choice: &Choice| {
            let known = [
                by_query(choice, queried),
                by_status(choice, channel),
                schema.and_then(|row| Some(row.text(row.shape().find(choice.schema)?).into_owned())),
            ];
            let text = known.into_iter().flatten().find(|text| !text.is_empty())?;
            let value = match choice.kind {
                Switch if ["no", "0"].iter().any(|no| text.eq_ignore_ascii_case(no)) => "0".to_owned(),
                Switch => "1".to_owned(),
                Number => Some(text).filter(|text| text.parse::<f64>().is_ok())?,
                Text => text,
            };
            Some((choice.name, value))
        };
        Self(CHOICES.iter().filter_map(valued).collect())
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut known = self.0.iter();
        known.find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// What a server of this version takes of it, by names without prefix, with values as literals.
    ///
    /// Without TLS and without a key file the master's public key is asked for: an account with `caching_sha2_password`
    /// that the new master has not seen yet can't log in otherwise.
    pub(super) fn options(&self, version: &Version) -> Vec<(&'static str, String)> {
        let asks_for_key = self.value("SSL") != Some("1") && self.value(PUBLIC_KEY_PATH).is_none();
        let taken = CHOICES.iter().filter(|choice| choice.is_taken_by(version));
        let told = |choice: &Choice| {
            if asks_for_key && choice.name == GET_PUBLIC_KEY {
                return Some((choice.name, "1".to_owned()));
            }
            let value = self.value(choice.name)?;
            Some(match choice.kind {
                Text => (choice.name, literal(value)),
                Switch | Number => (choice.name, value.to_owned()),
            })
        };
        taken.filter_map(told).collect()
    }
}

fn by_query(choice: &Choice, row: Option<Row<'_>>) -> Option<String> {
    let (_, at) = QUERIED.iter().find(|(name, _)| *name == choice.name)?;
    Some(row?.text(*at).into_owned())
}

fn by_status(choice: &Choice, channel: Option<&Channel>) -> Option<String> {
    let channel = channel?;
    if choice.name == GET_PUBLIC_KEY {
        return Some(
            channel
                .column(&["Get_master_public_key", "Get_Source_public_key"])
                .to_owned(),
        );
    }
    if choice.status.is_empty() {
        return None;
    }
    let names = PREFIXES.map(|prefix| format!("{prefix}{}", choice.status));
    Some(channel.column(&names.each_ref().map(String::as_str)).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(columns: &[(&str, &str)]) -> Channel {
        Channel {
            columns: columns.iter().copied().collect(),
            ..Channel::default()
        }
    }

    fn told(profile: &Profile, version: &str) -> String {
        let options = profile.options(&Version::new(version));
        let texts: Vec<_> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
        texts.join(",")
    }

    #[test]
    fn each_server_hears_what_it_takes() {
        // As 9.7 spells them.
        let channel = channel(&[
            ("Source_SSL_Allowed", "Yes"),
            ("Source_SSL_CA_File", "/ca"),
            ("Source_SSL_Verify_Server_Cert", "No"),
            ("Source_SSL_Crl", "/crl"),
            ("Source_TLS_Version", "TLSv1.3"),
            ("Source_public_key_path", "/pub"),
            ("Get_Source_public_key", "1"),
            ("Connect_Retry", "7"),
            ("Source_Retry_Count", "9"),
        ]);
        let schema = ResultSet::of(
            &["TLS_CIPHERSUITES", "HEARTBEAT_INTERVAL", "SSL_KEY"],
            &[&[Some("suite"), Some("3.500"), Some("")]],
        );
        let queried = ResultSet::of(
            &["u", "p", "ca", "cert"],
            &[&[Some("repl"), Some("pw"), None, Some("/cert")]],
        );
        let profile = Profile::read(Some(&channel), Some(&schema), Some(&queried));
        assert_eq!(
            told(&profile, "9.7.4"),
            "SSL=1,SSL_CA='/ca',SSL_CERT='/cert',SSL_VERIFY_SERVER_CERT=0,SSL_CRL='/crl',TLS_VERSION='TLSv1.3',\
             TLS_CIPHERSUITES='suite',PUBLIC_KEY_PATH='/pub',GET_PUBLIC_KEY=1,CONNECT_RETRY=7,RETRY_COUNT=9,\
             HEARTBEAT_PERIOD=3.500"
        );
        assert_eq!(
            told(&profile, "5.5.62"),
            "SSL=1,SSL_CA='/ca',SSL_CERT='/cert',SSL_VERIFY_SERVER_CERT=0,CONNECT_RETRY=7,HEARTBEAT_PERIOD=3.500"
        );
        assert_eq!(
            told(&profile, "10.11.6-MariaDB"),
            "SSL=1,SSL_CA='/ca',SSL_CERT='/cert',SSL_VERIFY_SERVER_CERT=0,SSL_CRL='/crl',CONNECT_RETRY=7,\
             HEARTBEAT_PERIOD=3.500"
        );
    }

    #[test]
    fn without_tls_the_key_is_asked_for() {
        let plain = channel(&[("Master_SSL_Allowed", "No"), ("Get_master_public_key", "0")]);
        let profile = Profile::read(Some(&plain), None, None);
        assert_eq!(told(&profile, "8.0.33"), "SSL=0,GET_PUBLIC_KEY=1");
        assert_eq!(told(&profile, "5.7.44"), "SSL=0");
        assert_eq!(told(&profile, "10.11.6-MariaDB"), "SSL=0");
    }
}
