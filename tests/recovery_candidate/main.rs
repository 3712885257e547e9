//! Who is chosen to take a failed master's place, who is refused and why, who is lost, and what is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod choices;
mod losses;
mod order;
mod refusals;
mod servers;
