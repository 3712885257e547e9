//! The parts of a row that follow from the reading alone, or from it and the row before.

use super::names::{Names, seen_from_here};
use super::rules::DiscoveryRules;
use crate::model::instance::{BinaryLog, Group, Gtid, Place, Replication, SemiSync, Server, ThreadState};
use crate::model::observation::{Channel, ProbeFault, Reading};
use crate::model::{Instance, InstanceKey, Observation};

/// How the probe names the question for group members.
const GROUP_QUESTION: &str = "group replication";
/// How the probe names the question for the server's uuid and GTID sets.
const GTID_QUESTION: &str = "GTID settings";

/// What was known of an instance before, for answers that failed to come this time.
pub(super) struct Known<'a> {
    pub(super) faults: &'a [ProbeFault],
    pub(super) earlier: Option<&'a Instance>,
}

impl Known<'_> {
    /// The answer to an operator's query; the earlier one where the query failed.
    pub(super) fn answer(
        &self,
        answer: &Option<String>,
        key: &str,
        earlier: impl Fn(&Instance) -> &String,
    ) -> Option<String> {
        answer
            .clone()
            .or_else(|| self.where_failed(key).map(|e| earlier(e).clone()))
    }

    /// The group, where the question about it failed: a member that merely could not be asked is no master of its own.
    pub(super) fn group(&self) -> Group {
        self.where_failed(GROUP_QUESTION)
            .map(|e| e.group.clone())
            .unwrap_or_default()
    }

    /// The earlier row, where this question failed.
    fn where_failed(&self, question: &str) -> Option<&Instance> {
        self.earlier
            .filter(|_| self.faults.iter().any(|fault| fault.question.contains(question)))
    }
}

pub(super) fn server_of(reading: &Reading, known: &Known) -> Server {
    let alias = known.answer(&reading.answers.instance_alias, "DetectInstanceAliasQuery", |e| {
        &e.server.alias
    });
    let uuid = match known.where_failed(GTID_QUESTION) {
        Some(earlier) if reading.server.uuid.is_empty() => &earlier.server.uuid,
        _ => &reading.server.uuid,
    };
    Server {
        uuid: uuid.clone(),
        major_version: reading.server.version.major(),
        is_binlog_server: reading.server.is_binlog_server || reading.server.version.is_maxscale(),
        alias: alias.unwrap_or_default(),
        ..reading.server.clone()
    }
}

/// The end of the log stays where it was where the question about it failed.
pub(super) fn binlog_of(reading: &Reading, known: &Known) -> BinaryLog {
    let unknown = reading.binlog.enabled && reading.log_end().is_none() && !known.faults.is_empty();
    let end = known
        .earlier
        .filter(|_| unknown)
        .map_or_else(|| reading.log_end().clone(), |e| e.binlog.end.clone());
    BinaryLog {
        end,
        ..reading.binlog.clone()
    }
}

pub(super) fn gtid_of(reading: &Reading, channel: Option<&Channel>, known: &Known) -> Gtid {
    let pseudo = reading
        .answers
        .pseudo_gtid
        .as_deref()
        .map(|answer| answer.trim() == "1");
    let earlier = known
        .where_failed(GTID_QUESTION)
        .filter(|_| reading.gtid_mode.is_empty());
    let (mode, executed, purged) = match earlier {
        Some(Instance { gtid, .. }) => (&gtid.mode, &gtid.executed, &gtid.purged),
        None => (&reading.gtid_mode, &reading.gtid_executed, &reading.gtid_purged),
    };
    Gtid {
        mode: mode.clone(),
        supports_oracle: !mode.is_empty() && !mode.eq_ignore_ascii_case("OFF"),
        oracle: channel.is_some_and(|c| c.oracle_gtid),
        mariadb: channel.is_some_and(|c| c.mariadb_gtid),
        pseudo: pseudo.unwrap_or_else(|| {
            known
                .where_failed("DetectPseudoGTIDQuery")
                .is_some_and(|e| e.gtid.pseudo)
        }),
        executed: executed.clone(),
        purged: purged.clone(),
        ..Gtid::default()
    }
}

pub(super) fn semi_sync_of(reading: &Reading, known: &Known) -> SemiSync {
    let enforced = match &reading.answers.semi_sync_enforced {
        Some(answer) => answer.trim().parse().unwrap_or(0),
        None => known
            .where_failed("DetectSemiSyncEnforcedQuery")
            .map_or(0, |e| e.semi_sync.enforced),
    };
    SemiSync {
        enforced,
        ..reading.semi_sync.clone()
    }
}

/// By patterns on the host name; what the operator's queries answer overrides them.
pub(super) fn place_of(reading: &Reading, hostname: &str, rules: &DiscoveryRules, known: &Known) -> Place {
    let answers = &reading.answers;
    Place {
        data_center: known
            .answer(&answers.data_center, "DetectDataCenterQuery", |e| &e.place.data_center)
            .unwrap_or_else(|| DiscoveryRules::classify(rules.data_center.as_ref(), hostname)),
        region: known
            .answer(&answers.region, "DetectRegionQuery", |e| &e.place.region)
            .unwrap_or_else(|| DiscoveryRules::classify(rules.region.as_ref(), hostname)),
        physical_environment: known
            .answer(&answers.physical_environment, "DetectPhysicalEnvironmentQuery", |e| {
                &e.place.physical_environment
            })
            .unwrap_or_else(|| DiscoveryRules::classify(rules.physical_environment.as_ref(), hostname)),
    }
}

pub(super) fn replication_of(
    reading: &Reading,
    channel: Option<&Channel>,
    own: &InstanceKey,
    names: &Names,
    observation: &Observation,
) -> Replication {
    let mut replication = channel.map_or_else(
        || Replication {
            io_state: ThreadState::None,
            sql_state: ThreadState::None,
            ..Replication::default()
        },
        |channel| channel.status.clone(),
    );
    let said = &replication.master;
    replication.master = if said.is_detached() {
        said.clone()
    } else if said.is_none() {
        InstanceKey::default()
    } else {
        let host = seen_from_here(&said.hostname, &observation.asked, own);
        names.canonical(&InstanceKey::new(host, said.port), observation.ended)
    };
    let lag = reading
        .answers
        .lag_seconds
        .map(|seconds| u64::try_from(seconds).unwrap_or(0));
    replication.lag_seconds = lag.or(replication.lag_seconds).or(replication.seconds_behind);
    replication.credentials_available |= reading.credentials_available || reading.answers.credentials == Some(true);
    replication
}
