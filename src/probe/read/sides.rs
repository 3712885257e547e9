//! The side questions: semi-synchronous replication, uptime, replicas, group members.

use crate::model::InstanceKey;
use crate::model::instance::SemiSync;
use crate::model::observation::{GroupMember, GroupReading};
use crate::probe::wire::{ResultSet, Row};

fn is_named(row: Row<'_>, old: &str, new: &str) -> bool {
    row.bytes(0)
        .is_some_and(|name| name.eq_ignore_ascii_case(old.as_bytes()) || name.eq_ignore_ascii_case(new.as_bytes()))
}

/// Reads the semi-synchronous variables, by the old names or those of the plugins renamed in 8.0.26.
pub(super) fn read_semi_sync(set: &ResultSet, semi_sync: &mut SemiSync) {
    let (mut master, mut replica, mut count) = (false, false, None);
    for row in set.rows() {
        if is_named(row, "rpl_semi_sync_master_enabled", "rpl_semi_sync_source_enabled") {
            master = true;
            semi_sync.master_enabled = row.is_on(1);
        } else if is_named(row, "rpl_semi_sync_slave_enabled", "rpl_semi_sync_replica_enabled") {
            replica = true;
            semi_sync.replica_enabled = row.is_on(1);
        } else if is_named(row, "rpl_semi_sync_master_timeout", "rpl_semi_sync_source_timeout") {
            semi_sync.master_timeout_ms = row.number(1).unwrap_or(0);
        } else if is_named(
            row,
            "rpl_semi_sync_master_wait_for_slave_count",
            "rpl_semi_sync_source_wait_for_replica_count",
        ) {
            count = row.number(1);
        }
    }
    if master {
        // Without the variable, as on MariaDB and before MySQL 5.7, it is one.
        semi_sync.master_wait_count = count.unwrap_or(1);
    }
    semi_sync.available = master && replica;
}

/// Reads the semi-synchronous status; returns the uptime in seconds.
pub(super) fn read_status(set: &ResultSet, semi_sync: &mut SemiSync) -> u64 {
    let mut uptime = 0;
    for row in set.rows() {
        if is_named(row, "Uptime", "Uptime") {
            uptime = row.number(1).unwrap_or(0);
        } else if is_named(row, "Rpl_semi_sync_master_status", "Rpl_semi_sync_source_status") {
            semi_sync.master_status = row.is_on(1);
        } else if is_named(row, "Rpl_semi_sync_master_clients", "Rpl_semi_sync_source_clients") {
            semi_sync.master_clients = row.number(1).unwrap_or(0);
        } else if is_named(row, "Rpl_semi_sync_slave_status", "Rpl_semi_sync_replica_status") {
            semi_sync.replica_status = row.is_on(1);
        }
    }
    uptime
}

