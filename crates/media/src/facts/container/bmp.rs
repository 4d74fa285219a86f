//! Windows bitmaps: a header with a size, and no metadata.

use super::super::source::{Bytes, Source, piece};
use super::Blocks;

/// Headers of this size have 16-bit numbers.
const CORE_HEADER: u32 = 12;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    Blocks { size: size(source.up_to(0, 26)), ..Blocks::default() }
}

fn size(head: &[u8]) -> Option<(u32, u32)> {
    if piece::le32(head, 14)? == CORE_HEADER {
        return Some((piece::le16(head, 18)?.into(), piece::le16(head, 20)?.into()));
    }
    // A negative height says that the rows run from top to bottom.
    let height = piece::le32(head, 22)?.cast_signed().unsigned_abs();
    Some((piece::le32(head, 18)?, height))
}
