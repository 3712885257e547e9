//! The answers a fake server gives to statements.

use std::sync::Arc;
use std::time::Duration;

use super::script::Script;

/// A function from a statement to its answer.
pub type Computed = Arc<dyn Fn(&mut Script, &str) -> Answer + Send + Sync>;

/// The answer to one statement.
#[derive(Clone)]
pub enum Answer {
    /// A text result set.
    Rows {
        /// Column names.
        columns: Vec<String>,
        /// One value per column; `None` is NULL.
        rows: Vec<Vec<Option<String>>>,
    },
    /// An OK packet.
    Ok,
    /// An error packet; it ends the batch.
    Error {
        /// Server error number.
        code: u16,
        /// Five-character SQLSTATE.
        sqlstate: String,
        /// Error text.
        message: String,
    },
    /// Nothing, until the client or the server goes away.
    Hang,
    /// The connection closes.
    Close,
    /// These bytes, raw; the connection stays open.
    Garbage(Vec<u8>),
    /// The answer, later.
    Delay(Duration, Box<Answer>),
    /// That many bytes of the answer, then nothing more.
    HangAfter(usize, Box<Answer>),
    /// That many bytes of the answer, then the connection closes.
    CloseAfter(usize, Box<Answer>),
    /// Computed from the statement as it was sent. The function may change
    /// the script; it must not use the server's handle, which would deadlock.
    Call(Computed),
}

impl Answer {
    /// A result set.
    pub fn rows(columns: &[&str], rows: &[&[Option<&str>]]) -> Self {
        Answer::Rows {
            columns: columns.iter().map(|c| c.to_string()).collect(),
            rows: rows
                .iter()
                .map(|r| r.iter().map(|v| v.map(str::to_string)).collect())
                .collect(),
        }
    }

    /// A result set without rows.
    pub fn empty(columns: &[&str]) -> Self {
        Self::rows(columns, &[])
    }

    /// A result set of one row without NULLs.
    pub fn row(pairs: &[(&str, &str)]) -> Self {
        let columns: Vec<&str> = pairs.iter().map(|p| p.0).collect();
        let values: Vec<Option<&str>> = pairs.iter().map(|p| Some(p.1)).collect();
        Self::rows(&columns, &[&values])
    }

    /// An error.
    pub fn error(code: u16, sqlstate: &str, message: &str) -> Self {
        Answer::Error {
            code,
            sqlstate: sqlstate.into(),
            message: message.into(),
        }
    }

    /// Error 1227, the lack of a privilege.
    pub fn access_denied(privilege: &str) -> Self {
        let text = format!("Access denied; you need (at least one of) the {privilege} privilege(s) for this operation");
        Self::error(1227, "42000", &text)
    }

    /// Error 1064, as for a statement this version does not know.
    pub fn syntax_error(statement: &str) -> Self {
        let near: String = statement.chars().take(80).collect();
        let text = format!(
            "You have an error in your SQL syntax; check the manual that corresponds to your \
             MySQL server version for the right syntax to use near '{near}' at line 1"
        );
        Self::error(1064, "42000", &text)
    }

    /// This answer after `delay`.
    pub fn after(self, delay: Duration) -> Self {
        Answer::Delay(delay, Box::new(self))
    }

    /// An answer computed at run time.
    pub fn call(f: impl Fn(&mut Script, &str) -> Answer + Send + Sync + 'static) -> Self {
        Answer::Call(Arc::new(f))
    }
}
