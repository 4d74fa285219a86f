//! Fujifilm raws: a JPEG with all the metadata, and pixels behind it.

use super::super::source::{Bytes, Source, piece};
use super::{Blocks, jpeg};

/// Where the header says where the JPEG is.
const JPEG_POINTER: u64 = 84;

/// The size is left out: the JPEG's is not the raw's.
pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let pointer = source.at(JPEG_POINTER, 4).and_then(|bytes| piece::be32(bytes, 0));
    let Some(start) = pointer.map(u64::from) else { return Blocks::default() };
    if source.at(start, 2) != Some(&[0xff, 0xd8]) {
        return Blocks::default();
    }
    Blocks { size: None, ..jpeg::walk(source, start) }
}
