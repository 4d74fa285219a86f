//! PNG: chunks (PNG specification, third edition).

use super::super::exif::{self, Exif};
use super::super::photoshop;
use super::super::source::{Bytes, Source, piece};
use super::png_text::{self, Text};
use super::{Blocks, Comment};

/// Encoders cut the pixels into chunks of 8 KiB, and metadata may stand behind them.
const MAX_CHUNKS: usize = 32_768;
/// Longer metadata is not read, in bytes.
const LONGEST_CHUNK: usize = 4 << 20;
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
        let Some(head) = source.at(at, 8) else { break };
        let Some(size) = piece::be32(head, 0) else { break };
        let kind = [head[4], head[5], head[6], head[7]];
        let is_short = size as usize <= LONGEST_CHUNK;
        match &kind {
            b"IHDR" => found.blocks.size = size_of(source.up_to(at + 8, 8)),
            b"IEND" => break,
            b"eXIf" if is_short && found.official.is_none() => {
                found.official = Some(exif::read_block(source.up_to(at + 8, size as usize)));
            }
            b"tEXt" | b"zTXt" | b"iTXt" if is_short && found.texts < MAX_TEXTS => {
                let peek = png_text::LONGEST_KEYWORD.min(size as usize);
                if png_text::is_of_use(source.up_to(at + 8, peek)) {
                    found.take(png_text::read(kind, source.up_to(at + 8, size as usize)));
                }
            }
            _ => {}
        }
        at += 12 + u64::from(size);
    }
    found.blocks.exif = found.official.or(found.custom).unwrap_or_default();
    found.blocks
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
