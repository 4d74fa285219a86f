//! The one place that writes to the terminal.

/// A line of output.
#[expect(clippy::print_stdout, reason = "this is the place")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// A line for the person who waits, also when output goes into a file.
#[expect(clippy::print_stderr, reason = "this is the place")]
pub(crate) fn error(text: &str) {
    eprintln!("{text}");
}
