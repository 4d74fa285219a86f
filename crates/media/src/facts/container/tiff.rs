//! TIFF and the raws built on it: the file is an EXIF block with pixels in it.

use super::super::exif;
use super::super::source::{Bytes, Source};
use super::super::tiff::{self, Order};
use super::Blocks;

const NEW_SUBFILE_TYPE: u16 = 0x00fe;
const IMAGE_WIDTH: u16 = 0x0100;
const IMAGE_LENGTH: u16 = 0x0101;
const SUB_IFDS: u16 = 0x014a;
/// More pictures than any raw has.
const MAX_SUB_DIRECTORIES: usize = 16;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    Blocks { size: size(source), exif: exif::read(source), ..Blocks::default() }
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
