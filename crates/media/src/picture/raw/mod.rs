//! Raw camera files: the largest JPEG that the camera put into them, or what the sensor saw.
//!
//! Makers hide their previews in places of their own: directories of TIFF, maker notes, boxes, tables
//! in front. A JPEG shows itself by its bytes wherever it lies, and the largest one is the picture. A
//! file whose JPEGs are all smaller than what is shown of it is developed: `rawler` decodes the many
//! packings of the makers, in a process of its own, and the rest is done here.
//!
//! To read it: [`coding`] decides which way a file goes; [`develop`] is the server's side and `child`
//! the other one, `reply` what goes between them; `sensor`, `mosaic` and `tone` are the development.

use memchr::memmem;

use super::header::Coding;
use super::jpeg::Frame;
use super::raster::area;
use super::{Error, Variant};
use crate::{Format, facts};

mod child;
mod colours;
mod develop;
mod mosaic;
mod reply;
mod sensor;
mod tone;

pub use child::{DEVELOP, develop_raw};
pub(super) use develop::develop;

/// More places that look like the beginning of a JPEG are not looked at; a camera makes four.
const MOST_LOOKED_AT: usize = 64;

/// What is known of a raw file that is to be developed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    /// As the file says. The development may leave out some pixels at the edges.
    size: (u32, u32),
    file_bytes: u64,
    /// Where a small preview begins, for want of anything better.
    pub(super) small: Option<(usize, Frame)>,
}

impl Plan {
    /// Width and height before the picture is turned.
    pub(super) const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Bytes that development holds, there and here: the file, the samples, what unpacking them takes,
    /// and the pixels on both sides of the pipe.
    pub(super) fn cost(&self) -> u64 {
        self.file_bytes.saturating_add(area(self.size, 10))
    }
}

/// Whether these bytes are sure to be what a sensor saw. A raw built on TIFF has the tag `DNGVersion`,
/// or says that its first picture is reduced (`NewSubfileType` bit 0, TIFF 6.0 section 8), or that its
/// pixels lie behind a filter of colours or are not yet for the eye (`PhotometricInterpretation`, DNG
/// 1.7).
pub(super) fn is_raw(format: Format, source: &[u8]) -> bool {
    const NEW_SUBFILE_TYPE: u16 = 254;
    const PHOTOMETRIC_INTERPRETATION: u16 = 262;
    const DNG_VERSION: u16 = 50_706;
    const FILTERED: i64 = 32_803;
    const LINEAR: i64 = 34_892;
    if format != Format::Tiff {
        return format.is_raw();
    }
    let number = |tag| facts::first_number(source, tag);
    number(DNG_VERSION).is_some()
        || number(NEW_SUBFILE_TYPE).is_some_and(|bits| bits & 1 == 1)
        || matches!(number(PHOTOMETRIC_INTERPRETATION), Some(FILTERED | LINEAR))
}

/// The way to the picture of a raw file: its largest preview, unless that is smaller than the largest
/// rung of the ladder and the sensor saw more.
pub(super) fn coding(format: Format, source: &[u8]) -> Result<Coding, Error> {
    let preview = preview(source);
    let longest = |(width, height): (u32, u32)| width.max(height);
    let enough = Variant::LADDER[0].longest_edge().unwrap_or(u32::MAX);
    match (preview, facts::size(source, format)) {
        (Some((offset, frame)), _) if longest(frame.size()) >= enough => {
            Ok(Coding::Preview(offset, frame))
        }
        (Some((offset, frame)), size)
            if size.is_none_or(|size| longest(size) <= longest(frame.size())) =>
        {
            Ok(Coding::Preview(offset, frame))
        }
        (small, Some(size)) => {
            Ok(Coding::Raw(Plan { size, file_bytes: source.len() as u64, small }))
        }
        (_, None) => Err(Error::unsupported(
            "this raw file has no preview in it and does not say how large it is",
        )),
    }
}

/// Where the largest preview begins, and what it says of itself.
pub(super) fn preview(source: &[u8]) -> Option<(usize, Frame)> {
    memmem::find_iter(source, b"\xff\xd8\xff")
        .take(MOST_LOOKED_AT)
        .filter_map(|offset| Some((offset, Frame::read(source.get(offset..)?).ok()?)))
        // What the sensor saw may be a JPEG too, but not one that is shown.
        .filter(|(_, frame)| frame.is_common())
        .max_by_key(|(_, frame)| area(frame.size(), 1))
}
