//! What was typed, whichever form it was typed in.

use super::Arg;
use std::collections::HashMap;
use std::path::PathBuf;

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// The classic text.
    #[default]
    Text,
    /// A table for people.
    Table,
    /// JSON, in the web answers' shapes where those exist.
    Json,
    /// The same as YAML.
    Yaml,
}

/// Options that every command takes.
#[derive(Clone, Debug, Default)]
pub struct Globals {
    /// Configuration file named on the command line.
    pub config: Option<PathBuf>,
    /// Output format.
    pub format: Format,
    /// Only errors on standard error.
    pub quiet: bool,
    /// Informational messages too.
    pub verbose: bool,
    /// Everything.
    pub debug: bool,
    /// Update the schema although the configuration says not to.
    pub enable_database_update: bool,
    /// Run although the configuration asks for raft.
    pub ignore_raft_setup: bool,
    /// Do not write this process to the node tables.
    pub skip_registration: bool,
    /// Change nothing: refuse what would.
    pub noop: bool,
    /// Take the right to act on the inventory from whoever has it.
    pub grab_election: bool,
}

/// A command's arguments.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The command, by its listed name.
    pub command: String,
    /// Whether the classic form was used: its exit statuses and fallbacks apply.
    pub classic: bool,
    /// Options of every command.
    pub globals: Globals,
    texts: HashMap<Arg, Vec<String>>,
    switches: Vec<Arg>,
}

impl Given {
    /// Adds a value.
    pub fn add(&mut self, arg: Arg, value: impl Into<String>) {
        self.texts.entry(arg).or_default().push(value.into());
    }

    /// Sets a switch.
    pub fn switch_on(&mut self, arg: Arg) {
        self.switches.push(arg);
    }

    /// Whether a switch is set.
    pub fn is_on(&self, arg: Arg) -> bool {
        self.switches.contains(&arg)
    }

    /// The last value given, if it is not empty.
    pub fn text(&self, arg: Arg) -> Option<&str> {
        self.texts
            .get(&arg)
            .and_then(|v| v.last())
            .map(String::as_str)
            .filter(|t| !t.is_empty())
    }

    /// Whether a value was given, be it an empty one.
    pub fn is_given(&self, arg: Arg) -> bool {
        self.texts.contains_key(&arg)
    }

    /// All values, each split at commas and blanks, empty ones dropped.
    pub fn list(&self, arg: Arg) -> Vec<&str> {
        let values = self.texts.get(&arg).map_or(&[][..], Vec::as_slice);
        values
            .iter()
            .flat_map(|v| v.split([',', ' ', '\t', '\r', '\n']))
            .filter(|t| !t.is_empty())
            .collect()
    }

    /// The same arguments with one value in the place of all values of `arg`.
    #[must_use]
    pub fn with_only(&self, arg: Arg, value: &str) -> Self {
        let mut given = self.clone();
        given.texts.insert(arg, vec![value.to_owned()]);
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_at_commas_and_blanks() {
        let mut given = Given::default();
        given.add(Arg::Instance, "a:1, b:2\n");
        given.add(Arg::Instance, "c:3");
        assert_eq!(given.list(Arg::Instance), ["a:1", "b:2", "c:3"]);
        assert_eq!(given.text(Arg::Instance), Some("c:3"));
        given.add(Arg::Alias, "");
        assert_eq!(given.text(Arg::Alias), None);
    }
}
