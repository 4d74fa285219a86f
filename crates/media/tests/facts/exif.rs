//! What single EXIF tags become.

use model::FileFacts;

use crate::build::{Exif, Field};
use crate::facts_of;

const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;
const STATUS: u16 = 9;

fn said(exif: &Exif) -> FileFacts {
    facts_of(&exif.jpeg())
}

fn fraction(above: u32, below: u32) -> Field {
    Field::Rationals(vec![(above, below)])
}

#[test]
fn a_camera_introduces_itself() {
    let exif = Exif::default()
        .main(0x010f, Field::Ascii("NIKON CORPORATION  "))
        .main(0x0110, Field::Ascii("NIKON D750\0\0junk"))
        .main(0x0112, Field::Short(6))
        .exif(0x829a, fraction(1, 250))
        .exif(0x829d, fraction(28, 10))
        .exif(0x8827, Field::Short(400))
        .exif(0x9204, Field::Signed(-2, 3))
        .exif(0x920a, fraction(35, 1))
        .exif(0xa434, Field::Ascii("17.0-35.0 mm f/2.8"));
    let said = said(&exif);
    assert_eq!(said.raw_size, Some((640, 480)));
    assert_eq!(said.make.as_deref(), Some("NIKON CORPORATION"));
    assert_eq!(said.model.as_deref(), Some("NIKON D750"));
    assert_eq!(said.orientation, Some(6));
    assert_eq!(said.exposure_time, Some(0.004));
    assert_eq!(said.f_number, Some(2.8));
    assert_eq!(said.iso, Some(400));
    assert_eq!(said.exposure_bias, Some(-2.0 / 3.0));
    assert_eq!(said.focal_length, Some(35.0));
    assert_eq!(said.lens_model.as_deref(), Some("17.0-35.0 mm f/2.8"));
}

#[test]
fn nonsense_is_nothing() {
    let exif = Exif::default()
        .main(0x010f, Field::Ascii("   "))
        .main(0x0112, Field::Short(9))
        .main(0x4746, Field::Ascii("five"))
        .exif(0x829a, fraction(1, 0))
        .exif(0x829d, fraction(0, 0))
        .exif(0x9204, Field::Signed(1, 0))
        .exif(0x920a, fraction(0, 1))
        .exif(0x8827, Field::Short(0))
        .exif(0x9003, Field::Ascii("0000:00:00 00:00:00"));
    let expected = FileFacts { raw_size: Some((640, 480)), ..FileFacts::default() };
    assert_eq!(said(&exif), expected);
}

#[test]
fn a_full_speed_is_looked_up_elsewhere() {
    let exif = Exif::default()
        .exif(0x8827, Field::Short(65_535))
        .exif(0x8832, Field::Bytes(vec![0, 1, 0x90, 0]));
    assert_eq!(said(&exif).iso, Some(65_535), "bytes of no type are no number");
    let exif = Exif::default().exif(0x8827, Field::Short(65_535)).exif(0x8833, Field::Short(800));
    assert_eq!(said(&exif).iso, Some(800));
}

#[test]
fn each_date_has_its_own_fraction_and_the_others_their_own_offset() {
    let exif = Exif::default()
        .main(0x0132, Field::Ascii("2024:07:01 12:00:00"))
        .exif(0x9003, Field::Ascii("2024:05:06 07:08:09"))
        .exif(0x9004, Field::Ascii("2024:05:06 07:08:10"))
        .exif(0x9010, Field::Ascii("+02:00"))
        .exif(0x9012, Field::Ascii("-07:00"))
        .exif(0x9291, Field::Ascii("25 "));
    let said = said(&exif);
    assert_eq!(said.original.unwrap().value.to_string(), "2024-05-06T07:08:09.250000-07:00");
    assert_eq!(said.digitized.unwrap().to_string(), "2024-05-06T07:08:10-07:00");
    assert_eq!(said.modified.unwrap().to_string(), "2024-07-01T12:00:00+02:00");
}

#[test]
fn an_absurd_offset_does_not_spoil_the_date() {
    for offset in ["+24:00", "-99:99", "   :  ", "", "local", "+05:60"] {
        let exif = Exif::default()
            .exif(0x9003, Field::Ascii("2024:05:06 07:08:09"))
            .exif(0x9011, Field::Ascii(offset));
        let original = said(&exif).original.unwrap();
        assert_eq!(original.value.to_string(), "2024-05-06T07:08:09", "{offset:?}");
        assert_eq!(original.tag, "Exif:DateTimeOriginal");
    }
}

