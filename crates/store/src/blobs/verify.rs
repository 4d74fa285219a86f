//! Whether an original is what it was.

use std::io::{self, Read as _};

use model::VersionId;
use sha2::{Digest as _, Sha256};

use super::{Blobs, Error, Result};

/// What became of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is what it was.
    Sound,
    /// It is not there.
    Missing,
    /// It has other bytes, or not as many.
    Changed,
    /// The disk does not give its bytes.
    Unreadable,
}

/// How reading an original ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// At its end.
    Whole,
    /// It is not there.
    Missing,
    /// The disk does not give its bytes.
    Unreadable,
}

const CHUNK: usize = 1 << 20;

impl Blobs {
    /// Hands over an original, chunk by chunk. An error is one of `each`, or says that the store as
    /// a whole does not answer; blocks as long as reading takes.
    pub fn read_through(
        &self,
        version: VersionId,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<Reading> {
        let mut original = match self.open_original(version) {
            Ok(Some(original)) => original,
            Ok(None) => return Ok(Reading::Missing),
            Err(Error::Io(err)) if is_damage(&err) => return Ok(Reading::Unreadable),
            Err(err) => return Err(err),
        };
        let mut chunk = vec![0; CHUNK];
        loop {
            match original.read(&mut chunk) {
                Ok(0) => return Ok(Reading::Whole),
                Ok(read) => each(&chunk[..read])?,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) if is_damage(&err) => return Ok(Reading::Unreadable),
                Err(err) => return Err(err.into()),
            }
        }
    }

    /// Reads an original to its end and compares it with what it has to be. Errors and blocks as
    /// [`Self::read_through`].
    pub fn verify(&self, version: VersionId, sha256: &[u8], bytes: u64) -> Result<Verdict> {
        let (mut digest, mut total) = (Sha256::new(), 0);
        let reading = self.read_through(version, |chunk| {
            digest.update(chunk);
            total += chunk.len() as u64;
            Ok(())
        })?;
        let is_sound = total == bytes && digest.finalize().as_slice() == sha256;
        Ok(match reading {
            Reading::Whole if is_sound => Verdict::Sound,
            Reading::Whole => Verdict::Changed,
            Reading::Missing => Verdict::Missing,
            Reading::Unreadable => Verdict::Unreadable,
        })
    }
}

/// `EIO`, `EBADMSG` and `EUCLEAN` are said of a file or the sectors under it, not of the store as a
/// whole.
fn is_damage(err: &io::Error) -> bool {
    const DAMAGE: [i32; 3] = [5, 74, 117];
    err.raw_os_error().is_some_and(|code| DAMAGE.contains(&code))
}
