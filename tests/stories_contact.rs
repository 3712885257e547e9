//! Servers that do not let us in: what is said, and that nothing is made up.

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpListener;
use tool::sandbox::{Flavour, Sandbox};
use tool::{Output, Tool, contains, on_each, same};

/// The user may log in and nothing else. Granting what each answer asks for ends with a whole answer.
#[test]
fn story_grants_missing() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        tree.sql(1, "SET sql_log_bin=0; CREATE USER blind@'%' IDENTIFIED BY 'blind-pw'")?;
        let blind = json!({"MySQLTopologyUser": "blind", "MySQLTopologyPassword": "blind-pw"});
        let tool = Tool::new(&tree, blind)?;

        let needed = if flavour.is_mariadb() {
            "SLAVE MONITOR"
        } else {
            "REPLICATION CLIENT"
        };
        let refused = tool.run(&["discover", "#1", "--no-crawl"])?;
        same("exit status", refused.code, 1)?;
        contains(&refused.stdout, "#1  failed  a grant is missing: ")?;
        let statement = format!("GRANT {needed} ON *.* TO 'blind'@'%'");
        contains(&refused.stdout, &statement)?;
        same("nothing is known", tool.said(&["all-instances"])?, String::new())?;

        tree.sql(1, &format!("SET sql_log_bin=0; {statement}"))?;
        for _ in 0..10 {
            let output = tool.run(&["discover", "#1", "--no-crawl"])?;
            same(
                "found",
                (output.code, output.stdout.contains("1 found, 0 failed")),
                (0, true),
            )?;
            let wanted = grants_wanted(&output);
            if wanted.is_empty() {
                ensure!(output.stderr.is_empty(), "no statement helps: {}", output.stderr);
                return Ok(());
            }
            for statement in wanted {
                tree.sql(1, &format!("SET sql_log_bin=0; {statement}"))?;
            }
        }
        anyhow::bail!("never content: {:#?}", tool.run(&["discover", "#1", "--no-crawl"])?)
    });
}

/// The statements in parentheses at the ends of lines.
fn grants_wanted(output: &Output) -> Vec<String> {
    let statement = |line: &str| {
        let (_, statement) = line.strip_suffix(')')?.rsplit_once("(GRANT ")?;
        Some(format!("GRANT {statement}"))
    };
    output.stderr.lines().filter_map(statement).collect()
}

#[test]
fn story_password_wrong() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0").start()?;
        let tool = Tool::new(&tree, json!({"MySQLTopologyPassword": "not-the-password"}))?;
        let runs: [&[&str]; 3] = [
            &["discover", "#0"],
            &["--debug", "discover", "#0"],
            &["-c", "discover", "-i", "#0"],
        ];
        for arguments in runs {
            let output = tool.run(arguments)?;
            let text = format!("{}{}", output.stdout, output.stderr);
            same("exit status", output.code, 1)?;
            contains(
                &text,
                "access denied: error 1045: Access denied for user 'orc'@'127.0.0.1'",
            )?;
            ensure!(!text.contains("not-the-password"), "the password is shown: {text}");
        }
        let summary = tool.run(&["discover", "#0"])?.stdout;
        contains(&summary, "hint: check MySQLTopologyUser and MySQLTopologyPassword")?;
        same("nothing is known", tool.said(&["all-instances"])?, String::new())
    });
}

/// Ports at which something else listens, or nothing.
#[test]
fn story_not_a_server() {
    on_each(&[Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;

        let web = listener(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
        let mute = listener(b"")?;
        let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        for (address, words, hint) in [
            (&web, "not a MySQL server", "hint: check the port\n"),
            (
                &mute,
                "accepts connections but does not speak",
                "hint: the process may be paused",
            ),
            (&closed, "connection refused", "hint: check that the server runs"),
        ] {
            let output = tool.run(&["discover", address])?;
            same("exit status", output.code, 1)?;
            contains(&output.stdout, &format!("{address}  failed  {words}: "))?;
            contains(&output.stdout, "0 found, 1 failed\n")?;
            contains(&output.stdout, hint)?;
            let classic = tool.run(&["-c", "discover", "-i", address])?;
            same("classic", (classic.code, classic.stdout.as_str()), (1, ""))?;
            contains(&classic.stderr, &format!("discovering {address}: {words}"))?;
            same("known", tool.said(&["all-instances"])?, "#0\n".to_owned())?;
        }
        same("judged", tool.verdicts()?, Vec::new())
    });
}

/// Greets everybody who connects to a port of its own, and then keeps still for as long as the test runs.
fn listener(greeting: &'static [u8]) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut stream in listener.incoming().flatten() {
            // Whoever connected may be gone again.
            drop(stream.write_all(greeting));
            open.push(stream);
        }
    });
    Ok(address)
}

