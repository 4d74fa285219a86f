//! Reading an original, a window at a time.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;

use super::bucket::{Beginning, Bucket};
use super::network::{Network, Pending};
use crate::blobs::object::{Remote, sought};
use crate::blobs::{Object, Result};

/// The first window: most formats say in it all that they say of themselves.
const FIRST: u64 = 256 << 10;
/// The largest window of who reads on and on; one more is fetched ahead.
const LARGEST: u64 = 2 << 20;
/// The window of who wants all of it.
const WHOLE: u64 = 8 << 20;

/// Windows grow while they are read in order, and shrink again where reading goes elsewhere.
#[derive(Debug)]
struct Reader {
    network: Arc<Network>,
    bucket: Arc<Bucket>,
    path: Path,
    size: u64,
    at: u64,
    window: Window,
    ahead: Option<(u64, Pending<Bytes>)>,
    step: u64,
}

#[derive(Debug)]
struct Window {
    start: u64,
    bytes: Bytes,
}

/// An object of the bucket, to be read from its beginning.
pub(super) fn open(
    network: &Arc<Network>,
    bucket: &Arc<Bucket>,
    path: Path,
) -> Result<Option<Object>> {
    let asked = {
        let (bucket, path) = (bucket.clone(), path.clone());
        network.wait(async move { bucket.beginning(&path, FIRST).await })
    };
    let Some(Beginning { bytes, size }) = asked? else { return Ok(None) };
    let (network, bucket) = (network.clone(), bucket.clone());
    let window = Window { start: 0, bytes };
    let reader = Reader { network, bucket, path, size, at: 0, window, ahead: None, step: FIRST };
    Ok(Some(Object::of_remote(reader, size)))
}

impl Window {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// What it holds from there on.
    fn from(&self, at: u64) -> &[u8] {
        let skipped = at.checked_sub(self.start).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.bytes.get(skipped..)).unwrap_or_default()
    }
}

impl Reader {
    /// What can be read without waiting, after waiting for some of it; nothing at the end.
    fn filled(&mut self) -> io::Result<&[u8]> {
        if self.at < self.size && self.window.from(self.at).is_empty() {
            self.move_window()?;
        }
        Ok(self.window.from(self.at))
    }

    fn move_window(&mut self) -> Result<()> {
        let goes_on = self.at == self.window.end();
        self.step = if goes_on { (self.step * 2).min(LARGEST.max(self.step)) } else { FIRST };
        let bytes = match self.ahead.take() {
            Some((start, pending)) if start == self.at => pending.wait()?,
            _ => self.fetch(self.at).wait()?,
        };
        self.window = Window { start: self.at, bytes };
        let next = self.window.end();
        if goes_on && next < self.size {
            self.ahead = Some((next, self.fetch(next)));
        }
        Ok(())
    }

    fn fetch(&self, start: u64) -> Pending<Bytes> {
        let range = start..(start + self.step).min(self.size);
        let (bucket, path) = (self.bucket.clone(), self.path.clone());
        self.network.start(async move { bucket.range(&path, range).await })
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut found = self.filled()?;
        let read = found.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let before = buffer.len();
        let rest = usize::try_from(self.size.saturating_sub(self.at)).map_err(io::Error::other)?;
        buffer.try_reserve_exact(rest)?;
        self.step = WHOLE;
        if self.window.from(self.at).is_empty() {
            self.window = Window { start: self.at, bytes: Bytes::new() };
        }
        loop {
            let found = self.filled()?;
            if found.is_empty() {
                return Ok(buffer.len() - before);
            }
            buffer.extend_from_slice(found);
            self.at = self.window.end();
        }
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = sought(to, self.at, self.size)?;
        Ok(self.at)
    }
}

impl Remote for Reader {
    fn spool(&self) -> PathBuf {
        self.bucket.spool.clone()
    }
}
