//! What every command works with: configuration, inventory, fleet, clock and log, each opened when first needed.

use super::failure::{Failure, Outcome};
use crate::args::Given;
use crate::config::{Config, Environment, Level as NoticeLevel, Loaded, Notice, Policy};
use crate::inventory::{Access, AuditEntry, Inventory, OpenOptions, Scope, append_audit_line};
use crate::model::{Fleet, Instance, InstanceKey, Timestamp};
use crate::report::log::{Level, Log, local_time};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The surroundings of one command.
pub struct Context {
    /// The configuration in force.
    pub config: Config,
    /// What pure code needs of it.
    pub policy: Policy,
    /// Where messages go.
    pub log: Log,
    access: Access,
    update_schema: bool,
    inventory: OnceCell<Inventory>,
    fleet: OnceCell<Fleet>,
    judged: OnceCell<Fleet>,
    single: OnceCell<Option<Instance>>,
}

impl Context {
    /// Loads the configuration for a command line and says what there is to say about it.
    ///
    /// # Errors
    /// When the configuration cannot be used, or asks for what this tool must not ignore.
    pub fn load(given: &Given, environment: &Environment, access: Access) -> Outcome<Self> {
        let globals = &given.globals;
        let mut log = Log::new(given.classic, globals.quiet, globals.verbose, globals.debug);
        if given.classic {
            log.info(format!("starting orchestrator, version: {}", env!("CARGO_PKG_VERSION")));
        }
        let Loaded { config, notices, .. } = crate::config::load(environment, globals.config.as_deref())
            .map_err(|error| Failure::unusable(error.to_string()))?;
        if config.debug && !globals.quiet {
            log.threshold = Level::Debug;
        }
        tell_notices(&log, notices);
        if config.raft_enabled && !globals.ignore_raft_setup {
            return Err(Failure::unusable(
                "the configuration sets RaftEnabled, and this tool does not take part in a raft setup",
            )
            .hint("give --ignore-raft-setup to run on this node's inventory alone"));
        }
        Ok(Self {
            policy: Policy::from(&config),
            update_schema: globals.enable_database_update || !config.skip_orchestrator_database_update,
            config,
            log,
            access,
            inventory: OnceCell::new(),
            fleet: OnceCell::new(),
            judged: OnceCell::new(),
            single: OnceCell::new(),
        })
    }

    /// Refuses to recover, or to watch for it, where an external key-value store would not be told.
    ///
    /// # Errors
    /// As [`Config::untold_key_value_store`] says.
    pub fn refuse_untold_store(&self) -> Outcome<()> {
        self.config.untold_key_value_store().map_or(Ok(()), |key| {
            Err(Failure::unusable(format!(
                "{key} is set, and recoveries would not be told there: this tool writes to no external key-value store"
            ))
            .hint("set IgnoreExternalKV: true to go on nevertheless, or leave the recovery filters empty"))
        })
    }

    /// Tells of a failure that does not end the command, with what helps.
    pub fn tell(&self, failure: &Failure) {
        self.log.error(failure);
        failure.hints.iter().for_each(|hint| self.log.hint(hint));
    }

    /// The wall clock, in whole seconds.
    pub fn now(&self) -> Timestamp {
        now()
    }

    /// Whether masters and intermediate masters of the cluster with this name and alias are recovered unasked.
    pub fn is_automated(&self, name: &str, alias: &str) -> (bool, bool) {
        let policy = &self.policy;
        (
            policy.recover_master_cluster_filters.matches(name, alias),
            policy.recover_intermediate_master_cluster_filters.matches(name, alias),
        )
    }

    /// The inventory, opened on first use.
    ///
    /// # Errors
    /// When the file cannot be opened or is not an inventory.
    pub fn inventory(&self) -> Outcome<&Inventory> {
        if let Some(inventory) = self.inventory.get() {
            return Ok(inventory);
        }
        let opened = self.open_inventory()?;
        Ok(self.inventory.get_or_init(|| opened))
    }

