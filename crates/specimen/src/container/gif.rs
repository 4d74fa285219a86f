//! GIF: 256 colours, XMP in an application extension (XMP part 3, section 1.1.2).

use gif::{Encoder, EncodingError, Frame};

use super::short_side;
use crate::{Metadata, metadata::xmp, raster::Raster};

const TRAILER: u8 = 0x3B;
/// Faster than the library's default, at little cost to the eye.
const QUANTISER_SPEED: i32 = 20;

pub(super) fn write(picture: &Raster, metadata: &Metadata) -> Result<Vec<u8>, String> {
    let (width, height) = (short_side(picture.width)?, short_side(picture.height)?);
    let mut bytes = encode(picture, width, height).map_err(|error| error.to_string())?;
    if let Some(packet) = xmp::packet(metadata)
        && bytes.pop_if(|last| *last == TRAILER).is_some()
    {
        append_xmp(&mut bytes, &packet);
        bytes.push(TRAILER);
    }
    Ok(bytes)
}

fn encode(picture: &Raster, width: u16, height: u16) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height, &[])?;
    encoder.write_frame(&Frame::from_rgb_speed(width, height, &picture.rgb, QUANTISER_SPEED))?;
    drop(encoder);
    Ok(bytes)
}

/// The packet stands there as it is. The descending bytes behind it end the block for readers that
/// take its characters for lengths of sub-blocks, wherever they come out.
fn append_xmp(bytes: &mut Vec<u8>, packet: &str) {
    bytes.extend_from_slice(b"\x21\xFF\x0BXMP DataXMP");
    bytes.extend_from_slice(packet.as_bytes());
    bytes.push(1);
    bytes.extend((0..=u8::MAX).rev());
    bytes.push(0);
}
