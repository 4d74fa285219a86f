use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::super::Error;
use super::super::raster::{Layout, Raster};

/// A baseline JPEG with chroma at half resolution, and nothing in it but the picture.
pub(in super::super) fn encode(raster: &Raster, quality: i32) -> Result<Vec<u8>, Error> {
    compress(raster, quality)
        .map_err(|err| Error::failed(format!("could not encode the picture: {err}")))
}

fn compress(raster: &Raster, quality: i32) -> turbojpeg::Result<Vec<u8>> {
    let (format, subsampling) = match raster.layout {
        Layout::Gray => (PixelFormat::GRAY, Subsamp::Gray),
        Layout::Rgb => (PixelFormat::RGB, Subsamp::Sub2x2),
        Layout::Cmyk => (PixelFormat::CMYK, Subsamp::Sub2x2),
    };
    let mut compressor = Compressor::new()?;
    compressor.set_quality(quality)?;
    compressor.set_subsamp(subsampling)?;
    compressor.compress_to_vec(Image {
        pixels: &raster.pixels,
        width: raster.width as usize,
        pitch: raster.width as usize * raster.layout.channels(),
        height: raster.height as usize,
        format,
    })
}
