//! The types a configuration value can have, how each is read from a file's value and written back.

use std::fmt;

use serde_json::Value;

/// A whole number.
pub type Int = i64;
/// A whole number, 0 or more.
pub type UInt = u64;
/// A number.
pub type Float = f64;
/// Text.
pub type Text = String;
/// A list of texts.
pub type List = Vec<String>;
/// An object of texts.
pub type Map = OrderedMap;

/// Texts by name, in the order in which the file gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderedMap(Vec<(String, String)>);

impl OrderedMap {
    /// Sets `name`, in its old place where it has one and at the end otherwise.
    pub fn insert(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.to_string(),
            None => self.0.push((name.to_string(), value.to_string())),
        }
    }

    /// Returns the pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The type of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A whole number, 0 or more.
    UInt,
    /// A number.
    Float,
    /// Text.
    Text,
    /// A list of texts.
    List,
    /// An object of texts.
    Map,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Bool => "true or false",
            Kind::Int => "a whole number",
            Kind::UInt => "a whole number, 0 or more",
            Kind::Float => "a number",
            Kind::Text => "text in double quotes",
            Kind::List => "a list of texts in double quotes",
            Kind::Map => "an object whose values are texts in double quotes",
        })
    }
}

/// A value that does not fit its key's type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// What was found, without its content: for keys whose content is secret.
    pub shape: String,
    /// What was found.
    pub found: String,
}

impl Mismatch {
    fn of(value: &Value) -> Self {
        let (shape, content) = match value {
            Value::Null => ("null", None),
            Value::Bool(_) => ("", Some(value.to_string())),
            Value::Number(_) => ("the number", Some(value.to_string())),
            Value::String(_) => ("the text", Some(value.to_string())),
            Value::Array(_) => ("a list", None),
            Value::Object(_) => ("an object", None),
        };
        let found = content.map_or(shape.to_string(), |content| format!("{shape} {content}"));
        let shape = if shape.is_empty() { "true or false" } else { shape };
        Mismatch {
            shape: shape.to_string(),
            found: found.trim_start().to_string(),
        }
    }

    fn within(self, part: &str) -> Self {
        Mismatch {
            shape: format!("{} as {part}", self.shape),
            found: format!("{} as {part}", self.found),
        }
    }
}

/// What every type of value can do.
pub(super) trait Slot {
    /// Takes a file's value over, which is never null; maps are merged by name, everything else is replaced.
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch>;
    /// Returns the value as it is printed.
    fn to_json(&self) -> Value;
    /// Returns the text, of a text.
    fn as_text_mut(&mut self) -> Option<&mut String> {
        None
    }
    /// Returns the texts that may be expressions: a text, a list's elements, an object's names.
    fn texts(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// A type of the table of keys: its kind, and how its literal becomes a value.
pub(super) trait Initial {
    const KIND: Kind;
    type Literal;
    fn initial(literal: Self::Literal) -> Self;
}

macro_rules! initial {
    ($type:ty, $kind:ident, $literal:ty, $from:expr) => {
        impl Initial for $type {
            const KIND: Kind = Kind::$kind;
            type Literal = $literal;
            fn initial(literal: Self::Literal) -> Self {
                $from(literal)
            }
        }
    };
}

initial!(bool, Bool, bool, bool::from);
initial!(Int, Int, i64, i64::from);
initial!(UInt, UInt, u64, u64::from);
initial!(Float, Float, f64, f64::from);
initial!(Text, Text, &'static str, str::to_string);
initial!(List, List, &'static [&'static str], strings);
initial!(Map, Map, (), |()| Map::default());

fn strings(literal: &[&str]) -> Vec<String> {
    literal.iter().map(|text| (*text).to_string()).collect()
}

impl Slot for bool {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = value.as_bool().ok_or_else(|| Mismatch::of(value))?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Slot for Int {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = value.as_i64().ok_or_else(|| Mismatch::of(value))?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Slot for UInt {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = value.as_u64().ok_or_else(|| Mismatch::of(value))?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Slot for Float {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = value.as_f64().ok_or_else(|| Mismatch::of(value))?;
        Ok(())
    }

    /// Writes a whole number without a fraction, as the original does.
    fn to_json(&self) -> Value {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: up to here every whole number has its own f64
        if self.fract() == 0.0 && self.abs() < EXACT {
            Value::from(*self as i64)
        } else {
            Value::from(*self)
        }
    }
}

impl Slot for Text {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = value.as_str().ok_or_else(|| Mismatch::of(value))?.to_string();
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }

    fn as_text_mut(&mut self) -> Option<&mut String> {
        Some(self)
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.as_str()]
    }
}

impl Slot for List {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        let elements = value.as_array().ok_or_else(|| Mismatch::of(value))?;
        let mut texts = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let text = element
                .as_str()
                .ok_or_else(|| Mismatch::of(element).within(&format!("element {}", index + 1)))?;
            texts.push(text.to_string());
        }
        *self = texts;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_slice())
    }

    fn texts(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}

impl Slot for Map {
    fn assign(&mut self, value: &Value) -> Result<(), Mismatch> {
        let members = value.as_object().ok_or_else(|| Mismatch::of(value))?;
        let mut merged = self.clone();
        for (name, member) in members {
            let text = member
                .as_str()
                .ok_or_else(|| Mismatch::of(member).within(&format!("the value of {name:?}")))?;
            merged.insert(name, text);
        }
        *self = merged;
        Ok(())
    }

    /// Writes the names sorted, as the original does.
    fn to_json(&self) -> Value {
        let mut pairs = self.0.clone();
        pairs.sort();
        pairs
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect()
    }

    fn texts(&self) -> Vec<&str> {
        self.iter().map(|(name, _)| name).collect()
    }
}
