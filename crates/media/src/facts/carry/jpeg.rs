//! Into a JPEG: segments right behind its beginning, and everything else as it was.

use super::super::container::jpeg::{EXIF, Kind, MAX_SEGMENTS, Segment, XMP, next};
use super::{Carried, exif, icc};

const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// What a segment can hold.
const LONGEST: usize = 65_533;

/// `None` when the file makes no sense.
pub(super) fn with(file: &[u8], carried: &Carried) -> Option<Vec<u8>> {
    let segments = segments(file);
    let ours = ours(file, carried, &segments);
    let mut copy = Vec::with_capacity(file.len() + ours.len());
    copy.extend(file.get(..2)?);
    // The JFIF header comes first of all.
    let mut is_placed = false;
    let mut at = 2;
    for segment in segments {
        if segment.marker != APP0 && !is_placed {
            copy.extend(&ours);
            is_placed = true;
        }
        let end = usize::try_from(segment.end()).ok()?;
        let content = content(file, &segment);
        match segment.kind(head(content)) {
            Kind::Exif if carried.exif.is_some() => {}
            Kind::Exif => match exif::upright(&content[EXIF.len()..]) {
                Some(block) => push(&mut copy, APP1, &[EXIF, &block]),
                None => copy.extend(file.get(at..end)?),
            },
            Kind::Xmp if carried.xmp.is_some() => {}
            _ if carried.xmp.is_some() && content.starts_with(EXTENDED_XMP) => {}
            _ => copy.extend(file.get(at..end)?),
        }
        at = end;
    }
    if !is_placed {
        copy.extend(&ours);
    }
    copy.extend(file.get(at..)?);
    Some(copy)
}

/// The segments before the pixels that are all there.
fn segments(file: &[u8]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut at = 2;
    while let Some(segment) = next(&mut &*file, at)
        && segments.len() < MAX_SEGMENTS
        && segment.end() <= file.len() as u64
    {
        at = segment.end();
        segments.push(segment);
    }
    segments
}

fn ours(file: &[u8], carried: &Carried, segments: &[Segment]) -> Vec<u8> {
    let mut ours = Vec::new();
    if let Some(block) = &carried.exif {
        push(&mut ours, APP1, &[EXIF, block]);
    }
    if let Some(packet) = &carried.xmp {
        push(&mut ours, APP1, &[XMP, packet]);
    }
    let kind = |segment: &Segment| segment.kind(head(content(file, segment)));
    let has_own = segments.iter().any(|segment| kind(segment) == Kind::Profile);
    // Precision, height, width, then the number of components.
    let frame = segments.iter().find(|segment| kind(segment) == Kind::Frame);
    let channels = frame.and_then(|frame| content(file, frame).get(5).copied());
    if let Some(profile) = &carried.profile
        && !has_own
        && channels.is_some_and(|channels| icc::fits(profile, channels))
    {
        for piece in icc::segments(profile) {
            push(&mut ours, APP2, &[&piece]);
        }
    }
    ours
}

fn content<'f>(file: &'f [u8], segment: &Segment) -> &'f [u8] {
    let from = usize::try_from(segment.from).unwrap_or(usize::MAX);
    file.get(from..from.saturating_add(segment.size)).unwrap_or_default()
}

fn head(content: &[u8]) -> &[u8] {
    &content[..content.len().min(XMP.len())]
}

/// Appends a segment; one that would be too long is left out.
fn push(to: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let size: usize = parts.iter().map(|part| part.len()).sum();
    if let Some(length) = u16::try_from(size + 2).ok().filter(|_| size <= LONGEST) {
        to.extend([0xff, marker]);
        to.extend(length.to_be_bytes());
        to.extend(parts.concat());
    }
}
