//! The schedule and the witness with made-up times.

mod schedule;
mod witness;
