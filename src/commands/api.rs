//! The read-only answers of the original's web service, from the inventory: scripts that fetch a path go on working.
//!
//! Most paths ask what some command answers too: such a path is a row that names the command, and how its words become
//! the command's arguments. The rest have a function.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::{Body, Command, all, api_records, api_recoveries};
use crate::args::{Arg, Given, Group, Take};
use crate::report::answer::Answer;
use crate::report::json::{self, Envelope};
use serde_json::{Value, json};

pub(super) const COMMANDS: &[Command] = &[Command::reads(
    Group::Meta,
    "api",
    "Print a read-only answer of the web service, as JSON",
    &[Take::Pos(Arg::Path)],
    api,
)
.whole_list()
.explained(
    "The path is what follows /api/ in the web service's addresses, such as clusters-info, cluster/NAME, \
     instance/HOST/PORT or tagged?tag=NAME. An answer of code ERROR is printed too, and the exit status is then 1.",
)];

/// How a path is answered.
#[derive(Clone, Copy)]
pub(super) enum Reply {
    /// By the data of a command.
    Data(&'static str),
    /// By the first element of the data of a command.
    First(&'static str),
    /// By a function.
    By(fn(&Context, &Given) -> Outcome<Value>),
}
use Reply::{By, Data, First};

/// Paths, `:hint` and the like standing for words, `?name` for a member of the query.
#[rustfmt::skip]
const ROUTES: &[(&str, Reply)] = &[
    ("clusters", Data("clusters")),
    ("clusters-info", Data("clusters-alias")),
    ("cluster-info/:hint", By(cluster_info)),
    ("cluster-info/alias/:hint", By(cluster_info)),
    ("cluster/:hint", Data("which-cluster-instances")),
    ("cluster/alias/:hint", Data("which-cluster-instances")),
    ("cluster/instance/:host/:port", Data("which-cluster-instances")),
    ("cluster-osc-replicas/:hint", Data("which-cluster-osc-replicas")),
    ("instance/:host/:port", By(instance)),
    ("instance-replicas/:host/:port", Data("which-replicas")),
    ("all-instances", Data("all-instances")),
    ("search/:text", Data("search")),
    ("search?s", Data("search")),
    ("masters", Data("all-clusters-masters")),
    ("master/:hint", First("which-cluster-master")),
    ("topology/:hint", Data("topology")),
    ("topology/:host/:port", Data("topology")),
    ("topology-tabulated/:hint", Data("topology-tabulated")),
    ("topology-tabulated/:host/:port", Data("topology-tabulated")),
    ("topology-tags/:hint", Data("topology-tags")),
    ("topology-tags/:host/:port", Data("topology-tags")),
    ("downtimed", Data("which-downtimed-instances")),
    ("downtimed/:hint", Data("which-downtimed-instances")),
    ("problems", By(problems)),
    ("problems/:hint", By(problems)),
    ("replication-analysis", By(analysis)),
    ("replication-analysis/:hint", By(analysis)),
    ("replication-analysis/instance/:host/:port", By(analysis)),
    ("replication-analysis-changelog", Data("changelog")),
    ("audit-failure-detection", By(detections)),
    ("audit-failure-detection/:page", By(detections)),
    ("audit-failure-detection/id/:id", By(detections)),
    ("audit-failure-detection/alias/:alias", By(detections)),
    ("audit-failure-detection/alias/:alias/:page", By(detections)),
    ("audit-recovery-steps/:uid", Data("recovery-steps")),
    ("blocked-recoveries", Data("blocked-recoveries")),
    ("blocked-recoveries/cluster/:hint", Data("blocked-recoveries")),
    ("check-global-recoveries", By(global_recoveries)),
    ("in-maintenance/:host/:port", By(in_maintenance)),
    ("tags/:host/:port", Data("tags")),
    ("tag-value/:host/:port?tag", By(tag_value)),
    ("tagged?tag", Data("tagged")),
    ("bulk-instances", Data("bulk-instances")),
];

fn api<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let path = given
        .text(Arg::Path)
        .ok_or_else(|| Failure::usage("no path given: write it with -path, such as -path clusters-info"))?;
    let route = ROUTES
        .iter()
        .chain(api_records::ROUTES)
        .chain(api_recoveries::ROUTES)
        .find_map(|(pattern, reply)| Some((*reply, words_of(pattern, path)?)));
    let (reply, words) = route.ok_or_else(|| not_served(path))?;
    let replied = words.and_then(|words| match reply {
        Data(name) => data_of(name, context, &words),
        First(name) => Ok(data_of(name, context, &words)?.get(0).cloned().unwrap_or(Value::Null)),
        By(function) => function(context, &words),
    });
    let (value, status) = match replied {
        Ok(value) => (value, 0),
        Err(failure) => (json::value(&Envelope::error(failure.to_string())), 1),
    };
    let line = json::one_line(&value).map_err(|e| Failure::failed(format!("writing JSON: {e}")))?;
    Ok(Answer::new(move || format!("{line}\n"), move || value).with_status(status))
}

fn not_served(path: &str) -> Failure {
    let first = path
        .trim_start_matches('/')
        .split(['/', '?'])
        .next()
        .unwrap_or_default();
    let failure = Failure::failed(format!("the path `{path}` is not served by this tool"));
    let command = all().find(|c| c.spec.is_called(first));
    failure.maybe_hint(command.map(|c| format!("`orchestrator {}` does it", c.spec.name)))
}

/// The arguments in a path that fits the pattern; an error where it fits but a port is none.
fn words_of(pattern: &str, path: &str) -> Option<Outcome<Given>> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (pattern, member) = pattern.split_once('?').unwrap_or((pattern, ""));
    let path = path.trim_matches('/').replacen("slave", "replica", 1);
    let (wanted, words): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    if wanted.len() != words.len() {
        return None;
    }
    let mut given = Given::default();
    let (mut host, mut other_host) = (String::new(), String::new());
    for (wanted, word) in wanted.into_iter().zip(words) {
        let text = decoded(word);
        match wanted {
            ":hint" => {
                given.add(Arg::Target, text.clone());
                given.add(Arg::Cluster, text);
            }
            ":text" => given.add(Arg::Pattern, text),
            ":pool" => given.add(Arg::Pool, text),
            ":page" if text.parse::<u32>().is_err() => return None,
            ":page" => given.add(Arg::Page, text),
            ":alias" => given.add(Arg::Alias, text),
            ":uid" => given.add(Arg::Uid, text),
            ":id" => given.add(Arg::Id, text),
            ":host" => host = text,
            ":other-host" => other_host = text,
            ":port" | ":other-port" if text.parse::<u16>().is_err() => {
                return Some(Err(Failure::failed(format!("Invalid port: {text}"))));
            }
            ":port" => given.add(Arg::Instance, key_text(&host, &text)),
            ":other-port" => given.add(Arg::Destination, key_text(&other_host, &text)),
            fixed if fixed == word => {}
            _ => return None,
        }
    }
    if !member.is_empty() {
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(member)?.strip_prefix('='))?;
        given.add(if member == "tag" { Arg::Tag } else { Arg::Pattern }, decoded(value));
    }
    Some(Ok(given))
}

