//! The command: hands the arguments to the library and ends with the status it returns.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    ExitCode::from(orchestrator::commands::run(&args))
}
