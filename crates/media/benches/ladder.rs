//! Photographs per second on one core: from the bytes of a JPEG to all variants and the `ThumbHash`.
//!
//! `cargo bench -p heliograph-media --bench ladder [-- FILE…]`; without files a generated photograph
//! of 12 megapixels and, where the samples lie beside the checkout, two real ones.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod photo;

use std::hint::black_box;
use std::time::Duration;

use media::picture::{Buffers, Limits, ladder};
use photo::{Clock, compress, ms, photos};
use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

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
