//! A disk that can be filled: a small tmpfs, for which it takes root.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// A small tmpfs that goes away with its test.
pub struct SmallDisk {
    /// Where it is mounted.
    pub at: PathBuf,
}

impl SmallDisk {
    /// Mounts one here. Where that is not allowed there is none, and that is said; with `CI` set it is a failure.
    pub fn mount(at: PathBuf) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=24m", "none"]).arg(&at);
        let mounted = mount.output();
        if mounted.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self { at });
        }
        assert!(
            std::env::var_os("CI").is_none(),
            "mounting a tmpfs needs root: {mounted:?}"
        );
        // Past the capture of the test harness: whoever runs the tests is to see it.
        drop(writeln!(std::io::stderr(), "skipped: mounting a tmpfs needs root"));
        None
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut file = File::create(self.at.join("filler")).unwrap();
        let some = [b'x'; 4096];
        while file.write_all(&some).is_ok() {}
    }

    /// Makes room again.
    pub fn free(&self) {
        fs::remove_file(self.at.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}
