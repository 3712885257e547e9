//! What there is to ask a server, in what order, and how a failing question is got around.

use super::dialect::Dialect;
use super::fault;
use super::settings::{ProbeSettings, Questions};
use crate::model::observation::ProbeFault;

/// One question; the order is the order of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Settings,
    ReplicaStatus,
    Gtid,
    BinlogStatus,
    ReplicaList,
    DumpThreads,
    SemiSync,
    Status,
    Group,
    StoredCredentials,
    Particulars,
    Lag,
    ClusterAlias,
    ClusterDomain,
    InstanceAlias,
    PromotionRule,
    DataCenter,
    Region,
    PhysicalEnvironment,
    PseudoGtid,
    SemiSyncEnforced,
    Credentials,
}

use Question as Q;

/// What a server is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// To know how it is: everything that an inventory keeps, and the operator's own questions.
    Probe,
    /// To change it: what matters then besides, and nothing that an operator's query could hold up.
    Look,
}

impl Question {
    pub(super) const ALL: [Self; 22] = [
        Q::Settings,
        Q::ReplicaStatus,
        Q::Gtid,
        Q::BinlogStatus,
        Q::ReplicaList,
        Q::DumpThreads,
        Q::SemiSync,
        Q::Status,
        Q::Group,
        Q::StoredCredentials,
        Q::Particulars,
        Q::Lag,
        Q::ClusterAlias,
        Q::ClusterDomain,
        Q::InstanceAlias,
        Q::PromotionRule,
        Q::DataCenter,
        Q::Region,
        Q::PhysicalEnvironment,
        Q::PseudoGtid,
        Q::SemiSyncEnforced,
        Q::Credentials,
    ];
    pub(super) const COUNT: usize = Self::ALL.len();

    /// Its place in tables of questions.
    pub(super) fn at(self) -> usize {
        self as usize
    }

    /// Whether the probe fails without its answer.
    pub(super) fn is_essential(self) -> bool {
        matches!(self, Q::Settings | Q::ReplicaStatus)
    }

    /// Whether it is asked when a connection is new and seldom after that, because its answer hardly changes.
    pub(super) fn is_seldom(self) -> bool {
        matches!(self, Q::StoredCredentials | Q::Credentials)
    }

    /// Whether it is asked in this manner of asking.
    pub(super) fn is_asked(self, manner: Manner) -> bool {
        match manner {
            Manner::Probe => self != Q::Particulars,
            Manner::Look => !self.is_operators(),
        }
    }

    /// Whether it is the operator's own.
    pub(super) fn is_operators(self) -> bool {
        self.at() >= Q::Lag.at()
    }

