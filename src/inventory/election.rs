//! Which of several watchers acts: the one that holds the row of `active_node`.
//!
//! The holder refreshes the row each second; whoever finds that it has not moved for [`PATIENCE`] takes it over. That is
//! also what the original does, so both may stand by for each other. Stored moments are of a clock that may be set, and
//! are therefore only written, hardly believed:
//!
//! | the row | what we do |
//! |---|---|
//! | does not exist, or names nobody (a new file, a holder that resigned) | take it at once |
//! | is ours, whatever moment it shows | refresh it |
//! | is another's | watch it, and take it when it has not moved for `PATIENCE` on our own monotonic clock |
//! | is another's and older than `PATIENCE` at first sight | the same; but an [`Election::at_once`] takes it |
//!
//! So a clock that is set back leaves nobody waiting (the dead holder's row does not move, however far in the future it
//! lies), and one that is set forward lets nobody in (the living holder's row moves). A holder counts itself as elected
//! until `PATIENCE` after its last refresh began, so it has ceased before anybody else can have begun.

use super::maintenance::NodeId;
use super::{Inventory, Result, stamp};
use crate::model::Timestamp;
use std::time::Duration;

/// How long a holder may be silent.
pub const PATIENCE: Duration = Duration::from_secs(5);

const TABLE: &str = "active_node";

/// What the row says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Holder {
    /// Who holds it; empty for nobody.
    pub id: NodeId,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it was last refreshed, by the holder's clock.
    pub last_seen: Option<Timestamp>,
}

/// What came of one election.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Elected {
    /// Whether we hold the row now.
    pub is_elected: bool,
    /// Whether we did not before.
    pub is_new: bool,
    /// Whether we did before, and somebody else does now.
    pub is_lost: bool,
    /// Who holds it.
    pub holder: Holder,
}

/// What a watcher remembers from one election to the next.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Election {
    at_once: bool,
    /// Another's row as it was, and when it was first seen so.
    watched: Option<(Holder, Duration)>,
    /// While we hold the row: when the last refresh began.
    refreshed: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Take,
    Refresh,
    StandBy,
}

impl Election {
    /// An election that believes the moment stored in another's row, for a process too short-lived to watch it. If the
    /// clock was set forward this very second it may take the row from a living holder, who notices within a second.
    pub fn at_once() -> Self {
        Self {
            at_once: true,
            ..Self::default()
        }
    }

    /// Whether we are the one to change servers: we hold the row, and refreshed it so recently that nobody can have taken
    /// it since. `elapsed` is the time on the monotonic clock given to [`Inventory::elect`].
    pub fn may_act(&self, elapsed: Duration) -> bool {
        self.refreshed.is_some_and(|at| elapsed < at.saturating_add(PATIENCE))
    }

    /// Whether we held the row when we last looked. It stays so while the inventory cannot be written: nobody else can
    /// take the row then either, and watching servers goes on.
    pub fn is_holder(&self) -> bool {
        self.refreshed.is_some()
    }

    /// What to do about a row, and who is remembered of it.
    fn decide(&mut self, row: Option<&Holder>, me: &NodeId, now: Timestamp, elapsed: Duration, grab: bool) -> Move {
        let Some(row) = row else { return Move::Take };
        if row.id == *me {
            return Move::Refresh;
        }
        if grab || row.id == NodeId::default() {
            return Move::Take;
        }
        let since = match &self.watched {
            Some((seen, since)) if seen == row => *since,
            _ => elapsed,
        };
        self.watched = Some((row.clone(), since));
        let stale = |seen: Timestamp| u64::try_from(now.seconds_since(seen)).is_ok_and(|old| old > PATIENCE.as_secs());
        let unmoved = elapsed.saturating_sub(since) > PATIENCE;
        let believed = self.at_once && row.last_seen.is_none_or(stale);
        if unmoved || believed { Move::Take } else { Move::StandBy }
    }
}

impl Inventory {
    /// Takes, keeps or loses the right to act on this inventory, in one transaction. `clock` is monotonic and the same at
    /// each call; `grab` takes the row from whoever holds it.
    ///
    /// # Errors
    /// When the file cannot be written. A holder remains one for as long as [`Election::may_act`] says.
    pub fn elect(
        &self,
        election: &mut Election,
        me: &NodeId,
        now: Timestamp,
        clock: &dyn Fn() -> Duration,
        grab: bool,
    ) -> Result<Elected> {
        let doing = "elect a watcher";
        let began = clock();
        let mut next = election.clone();
        let holder = self.transaction(doing, |inventory| {
            let row = inventory.active_node()?;
            let ours = Holder {
                id: me.clone(),
                since: Some(now),
                last_seen: Some(now),
            };
            let (sql, holder) = match (next.decide(row.as_ref(), me, now, clock(), grab), row) {
                (Move::StandBy, Some(row)) => return Ok(row),
                (Move::Refresh, Some(row)) => (
                    "UPDATE active_node SET last_seen_active = ?3 WHERE anchor = 1 AND hostname = ?1 AND token = ?2",
                    Holder {
                        last_seen: Some(now),
                        ..row
                    },
                ),
                (Move::Take | Move::Refresh | Move::StandBy, _) => (
                    "INSERT INTO active_node (anchor, hostname, token, last_seen_active, first_seen_active)
                     VALUES (1, ?1, ?2, ?3, ?3)
                     ON CONFLICT (anchor) DO UPDATE
                     SET hostname = excluded.hostname, token = excluded.token,
                         last_seen_active = excluded.last_seen_active, first_seen_active = excluded.first_seen_active",
                    ours,
                ),
            };
            inventory.write(doing, |conn| {
                conn.prepare_cached(sql)?.execute((&me.hostname, &me.token, stamp(now)))
            })?;
            Ok(holder)
        })?;
        let is_elected = holder.id == *me;
        if is_elected {
            (next.refreshed, next.watched) = (Some(began), None);
        } else {
            next.refreshed = None;
        }
        let was_elected = std::mem::replace(election, next).is_holder();
        Ok(Elected {
            is_elected,
            is_new: is_elected && !was_elected,
            is_lost: was_elected && !is_elected,
            holder,
        })
    }

