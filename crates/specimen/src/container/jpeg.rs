//! JPEG: metadata in application segments (EXIF 2.32 section 4.7, XMP part 3, Photoshop's APP13).

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::short_side;
use crate::{
    Metadata,
    metadata::{exif, iptc, xmp},
    raster::Raster,
};

pub(super) fn write(picture: &Raster, metadata: &Metadata, quality: u8) -> Result<Vec<u8>, String> {
    let (width, height) = (short_side(picture.width)?, short_side(picture.height)?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let segments = [
        (1, "EXIF", b"Exif\0\0".as_slice(), exif::block(metadata)),
        (
            1,
            "XMP",
            b"http://ns.adobe.com/xap/1.0/\0",
            xmp::packet(metadata).map(String::into_bytes),
        ),
        (13, "IPTC", b"Photoshop 3.0\0", iptc::resources(metadata)),
    ];
    for (number, name, prefix, payload) in segments {
        if let Some(payload) = payload {
            encoder
                .add_app_segment(number, [prefix, &payload].concat())
                .map_err(|error| format!("{name}: {error}"))?;
        }
    }
    encoder
        .encode(&picture.rgb, width, height, ColorType::Rgb)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}
