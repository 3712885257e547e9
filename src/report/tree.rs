//! The classic drawings of a topology, byte for byte as scripts know them. Lines are joined by `\n`; the last one has
//! no line end.

use crate::config::Policy;
use crate::model::{Fleet, Timestamp};
use crate::topology::{Mark, Node, Status, Tokens};

/// One line of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Steps below the root.
    pub level: usize,
    /// The sign before it; `None` for a root.
    pub mark: Option<Mark>,
    /// `host:port`.
    pub key: String,
    /// The instance's display alias; may be empty.
    pub alias: String,
    /// Its description; `None` where only keys are drawn.
    pub tokens: Option<Tokens>,
    /// Its tags by name and value; [`with_tags`] alone shows them.
    pub tags: Vec<(String, String)>,
}

/// Describes drawn nodes at `now`, without tags.
pub fn entries(nodes: &[Node<'_>], fleet: &Fleet, policy: &Policy, now: Timestamp) -> Vec<Entry> {
    nodes
        .iter()
        .map(|node| {
            let instance = node.instance;
            let is_downtimed = fleet.downtime(&instance.key, now).is_some();
            let status = Status::of(instance, policy, now, is_downtimed);
            Entry {
                level: node.level,
                mark: (!node.is_root).then(|| status.mark(instance)),
                key: instance.key.to_string(),
                alias: instance.server.alias.clone(),
                tokens: Some(status.tokens(instance)),
                tags: Vec::new(),
            }
        })
        .collect()
}

/// The `topology` layout: `[…]` descriptions that begin in one column.
pub fn topology(entries: &[Entry]) -> String {
    aligned(entries).join("\n")
}

/// The `topology-tags` layout: as [`topology`], with `[tag,…]` at the end of every line, sorted by name.
pub fn with_tags(entries: &[Entry]) -> String {
    let lines = aligned(entries);
    let tagged = lines.iter().zip(entries).map(|(line, entry)| {
        let mut tags: Vec<&(String, String)> = entry.tags.iter().collect();
        tags.sort();
        let words: Vec<String> = tags
            .into_iter()
            .map(|(name, value)| {
                if value.is_empty() {
                    name.clone()
                } else {
                    format!("{name}={value}")
                }
            })
            .collect();
        format!("{line} [{}]", words.join(","))
    });
    tagged.collect::<Vec<_>>().join("\n")
}

/// The `topology-tabulated` layout: seven padded columns between bare bars.
pub fn tabulated(entries: &[Entry]) -> String {
    const LAG: usize = 1;
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let tokens = entry.tokens.iter().flat_map(|t| t.parts().map(str::to_owned));
            std::iter::once(entry.name()).chain(tokens).collect()
        })
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == LAG {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        cells.collect::<Vec<_>>().join("|")
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl Entry {
    /// `<indent><mark> <host:port>[ (<alias>)]`.
    fn name(&self) -> String {
        let mut name = " ".repeat(2 * self.level.saturating_sub(1));
        if let Some(mark) = self.mark {
            name.push(mark.as_char());
            name.push(' ');
        }
        name.push_str(&self.key);
        if !self.alias.is_empty() {
            name.push_str(&format!(" ({})", self.alias));
        }
        name
    }
}

/// Lines in which blanks before the first `[` bring all of these into one column. Columns are counted in bytes, as
/// the original does: a line with the three bytes of `‡` stands two columns too far left.
fn aligned(entries: &[Entry]) -> Vec<String> {
    let mut lines: Vec<String> = entries
        .iter()
        .map(|entry| match &entry.tokens {
            Some(tokens) => format!("{} {}", entry.name(), tokens.description()),
            None => entry.name(),
        })
        .collect();
    let column = lines.iter().filter_map(|line| line.find('[')).max().unwrap_or(0);
    for line in &mut lines {
        if let Some(at) = line.find('[') {
            line.insert_str(at, &" ".repeat(column - at));
        }
    }
    lines
}
