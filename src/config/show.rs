//! The configuration as it is printed.

use serde_json::Value;

use super::problem::Place;
use super::table::{Config, Key};

/// What a masked value is printed as.
const MASK: &str = "***";

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// No file gives the key.
    Default,
    /// A file gives the value.
    File(Place),
    /// The value was worked out; says from what.
    Derived(String),
}

/// One key of the configuration, to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key.
    pub key: Key,
    /// Its value, masked where asked.
    pub value: Value,
    /// Whether the value is the key's default.
    pub is_default: bool,
    /// Where the value comes from.
    pub source: Source,
}

impl Config {
    /// Returns the configuration as one line of JSON, keys in their order and under their names in a file. With `mask`,
    /// passwords and tokens that are not empty read `***`.
    pub fn dump_json(&self, mask: bool) -> String {
        let members: serde_json::Map<String, Value> = Key::ALL
            .iter()
            .map(|key| (key.name().to_string(), self.value(*key, mask)))
            .collect();
        escape_like_the_original(&Value::Object(members).to_string())
    }

    /// Returns every key with its value and where that comes from; `mask` as in [`Config::dump_json`].
    pub fn show(&self, mask: bool) -> Vec<Row> {
        let defaults = Config::default();
        let row = |key: Key| Row {
            key,
            value: self.value(key, mask),
            is_default: self.slot(key).to_json() == defaults.slot(key).to_json(),
            source: self.source(key),
        };
        Key::ALL.iter().copied().map(row).collect()
    }

    /// Returns where a key's value comes from.
    pub fn source(&self, key: Key) -> Source {
        if let Some(reason) = self.origins.derived.get(&key) {
            return Source::Derived(reason.clone());
        }
        self.place(key)
            .map_or(Source::Default, |place| Source::File(place.clone()))
    }

    fn value(&self, key: Key, mask: bool) -> Value {
        let about = key.about();
        let value = self.slot(key).to_json();
        if mask && about.secret && value.as_str().is_some_and(|text| !text.is_empty()) {
            return Value::from(MASK);
        }
        if about.null_by_default && !self.is_given(key) && value.as_array().is_some_and(Vec::is_empty) {
            return Value::Null;
        }
        value
    }
}

/// Escapes what the original's JSON writer escapes besides: characters that matter to HTML and JavaScript, all of which
/// occur within texts only.
fn escape_like_the_original(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escaped.push_str(&format!("\\u{:04x}", letter as u32)),
            _ => escaped.push(letter),
        }
    }
    escaped
}
