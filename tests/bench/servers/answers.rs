//! What one server says: answers by the text of what is asked, worked out once.

#[path = "../../support/fake_server/protocol.rs"]
#[allow(dead_code, clippy::expect_used)]
pub mod protocol;

use super::TREE;
use crate::support::fake_server::{Answer, Role, Script, scripts, split_statements};
use protocol::PacketWriter;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

const VERSION: &str = "8.4.4";
/// Different texts whose answers are kept; beyond it all are worked out anew.
const KEPT: usize = 64;

/// An answer's bytes.
#[derive(Clone)]
pub struct Rendered {
    pub bytes: Arc<[u8]>,
    /// Whether the question was a probe's.
    pub is_probe: bool,
}

/// A server's script, made when it is first spoken to.
pub struct Answers {
    me: Identity,
    script: Option<Script>,
    kept: HashMap<Vec<u8>, Rendered>,
}

#[derive(Clone)]
struct Identity {
    at: usize,
    address: Ipv4Addr,
    port: u16,
    /// Number and port of the master; its own for a master.
    master: (usize, u16),
    /// Numbers and ports of the replicas.
    replicas: Vec<(usize, u16)>,
}

impl Answers {
    pub fn of(at: usize, address: Ipv4Addr, ports: &[u16]) -> Self {
        let top = at - at % TREE;
        let below = if at == top {
            top + 1..ports.len().min(top + TREE)
        } else {
            0..0
        };
        Self {
            me: Identity {
                at,
                address,
                port: ports[at],
                master: (top, ports[top]),
                replicas: below.map(|at| (at, ports[at])).collect(),
            },
            script: None,
            kept: HashMap::new(),
        }
    }

    /// The bytes of the answer to one text of statements.
    pub fn to(&mut self, text: &[u8]) -> Rendered {
        if let Some(known) = self.kept.get(text) {
            return known.clone();
        }
        let script = self.script.get_or_insert_with(|| self.me.script());
        let question = String::from_utf8_lossy(text);
        let rendered = Rendered {
            bytes: render(script, &question),
            is_probe: question.to_uppercase().contains("SHOW REPLICA STATUS"),
        };
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(text.to_owned(), rendered.clone());
        rendered
    }
}

/// The packets that greet a client.
pub fn greeting(connection: u32) -> Vec<u8> {
    let mut out = PacketWriter::new(0);
    let plugin = "mysql_native_password";
    out.packet(&protocol::greeting(
        VERSION,
        connection,
        protocol::caps::DEFAULT,
        0,
        plugin,
    ));
    out.take()
}

/// An OK packet of this number.
pub fn ok(number: u8) -> Vec<u8> {
    let mut out = PacketWriter::new(number);
    out.ok(false);
    out.take()
}

fn render(script: &mut Script, text: &str) -> Arc<[u8]> {
    let statements = split_statements(text);
    let mut out = PacketWriter::new(1);
    for (at, statement) in statements.iter().enumerate() {
        let more = at + 1 < statements.len();
        match script.resolve(statement) {
            Answer::Rows { columns, rows } => out.rows(&columns, &rows, more, false),
            Answer::Error {
                code,
                sqlstate,
                message,
            } => {
                out.error(code, &sqlstate, &message);
                break;
            }
            _ => out.ok(more),
        }
    }
    out.take().into()
}

impl Identity {
    fn script(&self) -> Script {
        let host = self.address.to_string();
        let (top, master_port) = self.master;
        let is_master = self.at == top;
        let role = if is_master {
            Role::Master
        } else {
            Role::ReplicaOf(host.clone(), master_port)
        };
        let mut script = scripts::mysql(VERSION, role)
            .variable("performance_schema", "1")
            .variable("port", &self.port.to_string())
            .variable("report_host", &host)
            .variable("report_port", &self.port.to_string())
            .variable("hostname", &format!("db{:05}", self.at))
            .status("Threads_connected", "100");
        scripts::set_server_id(&mut script, number(self.at));
        // Some 200 bytes, as of a fleet that has seen a few failovers.
        let executed: Vec<String> = (0..TREE)
            .map(|k| format!("{}:1-{}", uuid(top + k), 1_000_000 + k))
            .collect();
        let executed = executed.join(",\n");
        scripts::set_binary_log(&mut script, "binlog.000123", 456_789, &executed);
        let replicas: Vec<(u32, &str, u16)> = self
            .replicas
            .iter()
            .map(|(at, port)| (number(*at), host.as_str(), *port))
            .collect();
        scripts::set_replica_hosts(&mut script, &replicas);
        if !is_master {
            scripts::set_replication(
                &mut script,
                &[
                    ("Master_Host", &host),
                    ("Master_Port", &master_port.to_string()),
                    ("Master_UUID", &uuid(top)),
                    ("Master_Server_Id", &number(top).to_string()),
                    ("Master_Log_File", "binlog.000123"),
                    ("Relay_Master_Log_File", "binlog.000123"),
                    ("Read_Master_Log_Pos", "456789"),
                    ("Exec_Master_Log_Pos", "456789"),
                    ("Retrieved_Gtid_Set", &format!("{}:1-1000000", uuid(top))),
                    ("Executed_Gtid_Set", &executed),
                    ("Auto_Position", "1"),
                ],
            );
        }
        let dumps: Vec<Vec<Option<String>>> = self
            .replicas
            .iter()
            .map(|(at, _)| vec![Some(format!("{host}:{}", 40_000 + at % 20_000))])
            .collect();
        script.set_answer(
            "performance_schema.processlist",
            Answer::Rows {
                columns: vec!["HOST".to_owned()],
                rows: dumps,
            },
        );
        let (members, credentials) = (
            "performance_schema.replication_group_members",
            "mysql.slave_master_info",
        );
        script.set_answer(
            members,
            Answer::error(1193, "HY000", "Unknown system variable 'group_replication_group_name'"),
        );
        script.set_answer(credentials, Answer::row(&[("COUNT(*)", "1")]));
        script
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap() + 1
}

/// As the scripts of the fake servers make it of a server id.
fn uuid(at: usize) -> String {
    format!("00000000-0000-0000-0000-{:012}", number(at))
}
