//! JPEG: segments until the pixels begin (ITU T.81, annex B).

use super::super::source::{Bytes, Source, piece};
use super::super::{exif, photoshop};
use super::Blocks;

/// More segments than stand before the pixels of any real file.
pub(in super::super) const MAX_SEGMENTS: usize = 2_048;
/// Bytes that may lie between two segments; decoders skip such waste too.
const MAX_WASTE: usize = 4_096;

pub(in super::super) const EXIF: &[u8] = b"Exif\0\0";
pub(in super::super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
pub(in super::super) const PROFILE: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// Reads the picture that begins at `start`.
///
/// The first EXIF and XMP segment count (what a second one holds is of an embedded preview or an
/// extension); Photoshop resources continue over segments and are joined.
pub(super) fn walk(source: &mut Source<'_>, start: u64) -> Blocks {
    let mut blocks = Blocks::default();
    let (mut exif, mut resources) = (None, Vec::new());
    let mut at = start.saturating_add(2);
    for _ in 0..MAX_SEGMENTS {
        let Some(segment) = next(source, at) else { break };
        at = segment.end();
        let head = source.up_to(segment.from, segment.size.min(XMP.len()));
        match segment.kind(head) {
            Kind::Frame => blocks.size = blocks.size.or(frame_size(head)),
            Kind::Exif if exif.is_none() => {
                exif = Some(exif::read_block(source.up_to(segment.from, segment.size)));
            }
            Kind::Xmp if blocks.xmp.is_none() => {
                let content = source.up_to(segment.from, segment.size);
                blocks.xmp = content.get(XMP.len()..).map(<[u8]>::to_vec);
            }
            Kind::Photoshop => {
                let content = source.up_to(segment.from, segment.size);
                resources.extend(content.strip_prefix(PHOTOSHOP).unwrap_or_default());
            }
            _ => {}
        }
    }
    blocks.exif = exif.unwrap_or_default();
    blocks.iptc = photoshop::iptc(&resources).map(<[u8]>::to_vec);
    blocks
}

/// A segment with a length.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Segment {
    pub(in super::super) marker: u8,
    /// Where its content begins.
    pub(in super::super) from: u64,
    /// Bytes of its content.
    pub(in super::super) size: usize,
}

/// What a segment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Frame,
    Exif,
    Xmp,
    Profile,
    Photoshop,
    Other,
}

impl Segment {
    /// Where the next one begins.
    pub(in super::super) fn end(&self) -> u64 {
        self.from.saturating_add(self.size as u64)
    }

    /// Told by the first bytes of its content, as many as [`XMP`] has.
    pub(in super::super) fn kind(&self, head: &[u8]) -> Kind {
        match self.marker {
            0xc4 | 0xc8 | 0xcc => Kind::Other,
            0xc0..=0xcf => Kind::Frame,
            0xe1 if head.starts_with(EXIF) => Kind::Exif,
            0xe1 if head == XMP => Kind::Xmp,
            0xe2 if head.starts_with(PROFILE) => Kind::Profile,
            0xed if head.starts_with(PHOTOSHOP) => Kind::Photoshop,
            _ => Kind::Other,
        }
    }
}

/// The first segment from `at` on; `None` where the pixels begin, or the sense ends.
pub(in super::super) fn next(bytes: &mut dyn Bytes, mut at: u64) -> Option<Segment> {
    for _ in 0..MAX_SEGMENTS {
        let (marker, begin) = next_marker(bytes, at)?;
        match marker {
            // Without a length: TEM and the restart markers.
            0x01 | 0xd0..=0xd7 => at = begin,
            // The pixels, the end, or another beginning.
            0xd8..=0xda => return None,
            _ => {
                let length = piece::be16(bytes.at(begin, 2)?, 0)?;
                let size = usize::from(length).checked_sub(2)?;
                return Some(Segment { marker, from: begin + 2, size });
            }
        }
    }
    None
}

/// The next marker from `at` on, and the place behind it.
fn next_marker(bytes: &mut dyn Bytes, at: u64) -> Option<(u8, u64)> {
    // Any number of 0xff may stand before the marker proper.
    let near = |bytes: &[u8]| {
        let begin = bytes.iter().position(|&byte| byte == 0xff)?;
        let fill = bytes[begin..].iter().position(|&byte| byte != 0xff)?;
        Some((bytes[begin + fill], begin + fill + 1)).filter(|&(marker, _)| marker != 0)
    };
    let found = near(bytes.up_to(at, 2)).or_else(|| near(bytes.up_to(at, MAX_WASTE)));
    found.map(|(marker, behind)| (marker, at + behind as u64))
}

/// Precision, height, width.
fn frame_size(frame: &[u8]) -> Option<(u32, u32)> {
    Some((piece::be16(frame, 3)?.into(), piece::be16(frame, 1)?.into()))
}
