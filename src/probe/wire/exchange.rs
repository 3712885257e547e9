//! One text of statements and its answers, through the crate.

use super::descriptor;
use super::text::{ResultSet, Shape};
use mysql::prelude::Queryable;
use mysql::{Column, Conn, Error};
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;

/// What the framing of a packet and the fixed part of a column take, for [`exchange`]'s count.
const HEADER: usize = 4;
const COLUMN: usize = 24;

/// What came of it, apart from the result sets.
pub(super) struct Exchanged {
    /// About how many bytes came.
    pub(super) received: usize,
    /// Whether the server had closed the connection when it failed.
    pub(super) peer_was_gone: bool,
    pub(super) outcome: Result<(), Error>,
}

/// Sends the text and adds each result set that arrives whole to `sets`.
///
/// The first error ends it. Where that is not the server's own the connection is shut down.
pub(super) fn exchange(
    conn: &mut Conn,
    text: &str,
    known: &[Option<Arc<Shape>>],
    sets: &mut Vec<ResultSet>,
) -> Exchanged {
    let fd = conn.as_raw_fd();
    let mut done = Exchanged::begun();
    let result = match conn.query_iter(text) {
        Ok(result) => result,
        Err(error) => {
            done.fail(error, fd);
            return done;
        }
    };
    // Dropping it would read on, which nobody may do while a panic unwinds.
    let mut result = ManuallyDrop::new(result);
    while let Some(mut rows) = result.iter() {
        let columns = rows.columns();
        let columns = columns.as_ref();
        done.received += columns.iter().map(size).sum::<usize>();
        let known = known.get(sets.len()).and_then(Option::as_ref);
        let mut set = ResultSet::new(shape(columns, known));
        let read = rows.by_ref().try_for_each(|row| {
            done.received += HEADER + set.push_row(row?.unwrap());
            Ok(())
        });
        if let Err(error) = read {
            done.fail(error, fd);
            break;
        }
        sets.push(set);
    }
    drop(ManuallyDrop::into_inner(result));
    done
}

impl Exchanged {
    /// Nothing has come yet.
    pub(super) fn begun() -> Self {
        Self {
            received: 0,
            peer_was_gone: false,
            outcome: Ok(()),
        }
    }

    /// Notes the error; unless it is the server's own nothing more is waited for.
    pub(super) fn fail(&mut self, error: Error, fd: RawFd) {
        if !matches!(error, Error::MySqlError(_)) {
            self.peer_was_gone = descriptor::peer_is_gone(fd);
            descriptor::shut_down(fd);
        }
        self.outcome = Err(error);
    }
}

fn size(column: &Column) -> usize {
    let names = [
        column.schema_ref(),
        column.table_ref(),
        column.org_table_ref(),
        column.name_ref(),
        column.org_name_ref(),
    ];
    HEADER + COLUMN + names.iter().map(|name| name.len()).sum::<usize>()
}

/// The columns' shape, which is the known one where the names are the same.
fn shape(columns: &[Column], known: Option<&Arc<Shape>>) -> Arc<Shape> {
    let is = |shape: &Shape| {
        shape.len() == columns.len()
            && columns
                .iter()
                .enumerate()
                .all(|(at, column)| shape.name(at).as_bytes() == column.name_ref())
    };
    match known.filter(|shape| is(shape)) {
        Some(known) => Arc::clone(known),
        None => {
            let names: Vec<_> = columns.iter().map(Column::name_str).collect();
            Arc::new(Shape::new(names.iter().map(AsRef::as_ref)))
        }
    }
}
