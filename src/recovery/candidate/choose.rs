//! The choice itself: refuse, rank, replace, and say why.

use super::filter::{Lifting, Scene};
use super::follow::{Prospect, counted, prospects};
use super::loss::loss_table;
use super::rank::{compare, ranked, sorted};
use super::replace::{Member, Replacement, Stage, replacement};
use super::standing::{Field, Standing};
use super::{Choice, Contender, NoChoice, Refusal, Wanted};
use crate::model::instance::Place;
use crate::model::recovery::LossTable;
use crate::model::{Instance, InstanceKey, PromotionRule};
use crate::topology::can_replicate;

/// Chooses who takes the failed master's place among these replicas. The order in which they come does not matter.
///
/// # Errors
/// The sentence why nobody can be promoted, with the reason for each of them.
pub fn choose(contenders: &[Contender<'_>], wanted: &Wanted<'_>) -> Result<Choice, NoChoice> {
    let mut contenders = contenders.to_vec();
    contenders.sort_by(|a, b| a.instance.key.cmp(&b.instance.key));
    contenders.dedup_by(|a, b| a.instance.key == b.instance.key);
    let field = Field::new(&contenders, wanted);
    let scene = Scene::new(&field, wanted);
    let refusals: Vec<(InstanceKey, Refusal)> = field
        .standings
        .iter()
        .flat_map(|s| scene.refusals(s).into_iter().map(|refusal| (s.key().clone(), refusal)))
        .collect();
    let mut work = Work {
        losses: loss_table(&field, &refusals, wanted),
        field: &field,
        wanted,
        refusals,
        notes: Vec::new(),
    };
    match work.decide() {
        Ok(prospect) => {
            work.tell_of(&prospect);
            Ok(work.into_choice(prospect))
        }
        Err(sentence) => Err(NoChoice {
            sentence,
            refusals: work.refusals,
            losses: work.losses,
        }),
    }
}

struct Work<'a> {
    field: &'a Field<'a>,
    wanted: &'a Wanted<'a>,
    refusals: Vec<(InstanceKey, Refusal)>,
    losses: LossTable,
    notes: Vec<String>,
}

