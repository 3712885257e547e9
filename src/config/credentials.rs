//! Credentials files, which look like the option files of MySQL's clients: `user` and `password` under `[client]`.

/// What a credentials file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Credentials {
    /// The user; empty where the file has none.
    pub user: String,
    /// The password; empty where the file has none.
    pub password: String,
    /// Lines that work and may not mean what they look like, with what to know about them.
    pub doubts: Vec<(usize, String)>,
}

/// A line that cannot be read, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub line: usize,
    pub text: String,
}

/// Reads a credentials file. Other sections and other keys are skipped, since such files are shared with other programs.
pub(super) fn parse(text: &str) -> Result<Credentials, BadLine> {
    let mut credentials = Credentials::default();
    let mut section: Option<String> = None;
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let number = index + 1;
        let bad = |text: &str| BadLine {
            line: number,
            text: text.to_string(),
        };
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('!') {
            credentials
                .doubts
                .push((number, "includes are not followed".to_string()));
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let (name, _) = header
                .split_once(']')
                .ok_or_else(|| bad("the section's name has no closing bracket"))?;
            section = Some(name.trim().to_lowercase());
            continue;
        }
        match section.as_deref() {
            None => {
                return Err(bad("a key stands before any section; [client] is expected first"));
            }
            Some("client") => {}
            Some(_) => continue,
        }
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let target = match name.trim().to_lowercase().as_str() {
            "user" => &mut credentials.user,
            "password" => &mut credentials.password,
            _ => continue,
        };
        let value = read_value(value).map_err(bad)?;
        *target = value.text;
        if let Some(doubt) = value.doubt {
            credentials.doubts.push((number, format!("{} {doubt}", name.trim())));
        }
    }
    Ok(credentials)
}

struct ReadValue {
    text: String,
    doubt: Option<&'static str>,
}

/// Reads what follows the equals sign.
fn read_value(value: &str) -> Result<ReadValue, &'static str> {
    if let Some(inner) = value.trim_start().strip_prefix('"') {
        return read_quoted(inner).map(|text| ReadValue { text, doubt: None });
    }
    let end = value.find(['#', ';']).unwrap_or(value.len());
    let (text, comment) = value.split_at(end);
    let detached = text.ends_with(char::is_whitespace);
    let text = text.trim();
    let quoted = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let doubt = if !comment.is_empty() && !detached {
        Some("is cut at # or ;, which start a comment: put the value in double quotes to keep them")
    } else if quoted {
        Some("keeps its single quotes: use double quotes if they are not part of the value")
    } else {
        None
    };
    Ok(ReadValue {
        text: text.to_string(),
        doubt,
    })
}

/// Reads up to the closing double quote; `\\` and `\"` are escapes, any other backslash stands for itself.
fn read_quoted(inner: &str) -> Result<String, &'static str> {
    let mut text = String::new();
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next_if(|next| matches!(next, '\\' | '"')).unwrap_or('\\')),
            '"' => {
                let rest: String = letters.collect();
                return match rest.trim_start().chars().next() {
                    None | Some('#' | ';') => Ok(text),
                    Some(_) => Err(
                        "there is text after the closing double quote; write \\\" for one that is part of the value",
                    ),
                };
            }
            _ => text.push(letter),
        }
    }
    Err("the double quote is not closed")
}
