//! Tables of ours. New ones go to the end; each change raises [`VERSION`](crate::inventory::VERSION).

use super::{REQUIRED, Table};

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
];
