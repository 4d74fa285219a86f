//! Bars for people; nothing where nobody looks.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error that counts to `length`; it is silent when that is no terminal.
pub(super) fn bar(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>12} [{bar:40}] {pos}/{len} {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ");
    ProgressBar::new(length).with_style(style).with_message(what)
}
