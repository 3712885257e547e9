//! Finding, reading and merging configuration files.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::adjust::adjust;
use super::keys::{Class, OBSOLETE_KEYS};
use super::problem::{ConfigError, Level, Notice, Place, Problem};
use super::read::{Entry, Format, ReadError, parse};
use super::table::{Config, Key};
use super::validate::validate;
use crate::model::near::nearest;

/// A way to look up environment variables by name.
pub type Variables = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What loading a configuration needs to know of its surroundings.
pub struct Environment {
    /// The working directory, which relative paths start from.
    pub cwd: PathBuf,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// The machine's configuration file, read before those in the working directory.
    pub system_file: PathBuf,
    /// Returns an environment variable; `None` where it is not set.
    pub variable: Variables,
}

/// The machine's configuration file where the environment does not say otherwise.
pub const SYSTEM_FILE: &str = "/etc/orchestrator.conf.json";

/// Files looked for in the working directory, each winning over those before.
pub const LOCAL_FILES: [&str; 2] = ["conf/orchestrator.conf.json", "orchestrator.conf.json"];

impl Environment {
    /// Returns the surroundings of this process. Variables that are not UTF-8 count as not set.
    pub fn of_process() -> Self {
        Environment {
            cwd: std::env::current_dir().unwrap_or_default(),
            home: std::env::var_os("HOME")
                .filter(|home| !home.is_empty())
                .map(PathBuf::from),
            system_file: PathBuf::from(SYSTEM_FILE),
            variable: Box::new(|name| std::env::var(name).ok()),
        }
    }

    /// Returns where the inventory is kept when nothing is configured: a file below `XDG_DATA_HOME`, else below
    /// `.local/share` in the home directory. `None` where neither is known.
    pub fn default_inventory(&self) -> Option<PathBuf> {
        let data = (self.variable)("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|data| data.is_absolute());
        let data = data.or_else(|| self.home.as_ref().map(|home| home.join(".local/share")))?;
        Some(data.join("orchestrator/orchestrator.sqlite3"))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("cwd", &self.cwd)
            .field("home", &self.home)
            .field("system_file", &self.system_file)
            .finish_non_exhaustive()
    }
}

/// A configuration ready for use.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The files it was read from, in order.
    pub sources: Vec<PathBuf>,
    /// What to log about it.
    pub notices: Vec<Notice>,
}

/// What is done with the configuration: it decides how much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Work with it: what the original overlooks is a warning, and what takes time is left.
    Load,
    /// Look for everything that could be wrong with it.
    Check,
}

/// Loads the configuration from `file` alone, or else from all of the usual files that exist, later ones winning.
///
/// # Errors
/// The given file cannot be read; a file cannot be parsed; a value has the wrong type; values contradict each other.
pub fn load(environment: &Environment, file: Option<&Path>) -> Result<Loaded, ConfigError> {
    let assembly = Assembly::of(environment, file, Purpose::Load);
    let (mut errors, rest): (Vec<_>, Vec<_>) = assembly
        .problems
        .into_iter()
        .partition(|problem| problem.level == Level::Error);
    if !errors.is_empty() {
        let further = errors.len() - 1;
        return Err(ConfigError {
            problem: errors.swap_remove(0),
            further,
        });
    }
    let read = assembly.sources.iter().map(|source| Notice {
        level: Level::Info,
        text: format!("Read config: {}", source.display()),
        about_idle_key: false,
    });
    let said = rest.iter().map(|problem| Notice {
        level: problem.level,
        text: problem.line(),
        about_idle_key: is_about_idle_key(problem),
    });
    let notices = read.chain(said).collect();
    Ok(Loaded {
        config: assembly.config,
        sources: assembly.sources,
        notices,
    })
}

fn is_about_idle_key(problem: &Problem) -> bool {
    let key = problem.key.as_deref().and_then(Key::named);
    problem.hint.is_none() && key.is_some_and(|key| matches!(key.about().class, Class::NoEffect(_)))
}

/// Returns everything there is to say about the configuration that [`load`] would load: all errors, not only the first,
/// and what loading does not look at, such as expressions and files. Errors come first, otherwise in the files' order.
pub fn check(environment: &Environment, file: Option<&Path>) -> Vec<Problem> {
    let mut problems = Assembly::of(environment, file, Purpose::Check).problems;
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.level));
    problems
}

/// A configuration in the making.
#[derive(Default)]
struct Assembly {
    config: Config,
    sources: Vec<PathBuf>,
    problems: Vec<Problem>,
    /// Unknown keys already told of, in lower case.
    unknown: Vec<String>,
    /// A file could not be read at all, so that what follows from missing keys says nothing.
    incomplete: bool,
}

impl Assembly {
    fn of(environment: &Environment, file: Option<&Path>, purpose: Purpose) -> Self {
        let mut assembly = Assembly::default();
        match file {
            Some(file) => assembly.read_given(environment, file),
            None => assembly.read_usual(environment),
        }
        if assembly.incomplete {
            return assembly;
        }
        assembly.tell_of_keys();
        let Assembly {
            config,
            problems,
            sources,
            ..
        } = &mut assembly;
        adjust(config, environment, !sources.is_empty(), problems);
        validate(config, environment, purpose, problems);
        assembly
    }

