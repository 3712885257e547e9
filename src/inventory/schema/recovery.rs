//! Detections, recoveries and what led to them.

use super::{NULLABLE, REQUIRED, ROW_NUMBER, Table};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "database_instance_last_analysis",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("analysis_timestamp", "timestamp", "''"),
            ("analysis", "varchar(128)", "''"),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[(
            "analysis_timestamp_idx_database_instance_last_analysis",
            &["analysis_timestamp"],
        )],
    },
    Table {
        name: "database_instance_analysis_changelog",
        columns: &[
            ("changelog_id", ROW_NUMBER, REQUIRED),
            ("hostname", "varchar(128)", "''"),
            ("port", "smallint", "0"),
            ("analysis_timestamp", "timestamp", "''"),
            ("analysis", "varchar(128)", "''"),
        ],
        primary_key: &["changelog_id"],
        unique: &[],
        indexes: &[
            (
                "analysis_timestamp_idx_database_instance_analysis_changelog",
                &["analysis_timestamp"],
            ),
            (
                "instance_timestamp_idx_database_instance_analysis_changelog",
                &["hostname", "port", "analysis_timestamp"],
            ),
        ],
    },
    Table {
        name: "topology_failure_detection",
        columns: &[
            ("detection_id", ROW_NUMBER, REQUIRED),
            ("hostname", "varchar(128)", "''"),
            ("port", "smallint", "0"),
            ("in_active_period", "tinyint", "0"),
            ("start_active_period", "timestamp", "''"),
            ("end_active_period_unixtime", "int", "0"),
            ("processing_node_hostname", "varchar(128)", "''"),
            ("processcing_node_token", "varchar(128)", "''"),
            ("analysis", "varchar(128)", "''"),
            ("cluster_name", "varchar(128)", "''"),
            ("cluster_alias", "varchar(128)", "''"),
            ("count_affected_slaves", "int", "0"),
            ("slave_hosts", "text", "''"),
            ("is_actionable", "tinyint", "0"),
        ],
        primary_key: &["detection_id"],
        unique: &[(
            "host_port_active_recoverable_uidx_topology_failure_detection",
            &[
                "hostname",
                "port",
                "in_active_period",
                "end_active_period_unixtime",
                "is_actionable",
            ],
        )],
        indexes: &[(
            "in_active_start_period_idx_topology_failure_detection",
            &["in_active_period", "start_active_period"],
        )],
    },
    Table {
        name: "topology_recovery",
        columns: &[
            ("recovery_id", ROW_NUMBER, REQUIRED),
            ("hostname", "varchar(128)", "''"),
            ("port", "smallint", "0"),
            ("in_active_period", "tinyint", "0"),
            ("start_active_period", "timestamp", "''"),
            ("end_active_period_unixtime", "int", NULLABLE),
            ("end_recovery", "timestamp", NULLABLE),
            ("processing_node_hostname", "varchar(128)", "''"),
            ("processcing_node_token", "varchar(128)", "''"),
            ("successor_hostname", "varchar(128)", NULLABLE),
            ("successor_port", "smallint", NULLABLE),
            ("analysis", "varchar(128)", "''"),
            ("cluster_name", "varchar(128)", "''"),
            ("cluster_alias", "varchar(128)", "''"),
            ("count_affected_slaves", "int", "0"),
            ("slave_hosts", "text", "''"),
            ("is_successful", "tinyint", "0"),
            ("acknowledged", "tinyint", "0"),
            ("acknowledged_by", "varchar(128)", "''"),
            ("acknowledge_comment", "text", "''"),
            ("participating_instances", "text", "''"),
            ("lost_slaves", "text", "''"),
            ("all_errors", "text", "''"),
            ("acknowledged_at", "timestamp", NULLABLE),
            ("last_detection_id", "bigint", "0"),
            ("successor_alias", "varchar(128)", NULLABLE),
            ("uid", "varchar(128)", "''"),
        ],
        primary_key: &["recovery_id"],
        unique: &[(
            "hostname_port_active_period_uidx_topology_recovery",
            &["hostname", "port", "in_active_period", "end_active_period_unixtime"],
        )],
        indexes: &[
            (
                "in_active_start_period_idx_topology_recovery",
                &["in_active_period", "start_active_period"],
            ),
            ("start_active_period_idx_topology_recovery", &["start_active_period"]),
            (
                "cluster_name_in_active_idx_topology_recovery",
                &["cluster_name", "in_active_period"],
            ),
            ("end_recovery_idx_topology_recovery", &["end_recovery"]),
            (
                "acknowledged_idx_topology_recovery",
                &["acknowledged", "acknowledged_at"],
            ),
            ("last_detection_idx_topology_recovery", &["last_detection_id"]),
            ("uid_idx_topology_recovery", &["uid"]),
        ],
    },
    Table {
        name: "topology_recovery_steps",
        columns: &[
            ("recovery_step_id", ROW_NUMBER, REQUIRED),
            ("recovery_uid", "varchar(128)", "''"),
            ("audit_at", "timestamp", "''"),
            ("message", "text", "''"),
        ],
        primary_key: &["recovery_step_id"],
        unique: &[],
        indexes: &[("recovery_uid_idx_topology_recovery_steps", &["recovery_uid"])],
    },
    Table {
        name: "blocked_topology_recovery",
        columns: &[
            ("hostname", "varchar(128)", REQUIRED),
            ("port", "smallint", REQUIRED),
            ("cluster_name", "varchar(128)", "''"),
            ("analysis", "varchar(128)", "''"),
            ("last_blocked_timestamp", "timestamp", "''"),
            ("blocking_recovery_id", "bigint", NULLABLE),
        ],
        primary_key: &["hostname", "port"],
        unique: &[],
        indexes: &[
            (
                "cluster_blocked_idx_blocked_topology_recovery",
                &["cluster_name", "last_blocked_timestamp"],
            ),
            (
                "last_blocked_idx_blocked_topology_recovery",
                &["last_blocked_timestamp"],
            ),
        ],
    },
    Table {
        name: "global_recovery_disable",
        columns: &[("disable_recovery", "tinyint", REQUIRED)],
        primary_key: &["disable_recovery"],
        unique: &[],
        indexes: &[],
    },
];
