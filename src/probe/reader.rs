//! A session's connection, lent for a few questions.

use super::dialect::Dialect;
use super::fault;
use super::session::Session;
use super::settings::ProbeSettings;
use super::wire::{Connection, ResultSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who asks.
pub(super) struct Reader<'a> {
    connection: Connection,
    pub(super) dialect: &'static Dialect,
    pub(super) settings: &'a ProbeSettings,
    deadline: Instant,
    is_sound: bool,
}

/// Asks on a session's connection, which is given back where it can go on being used.
///
/// # Errors
/// That there is no connection, or what `work` says.
pub(super) fn read_on<T>(
    session: &mut Session,
    limit: Duration,
    work: impl FnOnce(&mut Reader<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let deadline = Instant::now() + limit;
    let settings = Arc::clone(session.settings());
    let (connection, dialect) = session.lend(deadline).map_err(|error| error.to_string())?;
    let mut reader = Reader {
        connection,
        dialect,
        settings: &settings,
        deadline,
        is_sound: true,
    };
    let outcome = work(&mut reader);
    if reader.is_sound {
        session.give_back(reader.connection);
    }
    outcome
}

impl Reader<'_> {
    /// Asks one question; `remedy` is what helps where a privilege is missing.
    ///
    /// # Errors
    /// What was answered instead.
    pub(super) fn ask(
        &mut self,
        query: &str,
        remedy: impl FnOnce(&Dialect, &ProbeSettings) -> String,
    ) -> Result<ResultSet, String> {
        let patience = self.deadline.saturating_duration_since(Instant::now());
        let mut batch = self.connection.batch(query, &[], patience, self.deadline);
        let Some(error) = batch.error else {
            return batch.sets.pop().ok_or_else(|| "no answer".to_owned());
        };
        let refusal = error.server().filter(|refusal| !refusal.ends_connection());
        self.is_sound &= refusal.is_some();
        Err(match refusal {
            Some(refusal) if fault::is_missing_grant(refusal.code) => {
                format!("{error}; {}", remedy(self.dialect, self.settings))
            }
            _ => error.to_string(),
        })
    }
}
