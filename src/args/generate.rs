//! Man pages and completions, made from the definition that parses.

use super::{Spec, modern};
use clap_complete::Shell;
use std::io;
use std::path::PathBuf;

/// Returns every generated file: path below the project's root, and content.
///
/// # Errors
/// Only what rendering into memory can give, which is nothing in practice.
pub fn all(specs: &[Spec]) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for (shell, name) in [
        (Shell::Bash, "orchestrator.bash"),
        (Shell::Zsh, "_orchestrator"),
        (Shell::Fish, "orchestrator.fish"),
    ] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut modern::definition(specs), modern::PROGRAM, &mut text);
        files.push((PathBuf::from("completions").join(name), text));
    }
    let root = modern::definition(specs).disable_version_flag(true);
    man(&root, modern::PROGRAM.to_owned(), &mut files)?;
    Ok(files)
}

fn man(command: &clap::Command, name: String, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    let mut text = Vec::new();
    let titled = command.clone().name(name.clone()).display_name(name.clone());
    clap_mangen::Man::new(titled).date("").render(&mut text)?;
    files.push((PathBuf::from("man").join(format!("{name}.1")), text));
    for below in command.get_subcommands() {
        man(below, format!("{name}-{}", below.get_name()), files)?;
    }
    Ok(())
}
