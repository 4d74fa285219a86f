//! WebP: RIFF chunks (WebP container specification; RFC 6386 and RFC 9649 for the bit streams).

use super::super::exif;
use super::super::source::{Bytes, Source, piece};
use super::Blocks;

/// Frames of an animation are chunks too, and the metadata stands behind them.
pub(in super::super) const MAX_CHUNKS: usize = 16_384;
/// Longer metadata is not read.
pub(in super::super) const LONGEST_CHUNK: usize = 4 << 20;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let mut exif = None;
    let mut at = 12;
    for _ in 0..MAX_CHUNKS {
        let Some(chunk) = next(source, at) else { break };
        let (from, size) = (chunk.from, chunk.size);
        match &chunk.kind {
            b"VP8X" => blocks.size = blocks.size.or(canvas(source.up_to(from, 10))),
            b"VP8 " => blocks.size = blocks.size.or(lossy(source.up_to(from, 10))),
            b"VP8L" => blocks.size = blocks.size.or(lossless(source.up_to(from, 5))),
            b"EXIF" if exif.is_none() && size <= LONGEST_CHUNK => {
                exif = Some(exif::read_block(source.up_to(from, size)));
            }
            b"XMP " if blocks.xmp.is_none() && size <= LONGEST_CHUNK => {
                blocks.xmp = Some(source.up_to(from, size).to_vec());
            }
            _ => {}
        }
        at = chunk.end();
    }
    blocks.exif = exif.unwrap_or_default();
    blocks
}

/// A chunk.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Chunk {
    pub(in super::super) kind: [u8; 4],
    /// Where its content begins.
    pub(in super::super) from: u64,
    /// Bytes of its content.
    pub(in super::super) size: usize,
}

impl Chunk {
    /// Where the next one begins: chunks have an even length.
    pub(in super::super) fn end(&self) -> u64 {
        self.from.saturating_add((self.size as u64).next_multiple_of(2))
    }
}

/// The chunk at `at`.
pub(in super::super) fn next(bytes: &mut dyn Bytes, at: u64) -> Option<Chunk> {
    let head = bytes.at(at, 8)?;
    let size = piece::le32(head, 4)? as usize;
    Some(Chunk { kind: [head[0], head[1], head[2], head[3]], from: at + 8, size })
}

/// Flags, then the size less one in 24 bits each.
fn canvas(chunk: &[u8]) -> Option<(u32, u32)> {
    let less_one =
        |at| Some(u32::from(piece::le16(chunk, at)?) | u32::from(*chunk.get(at + 2)?) << 16);
    Some((less_one(4)? + 1, less_one(7)? + 1))
}

/// A frame tag, a start code, then the size in 14 bits each with the scaling above it.
fn lossy(chunk: &[u8]) -> Option<(u32, u32)> {
    if chunk.get(3..6)? != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let side = |at| Some(u32::from(piece::le16(chunk, at)? & 0x3fff));
    Some((side(6)?, side(8)?))
}

/// A signature, then the size less one in 14 bits each.
fn lossless(chunk: &[u8]) -> Option<(u32, u32)> {
    let bits = piece::le32(chunk, 1).filter(|_| chunk[0] == 0x2f)?;
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
