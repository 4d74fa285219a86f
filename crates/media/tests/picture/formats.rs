use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use media::picture::{Buffers, Header, Limits, Variant, one};
use turbojpeg::Subsamp;

use crate::make::{
    BLUE, GREEN, RED, WHITE, encoded, flat, flat_cmyk_jpeg, gray_jpeg, jpeg, progressive_jpeg,
    quarters,
};
use crate::shown::{assert_close, climb, shown};

#[track_caller]
fn check(source: &[u8]) {
    assert_eq!(Header::read(source).unwrap().size(), (800, 600));
    let ladder = climb(source, 1);
    assert_eq!(ladder.shown_size, (800, 600));
    let sizes = ladder.rungs.each_ref().map(|rung| (rung.width, rung.height));
    assert_eq!(sizes, [(800, 600), (720, 540), (360, 270)]);
    for rung in &ladder.rungs {
        let seen = shown(rung).quarters();
        for (is, expected) in seen.into_iter().zip([RED, GREEN, BLUE, WHITE]) {
            assert_close(is, expected);
        }
    }
}

#[test]
fn every_format_shows_the_same() {
    let picture = quarters(800, 600);
    check(&jpeg(&picture));
    check(&progressive_jpeg(&picture));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp] {
        check(&encoded(&picture, format));
        check(&encoded(&DynamicImage::ImageRgba8(picture.to_rgba8()), format));
    }
    check(&encoded(&DynamicImage::ImageRgba8(picture.to_rgba8()), ImageFormat::Gif));
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        check(&encoded(&DynamicImage::ImageRgb16(picture.to_rgb16()), format));
        check(&encoded(&DynamicImage::ImageRgba16(picture.to_rgba16()), format));
    }
}

#[test]
fn palettes_and_the_first_frame_of_an_animation() {
    let indices: Vec<u8> = (0..600)
        .flat_map(|y| (0..800).map(move |x| u8::from(x >= 400) + 2 * u8::from(y >= 300)))
        .collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 800, 600);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette([RED, GREEN, BLUE, WHITE].concat());
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&indices).unwrap();
    writer.write_image_data(&vec![3; indices.len()]).unwrap();
    writer.finish().unwrap();
    check(&file);
}

#[test]
fn grays_stay_gray_and_cheap() {
    let picture = quarters(800, 600);
    let grays = [
        gray_jpeg(&picture),
        encoded(&DynamicImage::ImageLuma8(picture.to_luma8()), ImageFormat::Png),
        encoded(&DynamicImage::ImageLuma16(picture.to_luma16()), ImageFormat::Png),
        encoded(&DynamicImage::ImageLumaA8(picture.to_luma_alpha8()), ImageFormat::Png),
        encoded(&DynamicImage::ImageLuma8(picture.to_luma8()), ImageFormat::Tiff),
    ];
    for source in grays {
        for rung in climb(&source, 1).rungs {
            assert_eq!(turbojpeg::read_header(&rung.jpeg).unwrap().subsamp, Subsamp::Gray);
            let [red, green, blue, white] = shown(&rung).quarters().map(|[level, ..]| level);
            assert!(blue < red && red < green && green < white, "{red} {green} {blue} {white}");
        }
    }
}

#[test]
fn what_is_transparent_is_white() {
    let glass =
        RgbaImage::from_fn(400, 300, |x, _| Rgba([200, 0, 0, if x < 200 { 0 } else { 255 }]));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let ladder = climb(&encoded(&DynamicImage::ImageRgba8(glass.clone()), format), 1);
        let [left, right, ..] = shown(&ladder.rungs[0]).quarters();
        assert_close(left, [255; 3]);
        assert_close(right, [200, 0, 0]);
    }
}

#[test]
fn inks_become_light() {
    let check = |inverted_ink, expected| {
        let ladder = climb(&flat_cmyk_jpeg(64, 48, inverted_ink), 1);
        assert_close(shown(&ladder.rungs[0]).at(30, 20), expected);
    };
    check([255; 4], [255; 3]);
    check([255, 255, 255, 0], [0; 3]);
    check([0, 255, 255, 255], [0, 255, 255]);
    check([255, 128, 0, 255], [255, 128, 0]);
}

#[test]
fn the_rungs_keep_the_shape_and_never_grow() {
    let check = |size: (u32, u32), expected: [(u32, u32); 3]| {
        let ladder = climb(&jpeg(&flat(size.0, size.1, GREEN)), 1);
        assert_eq!(ladder.rungs.each_ref().map(|rung| (rung.width, rung.height)), expected);
    };
    check((3000, 2000), [(1440, 960), (720, 480), (360, 240)]);
    check((1999, 3001), [(959, 1440), (480, 720), (240, 360)]);
    check((500, 400), [(500, 400), (500, 400), (360, 288)]);
    check((100, 50), [(100, 50); 3]);
    check((1, 1), [(1, 1); 3]);
    check((9000, 3), [(1440, 1), (720, 1), (360, 1)]);
}

#[test]
fn orientation_turns_every_variant() {
    for source in [jpeg(&quarters(1600, 1200)), encoded(&quarters(1600, 1200), ImageFormat::Png)] {
        // EXIF 6: the camera stood on its right side, the first row belongs on the right.
        let ladder = climb(&source, 6);
        assert_eq!(ladder.shown_size, (1200, 1600));
        assert_eq!((ladder.rungs[0].width, ladder.rungs[0].height), (1080, 1440));
        // The same memory for all, so that one picture could show through the next.
        let mut buffers = Buffers::new();
        for variant in [Variant::Thumbnail, Variant::Small, Variant::Preview, Variant::Fullsize] {
            let rendered = one(&mut buffers, &source, 6, variant, &Limits::default()).unwrap();
            assert_eq!(rendered.height, variant.longest_edge().unwrap_or(1600));
            for (is, expected) in
                shown(&rendered).quarters().into_iter().zip([BLUE, RED, WHITE, GREEN])
            {
                assert_close(is, expected);
            }
        }
    }
}

#[test]
fn the_hash_knows_the_colour() {
    let hash = climb(&jpeg(&flat(300, 200, GREEN)), 1).thumbhash;
    let (r, g, b, a) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
    let colour = [r, g, b].map(|value| (value * 255.0).round() as u8);
    assert!(a > 0.99 && colour.iter().zip(GREEN).all(|(a, b)| a.abs_diff(b) < 12), "{colour:?}");
}

#[test]
fn the_cost_covers_the_pixels_and_falls_with_the_variant() {
    let header = |file: &[u8]| Header::read(file).unwrap();
    let picture = flat(4000, 3000, BLUE);
    let (photo, progressive) = (header(&jpeg(&picture)), header(&progressive_jpeg(&picture)));
    let png = header(&encoded(&picture, ImageFormat::Png));
    assert!(photo.cost(Variant::Thumbnail) < photo.cost(Variant::Preview));
    assert!(photo.cost(Variant::Preview) < 36_000_000, "scaled while decoding");
    assert!(photo.cost(Variant::Fullsize) > 36_000_000);
    assert!(progressive.cost(Variant::Preview) > photo.cost(Variant::Preview) + 36_000_000);
    assert!(png.cost(Variant::Thumbnail) > 36_000_000);
}
