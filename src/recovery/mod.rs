//! What follows from a verdict: registering a detection, running hooks.
//!
//! | file | holds |
//! |---|---|
