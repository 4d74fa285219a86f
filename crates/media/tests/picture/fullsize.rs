use image::ImageFormat;
use media::picture::{Buffers, Limits, Rendered, Variant, one};
use turbojpeg::PixelFormat;

use crate::make::{
    BLUE, GREEN, RED, WHITE, encoded, flat_cmyk_jpeg, jpeg, progressive_jpeg, quarters,
    with_segment,
};
use crate::shown::{assert_close, assert_no_metadata, shown};

fn fullsize(source: &[u8], orientation: u8) -> Rendered {
    one(&mut Buffers::new(), source, orientation, Variant::Fullsize, &Limits::default()).unwrap()
}

#[test]
fn an_upright_jpeg_loses_its_metadata_and_nothing_else() {
    for plain in [jpeg(&quarters(333, 222)), progressive_jpeg(&quarters(333, 222))] {
        let mut source = with_segment(&plain, 0xe1, b"Exif\0\0MM\0*\0\0\0\x08\0\0");
        source = with_segment(&source, 0xfe, b"a comment");
        source.extend(b"\0\0\0\x18ftypmp42 and a video");
        let full = fullsize(&source, 1);
        assert_no_metadata(&full.jpeg);
        let pixels = |file: &[u8]| turbojpeg::decompress(file, PixelFormat::RGB).unwrap().pixels;
        assert_eq!(pixels(&full.jpeg), pixels(&plain));
        assert_eq!((full.width, full.height), (333, 222));
        assert!(full.jpeg.len() <= plain.len());
    }
}

#[test]
fn everything_else_is_made_anew() {
    let turned = fullsize(&jpeg(&quarters(330, 220)), 3);
    for (is, expected) in shown(&turned).quarters().into_iter().zip([WHITE, BLUE, GREEN, RED]) {
        assert_close(is, expected);
    }
    let png = fullsize(&encoded(&quarters(2000, 1500), ImageFormat::Png), 1);
    assert_eq!((png.width, png.height), (2000, 1500));
    assert_close(shown(&png).quarters()[0], RED);
    let inks = fullsize(&flat_cmyk_jpeg(64, 48, [0, 255, 255, 255]), 1);
    assert_close(shown(&inks).at(30, 20), [0, 255, 255]);
}

#[test]
fn what_a_jpeg_cannot_hold_is_shrunk() {
    let long = fullsize(&encoded(&quarters(66_000, 8), ImageFormat::Png), 1);
    assert_eq!((long.width, long.height), (65_500, 8));
}
