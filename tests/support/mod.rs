//! Shared helpers of the integration tests.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr
)]

pub mod fake_server;
pub mod proxy;
pub mod sandbox;
pub mod telling;
