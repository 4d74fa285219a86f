use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

use super::super::raster::{Layout, Raster, area};
use super::super::{Buffers, Error};
use super::{Frame, bare};

/// What libjpeg gives for a part of the picture that the file does not have.
const MISSING: u8 = 128;

/// More scans than any encoder makes, few enough that a file made of empty ones ends soon
/// (<https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf>).
const MOST_SCANS: u32 = 100;

/// Decodes to the smallest size libjpeg can give that has a longest edge of at least `edge`.
///
/// Of a damaged or incomplete picture the part that can be read is given, the rest is gray.
pub(in super::super) fn decode(
    buffers: &mut Buffers,
    source: &[u8],
    frame: &Frame,
    edge: Option<u32>,
) -> Result<Raster, Error> {
    let (width, height) = frame.scaled_size(edge);
    let layout = frame.layout();
    let bytes = usize::try_from(area((width, height), layout.channels() as u64))
        .map_err(|_| Error::too_large("the picture does not fit into memory"))?;
    let mut raster = Raster { width, height, layout, pixels: buffers.take(bytes, MISSING) };
    let mut decompressor = open(frame, edge).map_err(|err| Error::failed(err.to_string()))?;
    let outcome = match decompressor.read_header(source) {
        Ok(_) => decompressor.decompress(source, target(&mut raster)),
        // A complaint about the metadata must not cost the picture.
        Err(_) => decompressor.decompress(&bare(source), target(&mut raster)),
    };
    if let Err(err) = outcome
        && raster.pixels.iter().all(|value| *value == MISSING)
    {
        return Err(Error::corrupt(format!("could not decode the JPEG: {err}")));
    }
    if layout == Layout::Cmyk && frame.is_inverted() {
        raster.pixels.iter_mut().for_each(|ink| *ink = !*ink);
    }
    Ok(raster)
}

fn open(frame: &Frame, edge: Option<u32>) -> turbojpeg::Result<Decompressor> {
    let mut decompressor = Decompressor::new()?;
    decompressor.set_scan_limit(MOST_SCANS)?;
    decompressor.set_scaling_factor(ScalingFactor::new(1, frame.divisor(edge) as usize))?;
    Ok(decompressor)
}

fn target(raster: &mut Raster) -> Image<&mut [u8]> {
    Image {
        width: raster.width as usize,
        pitch: raster.width as usize * raster.layout.channels(),
        height: raster.height as usize,
        format: match raster.layout {
            Layout::Gray => PixelFormat::GRAY,
            Layout::Rgb => PixelFormat::RGB,
            Layout::Cmyk => PixelFormat::CMYK,
        },
        pixels: &mut raster.pixels,
    }
}
