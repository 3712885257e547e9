//! Filters on hosts, names and clusters, and the patterns that classify hosts.
//!
//! Expressions are those of RE2 as far as the `regex` crate shares them, unanchored. Each is compiled when it is first
//! used; one that does not compile never matches (loading the configuration reports it).

use std::net::IpAddr;
use std::sync::OnceLock;

use regex::Regex;

/// A regular expression, compiled when it is first used.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Returns the pattern of that source text, not compiled yet.
    pub fn new(source: &str) -> Self {
        Pattern {
            source: source.to_string(),
            compiled: OnceLock::new(),
        }
    }

    /// Returns the source text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns whether the pattern matches anywhere in the text; an empty pattern matches every text, an invalid none.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Returns what the first group matches in the text; `None` where nothing matches or there is no group.
    pub fn first_group<'t>(&self, text: &'t str) -> Option<&'t str> {
        let captures = self.regex()?.captures(text)?;
        captures.get(1).map(|group| group.as_str())
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// Returns what is wrong with a regular expression, in one line.
pub(super) fn fault(source: &str) -> Option<String> {
    const SPECIAL: &[char] = &['\\', '^', '$', '|', '?', '*', '+', '(', ')', '[', ']', '{', '}'];
    if !source.contains(SPECIAL) {
        return None; // plain text and dots are always valid, and compiling takes time
    }
    let error = Regex::new(source).err()?.to_string();
    // The last line of a report of several is its reason.
    let reason = error.lines().last().unwrap_or_default();
    Some(reason.strip_prefix("error: ").unwrap_or(reason).to_string())
}

/// Filters on servers. An entry that is an IP address must equal the host name; any other is a regular expression on
/// `host:port`.
#[derive(Clone, Debug, Default)]
pub struct HostFilters {
    addresses: Vec<String>,
    patterns: Vec<Pattern>,
}

impl HostFilters {
    /// Returns the filters of a configured list.
    pub fn new(entries: &[String]) -> Self {
        let mut filters = HostFilters::default();
        for entry in entries {
            if entry.parse::<IpAddr>().is_ok() {
                filters.addresses.push(entry.clone());
            } else {
                filters.patterns.push(Pattern::new(entry));
            }
        }
        filters
    }

    /// Returns whether any entry matches the server.
    pub fn matches(&self, hostname: &str, port: u16) -> bool {
        if self.addresses.iter().any(|address| address == hostname) {
            return true;
        }
        if self.patterns.is_empty() {
            return false;
        }
        let server = format!("{hostname}:{port}");
        self.patterns.iter().any(|pattern| pattern.is_match(&server))
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.patterns.is_empty()
    }
}

/// Filters on a name alone, such as a host name or a user: regular expressions.
#[derive(Clone, Debug, Default)]
pub struct NameFilters {
    patterns: Vec<Pattern>,
}

impl NameFilters {
    /// Returns the filters of a configured list.
    pub fn new(entries: &[String]) -> Self {
        NameFilters {
            patterns: entries.iter().map(|entry| Pattern::new(entry)).collect(),
        }
    }

    /// Returns whether any entry matches the name.
    pub fn matches(&self, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_match(name))
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// Filters on clusters. An entry matches a cluster
/// 1. whose name or alias it equals;
/// 2. as `alias=X`, whose alias is X;
/// 3. as `alias~=RE`, whose alias matches the regular expression;
/// 4. as `*`, always;
/// 5. otherwise as a regular expression on the name. An empty entry matches nothing.
#[derive(Clone, Debug, Default)]
pub struct ClusterFilters {
    entries: Vec<ClusterEntry>,
}

#[derive(Clone, Debug)]
struct ClusterEntry {
    text: String,
    rule: ClusterRule,
}

#[derive(Clone, Debug)]
enum ClusterRule {
    Alias(String),
    AliasPattern(Pattern),
    Every,
    NamePattern(Pattern),
}

impl ClusterFilters {
    /// Returns the filters of a configured list.
    pub fn new(entries: &[String]) -> Self {
        let entries = entries.iter().filter(|text| !text.is_empty());
        ClusterFilters {
            entries: entries
                .map(|text| ClusterEntry {
                    text: text.clone(),
                    rule: ClusterRule::of(text),
                })
                .collect(),
        }
    }

    /// Returns whether any entry matches the cluster; `alias` is empty where it has none.
    pub fn matches(&self, name: &str, alias: &str) -> bool {
        self.first_match(name, alias).is_some()
    }

    /// Returns the first entry that matches the cluster, as it is configured.
    pub fn first_match(&self, name: &str, alias: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| {
            entry.text == name
                || entry.text == alias
                || match &entry.rule {
                    ClusterRule::Alias(wanted) => wanted == alias,
                    ClusterRule::AliasPattern(pattern) => pattern.is_match(alias),
                    ClusterRule::Every => true,
                    ClusterRule::NamePattern(pattern) => pattern.is_match(name),
                }
        })?;
        Some(&entry.text)
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl ClusterRule {
    fn of(text: &str) -> Self {
        if let Some(alias) = text.strip_prefix("alias=") {
            ClusterRule::Alias(alias.to_string())
        } else if let Some(source) = text.strip_prefix("alias~=") {
            ClusterRule::AliasPattern(Pattern::new(source))
        } else if text == "*" {
            ClusterRule::Every
        } else {
            ClusterRule::NamePattern(Pattern::new(text))
        }
    }
}

/// Returns the regular expression within an entry of a list of cluster filters, if it has one.
pub(super) fn cluster_expression(entry: &str) -> Option<&str> {
    match entry {
        "*" => None,
        _ if entry.starts_with("alias=") => None,
        _ => Some(entry.strip_prefix("alias~=").unwrap_or(entry)),
    }
}

/// Aliases by regular expressions on cluster names. The first that matches, in the file's order, gives the alias.
#[derive(Clone, Debug, Default)]
pub struct ClusterAliases {
    rules: Vec<(Pattern, String)>,
}

impl ClusterAliases {
    /// Returns the aliases of pairs of expression and alias.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let rules = pairs
            .into_iter()
            .map(|(source, alias)| (Pattern::new(source), alias.to_string()));
        ClusterAliases { rules: rules.collect() }
    }

    /// Returns the alias of the cluster of that name.
    pub fn alias_of(&self, cluster_name: &str) -> Option<&str> {
        let rule = self.rules.iter().find(|(pattern, _)| pattern.is_match(cluster_name))?;
        Some(&rule.1)
    }
}
