//! Photographs to measure with, and a clock.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels are made up from small numbers"
)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// The files named on the command line; without them a generated photograph of 12 megapixels and,
/// where the samples lie beside the checkout, two real ones.
pub(crate) fn photos() -> Vec<(String, Vec<u8>)> {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if !named.is_empty() {
        return named
            .into_iter()
            .filter_map(|name| Some((name.clone(), fs::read(name).ok()?)))
            .collect();
    }
    let mut photos = vec![("generated".to_owned(), generated(4032, 3024))];
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Some(samples) =
        here.ancestors().map(|up| up.join("shared/samples/base")).find(|dir| dir.is_dir())
    {
        for name in ["aarhus.jpg", "train.jpg"] {
            photos.extend(fs::read(samples.join(name)).ok().map(|file| (name.to_owned(), file)));
        }
    }
    photos
}

/// Time this thread had a core for itself, as Linux counts it; elsewhere time as it passes.
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(&self) -> Duration {
        fs::read_to_string("/proc/thread-self/schedstat")
            .ok()
            .and_then(|text| text.split(' ').next()?.parse().ok())
            .map_or_else(|| self.0.elapsed(), Duration::from_nanos)
    }
}

pub(crate) fn compress(image: &Image<Vec<u8>>, quality: i32) -> turbojpeg::Result<Vec<u8>> {
    let mut compressor = Compressor::new()?;
    compressor.set_quality(quality)?;
    compressor.set_subsamp(Subsamp::Sub2x2)?;
    compressor.compress_to_vec(image.as_deref())
}

/// Smooth shapes, texture and sensor noise, in the proportions that give the file size of a phone's
/// photograph.
fn generated(width: usize, height: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        for x in 0..width {
            let shape: f32 = [(512, 70.0), (64, 30.0), (16, 14.0), (4, 8.0)]
                .iter()
                .map(|(grain, strength)| strength * (smooth(x, y, *grain) - 0.5))
                .sum();
            let noise = 6.0 * (dice(x, y, 7) - 0.5);
            let tint = 60.0 * (smooth(x, y, 300) - 0.5);
            for channel in [tint, 0.0, -tint] {
                pixels.push((128.0 + shape + noise + channel).clamp(0.0, 255.0) as u8);
            }
        }
    }
    let image = Image { pixels, width, pitch: 3 * width, height, format: PixelFormat::RGB };
    compress(&image, 90).unwrap_or_default()
}

/// Noise between 0 and 1 that changes over `grain` pixels.
fn smooth(x: usize, y: usize, grain: usize) -> f32 {
    let (column, row) = (x / grain, y / grain);
    let (right, down) = ((x % grain) as f32 / grain as f32, (y % grain) as f32 / grain as f32);
    let above = dice(column, row, grain) * (1.0 - right) + dice(column + 1, row, grain) * right;
    let below =
        dice(column, row + 1, grain) * (1.0 - right) + dice(column + 1, row + 1, grain) * right;
    above * (1.0 - down) + below * down
}

/// A number between 0 and 1 that depends on its arguments and looks as if it did not.
fn dice(x: usize, y: usize, seed: usize) -> f32 {
    let mut mixed = (x * 0x9e37 + y * 0x85eb_ca6b + seed * 0xc2b2_ae35) as u32;
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    (mixed >> 8) as f32 / (1 << 24) as f32
}

pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
