//! An object that is being read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// An object, opened: its bytes are there as long as it is, wherever they lie. Reading blocks.
#[derive(Debug)]
pub struct Object {
    file: File,
    bytes: u64,
}

impl Object {
    /// An open file, with its position at the beginning.
    pub(crate) fn of_file(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.bytes
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// A file with these bytes, to be read from its beginning, for those who need one: the object
    /// itself where it is a file, else a copy that has no name and is gone when it is closed.
    pub fn into_file(mut self) -> io::Result<File> {
        self.file.rewind()?;
        Ok(self.file)
    }
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        self.file.read_to_end(buffer)
    }
}

impl Seek for Object {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
