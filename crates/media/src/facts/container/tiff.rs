//! TIFF and the raws built on it: the file is an EXIF block with pixels in it.

use super::super::exif::{self, Exif, Tag};
use super::super::source::{Bytes, Source};
use super::super::tiff::{self, Order};
use super::{Blocks, jpeg};
use crate::Format;

const NEW_SUBFILE_TYPE: u16 = 0x00fe;
const IMAGE_WIDTH: u16 = 0x0100;
const IMAGE_LENGTH: u16 = 0x0101;
const SUB_IFDS: u16 = 0x014a;
/// More pictures than any raw has.
const MAX_SUB_DIRECTORIES: usize = 16;

/// Panasonic's own tags in the first directory: the edges of the picture on the sensor, and where a
/// JPEG lies that has all the metadata.
const SENSOR_EDGES: [u16; 4] = [4, 5, 6, 7];
const JPEG_FROM_RAW: u16 = 0x002e;

pub(super) fn walk(source: &mut Source<'_>, format: Format) -> Blocks {
    let exif = exif::read(source);
    match format {
        Format::Rw2 => panasonic(source, exif),
        // The first picture is a preview that older cameras made smaller, and the raw says no size.
        Format::Cr2 => Blocks { size: pixels(&exif).or(size(source)), exif, ..Blocks::default() },
        _ => Blocks { size: size(source), exif, ..Blocks::default() },
    }
}

/// The size that EXIF has of the picture.
fn pixels(exif: &Exif) -> Option<(u32, u32)> {
    let side = |tag| u32::try_from(exif.integer(tag)?).ok().filter(|side| *side > 0);
    side(Tag::PixelWidth).zip(side(Tag::PixelHeight))
}

fn panasonic(source: &mut Source<'_>, exif: Exif) -> Blocks {
    let (mut edges, mut preview) = ([None; 4], None);
    if let Some((order, first)) = tiff::header(source) {
        for entry in tiff::entries(source, order, first) {
            if entry.tag == JPEG_FROM_RAW {
                preview = Some(u64::from(entry.offset()));
            } else if let Some(edge) = SENSOR_EDGES.iter().position(|tag| *tag == entry.tag) {
                let value = entry.value(source, 8).and_then(|value| value.integer());
                edges[edge] = value.and_then(|value| u32::try_from(value).ok());
            }
        }
    }
    let is_jpeg = |at: &u64| source.at(*at, 2) == Some(&[0xff, 0xd8]);
    let inner = preview.filter(is_jpeg).map(|at| jpeg::walk(source, at)).unwrap_or_default();
    let mut blocks = inner;
    let of_preview = std::mem::replace(&mut blocks.exif, exif);
    blocks.exif.complete(of_preview);
    let [top, left, bottom, right] = edges;
    let side = |from: Option<u32>, to: Option<u32>| to?.checked_sub(from?);
    blocks.size = side(left, right).zip(side(top, bottom));
    blocks
}

/// One picture of the file.
#[derive(Default, Clone, Copy)]
struct Picture {
    width: u32,
    height: u32,
    is_reduced: bool,
}

/// The size of the picture proper: the first one, unless it calls itself a reduced one (as raws
/// do, whose first directory is a preview); then the largest that does not.
fn size(bytes: &mut dyn Bytes) -> Option<(u32, u32)> {
    let (order, first) = tiff::header(bytes)?;
    let (main, children) = picture(bytes, order, first);
    let proper = if main.is_reduced {
        children
            .into_iter()
            .map(|child| picture(bytes, order, child).0)
            .filter(|picture| !picture.is_reduced)
            .max_by_key(|picture| u64::from(picture.width) * u64::from(picture.height))
            .unwrap_or(main)
    } else {
        main
    };
    Some((proper.width, proper.height))
}

fn picture(bytes: &mut dyn Bytes, order: Order, at: u64) -> (Picture, Vec<u64>) {
    let mut picture = Picture::default();
    let mut children = Vec::new();
    for entry in tiff::entries(bytes, order, at) {
        if !matches!(entry.tag, NEW_SUBFILE_TYPE | IMAGE_WIDTH | IMAGE_LENGTH | SUB_IFDS) {
            continue;
        }
        let Some(value) = entry.value(bytes, 4 * MAX_SUB_DIRECTORIES as u64) else { continue };
        let number = value.integer().and_then(|number| u32::try_from(number).ok());
        match entry.tag {
            NEW_SUBFILE_TYPE => picture.is_reduced = number.is_some_and(|bits| bits & 1 == 1),
            IMAGE_WIDTH => picture.width = number.unwrap_or_default(),
            IMAGE_LENGTH => picture.height = number.unwrap_or_default(),
            _ => children.extend(value.integers().filter_map(|at| u64::try_from(at).ok())),
        }
    }
    (picture, children)
}
