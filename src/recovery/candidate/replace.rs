//! Whether the most advanced replica should stay the one, or an operator's wish or the failed master's surroundings ask
//! for another that can take over from it.

use super::filter::{is_banned, other_data_center, other_region};
use crate::config::Policy;
use crate::model::instance::Place;
use crate::model::{Fleet, Instance, InstanceKey, PromotionRule};
use crate::topology::can_replicate;

/// One of those asked about.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Its row.
    pub instance: &'a Instance,
    /// Its promotion rule.
    pub rule: PromotionRule,
}

/// What the rule looks at.
pub struct Stage<'a> {
    /// The failed master's key.
    pub failed: &'a InstanceKey,
    /// Where it stood; `None` where it is not known.
    pub failed_place: Option<&'a Place>,
    /// The most advanced replica.
    pub promoted: Member<'a>,
    /// The others, in the order in which they are preferred.
    pub others: &'a [Member<'a>],
    /// Whether this one can take over from the most advanced one.
    pub takes_over: &'a dyn Fn(&Instance) -> bool,
    /// Whether this one stands where a master may stand.
    pub is_allowed: &'a dyn Fn(&Place) -> bool,
}

/// What the rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Who is to be master in the end.
    pub successor: InstanceKey,
    /// The step that decided.
    pub why: &'static str,
}

#[derive(Clone, Copy)]
enum Step {
    /// The most advanced one stays, where this holds of it.
    Keep(fn(&Stage<'_>) -> bool),
    /// One of those with the rule `must` or `prefer` of which this holds.
    Registered(fn(&Stage<'_>, &Instance) -> bool),
    /// One without wish or ban, where the most advanced one is not welcome.
    Neutral(fn(&Stage<'_>, &Instance) -> bool),
}

/// The steps; the first that finds somebody decides.
const STEPS: &[(&str, Step)] = &[
    (
        "it is preferred, and where the failed master was",
        Step::Keep(|stage| stage.promoted.rule.is_candidate() && stage.is_like_failed(stage.promoted.instance)),
    ),
    (
        "it is preferred, and where the failed master was",
        Step::Registered(|stage, one| stage.is_like_failed(one)),
    ),
    (
        "it is preferred",
        Step::Keep(|stage| stage.promoted.rule.is_candidate() && stage.allows(stage.promoted.instance)),
    ),
    (
        "it is preferred, and where the most advanced replica is",
        Step::Registered(|stage, one| stage.is_like_promoted(one)),
    ),
    ("it is preferred", Step::Registered(|_, _| true)),
    (
        "it is where the failed master was, and the most advanced replica is not welcome",
        Step::Neutral(|stage, one| stage.is_like_failed(one)),
    ),
    (
        "it is where the most advanced replica is, and that one is not welcome",
        Step::Neutral(|stage, one| stage.is_like_promoted(one)),
    ),
    ("the most advanced replica is not welcome", Step::Neutral(|_, _| true)),
    ("nobody else is asked for", Step::Keep(|_| true)),
];

/// Who is to be master in the end.
pub fn replacement(stage: &Stage<'_>) -> Replacement {
    let decided = STEPS.iter().find_map(|(why, step)| {
        let successor = match *step {
            Step::Keep(holds) => holds(stage).then_some(stage.promoted.instance),
            Step::Registered(holds) => stage.pick(PromotionRule::is_candidate, holds),
            Step::Neutral(holds) if stage.is_unwelcome() => stage.pick(|rule| rule == PromotionRule::Neutral, holds),
            Step::Neutral(_) => None,
        };
        successor.map(|instance| (instance, *why))
    });
    let (successor, why) = decided.unwrap_or((stage.promoted.instance, ""));
    Replacement {
        successor: successor.key.clone(),
        why,
    }
}

/// Who would finally take the failed one's place, by the inventory alone, where this one was promoted and the others of
/// its cluster stand below it. Among equals the first by name.
pub fn suggested(fleet: &Fleet, failed: &InstanceKey, promoted: &Instance, policy: &Policy) -> Replacement {
    let member = |instance| Member {
        instance,
        rule: fleet.promotion_rule(&instance.key),
    };
    let others: Vec<Member<'_>> = fleet.members(&promoted.cluster.name).into_iter().map(member).collect();
    let failed_place = fleet.get(failed).map(|row| &row.place);
    let takes_over = |one: &Instance| {
        one.check.is_valid()
            && one.binlog.is_logging_replica()
            && !one.server.is_binlog_server
            && !is_banned(&one.key, fleet.promotion_rule(&one.key), policy)
            && one.replication.master == promoted.key
            && can_replicate(promoted, one, policy).is_ok()
    };
    let is_allowed = |place: &Place| {
        let failed = failed_place.cloned().unwrap_or_default();
        other_data_center(place, &failed.data_center, policy).is_none()
            && other_region(place, &failed.region, policy).is_none()
    };
    replacement(&Stage {
        failed,
        failed_place,
        promoted: member(promoted),
        others: &others,
        takes_over: &takes_over,
        is_allowed: &is_allowed,
    })
}

impl<'a> Stage<'a> {
    fn allows(&self, one: &Instance) -> bool {
        (self.is_allowed)(&one.place)
    }

    /// The most advanced one stands where no master may, or should be promoted only when nothing better is left.
    fn is_unwelcome(&self) -> bool {
        !self.allows(self.promoted.instance) || self.promoted.rule == PromotionRule::PreferNot
    }

    fn is_like_failed(&self, one: &Instance) -> bool {
        self.failed_place.is_some_and(|place| is_like(place, &one.place))
    }

    fn is_like_promoted(&self, one: &Instance) -> bool {
        is_like(&self.promoted.instance.place, &one.place)
    }

    fn pick(
        &self,
        has_rule: impl Fn(PromotionRule) -> bool,
        holds: fn(&Stage<'_>, &Instance) -> bool,
    ) -> Option<&'a Instance> {
        let of = self
            .others
            .iter()
            .filter(|one| has_rule(one.rule))
            .map(|one| one.instance);
        of.filter(|one| one.key != *self.failed && one.key != self.promoted.instance.key)
            .find(|one| (self.takes_over)(one) && self.allows(one) && holds(self, one))
    }
}

/// The same data centre and the same environment, both unknown counting as the same.
fn is_like(one: &Place, other: &Place) -> bool {
    one.data_center == other.data_center && one.physical_environment == other.physical_environment
}
