//! How answers look: trees, tables, explanations, JSON and YAML, progress, messages. It knows values, not where they
//! came from.
//!
//! | file | makes |
//! |---|---|
//! | [`answer`] | one answer in its four forms |
//! | [`tree`] | the classic drawings of a topology, byte for byte |
//! | [`json`] | machine-readable answers: our own structures with the field names and order that scripts know |
//! | [`explain`] | why a verdict came out as it did, and the table of rules, for people |
//! | [`gates`] | what holds a recovery back, and the table of all that can, for people |
//! | [`history`] | topologies of earlier moments, and what changed since |
//! | [`recovery`] | everything that is kept of one recovery |
//! | [`moment`] | a moment for people |
//! | [`table`] | any other list |
//! | [`log`], [`out`] | messages on standard error, answers on standard output |
//! | [`mod@plan`] | plans and loss tables |
//! | [`progress`] | a bar on a terminal |
//! | [`status_line`] | how a long-running process stands, at the foot of a terminal |
//! | `wrap` | paragraphs in a given width |

pub mod answer;
pub mod explain;
pub mod gates;
pub mod history;
pub mod json;
pub mod log;
pub mod moment;
pub mod out;
pub mod plan;
pub mod progress;
pub mod recovery;
pub mod status_line;
pub mod table;
pub mod tree;
mod wrap;
