use super::absorbing::{absorb_into, fault};
use super::*;
use crate::discovery::Absorbed;
use crate::model::Fleet;
use crate::model::instance::Group;
use crate::model::observation::{GroupMember, GroupReading};

fn member(n: u32, role: &str) -> GroupMember {
    GroupMember {
        uuid: uuid(n),
        host: format!("g{n}"),
        port: 3306,
        state: "ONLINE".to_owned(),
        role: role.to_owned(),
    }
}

fn group(n: u32, members: Vec<GroupMember>, fleet: &Fleet) -> Absorbed {
    let mut reading = reading(&format!("g{n}"), n, None);
    reading.group = Some(GroupReading {
        name: uuid(99),
        single_primary: true,
        members,
    });
    absorb_into(fleet, &answer(&format!("g{n}:3306"), reading), &Default::default())
}

#[test]
fn groups() {
    let mut fleet = Fleet::default();
    let all = vec![member(3, "SECONDARY"), member(1, "PRIMARY"), member(2, "SECONDARY")];
    let primary = group(1, all.clone(), &fleet);
    assert_eq!(primary.follow, keys(&["g2:3306", "g3:3306"]));
    let row = primary.instance.clone().unwrap();
    assert_eq!(
        (row.group.primary, row.group.members),
        (key("g1:3306"), keys(&["g2:3306", "g3:3306"]))
    );
    assert_eq!(row.gtid.ancestry_uuid, [uuid(1), uuid(99)].join(","));
    primary.apply(&mut fleet);

    let secondary = group(2, all, &fleet).instance.unwrap();
    assert!(secondary.is_group_secondary());
    assert_eq!(
        (secondary.cluster.name.as_str(), secondary.cluster.depth),
        ("g1:3306", 1)
    );
    assert_eq!(secondary.gtid.ancestry_uuid, [uuid(1), uuid(99), uuid(2)].join(","));

    let orphan = group(3, vec![member(3, "SECONDARY"), member(2, "SECONDARY")], &fleet)
        .instance
        .unwrap();
    assert_eq!(orphan.group.primary, key("g1:3306"), "the last one known");
    let stray = group(4, vec![member(1, "PRIMARY")], &fleet).instance.unwrap();
    assert_eq!(stray.group, Group::default(), "not among the members");

    let mut reading = reading("g5", 5, None);
    reading.group = Some(GroupReading {
        name: uuid(99),
        single_primary: false,
        members: vec![member(5, "PRIMARY")],
    });
    let multi = absorb_into(&fleet, &answer("g5:3306", reading), &Default::default());
    assert_eq!(
        (multi.instance.unwrap().group, multi.notices.len()),
        (Group::default(), 1)
    );
}

#[test]
fn a_question_that_failed_takes_nothing_away() {
    let mut fleet = Fleet::default();
    let mut full = reading("g1", 1, None);
    full.binlog.enabled = true;
    full.gtid_mode = "ON".to_owned();
    full.gtid_executed = uuid(1) + ":1-9";
    full.binlog.end = Coordinates::new("log.000009", 4);
    full.group = Some(GroupReading {
        name: uuid(99),
        single_primary: true,
        members: vec![member(1, "SECONDARY"), member(2, "PRIMARY")],
    });
    let rules = DiscoveryRules::default();
    absorb_into(&fleet, &answer("g1:3306", full.clone()), &rules).apply(&mut fleet);
    let before = fleet.get(&key("g1:3306")).unwrap().clone();
    assert!(before.is_group_secondary());

    full.binlog.end = Coordinates::default();
    full.group = None;
    (full.gtid_mode, full.gtid_executed, full.server.uuid) = Default::default();
    let mut partial = answer("g1:3306", full.clone());
    partial.faults = ["binary log status", "group replication members", "GTID settings"]
        .map(fault)
        .to_vec();
    assert_eq!(absorb_into(&fleet, &partial, &rules).instance.unwrap(), before);
    let row = absorb_into(&fleet, &answer("g1:3306", full), &rules).instance.unwrap();
    assert_eq!(
        (row.group, row.binlog.end),
        (Group::default(), Coordinates::default()),
        "but an answer counts"
    );
}
