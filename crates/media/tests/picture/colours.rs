use image::codecs::{png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder};
use media::picture::{Buffers, Limits, Variant, one};
use moxcms::ColorProfile;

use crate::make::{flat, jpeg, with_profile};
use crate::shown::{assert_close, climb, shown};

/// A green as it is written in Display P3, and in sRGB: the matrix between the two, applied by hand.
const IN_P3: [u8; 3] = [100, 200, 100];
const IN_SRGB: [u8; 3] = [45, 203, 86];

fn p3() -> Vec<u8> {
    ColorProfile::new_display_p3().encode().unwrap()
}

fn encode(mut encoder: impl ImageEncoder, profile: Vec<u8>) {
    encoder.set_icc_profile(profile).unwrap();
    let pixels = IN_P3.repeat(400 * 300);
    encoder.write_image(&pixels, 400, 300, ExtendedColorType::Rgb8).unwrap();
}

#[track_caller]
fn check(source: &[u8], expected: [u8; 3]) {
    assert_close(shown(&climb(source, 1).rungs[0]).at(200, 150), expected);
    let full = one(&mut Buffers::new(), source, 1, Variant::Fullsize, &Limits::default()).unwrap();
    assert_close(shown(&full).at(200, 150), expected);
}

#[test]
fn the_profile_of_every_format_is_applied() {
    check(&with_profile(&jpeg(&flat(400, 300, IN_P3)), &p3()), IN_SRGB);
    let (mut png, mut webp, mut tiff) = (Vec::new(), Vec::new(), std::io::Cursor::new(Vec::new()));
    encode(PngEncoder::new(&mut png), p3());
    check(&png, IN_SRGB);
    encode(WebPEncoder::new_lossless(&mut webp), p3());
    check(&webp, IN_SRGB);
    encode(TiffEncoder::new(&mut tiff), p3());
    check(tiff.get_ref(), IN_SRGB);
}

#[test]
fn other_profiles_change_nothing() {
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    for profile in [&srgb[..], b"", b"broken", &p3()[..100]] {
        check(&with_profile(&jpeg(&flat(400, 300, IN_P3)), profile), IN_P3);
    }
}
