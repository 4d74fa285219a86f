//! Raw files that are developed, for want of a preview that is large enough.

use std::fs;

use image::DynamicImage;
use media::picture::{Buffers, Error, Header, Ladder, Limits, Part, Variant, crop, ladder, one};
use proptest::prelude::*;

use crate::LIMITS;
use crate::dng::Dng;
use crate::make::{BLUE, GREEN, RED, WHITE, flat, jpeg, quarters};
use crate::samples::samples;
use crate::shown::{Shown, climb, shown};

/// The four ways in which the filter of Bayer can begin, and that of Fujifilm.
const FILTERS: [&[u8]; 5] = [
    &[0, 1, 1, 2],
    &[2, 1, 1, 0],
    &[1, 0, 2, 1],
    &[1, 2, 0, 1],
    &[
        1, 2, 1, 1, 0, 1, 0, 1, 0, 2, 1, 2, 1, 2, 1, 1, 0, 1, 1, 0, 1, 1, 2, 1, 2, 1, 2, 0, 1, 0,
        1, 0, 1, 1, 2, 1,
    ],
];

/// The brightest become white, so all is a little brighter than what was taken.
#[track_caller]
fn assert_quarters(shown: &Shown, expected: [[u8; 3]; 4]) {
    for (is, expected) in shown.quarters().into_iter().zip(expected) {
        let close = is.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 10);
        assert!(close, "{is:?} is not {expected:?}");
    }
}

fn made(source: &[u8], limits: &Limits) -> Result<Ladder, Error> {
    ladder(&mut Buffers::new(), source, 1, limits)
}

