//! Result sets of the text protocol.

use super::fields::Fields;
use mysql::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The column names of a result set, kept between answers to the same question.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Shape {
    names: String,
    ends: Vec<u32>,
}

impl Shape {
    /// Builds a shape of these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut shape = Self::default();
        names.into_iter().for_each(|name| shape.push(name));
        shape
    }

    /// A shape without columns, with room for as many as `other` has.
    pub(super) fn with_room_of(other: &Self) -> Self {
        Self {
            names: String::with_capacity(other.names.len()),
            ends: Vec::with_capacity(other.ends.len()),
        }
    }

    pub(super) fn push(&mut self, name: &str) {
        self.names.push_str(name);
        self.ends.push(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no columns, as after a statement that returns no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a column; empty beyond the last.
    pub fn name(&self, at: usize) -> &str {
        let start = if at == 0 {
            0
        } else {
            self.ends.get(at - 1).map_or(0, |e| *e as usize)
        };
        self.ends
            .get(at)
            .and_then(|end| self.names.get(start..*end as usize))
            .unwrap_or("")
    }

    /// Where a column is, by its name in any case.
    pub fn find(&self, name: &str) -> Option<usize> {
        (0..self.len()).find(|at| self.name(*at).eq_ignore_ascii_case(name))
    }
}

/// The length of a value that is NULL.
const NULL: u32 = u32::MAX;
/// What stands for NULL in a packet.
const NULL_VALUE: u8 = 0xfb;

/// The answer to one statement.
#[derive(Debug, Clone, Default)]
pub struct ResultSet {
    shape: Arc<Shape>,
    data: Vec<u8>,
    /// Start and length of each value in `data`, row after row.
    cells: Vec<(u32, u32)>,
}

/// One row of a result set.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    set: &'a ResultSet,
    first: usize,
}

impl ResultSet {
    /// The column names.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The rows in the server's order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let width = self.shape.len();
        let count = self.cells.len().checked_div(width).unwrap_or(0);
        (0..count).map(move |at| Row {
            set: self,
            first: at * width,
        })
    }

    /// The first row.
    pub fn first(&self) -> Option<Row<'_>> {
        self.rows().next()
    }

    /// Builds a result set of texts, for tests of what reads them.
    #[cfg(test)]
    pub fn of(names: &[&str], rows: &[&[Option<&str>]]) -> Self {
        let mut set = Self {
            shape: Arc::new(Shape::new(names.iter().copied())),
            ..Self::default()
        };
        for value in rows.iter().copied().flatten() {
            let start = set.data.len() as u32;
            set.cells
                .push(value.map_or((0, NULL), |text| (start, text.len() as u32)));
            set.data.extend_from_slice(value.unwrap_or("").as_bytes());
        }
        set
    }

    /// A set that has no rows yet.
    pub(super) fn new(shape: Arc<Shape>) -> Self {
        Self {
            shape,
            ..Self::default()
        }
    }

    /// Adds a row and returns how many bytes its values have.
    pub(super) fn push_row(&mut self, values: Vec<Value>) -> usize {
        let before = self.data.len();
        for value in values {
            match value {
                Value::Bytes(text) => self.push_value(Some(&text)),
                // The text protocol has no others.
                _ => self.push_value(None),
            }
        }
        self.data.len() - before
    }

    /// Adds a row as it comes in a packet; `false` where it has more values than there are columns, or part of one.
    ///
    /// One that ends early has NULL in its last columns: MySQL's `SHOW SLAVE HOSTS` leaves the uuid out for a replica that
    /// has none, such as a MariaDB server.
    pub(super) fn push_packet(&mut self, packet: &[u8]) -> bool {
        let mut rest = Fields(packet);
        self.data.reserve(packet.len());
        for _ in 0..self.shape.len() {
            if rest.0.is_empty() {
                self.push_value(None);
                continue;
            }
            if rest.0.first() == Some(&NULL_VALUE) {
                rest.bytes(1);
                self.push_value(None);
                continue;
            }
            let Some(text) = rest.text() else {
                return false;
            };
            self.push_value(Some(text));
        }
        rest.0.is_empty()
    }

    fn push_value(&mut self, value: Option<&[u8]>) {
        let start = self.data.len();
        let text = value.unwrap_or_default();
        self.data.extend_from_slice(text);
        // Packets are shorter than 4 GiB, and so is what a probe asks for.
        let place = u32::try_from(start).ok().zip(u32::try_from(text.len()).ok());
        self.cells.push(value.and(place).unwrap_or((0, NULL)));
    }
}

impl<'a> Row<'a> {
    /// The bytes of a value; `None` for NULL and beyond the last column.
    pub fn bytes(&self, at: usize) -> Option<&'a [u8]> {
        if at >= self.set.shape.len() {
            return None;
        }
        let (start, length) = *self.set.cells.get(self.first + at)?;
        if length == NULL {
            None
        } else {
            self.set.data.get(start as usize..start as usize + length as usize)
        }
    }

    /// A value as text; `None` for NULL.
    pub fn value(&self, at: usize) -> Option<Cow<'a, str>> {
        self.bytes(at).map(String::from_utf8_lossy)
    }

    /// A value as text; empty for NULL.
    pub fn text(&self, at: usize) -> Cow<'a, str> {
        self.value(at).unwrap_or(Cow::Borrowed(""))
    }

    /// A value as a number of any kind; `None` for NULL and what is no number.
    pub fn number<T: std::str::FromStr>(&self, at: usize) -> Option<T> {
        std::str::from_utf8(self.bytes(at)?).ok()?.parse().ok()
    }

    /// A value as a switch: `1`, `ON` or `YES` in any case.
    pub fn is_on(&self, at: usize) -> bool {
        self.bytes(at)
            .is_some_and(|v| v == b"1" || v.eq_ignore_ascii_case(b"on") || v.eq_ignore_ascii_case(b"yes"))
    }

    /// The result set's column names.
    pub fn shape(&self) -> &'a Shape {
        &self.set.shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_know_their_names() {
        let shape = Shape::new(["File", "", "Position"]);
        assert_eq!(
            (shape.len(), shape.name(0), shape.name(1), shape.name(2), shape.name(3)),
            (3, "File", "", "Position", "")
        );
        assert_eq!((shape.find("position"), shape.find("nosuch")), (Some(2), None));
    }

    #[test]
    fn rows_are_read_value_by_value() {
        let mut set = ResultSet {
            shape: Arc::new(Shape::new(["a", "b", "c"])),
            ..ResultSet::default()
        };
        let text = |text: &str| Value::Bytes(text.into());
        assert_eq!(set.push_row(vec![text("1.5"), Value::NULL, text("ON")]), 5);
        set.push_row(vec![text("42"), text(""), text("x")]);
        let rows: Vec<_> = set.rows().collect();
        assert_eq!(
            (rows[0].number::<f64>(0), rows[0].value(1), rows[0].is_on(2)),
            (Some(1.5), None, true)
        );
        assert_eq!(
            (
                rows[1].number::<u32>(0),
                rows[1].text(1).as_ref(),
                rows[1].number::<u32>(2)
            ),
            (Some(42), "", None)
        );
    }
}
