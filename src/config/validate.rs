//! What the original does not look at when it loads its configuration: expressions, words and files.

use super::filters::{cluster_expression, fault};
use super::keys::Content;
use super::load::{Environment, Purpose};
use super::problem::{Level, Problem};
use super::table::{Config, Key};
use super::value::Kind;

/// Reports expressions that do not compile, and, for a check, words and files that cannot work.
///
/// When loading, the aliases of [`Config::cluster_name_to_alias`] are left out: there can be hundreds, and each is
/// compiled when it is needed.
pub(super) fn validate(config: &Config, environment: &Environment, purpose: Purpose, problems: &mut Vec<Problem>) {
    for key in Key::ALL.iter().copied() {
        if purpose == Purpose::Check || key.kind() != Kind::Map {
            expressions(config, key, purpose, problems);
        }
    }
    if purpose == Purpose::Check {
        groups(config, problems);
        words(config, problems);
        files(config, environment, problems);
    }
}

fn problem(config: &Config, level: Level, key: Key, text: String) -> Problem {
    Problem::new(level, text).key(key).at(config.place(key).cloned())
}

fn expressions(config: &Config, key: Key, purpose: Purpose, problems: &mut Vec<Problem>) {
    let content = match key {
        Key::PseudoGTIDPattern if !config.pseudo_gtid_pattern_is_fixed_substring => Content::Pattern,
        _ => key.about().content,
    };
    let level = if purpose == Purpose::Check {
        Level::Error
    } else {
        Level::Warning
    };
    for text in config.slot(key).texts() {
        let expression = match content {
            Content::Plain | Content::Query => continue,
            Content::ClusterFilter => cluster_expression(text),
            Content::Pattern | Content::HostFilter | Content::NameFilter => Some(text),
        };
        match expression {
            Some("") if key.kind() == Kind::List => {
                let reach = if content == Content::ClusterFilter {
                    "nothing"
                } else {
                    "everything"
                };
                let text = format!("{key} has an empty entry, which matches {reach}");
                problems.push(problem(config, Level::Warning, key, text));
            }
            Some(expression) => {
                if let Some(fault) = fault(expression) {
                    let text = format!("{key}: the regular expression {expression:?} never matches: {fault}");
                    problems.push(problem(config, level, key, text));
                }
            }
            None => {}
        }
    }
}

/// Reports patterns that are to give a name and have no group for it.
fn groups(config: &Config, problems: &mut Vec<Problem>) {
    for key in [
        Key::DataCenterPattern,
        Key::RegionPattern,
        Key::PhysicalEnvironmentPattern,
    ] {
        for text in config.slot(key).texts() {
            let groups = regex::Regex::new(text).map_or(2, |regex| regex.captures_len());
            if !text.is_empty() && groups < 2 {
                let text = format!("{key} has no group, so it gives no name; put it in brackets: (...)");
                problems.push(problem(config, Level::Warning, key, text));
            }
        }
    }
}

/// Reports words that are not among those a key understands.
fn words(config: &Config, problems: &mut Vec<Problem>) {
    const RESOLVE: &[&str] = &["none", "default", "cname", "ip"];
    const MYSQL: &[&str] = &[
        "none",
        "default",
        "hostname",
        "@@hostname",
        "report_host",
        "@@report_host",
    ];
    for (key, word, known) in [
        (Key::HostnameResolveMethod, &config.hostname_resolve_method, RESOLVE),
        (
            Key::MySQLHostnameResolveMethod,
            &config.mysql_hostname_resolve_method,
            MYSQL,
        ),
    ] {
        if !known.contains(&word.to_lowercase().as_str()) {
            let text = format!(
                "{key} is {word:?}, which counts as \"none\"; known are {}",
                known.join(", ")
            );
            problems.push(problem(config, Level::Warning, key, text));
        }
    }
}

/// Reports files and folders that are not there.
fn files(config: &Config, environment: &Environment, problems: &mut Vec<Problem>) {
    for (key, file) in [
        (
            Key::MySQLTopologySSLPrivateKeyFile,
            &config.mysql_topology_ssl_private_key_file,
        ),
        (Key::MySQLTopologySSLCertFile, &config.mysql_topology_ssl_cert_file),
        (Key::MySQLTopologySSLCAFile, &config.mysql_topology_ssl_ca_file),
    ] {
        if !file.is_empty()
            && let Err(error) = std::fs::File::open(environment.cwd.join(file))
        {
            problems.push(problem(
                config,
                Level::Error,
                key,
                format!("{key}: opening {file}: {error}"),
            ));
        }
    }
    let key = Key::SQLite3DataFile;
    let inventory = environment.cwd.join(&config.sqlite3_data_file);
    let in_a_folder = config.is_given(key) && !config.sqlite3_data_file.starts_with(':');
    if let Some(folder) = inventory.parent().filter(|folder| in_a_folder && !folder.is_dir()) {
        let text = format!("{key}: the folder {} does not exist", folder.display());
        problems.push(problem(config, Level::Error, key, text));
    }
}