#[test]
fn what_the_sensor_saw_becomes_a_picture() {
    let sides = [(200, 160), (4402, 101)];
    for (filter, (width, height)) in FILTERS.into_iter().flat_map(|it| sides.map(|size| (it, size)))
    {
        let source = Dng { filter: Some(filter), ..Dng::default() }.bytes(&quarters(width, height));
        let ladder = climb(&source, 1);
        assert!(!ladder.is_preview);
        assert_eq!(ladder.shown_size, (width, height));
        assert_quarters(&shown(&ladder.rungs[0]), [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn it_is_turned_and_has_all_its_pixels() {
    let source = Dng::default().bytes(&quarters(1600, 120));
    let ladder = climb(&source, 6);
    assert_eq!(ladder.shown_size, (120, 1600));
    assert_quarters(&shown(&ladder.rungs[0]), [BLUE, RED, WHITE, GREEN]);
    let full = one(&mut Buffers::new(), &source, 6, Variant::Fullsize, &LIMITS).unwrap();
    assert_eq!((full.width, full.height), (120, 1600));
    assert_quarters(&shown(&full), [BLUE, RED, WHITE, GREEN]);
    let corner = Part { left: 100, top: 1500, width: 20, height: 100 };
    let corner = crop(&mut Buffers::new(), &source, 6, corner, &LIMITS).unwrap();
    let corner = turbojpeg::decompress(&corner, turbojpeg::PixelFormat::RGB).unwrap();
    assert_eq!((corner.width, corner.height), (20, 100));
    assert!(corner.pixels[1] > 150 && corner.pixels[0] < 60, "{:?}", &corner.pixels[..3]);
}

#[test]
fn what_saw_no_light_is_left_out() {
    let source = Dng { masked: 7, ..Dng::default() }.bytes(&quarters(200, 160));
    assert_eq!(Header::read(&source).unwrap().size(), (214, 174));
    let ladder = climb(&source, 1);
    assert_eq!(ladder.shown_size, (200, 160));
    let seen = shown(&ladder.rungs[0]);
    assert_quarters(&seen, [RED, GREEN, BLUE, WHITE]);
    assert!(seen.at(1, 1)[0] > 150, "to the edge: {:?}", seen.at(1, 1));
}

#[test]
fn pixels_that_have_all_colours_are_taken_as_they_are() {
    let source = Dng { filter: None, ..Dng::default() }.bytes(&quarters(200, 160));
    assert_quarters(&shown(&climb(&source, 1).rungs[0]), [RED, GREEN, BLUE, WHITE]);
    let source = Dng { filter: None, ..Dng::default() }.bytes(&quarters(3001, 90));
    let ladder = climb(&source, 1);
    assert_eq!(ladder.shown_size, (3001, 90));
    assert_quarters(&shown(&ladder.rungs[0]), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn dark_pictures_get_brighter_but_not_without_end() {
    let bright = |value: u8| {
        let source = Dng::default().bytes(&flat(64, 64, [value; 3]));
        shown(&climb(&source, 1).rungs[0]).at(32, 32)[1]
    };
    assert!(bright(128) >= 250);
    assert!((40..110).contains(&bright(20)), "{}", bright(20));
    assert_eq!(bright(0), 0);
}

#[test]
fn a_small_preview_is_not_enough() {
    let raw = Dng::default().bytes(&quarters(1600, 120));
    let with = |preview: &DynamicImage| [&raw[..], &jpeg(preview)].concat();
    let small = with(&flat(400, 30, BLUE));
    let ladder = climb(&small, 1);
    assert!(!ladder.is_preview);
    assert_quarters(&shown(&ladder.rungs[0]), [RED, GREEN, BLUE, WHITE]);
    // As large as the largest rung, or as what the sensor saw: good enough.
    for large in [flat(1440, 108, BLUE), flat(1600, 120, BLUE)] {
        let ladder = climb(&with(&large), 1);
        assert!(ladder.is_preview);
        assert_quarters(&shown(&ladder.rungs[0]), [BLUE; 4]);
    }
    let same = [Dng::default().bytes(&quarters(400, 30)), jpeg(&flat(400, 30, BLUE))].concat();
    assert!(climb(&same, 1).is_preview);
}

#[test]
fn a_small_preview_is_better_than_nothing() {
    let raw = Dng::default().bytes(&quarters(1600, 120));
    let small = [&raw[..], &jpeg(&flat(400, 30, BLUE))].concat();
    for developer in ["/nowhere/develop-raw", "/bin/true"] {
        let limits = Limits { developer, ..LIMITS };
        let ladder = made(&small, &limits).unwrap();
        assert!(ladder.is_preview);
        assert_eq!(ladder.shown_size, (400, 30));
        let refused = made(&raw, &limits).unwrap_err();
        assert!(refused.is_unsupported() || refused.is_corrupt(), "{refused}");
    }
}

#[test]
fn what_cannot_be_developed_is_said_with_its_reason() {
    let whole = Dng::default().bytes(&quarters(1600, 120));
    let mut other = whole.clone();
    let filter = [0x8e, 0x82, 1, 0, 4, 0, 0, 0, 0, 1, 1, 2];
    let at = other.windows(12).position(|entry| entry == filter).unwrap();
    other[at + 8..at + 12].copy_from_slice(&[3, 4, 5, 3]);
    let refused = made(&other, &LIMITS).unwrap_err();
    assert!(refused.is_unsupported() || refused.is_corrupt(), "{refused}");
    // Its samples lie behind its end.
    let mut nowhere = whole;
    let samples = [0x11, 1, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0];
    let at = nowhere.windows(12).position(|entry| entry == samples).unwrap();
    nowhere[at + 10] = 0x7f;
    let refused = made(&nowhere, &LIMITS).unwrap_err();
    assert!(refused.is_corrupt(), "{refused}");
}

#[test]
fn what_a_raw_file_claims_is_bounded() {
    let claiming = |claim| Dng { claim: Some(claim), ..Dng::default() }.bytes(&quarters(64, 48));
    let refused = made(&claiming((60_000, 60_000)), &LIMITS).unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
    let tight = Limits { max_decoded_bytes: 64 << 20, ..LIMITS };
    let refused = made(&claiming((4000, 3000)), &tight).unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
    // Within the limits, but not there.
    assert!(made(&claiming((6000, 4000)), &LIMITS).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damaged_raws_are_survived(
        changes in prop::collection::vec((0.0..1.0_f64, any::<bool>(), any::<u8>()), 1..12),
        kept in 0.0..4.0_f64,
    ) {
        let mut source = Dng::default().bytes(&quarters(64, 48));
        let directory = u32::from_le_bytes(*source[4..].first_chunk().unwrap()) as usize;
        let len = source.len();
        for (at, in_directory, value) in changes {
            let from = if in_directory { directory } else { 0 };
            source[from + ((len - from) as f64 * at) as usize] = value;
        }
        source.truncate((len as f64 * kept) as usize);
        let tight = Limits { max_pixels: 10_000_000, max_decoded_bytes: 64 << 20, ..LIMITS };
        if let Ok(ladder) = made(&source, &tight) {
            prop_assert!(ladder.shown_size.0 > 0 && ladder.shown_size.1 > 0);
        }
    }
}

/// The file without the JPEGs that are to be shown.
fn without_previews(mut source: Vec<u8>) -> Vec<u8> {
    while let Some(at) = memchr::memmem::find(&source, b"\xff\xd8\xff\xe0") {
        source[at..at + 4].fill(0);
    }
    source
}

#[test]
fn real_raws_look_like_the_previews_of_their_cameras() {
    let Some(folder) = samples() else { return };
    let whole = fs::read(folder.join("raw/pixel7.dng")).unwrap();
    let by_camera = climb(&whole, 1);
    assert!(by_camera.is_preview);
    let stripped = without_previews(whole);
    let developed = climb(&stripped, 1);
    assert!(!developed.is_preview);
    let tiles = |ladder: &Ladder| shown(&ladder.rungs[2]).tiles(6);
    for (by_camera, developed) in tiles(&by_camera).into_iter().zip(tiles(&developed)) {
        // A maker's look is not ours.
        let close = by_camera.iter().zip(developed).all(|(a, b)| (a - b).abs() < 24.0);
        assert!(close, "{developed:.0?} is not {by_camera:.0?}");
    }
    // The night it was taken in has no colours of its own; how large it is it says all the same.
    assert_eq!(developed.shown_size, (494, 366));
}
