//! HEIC, HEIF and AVIF: items in a `meta` box (ISO/IEC 23008-12; ISO/IEC 14496-12, section 8.11).
//!
//! The size is that of the primary item, which may be put together from tiles; the orientation is
//! what its `irot` and `imir` properties add up to.

use super::super::exif;
use super::super::source::{Bytes, Fields, Source};
use super::{Blocks, Turn, motion};
use crate::bmff::Atom;

/// More than the tables of any real file, in bytes.
const LONGEST_TABLE: usize = 1 << 20;
/// Longer metadata is not read, in bytes.
const LONGEST_ITEM: usize = 4 << 20;
/// Pieces that one item may lie in.
const MAX_EXTENTS: u64 = 64;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let parts = Atom::FILE.children(source);
    let part = |kind: &[u8; 4]| parts.iter().copied().find(|part| &part.kind == kind);
    let Some(meta) = part(b"meta") else { return Blocks::default() };
    let motion = part(b"mpvd").and_then(|part| motion::in_box(source, part));
    let items = Items::read(source, meta.behind(4));
    let (size, turn) = items.shape(source);
    let exif = items.described_by(source, *b"Exif").and_then(|block| {
        // Where the TIFF header is, counted from behind this number.
        let mut fields = Fields(&block);
        let skipped = usize::try_from(fields.number(4)?).ok()?;
        fields.0.get(skipped..).map(exif::read_block)
    });
    let xmp = items.described_by(source, *b"mime");
    let exif = exif.unwrap_or_default();
    Blocks { size, turn: Some(turn), exif, xmp, motion, ..Blocks::default() }
}

/// The tables of a `meta` box, as far as they are there.
struct Items {
    primary: u64,
    tables: Vec<Atom>,
}

/// One item: its number and kind.
struct Item {
    number: u64,
    kind: [u8; 4],
    is_xmp: bool,
}

impl Items {
    fn read(source: &mut Source<'_>, meta: Atom) -> Self {
        let tables = meta.children(source);
        let mut items = Self { primary: 0, tables };
        items.primary = items.primary(source).unwrap_or_default();
        items
    }

    fn table(&self, kind: [u8; 4]) -> Option<Atom> {
        self.tables.iter().copied().find(|table| table.kind == kind)
    }

    fn primary(&self, source: &mut Source<'_>) -> Option<u64> {
        let table = self.table(*b"pitm")?;
        let (version, _) = table.version(source)?;
        Fields(table.behind(4).content(source, 4)).number(wide(version > 0))
    }

    /// The content of the item of this kind that describes the primary one; where none says what it
    /// describes, of the first.
    fn described_by(&self, source: &mut Source<'_>, kind: [u8; 4]) -> Option<Vec<u8>> {
        let items = self.list(source)?;
        let wanted: Vec<u64> = items
            .iter()
            .filter(|item| item.kind == kind && (&kind != b"mime" || item.is_xmp))
            .map(|item| item.number)
            .collect();
        let describing = self.describing(source).unwrap_or_default();
        let chosen = wanted.iter().find(|number| describing.contains(number)).or(wanted.first())?;
        self.content(source, *chosen)
    }

    fn list(&self, source: &mut Source<'_>) -> Option<Vec<Item>> {
        let table = self.table(*b"iinf")?;
        let (version, _) = table.version(source)?;
        let entries = table.behind(if version == 0 { 6 } else { 8 }).children(source);
        Some(entries.into_iter().filter_map(|entry| Item::read(source, entry)).collect())
    }

    /// Numbers of the items that describe the primary one.
    fn describing(&self, source: &mut Source<'_>) -> Option<Vec<u64>> {
        let table = self.table(*b"iref")?;
        let width = wide(table.version(source)?.0 > 0);
        let mut describing = Vec::new();
        for reference in table.behind(4).children(source) {
            if &reference.kind != b"cdsc" {
                continue;
            }
            let mut fields = Fields(reference.content(source, LONGEST_TABLE));
            let (Some(from), Some(count)) = (fields.number(width), fields.number(2)) else {
                continue;
            };
            if (0..count).map_while(|_| fields.number(width)).any(|to| to == self.primary) {
                describing.push(from);
            }
        }
        Some(describing)
    }

    /// The bytes of an item, joined from its pieces.
    fn content(&self, source: &mut Source<'_>, number: u64) -> Option<Vec<u8>> {
        let table = self.table(*b"iloc")?;
        let inside = self.table(*b"idat").map(|data| data.from);
        let extents = extents(table.content(source, LONGEST_TABLE), number, inside)?;
        let mut content = Vec::new();
        for (from, len) in extents {
            let len = usize::try_from(len).ok()?.min(LONGEST_ITEM - content.len());
            content.extend(source.up_to(from, len));
        }
        Some(content)
    }

