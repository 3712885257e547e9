//! Old masters that are to refuse writes as soon as they are seen again.

use super::{Inventory, Result, stamp};
use crate::model::{InstanceKey, Timestamp};

/// What became of an old master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FenceState {
    /// It is to be fenced where it is first seen.
    Wanted,
    /// It refuses writes.
    Fenced,
    /// It was seen and takes writes, since it could not be made to refuse them. It is tried again.
    Unfenced,
    /// It is another server by now, or an operator took the matter over.
    Dropped,
}

impl FenceState {
    /// Every word.
    pub const ALL: [Self; 4] = [Self::Wanted, Self::Fenced, Self::Unfenced, Self::Dropped];

    /// The word stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Fenced => "fenced",
            Self::Unfenced => "unfenced",
            Self::Dropped => "dropped",
        }
    }

    /// Whether it is still to be fenced.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Wanted | Self::Unfenced)
    }
}

/// An old master that is, or was, to be fenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Which.
    pub key: InstanceKey,
    /// The recovery that replaced it.
    pub uid: String,
    /// The cluster that it was the master of.
    pub cluster: String,
    /// Which server it was: its `server_uuid`, or its server id on MariaDB. Empty when that is not known.
    pub identity: String,
    /// What became of it.
    pub state: FenceState,
    /// Since when it is to be fenced.
    pub since: Option<Timestamp>,
    /// When what became of it was last written down.
    pub changed: Option<Timestamp>,
    /// What was said to it, or what it said.
    pub said: String,
}

/// One that is to be fenced from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewFence<'a> {
    /// Which.
    pub key: &'a InstanceKey,
    /// The recovery that replaces it.
    pub uid: &'a str,
    /// Its cluster.
    pub cluster: &'a str,
    /// As [`Fence::identity`].
    pub identity: &'a str,
}

/// Who may take writes once a step has begun, and who not.
#[derive(Clone, Debug, Default)]
pub struct Turn<'a> {
    /// Who is to be fenced.
    pub fences: Vec<NewFence<'a>>,
    /// Who takes writes from now on, whatever was to become of it.
    pub promoted: Option<&'a InstanceKey>,
}

/// Why a server that was promoted is fenced no more.
const PROMOTED: &str = "it was promoted";

const COLUMNS: [&str; 9] = [
    "hostname",
    "port",
    "uid",
    "cluster_name",
    "identity",
    "state",
    "wanted_since",
    "changed",
    "said",
];

impl Inventory {
    /// Remembers that an old master is to be fenced, in the place of an earlier word about it. What has become of one that
    /// was wanted for the same recovery already stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn want_fence(&self, fence: &NewFence<'_>, now: Timestamp) -> Result<()> {
        self.durably("remember whom to fence", |inventory| inventory.put_fence(fence, now))
    }

    pub(super) fn put_fence(&self, fence: &NewFence<'_>, now: Timestamp) -> Result<()> {
        self.write("remember whom to fence", |conn| {
            conn.prepare_cached(
                "INSERT INTO orc_fence
                 (hostname, port, uid, cluster_name, identity, state, wanted_since, changed, said)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, '')
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET uid = excluded.uid, cluster_name = excluded.cluster_name, identity = excluded.identity,
                     state = excluded.state, wanted_since = excluded.wanted_since, changed = excluded.changed, said = ''
                 WHERE uid <> excluded.uid",
            )?
            .execute((
                fence.key.hostname.as_ref(),
                fence.key.port,
                fence.uid,
                fence.cluster,
                fence.identity,
                FenceState::Wanted.as_str(),
                stamp(now),
            ))
            .map(|_| ())
        })
    }

    pub(super) fn turn(&self, turn: &Turn<'_>, now: Timestamp) -> Result<()> {
        if let Some(promoted) = turn.promoted {
            self.drop_fence(promoted, PROMOTED, now)?;
        }
        turn.fences.iter().try_for_each(|fence| self.put_fence(fence, now))
    }

    /// An old master's, if one is remembered.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn fence_of(&self, key: &InstanceKey) -> Result<Option<Fence>> {
        Ok(self.fences()?.into_iter().find(|fence| fence.key == *key))
    }

    /// One that was fenced takes writes again, and is to be fenced again. Returns whether it was for this recovery.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn want_fence_again(&self, key: &InstanceKey, uid: &str, now: Timestamp) -> Result<bool> {
        self.write("remember whom to fence again", |conn| {
            conn.prepare_cached(
                "UPDATE orc_fence SET state = 'wanted', changed = ?4, said = ''
                 WHERE hostname = ?1 AND port = ?2 AND uid = ?3 AND state = 'fenced'",
            )?
            .execute((key.hostname.as_ref(), key.port, uid, stamp(now)))
            .map(|rows| rows > 0)
        })
    }

    /// Whatever was to become of this server, or became of it, it may take writes from now on, as `said` says why.
    /// Returns whether anything was remembered of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn drop_fence(&self, key: &InstanceKey, said: &str, now: Timestamp) -> Result<bool> {
        self.write("forget whom to fence", |conn| {
            conn.prepare_cached(
                "UPDATE orc_fence SET state = 'dropped', changed = ?3, said = ?4
                 WHERE hostname = ?1 AND port = ?2 AND state <> 'dropped'",
            )?
            .execute((key.hostname.as_ref(), key.port, stamp(now), said))
            .map(|rows| rows > 0)
        })
    }

    /// Old masters that are still to be fenced, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn wanted_fences(&self) -> Result<Vec<Fence>> {
        let mut fences = self.fences()?;
        fences.retain(|fence| fence.state.is_open());
        Ok(fences)
    }

    /// All of them, by key; an unknown word counts as wanted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn fences(&self) -> Result<Vec<Fence>> {
        let rest = "ORDER BY hostname, port";
        self.list("read whom to fence", "orc_fence", &COLUMNS, rest, [], |cells| {
            let word = cells.text(5);
            let state = FenceState::ALL.into_iter().find(|state| state.as_str() == word);
            if state.is_none() {
                cells.warn(5);
            }
            Some(Fence {
                key: cells.key(0)?,
                uid: cells.text(2),
                cluster: cells.text(3),
                identity: cells.text(4),
                state: state.unwrap_or(FenceState::Wanted),
                since: cells.time(6),
                changed: cells.time(7),
                said: cells.text(8),
            })
        })
    }

    /// Writes down what became of an old master, if it is still wanted for this recovery. Returns whether it was.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn fence_done(
        &self,
        key: &InstanceKey,
        uid: &str,
        state: FenceState,
        said: &str,
        now: Timestamp,
    ) -> Result<bool> {
        self.write("write down who is fenced", |conn| {
            conn.prepare_cached(
                "UPDATE orc_fence SET state = ?4, said = ?5, changed = ?6
                 WHERE hostname = ?1 AND port = ?2 AND uid = ?3 AND state NOT IN ('fenced', 'dropped')",
            )?
            .execute((key.hostname.as_ref(), key.port, uid, state.as_str(), said, stamp(now)))
            .map(|rows| rows > 0)
        })
    }
}
