//! A master at an address of its own, behind a proxy that cuts it off.
#![allow(dead_code)]

use crate::proxy::Proxy;
use crate::tool::SOON;
use crate::tool::sandbox::{Flavour, Sandbox, wait_until};
use anyhow::Result;
use std::net::{Ipv4Addr, SocketAddr};

/// Where a server is seen through a proxy: the same port at another loopback address.
pub const FAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// How a link is cut.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// Nothing arrives, and nobody is told.
    BlackHole,
    /// Connections are closed, and new ones refused.
    Refuse,
}

impl Cut {
    pub fn begin(self, proxy: &Proxy) {
        match self {
            Self::BlackHole => proxy.blackhole(),
            Self::Refuse => proxy.cut(),
        }
    }
}

/// A proxy to the tree's first server, at this address.
pub fn proxy_at(host: Ipv4Addr, tree: &Sandbox) -> Proxy {
    let at = |host: Ipv4Addr| SocketAddr::from((host, tree.port(0)));
    Proxy::start_at(at(host), at(Ipv4Addr::LOCALHOST))
}

/// Makes replicas reach their master at another address.
pub fn point_replicas(tree: &Sandbox, host: &str) -> Result<()> {
    for replica in 1..tree.count() {
        let change = match tree.flavour() {
            Flavour::MySql9 => {
                format!("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='{host}'; START REPLICA")
            }
            Flavour::MariaDb => {
                format!("STOP SLAVE; CHANGE MASTER TO MASTER_HOST='{host}', MASTER_USE_GTID=slave_pos; START SLAVE")
            }
            Flavour::MySql56 => format!("STOP SLAVE; CHANGE MASTER TO MASTER_HOST='{host}'; START SLAVE"),
        };
        tree.sql(replica, &change)?;
        wait_until(SOON, "the replica replicates", || {
            tree.replica_status(replica, "IO_Running")
                .is_ok_and(|state| state == ["Yes"])
        })?;
    }
    Ok(())
}
