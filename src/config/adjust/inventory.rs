//! Credentials, passwords, and where the inventory is.

use super::Adjustment;
use crate::config::credentials;
use crate::config::problem::Level;
use crate::config::secrets::expand_variables;
use crate::config::table::Key;

impl Adjustment<'_> {
    /// Reads the credentials file, which wins over user and password given beside it.
    ///
    /// The file for a MySQL inventory is not read: there is no such inventory.
    pub(super) fn credentials(&mut self) {
        const KEY: Key = Key::MySQLTopologyCredentialsConfigFile;
        let file = self.config.mysql_topology_credentials_config_file.clone();
        if file.is_empty() {
            return;
        }
        let text = match std::fs::read_to_string(self.environment.cwd.join(&file)) {
            Ok(text) => text,
            Err(error) => {
                let text = format!("{KEY}: reading {file}: {error}");
                self.say(Level::Error, KEY, text);
                return;
            }
        };
        match credentials::parse(&text) {
            Ok(credentials) => {
                for (line, doubt) in &credentials.doubts {
                    self.say(Level::Warning, KEY, format!("{file}, line {line}: {doubt}"));
                }
                if credentials.user.is_empty() {
                    let text = format!("{KEY}: {file} has no user in its [client] section, so the user is empty");
                    self.say(Level::Warning, KEY, text);
                }
                self.config.mysql_topology_user = credentials.user;
                self.config.mysql_topology_password = credentials.password;
                self.derive(Key::MySQLTopologyUser, format!("from {file}"));
                self.derive(Key::MySQLTopologyPassword, format!("from {file}"));
            }
            Err(bad) => {
                self.say(
                    Level::Error,
                    KEY,
                    format!("{KEY}: {file}, line {}: {}", bad.line, bad.text),
                );
            }
        }
    }

    /// Puts environment variables into passwords. The password of a MySQL inventory has no effect, so a variable it
    /// wants is not missed.
    pub(super) fn passwords(&mut self) {
        for (key, missing) in [
            (Key::MySQLTopologyPassword, Level::Error),
            (Key::MySQLOrchestratorPassword, Level::Warning),
        ] {
            let environment = self.environment;
            let Some(password) = self.config.slot_mut(key).as_text_mut() else {
                continue;
            };
            match expand_variables(password, &environment.variable) {
                Ok(expanded) if expanded == *password => {}
                Ok(expanded) => {
                    *password = expanded;
                    self.derive(key, "with environment variables");
                }
                Err(name) => {
                    let text = format!("{key} needs the environment variable {name:?}, which is not set");
                    let hint = "a password that itself contains ${ can be given through a variable";
                    self.say_with_hint(missing, key, text, Some(hint));
                }
            }
        }
    }

    /// Decides where the inventory is.
    pub(super) fn backend(&mut self, any_file: bool) {
        let named = self.config.is_given(Key::BackendDB) && !self.config.backend_db.is_empty();
        let elsewhere = !self.config.mysql_orchestrator_host.is_empty();
        let hint = "set BackendDB to \"sqlite\" and SQLite3DataFile to the inventory's file";
        if named && !self.config.backend_db.to_lowercase().contains("sqlite") {
            let text = format!(
                "BackendDB is {:?}, but the inventory can be kept in SQLite only",
                self.config.backend_db
            );
            self.say_with_hint(Level::Error, Key::BackendDB, text, Some(hint));
            return;
        }
        if !named {
            self.config.backend_db = "sqlite".to_string();
        }
        match (self.config.sqlite3_data_file.is_empty(), named, elsewhere) {
            (true, true, _) => {
                let text = "SQLite3DataFile must be set when BackendDB is sqlite3";
                self.say(Level::Error, Key::BackendDB, text);
            }
            (true, false, true) => {
                let text =
                    "MySQLOrchestratorHost names a MySQL inventory, but the inventory can be kept in SQLite only";
                self.say_with_hint(Level::Error, Key::MySQLOrchestratorHost, text, Some(hint));
            }
            (true, false, false) => self.default_inventory(any_file),
            (false, false, true) => {
                let text = format!(
                    "the inventory is {}; the MySQL inventory that MySQLOrchestratorHost names is not used",
                    self.config.sqlite3_data_file
                );
                self.say(Level::Warning, Key::MySQLOrchestratorHost, text);
            }
            (false, ..) => {}
        }
    }

    fn default_inventory(&mut self, any_file: bool) {
        match self.environment.default_inventory() {
            Some(file) => {
                self.config.sqlite3_data_file = file.to_string_lossy().into_owned();
                let reason = if any_file {
                    "SQLite3DataFile is not set"
                } else {
                    "there is no configuration file"
                };
                let text = format!("{reason}: the inventory is {}", self.config.sqlite3_data_file);
                self.say(Level::Info, Key::SQLite3DataFile, text);
                self.derive(Key::SQLite3DataFile, "the user's own inventory");
            }
            None => {
                let text = "SQLite3DataFile is not set, and there is no home directory to keep the inventory in";
                let hint = "set SQLite3DataFile in a configuration file, or HOME in the environment";
                self.say_with_hint(Level::Error, Key::SQLite3DataFile, text, Some(hint));
            }
        }
    }
}
