//! The one place that writes to the terminal.

use std::io::Write as _;

/// A line of output.
///
/// Nobody is left to be told when nobody reads it.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line for the person who waits, also when output goes into a file.
pub(crate) fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A question for the person at the terminal; the answer follows on the same line.
pub(crate) fn ask(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}
