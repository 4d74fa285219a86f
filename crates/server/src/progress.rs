//! How far long work is, for a person who looks.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how many of all are done; nothing where output does not go to a terminal.
pub(crate) fn of(what: &'static str) -> Arc<dyn Fn(u64, u64) + Send + Sync> {
    let bar = ProgressBar::no_length().with_message(what);
    let style =
        ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} {msg}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Arc::new(move |done, all| {
        bar.set_length(all);
        bar.set_position(done);
        if done >= all {
            bar.finish_and_clear();
        }
    })
}
