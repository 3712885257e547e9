//! The map at the head of the library, held: who may import whom, which room alone knows which library, how long a file
//! may grow.
#![allow(clippy::unwrap_used)]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms it may import from.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    ("probe", &["model", "config"]),
    ("inventory", &["model", "config"]),
    ("discovery", &["model", "config", "probe", "inventory"]),
    ("analysis", &["model", "config"]),
    ("topology", &["model", "config", "analysis"]),
    (
        "recovery",
        &[
            "model",
            "config",
            "probe",
            "inventory",
            "discovery",
            "analysis",
            "topology",
        ],
    ),
    (
        "watch",
        &[
            "model",
            "config",
            "probe",
            "inventory",
            "discovery",
            "analysis",
            "topology",
            "recovery",
        ],
    ),
    ("report", &["model", "config", "args", "analysis", "topology"]),
    ("args", &["model", "config"]),
    (
        "commands",
        &[
            "model",
            "config",
            "probe",
            "inventory",
            "discovery",
            "analysis",
            "topology",
            "recovery",
            "watch",
            "report",
            "args",
        ],
    ),
];

/// A library, and the rooms that may name it.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("rusqlite", &["inventory"]),
    ("mysql", &["probe"]),
    ("mysql_common", &["probe"]),
    ("rustls", &["probe"]),
    ("webpki_roots", &["probe"]),
    ("clap", &["args", "commands"]),
    ("clap_complete", &["args"]),
    ("clap_mangen", &["args"]),
    ("comfy_table", &["report"]),
    ("indicatif", &["report"]),
];

const LONGEST: usize = 450;

struct Source {
    path: String,
    room: String,
    text: String,
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every file of the product, without comments and without the modules that only tests compile.
fn sources() -> Vec<Source> {
    let (root, mut files) = (source_root(), Vec::new());
    files_below(&root, &mut files);
    files.sort();
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|file| (relative(file), fs::read_to_string(file).unwrap()))
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| Source {
            room: path.split(['/', '.']).next().unwrap().to_owned(),
            text: product_of(&text),
            path,
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs") || path.ends_with("/laws.rs")
}

/// The text without comments and without `#[cfg(test)]` items at the left margin.
fn product_of(text: &str) -> String {
    let mut kept = String::new();
    let mut skipping = false;
    for line in text.lines() {
        if line == "#[cfg(test)]" {
            skipping = true;
        }
        if !skipping && !line.trim_start().starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
        if skipping && (line == "}" || (line.starts_with("mod ") && line.ends_with(';')) || line.starts_with("use ")) {
            skipping = false;
        }
    }
    kept
}

#[test]
fn every_room_is_on_the_map() {
    let named: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).chain(["lib", "main"]).collect();
    let found: BTreeSet<String> = sources().into_iter().map(|s| s.room).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), named);
    let map = fs::read_to_string(source_root().join("lib.rs")).unwrap();
    for (room, _) in ROOMS {
        assert!(
            map.contains(&format!("//! | [`{room}`] |")),
            "{room} is not in the table of rooms"
        );
    }
}

#[test]
fn imports_go_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let single = Regex::new(r"crate::([a-z_]+)").unwrap();
    let group = Regex::new(r"crate::\{([^;]*?)\}\s*;").unwrap();
    let word = Regex::new(r"(?:^|,)\s*([a-z_]+)").unwrap();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(may) = allowed.get(source.room.as_str()) else {
            continue; // the library's head and the program
        };
        let grouped = group.captures_iter(&source.text).flat_map(|c| {
            let inside = c.get(1).unwrap().as_str();
            word.captures_iter(inside)
                .map(|w| w.get(1).unwrap().as_str())
                .collect::<Vec<_>>()
        });
        let named = single.captures_iter(&source.text).map(|c| c.get(1).unwrap().as_str());
        for room in named.chain(grouped).collect::<BTreeSet<_>>() {
            if room != source.room && allowed.contains_key(room) && !may.contains(&room) {
                wrong.push(format!("{} imports {room}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "against the map:\n{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (library, rooms) in LIBRARIES {
        let named = Regex::new(&format!(r"(?m)(^|[^a-z_:])(::)?{library}(::|;| as )")).unwrap();
        for source in sources() {
            if !rooms.contains(&source.room.as_str()) && named.is_match(&source.text) {
                wrong.push(format!("{} names {library}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let (root, mut files) = (source_root(), Vec::new());
    files_below(&root, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        if is_test(&path) {
            continue;
        }
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > LONGEST {
            wrong.push(format!("{path}: {lines} lines, {LONGEST} allowed"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let mut wrong = Vec::new();
    let (root, mut files) = (source_root(), Vec::new());
    files_below(&root, &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        if !is_test(&file.to_string_lossy()) && !text.starts_with("//!") {
            wrong.push(file.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "without a head: {wrong:?}");
}

/// The scanner itself: what it must see, and what it must leave out.
#[test]
fn the_scanner_sees_imports_and_leaves_out_tests() {
    let text = "use crate::model::Key;\n// crate::probe\n#[cfg(test)]\nmod tests {\n    use crate::inventory::X;\n}\nfn f() {}\n#[cfg(test)]\nmod laws;\nuse crate::config;\n";
    assert_eq!(
        product_of(text),
        "use crate::model::Key;\nfn f() {}\nuse crate::config;\n"
    );
}
