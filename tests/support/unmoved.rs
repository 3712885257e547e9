//! Commands that are refused, and how every server of a tree replicates before and after them.
#![allow(dead_code)]

use crate::tool::sandbox::{Flavour, Sandbox, wait_until};
use crate::tool::{SOON, Tool, contains, same};
use anyhow::{Context, Result};

/// A command, and the sentence with which it is refused; `…` stands for anything.
pub type Refused<'a> = (&'a [&'a str], &'a str);

/// Of every channel of every server: the master's port, both threads, by what it is positioned, and its delay.
pub type Standing = Vec<Vec<[String; 5]>>;

/// How all servers replicate.
pub fn standing(tree: &Sandbox) -> Result<Standing> {
    let how = if tree.flavour().is_mariadb() {
        "Using_Gtid"
    } else {
        "Auto_Position"
    };
    let of = |server| -> Result<Vec<[String; 5]>> {
        let rows = tree.rows(server, tree.flavour().replica_status_sql())?;
        let mut channels = Vec::new();
        for row in rows {
            let cell = |column: &str| {
                let names = ["Replica_", "Slave_", "Source_", "Master_", ""].map(|prefix| format!("{prefix}{column}"));
                let found = names.iter().find_map(|name| row.get(name).cloned());
                found.with_context(|| format!("no column {column} in the replication status of #{server}"))
            };
            channels.push([
                cell("Port")?,
                cell("IO_Running")?,
                cell("SQL_Running")?,
                cell(how)?,
                cell("SQL_Delay")?,
            ]);
        }
        Ok(channels)
    };
    (0..tree.count()).map(of).collect()
}

/// Waits until every channel's threads run, or stand.
pub fn settled(tree: &Sandbox) -> Result<()> {
    let is_settled = |state: &String| ["Yes", "No"].contains(&state.as_str());
    let settles = || {
        standing(tree).is_ok_and(|all| {
            let mut channels = all.iter().flatten();
            channels.all(|[_, receiver, applier, _, _]| is_settled(receiver) && is_settled(applier))
        })
    };
    wait_until(SOON, "all threads run or stand", settles).with_context(|| tree.status().unwrap_or_default())
}

/// Each command fails by its sentence, prints nothing, and leaves all servers as they were.
pub fn refused(tree: &Sandbox, tool: &Tool<'_>, what: &str, cases: &[Refused<'_>]) -> Result<()> {
    settled(tree)?;
    let before = standing(tree)?;
    for (arguments, sentence) in cases {
        let one = || {
            let output = tool.run(arguments)?;
            same("status and output", (output.code, &*output.stdout), (1, ""))
                .with_context(|| output.stderr.clone())?;
            (sentence.split('…')).try_for_each(|part| contains(&output.stderr, part))?;
            same("nothing is changed", standing(tree)?, before.clone())
        };
        one().with_context(|| format!("{what}: {arguments:?}"))?;
    }
    Ok(())
}

/// Nobody holds anything afterwards: no lock, and no journal that is to be carried on.
pub fn released(tool: &Tool<'_>) -> Result<()> {
    same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
    tool.fails(&["recover", "--resume"], 4, "")
}

/// No command that goes anywhere, forced or not, moves a replica below this master, for it cannot replicate from there.
pub fn never_below(tree: &Sandbox, tool: &Tool<'_>, replica: &str, to: &str, reason: &str) -> Result<()> {
    let sentence = format!("{replica} cannot replicate from {to}. Reason: {reason}");
    let classic = ["-c", "relocate", "-i", replica, "-d", to];
    let modern = ["move-gtid", "repoint"].map(|command| [command, replica, to, "--force"]);
    let mut cases: Vec<Refused<'_>> = vec![(&classic, &sentence)];
    cases.extend(modern.iter().map(|arguments| (&arguments[..], sentence.as_str())));
    refused(tree, tool, reason, &cases)
}

/// The word in statements about replicas.
pub fn word(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "REPLICA",
        _ => "SLAVE",
    }
}

/// Tells a replica a setting of its replication, such as `DELAY=30`, while it stands.
pub fn set_master(tree: &Sandbox, server: usize, setting: &str) -> Result<()> {
    let word = word(tree.flavour());
    let change = match tree.flavour() {
        Flavour::MySql9 => format!("CHANGE REPLICATION SOURCE TO SOURCE_{setting}"),
        _ => format!("CHANGE MASTER TO MASTER_{setting}"),
    };
    tree.sql(server, &format!("STOP {word}; {change}; START {word}"))?;
    settled(tree)
}
