//! From what was typed to an instance or a cluster that is known.
//!
//! Commands that read may name an instance loosely; commands that write or change take exact keys. This machine is
//! meant only when nothing at all was named, never when a name was not found.

use super::context::{Context, this_host};
use super::failure::{Failure, Outcome};
use crate::args::{Arg, Given};
use crate::model::near::nearest;
use crate::model::{Fleet, Instance, InstanceKey};

/// Reads a key as typed.
///
/// # Errors
/// A usage failure when it is none.
pub fn key_of(context: &Context, text: &str) -> Outcome<InstanceKey> {
    InstanceKey::parse(text, context.config.default_port()).map_err(|e| Failure::usage(e.to_string()))
}

/// The key given by `-i`, or this machine's where none was given.
///
/// # Errors
/// As [`key_of`].
pub fn given_key(context: &Context, given: &Given) -> Outcome<InstanceKey> {
    match given.text(Arg::Instance) {
        Some(text) => key_of(context, text),
        None if given.classic => Ok(this_machine(context)),
        None => Err(Failure::usage("no instance given: write HOST[:PORT]")),
    }
}

/// The key given by `-i`, which may not be left out.
///
/// # Errors
/// When there is none, or it is no key.
pub fn required_key(context: &Context, given: &Given) -> Outcome<InstanceKey> {
    let text = given
        .text(Arg::Instance)
        .ok_or_else(|| Failure::usage("Cannot deduce instance: "))?;
    key_of(context, text)
}

fn this_machine(context: &Context) -> InstanceKey {
    InstanceKey::new(this_host(), context.config.default_port())
}

/// Finds a known instance by exact key, by its resolved name, or, where only one fits, by a part of its hostname.
pub fn find<'f>(fleet: &'f Fleet, key: &InstanceKey) -> Option<&'f Instance> {
    let resolved = || fleet.get(&fleet.resolved(key));
    fleet.get(key).or_else(resolved).or_else(|| fuzzy(fleet, key))
}

/// The only instance on this port whose hostname contains the text, case ignored; an IPv4 address is never a part.
fn fuzzy<'f>(fleet: &'f Fleet, key: &InstanceKey) -> Option<&'f Instance> {
    let wanted = key.hostname.to_lowercase();
    if wanted.is_empty() || wanted.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let mut hits = fleet
        .instances()
        .iter()
        .filter(|i| i.key.port == key.port && i.key.hostname.to_lowercase().contains(&wanted));
    let hit = hits.next()?;
    hits.next().is_none().then_some(hit)
}

/// The known instance named, for commands that only read. One named exactly is read alone; only to find one named
/// loosely is everything loaded.
///
/// # Errors
/// `Instance not found` when nothing fits.
pub fn known<'c>(context: &'c Context, key: &InstanceKey) -> Outcome<&'c Instance> {
    if let Some(instance) = context.single(key)? {
        return Ok(instance);
    }
    let fleet = context.fleet()?;
    let found = find(fleet, key).ok_or_else(|| not_found(fleet, key))?;
    if found.key != *key {
        context.log.info(format!("{key} is taken as {}", found.key));
    }
    Ok(found)
}

/// The key of the known instance named, or the key itself where none fits.
///
/// # Errors
/// When the inventory cannot be read.
pub fn known_key(context: &Context, key: InstanceKey) -> Outcome<InstanceKey> {
    if let Some(instance) = context.single(&key)? {
        return Ok(instance.key.clone());
    }
    Ok(find(context.fleet()?, &key).map_or(key, |i| i.key.clone()))
}

/// The known instance given by `-i`, for commands that only read.
///
/// # Errors
/// As [`given_key`] and [`known`].
pub fn given_instance<'c>(context: &'c Context, given: &Given) -> Outcome<&'c Instance> {
    known(context, &given_key(context, given)?)
}

fn not_found(fleet: &Fleet, key: &InstanceKey) -> Failure {
    let names: Vec<String> = fleet.instances().iter().map(|i| i.key.to_string()).collect();
    let near = nearest(&key.to_string(), names.iter().map(String::as_str)).map(|near| format!("did you mean {near}?"));
    let hint = near.unwrap_or_else(|| format!("`orchestrator discover {key}` makes it known"));
    Failure::failed(format!("Instance not found: {key}")).hint(hint)
}

/// The key to write about: exact, or known under its resolved name; it need not be known.
///
/// # Errors
/// As [`given_key`].
pub fn exact_key(context: &Context, given: &Given) -> Outcome<InstanceKey> {
    let key = given_key(context, given)?;
    match exact(context, &key)? {
        Some(known) => Ok(known),
        None => {
            if !given.classic {
                context.log.warn(format!("{key} is not a known instance"));
            }
            Ok(key)
        }
    }
}

