//! Maker notes: a directory of the camera maker's own, each in its own packing.

use super::super::source::Bytes;
use super::super::text;
use super::super::tiff::{self, Entry, Order};
use super::{APPLE, Directory, Exif, Tag};

/// Notes whose offsets count from their own start are read alone, and are no longer than this.
const LONGEST_NOTE: u64 = 256 << 10;
const APPLE_DIRECTORY: u64 = 14;
/// A header, a version, then a TIFF block of its own.
const NIKON: &[u8] = b"Nikon\0\x02";
const NIKON_BLOCK: usize = 10;
const PANASONIC: &[u8] = b"Panasonic\0\0\0";

/// Reads the notes that this entry points to, if we know their maker.
pub(super) fn read(bytes: &mut dyn Bytes, order: Order, entry: &Entry, exif: &mut Exif) {
    let at = u64::from(entry.offset());
    if entry.starts_with(bytes, APPLE) {
        let Some(note) = entry.value(bytes, LONGEST_NOTE) else { return };
        directory(&mut note.bytes(), Order::Big, APPLE_DIRECTORY, Directory::Apple, exif);
    } else if entry.starts_with(bytes, NIKON) {
        let Some(note) = entry.value(bytes, LONGEST_NOTE) else { return };
        exif.add(&mut note.bytes().get(NIKON_BLOCK..).unwrap_or_default(), Directory::Nikon);
    } else if entry.starts_with(bytes, PANASONIC) {
        directory(bytes, order, at + PANASONIC.len() as u64, Directory::Panasonic, exif);
    } else if exif.bytes(Tag::Make).is_some_and(|make| text::before_nul(make) == b"Canon") {
        // Without any header; offsets count from where all the others do.
        directory(bytes, order, at, Directory::Canon, exif);
    }
}

fn directory(bytes: &mut dyn Bytes, order: Order, at: u64, kind: Directory, exif: &mut Exif) {
    for entry in tiff::entries(bytes, order, at) {
        exif.take(bytes, kind, &entry);
    }
}