/// Replicas with the host and port that they announced; those that announced none are left out.
pub(super) fn read_replica_list(set: &ResultSet) -> Vec<InstanceKey> {
    let (Some(host), Some(port)) = (set.shape().find("Host"), set.shape().find("Port")) else {
        return Vec::new();
    };
    let keys = set
        .rows()
        .map(|row| InstanceKey::new(row.text(host), row.number(port).unwrap_or(0)));
    // One that announced no host is kept for its port.
    let mut keys: Vec<_> = keys.filter(|key| key.port > 0).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Peers of the dump threads, without their ports; where all threads are listed, those of the dump threads among them.
pub(super) fn read_dump_threads(set: &ResultSet) -> Vec<String> {
    let (host, command) = (set.shape().find("Host").unwrap_or(0), set.shape().find("Command"));
    let dumps = |row: &Row<'_>| command.is_none_or(|at| row.text(at).starts_with("Binlog Dump"));
    let hosts = set.rows().filter(dumps).filter_map(|row| row.value(host));
    let mut hosts: Vec<_> = hosts
        .map(|peer| match peer.rsplit_once(':') {
            Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host.to_owned(),
            _ => peer.into_owned(),
        })
        .filter(|host| !host.is_empty())
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Reads the members of the server's group; `None` when it has none, or one with several primaries, which is not
/// supported.
pub(super) fn read_group(set: &ResultSet) -> Option<GroupReading> {
    let first = set.first()?;
    let name = first.text(5);
    if name.is_empty() || !first.is_on(6) {
        return None;
    }
    let members = set.rows().map(|row| GroupMember {
        uuid: row.text(0).into_owned(),
        host: row.text(1).into_owned(),
        port: row.number(2).unwrap_or(0),
        state: row.text(3).into_owned(),
        role: row.text(4).into_owned(),
    });
    Some(GroupReading {
        name: name.into_owned(),
        single_primary: true,
        members: members.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_semi_sync() {
        for (master, replica, slave) in [("master", "slave", "slave"), ("source", "replica", "replica")] {
            let name = |text: &str| {
                text.replace("MASTER", master)
                    .replace("REPLICA", replica)
                    .replace("SLAVE", slave)
            };
            let names = [
                "rpl_semi_sync_MASTER_enabled",
                "rpl_semi_sync_REPLICA_enabled",
                "rpl_semi_sync_MASTER_timeout",
                "rpl_semi_sync_MASTER_wait_for_SLAVE_count",
            ]
            .map(name);
            let values = ["ON", "OFF", "500", "2"];
            let rows: Vec<Vec<Option<&str>>> = names
                .iter()
                .zip(values)
                .map(|(n, v)| vec![Some(n.as_str()), Some(v)])
                .collect();
            let rows: Vec<&[Option<&str>]> = rows.iter().map(Vec::as_slice).collect();
            let mut semi_sync = SemiSync::default();
            read_semi_sync(&ResultSet::of(&["Variable_name", "Value"], &rows), &mut semi_sync);
            assert!(semi_sync.available && semi_sync.master_enabled && !semi_sync.replica_enabled);
            assert_eq!((semi_sync.master_timeout_ms, semi_sync.master_wait_count), (500, 2));
            let without = ResultSet::of(&["Variable_name", "Value"], &rows[..3]);
            let mut of_mariadb = SemiSync::default();
            read_semi_sync(&without, &mut of_mariadb);
            assert_eq!(of_mariadb.master_wait_count, 1);
            let mut of_none = SemiSync::default();
            read_semi_sync(&ResultSet::of(&["Variable_name", "Value"], &[]), &mut of_none);
            assert_eq!(of_none.master_wait_count, 0);
        }
    }

    #[test]
    fn dump_threads_among_all_threads() {
        let rows = [
            ["4", "repl", "10.0.0.2:51234", "Binlog Dump"],
            ["5", "app", "10.0.0.3:51235", "Query"],
            ["6", "repl", "10.0.0.4:51236", "Binlog Dump GTID"],
            ["7", "system user", "", "Slave_IO"],
        ]
        .map(|row| row.map(Some));
        let rows: Vec<&[Option<&str>]> = rows.iter().map(<[_; 4]>::as_slice).collect();
        let set = |rows| ResultSet::of(&["Id", "User", "Host", "Command"], rows);
        assert_eq!(read_dump_threads(&set(&rows)), ["10.0.0.2", "10.0.0.4"]);
        assert!(read_dump_threads(&set(&rows[1..2])).is_empty());
    }

    #[test]
    fn peers_lose_their_ports() {
        let rows: Vec<[Option<&str>; 1]> = ["10.0.0.2:51234", "10.0.0.2:51235", "::1:51234", "localhost", ""]
            .map(|h| [Some(h)])
            .into();
        let rows: Vec<&[Option<&str>]> = rows.iter().map(<[_; 1]>::as_slice).collect();
        assert_eq!(
            read_dump_threads(&ResultSet::of(&["HOST"], &rows)),
            ["10.0.0.2", "::1", "localhost"]
        );
    }

    #[test]
    fn a_replica_without_a_host_is_known_by_its_port() {
        let set = ResultSet::of(
            &["Server_Id", "Host", "Port"],
            &[
                &[Some("2"), Some("r2"), Some("3307")],
                &[Some("3"), Some(""), Some("3306")],
                &[Some("4"), Some("r4"), Some("0")],
            ],
        );
        assert_eq!(
            read_replica_list(&set),
            [InstanceKey::new("", 3306), InstanceKey::new("r2", 3307)]
        );
    }

    #[test]
    fn groups() {
        let names = [
            "MEMBER_ID",
            "MEMBER_HOST",
            "MEMBER_PORT",
            "MEMBER_STATE",
            "MEMBER_ROLE",
            "name",
            "single",
        ];
        let row = [
            Some("u1"),
            Some("h1"),
            Some("3306"),
            Some("ONLINE"),
            Some("PRIMARY"),
            Some("g"),
            Some("1"),
        ];
        let group = read_group(&ResultSet::of(&names, &[&row])).unwrap();
        assert!(group.single_primary && group.members[0].role == "PRIMARY" && group.members[0].port == 3306);
        assert_eq!(read_group(&ResultSet::of(&names, &[])), None);
        let row = [
            Some("u1"),
            Some("h1"),
            Some("3306"),
            Some("ONLINE"),
            Some("PRIMARY"),
            Some("g"),
            Some("0"),
        ];
        assert_eq!(read_group(&ResultSet::of(&names, &[&row])), None);
    }
}
