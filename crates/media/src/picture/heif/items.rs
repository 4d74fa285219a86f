//! What is in a HEIF file: its items, where their bytes lie, what is said of them, and how they
//! belong together (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6 and 9.3).

use std::collections::BTreeMap;

use crate::bmff::{boxes, find};
use crate::bytes::Fields;

/// The items of a file.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    source: &'a [u8],
    idat: &'a [u8],
    pub(super) primary: u32,
    kinds: BTreeMap<u32, [u8; 4]>,
    places: BTreeMap<u32, Place>,
    properties: Vec<Property<'a>>,
    /// Of each item, the positions of its properties.
    said: BTreeMap<u32, Vec<usize>>,
    links: Vec<Link>,
}

/// One thing that is said of an item. Those that change how it looks hold in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property<'a> {
    /// Width and height in pixels (`ispe`).
    Size(u32, u32),
    /// Quarter turns counter-clockwise (`irot`).
    Rotation(u8),
    /// Around which axis it is mirrored (`imir`).
    Mirror(u8),
    /// What is cut out of it (`clap`).
    Aperture(Aperture),
    /// How its HEVC is to be decoded (`hvcC`).
    Hevc(&'a [u8]),
    /// How its AV1 is to be decoded (`av1C`).
    Av1,
    /// Its colours, as an ICC profile (`colr`).
    Profile(&'a [u8]),
    /// Its colours, as code points (`colr`).
    Codes(Codes),
    /// What it is to another item (`auxC`), with NUL at its end.
    Auxiliary(&'a [u8]),
    /// Anything else.
    Other([u8; 4]),
}

/// A clean aperture: width, height, and how far its middle lies from the middle of the picture, each
/// as numerator and denominator.
pub(super) type Aperture = [(i32, i32); 4];

/// Colours by number (ITU-T H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Codes {
    pub(in super::super) primaries: u16,
    pub(in super::super) transfer: u16,
    pub(in super::super) matrix: u16,
    pub(in super::super) is_full_range: bool,
}

#[derive(Debug)]
struct Place {
    in_idat: bool,
    extents: Vec<(u64, u64)>,
}

#[derive(Debug)]
struct Link {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

impl<'a> Items<'a> {
    /// `None` when the file has no picture in it.
    pub(super) fn read(source: &'a [u8]) -> Option<Self> {
        let mut meta = Fields(find(source, *b"meta")?);
        meta.version()?;
        let meta = meta.0;
        let mut items =
            Self { source, idat: find(meta, *b"idat").unwrap_or_default(), ..Self::default() };
        items.primary = primary(find(meta, *b"pitm")?)?;
        items.read_kinds(find(meta, *b"iinf")?)?;
        items.read_places(find(meta, *b"iloc")?)?;
        let described = find(meta, *b"iprp")?;
        items.properties = boxes(find(described, *b"ipco")?).map(property).collect();
        for (_, body) in boxes(described).filter(|(kind, _)| kind == b"ipma") {
            // What was read before the box broke off holds.
            _ = items.read_said(body);
        }
        if let Some(links) = find(meta, *b"iref") {
            _ = items.read_links(links);
        }
        Some(items)
    }

    pub(super) fn kind(&self, item: u32) -> Option<[u8; 4]> {
        self.kinds.get(&item).copied()
    }

    /// What is said of an item, in its order.
    pub(super) fn said(&self, item: u32) -> impl Iterator<Item = Property<'a>> {
        let positions = self.said.get(&item).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|position| self.properties.get(*position).copied())
    }

    /// The items that this one is put together from.
    pub(super) fn parts(&self, item: u32) -> &[u32] {
        let made_of = |link: &&Link| link.kind == *b"dimg" && link.from == item;
        self.links.iter().find(made_of).map(|link| link.to.as_slice()).unwrap_or_default()
    }

    /// The item that says how transparent this one is.
    pub(super) fn alpha_of(&self, item: u32) -> Option<u32> {
        const ALPHA: [&[u8]; 2] =
            [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];
        let is_alpha = |item: u32| {
            self.said(item).any(|property| match property {
                Property::Auxiliary(name) => {
                    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
                    ALPHA.contains(&name)
                }
                _ => false,
            })
        };
        let belongs = |link: &&Link| link.kind == *b"auxl" && link.to.contains(&item);
        self.links.iter().filter(belongs).map(|link| link.from).find(|from| is_alpha(*from))
    }

    /// Whether the colours of an item were multiplied by its alpha.
    pub(super) fn is_premultiplied(&self, item: u32) -> bool {
        self.links.iter().any(|link| link.kind == *b"prem" && link.from == item)
    }

    /// The bytes of an item. `None` when they are not all there.
    pub(super) fn data(&self, item: u32) -> Option<Vec<u8>> {
        let place = self.places.get(&item)?;
        let from = if place.in_idat { self.idat } else { self.source };
        let mut data = Vec::new();
        for (offset, length) in &place.extents {
            let offset = usize::try_from(*offset).ok()?;
            let rest = from.get(offset..)?;
            let length = if *length == 0 { rest.len() } else { usize::try_from(*length).ok()? };
            // Extents may overlap; no item is larger than its file all the same.
            if data.len() + length > from.len() {
                return None;
            }
            data.extend(rest.get(..length)?);
        }
        Some(data)
    }

    fn read_kinds(&mut self, body: &'a [u8]) -> Option<()> {
        let mut fields = Fields(body);
        let (version, _) = fields.version()?;
        fields.bytes(if version == 0 { 2 } else { 4 })?;
        for (_, entry) in boxes(fields.0).filter(|(kind, _)| kind == b"infe") {
            let mut entry = Fields(entry);
            let (version, _) = entry.version()?;
            let id = entry.number(if version == 3 { 4 } else { 2 })?;
            entry.bytes(2)?;
            if version >= 2 {
                self.kinds.insert(u32::try_from(id).ok()?, entry.array()?);
            }
        }
        Some(())
    }

    fn read_places(&mut self, body: &[u8]) -> Option<()> {
        let mut fields = Fields(body);
        let (version, _) = fields.version()?;
        let [sizes, more] = fields.array()?;
        let widths = [sizes >> 4, sizes & 15, more >> 4, more & 15].map(usize::from);
        if widths.iter().any(|width| *width > 8) {
            return None;
        }
        let [offset, length, base, index] = widths;
        let id_bytes = if version < 2 { 2 } else { 4 };
        let count = fields.number(id_bytes)?;
        for _ in 0..count {
            let item = u32::try_from(fields.number(id_bytes)?).ok()?;
            let method = if version == 0 { 0 } else { fields.number16()? & 15 };
            let is_elsewhere = fields.number16()? != 0;
            let start = fields.number(base)?;
            let mut extents = Vec::new();
            for _ in 0..fields.number16()? {
                if version > 0 {
                    fields.bytes(index)?;
                }
                let from = fields.number(offset)?.saturating_add(start);
                extents.push((from, fields.number(length)?));
            }
            if method < 2 && !is_elsewhere {
                self.places.insert(item, Place { in_idat: method == 1, extents });
            }
        }
        Some(())
    }

    fn read_said(&mut self, body: &[u8]) -> Option<()> {
        let mut fields = Fields(body);
        let (version, flags) = fields.version()?;
        for _ in 0..fields.number32()? {
            let item = u32::try_from(fields.number(if version == 0 { 2 } else { 4 })?).ok()?;
            for _ in 0..fields.number8()? {
                // The highest bit says that whoever does not know it must not show the picture.
                let position = if flags & 1 == 1 {
                    fields.number16()? & 0x7fff
                } else {
                    u16::from(fields.number8()? & 0x7f)
                };
                if let Some(position) = usize::from(position).checked_sub(1) {
                    self.said.entry(item).or_default().push(position);
                }
            }
        }
        Some(())
    }

    fn read_links(&mut self, body: &[u8]) -> Option<()> {
        let mut fields = Fields(body);
        let (version, _) = fields.version()?;
        let id = if version == 0 { 2 } else { 4 };
        for (kind, link) in boxes(fields.0) {
            let mut link = Fields(link);
            let from = u32::try_from(link.number(id)?).ok()?;
            let to = (0..link.number16()?)
                .map_while(|_| link.number(id).and_then(|to| u32::try_from(to).ok()))
                .collect();
            self.links.push(Link { kind, from, to });
        }
        Some(())
    }
}

