//! By what the replicas find their place, and so whether they can be moved at all.

use super::Contender;

/// What a master's replicas count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gtid {
    /// All by Oracle GTID.
    Oracle,
    /// All by MariaDB GTID.
    MariaDb,
    /// Some by GTID, and some otherwise or by another kind.
    Mixed,
    /// None by GTID: only by file and position.
    None,
    /// All are binlog servers.
    BinlogServers,
    /// There is nobody who could be asked.
    Nobody,
}

/// What the replicas count by: those that answered, or where none did, those whose last check succeeded. Whoever cannot
/// be read does not count.
pub fn kind_of_topology(contenders: &[Contender<'_>]) -> Gtid {
    let is_live = contenders.iter().any(|c| c.look.is_some());
    let kinds: Vec<Gtid> = contenders
        .iter()
        .filter(|c| {
            if is_live {
                c.look.is_some()
            } else {
                c.instance.check.is_valid()
            }
        })
        .map(kind)
        .collect();
    match kinds.split_first() {
        None => Gtid::Nobody,
        Some((first, rest)) if rest.iter().all(|kind| kind == first) => *first,
        Some(_) if kinds.iter().any(|kind| matches!(kind, Gtid::Oracle | Gtid::MariaDb)) => Gtid::Mixed,
        Some(_) => Gtid::None,
    }
}

fn kind(contender: &Contender<'_>) -> Gtid {
    let (oracle, mariadb) = match contender.look {
        Some(look) => look
            .channel()
            .map_or((false, false), |c| (c.oracle_gtid, c.mariadb_gtid)),
        None => (contender.instance.gtid.oracle, contender.instance.gtid.mariadb),
    };
    match (contender.instance.server.is_binlog_server, oracle, mariadb) {
        (true, _, _) => Gtid::BinlogServers,
        (_, true, _) => Gtid::Oracle,
        (_, _, true) => Gtid::MariaDb,
        _ => Gtid::None,
    }
}

/// Why these replicas cannot be put under a new master; `None` where they can, wholly or in part. A single replica needs
/// no moving.
pub fn unserved(contenders: &[Contender<'_>]) -> Option<String> {
    match kind_of_topology(contenders) {
        Gtid::BinlogServers => Some(
            "all replicas are binlog servers; a recovery below binlog servers is not supported: promote one of their replicas by hand"
                .to_owned(),
        ),
        Gtid::None if contenders.len() > 1 => Some(
            "the replicas replicate by file and position; only Pseudo-GTID could move them, and recovery by Pseudo-GTID is not supported: turn GTID on, or promote one replica by force and clone the others from it"
                .to_owned(),
        ),
        _ => None,
    }
}
