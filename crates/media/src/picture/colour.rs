//! Colour management: whatever an embedded ICC profile says, the result is sRGB.
//!
//! Without a profile, or with one that is broken or belongs to another kind of pixel, the values
//! are taken to be sRGB already (inks: to be plain complements of red, green and blue).

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as Channels, Transform8BitExecutor, TransformOptions,
};

use super::heif::Codes;
use super::raster::{Layout, Raster};

/// The largest difference, of 255, between two renderings of a colour that count as the same.
const INVISIBLE: u8 = 2;

/// The picture in sRGB.
pub(super) fn to_srgb(raster: Raster, profile: Option<&[u8]>) -> Raster {
    match profile.and_then(|profile| conversion(profile, raster.layout)) {
        Some(transform) => convert(raster, &*transform),
        None if raster.layout == Layout::Cmyk => complement(&raster),
        None => raster,
    }
}

/// The ICC profile of colours that are given by number (ITU-T H.273); `None` where that is sRGB, or
/// something that is taken for it.
///
/// Only the primaries count: all that is not HDR is seen through the curve of sRGB, as browsers do.
pub(super) fn named(codes: Codes) -> Option<Vec<u8>> {
    let mut profile = match codes.primaries {
        9 => ColorProfile::new_bt2020(),
        11 | 12 => ColorProfile::new_display_p3(),
        _ => return None,
    };
    let srgb = ColorProfile::new_srgb();
    (profile.red_trc, profile.green_trc, profile.blue_trc) =
        (srgb.red_trc, srgb.green_trc, srgb.blue_trc);
    profile.cicp = None;
    profile.encode().ok()
}

/// Whether pixels of that layout need no conversion.
pub(super) fn is_srgb(profile: Option<&[u8]>, layout: Layout) -> bool {
    layout != Layout::Cmyk && profile.is_none_or(|profile| conversion(profile, layout).is_none())
}

type Transform = Transform8BitExecutor;

/// How to reach sRGB; `None` when the values stay as they are.
fn conversion(profile: &[u8], layout: Layout) -> Option<Arc<Transform>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let (space, channels) = match layout {
        Layout::Gray => (DataColorSpace::Gray, Channels::Gray),
        Layout::Rgb => (DataColorSpace::Rgb, Channels::Rgb),
        Layout::Cmyk => (DataColorSpace::Cmyk, Channels::Rgba),
    };
    if profile.color_space != space {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile.create_transform_8bit(channels, &srgb, Channels::Rgb, options).ok()?;
    (layout == Layout::Cmyk || changes_something(&*transform, layout)).then_some(transform)
}

/// Tries a lattice of colours. Comparing results recognises sRGB under all its names and encodings.
fn changes_something(transform: &Transform, layout: Layout) -> bool {
    const LEVELS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    let (probe, unchanged): (Vec<u8>, Vec<u8>) = if layout == Layout::Gray {
        (LEVELS.to_vec(), LEVELS.iter().flat_map(|level| [*level; 3]).collect())
    } else {
        let lattice: Vec<u8> = (0..LEVELS.len().pow(3))
            .flat_map(|n| [LEVELS[n / 36], LEVELS[n / 6 % 6], LEVELS[n % 6]])
            .collect();
        (lattice.clone(), lattice)
    };
    let mut result = vec![0; unchanged.len()];
    transform.transform(&probe, &mut result).is_ok()
        && result.iter().zip(&unchanged).any(|(is, was)| is.abs_diff(*was) > INVISIBLE)
}

fn convert(raster: Raster, transform: &Transform) -> Raster {
    match raster.layout {
        Layout::Gray => through_table(raster, transform),
        Layout::Rgb | Layout::Cmyk => {
            let count = raster.pixels.len() / raster.layout.channels();
            let mut pixels = vec![0; count * Layout::Rgb.channels()];
            match transform.transform(&raster.pixels, &mut pixels) {
                Ok(()) => Raster { layout: Layout::Rgb, pixels, ..raster },
                Err(_) if raster.layout == Layout::Cmyk => complement(&raster),
                Err(_) => raster,
            }
        }
    }
}

