//! Tests of the configuration, by what they look at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

mod adjusting;
mod credentials;
mod filters;
mod keys;
mod merging;
mod policy;
mod values;

/// A folder of its own, removed at the end, and an environment that sees nothing else.
struct Scratch {
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("orchestrator-config-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("conf")).unwrap();
        Scratch {
            folder,
            variables: BTreeMap::new(),
        }
    }

    /// Writes a file.
    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.join(name), content).unwrap();
        self
    }

    /// Sets an environment variable.
    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_string(), value.to_string());
        self
    }

    fn environment(&self) -> Environment {
        let variables = self.variables.clone();
        Environment {
            cwd: self.folder.clone(),
            home: Some(PathBuf::from("/home/someone")),
            system_file: self.folder.join("system.json"),
            variable: Box::new(move |name| variables.get(name).cloned()),
        }
    }

    fn load(&self, file: Option<&str>) -> Result<Loaded, ConfigError> {
        load(&self.environment(), file.map(Path::new))
    }

    fn check(&self, file: &str) -> Vec<Problem> {
        check(&self.environment(), Some(Path::new(file)))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Loads a file of that content.
fn load_text(content: &str) -> Result<Loaded, ConfigError> {
    Scratch::new().with("c.json", content).load(Some("c.json"))
}

/// Loads an object with these members besides those every file needs.
fn load_members(members: &str) -> Result<Loaded, ConfigError> {
    load_text(&format!("{{\"SQLite3DataFile\": \":memory:\", {members}}}"))
}

fn config_of(members: &str) -> Config {
    load_members(members)
        .unwrap_or_else(|error| panic!("{members}: {error}"))
        .config
}

fn error_of(members: &str) -> String {
    match load_members(members) {
        Ok(_) => panic!("{members}: loaded"),
        Err(error) => error.to_string(),
    }
}

/// Returns the notices of a level, one a line.
fn said(loaded: &Loaded, level: Level) -> String {
    let notices = loaded.notices.iter().filter(|notice| notice.level == level);
    notices
        .map(|notice| notice.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

fn value_of(config: &Config, key: &str) -> serde_json::Value {
    let key = Key::named(key).unwrap_or_else(|| panic!("no key {key}"));
    config.slot(key).to_json()
}
