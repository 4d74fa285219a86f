//! How far the clock was from UTC: what cameras say about it, and in which order it counts. What
//! follows from the place is decided in `model`.

use crate::build::boxes::cr3;
use crate::build::{Exif, Field, jpeg, xmp, xmp_segment};
use crate::facts_of;

const TAKEN: &str = "2024:05:06 07:08:09";

fn taken() -> Exif {
    Exif::default().exif(0x9003, Field::Ascii(TAKEN))
}

/// The offset of the capture time, and its tag.
#[track_caller]
fn check(exif: &Exif, expected: Option<(&str, &str)>) {
    check_file(&exif.jpeg(), expected);
}

#[track_caller]
fn check_file(file: &[u8], expected: Option<(&str, &str)>) {
    let said = facts_of(file);
    let offset = said.original.unwrap().value.offset.map(|offset| offset.to_string());
    assert_eq!(offset.as_deref().zip(said.offset_tag), expected);
}

/// 07:08:09 at four hours east.
fn satellites(exif: Exif) -> Exif {
    exif.gps(7, Field::Rationals(vec![(3, 1), (8, 1), (1, 1)])).gps(29, Field::Ascii("2024:05:06"))
}

#[test]
fn the_tag_of_the_date_comes_first() {
    let all = taken()
        .exif(0x9010, Field::Ascii("+05:00"))
        .exif(0x9011, Field::Ascii("+01:00"))
        .exif(0x9012, Field::Ascii("+02:00"));
    check(&satellites(all), Some(("+01:00", "Exif:OffsetTimeOriginal")));
}

#[test]
fn an_edit_in_another_zone_moves_nothing() {
    // Editors fill `OffsetTime` and leave the others alone.
    let edited = taken().exif(0x9010, Field::Ascii("-10:00"));
    let digitized =
        taken().exif(0x9010, Field::Ascii("-10:00")).exif(0x9012, Field::Ascii("+02:00"));
    check(&digitized, Some(("+02:00", "Exif:OffsetTimeDigitized")));
    check(&satellites(edited), Some(("+04:00", "Exif:GPSTimeStamp")));
}

#[test]
fn the_last_change_is_the_last_resort() {
    check(&taken().exif(0x9010, Field::Ascii("-10:00")), Some(("-10:00", "Exif:OffsetTime")));
    check(&taken(), None);
}

#[test]
fn zero_is_an_offset_and_nonsense_is_none() {
    check(&taken().exif(0x9011, Field::Ascii("+00:00")), Some(("Z", "Exif:OffsetTimeOriginal")));
    let broken = taken().exif(0x9011, Field::Ascii("   :  ")).exif(0x9012, Field::Ascii("+02:00"));
    check(&broken, Some(("+02:00", "Exif:OffsetTimeDigitized")));
}

#[test]
fn satellites_need_a_day_and_a_time() {
    check(&satellites(taken()), Some(("+04:00", "Exif:GPSTimeStamp")));
    check(&taken().gps(7, Field::Rationals(vec![(3, 1), (8, 1), (1, 1)])), None);
    check(&taken().gps(29, Field::Ascii("2024:05:06")), None);
    let broken = taken().gps(7, Field::Rationals(vec![(27, 1), (8, 1), (1, 1)]));
    check(&broken.gps(29, Field::Ascii("2024:05:06")), None);
}

#[test]
fn the_camera_says_what_its_clock_was_set_to() {
    let nikon = |zone: i16, summer: u8| {
        let [high, low] = zone.to_be_bytes();
        let block = Exif::default().main(0x0024, Field::Bytes(vec![high, low, summer, 0])).tiff();
        let note = [b"Nikon\0\x02\x11\0\0".as_slice(), &block].concat();
        taken().exif(0x927c, Field::Bytes(note))
    };
    check(&nikon(-480, 1), Some(("-07:00", "Nikon:TimeZone")));
    check(&satellites(nikon(60, 0)), Some(("+01:00", "Nikon:TimeZone")));
    check(&nikon(5_000, 0), None);
}

#[test]
fn canon_has_minutes_and_a_city() {
    let canon = |numbers: [i32; 4]| {
        let bytes = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        let first = Exif::default().main(0x010f, Field::Ascii("Canon")).tiff();
        let notes = Exif::default().main(0x0035, Field::Signeds(bytes)).tiff();
        let second = Exif::default().main(0x9003, Field::Ascii(TAKEN)).tiff();
        cr3(&[(b"CMT1", first), (b"CMT2", second), (b"CMT3", notes)], "")
    };
    check_file(&canon([16, -480, 13, 0]), Some(("-08:00", "Canon:TimeZone")));
    check_file(&canon([16, 60, 20, 60]), Some(("+02:00", "Canon:TimeZone")));
    check_file(&canon([16, 0, 20, 0]), Some(("Z", "Canon:TimeZone")));
    // Never told where it is.
    check_file(&canon([16, 0, 0, 0]), None);
}

#[test]
fn a_packet_brings_its_offset_along() {
    let packet = xmp("exif:DateTimeOriginal='2024-05-06T07:08:09+05:30'", "");
    check_file(&jpeg(&[xmp_segment(&packet)]), Some(("+05:30", "XMP-exif:DateTimeOriginal")));
}
