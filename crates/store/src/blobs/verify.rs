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

const CHUNK: usize = 1 << 20;

impl Blobs {
    /// Reads an original to its end and compares it with what it has to be. An error says that the
    /// store as a whole does not answer; blocks as long as reading takes.
    pub fn verify(&self, version: VersionId, sha256: &[u8], bytes: u64) -> Result<Verdict> {
        let mut original = match self.open_original(version) {
            Ok(Some(original)) => original,
            Ok(None) => return Ok(Verdict::Missing),
            Err(Error::Io(err)) if is_damage(&err) => return Ok(Verdict::Unreadable),
            Err(err) => return Err(err),
        };
        let (mut digest, mut chunk, mut total) = (Sha256::new(), vec![0; CHUNK], 0);
        loop {
            match original.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => {
                    digest.update(&chunk[..read]);
                    total += read as u64;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) if is_damage(&err) => return Ok(Verdict::Unreadable),
                Err(err) => return Err(err.into()),
            }
        }
        let is_sound = total == bytes && digest.finalize().as_slice() == sha256;
        Ok(if is_sound { Verdict::Sound } else { Verdict::Changed })
    }
}

/// `EIO`, `EBADMSG` and `EUCLEAN` are said of a file or the sectors under it, not of the store as a
/// whole.
fn is_damage(err: &io::Error) -> bool {
    const DAMAGE: [i32; 3] = [5, 74, 117];
    err.raw_os_error().is_some_and(|code| DAMAGE.contains(&code))
}