    /// Opens the inventory anew, for those who must own it.
    ///
    /// # Errors
    /// As [`Context::inventory`].
    fn open_inventory(&self) -> Outcome<Inventory> {
        self.open_with(self.update_schema, self.config.panic_if_different_database_deploy)
    }

    /// Opens the inventory to bring its layout up to date, whatever keeps other commands from doing so on the way.
    ///
    /// # Errors
    /// As [`Context::inventory`].
    pub fn open_to_redeploy(&self) -> Outcome<Inventory> {
        self.open_with(true, false)
    }

    fn open_with(&self, update_schema: bool, panic_if_different: bool) -> Outcome<Inventory> {
        Ok(self.opener(update_schema, panic_if_different)?.open()?)
    }

    /// What opens further connections to the inventory, for threads that need their own.
    ///
    /// # Errors
    /// When the folder of an inventory that nobody configured cannot be made.
    pub fn reopener(&self) -> Outcome<Opener> {
        self.opener(self.update_schema, self.config.panic_if_different_database_deploy)
    }

    fn opener(&self, update_schema: bool, panic_if_different: bool) -> Outcome<Opener> {
        Ok(Opener {
            path: self.inventory_path()?,
            options: OpenOptions {
                busy_timeout: Duration::from_millis(self.config.sqlite3_busy_timeout_milliseconds.max(5_000)),
                update_schema,
                panic_if_different,
                access: self.access,
                now: self.now(),
            },
        })
    }

    fn inventory_path(&self) -> Outcome<PathBuf> {
        let path = PathBuf::from(&self.config.sqlite3_data_file);
        if self.config.uses_default_inventory()
            && let Some(folder) = path.parent()
        {
            std::fs::create_dir_all(folder).map_err(|e| {
                Failure::unusable(format!(
                    "creating the folder {} for the inventory: {e}",
                    folder.display()
                ))
                .hint("set SQLite3DataFile in the configuration")
            })?;
            if self.update_schema && !path.exists() {
                self.log.hint(format!(
                    "no inventory is configured; a new one is made: {}",
                    path.display()
                ));
            }
        }
        Ok(path)
    }

    /// Everything known of every instance, loaded on first use.
    ///
    /// # Errors
    /// When the inventory cannot be read.
    pub fn fleet(&self) -> Outcome<&Fleet> {
        self.loaded(&self.fleet, Scope::Everything)
    }

    /// As much of every instance as analysis looks at: quicker to load, and not for showing instances.
    ///
    /// # Errors
    /// When the inventory cannot be read.
    pub fn fleet_to_judge(&self) -> Outcome<&Fleet> {
        if self.fleet.get().is_some() {
            self.fleet()
        } else {
            self.loaded(&self.judged, Scope::Analysis)
        }
    }

