//! Pictures whose content is known.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// Red, green, blue and white quarters: no two orientations look alike.
pub(crate) const RED: [u8; 3] = [200, 30, 40];
pub(crate) const GREEN: [u8; 3] = [30, 180, 60];
pub(crate) const BLUE: [u8; 3] = [40, 50, 190];
pub(crate) const WHITE: [u8; 3] = [250, 250, 250];

/// Red, green above blue, white.
pub(crate) fn quarters(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    }))
}

pub(crate) fn flat(width: u32, height: u32, colour: [u8; 3]) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb(colour)))
}

pub(crate) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(crate) fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    jpeg_with(picture, |_| {})
}

pub(crate) fn progressive_jpeg(picture: &DynamicImage) -> Vec<u8> {
    jpeg_with(picture, |compressor| compressor.set_progressive(true).unwrap())
}

pub(crate) fn gray_jpeg(picture: &DynamicImage) -> Vec<u8> {
    jpeg_with(picture, |compressor| compressor.set_subsamp(Subsamp::Gray).unwrap())
}

fn jpeg_with(picture: &DynamicImage, settings: impl FnOnce(&mut Compressor)) -> Vec<u8> {
    let rgb = picture.to_rgb8();
    compress(rgb.width(), rgb.height(), rgb.as_raw(), PixelFormat::RGB, settings)
}

/// As Photoshop writes it: an Adobe segment, and 255 for no ink.
pub(crate) fn flat_cmyk_jpeg(width: u32, height: u32, inverted_ink: [u8; 4]) -> Vec<u8> {
    let pixels = inverted_ink.repeat((width * height) as usize);
    compress(width, height, &pixels, PixelFormat::CMYK, |_| {})
}

fn compress(
    width: u32,
    height: u32,
    pixels: &[u8],
    format: PixelFormat,
    settings: impl FnOnce(&mut Compressor),
) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(92).unwrap();
    settings(&mut compressor);
    let (width, height) = (width as usize, height as usize);
    let image = Image { pixels, width, pitch: width * format.size(), height, format };
    compressor.compress_to_vec(image).unwrap()
}

/// The JPEG with one more segment behind its first two bytes.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, payload, &jpeg[2..]].concat()
}

pub(crate) fn with_profile(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat())
}

/// Whether the program that decodes HEIC, AVIF and videos is here.
pub(crate) fn has_ffmpeg() -> bool {
    std::process::Command::new("ffmpeg").arg("-version").output().is_ok()
}

/// Whether that program is here and can make test files.
pub(crate) fn has_encoder(name: &str) -> bool {
    let listed = std::process::Command::new("ffmpeg").args(["-v", "error", "-encoders"]).output();
    listed.is_ok_and(|listed| String::from_utf8_lossy(&listed.stdout).contains(name))
}
