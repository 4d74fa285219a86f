//! What of a HEIF file makes up its picture.

use super::items::{Aperture, Codes, Items, Property};
use super::stream::Codec;
use crate::bytes::Fields;
use crate::picture::crop::Part;
use crate::picture::raster::area;
use crate::picture::{Error, orient};

/// More tiles than any camera or encoder makes.
const MOST_TILES: usize = 4096;

/// How the picture of a file is made; known before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Plan {
    /// Pixels as they are coded.
    coded: (u32, u32),
    tile: (u32, u32),
    columns: u32,
    tiles: usize,
    has_alpha: bool,
    /// What is left of them, when something is cut off.
    pub(super) cut: Option<Part>,
    /// How the rest is turned, in the numbers of EXIF.
    pub(in super::super) orientation: u8,
    pub(super) codes: Option<Codes>,
}

/// The bytes that go to the decoder.
#[derive(Debug)]
pub(super) struct Coded<'a> {
    pub(super) codec: Codec<'a>,
    pub(super) size: (u32, u32),
    pub(super) tile: (u32, u32),
    pub(super) columns: u32,
    pub(super) tiles: Vec<Vec<u8>>,
    pub(super) matrix: Matrix,
    pub(super) profile: Option<&'a [u8]>,
    pub(super) alpha: Option<Box<Coded<'a>>>,
    pub(super) is_premultiplied: bool,
}

/// How luma and chroma become red, green and blue, in ffmpeg's words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix {
    pub(super) name: &'static str,
    pub(super) range: &'static str,
}

impl Plan {
    /// Reads the container only.
    pub(in super::super) fn read(source: &[u8]) -> Result<Self, Error> {
        let items = Items::read(source).ok_or_else(|| corrupt("has no picture"))?;
        let item = items.primary;
        let grid = Grid::read(&items, item)?;
        let (cut, orientation) = shown(&items, item, grid.size);
        Ok(Self {
            coded: grid.size,
            tile: grid.tile,
            columns: grid.columns,
            tiles: grid.tiles.len(),
            has_alpha: items.alpha_of(item).is_some(),
            cut,
            orientation,
            codes: codes(&items, &grid, item),
        })
    }

    /// Width and height before it is turned.
    pub(in super::super) fn size(&self) -> (u32, u32) {
        self.cut.map_or(self.coded, |part| (part.width, part.height))
    }

    /// Bytes that decoding holds, here and in the decoder.
    pub(in super::super) fn cost(&self) -> u64 {
        const DECODER: u64 = 32 << 20;
        let canvas = area(self.coded, if self.is_hdr() { 9 } else { 3 });
        let others =
            area(self.coded, u64::from(self.has_alpha) + 3 * u64::from(self.cut.is_some()));
        canvas + others + DECODER + area(self.tile, 12)
    }

    /// Whether its brightness goes beyond white paper (PQ and HLG, ITU-R BT.2100).
    pub(super) fn is_hdr(&self) -> bool {
        self.codes.is_some_and(|codes| matches!(codes.transfer, 16 | 18))
    }
}

impl<'a> Coded<'a> {
    pub(super) fn read(source: &'a [u8], plan: &Plan) -> Result<Self, Error> {
        let items = Items::read(source).ok_or_else(|| corrupt("has no picture"))?;
        let item = items.primary;
        let mut coded = Self::of(&items, item)?;
        coded.profile = items.said(item).find_map(profile).or_else(|| {
            let tile = items.parts(item).first()?;
            items.said(*tile).find_map(profile)
        });
        if let Some(alpha) = items.alpha_of(item) {
            let alpha = Self::of(&items, alpha)?;
            if alpha.size == plan.coded {
                coded.alpha = Some(Box::new(alpha));
                coded.is_premultiplied = items.is_premultiplied(item);
            }
        }
        Ok(coded)
    }

    fn of(items: &Items<'a>, item: u32) -> Result<Self, Error> {
        let grid = Grid::read(items, item)?;
        let first = grid.tiles.first().copied().unwrap_or(item);
        let codec = items
            .said(first)
            .find_map(|property| match property {
                Property::Hevc(configuration) => Some(Codec::Hevc(configuration)),
                Property::Av1 => Some(Codec::Av1),
                _ => None,
            })
            .ok_or_else(|| corrupt("does not say how it is coded"))?;
        let data =
            |tile: &u32| items.data(*tile).ok_or_else(|| corrupt("lacks a part of its picture"));
        let tiles = grid.tiles.iter().map(data).collect::<Result<_, _>>()?;
        Ok(Self {
            codec,
            size: grid.size,
            tile: grid.tile,
            columns: grid.columns,
            tiles,
            matrix: matrix(codes(items, &grid, item)),
            profile: None,
            alpha: None,
            is_premultiplied: false,
        })
    }
}

/// An item as the coded items it is put together from: itself, or the tiles of a grid.
struct Grid {
    size: (u32, u32),
    tile: (u32, u32),
    columns: u32,
    tiles: Vec<u32>,
}

impl Grid {
    fn read(items: &Items<'_>, item: u32) -> Result<Self, Error> {
        let kind = items.kind(item).ok_or_else(|| corrupt("has no picture"))?;
        match &kind {
            b"grid" => Self::of_tiles(items, item),
            b"iden" => {
                let inner = items.parts(item).first().filter(|inner| **inner != item);
                let inner = *inner.ok_or_else(|| corrupt("has no picture"))?;
                if items.kind(inner) == Some(*b"iden") {
                    return Err(corrupt("has no picture"));
                }
                Self::read(items, inner)
            }
            b"iovl" => Err(Error::unsupported(
                "the HEIF file lays several pictures over each other, which is not done here",
            )),
            b"hvc1" | b"hev1" | b"av01" => {
                let size = size(items, item)?;
                Ok(Self { size, tile: size, columns: 1, tiles: vec![item] })
            }
            other => Err(Error::unsupported(format!(
                "HEIF pictures of the kind {} are not decoded",
                String::from_utf8_lossy(other).escape_debug()
            ))),
        }
    }

