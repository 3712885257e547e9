//! Packets of the text protocol, and the result sets they make up.

use super::fields::Fields;
use super::text::{ResultSet, Shape};
use mysql::consts::StatusFlags;
use mysql::{Error, MySqlError};
use std::cell::Cell;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::sync::Arc;

/// What is read at once, at the most; the answers to a probe take about 10 KiB.
const AT_ONCE: usize = 16 << 10;
/// A packet of this length goes on in the next one.
const FULL: usize = 0x00ff_ffff;
/// More columns than any answer has (MySQL 9.7: 4,096).
const MOST_COLUMNS: u64 = u16::MAX as u64;

const OK: u8 = 0x00;
const LOCAL_FILE: u8 = 0xfb;
const END: u8 = 0xfe;
const ERROR: u8 = 0xff;
/// Shorter than this, a packet that begins with [`END`] is one; else it is a row whose first value is very long.
const END_IS_SHORTER: usize = 9;

thread_local! {
    /// Room that one exchange leaves to the next: to give it back each time makes the allocator tidy up.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The answers to one command, as they come.
pub(super) struct Packets<R> {
    reader: R,
    room: Vec<u8>,
    /// What has been read and not taken yet, within `room`.
    unread: Range<usize>,
    payload: Vec<u8>,
    /// The number the next packet must have.
    number: u8,
    longest: usize,
}

impl<R: Read> Packets<R> {
    /// Nothing has come yet; `longest` is the longest packet taken.
    pub(super) fn new(reader: R, longest: usize) -> Self {
        let mut room = ROOM.take();
        room.resize(AT_ONCE, 0);
        Self {
            reader,
            room,
            unread: 0..0,
            payload: Vec::with_capacity(512),
            number: 1,
            longest,
        }
    }

    /// The next result set, with the `known` shape where its columns are the same, and whether another one follows.
    pub(super) fn set(&mut self, known: Option<&Arc<Shape>>) -> Result<(ResultSet, bool), Error> {
        match self.next()? {
            OK => {
                let mut packet = Fields(&self.payload);
                let [_mark, _affected, _inserted] = [packet.number(), packet.number(), packet.number()];
                let status = packet.short();
                Ok((ResultSet::default(), more(status)?))
            }
            LOCAL_FILE => Err(wrong("a request for a local file")),
            _ => {
                let count = self.count()?;
                let mut set = ResultSet::new(self.shape(count, known)?);
                loop {
                    let first = self.next()?;
                    if first == END && self.payload.len() < END_IS_SHORTER {
                        return Ok((set, self.end_of_part()?));
                    }
                    if !set.push_packet(&self.payload) {
                        return Err(wrong("a row that does not fit its columns"));
                    }
                }
            }
        }
    }

    /// Whether that was all.
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.unread.is_empty() {
            return Ok(());
        }
        Err(wrong("more than was asked for"))
    }

    /// The number of columns. MariaDB adds whether their definitions follow, which they do unless a statement is prepared.
    fn count(&self) -> Result<usize, Error> {
        let mut packet = Fields(&self.payload);
        let count = packet.number().filter(|count| *count <= MOST_COLUMNS);
        match (count.and_then(|count| usize::try_from(count).ok()), packet.0) {
            (Some(count @ 1..), [] | [1, ..]) => Ok(count),
            _ => Err(wrong("a number of columns that cannot be")),
        }
    }

    fn shape(&mut self, count: usize, known: Option<&Arc<Shape>>) -> Result<Arc<Shape>, Error> {
        let mut shape = known.map_or_else(Shape::default, |known| Shape::with_room_of(known));
        for _ in 0..count {
            self.next()?;
            let mut packet = Fields(&self.payload);
            let mut text = || packet.text();
            let [_catalog, _schema, _table, _org_table, name] = [text(), text(), text(), text(), text()];
            let name = name.ok_or_else(|| wrong("a column without a name"))?;
            shape.push(&String::from_utf8_lossy(name));
        }
        if self.next()? != END {
            return Err(wrong("no end of the columns"));
        }
        match known.filter(|known| ***known == shape) {
            Some(known) => Ok(Arc::clone(known)),
            None => Ok(Arc::new(shape)),
        }
    }

    /// Reads the packet that ends a part: whether another result set follows.
    fn end_of_part(&self) -> Result<bool, Error> {
        let mut packet = Fields(&self.payload);
        let [_mark, _warnings] = [packet.bytes(1).map(drop), packet.short().map(drop)];
        more(packet.short())
    }

    /// Reads the next packet into `payload` and returns its first byte; one that tells of an error is one.
    fn next(&mut self) -> Result<u8, Error> {
        self.payload.clear();
        loop {
            let mut header = [0; 4];
            for byte in &mut header {
                *byte = self.byte()?;
            }
            let [a, b, c, number] = header;
            if number != self.number {
                return Err(wrong("packets out of order"));
            }
            self.number = self.number.wrapping_add(1);
            let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
            if self.payload.len() + length > self.longest {
                return Err(wrong("a packet that is longer than allowed"));
            }
            self.append(length)?;
            if length < FULL {
                break;
            }
        }
        match self.payload.first() {
            None => Err(wrong("an empty packet")),
            // It ends the answers.
            Some(&ERROR) => self.end().and(Err(refusal(&self.payload))),
            Some(first) => Ok(*first),
        }
    }

    /// Adds so many bytes to the payload.
    fn append(&mut self, mut count: usize) -> io::Result<()> {
        while count > 0 {
            self.fill()?;
            let taken = self.unread.len().min(count);
            let part = self.unread.start..self.unread.start + taken;
            self.payload.extend_from_slice(self.room.get(part).unwrap_or_default());
            self.unread.start += taken;
            count -= taken;
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.fill()?;
        let byte = self.room.get(self.unread.start).copied();
        self.unread.start += 1;
        Ok(byte.unwrap_or_default())
    }

    /// Sees to it that there is something unread.
    fn fill(&mut self) -> io::Result<()> {
        while self.unread.is_empty() {
            match self.reader.read(&mut self.room) {
                // The end of the stream, in the crate's words.
                Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
                Ok(count) => self.unread = 0..count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The server's error. Its state stands behind a mark, between number and text.
fn refusal(packet: &[u8]) -> Error {
    let mut packet = Fields(packet);
    let _mark = packet.bytes(1);
    let Some(code) = packet.short() else {
        return wrong("an error without a number");
    };
    let state = match packet.0 {
        [b'#', ..] => packet.bytes(6).and_then(|state| state.get(1..)),
        _ => None,
    };
    Error::MySqlError(MySqlError {
        state: String::from_utf8_lossy(state.unwrap_or_default()).into_owned(),
        message: String::from_utf8_lossy(packet.0).into_owned(),
        code,
    })
}

impl<R> Drop for Packets<R> {
    fn drop(&mut self) {
        ROOM.set(std::mem::take(&mut self.room));
    }
}

fn more(status: Option<u16>) -> Result<bool, Error> {
    let status = status.ok_or_else(|| wrong("an end without a status"))?;
    Ok(StatusFlags::from_bits_truncate(status).contains(StatusFlags::SERVER_MORE_RESULTS_EXISTS))
}

fn wrong(text: &str) -> Error {
    io::Error::new(ErrorKind::InvalidData, text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(payloads: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, payload) in (1_u8..).zip(payloads) {
            bytes.extend_from_slice(&u32::try_from(payload.len()).unwrap().to_le_bytes()[..3]);
            bytes.push(number);
            bytes.extend_from_slice(payload);
        }
        bytes
    }

    fn column(name: &str) -> Vec<u8> {
        let mut column = b"\x03def\0\0\0".to_vec();
        column.push(u8::try_from(name.len()).unwrap());
        column.extend_from_slice(name.as_bytes());
        column.extend_from_slice(b"\0\x0c\x2d\0\0\x01\0\0\xfd\0\0\x1f\0\0");
        column
    }

    const LAST: &[u8] = b"\xfe\0\0\x02\0";
    const MORE: &[u8] = b"\xfe\0\0\x0a\0";

    fn said(bytes: &[u8]) -> String {
        let mut packets = Packets::new(bytes, 1 << 20);
        loop {
            match packets.set(None) {
                Ok((_, true)) => {}
                Ok((_, false)) => {
                    return packets
                        .end()
                        .map_or_else(|error| error.to_string(), |()| "fine".to_owned());
                }
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn sets_follow_each_other() {
        let bytes = framed(&[
            b"\x02",
            &column("a"),
            &column("b"),
            LAST,
            b"\x01x\xfb",
            b"\x00\x02yz",
            MORE,
            b"\0\0\0\x0a\0\0\0",
            b"\x01\x01",
            &column("c"),
            LAST,
            LAST,
        ]);
        let mut packets = Packets::new(&bytes[..], 1 << 20);
        let (first, more) = packets.set(None).unwrap();
        assert!(more);
        let rows: Vec<_> = first
            .rows()
            .map(|row| [0, 1, 2].map(|at| row.value(at).map(|text| text.into_owned())))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(rows, [[text("x"), None, None], [text(""), text("yz"), None]]);
        assert_eq!((first.shape().name(0), first.shape().name(1)), ("a", "b"));
        let (done, more) = packets.set(None).unwrap();
        assert!(more && done.shape().is_empty());
        let known = Arc::new(Shape::new(["c"]));
        let (last, more) = packets.set(Some(&known)).unwrap();
        assert!(!more && last.first().is_none() && Arc::ptr_eq(last.shape(), &known));
        packets.end().unwrap();
    }

    #[test]
    fn a_long_value_is_no_end() {
        let length = 0x0001_0000_u64;
        let mut row = vec![0xfe];
        row.extend_from_slice(&length.to_le_bytes());
        row.resize(row.len() + usize::try_from(length).unwrap(), b'x');
        let bytes = framed(&[b"\x01", &column("a"), LAST, &row, LAST]);
        let (set, more) = Packets::new(&bytes[..], 1 << 20).set(None).unwrap();
        assert!(!more);
        assert_eq!(set.first().unwrap().text(0).len(), 65_536);
    }

    #[test]
    fn a_row_may_leave_out_its_last_values() {
        let (a, b) = (column("a"), column("b"));
        let bytes = framed(&[b"\x02", &a, &b, LAST, b"\x01x", b"\x01y\x01z", LAST]);
        let (set, more) = Packets::new(&bytes[..], 1 << 20).set(None).unwrap();
        assert!(!more);
        let rows: Vec<_> = set.rows().map(|row| (row.value(0), row.value(1))).collect();
        assert_eq!(rows, [(Some("x".into()), None), (Some("y".into()), Some("z".into()))]);
    }

    #[test]
    fn what_is_not_allowed_is_said() {
        let a = column("a");
        let cases: [(&[&[u8]], &str); 10] = [
            (&[b""], "an empty packet"),
            (&[b"\xfb/etc/passwd"], "a request for a local file"),
            (
                &[b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff"],
                "a number of columns that cannot be",
            ),
            (&[b"\x01\0"], "a number of columns that cannot be"),
            (&[b"\x01", b"\x03de"], "a column without a name"),
            (&[b"\x01", &a, b"\x01x"], "no end of the columns"),
            (
                &[b"\x01", &a, LAST, b"\x01x\x01y", LAST],
                "a row that does not fit its columns",
            ),
            (
                &[b"\x01", &a, LAST, b"\x05x", LAST],
                "a row that does not fit its columns",
            ),
            (&[b"\x01", &a, LAST, b"\xfe\0"], "an end without a status"),
            (&[b"\x01", &a, LAST, LAST, LAST], "more than was asked for"),
        ];
        for (payloads, expected) in cases {
            assert!(
                said(&framed(payloads)).contains(expected),
                "{expected}: {}",
                said(&framed(payloads))
            );
        }
        let mut disordered = framed(&[b"\0\0\0\x02\0\0\0"]);
        disordered[3] = 7;
        assert!(said(&disordered).contains("out of order"));
        assert!(said(b"\xff\xff\x7f\x01").contains("longer than allowed"));
        assert!(said(&framed(&[b"\xff\x28\x04#42000no"])).contains("1064"));
    }
}