    /// Size and orientation of the primary item.
    fn shape(&self, source: &mut Source<'_>) -> (Option<(u32, u32)>, Turn) {
        let (mut size, mut turn) = (None, Turn::default());
        for property in self.properties(source).unwrap_or_default() {
            match &property.kind {
                b"ispe" => {
                    let mut fields = Fields(property.behind(4).content(source, 8));
                    size = size.or(fields.number32().zip(fields.number32()));
                }
                b"irot" => {
                    let quarters = property.content(source, 1).first().map_or(0, |bits| bits & 3);
                    turn = turn.anticlockwise(quarters);
                }
                b"imir" => {
                    let mode = property.content(source, 1).first().map_or(0, |bits| bits & 1);
                    turn = if mode == 1 { turn.mirrored() } else { turn.mirrored().half() };
                }
                _ => {}
            }
        }
        (size, turn)
    }

    /// The properties of the primary item, in their order.
    fn properties(&self, source: &mut Source<'_>) -> Option<Vec<Atom>> {
        let table = self.table(*b"iprp")?;
        let all = table.child(source, *b"ipco")?.children(source);
        let association = table.child(source, *b"ipma")?;
        let (version, flags) = association.version(source)?;
        let mut fields = Fields(association.behind(4).content(source, LONGEST_TABLE));
        for _ in 0..fields.number(4)? {
            let number = fields.number(wide(version > 0))?;
            let count = usize::try_from(fields.number(1)?).ok()?;
            let width = if flags & 1 == 1 { 2 } else { 1 };
            let mut indices = Fields(fields.bytes(count * width)?);
            if number != self.primary {
                continue;
            }
            // The high bit says that a reader has to understand the property.
            let mask = if width == 2 { 0x7fff } else { 0x7f };
            let index = std::iter::from_fn(|| indices.number(width).filter(|_| count > 0));
            let known =
                |index: u64| all.get(usize::try_from(index & mask).ok()?.checked_sub(1)?).copied();
            return Some(index.take(count).filter_map(known).collect());
        }
        None
    }
}

impl Item {
    fn read(source: &mut Source<'_>, entry: Atom) -> Option<Self> {
        let (version, _) = entry.version(source).filter(|_| &entry.kind == b"infe")?;
        let mut fields = Fields(entry.behind(4).content(source, 256));
        let number = match version {
            2 => fields.number(2)?,
            3 => fields.number(4)?,
            _ => return None,
        };
        let _protection = fields.number(2)?;
        let kind = fields.bytes(4)?.try_into().ok()?;
        let _name = fields.text();
        let is_xmp = fields.text().is_some_and(|it| it == b"application/rdf+xml");
        Some(Self { number, kind, is_xmp })
    }
}

/// Bytes of a number of an item.
fn wide(is_wide: bool) -> usize {
    if is_wide { 4 } else { 2 }
}

/// Where in the file an item lies: places and lengths. `inside` is where the `idat` box begins.
fn extents(table: &[u8], wanted: u64, inside: Option<u64>) -> Option<Vec<(u64, u64)>> {
    let mut fields = Fields(table);
    let version = fields.number(1)?;
    let _flags = fields.number(3)?;
    let (sizes, more) = (fields.number(1)?, fields.number(1)?);
    let nibble = |byte: u64, shift: u32| usize::try_from(byte >> shift & 15).unwrap_or_default();
    let (offset_size, length_size, base_size) =
        (nibble(sizes, 4), nibble(sizes, 0), nibble(more, 4));
    let index_size = if version == 0 { 0 } else { nibble(more, 0) };
    let width = wide(version >= 2);
    for _ in 0..fields.number(width)? {
        let number = fields.number(width)?;
        let method = if version == 0 { 0 } else { fields.number(2)? & 15 };
        let _data_reference = fields.number(2)?;
        let base = fields.number(base_size)?;
        let count = fields.number(2)?;
        let start = match method {
            0 => Some(base),
            1 => inside.and_then(|inside| inside.checked_add(base)),
            _ => None,
        };
        let mut extents = Vec::new();
        for _ in 0..count {
            let _index = fields.number(index_size)?;
            let (offset, len) = (fields.number(offset_size)?, fields.number(length_size)?);
            if number == wanted && (extents.len() as u64) < MAX_EXTENTS {
                extents.push((start?.checked_add(offset)?, len));
            }
        }
        if number == wanted {
            return Some(extents);
        }
    }
    None
}
