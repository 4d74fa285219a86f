//! Where the blocks of metadata lie in a file. One walker per kind of file.
//!
//! A walker reads headers and jumps over everything else; it gives up quietly where a file stops
//! making sense and hands over what it found until then.

use super::exif::Exif;
use super::source::Source;
use crate::Format;

mod bmp;
mod gif;
pub(super) mod jpeg;
pub(super) mod png;
pub(super) mod png_text;
pub(super) mod raf;
mod tiff;
pub(super) mod webp;

/// The blocks of one file.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Encoded width and height as the header says, be they sensible or not.
    pub(super) size: Option<(u32, u32)>,
    pub(super) exif: Exif,
    /// An XMP packet.
    pub(super) xmp: Option<Vec<u8>>,
    /// IPTC records.
    pub(super) iptc: Option<Vec<u8>>,
    pub(super) comment: Option<Comment>,
}

/// A text for people that the container itself holds.
#[derive(Debug)]
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) tag: &'static str,
}

/// Finds the blocks of a file. Nothing for the formats whose walker is still to come.
pub(super) fn walk(source: &mut Source<'_>, format: Format) -> Blocks {
    match format {
        Format::Jpeg => jpeg::walk(source, 0),
        Format::Png => png::walk(source),
        Format::WebP => webp::walk(source),
        Format::Gif => gif::walk(source),
        Format::Bmp => bmp::walk(source),
        Format::Raf => raf::walk(source),
        Format::Tiff
        | Format::Dng
        | Format::Cr2
        | Format::Nef
        | Format::Arw
        | Format::Orf
        | Format::Rw2
        | Format::Pef
        | Format::Srw => tiff::walk(source),
        Format::Heic
        | Format::Heif
        | Format::Avif
        | Format::Jxl
        | Format::Cr3
        | Format::Mp4
        | Format::Mov
        | Format::M4v
        | Format::ThreeGp
        | Format::Avi
        | Format::Mkv
        | Format::WebM
        | Format::Mts
        | Format::Mpeg
        | Format::Wmv => Blocks::default(),
    }
}
