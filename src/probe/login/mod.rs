//! By what a replica logs in at its master: user, password, TLS and key options.

mod profile;

use self::profile::Profile;
use super::dialect::Dialect;
use super::question::Question;
use super::read::{self, StatusColumns};
use super::reader::{Reader, read_on};
use super::session::Session;
use super::settings::{ProbeSettings, Secret};
use super::wire::ResultSet;
use crate::model::observation::Channel;
use crate::model::{InstanceKey, Version};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How a replica logs in at its master, as one replica does it, for another one. The password is never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The replicating user.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// TLS, key and retry options.
    profile: Profile,
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user {}", self.user)
    }
}

impl Login {
    /// The options besides user and password that a server of this version takes, by their names without prefix, with
    /// values as literals.
    pub(super) fn options(&self, version: &str) -> Vec<(&'static str, String)> {
        self.profile.options(&Version::new(version))
    }
}

/// Reads by what a server logs in at its master: user and password from `ReplicationCredentialsQuery`, where it is
/// configured and answers, else from `mysql.slave_master_info`; TLS and key options from its default channel.
///
/// # Errors
/// A sentence that says what was asked, what was answered, and what to configure.
pub fn login_of(
    key: &InstanceKey,
    settings: &Arc<ProbeSettings>,
    by_tls: bool,
    limit: Duration,
) -> Result<Login, String> {
    let mut session = Session::new(key.clone(), Arc::clone(settings)).with_tls(by_tls);
    login_on(&mut session, limit)
}

/// The same on a session's connection.
pub(super) fn login_on(session: &mut Session, limit: Duration) -> Result<Login, String> {
    let key = session.key().clone();
    let outcome = read_on(session, limit, login);
    outcome.map_err(|why| format!("reading the replication login of {key} failed: {why}"))
}

fn login(reader: &mut Reader<'_>) -> Result<Login, String> {
    let (user, password, queried) = account(reader)?;
    let channel = channel(reader);
    let schema = match has_channels(reader.dialect) {
        true => ask(reader, CONFIGURATION).ok(),
        false => None,
    };
    Ok(Login {
        user,
        password,
        profile: Profile::read(channel.as_ref(), schema.as_ref(), queried.as_ref()),
    })
}

/// User and password, and the answer to the operator's query where it is what gave them.
fn account(reader: &mut Reader<'_>) -> Result<(String, Secret, Option<ResultSet>), String> {
    let query = Question::Credentials.query(&reader.settings.questions).to_owned();
    let mut tried = Vec::new();
    if !query.is_empty() {
        match ask(reader, &query) {
            Ok(set) => match account_in(&set) {
                Some((user, password)) => return Ok((user, password, Some(set))),
                None => tried.push("ReplicationCredentialsQuery returned no user".to_owned()),
            },
            Err(said) => tried.push(format!("ReplicationCredentialsQuery: {said}")),
        }
    }
    if reader.dialect.stored_credentials.is_empty() {
        tried.push(format!("{} keeps the password in no table", reader.dialect.name));
    } else {
        let channel = if has_channels(reader.dialect) {
            " AND Channel_name=''"
        } else {
            ""
        };
        let table = format!("SELECT User_name,User_password FROM mysql.slave_master_info WHERE User_name<>''{channel}");
        match ask(reader, &table) {
            Ok(set) => match account_in(&set) {
                Some((user, password)) => return Ok((user, password, None)),
                None => tried.push("mysql.slave_master_info holds no user".to_owned()),
            },
            Err(said) => tried.push(said),
        }
    }
    let tried = tried.join("; ");
    let advice = match query.is_empty() {
        true => "configure ReplicationCredentialsQuery, which answers user and password in one row",
        false => "correct ReplicationCredentialsQuery, which is to answer user and password in one row",
    };
    Err(format!("{tried}; {advice}"))
}

fn channel(reader: &mut Reader<'_>) -> Option<Channel> {
    let statements = reader.dialect.replica_status;
    let set = statements.iter().find_map(|statement| ask(reader, statement).ok())?;
    let channels = read::channels(&set, &mut StatusColumns::default());
    channels.into_iter().find(|channel| channel.name.is_empty())
}

fn ask(reader: &mut Reader<'_>, query: &str) -> Result<ResultSet, String> {
    reader.ask(query, |dialect, settings| {
        Question::StoredCredentials
            .remedy(dialect, &settings.user)
            .unwrap_or_default()
    })
}

/// The first row's user and password; nothing without a user.
fn account_in(set: &ResultSet) -> Option<(String, Secret)> {
    let row = set.first()?;
    let user = row.text(0).into_owned();
    (!user.is_empty()).then(|| (user, Secret::from(row.text(1).into_owned())))
}

const CONFIGURATION: &str =
    "SELECT * FROM performance_schema.replication_connection_configuration WHERE CHANNEL_NAME=''";

/// Whether it is a MySQL with named channels: 5.7 and later.
fn has_channels(dialect: &Dialect) -> bool {
    dialect.verbs.channel.contains("FOR CHANNEL")
}

/// The heartbeat period that the status row tells, as MariaDB's does.
pub(super) fn heartbeat_of(channel: &Channel) -> Option<String> {
    let period = channel.column(&["Slave_heartbeat_period"]);
    period.parse::<f64>().is_ok().then(|| period.to_owned())
}

/// How else the default channel's heartbeat period is asked for.
pub(super) fn heartbeat_queries(dialect: &Dialect) -> &'static [&'static str] {
    if has_channels(dialect) {
        return &[
            "SELECT HEARTBEAT_INTERVAL FROM performance_schema.replication_connection_configuration WHERE CHANNEL_NAME=''",
            "SELECT Heartbeat FROM mysql.slave_master_info WHERE Channel_name=''",
        ];
    }
    &[
        "SHOW GLOBAL STATUS LIKE 'Slave_heartbeat_period'",
        "SELECT Heartbeat FROM mysql.slave_master_info",
    ]
}

/// The period in the answer to one of [`heartbeat_queries`].
pub(super) fn heartbeat_in(set: &ResultSet) -> Option<String> {
    let last = set.shape().len().checked_sub(1)?;
    let period = set.first()?.text(last).into_owned();
    period.parse::<f64>().is_ok().then_some(period)
}
