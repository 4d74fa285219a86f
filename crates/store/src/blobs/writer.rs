//! Writing an original, chunk by chunk.

use model::VersionId;
use prometheus::Histogram;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Result;
use super::backend::Incoming;

/// An original on its way in. Unless it is sealed, dropping it removes every trace; after a crash
/// the sweep does.
#[derive(Debug)]
pub struct Writer {
    version: VersionId,
    incoming: Box<dyn Incoming>,
    sha256: Sha256,
    sha1: Sha1,
    bytes: u64,
    seconds: Histogram,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of all bytes.
    pub sha256: [u8; 32],
    /// SHA-1 of all bytes.
    pub sha1: [u8; 20],
    /// How many.
    pub bytes: u64,
}

impl Writer {
    /// `seconds` counts how long sealing takes.
    pub(super) fn new(version: VersionId, incoming: Box<dyn Incoming>, seconds: Histogram) -> Self {
        Self { version, incoming, sha256: Sha256::new(), sha1: Sha1::new(), bytes: 0, seconds }
    }

    /// The version this is the original of.
    pub fn version(&self) -> VersionId {
        self.version
    }

    /// Appends `chunk`; chunks of at least some kilobytes make it quick. After an error the
    /// writer is of no more use.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.incoming.write(chunk)?;
        self.sha256.update(chunk);
        self.sha1.update(chunk);
        self.bytes += chunk.len() as u64;
        Ok(())
    }

    /// How many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// As [`Self::seal`], if the SHA-256 of all bytes is this one. Otherwise nothing of it stays.
    pub fn seal_if(self, sha256: &[u8]) -> Result<Option<Sealed>> {
        if self.sha256.clone().finalize().as_slice() == sha256 {
            self.seal().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Ends the object. When this returns, its bytes and its name would survive a power cut.
    pub fn seal(mut self) -> Result<Sealed> {
        let _timer = self.seconds.start_timer();
        let sha256 = self.sha256.finalize().into();
        self.incoming.seal(&sha256)?;
        Ok(Sealed { sha256, sha1: self.sha1.finalize().into(), bytes: self.bytes })
    }
}
