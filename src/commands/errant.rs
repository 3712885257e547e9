//! Errant GTIDs: transactions that an instance has and its master never had. Which they are, where they are, and how an
//! instance is rid of them.

use super::arranging::{Carried, Order, Server, Way, carry_out};
use super::changing::{Hands, rehearsal};
use super::context::Context;
use super::discover::read_one;
use super::failure::{Failure, Outcome};
use super::target::exact_key;
use super::{Body, Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::model::change::Rewriting;
use crate::model::gtid::{OracleSet, locate};
use crate::model::{Instance, InstanceKey, Reached};
use crate::recovery::arrangement::Arranging;
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::relocation::{Goal, Threads};
use crate::report::answer::Answer;
use std::cell::RefCell;
use std::time::Duration;

/// How long the starts of all binary logs may take to be read.
const LOGS: Duration = Duration::from_secs(30);

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        Group::Replication,
        "which-gtid-errant",
        "Ask an instance, and print the GTIDs that it has and its master never had",
        takes::INSTANCE,
        Body::Runs(which),
    )
    .explained(
        "Its master is asked first, so that what it wrote a moment ago counts. An empty line is printed where there are none, \
         and for servers without Oracle GTID.\n\nExit status: 0 answered, 1 it does not answer.",
    ),
    Command::new(
        Group::Replication,
        "locate-gtid-errant",
        "Ask an instance, and print the binary logs that hold its errant GTIDs, one to a line",
        takes::INSTANCE,
        Body::Runs(find),
    )
    .explained(
        "What each binary log begins with tells what the logs before it hold.\n\nExit status: 0 found, 1 it has none, they \
         are purged already, or it does not answer.",
    ),
    Command::new(
        Group::Change,
        "gtid-errant-reset-master",
        "Rid an instance of its errant GTIDs: its binary logs are emptied, and the rest counts as executed",
        &[Take::Pos(Arg::Instance), Take::Opt(Arg::DryRun), Take::Opt(Arg::Owner)],
        Body::Runs(reset),
    )
    .explained(
        "Nobody may replicate from it. What the transactions changed stays in its tables, and may be at odds with its \
         master's. Replication is stopped, the logs are emptied and the executed set is written in one go, and replication \
         is started; the set is said before that, and stays in the journal: after the death of this program \
         `recover --resume` carries it to its end. --dry-run prints the statements.\n\nExit status: 0 done, 1 failed, 5 held \
         by a recovery or a lock, 6 not everything could be carried out or taken back.",
    ),
];

/// The instance given, and what is errant on it; its master is asked first, so that what it wrote a moment ago counts.
///
/// Where it must answer and does not, nothing is to be called errant: what was last known of it may lack what it wrote
/// since.
fn asked(context: &Context, given: &Given, must_answer: bool) -> Outcome<Instance> {
    let key = exact_key(context, given)?;
    let read = |key: &InstanceKey| -> Outcome<Option<Instance>> {
        let known_as = read_one(context, key.clone())?.unwrap_or_else(|| key.clone());
        Ok(context.inventory()?.instance(&known_as)?)
    };
    let master = context.inventory()?.instance(&key)?.map(|row| row.replication.master);
    if let Some(master) = master.filter(|master| !master.is_none()) {
        // What is known of one that does not answer has to do.
        match read(&master) {
            Err(failure) if must_answer => {
                return Err(Failure::failed(format!(
                    "what is errant on {key} is not known, since its master does not answer: {failure}"
                )));
            }
            Err(failure) => context.log.warn(format!("{failure}; what was last known of it counts")),
            Ok(_) => {}
        }
    }
    read(&key)?.ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))
}

/// What is errant on it, and there is something.
fn errant(row: &Instance) -> Outcome<OracleSet> {
    match parsed(&row.gtid.errant)? {
        none if none.is_empty() => Err(Failure::failed(format!("no errant-gtid on {}", row.key))),
        some => Ok(some),
    }
}

fn parsed(text: &str) -> Outcome<OracleSet> {
    OracleSet::parse(text).map_err(|error| Failure::failed(format!("{text:?} is no set of GTIDs: {error}")))
}

fn which<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    Ok(Answer::line(asked(context, given, false)?.gtid.errant))
}