    fn read_given(&mut self, environment: &Environment, file: &Path) {
        match open_and_read(&environment.cwd.join(file)) {
            Ok(bytes) => self.add_file(file, &bytes),
            Err(error) => self.refuse_file(file, &error.into_inner()),
        }
    }

    /// Reads the usual files. One that cannot be opened is passed over.
    fn read_usual(&mut self, environment: &Environment) {
        let local = LOCAL_FILES.iter().map(PathBuf::from);
        for file in std::iter::once(environment.system_file.clone()).chain(local) {
            match open_and_read(&environment.cwd.join(&file)) {
                Ok(bytes) => self.add_file(&file, &bytes),
                Err(FileError::Open(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                    let text = format!("{} is passed over: {error}", file.display());
                    self.problems.push(Problem::new(Level::Warning, text));
                }
                Err(FileError::Open(_)) => {}
                Err(FileError::Read(error)) => self.refuse_file(&file, &error),
            }
        }
    }

    fn refuse_file(&mut self, file: &Path, error: &io::Error) {
        let text = format!("Cannot read config file: {}: {error}", file.display());
        self.problems.push(Problem::new(Level::Error, text));
        self.incomplete = true;
    }

    fn add_file(&mut self, file: &Path, bytes: &[u8]) {
        let shared: Arc<Path> = Arc::from(file);
        let place = |line| Place {
            file: Arc::clone(&shared),
            file_number: self.sources.len(),
            line,
        };
        let entries = match parse(bytes, format_of(file)) {
            Ok(entries) => entries,
            Err(ReadError { line, text, hint }) => {
                let text = match line {
                    Some(_) => text,
                    None => format!("{}: {text}", file.display()),
                };
                self.problems.push(Problem {
                    hint,
                    ..Problem::new(Level::Error, text).at(line.map(place))
                });
                self.incomplete = true;
                return;
            }
        };
        let placed: Vec<(Entry, Place)> = entries
            .into_iter()
            .map(|entry| {
                let place = place(entry.line);
                (entry, place)
            })
            .collect();
        for (entry, place) in placed {
            self.add_entry(&entry, place);
        }
        self.sources.push(file.to_path_buf());
    }

    fn add_entry(&mut self, entry: &Entry, place: Place) {
        let Some(key) = Key::named(&entry.key) else {
            self.tell_of_unknown(&entry.key, place);
            return;
        };
        if entry.value.is_null() {
            return; // the value so far stays
        }
        match self.config.slot_mut(key).assign(&entry.value) {
            Ok(()) => {
                self.config.origins.given.insert(key, place);
            }
            Err(mismatch) => {
                let found = if key.about().secret {
                    &mismatch.shape
                } else {
                    &mismatch.found
                };
                let text = format!("{key} must be {}, not {found}", key.kind());
                self.problems
                    .push(Problem::new(Level::Error, text).key(key).at(Some(place)));
            }
        }
    }

    /// Warns of a key that is not known, once for all files.
    fn tell_of_unknown(&mut self, name: &str, place: Place) {
        let lower = name.to_lowercase();
        if self.unknown.contains(&lower) {
            return;
        }
        self.unknown.push(lower);
        let problem = if OBSOLETE_KEYS.iter().any(|obsolete| obsolete.eq_ignore_ascii_case(name)) {
            Problem::new(
                Level::Warning,
                format!("configuration key {name} is obsolete and has no effect"),
            )
        } else {
            let problem = Problem::new(
                Level::Warning,
                format!("configuration key {name} is unknown and has no effect"),
            );
            match nearest(name, Key::ALL.iter().map(|key| key.name())) {
                Some(near) => problem.hint(format!("did you mean {near}?")),
                None => problem,
            }
        };
        self.problems.push(problem.key(name).at(Some(place)));
    }

    /// Tells of the given keys that have no effect or an old name.
    fn tell_of_keys(&mut self) {
        for (key, place) in &self.config.origins.given {
            let problem = match key.about().class {
                Class::Used => continue,
                Class::OldNameOf(new) => Problem::new(Level::Info, format!("{key} is an old name of {new}")),
                Class::NoEffect(_) => {
                    let text = format!("configuration key {key} has no effect in this tool");
                    let problem = Problem::new(Level::Warning, text);
                    if *key == Key::ReadOnly && self.config.read_only {
                        problem.hint("it does not stop commands from changing servers")
                    } else {
                        problem
                    }
                }
            };
            self.problems.push(problem.key(key).at(Some(place.clone())));
        }
    }
}

fn format_of(file: &Path) -> Format {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some(extension) if extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml") => {
            Format::Yaml
        }
        _ => Format::JsonElseYaml,
    }
}

/// Why a file's content is not to be had.
enum FileError {
    Open(io::Error),
    Read(io::Error),
}

impl FileError {
    fn into_inner(self) -> io::Error {
        match self {
            FileError::Open(error) | FileError::Read(error) => error,
        }
    }
}

fn open_and_read(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(FileError::Open)?;
    file.read_to_end(&mut bytes).map_err(FileError::Read)?;
    Ok(bytes)
}
