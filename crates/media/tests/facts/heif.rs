//! HEIC, AVIF and JPEG XL.

use model::{FileFacts, MotionVideo, Sourced};

use crate::build::boxes::{Heic, atom, full, jxl, words};
use crate::build::{Exif, Field, jpeg, segment, xmp, xmp_segment};
use crate::facts_of;

fn turned(orientation: u16) -> Vec<u8> {
    Exif::default().main(0x0112, Field::Short(orientation)).tiff()
}

fn rated() -> Vec<u8> {
    xmp("xmp:Rating='4'", "").into_bytes()
}

/// The orientation of a HEIC with these boxes, and with this one in EXIF.
fn orientation(turns: &[&[u8]], exif: Option<u16>) -> Option<u8> {
    let turns = turns.iter().map(|turn| atom(*turn.first_chunk().unwrap(), &turn[4..])).collect();
    let exif = exif.map(turned).unwrap_or_default();
    facts_of(&Heic { exif, turns, ..Heic::default() }.bytes()).orientation
}

#[test]
fn items_are_found_by_their_kind() {
    let said = facts_of(&Heic { exif: turned(1), xmp: rated(), ..Heic::default() }.bytes());
    let rating = Some(Sourced { value: 4, tag: "XMP-xmp:Rating" });
    let expected = FileFacts {
        raw_size: Some((640, 480)),
        orientation: Some(1),
        rating,
        ..FileFacts::default()
    };
    assert_eq!(said, expected);
}

#[test]
fn the_container_turns_the_picture_and_not_exif() {
    assert_eq!(orientation(&[], None), None);
    assert_eq!(orientation(&[], Some(6)), Some(1));
    assert_eq!(orientation(&[b"irot\0"], Some(6)), Some(1));
    assert_eq!(orientation(&[b"irot\x01"], None), Some(8));
    assert_eq!(orientation(&[b"irot\x02"], None), Some(3));
    assert_eq!(orientation(&[b"irot\x03"], Some(1)), Some(6));
    assert_eq!(orientation(&[b"imir\x01"], None), Some(2));
    assert_eq!(orientation(&[b"imir\0"], None), Some(4));
    assert_eq!(orientation(&[b"irot\x01", b"imir\x01"], None), Some(7));
    assert_eq!(orientation(&[b"imir\x01", b"irot\x01"], None), Some(5));
}

#[test]
fn a_film_behind_the_picture_is_found() {
    let movie = atom(*b"ftyp", b"mp42\0\0\0\0isom");
    let file = Heic { behind: atom(*b"mpvd", &movie), ..Heic::default() }.bytes();
    let from = (file.len() - movie.len()) as u64;
    assert_eq!(facts_of(&file).motion, Some(MotionVideo { from, bytes: movie.len() as u64 }));
    let file = Heic { behind: atom(*b"mpvd", b"no film at all"), ..Heic::default() }.bytes();
    assert_eq!(facts_of(&file).motion, None);
}

/// A JPEG with this packet and this behind its end.
fn motion_of(packet: &str, behind: &[u8]) -> Option<(u64, u64)> {
    let file = [jpeg(&[xmp_segment(packet)]).as_slice(), behind].concat();
    let motion = facts_of(&file).motion?;
    Some((motion.from - (file.len() - behind.len()) as u64, motion.bytes))
}

#[test]
fn google_counts_from_the_end() {
    let film = atom(*b"ftyp", b"mp42\0\0\0\0isom");
    let len = film.len() as u64;
    let camera = "xmlns:GCamera='http://ns.google.com/photos/1.0/camera/'";
    let old = |count: u64| {
        let attributes = format!("GCamera:MicroVideo='1' GCamera:MicroVideoOffset='{count}'");
        xmp(&format!("{camera} {attributes}"), "")
    };
    assert_eq!(motion_of(&old(len), &film), Some((0, len)));
    assert_eq!(motion_of(&old(len - 1), &film), None);
    assert_eq!(motion_of(&old(u64::MAX), &film), None);
    let items = |semantic: &str| {
        let item = "<rdf:li rdf:parseType='Resource'><Container:Item Item:Mime='video/mp4' ";
        let directory = format!(
            "<Container:Directory xmlns:Container='http://ns.google.com/photos/1.0/container/'
             xmlns:Item='http://ns.google.com/photos/1.0/container/item/'><rdf:Seq>
             {item} Item:Semantic='Primary' Item:Length='0'/></rdf:li>
             {item} Item:Semantic='{semantic}' Item:Length='{len}'/></rdf:li>
             </rdf:Seq></Container:Directory>"
        );
        xmp(&format!("{camera} GCamera:MotionPhoto='1'"), &directory)
    };
    assert_eq!(motion_of(&items("MotionPhoto"), &film), Some((0, len)));
    assert_eq!(motion_of(&items("GainMap"), &film), None);
}

#[test]
fn samsung_has_a_list_at_the_end() {
    let film = atom(*b"ftyp", b"mp42\0\0\0\0isom");
    let part = [b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data".as_slice(), &film].concat();
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let list = [
        b"SEFH\x6b\0\0\0\x01\0\0\0\0\0\x30\x0a".as_slice(),
        &number(part.len()),
        &number(part.len()),
    ]
    .concat();
    let trailer = [part.as_slice(), &list, &number(list.len()), b"SEFT"].concat();
    assert_eq!(motion_of("", &trailer), Some((24, film.len() as u64)));
}

#[test]
fn jpeg_xl_has_boxes_or_not() {
    let exif = atom(*b"Exif", &[words(&[0]), turned(6)].concat());
    let said = facts_of(&jxl(&[exif, atom(*b"xml ", &rated())]));
    assert_eq!(said.raw_size, Some((480, 240)));
    // The codestream says how it is turned, which is not at all.
    assert_eq!((said.orientation, said.rating.unwrap().value), (Some(1), 4));
    let bare = facts_of(&[0xff, 0x0a, 0b1111_1011, 0b0000_0011]);
    assert_eq!(bare, FileFacts { raw_size: Some((480, 240)), ..FileFacts::default() });
}

#[test]
fn metadata_of_jpeg_xl_may_be_packed() {
    // Brotli can hold bytes as they are: a header, the length less one, and the bytes.
    let packed = |content: &[u8]| {
        let len = u32::try_from(content.len() - 1).unwrap();
        // Window of 16 bits; not the last; four nibbles; length; not compressed.
        let bits = len << 4 | 1 << 20;
        let head = bits.to_le_bytes();
        [&head[..3], content, &[3]].concat()
    };
    let brob = atom(*b"brob", &[b"xml ".as_slice(), &packed(&rated())].concat());
    assert_eq!(facts_of(&jxl(&[brob])).rating.unwrap().value, 4);
}

#[test]
fn a_file_of_one_box_says_nothing() {
    for file in [
        full(*b"meta", 0, b""),
        atom(*b"ftyp", b"heic\0\0\0\0mif1"),
        [atom(*b"ftyp", b"avif\0\0\0\0mif1"), full(*b"meta", 0, &full(*b"iloc", 1, &[0xff; 40]))]
            .concat(),
        jpeg(&[segment(0xe1, b"Exif\0\0")])[..20].to_vec(),
    ] {
        assert_eq!(facts_of(&file), FileFacts::default());
    }
}
