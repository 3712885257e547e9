//! Asking servers: `discover`, and the refresh that other commands offer.

use super::Command;
use super::context::{Context, now};
use super::failure::{Failure, Outcome};
use super::target::key_of;
use crate::args::{Arg, Given, Group, Take};
use crate::discovery::{self, Absorbed, Crawl, CrawlEvent, CrawlOptions, CrawlReport, DiscoveryRules, Names, crawl};
use crate::inventory::Inventory;
use crate::model::observation::Contact;
use crate::model::{Fleet, InstanceKey};
use crate::probe::{ProbeSettings, Session};
use crate::report::answer::{Answer, Rows};
use crate::report::json;
use crate::report::progress::Progress;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const COMMANDS: &[Command] = &[Command::writes(
    Group::Inventory,
    "discover",
    "Read servers, and follow them to their masters and replicas",
    &[Take::Many(Arg::Instance), Take::Opt(Arg::NoCrawl)],
    discover,
)
.whole_list()
.explained(
    "Without servers named, everything known is read again, and the servers of DiscoverySeeds. What was found is kept in \
     the inventory; a known server that does not answer is marked as checked but not seen. In the classic form, -c \
     discover -i HOST:PORT, exactly one server is read.",
)];

fn discover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if given.classic {
        discover_one_each(context, given)
    } else {
        discover_all(context, given)
    }
}

/// The classic form: each server named is read alone, and its canonical key printed.
fn discover_one_each<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let mut named: Vec<InstanceKey> = given
        .list(Arg::Instance)
        .into_iter()
        .map(|t| key_of(context, t))
        .collect::<Outcome<_>>()?;
    if named.is_empty() {
        named.push(super::target::given_key(context, given)?);
    }
    let mut keys = Vec::new();
    for key in named {
        match read_one(context, key) {
            Ok(found) => keys.extend(found),
            Err(failure) => return Err(printing(keys, failure)),
        }
    }
    Ok(Answer::keys(keys))
}

/// Asks one server and stores what it says; its canonical key.
///
/// # Errors
/// When it does not answer, or is left out by the configuration.
pub(super) fn read_one(context: &Context, key: InstanceKey) -> Outcome<Option<InstanceKey>> {
    let report = ask(context, vec![key], false, &Progress::hidden())?;
    if let Some((key, why)) = report.skipped.first() {
        return Err(Failure::failed(format!("{key} is left out: {why}")));
    }
    if let Some(failed) = report.failed.first() {
        return Err(failure(&failed.key, &failed.contact));
    }
    tell_faults(context, &report);
    Ok(report.found.into_iter().next())
}

/// What was done before a failure is printed all the same.
fn printing(keys: Vec<InstanceKey>, failure: Failure) -> Failure {
    keys.iter().for_each(|key| {
        crate::report::out::print(&format!("{key}\n"));
    });
    failure
}

fn failure(key: &InstanceKey, contact: &Contact) -> Failure {
    Failure::failed(format!("discovering {key}: {contact}")).maybe_hint(contact.kind.hint().map(str::to_owned))
}

/// The modern form: crawl from the servers named, or refresh everything, and sum up.
fn discover_all<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let named: Vec<InstanceKey> = given
        .list(Arg::Instance)
        .into_iter()
        .map(|t| key_of(context, t))
        .collect::<Outcome<_>>()?;
    if named.is_empty() && given.is_given(Arg::Instance) {
        return Err(Failure::usage("the instance given is empty").hint("leave it out to read everything known again"));
    }
    let seeds = if named.is_empty() { everything(context)? } else { named };
    if seeds.is_empty() {
        return Err(Failure::new(
            super::failure::Kind::NothingToDo,
            "nothing to discover: the inventory is empty and DiscoverySeeds names no server",
        )
        .hint("`orchestrator discover HOST[:PORT]` starts from one server"));
    }
    let progress = if given.globals.quiet {
        Progress::hidden()
    } else {
        Progress::servers()
    };
    let report = ask(context, seeds, !given.is_on(Arg::NoCrawl), &progress)?;
    tell_faults(context, &report);
    report.notices.iter().for_each(|notice| context.log.warn(notice));
    Ok(summary(report))
}

fn everything(context: &Context) -> Outcome<Vec<InstanceKey>> {
    let mut keys = context.inventory()?.keys()?;
    for seed in &context.config.discovery_seeds {
        keys.push(key_of(context, seed)?);
    }
    keys.sort();
    keys.dedup();
    Ok(keys)
}

/// Asks servers, stores what they said, and returns the report.
pub(super) fn ask(
    context: &Context,
    seeds: Vec<InstanceKey>,
    follow: bool,
    progress: &Progress,
) -> Outcome<CrawlReport> {
    let inventory = context.inventory()?;
    let mut fleet = inventory.load_fleet(crate::inventory::Scope::Everything)?;
    let rules = DiscoveryRules::from(&context.config);
    let settings = Arc::new(ProbeSettings::from(&context.config));
    let names = Names::system(&rules, settings.connect_timeout);
    names.import(fleet.resolved_hosts.clone(), context.now());
    let tls: HashMap<InstanceKey, bool> = inventory.tls_required()?;
    let probe = |key: &InstanceKey| {
        let wants_tls = tls.get(key).copied().unwrap_or(false);
        Session::new(key.clone(), Arc::clone(&settings))
            .with_tls(wants_tls)
            .probe(&now)
    };
    let options = CrawlOptions {
        follow,
        ..CrawlOptions::new(&rules)
    };
    let report = crawl(
        seeds,
        &options,
        &probe,
        Crawl {
            fleet: &mut fleet,
            rules: &rules,
            names: &names,
        },
        &mut |event| match event {
            CrawlEvent::Queued(key) => progress.queued(key),
            CrawlEvent::Absorbed(absorbed) => progress.done(&absorbed.key),
        },
    );
    progress.finish();
    store(context, inventory, &report, &names)?;
    for key in &report.unasked {
        context.log.warn(format!("{key} was not asked"));
    }
    Ok(report)
}

