//! Photographs per second on one core: from the bytes of a JPEG to all variants and the `ThumbHash`.
//!
//! `cargo bench -p heliograph-media --bench ladder [-- FILE…]`; without files a generated photograph
//! of 12 megapixels and, where the samples lie beside the checkout, two real ones.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a bench prints its table, and makes up pixels from small numbers"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use media::picture::{Buffers, Limits, ladder};
use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

const ROUNDS: u32 = 30;

fn main() {
    println!(
        "{:24} {:>7} {:>9} | of it: {:>7} {:>7} {:>14}",
        "photo", "ms", "photos/s", "decode", "encode", "shrink + hash"
    );
    let mut buffers = Buffers::new();
    for (name, source) in photos() {
        let whole =
            mean_of(|| black_box(ladder(&mut buffers, &source, 1, &Limits::default())).is_ok());
        let decode = mean_of(|| black_box(decode_by_half(&source)).is_ok());
        let encode = encode_time(&mut buffers, &source);
        let rest = whole.saturating_sub(decode + encode);
        println!(
            "{name:24} {:7.1} {:9.1} |        {:7.1} {:7.1} {:14.1}",
            ms(whole),
            1000.0 / ms(whole),
            ms(decode),
            ms(encode),
            ms(rest)
        );
    }
}

fn photos() -> Vec<(String, Vec<u8>)> {
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

/// The mean of some runs, after one to warm up.
fn mean_of(mut work: impl FnMut() -> bool) -> Duration {
    assert!(work(), "it works at all");
    let clock = Clock::start();
    let start = clock.now();
    for _ in 0..ROUNDS {
        work();
    }
    clock.now().saturating_sub(start) / ROUNDS
}

/// Time this thread had a core for itself, as Linux counts it; elsewhere time as it passes.
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn now(&self) -> Duration {
        fs::read_to_string("/proc/thread-self/schedstat")
            .ok()
            .and_then(|text| text.split(' ').next()?.parse().ok())
            .map_or_else(|| self.0.elapsed(), Duration::from_nanos)
    }
}

/// What the ladder of a 12-megapixel photograph asks of libjpeg.
fn decode_by_half(source: &[u8]) -> turbojpeg::Result<Image<Vec<u8>>> {
    let mut decompressor = Decompressor::new()?;
    decompressor.set_scaling_factor(ScalingFactor::ONE_HALF)?;
    let header = decompressor.read_header(source)?.scaled(ScalingFactor::ONE_HALF);
    let (width, height) = (header.width, header.height);
    let mut image = Image {
        pixels: vec![0; 3 * width * height],
        width,
        pitch: 3 * width,
        height,
        format: PixelFormat::RGB,
    };
    decompressor.decompress(source, image.as_deref_mut())?;
    Ok(image)
}

/// Encoding the three variants once more.
fn encode_time(buffers: &mut Buffers, source: &[u8]) -> Duration {
    let Ok(ladder) = ladder(buffers, source, 1, &Limits::default()) else { return Duration::ZERO };
    ladder
        .rungs
        .iter()
        .filter_map(|rung| turbojpeg::decompress(&rung.jpeg, PixelFormat::RGB).ok())
        .map(|image| mean_of(|| black_box(compress(&image, 80)).is_ok()))
        .sum()
}

fn compress(image: &Image<Vec<u8>>, quality: i32) -> turbojpeg::Result<Vec<u8>> {
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

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
