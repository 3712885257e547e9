//! Masters and replicas that change places: a replica takes its master's place, or becomes its co-master.

use super::arranging::{Carried, Order, Server, Way, carry_out, refused};
use super::changing::{Hands, rehearsal};
use super::context::{Context, this_host};
use super::failure::{Failure, Outcome};
use super::lineage::Lineage;
use super::relocating::own_master;
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::InstanceKey;
use crate::recovery::arrangement::Arranging;
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::hooks::{Hooks, List};
use crate::recovery::placeholders::{Failure as Told, Successor};
use crate::recovery::places::{self, Line};
use crate::report::answer::Answer;
use crate::topology::arrange::{self, By, Terms};
use std::time::Duration;

const PAIRING: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];
const TAKING: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::NoHooks),
    Take::Opt(Arg::Owner),
];

/// How long reading a replication login may take.
const LOGIN: Duration = Duration::from_secs(2);

pub(super) const COMMANDS: &[Command] = &[
    verb(
        "take-master",
        "Have a replica change places with its master, which is a replica itself",
        TAKING,
        take_master,
        "The master stops, the replica applies the last of it, replicates from the master's master, and the master from \
         it. Their other replicas stay where they are, and who takes writes stays as it is. PostTakeMasterProcesses run \
         afterwards. By GTID where servers use it, else by file and position. What fails is taken back on both, also after \
         the death of this program, by `recover --resume`. --dry-run prints the statements.\n\nExit status: 0 done, 1 failed \
         and taken back, 5 held by a recovery or a lock, 6 not everything could be taken back.",
    )
    .also_called(&["enslave-master"]),
    verb(
        "make-co-master",
        "Have an instance's master replicate from it, too",
        PAIRING,
        make_co_master,
        "The instance must be read-only, and its master must not replicate from anybody else, except from a co-master \
         that is read-only or away: three never replicate in a ring. The master logs in as the instance does. Who takes \
         writes stays as it is. What fails is taken back, also after the death of this program, by `recover --resume`. \
         --dry-run prints the statements.\n\nExit status: 0 done, 1 failed and taken back, 5 held by a recovery or a lock, 6 \
         not everything could be taken back.",
    ),
];

const fn verb(
    name: &'static str,
    about: &'static str,
    takes: &'static [Take],
    work: Work,
    long: &'static str,
) -> Command {
    Command::new(Group::Change, name, about, takes, Body::Runs(work)).explained(long)
}

/// A replica, its master, and that one's master, as all are now.
struct Swap {
    replica: Server,
    master: Server,
    above: Server,
    by: [By; 2],
}

impl Swap {
    /// All are asked, and judged; the replica was asked just now.
    fn see(hands: &Hands<'_>, given: &Given, key: &InstanceKey) -> Outcome<Self> {
        let master = hands.read(own_master(hands, key)?)?;
        let above = own_master(hands, &master).map_err(|failure| {
            failure.hint(format!(
                "`orchestrator takeover {master} --to {key}` has a master hand over"
            ))
        })?;
        let above = hands.read(above)?;
        let fleet = hands.fleet()?;
        let server = |key: &InstanceKey| Server::of(hands, &fleet, key);
        let mut swap = Self {
            replica: server(key)?,
            master: server(&master)?,
            above: server(&above)?,
            by: [By::Gtid; 2],
        };
        let [above, replica] = [&swap.above, &swap.replica].map(|server| Lineage::of(hands, &fleet, &server.look));
        swap.by = arrange::take_master(
            swap.replica.party(),
            swap.master.party(),
            swap.above.party(),
            [above.obtainable.as_ref(), replica.obtainable.as_ref()],
            above.holds(&fleet, key),
            terms(hands.context, given),
        )
        .map_err(refused)?;
        Ok(swap)
    }
}

impl Way for Swap {
    fn about(&self) -> &Server {
        &self.replica
    }

    fn also(&self) -> Vec<&Server> {
        vec![&self.master]
    }

    fn beside(&self) -> Vec<InstanceKey> {
        vec![self.above.key().clone()]
    }

    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        let line = Line {
            replica: &self.replica.look,
            master: &self.master.look,
            above: &self.master.master(),
        };
        places::take_master(all, &line, self.by)
    }
}

