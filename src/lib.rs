//! Keeps MySQL and MariaDB replication alive: discovers topologies by asking the servers, keeps them in a local SQLite
//! inventory, tells a dead master from a network glitch by asking the master *and its replicas*, and says why.
//!
//! # The map
//!
//! ```text
//!   args ──► config ──► [commands] ─────────────────────────────► report
//!                          │
//!   servers ◄──► probe ──► discovery ──► Fleet (memory) ──► analysis ──► Verdict + Evidence
//!      ▲                      │             ▲                                 │
//!      │                      ▼             │                                 ▼
//!      │                   inventory (SQLite) ◄──────────────── recovery: gates, plans, hooks
//!      ├── Change ◄── recovery: carries plans out
//!      └── Change ── watch: calls all of these again and again, as ticks and events have it
//! ```
//!
//! | room | knows | never knows |
//! |---|---|---|
//! | [`model`] | instances, keys, coordinates, GTID sets, the fleet, verdicts; the glossary | I/O, SQL, the time of day |
//! | [`config`] | keys, defaults, files, validation; the policy that pure code takes | what uses them |
//! | [`probe`] | connections, hang-ups, dialects, reading one server into an observation; the closed set of changes that a server is told | the inventory, other servers, why |
//! | [`inventory`] | the SQLite schema, every read and write of it | servers |
//! | [`discovery`] | crawling, filters, host names, cluster attribution, aliases, errant GTIDs | verdicts |
//! | [`analysis`] | facts per instance, the rule table, structure warnings, evidence | I/O, the time of day |
//! | [`topology`] | the tree's shape and its past, who can replicate from whom, how a replica comes below another master | why one asks |
//! | [`recovery`] | what follows from a verdict: detections, hooks, gates, who is promoted; plans, and carrying them out under a lease and a journal | argv, formatting |
//! | [`watch`] | the tick table and its chores, queues, lanes, liveness events, election, whom to ask before a silent master counts as dead, metrics, signals | rules, SQL |
//! | [`report`] | classic text, tables, trees, JSON, progress | where the data came from |
//! | [`args`] | what may be typed, the classic form, completions and man pages | what commands do |
//! | [`commands`] | one short file per family: load, decide, act, render | everything else's insides |
//!
//! Imports go one way, and a test keeps it so:
//! `model ← config ← {probe, inventory} ← discovery ← analysis ← topology ← recovery ← watch ← commands ← main`;
//! `probe` and `inventory` ignore each other; `args` and `report` know `model`, `config` and result types only.
//!
//! # Where to add what
//!
//! | to add | touch | and one test |
//! |---|---|---|
//! | an analysis rule | a row in `analysis/rules.rs` | a case that yields it and a near miss |
//! | a gate | a row in `recovery/gates/mod.rs` and its function beside it | a case in which it holds and a near miss |
//! | a structure warning | a row in `analysis/warnings.rs` | the same |
//! | a server line | a file in `probe/dialect/` and a row in its table | a transcript for the fake server |
//! | a command | a variant in its family's file under `commands/` | a transcript of what it prints |
//! | a configuration key | a row in `config/keys.rs` | none: the table is tested as a whole |
//! | a periodic task | a row in `watch/task.rs`, its name in `watch/schedule.rs`, its function in `watch/chores/` | its work on an inventory, in `tests/watch_chores/` |
//! | a change of a server | a variant in `model/change.rs` and its row in `probe/change/table.rs` | its statements, on a fake server of each line |
//! | a metric | a row in `watch/metric.rs`, and where it is counted | none: the table is tested as a whole |
//! | a placeholder of hooks | a row in `recovery/placeholders.rs` | its value, a row in `tests/recovery_rules.rs` |
//! | a table of ours | a row at the end of `inventory/schema/ours.rs` | the fixtures upgrade |

pub mod analysis;
pub mod args;
pub mod commands;
pub mod config;
pub mod discovery;
pub mod inventory;
pub mod model;
pub mod probe;
pub mod recovery;
pub mod report;
pub mod topology;
pub mod watch;