    fn loaded<'c>(&'c self, cell: &'c OnceCell<Fleet>, scope: Scope<'_>) -> Outcome<&'c Fleet> {
        if let Some(fleet) = cell.get() {
            return Ok(fleet);
        }
        let inventory = self.inventory()?;
        let fleet = inventory.load_fleet(scope)?;
        self.tell_garbage(inventory);
        Ok(cell.get_or_init(|| fleet))
    }

    /// One instance, read alone; `None` where it is not known by this exact key. A command that asks for several is
    /// better served by the fleet, so the second one comes from there.
    ///
    /// # Errors
    /// When the inventory cannot be read.
    pub fn single(&self, key: &InstanceKey) -> Outcome<Option<&Instance>> {
        if self.fleet.get().is_none() && self.single.get().is_none() {
            let read = self.inventory()?.instance(key)?;
            self.tell_garbage(self.inventory()?);
            self.single.get_or_init(|| read);
        }
        match self.single.get() {
            Some(Some(instance)) if instance.key == *key => Ok(Some(instance)),
            Some(None) if self.fleet.get().is_none() => Ok(None),
            _ => Ok(self.fleet()?.get(key)),
        }
    }

    fn tell_garbage(&self, inventory: &Inventory) {
        let warnings = inventory.warnings();
        for warning in &warnings.list {
            self.log.warn(format!("inventory {}: {warning}", inventory.file()));
        }
        if warnings.unlisted > 0 {
            self.log.warn(format!(
                "inventory {}: and {} more unreadable values",
                inventory.file(),
                warnings.unlisted
            ));
        }
    }

    /// Writes an audit line where the configuration asks for one.
    pub fn audit(&self, kind: &str, key: Option<&InstanceKey>, message: &str) {
        let cluster = key
            .and_then(|key| self.inventory().ok()?.instance(key).ok().flatten())
            .map_or_else(String::new, |instance| instance.cluster.name);
        let entry = AuditEntry {
            at: self.now(),
            kind: kind.to_owned(),
            key: key.cloned().unwrap_or_default(),
            cluster,
            message: message.to_owned(),
        };
        let write = |entry: &AuditEntry| Ok(self.inventory()?.write_audit(entry)?);
        write_audit(&self.config, self.log, &entry, write);
    }
}

/// Writes an audit entry where the configuration asks for it, into the inventory with `write`, and says it.
pub fn write_audit(config: &Config, log: Log, entry: &AuditEntry, write: impl FnOnce(&AuditEntry) -> Outcome<()>) {
    let file = &config.audit_log_file;
    if !file.is_empty()
        && let Err(error) = append_audit_line(Path::new(file), entry, &local_time())
    {
        log.error(format!("writing the audit file {file}: {error}"));
    }
    if config.audit_to_backend_db
        && let Err(error) = write(entry)
    {
        log.error(error);
    }
    let AuditEntry { kind, key, message, .. } = entry;
    log.info(format!("auditType:{kind} instance:{key} message:{message}"));
}

/// Keys that have no effect are many in a file made for the original: where nobody asked for more than warnings, they
/// are counted instead of listed.
fn tell_notices(log: &Log, notices: Vec<Notice>) {
    let idle = notices.iter().filter(|n| n.about_idle_key).count();
    let counts_idle = log.threshold == Level::Warning && idle > 1;
    for notice in notices.into_iter().filter(|n| !(counts_idle && n.about_idle_key)) {
        let level = match notice.level {
            NoticeLevel::Info => Level::Info,
            NoticeLevel::Warning => Level::Warning,
            NoticeLevel::Error => Level::Error,
        };
        log.say(level, notice.text);
    }
    if counts_idle {
        log.warn(format!(
            "{idle} configuration keys have no effect in this tool; `orchestrator config check` lists them"
        ));
    }
}

impl Drop for Context {
    /// A command ends with its process, which gives memory back at once; freeing every instance first would take as
    /// long as judging them.
    fn drop(&mut self) {
        std::mem::forget((self.fleet.take(), self.judged.take()));
    }
}

/// Opens the inventory, also on other threads.
#[derive(Clone, Debug)]
pub struct Opener {
    /// The file.
    pub path: PathBuf,
    options: OpenOptions,
}

impl Opener {
    /// Opens it.
    ///
    /// # Errors
    /// When the file cannot be opened or is not an inventory.
    pub fn open(&self) -> crate::inventory::Result<Inventory> {
        let options = OpenOptions {
            now: now(),
            ..self.options
        };
        Inventory::open(&self.path, &options)
    }
}

/// The name of this host.
pub fn this_host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}

/// A word that names this process among those on all hosts and at all times.
pub fn process_token() -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    format!("{nanos:x}-{:x}", std::process::id())
}

/// The wall clock, in whole seconds.
pub fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}

impl From<crate::inventory::InventoryError> for Failure {
    fn from(error: crate::inventory::InventoryError) -> Self {
        Failure::unusable(error.to_string())
    }
}
