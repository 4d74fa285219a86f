//! Where the blocks of metadata lie in a file. One walker per kind of file.
//!
//! A walker reads headers and jumps over everything else; it gives up quietly where a file stops
//! making sense and hands over what it found until then.

use model::MotionVideo;

use super::exif::Exif;
use super::source::Source;
use crate::Format;

mod avi;
mod bmp;
pub(super) mod clip;
mod cr3;
mod fragments;
mod gif;
mod heif;
mod iso6709;
pub(super) mod jpeg;
mod jxl;
mod matroska;
pub(super) mod motion;
mod movie;
mod mts;
pub(super) mod png;
pub(super) mod png_text;
mod quicktime;
pub(super) mod raf;
mod sony;
mod tiff;
mod turn;
pub(super) mod webp;

use clip::Clip;
pub(super) use turn::Turn;

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
    /// How the picture is to be turned, in formats that say so themselves and not in EXIF.
    pub(super) turn: Option<Turn>,
    pub(super) clip: Clip,
    /// The film in a motion photo that has a box for it.
    pub(super) motion: Option<MotionVideo>,
}

/// A text for people that the container itself holds.
#[derive(Debug)]
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) tag: &'static str,
}

/// Finds the blocks of a file. Nothing for MPEG program streams and Windows Media, which no camera
/// writes any more.
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
        | Format::Srw => tiff::walk(source, format),
        Format::Heic | Format::Heif | Format::Avif => heif::walk(source),
        Format::Cr3 => cr3::walk(source),
        Format::Mp4 | Format::Mov | Format::M4v | Format::ThreeGp => movie::walk(source),
        Format::Jxl => jxl::walk(source),
        Format::Avi => avi::walk(source),
        Format::Mkv | Format::WebM => matroska::walk(source),
        Format::Mts => mts::walk(source),
        Format::Mpeg | Format::Wmv => Blocks::default(),
    }
}
