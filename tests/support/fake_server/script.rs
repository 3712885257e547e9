//! What a fake server says: its rules, in front of its variables.

use super::answer::Answer;
use super::greeting::Greeting;
use super::variables::Variables;

/// The authentication exchange. No password is ever checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `mysql_native_password`.
    Native,
    /// `caching_sha2_password`, found in the server's cache.
    CachingSha2Fast,
    /// `caching_sha2_password` announced, then a switch to `mysql_native_password`.
    SwitchToNative,
}

/// Decides whether a rule is about a normalised statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// The statement is this.
    Exact(String),
    /// The statement begins with this.
    Prefix(String),
    /// The statement contains this.
    Contains(String),
}

impl Matcher {
    fn matches(&self, normalised: &str) -> bool {
        match self {
            Matcher::Exact(s) => normalised == s,
            Matcher::Prefix(s) => normalised.starts_with(s.as_str()),
            Matcher::Contains(s) => normalised.contains(s.as_str()),
        }
    }
}

/// The behaviour of one server.
#[derive(Clone)]
pub struct Script {
    /// What `select version()` answers. The greeting of a MariaDB 10 carries
    /// the prefix "5.5.5-", as real ones do.
    pub version: String,
    /// Announced capability bits.
    pub capabilities: u32,
    /// How connections begin.
    pub greeting: Greeting,
    /// How clients authenticate.
    pub auth: Auth,
    /// System and status variables, for the statements no rule is about.
    pub variables: Variables,
    rules: Vec<(Matcher, Answer)>,
}

impl Script {
    /// A server of this version that knows variables but no other statement.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.into(),
            capabilities: super::protocol::caps::DEFAULT,
            greeting: Greeting::Normal,
            auth: Auth::Native,
            variables: Variables::of_version(version),
            rules: Vec::new(),
        }
    }

    /// Whether the version string names MariaDB.
    pub fn is_mariadb(&self) -> bool {
        self.version.to_lowercase().contains("mariadb")
    }

    /// Sets the answer to statements that contain `pattern` (in any
    /// case, with single spaces). A later rule wins over an earlier one; the same
    /// pattern again replaces its answer.
    pub fn set_answer(&mut self, pattern: &str, answer: Answer) {
        self.set_rule(Matcher::Contains(pattern.to_lowercase()), answer);
    }

    /// As [`Script::set_answer`], with any matcher.
    pub fn set_rule(&mut self, matcher: Matcher, answer: Answer) {
        self.rules.retain(|(m, _)| *m != matcher);
        self.rules.push((matcher, answer));
    }

    /// Builder form of [`Script::set_answer`].
    pub fn on(mut self, pattern: &str, answer: Answer) -> Self {
        self.set_answer(pattern, answer);
        self
    }

    /// Builder form of [`Script::set_rule`].
    pub fn on_rule(mut self, matcher: Matcher, answer: Answer) -> Self {
        self.set_rule(matcher, answer);
        self
    }

    /// Sets a system variable.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.set(name, value);
        self
    }

    /// Sets a status variable.
    pub fn status(mut self, name: &str, value: &str) -> Self {
        self.variables.set_status(name, value);
        self
    }

    /// Sets how connections begin.
    pub fn greeting(mut self, greeting: Greeting) -> Self {
        self.greeting = greeting;
        self
    }

    /// Sets how clients authenticate.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// The answer to one statement: the latest rule that matches, else what
    /// the variables say, else error 1064. Never [`Answer::Call`].
    pub fn resolve(&mut self, statement: &str) -> Answer {
        let normalised = normalise(statement);
        let mut answer = match self.rule(&normalised) {
            Some(answer) => answer,
            None => self
                .variables
                .answer(statement)
                .unwrap_or_else(|| Answer::syntax_error(statement)),
        };
        while let Answer::Call(f) = answer {
            answer = f(self, statement);
        }
        answer
    }

    /// The answer of the latest rule about a normalised text, if any.
    pub fn rule(&self, normalised: &str) -> Option<Answer> {
        let found = self.rules.iter().rev().find(|(m, _)| m.matches(normalised));
        found.map(|(_, answer)| answer.clone())
    }
}

/// Lower case, comments removed, runs of white space as one space.
pub fn normalise(statement: &str) -> String {
    let text = without_comments(statement);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The statement with each `/* */` comment replaced by a space.
pub fn without_comments(statement: &str) -> String {
    let mut text = statement.to_string();
    while let Some(start) = text.find("/*") {
        let end = text[start..].find("*/").map_or(text.len(), |e| start + e + 2);
        text.replace_range(start..end, " ");
    }
    text
}
