//! Result sets of the text protocol.

use super::error::WireError;
use super::frame::Frames;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Columns beyond which an answer is taken for damaged; servers allow 4096.
const MOST_COLUMNS: usize = 4096;
const MORE_RESULTS: u16 = 8;

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

    fn push(&mut self, name: &str) {
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

const NULL: u32 = u32::MAX;

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

    fn push_row(&mut self, payload: &[u8]) -> Result<(), WireError> {
        let base = self.data.len();
        let mut reader = Reader { rest: payload };
        for _ in 0..self.shape.len() {
            let cell = match reader.rest.split_first() {
                Some((0xfb, rest)) => {
                    reader.rest = rest;
                    (0, NULL)
                }
                _ => {
                    let length = reader.text().ok_or_else(broken_row)?.len();
                    let start = base + payload.len() - reader.rest.len() - length;
                    (
                        u32::try_from(start).map_err(|_| broken_row())?,
                        u32::try_from(length).map_err(|_| broken_row())?,
                    )
                }
            };
            self.cells.push(cell);
        }
        self.data.extend_from_slice(payload);
        Ok(())
    }
}

fn broken_row() -> WireError {
    WireError::malformed("a row that does not fit its columns")
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

/// Reads length-encoded values from a payload.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let (&first, rest) = self.rest.split_first()?;
        let size = match first {
            0..=0xfa => {
                self.rest = rest;
                return Some(u64::from(first));
            }
            0xfc => 2,
            0xfd => 3,
            0xfe => 8,
            _ => return None,
        };
        let (digits, rest) = rest.split_at_checked(size)?;
        self.rest = rest;
        Some(digits.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }
}

/// The status flags at the end of an OK packet, whose first byte was read.
fn ok_status(body: &[u8]) -> Option<u16> {
    let mut reader = Reader { rest: body };
    reader.number()?;
    reader.number()?;
    reader.rest.get(..2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

/// Receives one result set and whether another follows. `known` is the shape of the last answer to this statement.
pub(super) fn read_set(
    frames: &mut Frames,
    deprecate_eof: bool,
    known: Option<&Arc<Shape>>,
) -> Result<(ResultSet, bool), WireError> {
    let range = frames.read_ok()?;
    let payload = frames.bytes(range);
    match payload[0] {
        0x00 => {
            let status = ok_status(&payload[1..]).ok_or_else(|| WireError::malformed("an OK that breaks off"))?;
            return Ok((ResultSet::default(), status & MORE_RESULTS != 0));
        }
        0xfb => return Err(WireError::malformed("a request for a local file")),
        _ => {}
    }
    let count = Reader { rest: payload }.number().and_then(|n| usize::try_from(n).ok());
    let count = count
        .filter(|n| (1..=MOST_COLUMNS).contains(n))
        .ok_or_else(|| WireError::malformed("no result set"))?;
    let shape = read_shape(frames, count, known)?;
    if !deprecate_eof {
        let range = frames.read_ok()?;
        if !is_eof(frames.bytes(range)) {
            return Err(WireError::malformed("columns without an end"));
        }
    }
    let mut set = ResultSet {
        shape,
        ..ResultSet::default()
    };
    loop {
        let range = frames.read_ok()?;
        let payload = frames.bytes(range);
        if payload[0] == 0xfe && payload.len() < 0xff_ffff {
            let status = if deprecate_eof {
                ok_status(&payload[1..])
            } else {
                is_eof(payload).then(|| payload.get(3..5).map_or(0, |b| u16::from_le_bytes([b[0], b[1]])))
            };
            if let Some(status) = status {
                return Ok((set, status & MORE_RESULTS != 0));
            }
        }
        set.push_row(payload)?;
    }
}

fn is_eof(payload: &[u8]) -> bool {
    payload[0] == 0xfe && payload.len() < 9
}

fn read_shape(frames: &mut Frames, count: usize, known: Option<&Arc<Shape>>) -> Result<Arc<Shape>, WireError> {
    // Names are compared with the known ones and copied from the first that differs.
    let mut fresh: Option<Shape> = None;
    let known = known.filter(|shape| shape.len() == count);
    for at in 0..count {
        let range: Range<usize> = frames.read_ok()?;
        let name = column_name(frames.bytes(range)).ok_or_else(|| WireError::malformed("a column that breaks off"))?;
        if let Some(shape) = &mut fresh {
            shape.push(&String::from_utf8_lossy(name));
        } else if known.is_none_or(|shape| shape.name(at).as_bytes() != name) {
            let mut shape = known.map_or_else(Shape::default, |known| Shape::new((0..at).map(|i| known.name(i))));
            shape.push(&String::from_utf8_lossy(name));
            fresh = Some(shape);
        }
    }
    Ok(match (fresh, known) {
        (Some(shape), _) => Arc::new(shape),
        (None, Some(known)) => Arc::clone(known),
        (None, None) => Arc::default(),
    })
}

fn column_name(payload: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader { rest: payload };
    // Catalog, schema, table, original table.
    for _ in 0..4 {
        reader.text()?;
    }
    reader.text()
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
        set.push_row(b"\x031.5\xfb\x02ON").unwrap();
        set.push_row(b"\x0242\x00\x01x").unwrap();
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
        assert!(set.push_row(b"\x05abc").is_err());
    }

    #[test]
    fn long_numbers() {
        for (bytes, number) in [
            (&b"\xfa"[..], 250),
            (b"\xfc\x01\x01", 257),
            (b"\xfd\x00\x00\x01", 65536),
        ] {
            assert_eq!(Reader { rest: bytes }.number(), Some(number));
        }
        for bytes in [&b""[..], b"\xfc\x01", b"\xff\x01"] {
            assert_eq!(Reader { rest: bytes }.number(), None);
        }
    }
}
