//! The journal: what a recovery set out to do and how far it has come, so that another program can go on with it.
//!
//! What is written here is on the disk before the function returns. While the file cannot be written, progress goes to a
//! [side journal](super::side_journal) and is read together with what is here.

use super::fences::Turn;
use super::holding::Holding;
use super::side_journal::{Note, SideJournal};
use super::{Inventory, InventoryError, Result, stamp};
use crate::model::plan::{Plan, Progress};
use crate::model::recovery::{Entry, Journal, Lease};
use crate::model::{InstanceKey, Timestamp};
use rusqlite::Connection;
use std::time::Duration;

/// How long a recovery waits for others who use the file, before it writes its progress beside it.
const WAIT: Duration = Duration::from_secs(1);
/// How long while its progress goes there already.
const SHORT_WAIT: Duration = Duration::from_millis(100);

/// Where progress was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// In the inventory.
    InFile,
    /// In the side journal, because of this.
    Beside(InventoryError),
}

/// A recovery that was left in the middle, or is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// Its name.
    pub uid: String,
    /// Its cluster's name before.
    pub cluster: String,
    /// The instance that failed.
    pub failed: InstanceKey,
    /// Who takes its place, if anybody was chosen.
    pub successor: Option<InstanceKey>,
    /// When it was begun.
    pub opened: Option<Timestamp>,
    /// Its journal, or why that cannot be understood and what helps.
    pub journal: Result<Journal>,
}

/// A plan that is not closed, without its steps.
#[derive(Clone, Debug)]
pub(super) struct OpenPlan {
    pub uid: String,
    pub cluster: String,
    pub failed: InstanceKey,
    /// Nobody for a plan without one.
    pub successor: InstanceKey,
    pub opened: Option<Timestamp>,
}

impl OpenPlan {
    /// The lease that nobody holds any more.
    pub(super) fn as_lease(&self) -> Lease {
        Lease {
            cluster: self.cluster.clone(),
            uid: self.uid.clone(),
            node_hostname: String::new(),
            node_token: String::new(),
            taken: self.opened,
            heartbeat: None,
        }
    }
}

const NOTE: &str =
    "INSERT INTO orc_journal (uid, number, progress, begun_ms, ended_ms, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (uid, number) DO UPDATE
    SET progress = excluded.progress, begun_ms = coalesce(excluded.begun_ms, begun_ms), ended_ms = excluded.ended_ms,
        said = CASE WHEN excluded.said = '' THEN said ELSE excluded.said END";

