//! Where each format keeps pixels and metadata.

mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use crate::{Format, Metadata, raster::Raster};

/// A whole file; the error says why the format cannot hold it.
pub(crate) fn write(
    format: Format,
    picture: &Raster,
    metadata: &Metadata,
    quality: u8,
) -> Result<Vec<u8>, String> {
    match format {
        Format::Jpeg => jpeg::write(picture, metadata, quality),
        Format::Png => png::write(picture, metadata),
        Format::WebP => webp::write(picture, metadata),
        Format::Tiff => tiff::write(picture, metadata),
        Format::Gif => gif::write(picture, metadata),
    }
}

/// A side of at most 65,535 pixels, which is all that JPEG and GIF can say.
fn short_side(pixels: u32) -> Result<u16, String> {
    u16::try_from(pixels).map_err(|_| format!("a side may have at most {} pixels", u16::MAX))
}
