//! From a verdict to a decision: what is registered, what is said, what is run, and whether a recovery may follow.
//!
//! What follows from a code stands in the table of rules. Here it meets the moment: a downtime, a witness that has not
//! finished, the grace after replicas' receivers were restarted, switches of the configuration, the global switch. What
//! will be done is settled first and registered after, so that nothing is registered as to be acted upon that is not.

use crate::config::Policy;
use crate::model::Timestamp;
use crate::model::incidents::Detection;
use crate::model::verdict::{Action, Code, Verdict};

/// How long codes of a master are not acted upon after its replicas' receivers were restarted, in seconds: they all
/// look as if they had lost it.
pub const GRACE_SECONDS: u64 = 5;

/// What a verdict meets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'a> {
    /// Why the witness holds every code of this master, if it does.
    pub held: Option<&'a str>,
    /// Its replicas' receivers were restarted less than [`GRACE_SECONDS`] ago.
    pub in_grace: bool,
    /// Recoveries are switched off for everybody who uses this inventory.
    pub disabled: bool,
    /// A person asked for this recovery: downtime and the global switch do not count.
    pub forced: bool,
    /// No hooks are to run.
    pub skip_hooks: bool,
    /// The host that this program runs on.
    pub node_hostname: &'a str,
    /// This program's token.
    pub node_token: &'a str,
}

/// What is to be done about a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is wrong, or a downtime excuses it.
    Nothing,
    /// It is only for information. The line is a warning, worth saying once a minute for an instance.
    NoPlan(String),
    /// The witness has not finished: nothing is registered and nobody is told, because a watcher that is cut off from
    /// everything would tell of failures that are none. The reason is to be recorded.
    Held(String),
    /// Something follows.
    Proceed(Box<Plan>),
}

/// What follows from a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the log says: each time where a recovery could follow, else once a minute for an instance.
    pub line: String,
    /// To be registered, unless it is already.
    pub detection: Detection,
    /// Whether `OnFailureDetectionProcesses` run when the detection is newly registered.
    pub run_hooks: bool,
    /// What comes after that; not when one of the hooks failed.
    pub then: Then,
}

/// What comes after a detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Stop,
    /// Nothing, since recoveries are switched off; the line, for information, says so.
    Disabled(String),
    /// A recovery, unless a gate holds it.
    Recover {
        /// Which.
        action: Action,
        /// What the log says when it is begun.
        line: String,
    },
}

/// Decides what follows from a verdict.
pub fn decide(verdict: &Verdict, policy: &Policy, met: &Circumstances<'_>, now: Timestamp) -> Decision {
    let (code, key) = (verdict.code, &verdict.facts.key);
    if code == Code::NoProblem || (verdict.skippable_due_to_downtime && !met.forced) {
        return Decision::Nothing;
    }
    let action = settled(verdict, policy, met.in_grace);
    if action == Action::None {
        return Decision::NoPlan(format!("{code} on {key}: no action plan, it is for information only"));
    }
    if let Some(reason) = met.held {
        return Decision::Held(format!("{code} on {key} is held: {reason}"));
    }
    let is_actionable = action.is_recovery();
    Decision::Proceed(Box::new(Plan {
        line: line(verdict, "detection", "isActionable", is_actionable, met.skip_hooks),
        detection: detection(verdict, is_actionable, met, now),
        run_hooks: !met.skip_hooks,
        then: if !is_actionable {
            Then::Stop
        } else if met.disabled && !met.forced {
            Then::Disabled(format!("{code} on {key}: NOT Recovering host (disabled globally)"))
        } else {
            Then::Recover {
                action,
                line: recovery_line(verdict, met.skip_hooks),
            }
        },
    }))
}

/// What is really done about a code now. [`Action::Detect`] stands for a recovery that would do nothing or must wait.
fn settled(verdict: &Verdict, policy: &Policy, in_grace: bool) -> Action {
    let adjusts_semi_sync = policy.enforce_exact_semi_sync_replicas || policy.recover_locked_semi_sync_master;
    let waits = verdict.action == Action::RecoverMaster || verdict.code == Code::LockedSemiSyncMaster;
    match verdict.action {
        _ if in_grace && waits => Action::Detect,
        Action::RecoverSemiSync if !adjusts_semi_sync => Action::Detect,
        action => action,
    }
}

/// What the log says when a recovery is begun.
pub fn recovery_line(verdict: &Verdict, skip_hooks: bool) -> String {
    line(verdict, "recovery", "isRecoverable", true, skip_hooks)
}

/// The form is the original's: people and scripts search logs for it.
fn line(verdict: &Verdict, step: &str, asks: &str, answer: bool, skip_hooks: bool) -> String {
    format!(
        "executeCheckAndRecoverFunction: proceeding with {} {step} on {}; {asks}?: {answer}; skipProcesses: {skip_hooks}",
        verdict.code, verdict.facts.key
    )
}

fn detection(verdict: &Verdict, is_actionable: bool, met: &Circumstances<'_>, now: Timestamp) -> Detection {
    let facts = &verdict.facts;
    Detection {
        id: 0,
        key: facts.key.clone(),
        analysis: verdict.code.as_str().to_owned(),
        cluster_name: facts.cluster.name.clone(),
        cluster_alias: facts.cluster.alias.clone(),
        count_replicas: facts.replicas,
        replicas: facts.replica_keys.clone(),
        is_actionable,
        start: Some(now),
        is_active: true,
        node_hostname: met.node_hostname.to_owned(),
        node_token: met.node_token.to_owned(),
    }
}