fn find<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let row = asked(context, given, false)?;
    let (key, errant) = (&row.key, errant(&row)?);
    let gone = errant.intersect(&parsed(&hands.look(key)?.reading.gtid_purged)?);
    if !gone.is_empty() {
        return Err(Failure::failed(format!(
            "{gone} of the errant GTIDs of {key} is already purged: no binary log holds it any more"
        )));
    }
    let logs = hands.servers.log_starts(key, LOGS).map_err(Failure::failed)?;
    locate(&errant, &logs).map(Answer::lines).map_err(Failure::failed)
}

/// An instance to be rid of something.
struct Reset<'h> {
    hands: &'h Hands<'h>,
    server: Server,
    errant: OracleSet,
    /// Why it does not replicate afterwards.
    trouble: RefCell<Option<String>>,
}

impl<'h> Reset<'h> {
    /// The instance and its master are asked, and judged.
    fn see(hands: &'h Hands<'h>, given: &Given) -> Outcome<Self> {
        let row = asked(hands.context, given, true)?;
        let errant = errant(&row)?;
        let key = row.key;
        let fleet = hands.fleet()?;
        let server = Server::of(hands, &fleet, &key)?;
        if !matches!(server.look.executed(), Some(Reached::Oracle(_))) {
            return Err(Failure::failed(format!("{key} has no Oracle GTIDs")));
        }
        let replicas = fleet.replica_keys_of(&key);
        if let Some(first) = replicas.first() {
            return Err(Failure::failed(format!(
                "{key} has {} replicas, {first} among them, which would break: nothing was changed",
                replicas.len()
            ))
            .hint(format!(
                "`orchestrator relocate-replicas {key} -d MASTER` moves them away"
            )));
        }
        if let Some(host) = server.look.reading.dumping_hosts.first() {
            return Err(Failure::failed(format!(
                "the binary log of {key} is being read from {host}, which would break: nothing was changed"
            ))
            .hint("end whatever reads it first; replicas that are not known are found by discover"));
        }
        Ok(Self {
            hands,
            server,
            errant,
            trouble: RefCell::default(),
        })
    }
}

impl Way for Reset<'_> {
    fn about(&self) -> &Server {
        &self.server
    }

    fn also(&self) -> Vec<&Server> {
        Vec::new()
    }

    fn beside(&self) -> Vec<InstanceKey> {
        Vec::new()
    }

    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        let found = &self.server.look;
        let stands = all.halt(found)?;
        let key = self.server.key();
        let executed = OracleSet::parse_lossy(&stands.reading.gtid_executed).0;
        let how = Rewriting {
            keep: executed.subtract(&self.errant).to_server_text(),
            drop: self.errant.to_server_text(),
            only_finishes: false,
        };
        self.hands.context.log.insist(format!(
            "{key} is to count as executed: SET GLOBAL gtid_purged='{}'",
            how.keep
        ));
        all.rewrite(&stands, &how)?;
        let threads = Threads::of(found);
        if threads.start().is_empty() {
            return Ok(());
        }
        let goal = Goal {
            threads,
            ..Goal::of(key)
        };
        match all.start(&goal) {
            // There is no way back from what was done, and nothing to be taken back.
            Err(Stop::Failed { why, .. }) => {
                self.trouble.replace(Some(why));
                Ok(())
            }
            other => other,
        }
    }
}

fn reset<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let order = Order {
        name: "gtid-errant-reset-master",
        reason: "reset master",
    };
    let way = Reset::see(&hands, given)?;
    let way = match carry_out(&hands, order, way, || Reset::see(&hands, given))? {
        Carried::Rehearsed(told) => return Ok(rehearsal(told)),
        Carried::Done(way) => way,
    };
    let (key, errant) = (way.server.key().clone(), way.errant);
    context.audit("gtid-errant-reset-master", Some(&key), &format!("rid of {errant}"));
    match way.trouble.into_inner() {
        None => Ok(Answer::key(Some(key))),
        Some(why) => Err(
            Failure::failed(format!("{key} is rid of {errant}, and does not replicate: {why}"))
                .hint(format!("`orchestrator start-replica {key}` starts it")),
        ),
    }
}
