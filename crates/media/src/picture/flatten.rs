//! The pixel forms of other decoders, made into ours.

use image::ColorType;

use super::Error;
use super::raster::Layout;

/// Turns decoded pixels into 8-bit gray or RGB, in place: alpha is laid on white, 16 bits are
/// rounded to 8, floating point is cut to 0–1.
pub(super) fn flatten(pixels: &mut Vec<u8>, from: ColorType) -> Result<Layout, Error> {
    match from {
        ColorType::L8 | ColorType::Rgb8 => {}
        ColorType::La8 => repack(pixels, |[l, a]: [u8; 2]| [on_white(l, a)]),
        ColorType::L16 => repack(pixels, |[a, b]: [u8; 2]| [from_u16([a, b])]),
        ColorType::La16 => {
            repack(pixels, |[a, b, c, d]: [u8; 4]| [on_white(from_u16([a, b]), from_u16([c, d]))]);
        }
        ColorType::Rgba8 => repack(pixels, rgba),
        ColorType::Rgb16 => repack(pixels, |wide: [u8; 6]| eight_bits::<6, 3>(&wide)),
        ColorType::Rgba16 => repack(pixels, |wide: [u8; 8]| rgba(eight_bits::<8, 4>(&wide))),
        ColorType::Rgb32F => repack(pixels, |wide: [u8; 12]| from_floats::<12, 3>(&wide)),
        ColorType::Rgba32F => repack(pixels, |wide: [u8; 16]| rgba(from_floats::<16, 4>(&wide))),
        other => {
            return Err(Error::unsupported(format!(
                "pixels of the form {other:?} are not decoded"
            )));
        }
    }
    Ok(if from.has_color() { Layout::Rgb } else { Layout::Gray })
}

/// Lays RGB on white, with its alpha beside it.
pub(super) fn lay_on_white(pixels: &mut [u8], alpha: &[u8], is_premultiplied: bool) {
    for (pixel, alpha) in pixels.as_chunks_mut::<3>().0.iter_mut().zip(alpha) {
        *pixel = pixel.map(|value| {
            if is_premultiplied {
                value.saturating_add(255 - alpha)
            } else {
                on_white(value, *alpha)
            }
        });
    }
}

/// Replaces each `IN` bytes by `OUT` bytes, which are fewer.
fn repack<const IN: usize, const OUT: usize>(
    pixels: &mut Vec<u8>,
    convert: impl Fn([u8; IN]) -> [u8; OUT],
) {
    let count = pixels.len() / IN;
    for n in 0..count {
        let mut pixel = [0; IN];
        pixel.copy_from_slice(&pixels[n * IN..][..IN]);
        pixels[n * OUT..][..OUT].copy_from_slice(&convert(pixel));
    }
    pixels.truncate(count * OUT);
}

fn rgba([r, g, b, a]: [u8; 4]) -> [u8; 3] {
    [on_white(r, a), on_white(g, a), on_white(b, a)]
}

/// A value that is so opaque, on white paper.
pub(super) fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    low_byte((value * alpha + 255 * (255 - alpha) + 127) / 255)
}

fn from_u16(wide: [u8; 2]) -> u8 {
    low_byte((u32::from(u16::from_ne_bytes(wide)) * 255 + 32_767) / 65_535)
}

fn eight_bits<const IN: usize, const OUT: usize>(wide: &[u8; IN]) -> [u8; OUT] {
    let channels = wide.as_chunks::<2>().0;
    std::array::from_fn(|n| from_u16(channels[n]))
}

fn from_floats<const IN: usize, const OUT: usize>(wide: &[u8; IN]) -> [u8; OUT] {
    let channels = wide.as_chunks::<4>().0;
    std::array::from_fn(|n| from_f32(f32::from_ne_bytes(channels[n])))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to 0-255 before; NaN becomes 0"
)]
fn from_f32(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[expect(clippy::cast_possible_truncation, reason = "the callers compute at most 255")]
const fn low_byte(value: u32) -> u8 {
    value as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: ColorType, bytes: &[u8], layout: Layout, expected: &[u8]) {
        let mut pixels = bytes.to_vec();
        assert_eq!(flatten(&mut pixels, from).unwrap(), layout);
        assert_eq!(pixels, expected);
    }

    fn wide(values: &[u16]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_ne_bytes()).collect()
    }

    fn floats(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_ne_bytes()).collect()
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        check(
            ColorType::Rgba8,
            &[9, 8, 7, 0, 9, 8, 7, 255],
            Layout::Rgb,
            &[255, 255, 255, 9, 8, 7],
        );
        check(ColorType::Rgba8, &[0, 100, 255, 128], Layout::Rgb, &[127, 177, 255]);
        check(ColorType::La8, &[0, 0, 0, 255, 0, 51], Layout::Gray, &[255, 0, 204]);
    }

    #[test]
    fn sixteen_bits_are_rounded() {
        check(
            ColorType::L16,
            &wide(&[0, 65_535, 32_768, 128, 129]),
            Layout::Gray,
            &[0, 255, 128, 0, 1],
        );
        check(ColorType::Rgb16, &wide(&[0, 65_535, 257]), Layout::Rgb, &[0, 255, 1]);
        check(
            ColorType::Rgba16,
            &wide(&[0, 0, 0, 0, 514, 0, 0, 65_535]),
            Layout::Rgb,
            &[255, 255, 255, 2, 0, 0],
        );
        check(ColorType::La16, &wide(&[0, 0, 257, 65_535]), Layout::Gray, &[255, 1]);
    }

    #[test]
    fn floating_point_is_cut() {
        check(ColorType::Rgb32F, &floats(&[-1.0, 0.5, f32::INFINITY]), Layout::Rgb, &[0, 128, 255]);
        check(ColorType::Rgba32F, &floats(&[0.0, f32::NAN, 1.0, 1.0]), Layout::Rgb, &[0, 0, 255]);
    }
}