    /// Gives the row up, so that the next watcher takes it at once. Returns whether it was ours.
    ///
    /// The row stays, and names nobody with a moment long ago, which the original takes over at once too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn resign(&self, election: &mut Election, me: &NodeId) -> Result<bool> {
        let resigned = self.write("resign", |conn| {
            conn.execute(
                "UPDATE active_node SET hostname = '', token = '', last_seen_active = ?3, first_seen_active = ?3
                 WHERE anchor = 1 AND hostname = ?1 AND token = ?2",
                (&me.hostname, &me.token, stamp(Timestamp::NEVER)),
            )
        })?;
        election.refreshed = None;
        Ok(resigned > 0)
    }

    /// Who holds the right to act; `None` when there is no row.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn active_node(&self) -> Result<Option<Holder>> {
        let columns = ["hostname", "token", "first_seen_active", "last_seen_active"];
        let rest = "WHERE anchor = 1";
        let rows = self.list("see which watcher acts", TABLE, &columns, rest, [], |cells| {
            Some(Holder {
                id: NodeId {
                    hostname: cells.text(0),
                    token: cells.text(1),
                },
                since: cells.time(2),
                last_seen: cells.time(3),
            })
        })?;
        Ok(rows.into_iter().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_714_564_800);

    fn node(name: &str) -> NodeId {
        NodeId {
            hostname: "here".to_owned(),
            token: name.to_owned(),
        }
    }

    fn row(name: &str, seen: i64) -> Holder {
        Holder {
            id: node(name),
            since: Some(NOW.plus_seconds(-900)),
            last_seen: Some(NOW.plus_seconds(seen)),
        }
    }

    /// What is done about rows seen at these seconds.
    fn moves(mut election: Election, seen: &[(u64, Option<Holder>)]) -> Vec<Move> {
        let me = node("me");
        seen.iter()
            .map(|(at, row)| election.decide(row.as_ref(), &me, NOW, Duration::from_millis(*at), false))
            .collect()
    }

    #[test]
    fn whose_row_it_is_decides() {
        use Move::{Refresh, StandBy, Take};
        let nobody = Holder {
            last_seen: Some(NOW),
            ..Holder::default()
        };
        for (what, row, expected) in [
            ("no row", None, Take),
            ("nobody's", Some(nobody), Take),
            ("ours", Some(row("me", 0)), Refresh),
            ("ours from the future", Some(row("me", 3600)), Refresh),
            ("ours, long ago", Some(row("me", -3600)), Refresh),
            ("another's", Some(row("you", 0)), StandBy),
            ("another's at first sight, long ago", Some(row("you", -3600)), StandBy),
        ] {
            assert_eq!(moves(Election::default(), &[(0, row)]), [expected], "{what}");
        }
        let mut election = Election::default();
        let grabbed = election.decide(Some(&row("you", 0)), &node("me"), NOW, Duration::ZERO, true);
        assert_eq!(grabbed, Take);
    }

    #[test]
    fn a_row_that_does_not_move_is_taken_whatever_moment_it_shows() {
        use Move::{StandBy, Take};
        for seen in [-3600, -5, 0, 3600] {
            let still = |at| (at, Some(row("you", seen)));
            let rows = [still(100), still(1100), still(5100), still(5101)];
            assert_eq!(
                moves(Election::default(), &rows),
                [StandBy, StandBy, StandBy, Take],
                "{seen}"
            );
        }
    }

    #[test]
    fn a_row_that_moves_is_left_alone_whatever_moment_it_shows() {
        for step in [1, -1, 3600, -3600] {
            let rows: Vec<_> = (0..20)
                .map(|n| (n * 4000, Some(row("you", i64::try_from(n).unwrap() * step))))
                .collect();
            assert!(
                moves(Election::default(), &rows).iter().all(|m| *m == Move::StandBy),
                "{step}"
            );
        }
        let other = [
            (0, Some(row("you", 0))),
            (4000, Some(row("they", 0))),
            (8000, Some(row("they", 0))),
        ];
        assert_eq!(
            moves(Election::default(), &other),
            [Move::StandBy; 3],
            "another holder begins anew"
        );
    }

    #[test]
    fn one_that_cannot_watch_believes_the_stored_moment() {
        for (seen, expected) in [(-6, Move::Take), (-5, Move::StandBy), (3600, Move::StandBy)] {
            assert_eq!(
                moves(Election::at_once(), &[(0, Some(row("you", seen)))]),
                [expected],
                "{seen}"
            );
        }
        let garbage = Holder {
            last_seen: None,
            ..row("you", 0)
        };
        assert_eq!(moves(Election::at_once(), &[(0, Some(garbage))]), [Move::Take]);
    }

    #[test]
    fn a_holder_ceases_to_act_before_another_can_begin() {
        let mut election = Election::default();
        assert!(!election.may_act(Duration::ZERO));
        election.refreshed = Some(Duration::from_secs(10));
        assert!(election.may_act(Duration::from_millis(14_999)));
        assert!(!election.may_act(Duration::from_secs(15)) && election.is_holder());
    }
}
