//! WebP, lossless: metadata in chunks of the extended format (RFC 9649, section 2.7).

use image_webp::{ColorType, WebPEncoder};

use crate::{
    Metadata,
    metadata::{exif, xmp},
    raster::Raster,
};

pub(super) fn write(picture: &Raster, metadata: &Metadata) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new(&mut bytes);
    if let Some(block) = exif::block(metadata) {
        encoder.set_exif_metadata(block);
    }
    if let Some(packet) = xmp::packet(metadata) {
        encoder.set_xmp_metadata(packet.into_bytes());
    }
    encoder
        .encode(&picture.rgb, picture.width, picture.height, ColorType::Rgb8)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}
