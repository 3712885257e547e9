//! Answers to the statements no test can list in advance: any `SELECT` of
//! variables and literals, `SHOW VARIABLES`, `SHOW STATUS` and `SET`.

use std::collections::BTreeMap;

use super::answer::Answer;
use super::protocol::split_top_level;
use super::script::{normalise, without_comments};

/// Variables that `SELECT` gives as 0 or 1 and `SHOW` as OFF or ON.
const SWITCHES: &[&str] = &[
    "log_bin",
    "log_slave_updates",
    "log_replica_updates",
    "read_only",
    "super_read_only",
    "skip_name_resolve",
    "gtid_strict_mode",
    "rpl_semi_sync_master_enabled",
    "rpl_semi_sync_slave_enabled",
    "rpl_semi_sync_source_enabled",
    "rpl_semi_sync_replica_enabled",
];

/// The system and status variables of one server, by lower-case name.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    system: BTreeMap<String, Option<String>>,
    status: BTreeMap<String, String>,
}

impl Variables {
    /// The few variables every client library asks for.
    pub fn of_version(version: &str) -> Self {
        let mut variables = Self::default();
        for (name, value) in [
            ("version", version),
            ("version_comment", "fake"),
            ("max_allowed_packet", "67108864"),
            ("wait_timeout", "28800"),
            ("socket", "/nonexistent/mysql.sock"),
            ("hostname", "127.0.0.1"),
            ("autocommit", "1"),
            ("sql_mode", ""),
        ] {
            variables.set(name, value);
        }
        variables.set_status("Uptime", "1000");
        variables
    }

    /// Sets a system variable. Switches take "0" and "1".
    pub fn set(&mut self, name: &str, value: &str) {
        self.system.insert(name.to_lowercase(), Some(value.into()));
    }

    /// Makes a system variable NULL.
    pub fn set_null(&mut self, name: &str) {
        self.system.insert(name.to_lowercase(), None);
    }

    /// Sets a system variable that is not there yet.
    pub fn set_default(&mut self, name: &str, value: &str) {
        let entry = self.system.entry(name.to_lowercase());
        entry.or_insert_with(|| Some(value.into()));
    }

    /// Makes the server not know a system variable.
    pub fn remove(&mut self, name: &str) {
        self.system.remove(&name.to_lowercase());
    }

    /// The value of a system variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.system.get(&name.to_lowercase())?.as_deref()
    }

    /// Sets a status variable; its case is kept.
    pub fn set_status(&mut self, name: &str, value: &str) {
        self.status.insert(name.into(), value.into());
    }

    /// The answer to a statement about variables; `None` for any other.
    pub fn answer(&mut self, statement: &str) -> Option<Answer> {
        let statement = without_comments(statement);
        let statement = statement.trim();
        let normalised = normalise(statement);
        let words: Vec<&str> = normalised.split(' ').collect();
        match words[..] {
            ["select", ..] => self.select(statement),
            ["set", ..] => Some(self.assign(statement)),
            ["show", "global" | "session" | "local", kind, ..] | ["show", kind, ..]
                if kind == "variables" || kind == "status" =>
            {
                Some(self.show(statement, kind))
            }
            _ => None,
        }
    }

    fn select(&self, statement: &str) -> Option<Answer> {
        let list = statement.get(6..)?.trim();
        if normalise(list).contains(" from ") {
            return None;
        }
        let mut columns = Vec::new();
        let mut row = Vec::new();
        for item in split_top_level(list, ',') {
            let (expression, name) = split_alias(item.trim());
            match self.evaluate(expression)? {
                Ok(value) => row.push(value),
                Err(error) => return Some(error),
            }
            columns.push(name);
        }
        Some(Answer::Rows {
            columns,
            rows: vec![row],
        })
    }

    fn evaluate(&self, expression: &str) -> Option<Result<Option<String>, Answer>> {
        let lower = expression.to_lowercase();
        if let Some(name) = lower.strip_prefix("@@") {
            let name = unscoped(name);
            return Some(match self.system.get(name) {
                Some(value) => Ok(value.clone()),
                None => Err(unknown_variable(name)),
            });
        }
        let value = match lower.as_str() {
            "version()" => self.get("version")?.to_string(),
            "connection_id()" => "1".into(),
            "unix_timestamp()" => "1700000000".into(),
            "now()" | "sysdate()" | "current_timestamp" | "utc_timestamp()" => "2023-11-14 22:13:20".into(),
            _ if lower.starts_with("convert_tz(utc_timestamp(3),") => "2023-11-14 22:13:20.000".into(),
            "null" | "database()" => return Some(Ok(None)),
            "true" => "1".into(),
            "false" => "0".into(),
            _ if lower.starts_with('@') => return Some(Ok(None)),
            _ => literal(expression)?,
        };
        Some(Ok(Some(value)))
    }

    fn show(&self, statement: &str, kind: &str) -> Answer {
        let (_, condition) = split_word(statement, kind);
        let system = kind == "variables";
        let mut rows = Vec::new();
        let mut add = |name: &str, value: String| {
            if selected(name, condition) {
                rows.push(vec![Some(name.to_string()), Some(value)]);
            }
        };
        if system {
            for (name, value) in &self.system {
                add(name, shown(name, value.as_deref().unwrap_or("")));
            }
        } else {
            for (name, value) in &self.status {
                add(name, value.clone());
            }
        }
        Answer::Rows {
            columns: vec!["Variable_name".into(), "Value".into()],
            rows,
        }
    }

    fn assign(&mut self, statement: &str) -> Answer {
        let list = statement.get(3..).unwrap_or_default();
        for item in split_top_level(list, ',') {
            let Some((target, value)) = item.split_once('=') else {
                continue; // SET NAMES and the like
            };
            let target = normalise(target.trim_end_matches(':'));
            if target.starts_with('@') && !target.starts_with("@@") {
                continue;
            }
            let bare = target.strip_prefix("@@").unwrap_or(&target);
            let is_global = bare.starts_with("global") || bare.starts_with("persist");
            let words = bare.split([' ', '.']).collect::<Vec<_>>();
            let name = words[words.len() - 1];
            if !self.system.contains_key(name) {
                return unknown_variable(name);
            }
            if is_global {
                let value = literal(value).unwrap_or_else(|| value.trim().to_string());
                let value = match value.to_lowercase().as_str() {
                    "on" | "true" if SWITCHES.contains(&name) => "1".into(),
                    "off" | "false" if SWITCHES.contains(&name) => "0".into(),
                    _ => value,
                };
                self.set(name, &value);
            }
        }
        Answer::Ok
    }
}

