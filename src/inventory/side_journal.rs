//! The side journal: where a recovery under way writes its progress while the inventory cannot be written.
//!
//! It is a file beside the inventory, made when the journal is opened, with its room on the disk taken already, so that
//! it can be written when the disk is full. It holds a line of JSON for each note. Whoever opens the journal next reads
//! both; the lines go into the inventory as soon as that can be written, and the file goes when the journal is closed.

use super::Inventory;
use super::journal::last_ms;
use crate::model::plan::Progress;
use crate::model::recovery::Entry;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How much room is taken on the disk beforehand.
const ROOM: usize = 256 * 1024;

/// A note on how far a step has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The step's number.
    pub number: u32,
    /// How far.
    pub progress: Progress,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What was told to the server, or what went wrong; empty leaves what was noted before.
    pub said: String,
}

impl Note {
    /// When the step was begun, and when it ended, as far as this note tells.
    pub(super) fn times(&self) -> (Option<i64>, Option<i64>) {
        match self.progress {
            Progress::Planned => (None, None),
            Progress::Begun => (Some(self.at_ms), None),
            Progress::Done | Progress::Failed | Progress::Undone | Progress::Skipped => (None, Some(self.at_ms)),
        }
    }

    /// Writes the note into the entry of its step, unless that is newer.
    pub(super) fn tell(self, entries: &mut Vec<Entry>) {
        let (begun_ms, ended_ms) = self.times();
        let entry = Entry {
            number: self.number,
            progress: self.progress,
            begun_ms,
            ended_ms,
            said: self.said,
        };
        match entries.iter_mut().find(|known| known.number == self.number) {
            None => entries.push(entry),
            Some(known) if last_ms(known).is_some_and(|at| at > self.at_ms) => {}
            Some(known) => {
                let begun_ms = entry.begun_ms.or(known.begun_ms);
                let said = if entry.said.is_empty() {
                    &known.said
                } else {
                    &entry.said
                };
                *known = Entry {
                    said: said.clone(),
                    begun_ms,
                    ..entry
                };
            }
        }
    }
}

/// The file of one recovery, whether it exists or not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SideJournal {
    path: PathBuf,
}

impl SideJournal {
    /// `<inventory>.journal-<nanoseconds of the recovery's name>-<its first digits>`; none for an inventory in memory.
    pub(super) fn of(inventory: &Inventory, uid: &str) -> Option<Self> {
        if inventory.file() == ":memory:" {
            return None;
        }
        let is_plain = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric());
        let short: Vec<&str> = uid
            .split(':')
            .map(|part| part.get(..20).unwrap_or(part))
            .filter(is_plain)
            .collect();
        let path = PathBuf::from(format!("{}.journal-{}", inventory.file(), short.join("-")));
        Some(Self { path })
    }

    /// Those that exist.
    pub(super) fn all(inventory: &Inventory) -> Vec<Self> {
        let file = PathBuf::from(inventory.file());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let Some((name, found)) = file
            .file_name()
            .zip(fs::read_dir(folder.unwrap_or(Path::new("."))).ok())
        else {
            return Vec::new();
        };
        let begins = format!("{}.journal-", name.to_string_lossy());
        found
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .filter(|name| name.to_string_lossy().starts_with(&begins))
            .map(|name| Self {
                path: file.with_file_name(name),
            })
            .collect()
    }

    /// Makes it, with room and without lines.
    pub(super) fn create(&self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let mut file = options.open(&self.path)?;
        file.lock()?;
        file.write_all(&vec![0; ROOM])?;
        file.set_len(ROOM as u64)?;
        file.sync_data()
    }

    /// Adds a line for each note; they are on the disk when this returns.
    pub(super) fn append(&self, notes: &[Note]) -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        file.lock()?;
        let text = written(&mut file)?;
        let mut added = Vec::new();
        if text.last().is_some_and(|last| *last != b'\n') {
            added.push(b'\n');
        }
        for note in notes {
            serde_json::to_writer(&mut added, note)?;
            added.push(b'\n');
        }
        file.seek(SeekFrom::Start(text.len() as u64))?;
        file.write_all(&added)?;
        file.sync_data()
    }

    /// The lines in their order; none where there is no file. What was not written to its end is left out.
    pub(super) fn lines(&self) -> Vec<Note> {
        let Ok(text) = File::open(&self.path).and_then(|mut file| written(&mut file)) else {
            return Vec::new();
        };
        text.split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }

    /// Removes it.
    pub(super) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// What stands in the file before the room that is still free.
fn written(file: &mut File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    text.truncate(end);
    Ok(text)
}
