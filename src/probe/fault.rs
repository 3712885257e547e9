//! What a failure means, by numbers and kinds, never by texts.

use super::dialect::literal;
use super::question::Question;
use super::wire::{ServerError, Stage, WireError};
use crate::model::Contact;
use crate::model::observation::ContactKind;

/// The known outcome that an error is.
pub(super) fn kind(error: &WireError) -> ContactKind {
    match error {
        WireError::Lookup(_) => ContactKind::UnknownHost,
        WireError::Refused(_) => ContactKind::Refused,
        WireError::Unreachable(_) => ContactKind::ConnectTimedOut,
        WireError::Silent(Stage::Handshake, _) => ContactKind::HungInHandshake,
        WireError::Silent(Stage::Query, _) => ContactKind::HungInQuery,
        WireError::Closed(..) => ContactKind::Reset,
        WireError::NotMySql(_) => ContactKind::NotMySql,
        WireError::Tls(_) => ContactKind::TlsFailed,
        WireError::Authentication(_) => ContactKind::AccessDenied,
        WireError::Malformed(_) => ContactKind::Unintelligible,
        WireError::NoMeans(_) => ContactKind::NoMeans,
        WireError::Server(Stage::Handshake, error) => handshake_kind(error),
        WireError::Server(Stage::Query, error) => query_kind(error),
    }
}

fn handshake_kind(error: &ServerError) -> ContactKind {
    match error.code {
        // Too many connections in all, for all users together, for this user.
        1040 | 1203 | 1226 => ContactKind::TooManyConnections,
        // Blocked after errors; not allowed from here.
        1129 | 1130 => ContactKind::HostBlocked,
        // Insecure transport refused.
        3159 => ContactKind::TlsFailed,
        // Wrong password, no proxy or anonymous user, plugin unknown or refused, account locked or its password expired.
        1044 | 1045 | 1251 | 1275 | 1524 | 1698 | 1862 | 3118 | 3955 | 4151 => ContactKind::AccessDenied,
        _ if error.ends_connection() => ContactKind::Reset,
        _ => ContactKind::ServerError,
    }
}

fn query_kind(error: &ServerError) -> ContactKind {
    match error.code {
        _ if error.ends_connection() => ContactKind::Reset,
        _ if is_missing_grant(error.code) => ContactKind::MissingGrant,
        // The password must be changed before anything else.
        1820 => ContactKind::AccessDenied,
        _ => ContactKind::ServerError,
    }
}

/// Whether the error is about a privilege: schema, table, column, routine, or global.
pub(super) fn is_missing_grant(code: u16) -> bool {
    matches!(code, 1044 | 1045 | 1142 | 1143 | 1227 | 1370)
}

/// Whether the server does not know the statement or something in it, so that another form may do.
pub(super) fn is_unknown(code: u16) -> bool {
    // Syntax, system variable, table, schema, information schema table.
    matches!(code, 1064 | 1193 | 1146 | 1049 | 1109)
}

/// The statement that gives the tool's user a privilege.
pub(super) fn grant(privilege: &str, object: &str, user: &str) -> String {
    format!("GRANT {privilege} ON {object} TO {}@'%'", literal(user))
}

/// The contact that an error makes; `doing` says what failed, `remedy` what would help.
pub(super) fn contact(error: &WireError, doing: Option<Question>, remedy: Option<&str>) -> Contact {
    let mut said = match doing {
        Some(question) if matches!(error, WireError::Server(..) | WireError::Silent(..)) => {
            format!("asking for {}: {error}", question.words())
        }
        _ => error.to_string(),
    };
    if let Some(remedy) = remedy {
        said.push_str("; ");
        said.push_str(remedy);
    }
    Contact::failed(kind(error), said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_failure_has_its_kind() {
        let text = String::new;
        let server = |stage, code| {
            WireError::Server(
                stage,
                ServerError {
                    code,
                    message: String::new(),
                },
            )
        };
        for (error, expected) in [
            (WireError::Lookup(text()), ContactKind::UnknownHost),
            (WireError::Refused(text()), ContactKind::Refused),
            (WireError::Unreachable(text()), ContactKind::ConnectTimedOut),
            (WireError::NoMeans(text()), ContactKind::NoMeans),
            (
                WireError::Silent(Stage::Handshake, Duration::ZERO),
                ContactKind::HungInHandshake,
            ),
            (
                WireError::Silent(Stage::Query, Duration::ZERO),
                ContactKind::HungInQuery,
            ),
            (WireError::Closed(Stage::Query, text()), ContactKind::Reset),
            (WireError::NotMySql(text()), ContactKind::NotMySql),
            (WireError::Tls(text()), ContactKind::TlsFailed),
            (WireError::Authentication(text()), ContactKind::AccessDenied),
            (WireError::Malformed(text()), ContactKind::Unintelligible),
            (server(Stage::Handshake, 1040), ContactKind::TooManyConnections),
            (server(Stage::Handshake, 1203), ContactKind::TooManyConnections),
            (server(Stage::Handshake, 1226), ContactKind::TooManyConnections),
            (server(Stage::Handshake, 1129), ContactKind::HostBlocked),
            (server(Stage::Handshake, 1130), ContactKind::HostBlocked),
            (server(Stage::Handshake, 3159), ContactKind::TlsFailed),
            (server(Stage::Handshake, 1045), ContactKind::AccessDenied),
            (server(Stage::Handshake, 1698), ContactKind::AccessDenied),
            (server(Stage::Handshake, 9999), ContactKind::ServerError),
            (server(Stage::Query, 1227), ContactKind::MissingGrant),
            (server(Stage::Query, 1142), ContactKind::MissingGrant),
            (server(Stage::Query, 1053), ContactKind::Reset),
            (server(Stage::Query, 1105), ContactKind::ServerError),
        ] {
            assert_eq!(kind(&error), expected, "{error:?}");
        }
    }
}