/// There are only 256 grays, and they stay gray.
fn through_table(mut raster: Raster, transform: &Transform) -> Raster {
    let grays: Vec<u8> = (0..=255).collect();
    let mut table = [0; 256 * 3];
    if transform.transform(&grays, &mut table).is_ok() {
        for pixel in &mut raster.pixels {
            *pixel = table[usize::from(*pixel) * 3 + 1];
        }
    }
    raster
}

/// Inks without a profile: each takes away its complement, black takes from all.
fn complement(raster: &Raster) -> Raster {
    let light = |ink: u8, black: u8| {
        let left = u16::from(255 - ink) * u16::from(255 - black);
        u8::try_from((left + 127) / 255).unwrap_or(u8::MAX)
    };
    let inks = raster.pixels.as_chunks::<4>().0;
    let pixels = inks
        .iter()
        .flat_map(|[c, m, y, k]| [light(*c, *k), light(*m, *k), light(*y, *k)])
        .collect();
    Raster { width: raster.width, height: raster.height, layout: Layout::Rgb, pixels }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pixel(layout: Layout, channels: &[u8]) -> Raster {
        Raster { width: 1, height: 1, layout, pixels: channels.to_vec() }
    }

    #[test]
    fn wide_colours_become_stronger_numbers() {
        let p3 = ColorProfile::new_display_p3().encode().unwrap();
        let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
        for profile in [p3, adobe] {
            let green = to_srgb(pixel(Layout::Rgb, &[90, 200, 90]), Some(&profile)).pixels;
            assert!(green[0] < 80 && green[1] >= 199, "{green:?}");
            let gray = to_srgb(pixel(Layout::Rgb, &[128; 3]), Some(&profile)).pixels;
            assert!(gray.iter().all(|v| v.abs_diff(128) <= 2), "{gray:?}");
        }
    }

    #[test]
    fn srgb_and_broken_profiles_change_nothing() {
        let srgb = ColorProfile::new_srgb().encode().unwrap();
        let gray = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        let p3 = ColorProfile::new_display_p3().encode().unwrap();
        for profile in [&srgb[..], &gray, &p3[..p3.len() / 2], b"", b"no profile at all"] {
            assert!(is_srgb(Some(profile), Layout::Rgb));
            let colour = pixel(Layout::Rgb, &[3, 99, 200]);
            assert_eq!(to_srgb(colour.clone(), Some(profile)), colour);
        }
        assert!(is_srgb(None, Layout::Rgb) && is_srgb(None, Layout::Gray));
        assert!(!is_srgb(Some(&p3), Layout::Rgb));
    }

    #[test]
    fn linear_gray_gets_brighter_and_stays_gray() {
        let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        let result = to_srgb(pixel(Layout::Gray, &[55]), Some(&linear));
        assert_eq!(result.layout, Layout::Gray);
        assert!(result.pixels[0].abs_diff(128) <= 2, "{:?}", result.pixels);
    }

    #[test]
    fn inks_without_profile_are_complements() {
        let check = |inks: [u8; 4], light: [u8; 3]| {
            assert_eq!(to_srgb(pixel(Layout::Cmyk, &inks), None), pixel(Layout::Rgb, &light));
        };
        check([0, 0, 0, 0], [255, 255, 255]);
        check([0, 0, 0, 255], [0, 0, 0]);
        check([255, 0, 0, 0], [0, 255, 255]);
        check([0, 0, 255, 128], [127, 127, 0]);
        assert!(!is_srgb(None, Layout::Cmyk));
    }

    proptest! {
        #[test]
        fn a_damaged_profile_does_no_harm(at in 0usize..2000, byte: u8, cut in 0usize..2000) {
            let mut profile = ColorProfile::new_display_p3().encode().unwrap();
            let at = at % profile.len();
            profile[at] = byte;
            profile.truncate(profile.len().max(cut) - cut % 3);
            let result = to_srgb(pixel(Layout::Rgb, &[90, 200, 90]), Some(&profile));
            prop_assert_eq!(result.pixels.len(), 3);
        }
    }
}
