//! Canon's raws: an MP4 whose metadata are four EXIF blocks in a box of Canon's own.

use super::super::exif::{Directory, Tag};
use super::super::source::Source;
use super::{Blocks, movie};
use crate::bmff::Atom;

const CANON: [u8; 16] = *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
/// Longer blocks are cut, in bytes.
const LONGEST_BLOCK: usize = 1 << 20;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    for part in Atom::FILE.children(source) {
        match &part.kind {
            b"moov" => read(source, part, &mut blocks),
            b"uuid" if blocks.xmp.is_none() => blocks.xmp = movie::xmp(source, part),
            _ => {}
        }
    }
    blocks
}

fn read(source: &mut Source<'_>, movie: Atom, blocks: &mut Blocks) {
    let boxes = movie.children(source);
    let notes = boxes.into_iter().find(|it| &it.kind == b"uuid" && it.content(source, 16) == CANON);
    for part in notes.map(|notes| notes.behind(16).children(source)).unwrap_or_default() {
        let directory = match &part.kind {
            b"CMT1" | b"CMT2" => Directory::Picture,
            b"CMT3" => Directory::Canon,
            b"CMT4" => Directory::Gps,
            _ => continue,
        };
        let mut block = part.content(source, LONGEST_BLOCK);
        blocks.exif.add(&mut block, directory);
    }
    let side = |tag| u32::try_from(blocks.exif.integer(tag)?).ok();
    blocks.size = side(Tag::ImageWidth).zip(side(Tag::ImageLength));
}
