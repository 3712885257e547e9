//! Compares texts with files under `tests/goldens/`, byte for byte. `UPDATE_GOLDENS=1` rewrites the files instead.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

/// Fails with both texts when the golden file `name` differs from `text`. The file ends with one line end more.
pub fn check(name: &str, text: &str) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "goldens", name].iter().collect();
    let found = format!("{text}\n");
    if std::env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1") {
        std::fs::write(&path, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}; UPDATE_GOLDENS=1 writes it"));
    assert!(
        expected == found,
        "{name} differs; UPDATE_GOLDENS=1 rewrites it\n--- expected\n{expected}\n--- found\n{found}"
    );
}

/// Fails when a line is longer than `width` characters.
pub fn check_width(text: &str, width: usize) {
    // The classic line stays whole whatever the width, so that it can be searched for.
    for line in text.lines().filter(|line| !line.contains(" (cluster ")) {
        assert!(line.chars().count() <= width, "longer than {width}: {line}");
        assert_eq!(line, line.trim_end(), "blanks at the end of: {line}");
    }
}
