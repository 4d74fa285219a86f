//! An object that is being read.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;

/// An object, opened: its bytes are there as long as it is, wherever they lie. Reading blocks.
#[derive(Debug)]
pub struct Object {
    source: Source,
    bytes: u64,
    failed: Option<io::Error>,
}

#[derive(Debug)]
enum Source {
    File(File),
    Memory(Cursor<Bytes>),
    Remote(Box<dyn Remote>),
}

/// Bytes that lie elsewhere.
pub(crate) trait Remote: Read + Seek + fmt::Debug + Send {
    /// A folder for a copy of them.
    fn spool(&self) -> PathBuf;
}

impl Object {
    /// An open file, with its position at the beginning. `InvalidData` when it is a folder, a device
    /// or the like, which may have no end.
    pub(crate) fn of_file(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a regular file"));
        }
        let bytes = metadata.len();
        Ok(Self { source: Source::File(file), bytes, failed: None })
    }

    /// Bytes at hand.
    pub(crate) fn of_bytes(bytes: Bytes) -> Self {
        let len = bytes.len() as u64;
        Self { source: Source::Memory(Cursor::new(bytes)), bytes: len, failed: None }
    }

    /// So many bytes that lie elsewhere.
    pub(crate) fn of_remote(remote: impl Remote + 'static, bytes: u64) -> Self {
        Self { source: Source::Remote(Box::new(remote)), bytes, failed: None }
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.bytes
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The trouble that reading has met since the last call. Who looks into a file of any format
    /// may have taken it for the end of the file.
    pub fn trouble(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn noted<T>(&mut self, read: io::Result<T>) -> io::Result<T> {
        if let Err(err) = &read
            && err.kind() != io::ErrorKind::Interrupted
        {
            self.failed = Some(io::Error::new(err.kind(), err.to_string()));
        }
        read
    }

    /// A file with these bytes, to be read from its beginning, for those who need one: the object
    /// itself where it is a file, else a copy that has no name and is gone when it is closed.
    pub fn into_file(self) -> io::Result<File> {
        let mut file = match self.source {
            Source::File(file) => file,
            Source::Memory(mut bytes) => {
                bytes.rewind()?;
                let mut copy = tempfile::tempfile()?;
                io::copy(&mut bytes, &mut copy)?;
                copy
            }
            Source::Remote(mut remote) => {
                remote.rewind()?;
                let mut copy = tempfile::tempfile_in(remote.spool())?;
                let copied = io::copy(&mut remote, &mut copy)?;
                if copied != self.bytes {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                copy
            }
        };
        file.rewind()?;
        Ok(file)
    }
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            Source::File(file) => file.read(buffer),
            Source::Memory(bytes) => bytes.read(buffer),
            Source::Remote(remote) => remote.read(buffer),
        };
        self.noted(read)
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let read = match &mut self.source {
            Source::File(file) => file.read_to_end(buffer),
            Source::Memory(bytes) => bytes.read_to_end(buffer),
            Source::Remote(remote) => remote.read_to_end(buffer),
        };
        self.noted(read)
    }
}

impl Seek for Object {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.source {
            Source::File(file) => file.seek(to),
            Source::Memory(bytes) => bytes.seek(to),
            Source::Remote(remote) => remote.seek(to),
        }
    }
}

/// Where a reader is after it sought, from `at` in so many bytes; it may be behind them.
pub(crate) fn sought(to: SeekFrom, at: u64, bytes: u64) -> io::Result<u64> {
    let place = match to {
        SeekFrom::Start(place) => Some(place),
        SeekFrom::Current(offset) => at.checked_add_signed(offset),
        SeekFrom::End(offset) => bytes.checked_add_signed(offset),
    };
    place.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "before the first byte"))
}
