//! PNG, WebP, GIF, TIFF and BMP, through the decoders of the `image` family.

use std::io::Cursor;

use image::codecs::{bmp, gif, png, tiff, webp};
use image::{ImageDecoder, ImageError, Limits};

use super::Error;
use super::flatten::flatten;
use super::raster::Raster;
use crate::Format;

/// What a decoder may take beside the pixels: rows, tables, a colour profile that unpacks.
const WORKING_BYTES: u64 = 64 << 20;

/// Width, height and bytes of a decoded pixel, from the header.
pub(super) fn measure(format: Format, source: &[u8]) -> Result<((u32, u32), u64), Error> {
    let decoder = open(format, source)?;
    Ok((decoder.dimensions(), u64::from(decoder.color_type().bytes_per_pixel())))
}

/// The first picture in the file, and its colour profile (ICC). The caller has found its size
/// acceptable.
pub(super) fn decode(format: Format, source: &[u8]) -> Result<(Raster, Option<Vec<u8>>), Error> {
    let mut decoder = open(format, source)?;
    let (width, height) = decoder.dimensions();
    let color_type = decoder.color_type();
    let profile = decoder.icc_profile().ok().flatten();
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(decoder.total_bytes().saturating_mul(2).saturating_add(WORKING_BYTES));
    decoder.set_limits(limits).map_err(sorted)?;
    let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| no_room())?];
    decoder.read_image_boxed(&mut pixels).map_err(sorted)?;
    let layout = flatten(&mut pixels, color_type)?;
    Ok((Raster { width, height, layout, pixels }, profile))
}

fn open(format: Format, source: &[u8]) -> Result<Box<dyn ImageDecoder + '_>, Error> {
    let bytes = Cursor::new(source);
    let decoder: Box<dyn ImageDecoder> = match format {
        Format::Png => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(WORKING_BYTES);
            Box::new(png::PngDecoder::with_limits(bytes, limits).map_err(sorted)?)
        }
        Format::WebP => Box::new(webp::WebPDecoder::new(bytes).map_err(sorted)?),
        Format::Gif => Box::new(gif::GifDecoder::new(bytes).map_err(sorted)?),
        Format::Bmp => Box::new(bmp::BmpDecoder::new(bytes).map_err(sorted)?),
        Format::Tiff => Box::new(tiff::TiffDecoder::new(bytes).map_err(sorted)?),
        other => return Err(Error::unsupported(format!("{} is not decoded", other.mime_type()))),
    };
    Ok(decoder)
}

fn no_room() -> Error {
    Error::too_large("the picture does not fit into memory")
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn sorted(err: ImageError) -> Error {
    match err {
        ImageError::Unsupported(_) => Error::unsupported(err.to_string()),
        ImageError::Limits(_) => Error::too_large(format!("decoding needs too much memory: {err}")),
        _ => Error::corrupt(format!("could not decode the picture: {err}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_are_unsupported() {
        for format in [Format::Mp4, Format::Cr2, Format::Raf] {
            assert!(measure(format, b"").unwrap_err().is_unsupported(), "{format:?}");
        }
    }
}