#[test]
fn story_tls() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let file = |name: &str| -> Result<Value> { Ok(json!(tree.data_dir(0)?.join(name))) };
        let ask = |extra: Value| Tool::new(&tree, extra)?.run(&["discover", "#0", "--no-crawl"]);
        let ca = file("ca.pem")?;
        // A certificate that signed nothing.
        let other = file("client-cert.pem")?;
        let key = file("client-key.pem")?;

        // The user is let in with TLS only, so who gets in has spoken it.
        tree.sql(0, "SET sql_log_bin=0; ALTER USER orc@'%' REQUIRE SSL")?;
        found(&ask(
            json!({"MySQLTopologyUseMutualTLS": true, "MySQLTopologySSLCAFile": ca}),
        )?)?;
        found(&ask(json!({"MySQLTopologySSLCAFile": ca}))?)?;
        found(&ask(json!({"MySQLTopologySSLSkipVerify": true}))?)?;
        let plain = ask(json!({"MySQLTopologyUseMixedTLS": false}))?;
        failed(&plain, "access denied: error 1045")?;
        let wrong = json!({"MySQLTopologyUseMutualTLS": true, "MySQLTopologySSLCAFile": other});
        failed(&ask(wrong)?, "TLS failed: TLS handshake: invalid peer certificate")?;

        // A certificate of our own is asked for, and shown.
        tree.sql(0, "SET sql_log_bin=0; ALTER USER orc@'%' REQUIRE X509")?;
        let anonymous = json!({"MySQLTopologyUseMutualTLS": true, "MySQLTopologySSLCAFile": ca});
        failed(&ask(anonymous)?, "access denied: error 1045")?;
        found(&ask(json!({
            "MySQLTopologyUseMutualTLS": true,
            "MySQLTopologySSLCAFile": ca,
            "MySQLTopologySSLCertFile": other,
            "MySQLTopologySSLPrivateKeyFile": key,
        }))?)?;

        // The server wants it of everybody: told so, the mixed form turns to TLS.
        tree.sql(
            0,
            "SET sql_log_bin=0; ALTER USER orc@'%' REQUIRE NONE; SET GLOBAL require_secure_transport=ON",
        )?;
        found(&ask(json!({"MySQLTopologySSLCAFile": ca}))?)?;
        found(&ask(json!({"MySQLTopologySSLSkipVerify": true}))?)?;
        failed(
            &ask(json!({"MySQLTopologyUseMixedTLS": false}))?,
            "TLS failed: error 3159",
        )
    });
}

#[test]
fn story_tls_not_offered() {
    on_each(&[Flavour::MariaDb, Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0").start()?;
        let secure = json!({"MySQLTopologyUseMutualTLS": true, "MySQLTopologySSLSkipVerify": true});
        let output = Tool::new(&tree, secure)?.run(&["discover", "#0"])?;
        failed(&output, "TLS failed: the server offers no TLS")
    });
}

fn found(output: &Output) -> Result<()> {
    ensure!(
        output.code == 0 && output.stderr.is_empty() && output.stdout.contains("1 found, 0 failed"),
        "not found: {output:#?}"
    );
    Ok(())
}

fn failed(output: &Output, words: &str) -> Result<()> {
    same("exit status", output.code, 1)?;
    contains(&output.stdout, &format!("#0  failed  {words}"))?;
    contains(&output.stdout, "hint: ")
}
