//! What may be typed: the table of arguments, the modern subcommands, the classic `-c COMMAND` form, and the man pages
//! and completions made from the same definitions.
//!
//! A command describes itself by a [`Spec`]; nothing here knows what commands do. Whichever form was typed, a command
//! is handed one [`Given`].

mod arg;
pub mod classic;
pub mod generate;
mod given;
pub mod go_flags;
pub mod modern;
pub mod moment;
mod spec;

pub use arg::Arg;
pub use given::{Format, Given, Globals};
pub use spec::{Form, Group, Spec, Take};
