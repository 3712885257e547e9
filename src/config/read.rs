//! From a file's bytes to its entries: key, value and line.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// One key of a file with its value.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub value: Value,
    /// Line of the value, from 1.
    pub line: usize,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON where it starts as a JSON object does, else YAML.
    JsonElseYaml,
    /// YAML: files named so.
    Yaml,
}

/// Why a file cannot be read as entries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadError {
    pub line: Option<usize>,
    pub text: String,
    pub hint: Option<String>,
}

impl ReadError {
    fn new(line: Option<usize>, text: impl Into<String>) -> Self {
        ReadError {
            line,
            text: text.into(),
            hint: None,
        }
    }

    fn not_an_object(found: &str) -> Self {
        ReadError::new(
            None,
            format!("the top level is {found} where an object of keys is expected"),
        )
    }
}

/// Returns the entries of a file in order, keys given twice included. A byte order mark is skipped; bytes that are not
/// UTF-8 are read as U+FFFD.
pub(super) fn parse(bytes: &[u8], format: Format) -> Result<Vec<Entry>, ReadError> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match (format, text.trim_start().chars().next()) {
        (_, None) => Err(ReadError::new(None, "the file is empty")),
        // Tabs are common in JSON, and YAML refuses them: an object in braces is JSON and its errors are JSON's.
        (Format::JsonElseYaml, Some('{')) => parse_json(text),
        (Format::JsonElseYaml, Some('[')) => Err(ReadError::not_an_object("a list")),
        _ => parse_yaml(text),
    }
}

/// Reads the first JSON value, ignoring whatever follows.
fn parse_json(text: &str) -> Result<Vec<Entry>, ReadError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members).map_err(|error| {
        let mut refused = ReadError::new(Some(error.line()), format!("not valid JSON: {}", without_position(&error)));
        if error.is_syntax() {
            let column = error.column();
            refused.hint = Some(format!(
                "look at column {column}: comments and trailing commas are not allowed in JSON; in a file named .yaml they are"
            ));
        }
        refused
    })?;

    let mut entries = Vec::with_capacity(members.len());
    let (mut line, mut counted) = (1, 0);
    for (key, raw) in members {
        // The raw value is a part of `text`, so the distance of the two is its position.
        let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        line += text.as_bytes()[counted..offset]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        counted = offset;
        let value = serde_json::from_str(raw.get())
            .map_err(|error| ReadError::new(Some(line), format!("{key}: {}", without_position(&error))))?;
        entries.push(Entry { key, value, line });
    }
    Ok(entries)
}

/// Returns an error's text without the position that follows it.
fn without_position(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    text.rfind(" at line ")
        .map_or(text.clone(), |end| text[..end].to_string())
}

/// Collects the members of an object with their source text, duplicates included.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

fn parse_yaml(text: &str) -> Result<Vec<Entry>, ReadError> {
    let not_valid = |error: serde_yaml::Error| {
        let line = error.location().map(|location| location.line());
        ReadError::new(line, format!("not valid YAML: {}", without_position(&error)))
    };
    let mut document: serde_yaml::Value = serde_yaml::from_str(text).map_err(not_valid)?;
    document.apply_merge().map_err(not_valid)?;
    let members = match document {
        serde_yaml::Value::Mapping(members) => members,
        serde_yaml::Value::Null => return Err(ReadError::new(None, "the file is empty")),
        serde_yaml::Value::Sequence(_) => return Err(ReadError::not_an_object("a list")),
        _ => return Err(ReadError::not_an_object("a single value")),
    };
    let mut entries = Vec::with_capacity(members.len());
    for (key, value) in members {
        let key = yaml_name(key)?;
        let line = yaml_line(text, &key);
        entries.push(Entry {
            value: yaml_value(value, &key, line)?,
            key,
            line,
        });
    }
    Ok(entries)
}

/// Returns a member's name: scalars are taken as the text they are written as.
fn yaml_name(name: serde_yaml::Value) -> Result<String, ReadError> {
    match name {
        serde_yaml::Value::String(text) => Ok(text),
        serde_yaml::Value::Number(number) => Ok(number.to_string()),
        serde_yaml::Value::Bool(value) => Ok(value.to_string()),
        _ => Err(ReadError::new(None, "a key is neither text nor number")),
    }
}

/// Returns the line on which a top-level key of a YAML text stands, or 1.
fn yaml_line(text: &str, key: &str) -> usize {
    let opens = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', ',']);
        let line = line.strip_prefix(['"', '\'']).unwrap_or(line);
        let Some(rest) = line.strip_prefix(key) else {
            return false;
        };
        rest.strip_prefix(['"', '\''])
            .unwrap_or(rest)
            .trim_start()
            .starts_with(':')
    };
    text.lines().position(opens).map_or(1, |index| index + 1)
}

fn yaml_value(value: serde_yaml::Value, key: &str, line: usize) -> Result<Value, ReadError> {
    Ok(match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(value) => Value::Bool(value),
        serde_yaml::Value::Number(number) => yaml_number(&number)
            .ok_or_else(|| ReadError::new(Some(line), format!("{key}: {number} is not a number that can be used")))?,
        serde_yaml::Value::String(text) => Value::String(text),
        serde_yaml::Value::Sequence(elements) => elements
            .into_iter()
            .map(|element| yaml_value(element, key, line))
            .collect::<Result<_, _>>()?,
        serde_yaml::Value::Mapping(members) => {
            let mut object = serde_json::Map::new();
            for (name, member) in members {
                object.insert(yaml_name(name)?, yaml_value(member, key, line)?);
            }
            Value::Object(object)
        }
        serde_yaml::Value::Tagged(tagged) => yaml_value(tagged.value, key, line)?,
    })
}

fn yaml_number(number: &serde_yaml::Number) -> Option<Value> {
    if let Some(whole) = number.as_u64() {
        return Some(Value::from(whole));
    }
    if let Some(whole) = number.as_i64() {
        return Some(Value::from(whole));
    }
    serde_json::Number::from_f64(number.as_f64()?).map(Value::Number)
}