fn primary(body: &[u8]) -> Option<u32> {
    let mut fields = Fields(body);
    let (version, _) = fields.version()?;
    u32::try_from(fields.number(if version == 0 { 2 } else { 4 })?).ok()
}

fn property((kind, body): ([u8; 4], &[u8])) -> Property<'_> {
    parse(kind, body).unwrap_or(Property::Other(kind))
}

fn parse(kind: [u8; 4], body: &[u8]) -> Option<Property<'_>> {
    let mut fields = Fields(body);
    Some(match &kind {
        b"ispe" => {
            fields.version()?;
            Property::Size(fields.number32()?, fields.number32()?)
        }
        b"irot" => Property::Rotation(fields.number8()? & 3),
        b"imir" => Property::Mirror(fields.number8()? & 1),
        b"clap" => {
            let mut number = || Some(fields.number32()?.cast_signed());
            let mut fraction = || Some((number()?, number()?));
            Property::Aperture([fraction()?, fraction()?, fraction()?, fraction()?])
        }
        b"hvcC" => Property::Hevc(body),
        b"av1C" => Property::Av1,
        b"auxC" => {
            fields.version()?;
            Property::Auxiliary(fields.0)
        }
        b"colr" => match &fields.array()? {
            b"rICC" | b"prof" => Property::Profile(fields.0),
            b"nclx" => Property::Codes(Codes {
                primaries: fields.number16()?,
                transfer: fields.number16()?,
                matrix: fields.number16()?,
                is_full_range: fields.number8()? & 0x80 != 0,
            }),
            _ => return None,
        },
        _ => return None,
    })
}
