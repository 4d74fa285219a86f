//! Fujifilm raws: a JPEG with all the metadata, and pixels behind it.

use super::super::source::{Bytes, Source, piece};
use super::{Blocks, jpeg};

/// Where the header says where the JPEG is.
const JPEG_POINTER: u64 = 84;

/// The size is left out: the JPEG's is not the raw's.
pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let Some(start) = jpeg_start(source) else { return Blocks::default() };
    Blocks { size: None, ..jpeg::walk(source, start) }
}

/// Where the JPEG begins.
pub(in super::super) fn jpeg_start(source: &mut Source<'_>) -> Option<u64> {
    let start = u64::from(piece::be32(source.at(JPEG_POINTER, 4)?, 0)?);
    (source.at(start, 2)? == [0xff, 0xd8]).then_some(start)
}
