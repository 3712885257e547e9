//! One server's connection and memory: what probes go through.

use super::dialect::Dialect;
use super::fault;
use super::learnt::Learnt;
use super::question::{Failure, Question};
use super::read::{self, Sets};
use super::settings::ProbeSettings;
use super::wire::{Batch, Connection, Target, WireError};
use crate::model::observation::ContactKind;
use crate::model::{Contact, InstanceKey, Observation, Timestamp, Version};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Instant;

/// A server as it is probed again and again over one connection.
///
/// The connection opens at the first probe. A failure drops it and the next probe opens another; one that the server
/// closed between probes is replaced within the probe that finds out.
pub struct Session {
    asked: InstanceKey,
    settings: Arc<ProbeSettings>,
    connection: Option<Connection>,
    learnt: Option<Box<Learnt>>,
    wants_tls: bool,
}

/// What one attempt at asking everything came to.
struct Outcome {
    sets: Sets,
    /// The failure that decides, with what was being asked.
    failure: Option<(Option<Question>, WireError)>,
}

/// Probes a server once: connects, asks everything, takes leave.
pub fn probe_once(key: &InstanceKey, settings: &Arc<ProbeSettings>, now: &dyn Fn() -> Timestamp) -> Observation {
    Session::new(key.clone(), Arc::clone(settings)).probe(now)
}

impl Session {
    /// A session that has no connection yet.
    pub fn new(asked: InstanceKey, settings: Arc<ProbeSettings>) -> Self {
        let wants_tls = settings.tls.mutual;
        Self {
            asked,
            settings,
            connection: None,
            learnt: None,
            wants_tls,
        }
    }

    /// Goes by TLS at once, for a server that was found to want it in mixed mode.
    #[must_use]
    pub fn with_tls(mut self, wants_tls: bool) -> Self {
        self.wants_tls = wants_tls || self.settings.tls.mutual;
        self
    }

    /// The key that is asked.
    pub fn key(&self) -> &InstanceKey {
        &self.asked
    }

    /// Whether the last connection went, and the next will go, by TLS; worth remembering in mixed mode.
    pub fn used_tls(&self) -> bool {
        self.wants_tls
    }

