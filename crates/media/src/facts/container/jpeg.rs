//! JPEG: segments until the pixels begin (ITU T.81, annex B).

use super::super::source::{Bytes, Source, piece};
use super::super::{exif, photoshop};
use super::Blocks;

/// More segments than stand before the pixels of any real file.
const MAX_SEGMENTS: usize = 2_048;
/// Bytes that may lie between two segments; decoders skip such waste too.
const MAX_WASTE: usize = 4_096;

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
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
        let Some((marker, begin)) = next_marker(source, at) else { break };
        at = begin;
        match marker {
            // Without a length: TEM and the restart markers.
            0x01 | 0xd0..=0xd7 => continue,
            // The pixels, the end, or another beginning.
            0xd8..=0xda => break,
            _ => {}
        }
        let Some(length) = source.at(begin, 2).and_then(|length| piece::be16(length, 0)) else {
            break;
        };
        let Some(size) = usize::from(length).checked_sub(2) else { break };
        let head = source.up_to(begin + 2, size.min(XMP.len()));
        match Segment::of(marker, head) {
            Segment::Frame => blocks.size = blocks.size.or(frame_size(head)),
            Segment::Exif if exif.is_none() => {
                exif = Some(exif::read_block(source.up_to(begin + 2, size)));
            }
            Segment::Xmp if blocks.xmp.is_none() => {
                blocks.xmp = source.up_to(begin + 2, size).get(XMP.len()..).map(<[u8]>::to_vec);
            }
            Segment::Photoshop => {
                let content = source.up_to(begin + 2, size);
                resources.extend(content.strip_prefix(PHOTOSHOP).unwrap_or_default());
            }
            _ => {}
        }
        at = begin + 2 + size as u64;
    }
    blocks.exif = exif.unwrap_or_default();
    blocks.iptc = photoshop::iptc(&resources).map(<[u8]>::to_vec);
    blocks
}

/// What a segment is for.
enum Segment {
    Frame,
    Exif,
    Xmp,
    Photoshop,
    Other,
}

impl Segment {
    fn of(marker: u8, head: &[u8]) -> Self {
        match marker {
            0xc4 | 0xc8 | 0xcc => Self::Other,
            0xc0..=0xcf => Self::Frame,
            0xe1 if head.starts_with(EXIF) => Self::Exif,
            0xe1 if head == XMP => Self::Xmp,
            0xed if head.starts_with(PHOTOSHOP) => Self::Photoshop,
            _ => Self::Other,
        }
    }
}

/// The next marker from `at` on, and the place behind it.
fn next_marker(source: &mut Source<'_>, at: u64) -> Option<(u8, u64)> {
    // Any number of 0xff may stand before the marker proper.
    let near = |bytes: &[u8]| {
        let begin = bytes.iter().position(|&byte| byte == 0xff)?;
        let fill = bytes[begin..].iter().position(|&byte| byte != 0xff)?;
        Some((bytes[begin + fill], begin + fill + 1)).filter(|&(marker, _)| marker != 0)
    };
    let found = near(source.up_to(at, 2)).or_else(|| near(source.up_to(at, MAX_WASTE)));
    found.map(|(marker, behind)| (marker, at + behind as u64))
}

/// Precision, height, width.
fn frame_size(frame: &[u8]) -> Option<(u32, u32)> {
    Some((piece::be16(frame, 3)?.into(), piece::be16(frame, 1)?.into()))
}
