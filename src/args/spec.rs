//! How a command describes itself.

use super::Arg;

/// The heading under which help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Reading servers and keeping the inventory.
    Inventory,
    /// What the inventory says.
    Information,
    /// What is wrong.
    Analysis,
    /// What may be done about it.
    Recovery,
    /// Questions about replication.
    Replication,
    /// Changing what replicates, and from where.
    Change,
    /// Labels on instances.
    Tags,
    /// Pools of instances.
    Pools,
    /// Known trouble and locks.
    Downtime,
    /// The tool itself.
    Meta,
}

impl Group {
    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Inventory => "Inventory",
            Self::Information => "Information",
            Self::Analysis => "Analysis",
            Self::Recovery => "Recovery",
            Self::Replication => "Replication information",
            Self::Change => "Replication control",
            Self::Tags => "Tags",
            Self::Pools => "Pools",
            Self::Downtime => "Downtime and maintenance",
            Self::Meta => "Meta",
        }
    }
}

/// In which forms a command can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As `orchestrator NAME …` and as `orchestrator -c NAME …`.
    Both,
    /// Only as `orchestrator NAME …`.
    Modern,
}

/// How a command takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// As an option.
    Opt(Arg),
    /// By position, or as an option; may be left out.
    Pos(Arg),
    /// By position, any number of them, or as an option.
    Many(Arg),
}

impl Take {
    /// The argument taken.
    pub fn arg(self) -> Arg {
        match self {
            Self::Opt(arg) | Self::Pos(arg) | Self::Many(arg) => arg,
        }
    }
}

/// A command's name, help and arguments.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Name; two words make the second a subcommand of the first.
    pub name: &'static str,
    /// Older names that still work.
    pub synonyms: &'static [&'static str],
    /// Heading in help.
    pub group: Group,
    /// One line of help.
    pub about: &'static str,
    /// Further help; may be empty.
    pub long: &'static str,
    /// Arguments beside the global ones.
    pub takes: &'static [Take],
    /// Forms in which it works.
    pub form: Form,
}

impl Spec {
    /// Whether this is the command's name or one of its synonyms.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.synonyms.contains(&name)
    }
}
