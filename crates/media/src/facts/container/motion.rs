//! The film in a motion photo: where it begins, and how long it is.
//!
//! Whoever says that there is one, an MP4 has to begin there.

use model::MotionVideo;

use super::super::source::{Bytes, Source, piece};
use super::super::xmp::{Property, Xmp};
use crate::bmff::Atom;

/// Samsung's number for a film in its trailer.
const SAMSUNG_FILM: u16 = 0x0a30;
/// More parts than any trailer has.
const MAX_PARTS: usize = 64;

/// Looks in the places where cameras put one: Samsung's trailer, then the bytes at the end that XMP
/// counts: those of Google's `Container:Item` with the semantic `MotionPhoto`, or the older
/// `GCamera:MicroVideoOffset`.
pub(in super::super) fn at_end(source: &mut Source<'_>, xmp: &Xmp) -> Option<MotionVideo> {
    let end = source.len()?;
    samsung(source, end).or_else(|| {
        let is_one = |property| xmp.text(property) == Some("1");
        if !is_one(Property::CameraMotionPhoto) && !is_one(Property::CameraMicroVideo) {
            return None;
        }
        let counted = [
            Property::ItemMotionLength,
            Property::CameraMicroVideoOffset,
            Property::CameraMotionOffset,
        ];
        counted.into_iter().find_map(|property| {
            let len = xmp.text(property)?.parse().ok()?;
            film(source, end.checked_sub(len)?, len)
        })
    })
}

/// The film in a box of its own.
pub(super) fn in_box(source: &mut Source<'_>, part: Atom) -> Option<MotionVideo> {
    let end = part.end.min(source.len()?);
    film(source, part.from, end.checked_sub(part.from)?)
}

fn film(source: &mut Source<'_>, from: u64, bytes: u64) -> Option<MotionVideo> {
    let is_film = source.at(from, 12)?.get(4..8) == Some(b"ftyp");
    is_film.then_some(MotionVideo { from, bytes })
}

/// A trailer that ends with the length of its list of parts and `SEFT`; a part says how far before
/// the list it begins.
fn samsung(source: &mut Source<'_>, end: u64) -> Option<MotionVideo> {
    let foot = source.at(end.checked_sub(8)?, 8)?;
    let size = piece::le32(foot, 0).filter(|_| &foot[4..] == b"SEFT")?;
    let list_at = end.checked_sub(8 + u64::from(size))?;
    let head = source.at(list_at, 12)?;
    let count = piece::le32(head, 8).filter(|_| head.starts_with(b"SEFH"))?;
    let count = usize::try_from(count).ok()?.min(MAX_PARTS);
    let parts = source.at(list_at + 12, count * 12)?.to_vec();
    parts.as_chunks::<12>().0.iter().find_map(|part| {
        let kind = piece::le16(part, 2).filter(|kind| *kind == SAMSUNG_FILM)?;
        let (back, size) = (piece::le32(part, 4)?, piece::le32(part, 8)?);
        let at = list_at.checked_sub(u64::from(back))?;
        // Its kind again, the length of its name, and the name stand before the film.
        let head = source.at(at, 8)?;
        let name = piece::le32(head, 4).filter(|_| piece::le16(head, 2) == Some(kind))?;
        let skipped = 8 + u64::from(name);
        film(source, at + skipped, u64::from(size).checked_sub(skipped)?)
    })
}
