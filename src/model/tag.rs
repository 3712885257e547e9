//! Tags on instances, and expressions that search for them.

/// A tag as typed: a name, perhaps a value, perhaps negated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Name; never empty, never holds `=`.
    pub name: String,
    /// Value given after `=`; `None` when no `=` was typed.
    pub value: Option<String>,
    /// Whether a leading `~` or `!` asked for the opposite.
    pub negated: bool,
}

impl Tag {
    /// Reads `name`, `name=value`, or either with a leading `~` or `!`; blanks around are dropped.
    ///
    /// # Errors
    /// A sentence for the operator when the name is missing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().replace('!', "~");
        let (negated, body) = match text.strip_prefix('~') {
            Some(rest) => (true, rest.trim()),
            None => (false, text.as_str()),
        };
        let (name, value) = match body.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim().to_owned())),
            None => (body, None),
        };
        if name.is_empty() {
            return Err(format!("`{text}` is not a tag: write NAME or NAME=VALUE"));
        }
        Ok(Self {
            name: name.to_owned(),
            value,
            negated,
        })
    }

    /// Reads a comma-separated list of terms, all of which must hold.
    ///
    /// # Errors
    /// As [`Tag::parse`], for the first term that is no tag.
    pub fn parse_expression(text: &str) -> Result<Vec<Self>, String> {
        let terms: Vec<&str> = text.split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
        if terms.is_empty() {
            return Err("no tag given: write NAME, NAME=VALUE, or several separated by commas".to_owned());
        }
        terms.into_iter().map(Self::parse).collect()
    }

    /// Whether an instance with these `(name, value)` tags satisfies the term.
    ///
    /// `~name` wants some tag but not this one; `~name=v` wants the tag with another value.
    pub fn holds(&self, tags: &[(String, String)]) -> bool {
        let found = tags.iter().find(|(name, _)| *name == self.name).map(|(_, value)| value);
        match (self.negated, &self.value) {
            (false, None) => found.is_some(),
            (false, Some(wanted)) => found == Some(wanted),
            (true, None) => found.is_none() && !tags.is_empty(),
            (true, Some(unwanted)) => found.is_some_and(|value| value != unwanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    fn holds(term: &str, tags: &[(&str, &str)]) -> bool {
        let tags: Vec<_> = tags.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Tag::parse(term).unwrap().holds(&tags)
    }

    #[test]
    fn terms() {
        let tags = [("role", "backup"), ("empty", "")];
        for (term, expected) in [
            ("role", true),
            ("other", false),
            ("role=backup", true),
            ("role=", false),
            ("empty=", true),
            (" role = backup ", true),
            ("~role", false),
            ("!other", true),
            ("~role=backup", false),
            ("~role=delayed", true),
            ("~other=x", false),
        ] {
            assert_eq!(holds(term, &tags), expected, "{term}");
        }
        assert!(
            !holds("~role", &[]),
            "an instance without tags is not searched for by negation"
        );
    }

    #[test]
    fn a_name_is_needed() {
        for text in ["", "=x", "~", "~=x", " "] {
            assert!(Tag::parse(text).is_err(), "{text:?}");
        }
        assert!(Tag::parse_expression(",").is_err());
    }
}
