//! What objects are called.

use std::io;

use model::VersionId;

use super::{Error, ORIGINAL, Result};

/// Refuses what is no name of a variant: see [`super::Blobs::put_variant`].
pub(super) fn check(name: &str) -> Result<()> {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    if name.is_empty() || name.starts_with('.') || name == ORIGINAL || !name.bytes().all(is_plain) {
        let text = format!("no name of a variant: {name:?}");
        return Err(Error::Io(io::Error::new(io::ErrorKind::InvalidInput, text)));
    }
    Ok(())
}

/// The folders that a version lies in, `ab` and `cd`: the last two bytes of its id, random in every
/// version of UUID that we make.
pub(super) fn fan(version: VersionId) -> (u8, u8) {
    let [.., outer, inner] = *version.uuid().as_bytes();
    (outer, inner)
}
