//! Whether an original is what it was.

use std::io::{self, Read as _};

use model::VersionId;
use rustix::io::Errno;
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
    /// At its end, after as many bytes as it should have.
    Whole,
    /// It has more bytes, or fewer.
    OtherLength,
    /// It is not there.
    Missing,
    /// The disk does not give its bytes.
    Unreadable,
}

const CHUNK: usize = 1 << 20;

impl Blobs {
    /// Hands over an original that should have so many bytes, chunk by chunk, and no more than
    /// these. An error is one of `each`, or says that the store as a whole does not answer; blocks
    /// as long as reading takes.
    pub fn read_through(
        &self,
        version: VersionId,
        bytes: u64,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<Reading> {
        let mut original = match self.open_original(version) {
            Ok(Some(original)) => original,
            Ok(None) => return Ok(Reading::Missing),
            Err(Error::Io(err)) if is_damage(&err) => return self.unreadable(),
            Err(err) => return Err(err),
        };
        if original.len() != bytes {
            return Ok(Reading::OtherLength);
        }
        let (mut chunk, mut left) = (vec![0; CHUNK], bytes);
        loop {
            match original.read(&mut chunk) {
                Ok(0) if left == 0 => return Ok(Reading::Whole),
                Ok(0) => return Ok(Reading::OtherLength),
                Ok(read) => match left.checked_sub(read as u64) {
                    Some(less) => {
                        left = less;
                        each(&chunk[..read])?;
                    }
                    None => return Ok(Reading::OtherLength),
                },
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) if is_damage(&err) => return self.unreadable(),
                Err(err) => return Err(err.into()),
            }
        }
    }

    /// What is said of one original, unless nothing else can be read either.
    fn unreadable(&self) -> Result<Reading> {
        self.backend.answers()?;
        Ok(Reading::Unreadable)
    }

    /// Reads an original to its end and compares it with what it has to be. Errors and blocks as
    /// [`Self::read_through`].
    pub fn verify(&self, version: VersionId, sha256: &[u8], bytes: u64) -> Result<Verdict> {
        let mut digest = Sha256::new();
        let reading = self.read_through(version, bytes, |chunk| {
            digest.update(chunk);
            Ok(())
        })?;
        Ok(match reading {
            Reading::Whole if digest.finalize().as_slice() == sha256 => Verdict::Sound,
            Reading::Whole | Reading::OtherLength => Verdict::Changed,
            Reading::Missing => Verdict::Missing,
            Reading::Unreadable => Verdict::Unreadable,
        })
    }
}

/// Whether an error may be said of a file or the sectors under it, and not of what holds all of them:
/// they are damaged, what lies there is no file, or nobody may read it.
pub fn is_damage(err: &io::Error) -> bool {
    const DAMAGE: [Errno; 4] = [Errno::IO, Errno::BADMSG, Errno::UCLEAN, Errno::NXIO];
    matches!(err.kind(), io::ErrorKind::InvalidData | io::ErrorKind::PermissionDenied)
        || is_in_the_way(err)
        || Errno::from_io_error(err).is_some_and(|code| DAMAGE.contains(&code))
}

/// Whether something else lies where a folder or a file should be.
pub fn is_in_the_way(err: &io::Error) -> bool {
    const IN_THE_WAY: [Errno; 3] = [Errno::NOTDIR, Errno::ISDIR, Errno::LOOP];
    Errno::from_io_error(err).is_some_and(|code| IN_THE_WAY.contains(&code))
}
