//! Where metadata hides in each kind of file.

use std::io::Cursor;

use media::{Format, facts};
use model::FileFacts;

use crate::build::{
    Exif, Field, gif, iptc, iptc_segment, jpeg, png, png_chunk, riff_chunk, segment, webp, xmp,
    xmp_segment,
};
use crate::facts_of;

/// EXIF that turns the picture.
fn turned() -> Vec<u8> {
    Exif::default().main(0x0112, Field::Short(6)).tiff()
}

/// XMP that rates it.
fn rated() -> String {
    xmp("xmp:Rating='4'", "")
}

#[track_caller]
fn check(file: &[u8], expected: &FileFacts) {
    assert_eq!(&facts_of(file), expected);
}

fn expected(orientation: Option<u8>, rating: Option<i64>) -> FileFacts {
    let rating = rating.map(|value| model::Sourced { value, tag: "XMP-xmp:Rating" });
    FileFacts { raw_size: Some((640, 480)), orientation, rating, ..FileFacts::default() }
}

fn caption(file: &[u8]) -> Option<String> {
    facts_of(file).description.map(|caption| caption.value)
}

#[test]
fn jpegs_have_segments() {
    let exif = segment(0xe1, &[b"Exif\0\0".as_slice(), &turned()].concat());
    let extension = segment(0xe1, b"http://ns.adobe.com/xmp/extension/\0rest");
    let second = segment(0xe1, b"Exif\0\0II*\0");
    let waste = vec![0, 7, 0xff, 0xff];
    let file = jpeg(&[extension, exif, xmp_segment(&rated()), second, waste]);
    check(&file, &expected(Some(6), Some(4)));
}

#[test]
fn photoshop_resources_go_on_over_segments() {
    let whole = iptc_segment(&[(120, "in two pieces")]);
    let (head, tail) = whole[18..].split_at(20);
    let part = |part: &[u8]| segment(0xed, &[b"Photoshop 3.0\0", part].concat());
    assert_eq!(caption(&jpeg(&[part(head), part(tail)])).as_deref(), Some("in two pieces"));
}

#[test]
fn pngs_have_chunks_before_and_behind_the_pixels() {
    let exif = png_chunk(*b"eXIf", &turned());
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), rated().as_bytes()].concat();
    let packet = png_chunk(*b"iTXt", &text);
    let (exif, packet) = ([exif], [packet]);
    check(&png(&exif, &packet), &expected(Some(6), Some(4)));
    check(&png(&packet, &exif), &expected(Some(6), Some(4)));
}

#[test]
fn pngs_have_raw_profiles_of_old() {
    let profile = |name: &str, content: &[u8]| {
        let digits: Vec<_> = content.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("\n{name}\n{:8}\n{}\n", content.len(), digits.concat());
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
        let keyword = format!("Raw profile type {name}\0\0");
        png_chunk(*b"zTXt", &[keyword.as_bytes(), &packed].concat())
    };
    let exif = profile("exif", &[b"Exif\0\0".as_slice(), &turned()].concat());
    let packet = profile("xmp", rated().as_bytes());
    let records = profile("iptc", &iptc(&[(120, "Am See")]));
    let file = png(&[exif, packet, records], &[]);
    assert_eq!(caption(&file).as_deref(), Some("Am See"));
    let said = facts_of(&file);
    assert_eq!((said.orientation, said.rating.unwrap().value), (Some(6), 4));
}

#[test]
fn an_official_chunk_counts_before_a_profile() {
    let text = b"Raw profile type exif\0\nexif\n 8\n4d4d002a00000008";
    let file = png(&[png_chunk(*b"tEXt", text)], &[png_chunk(*b"eXIf", &turned())]);
    check(&file, &expected(Some(6), None));
}

#[test]
fn a_huge_png_is_only_a_number() {
    let mut file = png(&[], &[]);
    file[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    assert_eq!(facts_of(&file).raw_size, Some((60_000, 60_000)));
    file[16..20].copy_from_slice(&[0; 4]);
    assert_eq!(facts_of(&file).raw_size, None);
}

#[test]
fn webps_have_chunks() {
    let exif = riff_chunk(*b"EXIF", &turned());
    let prefixed = riff_chunk(*b"EXIF", &[b"Exif\0\0".as_slice(), &turned()].concat());
    let packet = riff_chunk(*b"XMP ", rated().as_bytes());
    let frame = riff_chunk(*b"ANMF", &[0; 7_001]);
    check(&webp(&[frame, exif, packet]), &expected(Some(6), Some(4)));
    check(&webp(&[prefixed]), &expected(Some(6), None));
}

#[test]
fn webps_without_canvas_have_a_size_too() {
    let lossy = riff_chunk(*b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 0x80, 0x42, 0xe0, 1]);
    let file = riff_chunk(*b"RIFF", &[b"WEBP".as_slice(), &lossy].concat());
    check(&file, &expected(None, None));
    let bits = (0x027f_u32 | 0x01df << 14).to_le_bytes();
    let lossless = riff_chunk(*b"VP8L", &[&[0x2f], bits.as_slice()].concat());
    let file = riff_chunk(*b"RIFF", &[b"WEBP".as_slice(), &lossless].concat());
    check(&file, &expected(None, None));
}

#[test]
fn gifs_have_extensions() {
    let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    let packet = [b"\x21\xff\x0bXMP DataXMP".as_slice(), rated().as_bytes(), &trailer].concat();
    let looping = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0".to_vec();
    let comment = b"\x21\xfe\x03Am \x03See\0".to_vec();
    let file = gif(&[looping, packet, comment]);
    assert_eq!(caption(&file).as_deref(), Some("Am See"));
    let said = facts_of(&file);
    assert_eq!((said.raw_size, said.rating.unwrap().value), (Some((640, 480)), 4));
}

#[test]
fn tiffs_are_their_own_block() {
    let records = iptc(&[(90, "Bern")]);
    let file = Exif::default()
        .main(0x0100, Field::Short(640))
        .main(0x0101, Field::Short(480))
        .main(0x0112, Field::Short(3))
        .main(0x02bc, Field::Bytes(rated().into_bytes()))
        .main(0x83bb, Field::Bytes(records))
        .tiff();
    let mut known = expected(Some(3), Some(4));
    known.place.city = Some("Bern".to_owned());
    check(&file, &known);
}

#[test]
fn bitmaps_have_a_size() {
    let mut file = b"BM".to_vec();
    file.extend([0; 12]);
    file.extend([40, 0, 0, 0, 0x80, 2, 0, 0]);
    file.extend((-480_i32).to_le_bytes());
    check(&file, &expected(None, None));
}

#[test]
fn bytes_count_before_the_name() {
    let file = jpeg(&[segment(0xe1, &[b"Exif\0\0".as_slice(), &turned()].concat())]);
    let said = facts::read(&mut Cursor::new(file), Format::Nef);
    assert_eq!(said, expected(Some(6), None));
}
