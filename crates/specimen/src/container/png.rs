//! PNG: EXIF in `eXIf`, XMP in `iTXt` (PNG third edition, XMP part 3).

use std::borrow::Cow;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Info};

use crate::{
    Metadata,
    metadata::{exif, xmp},
    raster::Raster,
};

pub(super) fn write(picture: &Raster, metadata: &Metadata) -> Result<Vec<u8>, String> {
    encode(picture, metadata).map_err(|error| error.to_string())
}

fn encode(picture: &Raster, metadata: &Metadata) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut info = Info::with_size(picture.width, picture.height);
    info.color_type = ColorType::Rgb;
    info.bit_depth = BitDepth::Eight;
    info.exif_metadata = exif::block(metadata).map(Cow::Owned);
    let mut encoder = Encoder::with_info(&mut bytes, info)?;
    encoder.set_compression(Compression::Fast);
    if let Some(packet) = xmp::packet(metadata) {
        encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), packet)?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.rgb)?;
    writer.finish()?;
    Ok(bytes)
}