/// A known key: as it is, or under its resolved name, which is said.
///
/// # Errors
/// When the inventory cannot be read.
pub fn exact(context: &Context, key: &InstanceKey) -> Outcome<Option<InstanceKey>> {
    let inventory = context.inventory()?;
    if inventory.instance(key)?.is_some() {
        return Ok(Some(key.clone()));
    }
    match inventory.resolve(&key.hostname)? {
        Some(host) if inventory.instance(&InstanceKey::new(&host, key.port))?.is_some() => {
            let resolved = InstanceKey::new(host, key.port);
            context.log.warn(format!("{key} is known as {resolved}"));
            Ok(Some(resolved))
        }
        _ => Ok(None),
    }
}

/// The cluster named by `-alias`, a positional word, or an instance of it. `None`, said on standard error, where the
/// classic form goes on without one.
///
/// # Errors
/// In the modern form, when nothing fits.
pub fn cluster(context: &Context, given: &Given) -> Outcome<Option<String>> {
    let fleet = context.fleet()?;
    let hint = given.text(Arg::Alias).or_else(|| given.text(Arg::Cluster));
    let instance = given.text(Arg::Instance);
    let found = hint.and_then(|hint| by_name_or_alias(context, fleet, hint));
    let found = found.or_else(|| by_target(context, fleet, given.text(Arg::Target)?));
    let found = match (found, instance) {
        (None, Some(text)) => find(fleet, &key_of(context, text)?).map(|i| i.cluster.name.clone()),
        (found, _) => found,
    };
    let nothing_named = hint.is_none() && instance.is_none() && given.text(Arg::Target).is_none();
    let found = if nothing_named {
        by_default(context, fleet, given)
    } else {
        found
    };
    if found.is_some() {
        return Ok(found);
    }
    let wanted = hint.or(given.text(Arg::Target)).or(instance).unwrap_or_default();
    if given.classic {
        context.log.error(format!(
            "Unable to determine cluster name. clusterHint={}",
            hint.unwrap_or_default()
        ));
        return Ok(None);
    }
    Err(no_cluster(context, fleet, wanted))
}

/// Where nothing was named: this machine's cluster, or in the modern form the only one there is.
fn by_default(context: &Context, fleet: &Fleet, given: &Given) -> Option<String> {
    let own = find(fleet, &this_machine(context)).map(|i| i.cluster.name.clone());
    match fleet.cluster_names().as_slice() {
        [only] if !given.classic => Some((*only).to_owned()),
        _ => own,
    }
}

/// What to say where a text is no cluster and no instance either.
pub fn no_cluster(context: &Context, fleet: &Fleet, wanted: &str) -> Failure {
    let names = fleet.cluster_names();
    if names.is_empty() {
        return Failure::failed("no cluster is known yet").hint("`orchestrator discover HOST[:PORT]` makes one known");
    }
    if wanted.is_empty() {
        return Failure::usage("no cluster given, and this machine is not a known instance")
            .hint(format!("`orchestrator clusters` lists the {} known ones", names.len()));
    }
    let aliases = names.iter().map(|name| alias_of(context, fleet, name));
    let known: Vec<String> = names.iter().map(|n| (*n).to_owned()).chain(aliases).collect();
    let near = nearest(wanted, known.iter().map(String::as_str)).map(|near| format!("did you mean {near}?"));
    Failure::failed(format!("no cluster is called `{wanted}`, and no known instance either"))
        .hint(near.unwrap_or_else(|| "`orchestrator clusters` lists the known ones".to_owned()))
}

fn by_target(context: &Context, fleet: &Fleet, text: &str) -> Option<String> {
    by_name_or_alias(context, fleet, text).or_else(|| {
        let key = InstanceKey::parse(text, context.config.default_port()).ok()?;
        find(fleet, &key).map(|i| i.cluster.name.clone())
    })
}

/// A cluster by its exact name, else by its exact alias.
pub fn by_name_or_alias(context: &Context, fleet: &Fleet, hint: &str) -> Option<String> {
    let names = fleet.cluster_names();
    let by_name = names.iter().find(|name| **name == hint);
    by_name
        .or_else(|| names.iter().find(|name| alias_of(context, fleet, name) == hint))
        .map(|name| (*name).to_owned())
}

/// A cluster's alias: as stored, else by the first configured pattern that fits its name, else the name.
pub fn alias_of(context: &Context, fleet: &Fleet, name: &str) -> String {
    let stored = fleet.aliases.get(name).map(String::as_str);
    stored
        .or_else(|| context.policy.cluster_aliases.alias_of(name))
        .unwrap_or(name)
        .to_owned()
}
