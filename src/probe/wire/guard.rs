//! The border to code that may panic on what a server sends.

use super::error::WireError;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs what may panic, without a message about it.
///
/// # Errors
/// [`WireError::Malformed`] where it panicked; whatever it worked on is of no use any more.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, WireError> {
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                previous(panic);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    outcome.map_err(|cause| {
        let text = cause
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| cause.downcast_ref::<String>().map(String::as_str));
        WireError::Malformed(format!(
            "an answer that the protocol does not allow ({})",
            text.unwrap_or("no details")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_errors() {
        let empty: &[u8] = &[];
        let error = guarded(|| empty[0]).unwrap_err();
        assert!(
            matches!(&error, WireError::Malformed(text) if text.contains("index out of bounds")),
            "{error:?}"
        );
        assert_eq!(guarded(|| 1).unwrap(), 1);
        assert!(!GUARDED.get());
    }
}