fn key_text(host: &str, port: &str) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// A word of an address: `%2F` and the like become the bytes they stand for.
fn decoded(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| first == b'%');
        let code = code.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn data_of(name: &str, context: &Context, given: &Given) -> Outcome<Value> {
    let body = all().find(|command| command.spec.name == name).map(|c| c.body);
    match body {
        Some(Body::Reads(work) | Body::WritesWith(_, work)) => Ok(work(context, given)?.into_data()),
        _ => Err(Failure::failed(format!("`{name}` does not read"))),
    }
}

fn instance(context: &Context, given: &Given) -> Outcome<Value> {
    let cannot = |_| {
        let key = given.text(Arg::Instance).unwrap_or_default();
        Failure::failed(format!("Cannot read instance: {key}"))
    };
    let found = data_of("which-instance", context, given).map_err(cannot)?;
    Ok(found.get(0).cloned().unwrap_or(Value::Null))
}

fn cluster_info(context: &Context, given: &Given) -> Outcome<Value> {
    let name = data_of("which-cluster", context, given)?;
    let all = data_of("clusters-alias", context, given)?;
    let wanted = |info: &&Value| info.get("ClusterName") == Some(&name);
    Ok(all
        .as_array()
        .and_then(|all| all.iter().find(wanted))
        .cloned()
        .unwrap_or(Value::Null))
}

