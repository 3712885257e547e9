//! Standard output and standard error. A reader that went away is not an error.

use std::io::{ErrorKind, IsTerminal, Write};

/// Prints an answer; returns the exit status: 0, also when the reader has closed the pipe, or 1 when writing failed.
pub fn print(text: &str) -> u8 {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => 0,
        Err(failed) => {
            error(&format!("orchestrator: writing the answer: {failed}\n"));
            1
        }
    }
}

/// Prints a text for people on standard error.
pub fn error(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The terminal's width in columns; 200 where standard output is no terminal, `COLUMNS` before either.
pub fn width() -> u16 {
    let configured = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .filter(|w| *w >= 20);
    configured.unwrap_or_else(|| {
        let stdout = std::io::stdout();
        if stdout.is_terminal() { terminal_width() } else { 200 }
    })
}

fn terminal_width() -> u16 {
    // SAFETY: the structure is plain numbers, and the call fills it or fails without touching anything else.
    let (result, size) = unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        (libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size), size)
    };
    if result == 0 && size.ws_col >= 20 {
        size.ws_col
    } else {
        80
    }
}
