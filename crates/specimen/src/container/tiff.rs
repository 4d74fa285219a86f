//! TIFF: one uncompressed strip, and all metadata in the directory that describes it.

use crate::{
    Metadata,
    metadata::{
        exif, iptc,
        tiff::{Stream, Value},
        xmp,
    },
    raster::Raster,
};

#[expect(clippy::unnecessary_wraps, reason = "the other formats can fail")]
pub(super) fn write(picture: &Raster, metadata: &Metadata) -> Result<Vec<u8>, String> {
    let mut stream = Stream::new(metadata.byte_order);
    let pixels = stream.append(&picture.rgb);
    let length = u32::try_from(picture.rgb.len()).unwrap_or(u32::MAX);
    let mut tags = exif::image_tags(metadata, &mut stream);
    tags.extend([
        (256, Value::Long(vec![picture.width])),
        (257, Value::Long(vec![picture.height])),
        (258, Value::Short(vec![8, 8, 8])),
        // Not compressed, RGB.
        (259, Value::Short(vec![1])),
        (262, Value::Short(vec![2])),
        (273, Value::Long(vec![pixels])),
        (277, Value::Short(vec![3])),
        (278, Value::Long(vec![picture.height])),
        (279, Value::Long(vec![length])),
    ]);
    if let Some(packet) = xmp::packet(metadata) {
        tags.insert(700, Value::Byte(packet.into_bytes()));
    }
    if let Some(datasets) = iptc::datasets(metadata) {
        tags.insert(33_723, Value::Undefined(datasets));
    }
    let first = stream.directory(&tags);
    Ok(stream.finish(first))
}
