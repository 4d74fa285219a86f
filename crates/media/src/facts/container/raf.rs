//! Fujifilm raws: a JPEG with all the metadata, and pixels behind it.

use super::super::source::{Bytes, Source, piece};
use super::{Blocks, jpeg};

/// Where the header says where the JPEG is.
const JPEG_POINTER: u64 = 84;

/// Where the header says where the list of Fujifilm's own fields is.
const LIST_POINTER: u64 = 92;
/// More fields than any file has.
const MAX_FIELDS: u32 = 256;
/// Height and width of the picture, and of all that the sensor saw.
const SIZES: [u16; 2] = [0x0111, 0x0100];

/// The size is the raw's and not that of the JPEG.
pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let size = size(source);
    let Some(start) = jpeg_start(source) else { return Blocks { size, ..Blocks::default() } };
    Blocks { size, ..jpeg::walk(source, start) }
}

/// How many fields there are; each has a number, a length and its content.
fn size(source: &mut Source<'_>) -> Option<(u32, u32)> {
    let mut at = u64::from(piece::be32(source.at(LIST_POINTER, 4)?, 0)?);
    let count = piece::be32(source.at(at, 4)?, 0)?.min(MAX_FIELDS);
    at += 4;
    let mut found = [None; 2];
    for _ in 0..count {
        let Some(head) = source.at(at, 4) else { break };
        let (number, len) = (piece::be16(head, 0)?, piece::be16(head, 2)?);
        if let Some(which) = SIZES.iter().position(|known| *known == number) {
            let content = source.up_to(at + 4, 4);
            let side = |from| piece::be16(content, from).map(u32::from);
            found[which] = side(2).zip(side(0));
        }
        at += 4 + u64::from(len);
    }
    found.into_iter().flatten().next()
}

/// Where the JPEG begins.
pub(in super::super) fn jpeg_start(source: &mut Source<'_>) -> Option<u64> {
    let start = u64::from(piece::be32(source.at(JPEG_POINTER, 4)?, 0)?);
    (source.at(start, 2)? == [0xff, 0xd8]).then_some(start)
}