    /// What it asks for, in words or as the configuration key that holds it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Q::Settings => "settings",
            Q::ReplicaStatus => "replica status",
            Q::Gtid => "GTID settings",
            Q::BinlogStatus => "binary log status",
            Q::ReplicaList => "list of replicas",
            Q::DumpThreads => "binary log dump threads",
            Q::SemiSync => "semi-sync settings",
            Q::Status => "uptime and semi-sync status",
            Q::Group => "group replication members",
            Q::StoredCredentials => "stored replication credentials",
            Q::Particulars => "further settings",
            Q::Lag => "ReplicationLagQuery",
            Q::ClusterAlias => "DetectClusterAliasQuery",
            Q::ClusterDomain => "DetectClusterDomainQuery",
            Q::InstanceAlias => "DetectInstanceAliasQuery",
            Q::PromotionRule => "DetectPromotionRuleQuery",
            Q::DataCenter => "DetectDataCenterQuery",
            Q::Region => "DetectRegionQuery",
            Q::PhysicalEnvironment => "DetectPhysicalEnvironmentQuery",
            Q::PseudoGtid => "DetectPseudoGTIDQuery",
            Q::SemiSyncEnforced => "DetectSemiSyncEnforcedQuery",
            Q::Credentials => "ReplicationCredentialsQuery",
        }
    }

    /// The statements that ask it of this line of servers, in order of preference; an operator's question has none here.
    pub(super) fn statements(self, dialect: &Dialect) -> &'static [&'static str] {
        match self {
            Q::Settings => dialect.settings,
            Q::ReplicaStatus => dialect.replica_status,
            Q::Gtid => dialect.gtid,
            Q::BinlogStatus => dialect.binlog_status,
            Q::ReplicaList => dialect.replica_list,
            Q::DumpThreads => dialect.dump_threads,
            Q::SemiSync => dialect.semi_sync,
            Q::Status => dialect.status,
            Q::Group => dialect.group,
            Q::StoredCredentials => dialect.stored_credentials,
            Q::Particulars => dialect.particulars,
            _ => &[],
        }
    }

    /// The operator's query without what follows its last word; empty where none is configured.
    pub(super) fn query(self, questions: &Questions) -> &str {
        let text = match self {
            Q::Lag => &questions.lag,
            Q::ClusterAlias => &questions.cluster_alias,
            Q::ClusterDomain => &questions.cluster_domain,
            Q::InstanceAlias => &questions.instance_alias,
            Q::PromotionRule => &questions.promotion_rule,
            Q::DataCenter => &questions.data_center,
            Q::Region => &questions.region,
            Q::PhysicalEnvironment => &questions.physical_environment,
            Q::PseudoGtid => &questions.pseudo_gtid,
            Q::SemiSyncEnforced => &questions.semi_sync_enforced,
            Q::Credentials => &questions.credentials,
            _ => "",
        };
        text.trim_end_matches(|c: char| c.is_whitespace() || c == ';')
            .trim_start()
    }

    /// Whether it must travel alone, because how many answers it brings can't be told from its text.
    pub(super) fn is_loose(self, questions: &Questions) -> bool {
        let query = self.query(questions);
        let first = query.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        self.is_operators()
            && (query.contains(';') || !["select", "show", "with"].iter().any(|w| first.eq_ignore_ascii_case(w)))
    }

    /// Whether there is something to ask.
    pub(super) fn applies(self, dialect: &Dialect, settings: &ProbeSettings) -> bool {
        match self {
            // MaxScale answers none of the operator's questions.
            _ if self.is_operators() => !dialect.is_maxscale() && !self.query(&settings.questions).is_empty(),
            // A configured query stands in for the table.
            Q::StoredCredentials => !self.statements(dialect).is_empty() && settings.questions.credentials.is_empty(),
            _ => !self.statements(dialect).is_empty(),
        }
    }

    /// Whether an error says that the server has no such thing, which is an answer.
    pub(super) fn is_unsupported_by(self, code: u16) -> bool {
        match self {
            Q::Group | Q::StoredCredentials => fault::is_unknown(code),
            Q::Gtid => code == 1193,
            _ => false,
        }
    }

    /// The statement that grants what it takes; `None` where that is not known.
    pub(super) fn remedy(self, dialect: &Dialect, user: &str) -> Option<String> {
        let (privilege, object) = match self {
            Q::ReplicaStatus => (dialect.grants.replica_status, "*.*"),
            Q::BinlogStatus => (dialect.grants.binlog_status, "*.*"),
            Q::ReplicaList => (dialect.grants.replica_list, "*.*"),
            Q::DumpThreads => ("PROCESS", "*.*"),
            Q::StoredCredentials => ("SELECT", "mysql.slave_master_info"),
            Q::SemiSync | Q::Status | Q::Group => ("SELECT", "performance_schema.*"),
            _ => return None,
        };
        Some(fault::grant(privilege, object, user))
    }
}

/// A question that failed on this server, and what kind of failure it was.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) question: Question,
    pub(super) said: String,
    pub(super) remedy: Option<String>,
    /// The server has no such thing; nobody needs to hear of it.
    pub(super) unsupported: bool,
    /// It hung; a new connection is no reason to try again at once.
    pub(super) hung: bool,
}

impl Failure {
    pub(super) fn to_fault(&self) -> ProbeFault {
        ProbeFault {
            question: self.question.words().to_owned(),
            said: self.said.clone(),
            remedy: self.remedy.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Version;

    #[test]
    fn places_follow_the_order() {
        for (at, question) in Question::ALL.iter().enumerate() {
            assert_eq!(question.at(), at);
        }
    }

    #[test]
    fn queries_lose_their_end() {
        let questions = Questions {
            lag: " select 1 ; \n;".to_owned(),
            ..Questions::default()
        };
        assert_eq!(Question::Lag.query(&questions), "select 1");
        assert!(!Question::Lag.is_loose(&questions));
        for text in ["set @a=1; select @a", "call p()", "do 1"] {
            assert!(
                Question::Region.is_loose(&Questions {
                    region: text.to_owned(),
                    ..Questions::default()
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn remedies_fit_the_line() {
        for (version, privilege) in [
            ("5.7.44", "REPLICATION CLIENT"),
            ("9.7.4", "REPLICATION CLIENT"),
            ("10.11.6-MariaDB", "SLAVE MONITOR"),
        ] {
            let dialect = Dialect::of(&Version::new(version));
            let remedy = Question::ReplicaStatus.remedy(dialect, "o'rc").unwrap();
            assert_eq!(remedy, format!("GRANT {privilege} ON *.* TO 'o''rc'@'%'"));
        }
    }
}
