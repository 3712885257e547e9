//! Tables of ours. New ones go to the end; each change raises [`VERSION`](crate::inventory::VERSION).

use super::{NULLABLE, REQUIRED, Table};

pub(super) const TABLES: &[Table] = &[
    // What came of the last probe of an instance, where it was not a full success.
    Table {
        name: "orc_probe_outcome",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("at", "timestamp", "''"),
            ("contact", "text", "''"),
            ("said", "text", "''"),
            ("faults", "text", "''"),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[],
    },
    // Instances that an operator removed and that must not come back before a moment.
    Table {
        name: "orc_forgotten",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("forgotten_at", "timestamp", "''"),
            ("until", "timestamp", "''"),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[],
    },
    // Who changes a cluster at the moment; nobody else does so meanwhile.
    Table {
        name: "orc_lease",
        columns: &[
            ("cluster_name", "varchar(128)", REQUIRED),
            ("uid", "varchar(128)", "''"),
            ("node_hostname", "varchar(128)", "''"),
            ("node_token", "varchar(128)", "''"),
            ("process", "text", "''"),
            ("taken", "timestamp", "''"),
            ("heartbeat_ms", "bigint", "0"),
        ],
        primary_key: &["cluster_name"],
        unique: &[],
        indexes: &[("uid_idx_orc_lease", &["uid"])],
    },
    // What a recovery set out to do. It is open until it was carried to its end or taken back.
    Table {
        name: "orc_plan",
        columns: &[
            ("uid", "varchar(128)", REQUIRED),
            ("cluster_name", "varchar(128)", "''"),
            ("hostname", "varchar(128)", "''"),
            ("port", "smallint", "0"),
            ("successor_hostname", "varchar(128)", "''"),
            ("successor_port", "smallint", "0"),
            ("plan", "text", "''"),
            ("opened", "timestamp", "''"),
            ("closed", "timestamp", "''"),
            ("outcome", "text", "''"),
        ],
        primary_key: &["uid"],
        unique: &[],
        indexes: &[("closed_idx_orc_plan", &["closed"])],
    },
    // How far each step of a plan has come.
    Table {
        name: "orc_journal",
        columns: &[
            ("uid", "varchar(128)", REQUIRED),
            ("number", "int", REQUIRED),
            ("progress", "varchar(16)", "''"),
            ("begun_ms", "bigint", NULLABLE),
            ("ended_ms", "bigint", NULLABLE),
            ("said", "text", "''"),
        ],
        primary_key: &["uid", "number"],
        unique: &[],
        indexes: &[],
    },
    // Old masters to be made read-only wherever they are first seen.
    Table {
        name: "orc_fence",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("uid", "varchar(128)", "''"),
            ("cluster_name", "varchar(128)", "''"),
            ("wanted_since", "timestamp", "''"),
            ("identity", "varchar(64)", "''"),
            ("state", "varchar(16)", "''"),
            ("changed", "timestamp", "''"),
            ("said", "text", "''"),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[],
    },
    // What was last decided about each failed instance, and which gates hold it.
    Table {
        name: "orc_decision",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("analysis", "varchar(128)", "''"),
            ("cluster_name", "varchar(128)", "''"),
            ("decision", "varchar(32)", "''"),
            ("held_by", "text", "''"),
            ("since", "timestamp", "''"),
            ("last", "timestamp", "''"),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[],
    },
    // What each replica lacked before a recovery, and what was lost after it.
    Table {
        name: "orc_loss",
        columns: &[
            ("uid", "varchar(128)", REQUIRED),
            ("losses", "text", "''"),
            ("ledger", "text", "''"),
            ("recorded", "timestamp", "''"),
        ],
        primary_key: &["uid"],
        unique: &[],
        indexes: &[],
    },
];