impl Inventory {
    /// Opens the journal of a recovery: its plan, every step planned. From now on the recovery is resumed, whatever
    /// becomes of this program. Returns what kept a side journal from being made, which the recovery can do without.
    ///
    /// # Errors
    /// When the file cannot be written, the lease is lost, or the recovery has a journal already; then nothing may be
    /// changed.
    pub fn open_journal(&self, of: &Holding<'_>, plan: &Plan, now: Timestamp) -> Result<Option<InventoryError>> {
        let (doing, uid) = ("open the journal of a recovery", of.uid);
        let text = self.text_of(doing, plan)?;
        let (successor_host, successor_port) = successor(plan);
        self.durably(doing, |inventory| {
            inventory.must_hold(of)?;
            let added = inventory.write(doing, |conn| {
                conn.prepare_cached(
                    "INSERT OR IGNORE INTO orc_plan
                     (uid, cluster_name, hostname, port, successor_hostname, successor_port, plan, opened)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute((
                    uid,
                    &plan.cluster,
                    plan.failed.hostname.as_ref(),
                    plan.failed.port,
                    successor_host,
                    successor_port,
                    text,
                    stamp(now),
                ))
            })?;
            if added == 0 {
                return Err(inventory.refuse(doing, format!("{uid} has one already"), "extend it instead"));
            }
            inventory.add_steps(uid, plan)
        })?;
        let made = SideJournal::of(self, uid).map_or(Ok(()), |side| side.create());
        Ok(made.err().map(|error| self.beside("make a side journal", &error)))
    }

    /// Replaces the plan of an open journal by one with more steps; how far the others have come stays.
    ///
    /// # Errors
    /// When the file cannot be written, the lease is lost, or the journal is not open.
    pub fn extend_journal(&self, of: &Holding<'_>, plan: &Plan) -> Result<()> {
        let (doing, uid) = ("extend the journal of a recovery", of.uid);
        let text = self.text_of(doing, plan)?;
        let (successor_host, successor_port) = successor(plan);
        self.durably(doing, |inventory| {
            inventory.must_hold(of)?;
            inventory.must_be_open(doing, uid)?;
            inventory.write(doing, |conn| {
                conn.prepare_cached(
                    "UPDATE orc_plan SET plan = ?2, successor_hostname = ?3, successor_port = ?4 WHERE uid = ?1",
                )?
                .execute((uid, text, successor_host, successor_port))
            })?;
            inventory.add_steps(uid, plan)
        })
    }

    fn add_steps(&self, uid: &str, plan: &Plan) -> Result<()> {
        self.write("write down the steps of a plan", |conn| {
            let mut statement =
                conn.prepare_cached("INSERT OR IGNORE INTO orc_journal (uid, number, progress) VALUES (?, ?, ?)")?;
            for step in &plan.steps {
                statement.execute((uid, step.number, Progress::Planned.as_str()))?;
            }
            Ok(())
        })
    }

    /// Notes how far a step has come, in the inventory or, while that cannot be written, beside it. `said` is what was told
    /// to the server, or what went wrong; empty leaves what was noted before.
    ///
    /// # Errors
    /// When neither can be written, the lease is lost, or the journal is not open any more: then nothing may be changed.
    pub fn note_progress(
        &self,
        of: &Holding<'_>,
        number: u32,
        progress: Progress,
        at_ms: i64,
        said: &str,
    ) -> Result<Noted> {
        let said = said.to_owned();
        let note = Note {
            number,
            progress,
            at_ms,
            said,
        };
        self.note_all(of, &[note], &Turn::default())
    }

    /// Notes how far several steps have come, as [`Inventory::note_progress`] does, and waits for the disk only once. In
    /// the same transaction it is remembered who is to take writes and who is not; where the notes go beside the inventory
    /// it is not.
    ///
    /// # Errors
    /// As [`Inventory::note_progress`].
    pub fn note_all(&self, of: &Holding<'_>, notes: &[Note], turn: &Turn<'_>) -> Result<Noted> {
        let (doing, uid) = ("note the progress of a recovery", of.uid);
        let side = SideJournal::of(self, uid);
        let waiting = side.as_ref().map(SideJournal::lines).unwrap_or_default();
        let wait = if waiting.is_empty() { WAIT } else { SHORT_WAIT };
        let stored = self.waiting_at_most(wait, || {
            self.durably(doing, |inventory| {
                inventory.must_hold(of)?;
                inventory.must_be_open(doing, uid)?;
                inventory.put_lines(uid, &waiting)?;
                let now = Timestamp(of.now_ms.div_euclid(1000));
                inventory.turn(turn, now)?;
                inventory.write(doing, |conn| notes.iter().try_for_each(|note| put(conn, uid, note)))
            })
        });
        match (stored, side) {
            (Ok(()), side) => {
                if let Some(side) = side.filter(|_| !waiting.is_empty()) {
                    // Lines that stay are passed over as older than what they were about.
                    let _ = side.create();
                }
                Ok(Noted::InFile)
            }
            (Err(error), Some(side)) if error.is_of_file() => {
                self.must_not_be_taken(of)?;
                match side.append(notes) {
                    Ok(()) => Ok(Noted::Beside(error)),
                    Err(second) => Err(self.beside(&format!("{doing}, after this: {error}"), &second)),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Closes a journal and gives its lease and locks up with it: the recovery was carried to its end, or taken back, and nobody
    /// resumes it. Write down how it ended before, with [`Inventory::resolve_recovery`].
    ///
    /// # Errors
    /// When the file cannot be written, or somebody else has taken the recovery over; then it stays open.
    pub fn close_journal(&self, of: &Holding<'_>, outcome: &str, now: Timestamp) -> Result<()> {
        let uid = of.uid;
        self.durably("close the journal of a recovery", |inventory| {
            inventory.must_not_be_taken(of)?;
            inventory.close_plan(uid, outcome, now)?;
            inventory.end_maintenance_of(of.token, now)?;
            inventory.drop_leases_of(uid)
        })?;
        self.remove_side_journal(uid);
        Ok(())
    }

    /// Removes the file beside the inventory, once what it holds is stored.
    pub(super) fn remove_side_journal(&self, uid: &str) {
        if let Some(side) = SideJournal::of(self, uid) {
            side.remove();
        }
    }

    /// Removes files beside the inventory whose journals are closed: a program that died just when it had closed one
    /// left it there. Returns how many there were.
    ///
    /// # Errors
    /// When the inventory cannot be read; then they stay.
    pub(super) fn tidy_side_journals(&self) -> Result<usize> {
        // A file is made after its plan was written down, so that none of a new one is found here.
        let found = SideJournal::all(self);
        if found.is_empty() {
            return Ok(0);
        }
        let open: Vec<SideJournal> = self
            .open_plans()?
            .iter()
            .filter_map(|plan| SideJournal::of(self, &plan.uid))
            .collect();
        let left: Vec<&SideJournal> = found.iter().filter(|side| !open.contains(side)).collect();
        left.iter().for_each(|side| side.remove());
        Ok(left.len())
    }

    pub(super) fn close_plan(&self, uid: &str, outcome: &str, now: Timestamp) -> Result<()> {
        let side = SideJournal::of(self, uid);
        self.put_lines(uid, &side.as_ref().map(SideJournal::lines).unwrap_or_default())?;
        self.write("close the journal of a recovery", |conn| {
            conn.prepare_cached("UPDATE orc_plan SET closed = ?2, outcome = ?3 WHERE uid = ?1 AND closed = ''")?
                .execute((uid, stamp(now), outcome))
                .map(|_| ())
        })
    }

    fn put_lines(&self, uid: &str, lines: &[Note]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let entries = self.entries(uid)?;
        let latest = |number| entries.iter().find(|entry| entry.number == number).and_then(last_ms);
        self.write("take over a side journal", |conn| {
            let is_newer = |line: &&Note| latest(line.number).is_none_or(|at| at <= line.at_ms);
            lines.iter().filter(is_newer).try_for_each(|line| put(conn, uid, line))
        })
    }

    /// Every journal that is open, the earliest first. One that cannot be understood is told of by its columns, and does
    /// not keep the others from being read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open_journals(&self) -> Result<Vec<Left>> {
        let mut left = Vec::new();
        for plan in self.open_plans()? {
            let journal = match self.journal(&plan.uid) {
                Ok(Some(journal)) => Ok(journal),
                Ok(None) => continue,
                Err(error) if error.is_of_file() => return Err(error),
                Err(error) => Err(error),
            };
            left.push(Left {
                uid: plan.uid,
                cluster: plan.cluster,
                failed: plan.failed,
                successor: Some(plan.successor).filter(InstanceKey::is_valid),
                opened: plan.opened,
                journal,
            });
        }
        Ok(left)
    }

    /// Whether a recovery has a journal that is open.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_open_journal(&self, uid: &str) -> Result<bool> {
        Ok(self.open_plans()?.iter().any(|plan| plan.uid == uid))
    }

    /// The journal of a recovery, open or closed.
    ///
    /// # Errors
    /// When the file cannot be read, or what it holds is no plan that this version understands.
    pub fn journal(&self, uid: &str) -> Result<Option<Journal>> {
        let (doing, columns) = ("read the journal of a recovery", ["uid", "plan", "closed", "outcome"]);
        let found = self.list(doing, "orc_plan", &columns, "WHERE uid = ?", [uid], |cells| {
            Some((cells.text(1), cells.text(2), cells.text(3)))
        })?;
        let Some((text, closed, outcome)) = found.into_iter().next() else {
            return Ok(None);
        };
        let plan: Plan = serde_json::from_str(&text).map_err(|error| {
            let why = format!("the plan of {uid} cannot be understood: {error}");
            let advice = format!(
                "use the version that made it; or look after the servers yourself and give it up: `orchestrator recoveries \
                 ack {uid} --reason WHY`"
            );
            self.refuse(doing, why, &advice)
        })?;
        let mut entries = self.entries(uid)?;
        for line in SideJournal::of(self, uid).iter().flat_map(SideJournal::lines) {
            line.tell(&mut entries);
        }
        Ok(Some(Journal {
            uid: uid.to_owned(),
            plan,
            entries,
            is_closed: !closed.is_empty(),
            outcome,
        }))
    }

    fn entries(&self, uid: &str) -> Result<Vec<Entry>> {
        let columns = ["uid", "number", "progress", "begun_ms", "ended_ms", "said"];
        let rest = "WHERE uid = ? ORDER BY number";
        let doing = "read the journal of a recovery";
        self.list(doing, "orc_journal", &columns, rest, [uid], |cells| {
            let progress = Progress::from_stored(&cells.text(2));
            if progress.is_none() {
                cells.warn(2);
            }
            Some(Entry {
                number: cells.number(1)?,
                // Of a step in a word of another version nobody knows what came of it.
                progress: progress.unwrap_or(Progress::Begun),
                begun_ms: cells.number(3),
                ended_ms: cells.number(4),
                said: cells.text(5),
            })
        })
    }

    pub(super) fn open_plans(&self) -> Result<Vec<OpenPlan>> {
        let columns = [
            "hostname",
            "port",
            "uid",
            "cluster_name",
            "successor_hostname",
            "successor_port",
            "opened",
        ];
        let rest = "WHERE closed = '' ORDER BY opened, uid";
        self.list("read the open plans", "orc_plan", &columns, rest, [], |cells| {
            Some(OpenPlan {
                failed: cells.key_or_none(0),
                uid: cells.text(2),
                cluster: cells.text(3),
                successor: cells.key_or_none(4),
                opened: cells.time(6),
            })
        })
    }

    fn must_be_open(&self, doing: &str, uid: &str) -> Result<()> {
        let columns = ["uid", "closed", "outcome"];
        let found = self.list(doing, "orc_plan", &columns, "WHERE uid = ?", [uid], |cells| {
            Some((cells.text(1), cells.text(2)))
        })?;
        match found.into_iter().next() {
            Some((closed, _)) if closed.is_empty() => Ok(()),
            Some((_, outcome)) => {
                let why = format!("the journal of {uid} is closed: {outcome}");
                Err(self.refuse(doing, why, "nothing more is to be changed for this recovery"))
            }
            None => Err(self.refuse(doing, format!("{uid} has no journal"), "open it first")),
        }
    }

    fn text_of(&self, doing: &str, plan: &Plan) -> Result<String> {
        serde_json::to_string(plan).map_err(|error| self.refuse(doing, error.to_string(), ""))
    }

    fn beside(&self, doing: &str, error: &std::io::Error) -> InventoryError {
        let advice = "check the free space and the permissions of the inventory's directory";
        InventoryError::new(super::ErrorKind::Io, doing, &self.file, error.to_string(), advice)
    }
}

fn successor(plan: &Plan) -> (&str, u16) {
    plan.successor
        .as_ref()
        .map_or(("", 0), |key| (key.hostname.as_ref(), key.port))
}

fn put(conn: &Connection, uid: &str, line: &Note) -> rusqlite::Result<()> {
    let (begun, ended) = line.times();
    conn.prepare_cached(NOTE)?
        .execute((uid, line.number, line.progress.as_str(), begun, ended, &line.said))
        .map(|_| ())
}

/// When a step was last heard of.
pub(super) fn last_ms(entry: &Entry) -> Option<i64> {
    entry.begun_ms.max(entry.ended_ms)
}
