//! A progress bar on a terminal; nothing anywhere else.

use crate::model::InstanceKey;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Work on servers, shown as it goes on standard error.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shown only where standard error is a terminal, at most ten times a second.
    pub fn servers() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} servers  {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar }
    }

    /// Never shown.
    pub fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
        }
    }

    /// One more server is to be asked.
    pub fn queued(&self, key: &InstanceKey) {
        self.bar.inc_length(1);
        self.bar.set_message(format!("asking {key}"));
    }

    /// One more server has answered or failed to.
    pub fn done(&self, key: &InstanceKey) {
        self.bar.inc(1);
        self.bar.set_message(format!("{key} done"));
    }

    /// Everything is done; the bar goes away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
