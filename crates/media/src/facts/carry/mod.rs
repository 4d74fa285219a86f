//! What an original says that its renderings go on saying (contract 3.11).
//!
//! When and where a picture was taken, by what and by whom, is as true of an edited copy as of the
//! original. [`read`] takes that out of an original, [`Carried::into_copy_of`] writes it into a
//! JPEG or PNG. What is only true of the original's own bytes stays behind: orientation, size,
//! thumbnails (which may show what was cut away), maker notes that point elsewhere, and what lies
//! behind the picture in the file.
//!
//! Nothing here looks at pixels, and none are changed.

use std::io::{Read, Seek};

use super::container::{jpeg as segments, png as chunks, png_text, raf, webp};
use super::source::{Bytes, Source};
use crate::{Format, SNIFF_BYTES, sniff};

mod exif;
mod icc;
mod jpeg;
mod png;
mod xmp;

/// What is carried from an original into its renderings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// An EXIF block from its byte order on, upright.
    exif: Option<Vec<u8>>,
    /// An XMP packet.
    xmp: Option<Vec<u8>>,
    /// An ICC profile.
    profile: Option<Vec<u8>>,
}

/// Reads what can be carried on.
///
/// Never fails, and reads at most 16 MiB: what is missing, damaged or beyond that is not carried.
/// `format_by_name` is used when the first bytes do not tell.
pub fn read<R: Read + Seek>(original: &mut R, format_by_name: Format) -> Carried {
    let mut source = Source::new(original);
    let format = sniff(source.up_to(0, SNIFF_BYTES)).unwrap_or(format_by_name);
    let found = match format {
        Format::Jpeg => in_jpeg(&mut source, 0),
        Format::Raf => match raf::jpeg_start(&mut source) {
            Some(start) => in_jpeg(&mut source, start),
            None => Found::default(),
        },
        Format::Png => in_png(&mut source),
        Format::WebP => in_webp(&mut source),
        // TIFF and the raws built on it are EXIF blocks with pixels in them; others have no header.
        _ => return exif::carried(&mut source),
    };
    let block = found.exif.as_deref().unwrap_or_default();
    let inside = exif::carried(&mut block.strip_prefix(segments::EXIF).unwrap_or(block));
    Carried {
        exif: inside.exif,
        xmp: found.xmp.as_deref().and_then(xmp::carried).or(inside.xmp),
        profile: found.profile.or(inside.profile),
    }
}

impl Carried {
    /// A JPEG or PNG with all this in it; `None` when it is to stay as it is.
    ///
    /// EXIF and XMP take the place of those in `file`. A profile is added only to a file that does
    /// not say anything of its colours. An EXIF block of its own that stays becomes upright:
    /// rotation is in the pixels of a rendering already.
    pub fn into_copy_of(&self, file: &[u8]) -> Option<Vec<u8>> {
        let copy = match sniff(file)? {
            Format::Jpeg => jpeg::with(file, self)?,
            Format::Png => png::with(file, self)?,
            _ => return None,
        };
        (copy != file).then_some(copy)
    }
}

/// The blocks of an original as they are.
#[derive(Default)]
struct Found {
    exif: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
    profile: Option<Vec<u8>>,
}

fn in_jpeg(source: &mut Source<'_>, start: u64) -> Found {
    let mut found = Found::default();
    let mut pieces = icc::Pieces::default();
    let mut at = start.saturating_add(2);
    for _ in 0..segments::MAX_SEGMENTS {
        let Some(segment) = segments::next(source, at) else { break };
        at = segment.end();
        let head = source.up_to(segment.from, segment.size.min(segments::XMP.len()));
        let kind = segment.kind(head);
        let mut content = || source.up_to(segment.from, segment.size).to_vec();
        match kind {
            segments::Kind::Exif => found.exif = found.exif.or_else(|| Some(content())),
            segments::Kind::Xmp if found.xmp.is_none() => {
                found.xmp = content().get(segments::XMP.len()..).map(<[u8]>::to_vec);
            }
            segments::Kind::Profile => pieces.take(&content()),
            _ => {}
        }
    }
    Found { profile: pieces.joined(), ..found }
}

fn in_png(source: &mut Source<'_>) -> Found {
    let mut found = Found::default();
    let mut custom = None;
    let mut at = 8;
    for _ in 0..chunks::MAX_CHUNKS {
        let Some(chunk) = chunks::next(source, at) else { break };
        at = chunk.end();
        if &chunk.kind == b"IEND" {
            break;
        }
        if chunk.size > chunks::LONGEST_CHUNK {
            continue;
        }
        match &chunk.kind {
            b"eXIf" if found.exif.is_none() => {
                found.exif = Some(source.up_to(chunk.from, chunk.size).to_vec());
            }
            b"iCCP" if found.profile.is_none() => {
                found.profile = icc::inflated(source.up_to(chunk.from, chunk.size));
            }
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let peek = png_text::LONGEST_KEYWORD.min(chunk.size);
                if !png_text::is_of_use(source.up_to(chunk.from, peek)) {
                    continue;
                }
                match png_text::read(chunk.kind, source.up_to(chunk.from, chunk.size)) {
                    Some(png_text::Text::Xmp(packet)) => found.xmp = found.xmp.or(Some(packet)),
                    Some(png_text::Text::Exif(block)) => custom = custom.or(Some(block)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Found { exif: found.exif.or(custom), ..found }
}

fn in_webp(source: &mut Source<'_>) -> Found {
    let mut found = Found::default();
    let mut at = 12;
    for _ in 0..webp::MAX_CHUNKS {
        let Some(chunk) = webp::next(source, at) else { break };
        at = chunk.end();
        if chunk.size > webp::LONGEST_CHUNK {
            continue;
        }
        let slot = match &chunk.kind {
            b"EXIF" => &mut found.exif,
            b"XMP " => &mut found.xmp,
            b"ICCP" => &mut found.profile,
            _ => continue,
        };
        if slot.is_none() {
            *slot = Some(source.up_to(chunk.from, chunk.size).to_vec());
        }
    }
    found
}