    /// The dialect spoken, once a connection came about.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        self.learnt.as_ref().map(|learnt| learnt.dialect)
    }

    /// The open connection's descriptor, to be watched for hang-up. It changes with every reconnection.
    pub fn raw_fd(&self) -> Option<RawFd> {
        self.connection.as_ref().map(Connection::raw_fd)
    }

    /// Closes the connection; the next probe opens another.
    pub fn close(&mut self) {
        self.connection = None;
    }

    /// Asks the server everything; always answers within the settings' deadline.
    pub fn probe(&mut self, now: &dyn Fn() -> Timestamp) -> Observation {
        let began = now();
        let started = Instant::now();
        let deadline = started + self.settings.deadline;
        let reused = self.connection.is_some();
        let mut outcome = self.attempt(deadline);
        // A connection that idled too long is closed by the server, which says nothing about its health.
        let stale = |outcome: &Outcome| {
            outcome.sets.get(Question::Settings).is_none()
                && outcome.failure.as_ref().is_some_and(|(_, error)| error.is_close())
        };
        if reused && stale(&outcome) {
            outcome = self.attempt(deadline);
        }
        let contact = self.contact(&outcome);
        let replicas_are_known =
            !self.settings.discover_by_show_slave_hosts && outcome.sets.get(Question::DumpThreads).is_some();
        let (mut reading, mut faults) = (None, Vec::new());
        if let Some(learnt) = &mut self.learnt {
            let version = learnt.version_is_given.then_some(&learnt.version);
            let configured = !self.settings.questions.credentials.is_empty();
            reading = read::reading(
                &outcome.sets,
                version,
                &mut learnt.columns,
                learnt.remembered,
                configured,
            );
            if reading.is_some() {
                faults = learnt.faults(replicas_are_known).map(Failure::to_fault).collect();
            }
        }
        Observation {
            asked: self.asked.clone(),
            began,
            ended: now(),
            latency: started.elapsed(),
            contact,
            reading,
            faults,
        }
    }

    fn contact(&self, outcome: &Outcome) -> Contact {
        let Some((question, error)) = &outcome.failure else {
            return Contact::answered();
        };
        let remedy = match (question, &self.learnt) {
            (Some(question), Some(learnt)) if fault::kind(error) == ContactKind::MissingGrant => {
                question.remedy(learnt.dialect, &self.settings.user)
            }
            _ => None,
        };
        fault::contact(error, *question, remedy.as_deref())
    }

    fn attempt(&mut self, deadline: Instant) -> Outcome {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.connect(deadline) {
                Ok(connection) => connection,
                Err(error) => {
                    return Outcome {
                        sets: Sets::new(),
                        failure: Some((None, error)),
                    };
                }
            },
        };
        let learnt = self
            .learnt
            .get_or_insert_with(|| Box::new(Learnt::new(Version::new(connection.version()))));
        let mut outcome = Conversation {
            connection: &mut connection,
            learnt,
            settings: &self.settings,
            deadline,
        }
        .hold();
        // A proxy may greet as another server than the one behind it.
        let told = outcome.0.sets.get(Question::Settings).and_then(read::version_of);
        if outcome.1 && !learnt.version_is_given && told.is_some_and(|version| learnt.met(version)) {
            outcome = Conversation {
                connection: &mut connection,
                learnt,
                settings: &self.settings,
                deadline,
            }
            .hold();
        }
        if outcome.1 {
            self.connection = Some(connection);
        }
        outcome.0
    }

    /// Connects, in mixed mode without TLS first, and notes what the new connection means for what was learnt.
    fn connect(&mut self, deadline: Instant) -> Result<Connection, WireError> {
        let mut connection = match self.open(self.wants_tls, deadline) {
            Err(error) if self.settings.tls.mixed && !self.wants_tls && wants_tls(&error) => {
                self.retry_by_tls(error, deadline)?
            }
            other => other?,
        };
        match &mut self.learnt {
            Some(learnt) => {
                learnt.reconnected();
                if !learnt.version_is_given {
                    learnt.met(Version::new(connection.version()));
                }
            }
            None => self.learnt = Some(Box::new(Learnt::new(Version::new(connection.version())))),
        }
        if !self.settings.skip_maxscale_check {
            self.check_maxscale(&mut connection, deadline)?;
        }
        Ok(connection)
    }

    fn open(&self, by_tls: bool, deadline: Instant) -> Result<Connection, WireError> {
        let settings = &self.settings;
        let tls = if by_tls {
            Some(settings.tls_config().map_err(WireError::Tls)?)
        } else {
            None
        };
        Connection::open(&Target {
            host: &self.asked.hostname,
            port: self.asked.port,
            user: &settings.user,
            password: settings.password.reveal(),
            tls,
            max_allowed_packet: settings.max_allowed_packet,
            patience: settings.connect_timeout,
            deadline,
        })
    }

    /// The second try of mixed mode. A server that offers no TLS has told the reason already.
    fn retry_by_tls(&mut self, first: WireError, deadline: Instant) -> Result<Connection, WireError> {
        match self.open(true, deadline) {
            Ok(connection) => {
                self.wants_tls = true;
                Ok(connection)
            }
            Err(WireError::Tls(text)) => Err(match first {
                WireError::Server(stage, mut error) => {
                    error.message = format!("{}; by TLS: {text}", error.message);
                    WireError::Server(stage, error)
                }
                other => other,
            }),
            Err(second) => Err(second),
        }
    }

    /// MaxScale tells its version in a variable of its own.
    fn check_maxscale(&mut self, connection: &mut Connection, deadline: Instant) -> Result<(), WireError> {
        let batch = connection.batch(
            "SHOW VARIABLES LIKE 'maxscale%'",
            &[],
            self.settings.read_timeout,
            deadline,
        );
        if let Some(error) = batch.error.filter(|error| error.server().is_none()) {
            return Err(error);
        }
        let rows = batch.sets.iter().flat_map(|set| set.rows());
        let version = rows
            .filter(|row| row.text(0).eq_ignore_ascii_case("maxscale_version"))
            .find_map(|row| row.value(1));
        if let (Some(version), Some(learnt)) = (version, &mut self.learnt) {
            learnt.met(Version::new(format!("{version}-maxscale")));
            learnt.version_is_given = true;
        }
        Ok(())
    }
}

/// Whether a refusal may come from the lack of TLS: insecure transport, or an account that requires it.
fn wants_tls(error: &WireError) -> bool {
    error.server().is_some_and(|error| matches!(error.code, 3159 | 1045))
}