impl Work<'_> {
    fn decide(&mut self) -> Result<Prospect, String> {
        let failed = self.wanted.failed;
        if self.field.standings.is_empty() {
            return Err(format!("No replicas found for {failed}"));
        }
        let pool = self.pool()?;
        let mut prospects = prospects(self.field, pool, self.wanted.policy);
        let chosen = match self.wanted.named {
            Some(named) => self.named(named, &prospects)?,
            None => self.best(&prospects),
        };
        let at = prospects.iter().position(|prospect| Some(prospect.at) == chosen);
        at.map(|at| prospects.swap_remove(at))
            .ok_or_else(|| format!("none of the replicas of {failed} may be promoted"))
    }

    /// Those that may be promoted, as few refusals being lifted for them as it takes; with a named one, it and whoever
    /// needs nothing lifted.
    fn pool(&mut self) -> Result<Vec<usize>, String> {
        let clean = self.passing(false, false);
        if let Some(named) = self.wanted.named {
            let mut pool = clean;
            let named = self.field.standings.iter().position(|s| s.key() == named);
            pool.extend(named.filter(|at| !pool.contains(at)));
            return Ok(pool);
        }
        if !clean.is_empty() {
            return Ok(clean);
        }
        let alone = self.passing(false, true);
        if !alone.is_empty() {
            return Ok(alone);
        }
        let forced = self.passing(self.wanted.forced, true);
        if forced.is_empty() {
            return Err(self.nobody());
        }
        Ok(forced)
    }

    fn passing(&self, is_forced: bool, is_alone: bool) -> Vec<usize> {
        let standings = self.field.standings.iter().enumerate();
        let passing = standings.filter(|(_, s)| self.standing_refusals(s.key(), is_forced, is_alone).next().is_none());
        passing.map(|(at, _)| at).collect()
    }

    /// The refusals of one that hold in spite of names, force and loneliness.
    fn standing_refusals(&self, key: &InstanceKey, is_forced: bool, is_alone: bool) -> impl Iterator<Item = &Refusal> {
        let lifting = Lifting {
            is_named: self.wanted.named == Some(key),
            is_forced,
            is_alone,
        };
        let of = self
            .refusals
            .iter()
            .filter(move |(of, _)| of == key)
            .map(|(_, refusal)| refusal);
        of.filter(move |refusal| !refusal.lifted.is(lifting))
    }

    fn told_refusals(&self, key: &InstanceKey, is_alone: bool) -> String {
        let reasons = self
            .standing_refusals(key, self.wanted.forced, is_alone)
            .map(|r| r.sentence.as_str());
        reasons.collect::<Vec<_>>().join(", ")
    }

    fn nobody(&self) -> String {
        let told = self
            .field
            .standings
            .iter()
            .map(|s| format!("{}: {}", s.key(), self.told_refusals(s.key(), true)));
        let told: Vec<String> = told.collect();
        format!(
            "none of the replicas of {} may be promoted: {}",
            self.wanted.failed,
            told.join("; ")
        )
    }

    /// The named one, where nothing that holds speaks against it.
    fn named(&mut self, named: &InstanceKey, prospects: &[Prospect]) -> Result<Option<usize>, String> {
        let Some(at) = self.field.standings.iter().position(|s| s.key() == named) else {
            return Err(format!("{named} is not a replica of {}", self.wanted.failed));
        };
        let is_alone = self.passing(false, false).iter().all(|other| *other == at);
        let reasons = self.told_refusals(named, is_alone);
        if !reasons.is_empty() {
            return Err(format!("{named} was asked for and may not be promoted: {reasons}"));
        }
        let own = prospects.iter().find(|prospect| prospect.at == at);
        if let Some(lack) = own.and_then(|own| self.would_lose(own, prospects)) {
            if !self.wanted.forced {
                return Err(format!("{named} was asked for, and promoting it would lose {lack}"));
            }
            self.notes
                .push(format!("by force, {named} is promoted and this is lost: {lack}"));
        }
        self.notes.push(format!("{named} was asked for"));
        Ok(Some(at))
    }

    /// What this one would lack in the end and another one would not.
    fn would_lose(&self, own: &Prospect, others: &[Prospect]) -> Option<String> {
        let has = own.has.as_ref()?;
        let more = |other: &&Prospect| other.has.as_ref().is_some_and(|theirs| has.lacks(theirs).is_some());
        let best = sorted(self.field, others.iter().filter(more).collect(), self.wanted)
            .into_iter()
            .next()?;
        let lack = has.lacks(best.has.as_ref()?)?;
        let why = own
            .unfetched
            .as_ref()
            .map_or_else(String::new, |(_, why)| format!(": {why}"));
        let holder = self.field.standings.get(best.at)?.key();
        Some(format!("{}, which {holder} would have{why}", counted(&lack)))
    }

    /// The best by the criteria, or who is to take over from it.
    fn best(&mut self, prospects: &[Prospect]) -> Option<usize> {
        let order = sorted(self.field, prospects.iter().collect(), self.wanted);
        let first = *order.first()?;
        self.tell_of_order(first, &order);
        let standing = self.field.standings.get(first.at)?;
        let Some(other) = self.keeps_more(first, &order) else {
            let replaced = self.replaced(standing, first, &order);
            if replaced.successor != *standing.key() {
                self.notes.push(format!(
                    "{} takes over from {}: {}",
                    replaced.successor,
                    standing.key(),
                    replaced.why
                ));
            }
            let at = self.field.standings.iter().position(|s| *s.key() == replaced.successor);
            return at.or(Some(first.at));
        };
        let key = self.field.standings.get(other.at)?.key();
        self.notes.push(format!(
            "{key} takes over from {}: {} replicas can follow it instead of {}",
            standing.key(),
            other.follows.len(),
            first.follows.len()
        ));
        Some(other.at)
    }

    /// One that loses no more data and keeps more replicas, and is no less welcome.
    fn keeps_more<'p>(&self, first: &Prospect, order: &[&'p Prospect]) -> Option<&'p Prospect> {
        let is_unwelcome = |prospect: &Prospect| {
            let standing = self.field.standings.get(prospect.at);
            standing.is_none_or(|s| s.rule >= PromotionRule::PreferNot)
        };
        let most = order
            .iter()
            .filter(|other| has_as_much(other, first) && (!is_unwelcome(other) || is_unwelcome(first)))
            .rev()
            .max_by_key(|prospect| prospect.keeps)?;
        (most.keeps > first.keeps).then_some(*most)
    }

    fn replaced(&self, standing: &Standing<'_>, first: &Prospect, order: &[&Prospect]) -> Replacement {
        let member = |prospect: &&Prospect| {
            let standing = self.field.standings.get(prospect.at)?;
            let (instance, rule) = (&standing.row, standing.rule);
            Some(Member { instance, rule })
        };
        let others: Vec<Member<'_>> = order.iter().skip(1).filter_map(member).collect();
        let takes_over = |one: &Instance| {
            let of = |prospect: &&&Prospect| {
                self.field
                    .standings
                    .get(prospect.at)
                    .is_some_and(|s| *s.key() == one.key)
            };
            order.iter().find(of).is_some_and(|other| {
                can_replicate(&standing.row, one, self.wanted.policy).is_ok()
                    && has_as_much(other, first)
                    && other.keeps >= first.keeps
            })
        };
        let place = Place {
            data_center: self.wanted.data_center.to_owned(),
            region: self.wanted.region.to_owned(),
            physical_environment: self.wanted.physical_environment.to_owned(),
        };
        replacement(&Stage {
            failed: self.wanted.failed,
            failed_place: Some(&place),
            promoted: Member {
                instance: &standing.row,
                rule: standing.rule,
            },
            others: &others,
            takes_over: &takes_over,
            is_allowed: &|_| true, // who may not be there was refused before
        })
    }

    fn tell_of_order(&mut self, first: &Prospect, order: &[&Prospect]) {
        let named = |prospect: &Prospect| self.field.standings.get(prospect.at).map(Standing::key);
        let told = match (named(first), order.get(1)) {
            (Some(key), None) => Some(format!("{key} is the only replica that may be promoted")),
            (Some(key), Some(second)) => {
                let pair = (ranked(self.field, first), ranked(self.field, second));
                let why = if let (Some(a), Some(b)) = pair {
                    compare(&a, &b, self.wanted).1
                } else {
                    ""
                };
                let other = named(second);
                other.map(|other| {
                    format!(
                        "{key} comes first of {} that may be promoted, before {other}: {why}",
                        order.len()
                    )
                })
            }
            (None, _) => None,
        };
        self.notes.extend(told);
    }

    /// What else is worth knowing about a choice.
    fn tell_of(&mut self, prospect: &Prospect) {
        let Some(successor) = self.field.standings.get(prospect.at) else {
            return;
        };
        let (key, wanted) = (successor.key(), self.wanted);
        let mut notes = Vec::new();
        let has_lifted = self.refusals.iter().filter(|(of, _)| of == key);
        notes.extend(has_lifted.map(|(_, refusal)| format!("{key} is promoted although {}", refusal.sentence)));
        if let Some(from) = &prospect.tail_from {
            notes.push(format!("{key} first fetches from {from} what it has not received"));
        }
        if let Some(lack) = &prospect.missing {
            let why = prospect.unfetched.as_ref();
            let why = why.map_or_else(String::new, |(holder, why)| format!(", which {holder} has: {why}"));
            notes.push(format!("lost: {}{why}", counted(lack)));
        }
        if !successor.row.replication.sql_running && !successor.is_stuck && successor.row.is_replica() {
            notes.push(format!(
                "the applier of {key} stands without an error and must be started"
            ));
        }
        let checks = [
            (
                "PreventCrossDataCenterMasterFailover",
                wanted.policy.prevent_cross_data_center_master_failover,
                wanted.data_center,
            ),
            (
                "PreventCrossRegionMasterFailover",
                wanted.policy.prevent_cross_region_master_failover,
                wanted.region,
            ),
        ];
        let unjudged = checks.iter().filter(|(_, is_on, place)| *is_on && place.is_empty());
        notes.extend(
            unjudged.map(|(name, ..)| format!("{name} was not judged: nobody knows where {} is", wanted.failed)),
        );
        if wanted.policy.recovery_ignore_hostname_filters.matches(&key.hostname) {
            notes.push(format!(
                "RecoveryIgnoreHostnameFilters matches {key}: that concerns failed servers; PromotionIgnoreHostnameFilters keeps servers from being promoted"
            ));
        }
        let siblings = self.field.standings.iter().filter(|s| s.key() != key);
        notes.extend(
            siblings.filter_map(|s| Some(format!("{} has errant transactions: {}", s.key(), s.errant.as_ref()?))),
        );
        self.notes.extend(notes);
    }

    fn into_choice(self, prospect: Prospect) -> Choice {
        let successor = self
            .field
            .standings
            .get(prospect.at)
            .map(|s| s.key().clone())
            .unwrap_or_default();
        Choice {
            successor,
            tail_from: prospect.tail_from,
            refusals: self.refusals,
            lost: prospect.lost,
            follows: prospect.follows,
            losses: self.losses,
            notes: self.notes,
        }
    }
}

/// Whether the one has in the end at least what the other has.
fn has_as_much(one: &Prospect, other: &Prospect) -> bool {
    match (&one.has, &other.has) {
        (Some(one), Some(other)) => one.covers(other).unwrap_or(false),
        (_, None) => true,
        (None, Some(_)) => false,
    }
}