fn problems(context: &Context, given: &Given) -> Outcome<Value> {
    let name = match given.text(Arg::Target) {
        Some(_) => Some(data_of("which-cluster", context, given)?),
        None => None,
    };
    let ignored = &context.policy.problem_ignore_hostname_filters;
    let is_ignored = |i: &Value| {
        let key = &i["Key"];
        let port = key["Port"].as_u64().and_then(|port| u16::try_from(port).ok());
        ignored.matches(key["Hostname"].as_str().unwrap_or_default(), port.unwrap_or(0))
    };
    let shown = |i: &Value| {
        i["Problems"].as_array().is_some_and(|list| !list.is_empty())
            && i["IsDowntimed"] != true
            && name.as_ref().is_none_or(|name| i["ClusterName"] == *name)
            && !is_ignored(i)
    };
    let mut found = data_of("all-instances", context, given)?;
    if let Some(list) = found.as_array_mut() {
        list.retain(shown);
    }
    Ok(found)
}

/// Unlike the command of this name, downtimed instances are included.
fn analysis(context: &Context, given: &Given) -> Outcome<Value> {
    let mut wanted = Given::default();
    wanted.classic = true;
    wanted.switch_on(Arg::IncludeDowntimed);
    if given.text(Arg::Target).is_some() {
        let name = data_of("which-cluster", context, given)?;
        wanted.add(Arg::Cluster, name.as_str().unwrap_or_default());
    }
    let mut found = data_of("replication-analysis", context, &wanted)?;
    if given.text(Arg::Instance).is_some() {
        let key = data_of("which-instance", context, given)?[0]["Key"].clone();
        if let Some(list) = found["Details"].as_array_mut() {
            list.retain(|entry| entry["AnalyzedInstanceKey"] == key);
        }
    }
    Ok(found)
}

/// Unlike those of the command, answers are a page long.
fn detections(context: &Context, given: &Given) -> Outcome<Value> {
    let mut wanted = given.clone();
    if given.text(Arg::Page).is_none() {
        wanted.add(Arg::Page, "0");
    }
    data_of("detections", context, &wanted)
}

fn global_recoveries(context: &Context, _: &Given) -> Outcome<Value> {
    let word = if context.inventory()?.are_recoveries_disabled()? {
        "disabled"
    } else {
        "enabled"
    };
    Ok(json::value(&Envelope::ok(format!("Global recoveries {word}"), word)))
}

fn in_maintenance(context: &Context, given: &Given) -> Outcome<Value> {
    let held = data_of("in-maintenance", context, given)?;
    let text = held.get(0).map_or_else(String::new, |key| {
        format!("{}:{}", key["Hostname"].as_str().unwrap_or_default(), key["Port"])
    });
    Ok(json::value(&Envelope::ok((!text.is_empty()).to_string(), text)))
}

fn tag_value(context: &Context, given: &Given) -> Outcome<Value> {
    match data_of("tag-value", context, given)? {
        Value::String(value) => Ok(json!(value)),
        _ => Err(Failure::failed(format!(
            "tag {} not found for {}",
            given.text(Arg::Tag).unwrap_or_default(),
            given.text(Arg::Instance).unwrap_or_default()
        ))),
    }
}