/// One round of questions on one connection.
struct Conversation<'a> {
    connection: &'a mut Connection,
    learnt: &'a mut Learnt,
    settings: &'a ProbeSettings,
    deadline: Instant,
}

impl Conversation<'_> {
    /// Asks what is to be asked; also returns whether the connection is still of use.
    fn hold(mut self) -> (Outcome, bool) {
        let mut outcome = Outcome {
            sets: Sets::new(),
            failure: None,
        };
        let mut rest = self.learnt.plan(self.settings);
        while !rest.is_empty() {
            let count = self.fit(&rest);
            let batch = self.ask(&rest[..count]);
            let (asked, error) = (batch.sets.len(), batch.error);
            if asked > count && !rest[0].is_loose(&self.settings.questions) || asked < count && error.is_none() {
                let error = WireError::Malformed(format!("{asked} answers to {count} questions"));
                outcome.failure.get_or_insert((None, error));
                return (outcome, false);
            }
            for (question, set) in rest[..count].iter().zip(batch.sets) {
                self.take(*question, set, &mut outcome.sets);
            }
            let Some(error) = error else {
                rest.drain(..count);
                continue;
            };
            let failed = rest[asked.min(count - 1)];
            rest.drain(..asked.min(count - 1));
            match error.server().filter(|error| !error.ends_connection()) {
                Some(refusal) => {
                    if fault::is_unknown(refusal.code) | (refusal.code == 1142) && self.learnt.next_variant(failed) {
                        continue;
                    }
                    rest.remove(0);
                    if failed.is_essential() {
                        outcome.failure.get_or_insert((Some(failed), error));
                        if failed == Question::Settings {
                            return (outcome, true);
                        }
                    } else {
                        self.learnt.refused(failed, refusal, self.settings);
                    }
                }
                None => {
                    if failed.is_operators() && matches!(error, WireError::Silent(..)) {
                        self.learnt.hung(failed, &error);
                    } else {
                        outcome.failure.get_or_insert((Some(failed), error));
                    }
                    return (outcome, false);
                }
            }
        }
        (self.without_performance_schema(outcome), true)
    }

    /// How many of the next questions go in one packet.
    fn fit(&self, rest: &[Question]) -> usize {
        if !self.connection.takes_several() {
            return 1;
        }
        rest.iter()
            .take_while(|question| !question.is_loose(&self.settings.questions))
            .count()
            .max(1)
    }

    fn ask(&mut self, questions: &[Question]) -> Batch {
        let mut text = String::with_capacity(2048);
        for question in questions {
            if !text.is_empty() {
                // The line break ends a comment at the end of an operator's query.
                text.push_str("\n;");
            }
            text.push_str(self.learnt.statement(*question, self.settings));
        }
        let shapes: Vec<_> = questions
            .iter()
            .map(|question| self.learnt.shapes[question.at()].clone())
            .collect();
        self.connection
            .batch(&text, &shapes, self.settings.read_timeout, self.deadline)
    }

    fn take(&mut self, question: Question, set: super::wire::ResultSet, sets: &mut Sets) {
        self.learnt.answered(question);
        match question {
            Question::StoredCredentials => {
                let count = set.first().and_then(|row| row.number::<u64>(0));
                self.learnt.remembered.stored_credentials = count.is_some_and(|count| count > 0);
            }
            Question::Credentials => self.learnt.remembered.credentials = Some(set.first().is_some()),
            _ => {
                let known = &mut self.learnt.shapes[question.at()];
                if known.as_ref().is_none_or(|known| !Arc::ptr_eq(known, set.shape())) {
                    *known = Some(Arc::clone(set.shape()));
                }
                sets.put(question, set);
            }
        }
    }

    /// Where the performance schema is off its process list is empty; the other one is asked from then on.
    fn without_performance_schema(&mut self, mut outcome: Outcome) -> Outcome {
        let is_off = outcome
            .sets
            .get(Question::Settings)
            .is_some_and(read::performance_schema_is_off);
        let question = Question::DumpThreads;
        if is_off && self.learnt.variant(question) == 0 && self.learnt.next_variant(question) {
            let mut batch = self.ask(&[question]);
            match (batch.sets.pop(), batch.error) {
                (Some(set), None) => self.take(question, set, &mut outcome.sets),
                (_, Some(error)) => {
                    if let Some(refusal) = error.server() {
                        self.learnt.refused(question, refusal, self.settings);
                    }
                }
                (None, None) => {}
            }
        }
        outcome
    }
}
