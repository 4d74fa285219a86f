//! Parts of pictures.

use media::picture::{Buffers, Limits, Part, crop};
use turbojpeg::{Image, PixelFormat};

use crate::make::{BLUE, GREEN, RED, WHITE, jpeg, quarters};
use crate::shown::{assert_close, assert_no_metadata};

fn cropped(source: &[u8], orientation: u8, part: Part) -> Image<Vec<u8>> {
    let file = crop(&mut Buffers::new(), source, orientation, part, &Limits::default()).unwrap();
    assert_no_metadata(&file);
    turbojpeg::decompress(&file, PixelFormat::RGB).unwrap()
}

fn colour(image: &Image<Vec<u8>>, x: usize, y: usize) -> [u8; 3] {
    let start = y * image.pitch + 3 * x;
    [0, 1, 2].map(|channel| image.pixels[start + channel])
}

#[test]
fn a_part_is_cut_where_it_is_shown() {
    // Stored 1600 x 1200: red, green above blue, white.
    let source = jpeg(&quarters(1600, 1200));
    let part = |left, top| Part { left, top, width: 500, height: 400 };
    for (orientation, corners) in [(1, [RED, GREEN, BLUE, WHITE]), (3, [WHITE, BLUE, GREEN, RED])] {
        for (place, expected) in
            [(100, 100), (1000, 100), (100, 700), (1000, 700)].iter().zip(corners)
        {
            let image = cropped(&source, orientation, part(place.0, place.1));
            assert_eq!((image.width, image.height), (360, 288));
            assert_close(colour(&image, 180, 144), expected);
            assert_close(colour(&image, 20, 20), expected);
        }
    }
    // On its side it is 1200 x 1600: blue, red above white, green.
    let image = cropped(&source, 6, Part { left: 700, top: 100, width: 400, height: 500 });
    assert_eq!((image.width, image.height), (288, 360));
    assert_close(colour(&image, 144, 180), RED);
}

#[test]
fn a_small_part_keeps_its_pixels_and_nothing_is_outside() {
    let source = jpeg(&quarters(640, 480));
    let image = cropped(&source, 1, Part { left: 600, top: 10, width: 30, height: 20 });
    assert_eq!((image.width, image.height), (30, 20));
    assert_close(colour(&image, 15, 10), GREEN);
    let image = cropped(&source, 1, Part { left: 620, top: 470, width: 900, height: 900 });
    assert_eq!((image.width, image.height), (20, 10));
    assert_close(colour(&image, 10, 5), WHITE);
}