/// Writes everything a crawl found in one transaction.
fn store(context: &Context, inventory: &Inventory, report: &CrawlReport, names: &Names) -> Outcome<()> {
    let now = context.now();
    inventory.transaction("store what was discovered", |inventory| {
        for absorbed in &report.absorbed {
            discovery::store::welcome(inventory, absorbed)?;
        }
        for forgotten in discovery::store::store(inventory, &report.absorbed, now)? {
            context
                .log
                .info(format!("{forgotten} was forgotten a short while ago and is not stored"));
        }
        for (host, resolved) in names.drain_unsaved() {
            inventory.store_resolve(&host, &resolved, now)?;
        }
        report
            .aliases
            .iter()
            .try_for_each(|(cluster, alias)| inventory.set_alias(cluster, alias, now))
    })?;
    Ok(())
}

/// Says which side questions failed: what they would have told is missing from any judgement.
pub(super) fn tell_faults(context: &Context, report: &CrawlReport) {
    for absorbed in &report.absorbed {
        for fault in &absorbed.faults {
            context.log.warn(format!("{}: {fault}", absorbed.key));
        }
    }
}

/// Counts and a table: what was found, what failed and why.
fn summary<'a>(report: CrawlReport) -> Answer<'a> {
    let data = summary_data(&report);
    let table = Rows {
        headings: vec!["Instance", "Result", "Detail"],
        rows: summary_rows(&report),
    };
    let status = u8::from(!report.failed.is_empty());
    Answer::new(move || summary_text(&report), move || data)
        .with_table(move || table)
        .with_status(status)
}

fn summary_rows(report: &CrawlReport) -> Vec<Vec<String>> {
    let by_key: HashMap<&InstanceKey, &Absorbed> = report.absorbed.iter().map(|a| (&a.key, a)).collect();
    let found = report.found.iter().map(|key| {
        let detail = by_key
            .get(key)
            .and_then(|a| a.instance.as_ref())
            .map_or_else(String::new, |i| {
                let place = if i.replication.master.is_none() {
                    "master".to_owned()
                } else {
                    format!("replica of {}", i.replication.master)
                };
                format!("{} {place}", i.server.version)
            });
        vec![key.to_string(), "found".to_owned(), detail]
    });
    let failed = report
        .failed
        .iter()
        .map(|f| vec![f.key.to_string(), "failed".to_owned(), f.contact.to_string()]);
    let skipped = report
        .skipped
        .iter()
        .map(|(key, why)| vec![key.to_string(), "left out".to_owned(), why.clone()]);
    found.chain(failed).chain(skipped).collect()
}

fn summary_text(report: &CrawlReport) -> String {
    let rows = summary_rows(report);
    let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let mut text: String = rows
        .iter()
        .map(|r| {
            format!("{:first$}  {:second$}  {}", r[0], r[1], r[2])
                .trim_end()
                .to_owned()
                + "\n"
        })
        .collect();
    let mut hints: Vec<&str> = report.failed.iter().filter_map(|f| f.contact.kind.hint()).collect();
    hints.sort_unstable();
    hints.dedup();
    text.push_str(&format!("{} found, {} failed", report.found.len(), report.failed.len()));
    if !report.skipped.is_empty() {
        text.push_str(&format!(", {} left out", report.skipped.len()));
    }
    text.push('\n');
    hints.iter().for_each(|hint| text.push_str(&format!("hint: {hint}\n")));
    text
}

fn summary_data(report: &CrawlReport) -> Value {
    let failed: Vec<Value> = report
        .failed
        .iter()
        .map(|f| json!({"Key": json::value(&json::Key::from(&f.key)), "Outcome": f.contact.kind.sentence(), "Message": f.contact.said}))
        .collect();
    let skipped: Vec<Value> = report
        .skipped
        .iter()
        .map(|(key, why)| json!({"Key": json::value(&json::Key::from(key)), "Reason": why}))
        .collect();
    let found: Vec<Value> = report.found.iter().map(|k| json::value(&json::Key::from(k))).collect();
    json!({"Found": found, "Failed": failed, "Skipped": skipped, "Notices": report.notices})
}

/// Reads every known server again, for commands that are asked to judge fresh data.
pub(super) fn refresh(
    context: &Context,
    only: impl Fn(&Fleet) -> Vec<InstanceKey>,
    quiet: bool,
) -> Outcome<CrawlReport> {
    let fleet = context.inventory()?.load_fleet(crate::inventory::Scope::Everything)?;
    let progress = if quiet { Progress::hidden() } else { Progress::servers() };
    ask(context, only(&fleet), true, &progress)
}
