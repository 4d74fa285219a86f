//! Raws: where their metadata lies, and which of their pictures is the picture.

use media::{Format, facts};
use model::FileFacts;

use crate::build::boxes::cr3;
use crate::build::{Exif, Field, jpeg, segment, xmp};
use crate::facts_of;

fn turned() -> Exif {
    Exif::default().main(0x0112, Field::Short(6))
}

#[test]
fn canon_has_four_blocks() {
    let degrees = || Field::Rationals(vec![(48, 1), (30, 1), (0, 1)]);
    let first = Exif::default()
        .main(0x0100, Field::Short(5_472))
        .main(0x0101, Field::Short(3_648))
        .main(0x010f, Field::Ascii("Canon"))
        .main(0x0112, Field::Short(6))
        .tiff();
    let second = Exif::default().main(0x829d, Field::Rationals(vec![(28, 10)])).tiff();
    let notes = Exif::default().main(0x0095, Field::Ascii("RF24-105mm")).tiff();
    let place = Exif::default()
        .main(1, Field::Ascii("N"))
        .main(2, degrees())
        .main(3, Field::Ascii("E"))
        .main(4, degrees())
        .tiff();
    let blocks = [(b"CMT1", first), (b"CMT2", second), (b"CMT3", notes), (b"CMT4", place)];
    let said = facts_of(&cr3(&blocks, &xmp("xmp:Rating='4'", "")));
    assert_eq!((said.raw_size, said.orientation), (Some((5_472, 3_648)), Some(6)));
    assert_eq!((said.make.as_deref(), said.f_number), (Some("Canon"), Some(2.8)));
    assert_eq!(said.lens_model.as_deref(), Some("RF24-105mm"));
    assert!((said.coordinates.unwrap().value.latitude() - 48.5).abs() < 1e-12);
    assert_eq!(said.rating.unwrap().value, 4);
}

#[test]
fn the_picture_of_a_raw_is_not_its_preview() {
    let preview = || {
        turned()
            .main(0x00fe, Field::Long(1))
            .main(0x0100, Field::Short(160))
            .main(0x0101, Field::Short(120))
    };
    assert_eq!(facts_of(&preview().tiff()).raw_size, Some((160, 120)));
    let mut file = preview().main(0x014a, Field::Long(1_000)).tiff();
    file.resize(1_000, 0);
    file.extend(
        &Exif::default().main(0x0100, Field::Short(6_000)).main(0x0101, Field::Short(4_000)).tiff()
            [8..],
    );
    assert_eq!(facts_of(&file).raw_size, Some((6_000, 4_000)));
}

#[test]
fn panasonic_has_edges_and_a_jpeg_inside() {
    let inner = Exif::default()
        .main(0x0112, Field::Short(8))
        .exif(0x829d, Field::Rationals(vec![(28, 10)]));
    let inner = jpeg(&[segment(0xe1, &[b"Exif\0\0".as_slice(), &inner.tiff()].concat())]);
    let mut file = turned()
        .main(4, Field::Short(8))
        .main(5, Field::Short(16))
        .main(6, Field::Short(3_472))
        .main(7, Field::Short(4_624))
        .main(0x002e, Field::Long(1_000))
        .tiff();
    file.resize(1_000, 0);
    file.extend(inner);
    // The mark of these raws, in the order of this block.
    file[2..4].copy_from_slice(&[0, 0x55]);
    let said = facts::read(&mut std::io::Cursor::new(file), Format::Rw2);
    assert_eq!(said.raw_size, Some((4_608, 3_464)));
    assert_eq!((said.orientation, said.f_number), (Some(6), Some(2.8)));
}

#[test]
fn fujifilm_has_a_jpeg_and_a_list() {
    let preview = jpeg(&[segment(0xe1, &[b"Exif\0\0".as_slice(), &turned().tiff()].concat())]);
    let mut file = b"FUJIFILMCCD-RAW ".to_vec();
    file.resize(84, 0);
    file.extend([0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 100]);
    file.resize(100, 0);
    file.extend([
        0, 0, 0, 2, 0x01, 0, 0, 4, 0x10, 0, 0x18, 0, 0x01, 0x11, 0, 4, 0x0f, 0xa0, 0x17, 0x70,
    ]);
    file.resize(200, 0);
    file.extend(preview);
    let raw_size = Some((6_000, 4_000));
    assert_eq!(
        facts_of(&file),
        FileFacts { raw_size, orientation: Some(6), ..FileFacts::default() }
    );
}

#[test]
fn lenses_of_old_nikons_are_put_together() {
    let lens = |bits: u8, numbers: [(u32, u32); 4]| {
        let block = Exif::default()
            .main(0x0083, Field::Byte(bits))
            .main(0x0084, Field::Rationals(numbers.to_vec()))
            .tiff();
        let note = [b"Nikon\0\x02\x11\0\0".as_slice(), &block].concat();
        facts_of(&Exif::default().exif(0x927c, Field::Bytes(note)).jpeg()).lens_model
    };
    let zoom = [(180, 10), (200, 1), (35, 10), (56, 10)];
    assert_eq!(lens(0b1110, zoom).as_deref(), Some("18-200mm f/3.5-5.6 G VR"));
    let prime = [(50, 1), (50, 1), (18, 10), (18, 10)];
    assert_eq!(lens(0b0010, prime).as_deref(), Some("50mm f/1.8 D"));
    assert_eq!(lens(0, [(0, 1); 4]), None);
    assert_eq!(lens(0, [(1, 0); 4]), None);
}
