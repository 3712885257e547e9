//! Shared helpers of the integration tests.
#![allow(dead_code, unused_imports)]

pub mod fake_server;
pub mod proxy;
