//! The commands: one short file per family. A body reads as a sentence: load, decide, act, render.
//!
//! A command is a row in its family's table: how it is typed, whether it writes, and the function that answers. The
//! classic form, completions, man pages and help follow from the row.

mod acknowledge;
mod analysis;
mod api;
mod api_records;
mod api_recoveries;
mod arranging;
mod candidates;
mod changing;
mod clusters;
mod context;
mod desk;
mod discover;
mod downtime;
mod errant;
mod failure;
mod force;
mod history;
mod incidents;
mod information;
mod inventory;
mod lineage;
mod meta;
mod moving;
mod names;
mod pools;
mod recover;
mod recoveries;
mod recovery_list;
mod regrouping;
mod rejoin;
mod relocating;
mod replicating;
mod replication;
mod semi_sync;
mod shell;
mod skipping;
mod snapshots;
mod stepping;
mod swapping;
mod tags;
mod takeover;
mod target;
mod voice;
mod watch;
mod why_not;

pub use shell::run;

use crate::args::{Arg, Form, Given, Group, Spec, Take};
use crate::report::answer::Answer;
use context::Context;
use failure::Outcome;

type Work = for<'c> fn(&'c Context, &'c Given) -> Outcome<Answer<'c>>;

/// What a command does, and what it needs for it.
#[derive(Clone, Copy)]
enum Body {
    /// It works without a configuration that can be used.
    Alone(fn(&Given) -> Answer<'static>),
    /// It reads the inventory.
    Reads(Work),
    /// It writes the inventory.
    Writes(Work),
    /// It works on the inventory for as long as it runs, and sees to `--noop` itself.
    Runs(Work),
    /// It writes only when this switch is on.
    WritesWith(Arg, Work),
}

/// One row of a family's table.
struct Command {
    spec: Spec,
    /// Run once for each item of `-i`, as most classic commands do.
    per_instance: bool,
    body: Body,
}

impl Command {
    const fn new(group: Group, name: &'static str, about: &'static str, takes: &'static [Take], body: Body) -> Self {
        let spec = Spec {
            name,
            synonyms: &[],
            group,
            about,
            long: "",
            takes,
            form: Form::Both,
        };
        Self {
            spec,
            per_instance: true,
            body,
        }
    }

    const fn reads(group: Group, name: &'static str, about: &'static str, takes: &'static [Take], work: Work) -> Self {
        Self::new(group, name, about, takes, Body::Reads(work))
    }

    const fn writes(group: Group, name: &'static str, about: &'static str, takes: &'static [Take], work: Work) -> Self {
        Self::new(group, name, about, takes, Body::Writes(work))
    }

    const fn also_called(mut self, synonyms: &'static [&'static str]) -> Self {
        self.spec.synonyms = synonyms;
        self
    }

    const fn modern_only(mut self) -> Self {
        self.spec.form = Form::Modern;
        self
    }

    const fn explained(mut self, long: &'static str) -> Self {
        self.spec.long = long;
        self
    }

    const fn whole_list(mut self) -> Self {
        self.per_instance = false;
        self
    }
}

const FAMILIES: &[&[Command]] = &[
    discover::COMMANDS,
    inventory::COMMANDS,
    snapshots::COMMANDS,
    clusters::COMMANDS,
    information::COMMANDS,
    analysis::COMMANDS,
    watch::COMMANDS,
    incidents::COMMANDS,
    recover::COMMANDS,
    takeover::COMMANDS,
    force::COMMANDS,
    rejoin::COMMANDS,
    recoveries::COMMANDS,
    why_not::COMMANDS,
    recovery_list::COMMANDS,
    acknowledge::COMMANDS,
    candidates::COMMANDS,
    replication::COMMANDS,
    errant::COMMANDS,
    replicating::COMMANDS,
    skipping::COMMANDS,
    semi_sync::COMMANDS,
    relocating::COMMANDS,
    regrouping::COMMANDS,
    stepping::COMMANDS,
    swapping::COMMANDS,
    tags::COMMANDS,
    pools::COMMANDS,
    downtime::COMMANDS,
    names::COMMANDS,
    meta::COMMANDS,
    api::COMMANDS,
];

fn all() -> impl Iterator<Item = &'static Command> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// How every command is typed; help, man pages and completions are made of this.
pub fn specs() -> Vec<Spec> {
    all().map(|command| command.spec).collect()
}

/// The argument lists that many commands share.
mod takes {
    use super::{Arg, Take};

    pub const NONE: &[Take] = &[];
    pub const INSTANCE: &[Take] = &[Take::Pos(Arg::Instance)];
    pub const CLUSTER: &[Take] = &[Take::Pos(Arg::Target), Take::Opt(Arg::Alias), Take::Opt(Arg::Instance)];
    pub const PATTERN: &[Take] = &[Take::Pos(Arg::Pattern)];
    pub const PAIR: &[Take] = &[Take::Pos(Arg::Instance), Take::Pos(Arg::Destination)];
}