fn take_master<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let swap = Swap::see(&hands, given, &key)?;
    let order = Order {
        name: "take-master",
        reason: "take master",
    };
    let again = || Swap::see(&hands, given, &hands.read(key.clone())?);
    let swap = match carry_out(&hands, order, swap, again)? {
        Carried::Rehearsed(steps) => return Ok(rehearsal(steps)),
        Carried::Done(swap) => swap,
    };
    let message = format!("took master: {}", swap.master.key());
    context.audit("take-master", Some(&key), &message);
    if !given.is_on(Arg::NoHooks) {
        run_hooks(&hands, &swap);
    }
    Ok(Answer::key(Some(key)))
}

/// What comes after is done already: hooks that fail are told.
fn run_hooks(hands: &Hands<'_>, swap: &Swap) {
    let (context, replica, master) = (hands.context, &swap.replica, &swap.master);
    let commands = &context.config.post_take_master_processes;
    if commands.is_empty() {
        return;
    }
    let told = Told {
        command: "take-master".to_owned(),
        failed: master.key().clone(),
        orchestrator_host: this_host(),
        is_successful: true,
        successor: Some(Successor {
            key: replica.key().clone(),
            alias: replica.row.server.alias.clone(),
            binlog_coordinates: None,
        }),
        ..Told::default()
    };
    let limit = Duration::from_secs(context.config.hook_timeout_seconds);
    let mut hooks = Hooks::new(context.config.processes_shell_command.clone(), limit);
    let list = List {
        key: "PostTakeMasterProcesses",
        commands,
        goes_on: true,
    };
    if let Err(error) = hooks.run(list, &told, &mut |step| hands.say(&step)) {
        context.log.error(error);
    }
    hooks.wait();
}

/// A replica and its master, as both are now.
struct Pair {
    replica: Server,
    master: Server,
    by: By,
}

impl Pair {
    /// Both are asked, and judged; the replica was asked just now.
    fn see(hands: &Hands<'_>, given: &Given, key: &InstanceKey) -> Outcome<Self> {
        let context = hands.context;
        let master = hands.read(own_master(hands, key)?)?;
        // Whoever the master follows is asked, too: it matters whether it takes writes.
        let other = own_master(hands, &master).ok().filter(|other| other != key);
        if let Some(other) = &other
            && let Err(failure) = hands.read(other.clone())
        {
            context.log.warn(failure);
        }
        let fleet = hands.fleet()?;
        let mut pair = Self {
            replica: Server::of(hands, &fleet, key)?,
            master: Server::of(hands, &fleet, &master)?,
            by: By::Gtid,
        };
        let has = Lineage::of(hands, &fleet, &pair.replica.look).obtainable;
        let (one, above) = (pair.replica.party(), pair.master.party());
        let other = other.as_ref().and_then(|other| fleet.get(other));
        pair.by = arrange::co_master(one, above, other, has.as_ref(), terms(context, given)).map_err(refused)?;
        if pair.master.look.channel().is_none() {
            hands.servers.learn_login(key, LOGIN).map_err(|why| {
                Failure::failed(format!(
                    "{master} could not be made a replica, for nobody lends it a replication login: {why}"
                ))
                .hint("ReplicationCredentialsQuery tells it where servers do not")
            })?;
        }
        Ok(pair)
    }
}

impl Way for Pair {
    fn about(&self) -> &Server {
        &self.master
    }

    fn also(&self) -> Vec<&Server> {
        vec![&self.replica]
    }

    fn beside(&self) -> Vec<InstanceKey> {
        Vec::new()
    }

    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        places::co_master(all, &self.replica.look, &self.master.look, self.by)
    }
}

fn make_co_master<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let pair = Pair::see(&hands, given, &key)?;
    let order = Order {
        name: "make-co-master",
        reason: "make co-master",
    };
    let again = || Pair::see(&hands, given, &hands.read(key.clone())?);
    let pair = match carry_out(&hands, order, pair, again)? {
        Carried::Rehearsed(steps) => return Ok(rehearsal(steps)),
        Carried::Done(pair) => pair,
    };
    let message = format!("{key} made co-master of {}", pair.master.key());
    context.audit("make-co-master", Some(&key), &message);
    Ok(Answer::key(Some(key)))
}

fn terms<'c>(context: &'c Context, given: &Given) -> Terms<'c> {
    Terms {
        policy: &context.policy,
        forced: given.is_on(Arg::Anyway),
    }
}
