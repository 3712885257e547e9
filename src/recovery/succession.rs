//! What was seen of a master's replicas, and who of them takes its place.

use super::course::Means;
use super::steps::Looks;
use crate::model::recovery::LossTable;
use crate::model::{Contact, InstanceKey};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long the first looks may take; who does not answer by then takes no part.
const LOOK: Duration = Duration::from_secs(2);

/// Who chooses.
pub type Choose<'a> = dyn Fn(&Seen, &[InstanceKey]) -> Result<Succession, NoSuccession> + 'a;

/// What came of looking at the replicas.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Those that answered.
    pub looks: Looks,
    /// Those that did not, and what happened.
    pub silent: BTreeMap<InstanceKey, Contact>,
}

/// Who takes the place, and what becomes of the others.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Succession {
    /// Who.
    pub successor: InstanceKey,
    /// Who has received more, and gives it what is missing first.
    pub tail_from: Option<InstanceKey>,
    /// Who follows it.
    pub follows: Vec<InstanceKey>,
    /// Who cannot, and why.
    pub lost: Vec<(InstanceKey, String)>,
    /// Who has what.
    pub losses: LossTable,
    /// Why it was chosen.
    pub notes: Vec<String>,
}

/// Why nobody can take the place.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NoSuccession {
    /// Why, in words.
    pub why: String,
    /// Who has what.
    pub losses: LossTable,
}

/// Looks at several servers at a time.
pub fn look_at(means: &Means<'_>, keys: &[InstanceKey]) -> Seen {
    let seen = Mutex::new(Seen::default());
    let look = |key: &InstanceKey| {
        let outcome = means.servers.look(key, LOOK);
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(look) => drop(seen.looks.insert(key.clone(), look)),
            Err(contact) => drop(seen.silent.insert(key.clone(), contact)),
        }
    };
    std::thread::scope(|scope| {
        let (last, others) = keys
            .split_last()
            .map_or((None, keys), |(last, others)| (Some(last), others));
        for key in others {
            let work = || look(key);
            if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                work();
            }
        }
        last.into_iter().for_each(look);
    });
    seen.into_inner().unwrap_or_else(PoisonError::into_inner)
}
