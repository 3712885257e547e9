//! Plans carried out on simulated servers: for deaths of this process at every point, which real servers show too slowly
//! to try them all.

mod altered;
mod desk;
mod dying;
mod handing;
mod relay_logs;
mod world;
