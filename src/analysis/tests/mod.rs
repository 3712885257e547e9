//! Cases for every code and warning, each with a near miss; laws that hold for all rules.

mod cases;
mod laws;
mod world;
