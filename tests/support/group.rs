//! A replication group of real servers.
#![allow(dead_code)]

use crate::tool::SOON;
use crate::tool::sandbox::{REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use anyhow::Result;

const NAME: &str = "aaaaaaaa-0000-0000-0000-000000000002";

/// The first servers of a tree form a group, server 0 as its primary.
pub fn form(tree: &Sandbox, count: usize) -> Result<()> {
    let local = |server: usize| tree.port(server) + 2_000;
    let seeds: Vec<String> = (0..count)
        .map(|server| format!("127.0.0.1:{}", local(server)))
        .collect();
    for server in 0..count {
        tree.sql(
            server,
            &format!(
                "RESET BINARY LOGS AND GTIDS;
                 CHANGE REPLICATION SOURCE TO SOURCE_USER='{REPL_USER}', SOURCE_PASSWORD='{REPL_PASSWORD}'
                 FOR CHANNEL 'group_replication_recovery';
                 INSTALL PLUGIN group_replication SONAME 'group_replication.so';
                 SET GLOBAL group_replication_group_name='{NAME}';
                 SET GLOBAL group_replication_local_address='127.0.0.1:{}';
                 SET GLOBAL group_replication_group_seeds='{}';
                 SET GLOBAL group_replication_recovery_get_public_key=ON;
                 SET GLOBAL group_replication_bootstrap_group={};
                 START GROUP_REPLICATION;
                 SET GLOBAL group_replication_bootstrap_group=OFF",
                local(server),
                seeds.join(","),
                u8::from(server == 0),
            ),
        )?;
        wait_until(SOON, "it is online", || {
            let online =
                "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE='ONLINE'";
            tree.sql(0, online)
                .is_ok_and(|count| count.trim() == (server + 1).to_string())
        })?;
    }
    Ok(())
}

/// Has a server outside of the group replicate from a member; its own history is forgotten.
pub fn follow(tree: &Sandbox, server: usize, member: usize) -> Result<()> {
    tree.sql(
        server,
        &format!(
            "RESET BINARY LOGS AND GTIDS;
             CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={}, SOURCE_USER='{REPL_USER}',
             SOURCE_PASSWORD='{REPL_PASSWORD}', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1,
             SOURCE_CONNECT_RETRY=1; START REPLICA",
            tree.port(member)
        ),
    )
    .map(drop)
}
