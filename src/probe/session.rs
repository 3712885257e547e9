//! One server's connection and memory: what probes go through.

use super::conversation::{Conversation, Outcome};
use super::dialect::Dialect;
use super::fault;
use super::learnt::Learnt;
use super::question::{Failure, Manner, Question};
use super::read::{self, Sets};
use super::settings::ProbeSettings;
use super::wire::{Connection, Target, WireError};
use crate::model::observation::{ContactKind, ProbeFault, Reading};
use crate::model::{Contact, InstanceKey, Look, Observation, Timestamp, Version};
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
    /// Refusals during which TLS is not tried, because it failed lately.
    tls_pause: u8,
}

/// How many refusals go by before TLS is tried again after it failed. Each handshake that breaks off counts towards the
/// server's `max_connect_errors` (100), beyond which it blocks this host.
const TLS_PAUSE: u8 = 60;

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
            tls_pause: 0,
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

    /// Whether the next probe will replace the connection, because it has received much.
    pub fn is_worn(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::is_worn)
    }

    /// Closes the connection; the next probe opens another.
    pub fn close(&mut self) {
        self.connection = None;
    }

    /// Asks the server everything; always answers within the settings' deadline.
    pub fn probe(&mut self, now: &dyn Fn() -> Timestamp) -> Observation {
        let began = now();
        let started = Instant::now();
        let outcome = self.ask(Manner::Probe, started + self.settings.deadline);
        let contact = self.contact(&outcome);
        let (reading, faults) = self.read(&outcome);
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

    /// Asks the server what matters to somebody who will change it; answers by the deadline.
    ///
    /// # Errors
    /// What happened instead of an answer.
    pub(super) fn look(&mut self, deadline: Instant) -> Result<Look, Contact> {
        let outcome = self.ask(Manner::Look, deadline);
        let contact = self.contact(&outcome);
        let (reading, _) = self.read(&outcome);
        let Some(reading) = reading.filter(|_| contact.kind == ContactKind::Answered) else {
            return Err(contact);
        };
        let mut look = Look {
            key: self.asked.clone(),
            reading,
            ..Look::default()
        };
        if let Some(set) = outcome.sets.get(Question::Particulars) {
            read::particulars(set, &mut look);
        }
        Ok(look)
    }

    /// Asks everything of this kind, again on another connection where the first turns out to be closed.
    fn ask(&mut self, manner: Manner, deadline: Instant) -> Outcome {
        let reused = self.connection.is_some();
        let outcome = self.attempt(manner, deadline);
        // A connection that idled too long is closed by the server, which says nothing about its health.
        let stale = outcome.sets.get(Question::Settings).is_none()
            && outcome.failure.as_ref().is_some_and(|(_, error)| error.is_close());
        if reused && stale {
            return self.attempt(manner, deadline);
        }
        outcome
    }

    /// What was answered, and what is to be told of what was not.
    fn read(&mut self, outcome: &Outcome) -> (Option<Reading>, Vec<ProbeFault>) {
        let Some(learnt) = &mut self.learnt else {
            return (None, Vec::new());
        };
        // Without the PROCESS privilege the dump threads of others are silently missing, so none seen proves nothing.
        let dumping = outcome
            .sets
            .get(Question::DumpThreads)
            .is_some_and(read::sees_dump_threads);
        let replicas_are_known = dumping && !self.settings.discover_by_show_slave_hosts;
        let version = learnt.version_is_given.then_some(&learnt.version);
        let configured = !self.settings.questions.credentials.is_empty();
        let reading = read::reading(
            &outcome.sets,
            version,
            &mut learnt.columns,
            learnt.remembered,
            configured,
        );
        let faults = match reading {
            Some(_) => learnt.faults(replicas_are_known).map(Failure::to_fault).collect(),
            None => Vec::new(),
        };
        (reading, faults)
    }

    /// Takes the connection for something else than a probe, with how to speak on it: the open one where the server has
    /// not closed it, else a new one. [`Session::give_back`] keeps it for the next.
    pub(super) fn lend(&mut self, deadline: Instant) -> Result<(Connection, &'static Dialect), WireError> {
        let connection = match self.connection.take() {
            Some(connection) if !connection.is_closed() => connection,
            _ => self.connect(deadline)?,
        };
        let dialect = self.dialect();
        let dialect = dialect.unwrap_or_else(|| Dialect::of(&Version::new(connection.version())));
        Ok((connection, dialect))
    }

    /// Keeps a connection that is still of use.
    pub(super) fn give_back(&mut self, connection: Connection) {
        self.connection = Some(connection);
    }

    /// The settings that it goes by.
    pub(super) fn settings(&self) -> &Arc<ProbeSettings> {
        &self.settings
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

    fn attempt(&mut self, manner: Manner, deadline: Instant) -> Outcome {
        let mut connection = match self.connection.take() {
            Some(connection) if connection.is_worn() => self.renewed(connection, deadline),
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
            manner,
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
                manner,
                deadline,
            }
            .hold();
        }
        if outcome.1 {
            self.connection = Some(connection);
        }
        outcome.0
    }

    /// A new connection in place of a worn one, which stays in use where the server gives no other.
    fn renewed(&self, mut worn: Connection, deadline: Instant) -> Connection {
        self.open(self.wants_tls, deadline).unwrap_or_else(|_| {
            worn.wear_on();
            worn
        })
    }

    /// Connects, in mixed mode without TLS first, and notes what the new connection means for what was learnt.
    fn connect(&mut self, deadline: Instant) -> Result<Connection, WireError> {
        let mut connection = match self.open(self.wants_tls, deadline) {
            Err(error) if self.may_retry_by_tls(&error) => self.retry_by_tls(error, deadline)?,
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

    /// Whether the refusal may come from the lack of TLS: insecure transport (3159), or an account that requires TLS,
    /// which looks like a wrong password (1045).
    fn may_retry_by_tls(&mut self, refusal: &WireError) -> bool {
        let code = refusal.server().map(|error| error.code);
        if !self.settings.tls.mixed || self.wants_tls || !matches!(code, Some(3159 | 1045)) {
            return false;
        }
        let paused = code == Some(1045) && self.tls_pause > 0;
        self.tls_pause = self.tls_pause.saturating_sub(1);
        !paused
    }

    /// The second try of mixed mode. A server that offers no TLS has told the reason already.
    fn retry_by_tls(&mut self, first: WireError, deadline: Instant) -> Result<Connection, WireError> {
        match self.open(true, deadline) {
            Ok(connection) => {
                self.wants_tls = true;
                Ok(connection)
            }
            Err(WireError::Tls(text)) => {
                self.tls_pause = TLS_PAUSE;
                Err(match first {
                    WireError::Server(stage, mut error) => {
                        error.message = format!("{}; by TLS: {text}", error.message);
                        WireError::Server(stage, error)
                    }
                    other => other,
                })
            }
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
