//! HEIC, HEIF and AVIF (ISO/IEC 23008-12): the container is read here, the HEVC or AV1 in it is
//! decoded by ffmpeg in a process of its own.
//!
//! The file says how its picture is turned; whatever EXIF says of that beside it is ignored
//! (ISO/IEC 23008-12, 6.5.10).
//!
//! To read it: [`Plan`] is what is to be decoded, [`decode`] has it done; `items` is what is in the
//! file, `stream` what ffmpeg gets, `canvas` where its tiles come to lie.

mod canvas;
mod items;
mod plan;
mod stream;

pub(super) use items::Codes;
pub(super) use plan::Plan;

use super::colour::named;
use super::crop::cut;
use super::flatten::lay_on_white;
use super::raster::{Layout, Raster, area};
use super::{Error, Limits, ffmpeg, hdr};
use crate::confined::Input;
use canvas::Canvas;
use plan::{Coded, Matrix};
use stream::Stream;

/// The picture in coded orientation, cut to its aperture, and its ICC profile.
pub(super) fn decode(
    source: &[u8],
    plan: &Plan,
    limits: &Limits,
) -> Result<(Raster, Option<Vec<u8>>), Error> {
    let coded = Coded::read(source, plan)?;
    let (width, height) = coded.size;
    let mut pixels = if plan.is_hdr() {
        let wide = frames(&coded, "rgb48le", 6, limits)?;
        hdr::to_sdr(&wide, plan.codes)
    } else {
        frames(&coded, "rgb24", 3, limits)?
    };
    if let Some(alpha) = &coded.alpha {
        let alpha = frames(alpha, "gray", 1, limits)?;
        lay_on_white(&mut pixels, &alpha, coded.is_premultiplied);
    }
    let raster = Raster { width, height, layout: Layout::Rgb, pixels };
    let raster = match plan.cut {
        Some(part) => cut(&raster, part),
        None => raster,
    };
    let profile = coded.profile.map(<[u8]>::to_vec).or_else(|| plan.codes.and_then(named));
    Ok((raster, profile))
}

/// All tiles of an item, put together.
fn frames(
    coded: &Coded<'_>,
    pixels: &str,
    bytes_per_pixel: usize,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut stream = Stream::new(coded.codec);
    for tile in &coded.tiles {
        stream
            .push(tile)
            .ok_or_else(|| Error::corrupt("the HEIF file's picture makes no sense"))?;
    }
    let count = coded.tiles.len().to_string();
    let filter = filter(coded, pixels);
    let arguments = [
        "-v",
        "error",
        "-f",
        stream.demuxer(),
        "-i",
        "pipe:0",
        "-map",
        "0:v:0",
        "-frames:v",
        &count,
        "-fps_mode",
        "passthrough",
        "-vf",
        &filter,
        "-f",
        "rawvideo",
        "pipe:1",
    ];
    let whole = |(width, height): (u32, u32)| (width as usize, height as usize);
    let tile_pixels = area(coded.tile, 1);
    let expected =
        tile_pixels.saturating_mul(coded.tiles.len() as u64).saturating_mul(bytes_per_pixel as u64);
    let mut canvas =
        Canvas::new(whole(coded.size), whole(coded.tile), coded.columns as usize, bytes_per_pixel);
    let input = Input::Bytes(stream.bytes());
    let ended =
        ffmpeg::run(limits, &arguments, input, tile_pixels, expected, |piece| canvas.push(piece))?;
    if (canvas.filled() as u64) < expected {
        let complaint = ffmpeg::complaint(&ended);
        return Err(Error::corrupt(format!("could not decode the HEIF file: {complaint}")));
    }
    Ok(canvas.into_pixels())
}

/// Brings every tile to its size and its pixels to the form wanted.
fn filter(coded: &Coded<'_>, pixels: &str) -> String {
    let (width, height) = coded.tile;
    let Matrix { name, range } = coded.matrix;
    format!(
        "scale={width}:{height}:flags=bilinear+accurate_rnd+full_chroma_int\
         :in_color_matrix={name}:in_range={range}:out_range=full,format={pixels}"
    )
}
