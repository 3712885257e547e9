//! A command's answer, and its four ways of being printed.

use super::json;
use super::table;
use crate::args::Format;
use crate::model::InstanceKey;
use serde_json::Value;

type Lazy<'a, T> = Box<dyn FnOnce() -> T + 'a>;

/// What a command found out. Only the form that is printed is ever built.
pub struct Answer<'a> {
    text: Lazy<'a, String>,
    data: Lazy<'a, Value>,
    table: Option<Lazy<'a, Rows>>,
    /// Exit status, where the answer itself decides it.
    pub status: u8,
}

/// Rows under headings.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Column headings.
    pub headings: Vec<&'static str>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
}

impl<'a> Answer<'a> {
    /// An answer whose text and data are made when needed. The text lacks its final line end.
    pub fn new(text: impl FnOnce() -> String + 'a, data: impl FnOnce() -> Value + 'a) -> Self {
        Self {
            text: Box::new(text),
            data: Box::new(data),
            table: None,
            status: 0,
        }
    }

    /// Nothing at all on standard output.
    pub fn nothing() -> Self {
        Self::lines(Vec::new())
    }

    /// One line; an empty one is printed as a blank line.
    pub fn line(text: impl Into<String>) -> Self {
        let text: String = text.into();
        let data = Value::String(text.clone());
        Self::new(move || format!("{text}\n"), move || data)
    }

    /// Any number of lines, a list in JSON.
    pub fn lines(lines: Vec<String>) -> Self {
        let data = lines.clone();
        Self::new(
            move || lines.iter().map(|l| format!("{l}\n")).collect(),
            move || Value::from(data),
        )
    }

    /// One key, or nothing.
    pub fn key(key: Option<InstanceKey>) -> Self {
        Self::keys(key.into_iter().collect())
    }

    /// One `host:port` per line; a list of keys in JSON.
    pub fn keys(keys: Vec<InstanceKey>) -> Self {
        let (data, cells) = (keys.clone(), keys.clone());
        Self::new(
            move || keys.iter().map(|k| format!("{k}\n")).collect(),
            move || data.iter().map(|k| json::value(&json::Key::from(k))).collect(),
        )
        .with_table(move || Rows {
            headings: vec!["Instance"],
            rows: cells.iter().map(|k| vec![k.to_string()]).collect(),
        })
    }

    /// Rows whose classic text joins the cells by `separator`; a list of objects in JSON.
    pub fn rows(headings: &[&'static str], rows: Vec<Vec<String>>, separator: &'static str) -> Self {
        let headings = headings.to_vec();
        let (cells, names, table) = (
            rows.clone(),
            headings.clone(),
            Rows {
                headings,
                rows: rows.clone(),
            },
        );
        let object = move |row: &Vec<String>| -> Value {
            names
                .iter()
                .zip(row)
                .map(|(name, cell)| ((*name).to_owned(), Value::from(cell.as_str())))
                .collect()
        };
        Self::new(
            move || rows.iter().map(|row| format!("{}\n", row.join(separator))).collect(),
            move || cells.iter().map(object).collect(),
        )
        .with_table(move || table)
    }

    /// Several answers as one, each behind the last; a list in JSON.
    pub fn all(answers: Vec<Self>) -> Self {
        let status = answers.iter().map(|answer| answer.status).max().unwrap_or(0);
        let (texts, data): (Vec<_>, Vec<_>) = answers.into_iter().map(|answer| (answer.text, answer.data)).unzip();
        Self::new(
            move || texts.into_iter().map(|text| text()).collect(),
            move || data.into_iter().map(|data| data()).collect(),
        )
        .with_status(status)
    }

    /// Adds a form for people.
    #[must_use]
    pub fn with_table(mut self, table: impl FnOnce() -> Rows + 'a) -> Self {
        self.table = Some(Box::new(table));
        self
    }

    /// Replaces the data of the JSON and YAML forms.
    #[must_use]
    pub fn with_data(mut self, data: impl FnOnce() -> Value + 'a) -> Self {
        self.data = Box::new(data);
        self
    }

    /// Sets the exit status.
    #[must_use]
    pub fn with_status(mut self, status: u8) -> Self {
        self.status = status;
        self
    }

    /// Prints a blank line where the text would be empty, as some classic commands do.
    #[must_use]
    pub fn or_blank(self) -> Self {
        let text = self.text;
        Self {
            text: Box::new(move || {
                Some(text())
                    .filter(|t| !t.is_empty())
                    .unwrap_or_else(|| "\n".to_owned())
            }),
            ..self
        }
    }

    /// The data alone, for an answer that is part of another.
    pub fn into_data(self) -> Value {
        (self.data)()
    }

    /// Builds the bytes to print; `width` is the terminal's, for tables.
    ///
    /// # Errors
    /// When the data cannot be written as YAML.
    pub fn render(self, format: Format, width: u16) -> Result<String, String> {
        match (format, self.table) {
            (Format::Json, _) => {
                let line = json::one_line(&(self.data)()).map_err(|e| format!("writing JSON: {e}"))?;
                Ok(format!("{line}\n"))
            }
            (Format::Yaml, _) => json::yaml(&(self.data)()).map_err(|e| format!("writing YAML: {e}")),
            (Format::Table, Some(rows)) => {
                let rows = rows();
                Ok(format!("{}\n", table::table(&rows.headings, &rows.rows, width)))
            }
            (Format::Table | Format::Text, _) => Ok((self.text)()),
        }
    }
}
