//! Raw camera files: the largest JPEG that the camera put into them.
//!
//! Makers hide their previews in places of their own: directories of TIFF, maker notes, boxes, tables
//! in front. A JPEG shows itself by its bytes wherever it lies, and the largest one is the picture.

use std::io::Cursor;

use memchr::memmem;

use super::Error;
use super::jpeg::Frame;
use crate::Format;

/// More places that look like the beginning of a JPEG are not looked at; a camera makes four.
const MOST_LOOKED_AT: usize = 64;

/// Whether these bytes are sure to be what a sensor saw. A raw built on TIFF has the tag `DNGVersion`,
/// or says that its first picture is reduced (`NewSubfileType` bit 0, TIFF 6.0 section 8).
pub(super) fn is_raw(format: Format, source: &[u8]) -> bool {
    use tiff::{decoder::Decoder, tags::Tag};
    const DNG_VERSION: Tag = Tag::Unknown(50_706);
    if format != Format::Tiff {
        return format.is_raw();
    }
    let Ok(mut decoder) = Decoder::new(Cursor::new(source)) else { return false };
    let reduced = decoder.find_tag_unsigned::<u32>(Tag::NewSubfileType);
    matches!(decoder.find_tag(DNG_VERSION), Ok(Some(_)))
        || matches!(reduced, Ok(Some(bits)) if bits & 1 == 1)
}

/// Where the largest preview begins, and what it says of itself.
pub(super) fn preview(source: &[u8]) -> Result<(usize, Frame), Error> {
    memmem::find_iter(source, b"\xff\xd8\xff")
        .take(MOST_LOOKED_AT)
        .filter_map(|offset| Some((offset, Frame::read(source.get(offset..)?).ok()?)))
        // What the sensor saw may be a JPEG too, but not one that is shown.
        .filter(|(_, frame)| frame.is_common())
        .max_by_key(|(_, frame)| u64::from(frame.size().0) * u64::from(frame.size().1))
        .ok_or_else(|| Error::unsupported("this raw file has no preview in it"))
}