    /// ISO/IEC 23008-12, 6.6.2.3.
    fn of_tiles(items: &Items<'_>, item: u32) -> Result<Self, Error> {
        let data = items.data(item).ok_or_else(|| corrupt("lacks its grid"))?;
        let (rows, columns, width, height) =
            dimensions(&data).ok_or_else(|| corrupt("lacks its grid"))?;
        let tiles = items.parts(item).to_vec();
        let wanted = rows as usize * columns as usize;
        if tiles.len() < wanted || wanted > MOST_TILES {
            return Err(corrupt("lacks tiles of its grid"));
        }
        let tile = size(items, tiles[0])?;
        let covers = |tile: u32, count: u32, whole: u32| {
            let (tile, count, whole) = (u64::from(tile), u64::from(count), u64::from(whole));
            tile * count >= whole && tile * (count - 1) < whole
        };
        if !covers(tile.0, columns, width) || !covers(tile.1, rows, height) {
            return Err(corrupt("has tiles that do not fit its grid"));
        }
        let coded = [*b"hvc1", *b"hev1", *b"av01"];
        let is_coded = |tile: &u32| items.kind(*tile).is_some_and(|kind| coded.contains(&kind));
        if !tiles[..wanted].iter().all(is_coded) {
            return Err(Error::unsupported("HEIF grids of such tiles are not decoded"));
        }
        Ok(Self { size: (width, height), tile, columns, tiles: tiles[..wanted].to_vec() })
    }
}

/// Rows, columns, width and height of a grid. None is 0.
fn dimensions(data: &[u8]) -> Option<(u32, u32, u32, u32)> {
    let mut fields = Fields(data);
    let [_, flags, rows, columns] = fields.array()?;
    let bytes = if flags & 1 == 1 { 4 } else { 2 };
    let mut side = || fields.number(bytes).and_then(|side| u32::try_from(side).ok());
    let (width, height) = (side()?, side()?);
    (width > 0 && height > 0).then_some((
        u32::from(rows) + 1,
        u32::from(columns) + 1,
        width,
        height,
    ))
}

fn size(items: &Items<'_>, item: u32) -> Result<(u32, u32), Error> {
    items
        .said(item)
        .find_map(|property| match property {
            Property::Size(width, height) => Some((width, height)),
            _ => None,
        })
        .filter(|(width, height)| *width > 0 && *height > 0)
        .ok_or_else(|| corrupt("does not say how large its picture is"))
}

/// What is cut out of the coded picture, and how that is turned. The changes hold in their order; an
/// aperture behind a turn has been seen in no file, and is left out.
fn shown(items: &Items<'_>, item: u32, coded: (u32, u32)) -> (Option<Part>, u8) {
    let mut cut = None;
    let mut orientation = 1;
    for property in items.said(item) {
        match property {
            Property::Aperture(aperture) if orientation == 1 && cut.is_none() => {
                cut = part(aperture, coded).filter(|part| (part.width, part.height) != coded);
            }
            Property::Rotation(quarters) => {
                let turn = [1, 8, 3, 6][usize::from(quarters & 3)];
                orientation = orient::both(orientation, turn);
            }
            Property::Mirror(axis) => {
                orientation = orient::both(orientation, if axis == 0 { 4 } else { 2 });
            }
            _ => {}
        }
    }
    (cut, orientation)
}

/// ISO/IEC 14496-12, 12.1.4. `None` when it does not lie inside the picture.
fn part([width, height, across, down]: Aperture, coded: (u32, u32)) -> Option<Part> {
    let along = |length: (i32, i32), offset: (i32, i32), whole: u32| {
        let ratio =
            |(over, under): (i32, i32)| (under != 0).then(|| f64::from(over) / f64::from(under));
        let (length, whole) = (ratio(length)?.round(), f64::from(whole));
        let begin = (ratio(offset)? + (whole - length) / 2.0).round();
        let inside = length >= 1.0 && begin >= 0.0 && begin + length <= whole;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "both lie between 0 and a u32"
        )]
        inside.then_some((begin as u32, length as u32))
    };
    let (left, width) = along(width, across, coded.0)?;
    let (top, height) = along(height, down, coded.1)?;
    Some(Part { left, top, width, height })
}

fn codes(items: &Items<'_>, grid: &Grid, item: u32) -> Option<Codes> {
    let codes = |property| match property {
        Property::Codes(codes) => Some(codes),
        _ => None,
    };
    let of_tile = || items.said(*grid.tiles.first()?).find_map(codes);
    items.said(item).find_map(codes).or_else(of_tile)
}

fn profile(property: Property<'_>) -> Option<&[u8]> {
    match property {
        Property::Profile(profile) => Some(profile),
        _ => None,
    }
}

/// The matrix that the container names; the bitstream's own where it names none.
fn matrix(codes: Option<Codes>) -> Matrix {
    let Some(codes) = codes else { return Matrix { name: "auto", range: "auto" } };
    let name = match codes.matrix {
        1 => "bt709",
        4 => "fcc",
        5 | 6 => "bt601",
        7 => "smpte240m",
        9 | 10 => "bt2020",
        _ => "auto",
    };
    Matrix { name, range: if codes.is_full_range { "full" } else { "limited" } }
}

fn corrupt(what: &str) -> Error {
    Error::corrupt(format!("the HEIF file {what}"))
}
