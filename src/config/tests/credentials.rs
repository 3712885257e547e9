//! Credentials files, and environment variables in passwords.

use super::*;

/// A credentials file, the user and password it gives, and what a warning about it says.
const FILES: &[(&str, (&str, &str), &str)] = &[
    ("[client]\nuser=orc\npassword=pw\n", ("orc", "pw"), ""),
    ("[client]\nuser = orc \n  password =  p w  \n", ("orc", "p w"), ""),
    ("\u{feff}[Client]\r\nUser=orc\r\nPASSWORD=pw\r\n", ("orc", "pw"), ""),
    (
        "# a\n; b\n[client] # c\n#user=x\nuser=orc\n;user=y\npassword=pw",
        ("orc", "pw"),
        "",
    ),
    ("[client]\nuser=orc\npassword=\"p w#1\"\n", ("orc", "p w#1"), ""),
    (
        "[client]\nuser=orc\npassword=\"a\\\\b\\\"c;d\" ; comment\n",
        ("orc", "a\\b\"c;d"),
        "",
    ),
    ("[client]\nuser=orc\npassword=\"a\\nb\"\n", ("orc", "a\\nb"), ""),
    (
        "[client]\nuser=orc\npassword=pw#1\n",
        ("orc", "pw"),
        "line 3: password is cut at # or ;",
    ),
    (
        "[client]\nuser=orc\npassword=pw;1\n",
        ("orc", "pw"),
        "line 3: password is cut at # or ;",
    ),
    (
        "[client]\nuser=orc\npassword=#1\n",
        ("orc", ""),
        "line 3: password is cut at # or ;",
    ),
    (
        "[client]\nuser=orc # the tool's\npassword=pw ; old\n",
        ("orc", "pw"),
        "",
    ),
    (
        "[client]\nuser=orc\npassword='pw'\n",
        ("orc", "'pw'"),
        "line 3: password keeps its single quotes",
    ),
    ("[client]\nuser=orc\npassword=a\"b\\c\n", ("orc", "a\"b\\c"), ""),
    ("[client]\nuser=orc\npassword\n", ("orc", ""), ""),
    ("[client]\nuser=orc\npassword=\n", ("orc", ""), ""),
    ("[client]\nuser=orc\n", ("orc", ""), ""),
    (
        "[client]\npassword=pw\n",
        ("", "pw"),
        "has no user in its [client] section",
    ),
    ("", ("", ""), "has no user in its [client] section"),
    (
        "[mysqld]\nuser=x\nskip-name-resolve\n[client]\nhost=h\nport=1\nuser=orc\npassword=pw\n[mysql]\nuser=y\n",
        ("orc", "pw"),
        "",
    ),
    ("[client]\nuser=a\nuser=orc\npassword=pw\n", ("orc", "pw"), ""),
    (
        "!includedir /etc/mysql/conf.d\n[client]\nuser=orc\npassword=pw\n",
        ("orc", "pw"),
        "line 1: includes are not followed",
    ),
    ("[client]\nuser=orc\npassword=a${PW}z\n", ("orc", "asecretz"), ""),
];

fn scratch(credentials: &str) -> Scratch {
    let main = r#"{"SQLite3DataFile": "a", "MySQLTopologyUser": "json", "MySQLTopologyPassword": "json",
        "MySQLTopologyCredentialsConfigFile": "orc.cnf"}"#;
    Scratch::new()
        .with("c.json", main)
        .with("orc.cnf", credentials)
        .variable("PW", "secret")
}

#[test]
fn credentials_files() {
    for (content, (user, password), warning) in FILES {
        let loaded = scratch(content)
            .load(Some("c.json"))
            .unwrap_or_else(|error| panic!("{content:?}: {error}"));
        let config = &loaded.config;
        let found = (
            config.mysql_topology_user.as_str(),
            config.mysql_topology_password.as_str(),
        );
        assert_eq!(found, (*user, *password), "{content:?}");
        let warnings = said(&loaded, Level::Warning);
        assert_eq!(warnings.is_empty(), warning.is_empty(), "{content:?}: {warnings}");
        assert!(warnings.contains(warning), "{content:?}: {warnings}");
        assert_eq!(
            config.source(Key::MySQLTopologyUser),
            Source::Derived("from orc.cnf".to_string())
        );
    }
}

#[test]
fn credentials_files_that_cannot_be_read() {
    for (content, expected) in [
        ("user=orc\n", "orc.cnf, line 1: a key stands before any section"),
        (
            "[client\nuser=orc\n",
            "orc.cnf, line 1: the section's name has no closing bracket",
        ),
        (
            "[client]\n\npassword=\"a\n",
            "orc.cnf, line 3: the double quote is not closed",
        ),
        (
            "[client]\npassword=\"a\"b\n",
            "orc.cnf, line 2: there is text after the closing double quote",
        ),
        (
            "[client]\npassword=${ABSENT}\n",
            "needs the environment variable \"ABSENT\"",
        ),
    ] {
        let error = scratch(content).load(Some("c.json")).unwrap_err().to_string();
        assert!(error.contains(expected), "{content:?}: {error}");
        assert!(error.contains("MySQLTopology"), "the key is named: {error}");
    }
    let error = error_of(r#""MySQLTopologyCredentialsConfigFile": "absent.cnf""#);
    assert!(
        error.contains("MySQLTopologyCredentialsConfigFile: reading absent.cnf: "),
        "{error}"
    );
}

/// There is no MySQL inventory, so nothing that only concerns one stands in the way.
#[test]
fn credentials_of_a_mysql_inventory_are_not_needed() {
    let loaded = load_members(
        r#""MySQLOrchestratorCredentialsConfigFile": "absent.cnf", "MySQLOrchestratorPassword": "${ABSENT}""#,
    )
    .unwrap();
    assert!(said(&loaded, Level::Warning).contains("MySQLOrchestratorPassword needs the environment variable"));
}

#[test]
fn variables_are_expanded_in_place() {
    for (password, expected) in [
        ("plain", Ok("plain")),
        ("${PW}", Ok("secret")),
        ("x${PW}y", Ok("xsecrety")),
        ("${PW}${EMPTY}${PW}", Ok("secretsecret")),
        ("${EMPTY}", Ok("")),
        ("${NESTED}", Ok("${PW}")),
        ("$PW", Ok("$PW")),
        ("a$${PW}", Ok("a$secret")),
        ("a${PW", Ok("a${PW")),
        ("${}", Err("\"\"")),
        ("a${ABSENT}b", Err("\"ABSENT\"")),
    ] {
        let scratch = Scratch::new()
            .with(
                "c.json",
                format!("{{\"SQLite3DataFile\": \"a\",\n\"MySQLTopologyPassword\": \"{password}\"}}"),
            )
            .variable("PW", "secret")
            .variable("EMPTY", "")
            .variable("NESTED", "${PW}");
        match (scratch.load(Some("c.json")), expected) {
            (Ok(loaded), Ok(expected)) => {
                assert_eq!(loaded.config.mysql_topology_password, expected)
            }
            (Err(error), Err(name)) => {
                let text = error.to_string();
                let wanted = format!("c.json, line 2: MySQLTopologyPassword needs the environment variable {name}");
                assert!(text.contains(&wanted), "{text}");
            }
            (found, _) => panic!("{password}: {found:?}"),
        }
    }
}

#[test]
fn other_keys_are_not_expanded() {
    let config = config_of(r#""MySQLTopologyUser": "${PW}", "AuditLogFile": "${PW}""#);
    assert_eq!(
        (config.mysql_topology_user.as_str(), config.audit_log_file.as_str()),
        ("${PW}", "${PW}")
    );
}
