use std::fmt;

use super::error::guarded;
use super::header::Coding;
use super::raster::{Layout, Raster};
use super::shrink::{fit, shrink};
use super::{
    Buffers, Error, Header, Limits, Variant, bitmap, colour, heif, jpeg, jxl, orient, raw,
};

/// The longest edge a JPEG of libjpeg can have.
pub(super) const LONGEST_JPEG_EDGE: u32 = 65_500;

/// One variant, ready to be stored and served.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Which one.
    pub variant: Variant,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file.
    pub jpeg: Vec<u8>,
}

/// Everything a library shows of a picture before someone asks for its full size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// In the order of [`Variant::LADDER`].
    pub rungs: [Rendered; 3],
    /// A blurred picture in at most 25 bytes, to be shown while a real one loads
    /// (<https://evanw.github.io/thumbhash/>).
    pub thumbhash: Vec<u8>,
    /// Width and height of the source in pixels, as shown.
    pub shown_size: (u32, u32),
    /// The source is a preview, smaller than the picture it stands for: a raw file's.
    pub is_preview: bool,
}

/// Says how long the file is, not what is in it.
impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variant, width, height, jpeg } = self;
        write!(f, "{variant:?} of {width} x {height} pixels in {} bytes", jpeg.len())
    }
}

/// Makes all variants of [`Variant::LADDER`] and the `ThumbHash` from one decode, each from the next
/// larger one. `orientation` is the EXIF one, 1–8; other values mean 1.
pub fn ladder(
    buffers: &mut Buffers,
    source: &[u8],
    orientation: u8,
    limits: &Limits,
) -> Result<Ladder, Error> {
    guarded(|| {
        let header = Header::read(source)?;
        limits.check_size(&header)?;
        let edge = Variant::LADDER[0].longest_edge();
        let picture = render(buffers, source, &header, orientation, edge, limits)?;
        let ladder = climb(buffers, picture.raster, picture.shown_size)?;
        Ok(Ladder { is_preview: picture.is_preview, ..ladder })
    })
}

/// All rungs and the hash, from a picture that is as large as the largest of them.
pub(super) fn climb(
    buffers: &mut Buffers,
    raster: Raster,
    shown_size: (u32, u32),
) -> Result<Ladder, Error> {
    let [largest, middle, smallest] = Variant::LADDER;
    let first = encode(&raster, largest)?;
    let raster = rung(buffers, raster, shown_size, middle)?;
    let second = encode(&raster, middle)?;
    let raster = rung(buffers, raster, shown_size, smallest)?;
    let third = encode(&raster, smallest)?;
    let thumbhash = thumbhash(buffers, raster)?;
    Ok(Ladder { rungs: [first, second, third], thumbhash, shown_size, is_preview: false })
}

/// Makes a single variant. A [`Variant::Fullsize`] of an upright sRGB JPEG is that JPEG, bit for bit
/// the same picture, without its metadata and without whatever follows it in the file.
pub fn one(
    buffers: &mut Buffers,
    source: &[u8],
    orientation: u8,
    variant: Variant,
    limits: &Limits,
) -> Result<Rendered, Error> {
    guarded(|| {
        let header = Header::read(source)?;
        limits.check_size(&header)?;
        if variant == Variant::Fullsize
            && let Some(source) = servable(source, &header, orientation)
        {
            let (width, height) = header.size();
            return Ok(Rendered { variant, width, height, jpeg: jpeg::bare(source) });
        }
        let edge = variant.longest_edge();
        let picture = render(buffers, source, &header, orientation, edge, limits)?;
        let rendered = encode(&picture.raster, variant)?;
        buffers.give_back(picture.raster.pixels);
        Ok(rendered)
    })
}

/// The JPEG that looks the same in every browser once its metadata is gone, if there is one.
fn servable<'a>(source: &'a [u8], header: &Header, orientation: u8) -> Option<&'a [u8]> {
    let (source, frame) = header.jpeg(source)?;
    let as_it_is = frame.is_common()
        && !matches!(orientation, 2..=8)
        && colour::is_srgb(jpeg::profile(source).as_deref(), frame.layout());
    as_it_is.then_some(source)
}

/// A decoded picture, as it is shown.
pub(super) struct Picture {
    pub(super) raster: Raster,
    /// Width and height of the source.
    pub(super) shown_size: (u32, u32),
    /// As [`Ladder::is_preview`].
    pub(super) is_preview: bool,
}

/// Decodes, shrinks, converts and turns: in this order, so that the later steps see few pixels.
pub(super) fn render(
    buffers: &mut Buffers,
    source: &[u8],
    header: &Header,
    orientation: u8,
    edge: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Error> {
    let (raster, profile, size) = match decode(buffers, source, header, edge, limits) {
        Err(err) if !err.is_passing() => {
            let preview = header.of_preview().ok_or(err)?;
            return render(buffers, source, &preview, orientation, edge, limits);
        }
        decoded => decoded?,
    };
    let orientation = header.orientation(orientation);
    let raster = shrink(buffers, raster, fit(size, edge.unwrap_or(LONGEST_JPEG_EDGE)))?;
    let raster = colour::to_srgb(raster, profile.as_deref());
    Ok(Picture {
        raster: orient::upright(raster, orientation),
        shown_size: orient::shown_size(size, orientation),
        is_preview: header.is_preview(),
    })
}

/// What is decoded: the pixels, their colour profile, and the size of all of it before it is turned.
type Decoded = (Raster, Option<Vec<u8>>, (u32, u32));

/// The pixels as they are coded, or as many as the edge needs.
fn decode(
    buffers: &mut Buffers,
    source: &[u8],
    header: &Header,
    edge: Option<u32>,
    limits: &Limits,
) -> Result<Decoded, Error> {
    limits.check_cost(header, edge)?;
    let (raster, profile) = match (header.jpeg(source), header.coding()) {
        (Some((source, frame)), _) => {
            (jpeg::decode(buffers, source, frame, edge)?, jpeg::profile(source))
        }
        (_, Coding::Heif(plan)) => heif::decode(source, plan, limits)?,
        (_, Coding::Jxl(shape)) => jxl::decode(source, shape)?,
        (_, Coding::Raw(plan)) => {
            let developed = raw::develop(source, plan, edge, limits)?;
            return Ok((developed.raster, None, developed.size));
        }
        _ => bitmap::decode(header.format(), source)?,
    };
    Ok((raster, profile, header.size()))
}

fn rung(
    buffers: &mut Buffers,
    raster: Raster,
    shown_size: (u32, u32),
    variant: Variant,
) -> Result<Raster, Error> {
    match variant.longest_edge() {
        Some(edge) => shrink(buffers, raster, fit(shown_size, edge)),
        None => Ok(raster),
    }
}

pub(super) fn encode(raster: &Raster, variant: Variant) -> Result<Rendered, Error> {
    let jpeg = jpeg::encode(raster, variant.quality())?;
    Ok(Rendered { variant, width: raster.width, height: raster.height, jpeg })
}

fn thumbhash(buffers: &mut Buffers, raster: Raster) -> Result<Vec<u8>, Error> {
    const LONGEST_EDGE: u32 = 100;
    let size = fit(raster.size(), LONGEST_EDGE);
    let tiny = shrink(buffers, raster, size)?;
    let rgba: Vec<u8> = match tiny.layout {
        Layout::Gray => tiny.pixels.iter().flat_map(|l| [*l, *l, *l, 255]).collect(),
        _ => {
            tiny.pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect()
        }
    };
    Ok(::thumbhash::rgba_to_thumb_hash(size.0 as usize, size.1 as usize, &rgba))
}