#[test]
fn the_edited_date_is_not_when_it_was_taken() {
    let exif = Exif::default().main(0x0132, Field::Ascii("2024:07:01 12:00:00"));
    assert_eq!(said(&exif).original, None);
    // When it became a file is, where nobody says better.
    let exif = exif.exif(0x9004, Field::Ascii("2024:05:06 07:08:10"));
    let original = said(&exif).original.unwrap();
    assert_eq!(original.value.to_string(), "2024-05-06T07:08:10");
    assert_eq!(original.tag, "Exif:DateTimeDigitized");
}

/// A GPS directory; `None` leaves a tag out.
fn gps(latitude: (Option<&'static str>, u32), longitude: (Option<&'static str>, u32)) -> Exif {
    let mut exif = Exif::default();
    for (tag, letter) in [(LATITUDE_REF, latitude.0), (LONGITUDE_REF, longitude.0)] {
        if let Some(letter) = letter {
            exif = exif.gps(tag, Field::Ascii(letter));
        }
    }
    let degrees = |degrees| Field::Rationals(vec![(degrees, 1), (30, 1), (0, 1)]);
    exif.gps(LATITUDE, degrees(latitude.1)).gps(LONGITUDE, degrees(longitude.1))
}

fn place(exif: &Exif) -> Option<(f64, f64)> {
    said(exif).coordinates.map(|place| (place.value.latitude(), place.value.longitude()))
}

#[test]
fn hemispheres_have_signs() {
    assert_eq!(place(&gps((Some("N"), 48), (Some("E"), 2))), Some((48.5, 2.5)));
    assert_eq!(place(&gps((Some("S"), 48), (Some("W"), 2))), Some((-48.5, -2.5)));
    assert_eq!(place(&gps((Some("S"), 48), (None, 2))), None);
    assert_eq!(place(&gps((Some("E"), 48), (Some("N"), 2))), None);
    assert_eq!(place(&gps((Some("N"), 90), (Some("E"), 2))), None);
    assert_eq!(place(&gps((Some("N"), 4), (Some("E"), 180))), None);
}

#[test]
fn a_pair_with_one_bad_half_is_no_place() {
    for bad in [vec![(48, 0)], vec![(48, 1), (60, 1)], vec![(48, 1), (1, 1), (0, 0)], vec![]] {
        let exif = Exif::default()
            .gps(LATITUDE_REF, Field::Ascii("N"))
            .gps(LATITUDE, Field::Rationals(bad))
            .gps(LONGITUDE_REF, Field::Ascii("E"))
            .gps(LONGITUDE, Field::Rationals(vec![(2, 1)]));
        assert_eq!(place(&exif), None);
    }
}

#[test]
fn nowhere_is_told_from_the_gulf_of_guinea() {
    let zero = || {
        Exif::default()
            .gps(LATITUDE_REF, Field::Ascii("N"))
            .gps(LATITUDE, Field::Rationals(vec![(0, 1); 3]))
            .gps(LONGITUDE_REF, Field::Ascii("E"))
            .gps(LONGITUDE, Field::Rationals(vec![(0, 1); 3]))
    };
    assert_eq!(place(&zero()), Some((0.0, 0.0)));
    assert_eq!(place(&zero().gps(STATUS, Field::Ascii("A"))), Some((0.0, 0.0)));
    assert_eq!(place(&zero().gps(STATUS, Field::Ascii("V"))), None);
    let far = gps((Some("N"), 48), (Some("E"), 2)).gps(STATUS, Field::Ascii("V"));
    assert_eq!(place(&far), Some((48.5, 2.5)), "the last fix is better than none");
}

#[test]
fn heights_may_lie_below_the_sea() {
    let height = |reference, above, below| {
        said(&Exif::default().gps(5, Field::Byte(reference)).gps(6, fraction(above, below)))
            .altitude
    };
    assert_eq!(height(0, 123, 10), Some(12.3));
    assert_eq!(height(1, 123, 10), Some(-12.3));
    assert_eq!(height(0, 123, 0), None);
    assert_eq!(height(0, u32::MAX, 1), None);
}

#[test]
fn apple_names_the_other_half_of_a_live_photo() {
    let id = b"242684F6-0839-44E0-8E39-A8FE43182C29\0";
    let entry = [&[0, 0x11, 0, 2, 0, 0, 0, 37, 0, 0, 0, 32][..], &[0; 4]].concat();
    let note = [b"Apple iOS\0\0\x01MM\0\x01".as_slice(), &entry, id].concat();
    let said = said(&Exif::default().exif(0x927c, Field::Bytes(note)));
    assert_eq!(said.live_photo_cid.as_deref(), Some("242684F6-0839-44E0-8E39-A8FE43182C29"));
}
