//! What filters match.

use super::*;

fn texts(entries: &[&str]) -> Vec<String> {
    entries.iter().map(|entry| (*entry).to_string()).collect()
}

#[test]
fn host_filters() {
    for (entries, host, port, expected) in [
        (&[][..], "db1", 3306, false),
        (&["10.0.0.1"], "10.0.0.1", 3306, true),
        (&["10.0.0.1"], "10.0.0.11", 3306, false),
        (&["10.0.0"], "10.0.0.11", 3306, true),
        (&["::1"], "::1", 3306, true),
        (&["db"], "mydb1", 3306, true),
        (&["^db1:3306$"], "db1", 3306, true),
        (&["^db1:3306$"], "db1", 3307, false),
        (&["3307"], "db1", 3307, true),
        (&["x", "db"], "db1", 3306, true),
        (&["(", "db"], "db1", 3306, true),
        (&["("], "(", 3306, false),
        (&[""], "db1", 3306, true),
        (&["DB"], "db1", 3306, false),
    ] {
        assert_eq!(
            HostFilters::new(&texts(entries)).matches(host, port),
            expected,
            "{entries:?} on {host}:{port}"
        );
    }
}

#[test]
fn name_filters() {
    for (entries, name, expected) in [
        (&[][..], "db1", false),
        (&["b1"], "db1", true),
        (&["3306"], "db1", false),
        (&["^db1$"], "db1", true),
        (&["10.0.0.1"], "10.0.0.11", true),
        (&["["], "[", false),
    ] {
        assert_eq!(
            NameFilters::new(&texts(entries)).matches(name),
            expected,
            "{entries:?} on {name}"
        );
    }
}

#[test]
fn cluster_filters() {
    for (entries, name, alias, expected) in [
        (&[][..], "db1:3306", "prod", None),
        (&["db1:3306"], "db1:3306", "prod", Some("db1:3306")),
        (&["prod"], "db1:3306", "prod", Some("prod")),
        (&["pro"], "db1:3306", "prod", None),
        (&["alias=prod"], "db1:3306", "prod", Some("alias=prod")),
        (&["alias=pro"], "db1:3306", "prod", None),
        (&["alias=prod"], "prod", "", None),
        (&["alias~=^pr"], "db1:3306", "prod", Some("alias~=^pr")),
        (&["alias~=ro"], "db1:3306", "prod", Some("alias~=ro")),
        (&["alias~=("], "db1:3306", "prod", None),
        (&["*"], "db1:3306", "", Some("*")),
        (&[".*"], "db1:3306", "", Some(".*")),
        (&["b1"], "db1:3306", "prod", Some("b1")),
        (&["("], "db1:3306", "prod", None),
        (&["("], "(", "prod", Some("(")),
        (&[""], "db1:3306", "", None),
        (&["x", "alias=prod", "*"], "db1:3306", "prod", Some("alias=prod")),
    ] {
        let filters = ClusterFilters::new(&texts(entries));
        assert_eq!(
            filters.first_match(name, alias),
            expected,
            "{entries:?} on {name}, {alias}"
        );
        assert_eq!(filters.matches(name, alias), expected.is_some());
    }
}

#[test]
fn aliases_go_by_the_first_expression_that_matches() {
    let config = config_of(r#""ClusterNameToAlias": {"^z": "zed", "(": "bad", "b1": "one", "db": "all"}"#);
    let aliases = Policy::from(&config).cluster_aliases;
    for (name, expected) in [
        ("db1:3306", Some("one")),
        ("db2:3306", Some("all")),
        ("zdb1", Some("zed")),
        ("x", None),
    ] {
        assert_eq!(aliases.alias_of(name), expected, "{name}");
    }
}

#[test]
fn patterns_give_their_first_group() {
    for (source, host, expected) in [
        (r"\.([a-z]+)\.example", "db1.nyc.example", Some("nyc")),
        (r"\.([a-z]+)\.example", "db1", None),
        ("nyc", "nyc", None),
        ("(", "(", None),
        ("^(x)?db", "db1", None),
    ] {
        assert_eq!(Pattern::new(source).first_group(host), expected, "{source} on {host}");
    }
}

#[test]
fn queries_are_stripped() {
    for (query, expected) in [
        ("select 1", "select 1"),
        (" select 1 ; ;\n", "select 1"),
        (";", ""),
        ("", ""),
    ] {
        assert_eq!(strip_query(query), expected);
    }
}
