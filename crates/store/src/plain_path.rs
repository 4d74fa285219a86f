//! Paths where a URL may be written, too.

/// Whether a path is more likely a misspelt URL with its account and password, which is not to become
/// the name of a file, nor to be shown. One that begins with `/` or `.` is taken as it stands.
pub(crate) fn looks_like_an_account(path: &str) -> bool {
    !path.starts_with(['/', '.']) && path.contains('@') && path.contains(':')
}