fn unknown_variable(name: &str) -> Answer {
    Answer::error(1193, "HY000", &format!("Unknown system variable '{name}'"))
}

fn unscoped(name: &str) -> &str {
    let scopes = ["global.", "session.", "local."];
    let found = scopes.iter().find_map(|s| name.strip_prefix(s));
    found.unwrap_or(name).trim_matches('`')
}

fn shown(name: &str, value: &str) -> String {
    match value {
        "1" if SWITCHES.contains(&name) => "ON".into(),
        "0" if SWITCHES.contains(&name) => "OFF".into(),
        _ => value.into(),
    }
}

/// The expression and the column name of one item of a select list.
fn split_alias(item: &str) -> (&str, String) {
    let at = item.rfind(char::is_whitespace);
    let Some((expression, alias)) = at.map(|at| item.split_at(at)) else {
        return (item, unquoted(item).to_string());
    };
    let expression = expression.trim_end();
    let stripped = match expression.get(expression.len().saturating_sub(3)..) {
        Some(tail) if tail.eq_ignore_ascii_case(" as") => expression[..expression.len() - 3].trim_end(),
        _ => expression,
    };
    (stripped, unquoted(alias.trim()).to_string())
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['`', '\'', '"'])
}

fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    if text.parse::<f64>().is_ok() {
        return Some(text.into());
    }
    let quote = text.chars().next().filter(|c| *c == '\'' || *c == '"')?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let doubled = [quote, quote].iter().collect::<String>();
    Some(inner.replace(&doubled, &quote.to_string()))
}

/// The text behind the first occurrence of `word`, whatever its case.
fn split_word<'a>(text: &'a str, word: &str) -> (&'a str, &'a str) {
    let at = text.to_lowercase().find(word).map_or(text.len(), |at| at + word.len());
    text.split_at(at.min(text.len()))
}

/// Whether `LIKE 'pattern'` or `WHERE variable_name IN (...)` chooses a name.
/// Every quoted string of the condition counts as a pattern.
fn selected(name: &str, condition: &str) -> bool {
    if condition.trim().is_empty() {
        return true;
    }
    let mut patterns = condition.split(['\'', '"']).skip(1).step_by(2);
    let escape = condition.to_lowercase().contains("like");
    patterns.any(|p| {
        let p = p.to_lowercase();
        let name = name.to_lowercase();
        if escape {
            like(name.as_bytes(), p.as_bytes())
        } else {
            name == p
        }
    })
}

fn like(text: &[u8], pattern: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'%', rest @ ..], _) => (0..=text.len()).any(|at| like(&text[at..], rest)),
        ([b'\\', p, rest @ ..], [t, tail @ ..]) => p == t && like(tail, rest),
        ([b'_', rest @ ..], [_, tail @ ..]) => like(tail, rest),
        ([p, rest @ ..], [t, tail @ ..]) => p == t && like(tail, rest),
        _ => false,
    }
}
