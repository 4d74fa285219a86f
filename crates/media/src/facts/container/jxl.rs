//! JPEG XL: a bare codestream, or one in boxes (ISO/IEC 18181-1 and -2).

use super::super::exif;
use super::super::source::{Bytes, Fields, Source};
use super::{Blocks, Turn};
use crate::bmff::Atom;

/// Longer metadata is not read, in bytes; nor does compressed metadata grow beyond it.
const LONGEST_BOX: usize = 4 << 20;
/// What the header of a codestream fits into, in bytes.
const HEADER: usize = 32;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    if source.at(0, 2) == Some(&[0xff, 0x0a]) {
        blocks.read_header(source.up_to(0, HEADER));
        return blocks;
    }
    let mut exif = None;
    for part in Atom::FILE.children(source) {
        match &part.kind {
            b"jxlc" => blocks.read_header(part.content(source, HEADER)),
            // A piece of the codestream, behind its number.
            b"jxlp" => blocks.read_header(part.behind(4).content(source, HEADER)),
            b"Exif" if exif.is_none() => exif = Some(block(part.content(source, LONGEST_BOX))),
            b"xml " if blocks.xmp.is_none() => {
                blocks.xmp = Some(part.content(source, LONGEST_BOX).to_vec());
            }
            b"brob" => match part.content(source, 4) {
                b"Exif" if exif.is_none() => {
                    exif = Some(block(&unpacked(part.behind(4).content(source, LONGEST_BOX))));
                }
                b"xml " if blocks.xmp.is_none() => {
                    blocks.xmp = Some(unpacked(part.behind(4).content(source, LONGEST_BOX)));
                }
                _ => {}
            },
            _ => {}
        }
    }
    blocks.exif = exif.unwrap_or_default();
    blocks
}

/// An EXIF block behind the number of bytes to skip; of damage an empty one, so that nobody unpacks a
/// thousand.
fn block(content: &[u8]) -> exif::Exif {
    let mut fields = Fields(content);
    let skipped = fields.number32().and_then(|skipped| usize::try_from(skipped).ok());
    let block = skipped.and_then(|skipped| fields.0.get(skipped..));
    block.map(exif::read_block).unwrap_or_default()
}

/// What Brotli packed, or as much of it as can be unpacked.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut content = Vec::new();
    let reader = brotli_decompressor::Decompressor::new(packed, 4_096);
    // What arrived before the damage counts.
    let _damage = reader.take(LONGEST_BOX as u64).read_to_end(&mut content);
    content
}

impl Blocks {
    /// Reads the header of the codestream, unless one was read.
    fn read_header(&mut self, stream: &[u8]) {
        if self.size.is_none()
            && let Some(stream) = stream.strip_prefix(&[0xff, 0x0a])
            && let Some((size, turn)) = header(&mut Bits { bytes: stream, at: 0 })
        {
            self.size = Some(size);
            self.turn = Some(turn);
        }
    }
}

/// Bits of a codestream, the low one first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for place in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            number |= u32::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(number)
    }

    /// A side of the picture, in as many bits as two others say.
    fn side(&mut self) -> Option<u32> {
        let width = [9, 13, 18, 30][self.take(2)? as usize];
        Some(self.take(width)? + 1)
    }
}

/// Size before turning (section D.2 of part 1), and the turn at the beginning of what follows.
fn header(bits: &mut Bits<'_>) -> Option<((u32, u32), Turn)> {
    let is_small = bits.take(1)? == 1;
    let side = |bits: &mut Bits<'_>| {
        if is_small { Some((bits.take(5)? + 1) * 8) } else { bits.side() }
    };
    let height = side(bits)?;
    let of_height = |above: u64, below: u64| u32::try_from(u64::from(height) * above / below).ok();
    let width = match bits.take(3)? {
        0 => side(bits)?,
        1 => height,
        2 => of_height(12, 10)?,
        3 => of_height(4, 3)?,
        4 => of_height(3, 2)?,
        5 => of_height(16, 9)?,
        6 => of_height(5, 4)?,
        _ => of_height(2, 1)?,
    };
    let is_default = bits.take(1)? == 1;
    let has_more = !is_default && bits.take(1)? == 1;
    let orientation = if has_more { bits.take(3)? + 1 } else { 1 };
    let turn = Turn::of_orientation(u8::try_from(orientation).ok()?)?;
    Some(((width, height), turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bits: &str) -> Option<((u32, u32), u8)> {
        let bits: Vec<u8> = bits.bytes().filter(u8::is_ascii_digit).map(|bit| bit - b'0').collect();
        let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
        let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
        header(&mut Bits { bytes: &bytes, at: 0 }).map(|(size, turn)| (size, turn.orientation()))
    }

    #[test]
    fn headers_are_bits() {
        // Small, eight times (29 + 1), twice as wide, all default.
        assert_eq!(read("1 10111 111 1"), Some(((480, 240), 1)));
        // Nine bits each, not by a ratio; more fields, the first of which is the orientation.
        assert_eq!(read("0 00 110000000 000 00 010000000 0 1 101"), Some(((3, 4), 6)));
        assert_eq!(read("0 00 1100"), None);
    }
}
