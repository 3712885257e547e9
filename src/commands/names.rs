//! Names of hosts: what they resolve to, and what replicas are told instead.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{given_key, required_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::discovery::lookup::{Lookup, SystemLookup};
use crate::inventory::HostMapping;
use crate::model::InstanceKey;
use crate::report::answer::Answer;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

const GROUP: Group = Group::Inventory;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "resolve",
        "Connect to an instance and print its canonical name",
        takes::INSTANCE,
        resolve,
    ),
    Command::reads(
        GROUP,
        "show-resolve-hosts",
        "List remembered host name resolutions",
        takes::NONE,
        show_resolve_hosts,
    ),
    Command::reads(
        GROUP,
        "show-unresolve-hosts",
        "List names that replicas are told instead",
        takes::NONE,
        show_unresolve_hosts,
    ),
    Command::writes(
        GROUP,
        "register-hostname-unresolve",
        "Set the name that replicas are told instead of a host's",
        &[Take::Pos(Arg::Instance), Take::Pos(Arg::Hostname)],
        register,
    ),
    Command::writes(
        GROUP,
        "deregister-hostname-unresolve",
        "Remove such a name",
        takes::INSTANCE,
        deregister,
    ),
    Command::writes(
        GROUP,
        "reset-hostname-resolve-cache",
        "Forget all remembered resolutions",
        takes::NONE,
        reset,
    ),
];

fn resolve<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = required_key(context, given)?;
    let patience = Duration::from_secs(
        u64::try_from(context.config.mysql_connect_timeout_seconds)
            .unwrap_or(2)
            .max(1),
    );
    let failed = |what: String| Failure::failed(format!("resolving {key}: {what}"));
    let mut addresses = (key.hostname.as_ref(), key.port)
        .to_socket_addrs()
        .map_err(|e| failed(e.to_string()))?;
    let address = addresses
        .next()
        .ok_or_else(|| failed("the name has no address".to_owned()))?;
    TcpStream::connect_timeout(&address, patience).map_err(|e| failed(format!("connecting to {address}: {e}")))?;
    let canonical = SystemLookup::new(patience)
        .canonical(&key.hostname)
        .map_err(|e| failed(e.to_string()))?;
    Ok(Answer::key(Some(InstanceKey::new(canonical, key.port))))
}

fn mappings<'a>(mappings: Vec<HostMapping>) -> Answer<'a> {
    let rows = mappings.into_iter().map(|m| vec![m.hostname, m.mapped]).collect();
    Answer::rows(&["Hostname", "Mapped"], rows, " ")
}

fn show_resolve_hosts<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    Ok(mappings(context.inventory()?.resolves()?))
}

fn show_unresolve_hosts<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    Ok(mappings(context.inventory()?.unresolves()?))
}

fn register<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = given_key(context, given)?;
    match given.text(Arg::Hostname) {
        Some(name) => context
            .inventory()?
            .register_unresolve(&key.hostname, name, context.now())?,
        None => {
            context.inventory()?.deregister_unresolve(&key.hostname)?;
        }
    }
    Ok(Answer::key(Some(key)))
}

fn deregister<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = given_key(context, given)?;
    context.inventory()?.deregister_unresolve(&key.hostname)?;
    Ok(Answer::key(Some(key)))
}

fn reset<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    context.inventory()?.reset_resolves()?;
    Ok(Answer::line("hostname resolve cache cleared"))
}
