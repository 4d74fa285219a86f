//! What a file says of itself: the FILE layer (contract 2.1).
//!
//! Three steps, each in its own place: `container` finds the blocks of metadata in a file, `exif`,
//! `xmp` and `iptc` read those blocks into what was *said*, and `rules` decide between sources that
//! say different things. Each file of `rules` documents one decision.
//!
//! Only headers are read, never pixels: at most 16 MiB of any file, a bounded number of segments,
//! directories and entries, and no structure is followed in a circle.

use std::io::{Cursor, Read, Seek};

use model::{FileFacts, MotionVideo};

use crate::{Format, SNIFF_BYTES, sniff};

pub mod carry;
mod container;
mod exif;
mod iptc;
mod photoshop;
mod rules;
pub mod sidecar;
mod source;
mod text;
mod tiff;
mod xmp;

use container::Blocks;
use exif::Tag;
use source::{Bytes, Source};

/// Everything that was said in one file, before anybody decided what to believe.
#[derive(Default)]
struct Said {
    exif: exif::Exif,
    xmp: xmp::Xmp,
    iptc: iptc::Iptc,
    comment: Option<container::Comment>,
    turn: Option<container::Turn>,
    clip: container::clip::Clip,
    motion: Option<MotionVideo>,
}

/// Reads what a file says of itself.
///
/// The first bytes decide how the file is read; `format_by_name` is used only when they are unknown.
/// Never fails: what is missing, damaged, absurd or beyond the limits is `None`. Errors of `source`
/// count as the end of the file.
pub fn read<R: Read + Seek>(source: &mut R, format_by_name: Format) -> FileFacts {
    let mut source = Source::new(source);
    let format = match sniff(source.up_to(0, SNIFF_BYTES)) {
        Some(format) => format,
        // Such a file begins in a known way; noise under its name says nothing.
        None if format_by_name.has_signature() => return FileFacts::default(),
        None => format_by_name,
    };
    let blocks = container::walk(&mut source, format);
    let raw_size = blocks.size.filter(|&(width, height)| width > 0 && height > 0);
    let mut said = blocks.into_said();
    if matches!(format, Format::Jpeg | Format::Heic | Format::Heif) && said.motion.is_none() {
        said.motion = container::motion::at_end(&mut source, &said.xmp);
    }
    rules::decide(&said, raw_size)
}

/// The first number that the first directory of a TIFF has under a tag.
pub(crate) fn first_number(file: &[u8], tag: u16) -> Option<i64> {
    let mut file = file;
    let (order, at) = tiff::header(&mut file)?;
    let entry = tiff::entries(&mut file, order, at).into_iter().find(|entry| entry.tag == tag)?;
    entry.value(&mut file, 8)?.integer()
}

/// Encoded width and height in pixels, as a file of that format says; neither is 0.
pub(crate) fn size(file: &[u8], format: Format) -> Option<(u32, u32)> {
    let mut file = Cursor::new(file);
    let size = container::walk(&mut Source::new(&mut file), format).size;
    size.filter(|&(width, height)| width > 0 && height > 0)
}

impl Blocks {
    fn into_said(self) -> Said {
        let xmp = self.xmp.as_deref().or(self.exif.bytes(Tag::XmpPacket));
        let iptc = self.iptc.as_deref().or(self.exif.bytes(Tag::IptcBlock)).or_else(|| {
            let resources = self.exif.bytes(Tag::PhotoshopBlock)?;
            photoshop::iptc(resources)
        });
        Said {
            xmp: xmp.map(xmp::read).unwrap_or_default(),
            iptc: iptc.map(iptc::read).unwrap_or_default(),
            exif: self.exif,
            comment: self.comment,
            turn: self.turn,
            clip: self.clip,
            motion: self.motion,
        }
    }
}
