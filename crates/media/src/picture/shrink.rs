use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};

use super::raster::{Raster, area};
use super::{Buffers, Error};

/// The size whose longer edge is `edge`, of the same shape, never larger and never empty.
pub(super) fn fit((width, height): (u32, u32), edge: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= edge {
        return (width, height);
    }
    let scaled = |side: u32| {
        let rounded =
            (u64::from(side) * u64::from(edge) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(edge).max(1)
    };
    (scaled(width), scaled(height))
}

/// The picture at that size.
pub(super) fn shrink(
    buffers: &mut Buffers,
    raster: Raster,
    (width, height): (u32, u32),
) -> Result<Raster, Error> {
    if raster.size() == (width, height) {
        return Ok(raster);
    }
    let pixels = resized(buffers, &raster, (width, height))
        .map_err(|err| Error::failed(format!("could not shrink the picture: {err}")))?;
    let layout = raster.layout;
    buffers.give_back(raster.pixels);
    Ok(Raster { width, height, layout, pixels })
}

fn resized(
    buffers: &mut Buffers,
    raster: &Raster,
    (width, height): (u32, u32),
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let pixel_type = raster.layout.pixel_type();
    let bytes = area((width, height), raster.layout.channels() as u64);
    let mut pixels = buffers.take(usize::try_from(bytes)?, 0);
    let source = ImageRef::new(raster.width, raster.height, &raster.pixels, pixel_type)?;
    let mut target = Image::from_slice_u8(width, height, &mut pixels, pixel_type)?;
    // Inks are four independent channels, not three and an alpha.
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter(raster.size(), (width, height))))
        .use_alpha(false);
    buffers.resizing(|resizer| resizer.resize(&source, &mut target, &options))?;
    Ok(pixels)
}

/// Near the original size sharpness shows; from half of it on the shorter kernel looks the same
/// and takes two thirds of the time.
fn filter(from: (u32, u32), to: (u32, u32)) -> FilterType {
    let halved = from.0.max(from.1) >= 2 * to.0.max(to.1);
    if halved { FilterType::CatmullRom } else { FilterType::Lanczos3 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::picture::raster::Layout;

    #[test]
    fn the_longer_edge_fits() {
        assert_eq!(fit((4032, 3024), 1440), (1440, 1080));
        assert_eq!(fit((3024, 4032), 360), (270, 360));
        assert_eq!(fit((1440, 7), 1440), (1440, 7));
        assert_eq!(fit((60_000, 1), 360), (360, 1));
    }

    #[test]
    fn a_flat_colour_stays_flat() {
        for (layout, colour) in [
            (Layout::Gray, &[200][..]),
            (Layout::Rgb, &[10, 120, 250]),
            (Layout::Cmyk, &[255, 3, 90, 0]),
        ] {
            let flat = Raster { width: 63, height: 40, layout, pixels: colour.repeat(63 * 40) };
            let small = shrink(&mut Buffers::new(), flat, (17, 11)).unwrap();
            assert_eq!(small.pixels, colour.repeat(17 * 11));
        }
    }

    proptest! {
        #[test]
        fn never_empty_never_larger_same_shape(
            width in 1..=u32::MAX, height in 1..=u32::MAX, edge in 1u32..5000,
        ) {
            let (w, h) = fit((width, height), edge);
            prop_assert!(w >= 1 && h >= 1 && w <= width && h <= height);
            prop_assert_eq!(w.max(h), edge.min(width.max(height)));
            let exact = f64::from(height) * f64::from(w) / f64::from(width);
            prop_assert!(width < height || (f64::from(h) - exact).abs() <= 1.0);
        }
    }
}
