//! Man pages and completions are made from the definitions that parse, and are checked in; this keeps them in step.
//! `UPDATE_GENERATED=1 cargo test --test generated` writes them anew.

use orchestrator::args::generate;
use orchestrator::commands::specs;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn checked_in_pages_are_those_that_would_be_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_GENERATED").is_some();
    let files = generate::all(&specs()).expect("rendering into memory");
    let mut stale = Vec::new();
    for (path, content) in &files {
        if update {
            fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("creating the folder");
            fs::write(root.join(path), content).expect("writing");
        } else if fs::read(root.join(path)).ok().as_ref() != Some(content) {
            stale.push(path.clone());
        }
    }
    let wanted: BTreeSet<PathBuf> = files.into_iter().map(|(path, _)| path).collect();
    for folder in ["man", "completions"] {
        for entry in fs::read_dir(root.join(folder)).expect("the folder is checked in") {
            let path = PathBuf::from(folder).join(entry.expect("an entry").file_name());
            if !wanted.contains(&path) {
                if update {
                    fs::remove_file(root.join(&path)).expect("removing");
                } else {
                    stale.push(path);
                }
            }
        }
    }
    assert!(
        stale.is_empty(),
        "not as generated: {stale:?}; run with UPDATE_GENERATED=1"
    );
}
