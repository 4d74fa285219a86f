//! PNG: chunks (PNG specification, third edition).

use super::super::exif::{self, Exif};
use super::super::photoshop;
use super::super::source::{Bytes, Source, piece};
use super::png_text::{self, Text};
use super::{Blocks, Comment};

/// Encoders cut the pixels into chunks of 8 KiB, and metadata may stand behind them.
pub(in super::super) const MAX_CHUNKS: usize = 32_768;
/// Longer metadata is not read, in bytes.
pub(in super::super) const LONGEST_CHUNK: usize = 4 << 20;
/// Texts of use that are looked at; a file has each of them once.
const MAX_TEXTS: usize = 16;

/// What was found so far.
#[derive(Default)]
struct Found {
    blocks: Blocks,
    /// From the official chunk, `eXIf`.
    official: Option<Exif>,
    /// From the older custom of "raw profiles" in text chunks.
    custom: Option<Exif>,
    texts: usize,
}

/// The official EXIF chunk counts before a raw profile; else the first of two.
pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut found = Found::default();
    let mut at = 8;
    for _ in 0..MAX_CHUNKS {
        let Some(Chunk { kind, from, size }) = next(source, at) else { break };
        let is_short = size <= LONGEST_CHUNK;
        match &kind {
            b"IHDR" => found.blocks.size = size_of(source.up_to(from, 8)),
            b"IEND" => break,
            b"eXIf" if is_short && found.official.is_none() => {
                found.official = Some(exif::read_block(source.up_to(from, size)));
            }
            b"tEXt" | b"zTXt" | b"iTXt" if is_short && found.texts < MAX_TEXTS => {
                let peek = png_text::LONGEST_KEYWORD.min(size);
                if png_text::is_of_use(source.up_to(from, peek)) {
                    found.take(png_text::read(kind, source.up_to(from, size)));
                }
            }
            _ => {}
        }
        at = Chunk { kind, from, size }.end();
    }
    found.blocks.exif = found.official.or(found.custom).unwrap_or_default();
    found.blocks
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
    /// Where the next one begins, behind the checksum.
    pub(in super::super) fn end(&self) -> u64 {
        self.from.saturating_add(self.size as u64).saturating_add(4)
    }
}

/// The chunk at `at`.
pub(in super::super) fn next(bytes: &mut dyn Bytes, at: u64) -> Option<Chunk> {
    let head = bytes.at(at, 8)?;
    let size = piece::be32(head, 0)? as usize;
    Some(Chunk { kind: [head[4], head[5], head[6], head[7]], from: at + 8, size })
}

impl Found {
    fn take(&mut self, text: Option<Text>) {
        self.texts += 1;
        let blocks = &mut self.blocks;
        match text {
            Some(Text::Exif(block)) => {
                self.custom.get_or_insert_with(|| exif::read_block(&block));
            }
            Some(Text::Xmp(packet)) => {
                blocks.xmp.get_or_insert(packet);
            }
            Some(Text::Iptc(block)) => {
                let records = || photoshop::iptc(&block).unwrap_or(&block).to_vec();
                blocks.iptc.get_or_insert_with(records);
            }
            Some(Text::Description(text)) => {
                blocks.comment.get_or_insert(Comment { text, tag: "PNG:Description" });
            }
            None => {}
        }
    }
}

fn size_of(header: &[u8]) -> Option<(u32, u32)> {
    Some((piece::be32(header, 0)?, piece::be32(header, 4)?))
}
