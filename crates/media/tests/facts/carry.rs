//! What an original says is carried into its renderings, and nothing else of them changes.

use std::io::Cursor;
use std::process::{Command, Stdio};

use media::Format;
use media::facts::carry::{self, Carried};
use model::FileFacts;
use proptest::prelude::*;

use crate::build::{
    Exif, Field, jpeg, png, png_chunk, riff_chunk, segment, webp, xmp, xmp_segment,
};
use crate::facts_of;

fn carried_from(original: &[u8]) -> Carried {
    carry::read(&mut Cursor::new(original), Format::Jpeg)
}

#[track_caller]
fn copy(original: &[u8], rendering: &[u8]) -> Vec<u8> {
    carried_from(original).into_copy_of(rendering).expect("something is carried")
}

fn camera() -> Exif {
    let degrees = |whole| Field::Rationals(vec![(whole, 1), (30, 1), (0, 1)]);
    Exif::default()
        .main(0x010e, Field::Ascii("a caption"))
        .main(0x010f, Field::Ascii("Acme"))
        .main(0x0112, Field::Short(6))
        .main(0x4746, Field::Short(4))
        .exif(0x829a, Field::Rationals(vec![(1, 250)]))
        .exif(0x9003, Field::Ascii("2024:05:06 07:08:09"))
        .exif(0x9011, Field::Ascii("+02:00"))
        .exif(0xa002, Field::Short(640))
        .exif(0xa003, Field::Short(480))
        .gps(1, Field::Ascii("N"))
        .gps(2, degrees(48))
        .gps(3, Field::Ascii("E"))
        .gps(4, degrees(9))
}

fn exif_segment(block: &[u8]) -> Vec<u8> {
    segment(0xe1, &[b"Exif\0\0".as_slice(), block].concat())
}

/// A profile as far as anybody looks at it here.
fn profile(space: [u8; 4]) -> Vec<u8> {
    let mut profile = vec![7; 200];
    profile[16..20].copy_from_slice(&space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

fn profile_segment(profile: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), profile].concat())
}

/// A JPEG in colour of 320 × 200 pixels.
fn rendering(segments: &[Vec<u8>]) -> Vec<u8> {
    let frame = segment(0xc0, &[8, 0, 200, 1, 64, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    let jfif = segment(0xe0, b"JFIF\0\x01\x02\x01\0H\0H\0\0");
    let scan = [segment(0xda, &[0; 10]), b"pixels\xff\xd9a trailer".to_vec()].concat();
    [vec![0xff, 0xd8], jfif, segments.concat(), frame, scan].concat()
}

fn contains(bytes: &[u8], piece: &[u8]) -> bool {
    bytes.windows(piece.len()).any(|window| window == piece)
}

#[track_caller]
fn says_what_the_camera_said(facts: &FileFacts) {
    assert_eq!(facts.original.as_ref().unwrap().value.to_string(), "2024-05-06T07:08:09+02:00");
    assert_eq!(facts.description.as_ref().unwrap().value, "a caption");
    assert_eq!(facts.make.as_deref(), Some("Acme"));
    assert_eq!(facts.exposure_time, Some(0.004));
    assert_eq!(facts.rating.as_ref().unwrap().value, 4);
    let place = facts.coordinates.as_ref().unwrap().value;
    assert!((place.latitude() - 48.5).abs() < 1e-9 && (place.longitude() - 9.5).abs() < 1e-9);
    assert_eq!(facts.orientation, Some(1), "rotation is in the pixels");
}

#[test]
fn from_every_container_into_both() {
    let block = camera().tiff();
    let originals = [
        camera().jpeg(),
        png(&[png_chunk(*b"eXIf", &block)], &[]),
        webp(&[riff_chunk(*b"EXIF", &block)]),
        block,
    ];
    for original in originals {
        let into_jpeg = facts_of(&copy(&original, &rendering(&[])));
        says_what_the_camera_said(&into_jpeg);
        assert_eq!(into_jpeg.raw_size, Some((320, 200)), "the size is the rendering's");
        let into_png = facts_of(&copy(&original, &png(&[], &[])));
        says_what_the_camera_said(&into_png);
    }
}

#[test]
fn only_what_is_said_is_carried() {
    let mut block = camera()
        .exif(0x927c, Field::Bytes(b"Nikon\0 notes that point elsewhere".to_vec()))
        .exif(0x9286, Field::Bytes(vec![b'x'; 20_000]))
        .tiff();
    block.extend(b"a thumbnail of what was cut away");
    let copy = copy(&jpeg(&[exif_segment(&block)]), &rendering(&[]));
    says_what_the_camera_said(&facts_of(&copy));
    for piece in [b"thumbnail".as_slice(), b"Nikon", b"xxxx", &0xa002_u16.to_be_bytes()] {
        assert!(!contains(&copy[..copy.len() - 20], piece), "{}", piece.escape_ascii());
    }
}

#[test]
fn notes_that_point_only_to_themselves_are_carried() {
    let notes = b"Apple iOS\0\0\x01MM\0\x01\0\x0b\0\x02\0\0\0\x04abc\0\0\0\0\0".to_vec();
    let original = camera().exif(0x927c, Field::Bytes(notes)).jpeg();
    let before = facts_of(&original).burst_id;
    assert!(before.is_some());
    assert_eq!(facts_of(&copy(&original, &rendering(&[]))).burst_id, before);
}

#[test]
fn xmp_is_carried_without_what_is_only_true_of_the_original() {
    let packet = xmp(
        "xmlns:GCamera='http://ns.google.com/photos/1.0/camera/' GCamera:MotionPhoto='1' \
         GCamera:BurstID='burst' xmp:Rating='3' tiff:Orientation='6' tiff:ImageWidth='640'",
        "<exif:PixelXDimension>640</exif:PixelXDimension><dc:description><rdf:Alt>\
         <rdf:li xml:lang='x-default'>Tom &amp; Jerry</rdf:li></rdf:Alt></dc:description>\
         <xmp:Thumbnails><rdf:Alt><rdf:li>secret</rdf:li></rdf:Alt></xmp:Thumbnails>",
    );
    for file in [rendering(&[]), png(&[], &[])] {
        let copy = copy(&jpeg(&[xmp_segment(&packet)]), &file);
        let facts = facts_of(&copy);
        assert_eq!(facts.description.unwrap().value, "Tom & Jerry");
        assert_eq!(facts.rating.unwrap().value, 3);
        assert_eq!(facts.burst_id.as_deref(), Some("burst"));
        assert_eq!(facts.orientation, None);
        for gone in ["Orientation", "Dimension", "ImageWidth", "Motion", "secret", "Thumbnails"] {
            assert!(!contains(&copy, gone.as_bytes()), "{gone}");
        }
    }
    let broken = jpeg(&[xmp_segment("<x:xmpmeta><unclosed>")]);
    assert_eq!(carried_from(&broken).into_copy_of(&rendering(&[])), None);
}

#[test]
fn it_takes_the_place_of_what_the_rendering_says() {
    let own = [
        exif_segment(&Exif::default().main(0x010e, Field::Ascii("an editor")).tiff()),
        xmp_segment(&xmp("xmp:Label='editor'", "")),
    ];
    let original = jpeg(&[exif_segment(&camera().tiff()), xmp_segment(&xmp("xmp:Rating='4'", ""))]);
    let copy = copy(&original, &rendering(&own));
    says_what_the_camera_said(&facts_of(&copy));
    assert!(!contains(&copy, b"editor"));
}

#[test]
fn what_there_is_nothing_for_stays_as_it_is() {
    let own = rendering(&[exif_segment(&Exif::default().main(0x010e, Field::Ascii("x")).tiff())]);
    assert_eq!(carried_from(&jpeg(&[])).into_copy_of(&own), None);
    assert_eq!(carried_from(&camera().jpeg()).into_copy_of(b"GIF89a"), None);
}

#[test]
fn a_rendering_is_upright_whatever_it_says() {
    let turned = Exif::default().main(0x010e, Field::Ascii("x")).main(0x0112, Field::Short(6));
    let nothing = Carried::default();
    let copy = nothing.into_copy_of(&rendering(&[exif_segment(&turned.tiff())])).unwrap();
    assert_eq!(facts_of(&copy).orientation, Some(1));
    let file = png(&[png_chunk(*b"eXIf", &turned.tiff())], &[]);
    assert_eq!(facts_of(&nothing.into_copy_of(&file).unwrap()).orientation, Some(1));
}

#[test]
fn a_profile_only_where_there_is_none_and_it_fits() {
    let original = |space: &[u8; 4]| jpeg(&[profile_segment(&profile(*space))]);
    let rgb = profile(*b"RGB ");
    let copy_of = |space: &[u8; 4], file: &[u8]| carried_from(&original(space)).into_copy_of(file);

    let copy = copy_of(b"RGB ", &rendering(&[])).unwrap();
    assert!(contains(&copy, &profile_segment(&rgb)));
    assert_eq!(copy_of(b"CMYK", &rendering(&[])), None, "inks for a picture in colour");
    let other = profile_segment(&[9; 300]);
    assert_eq!(copy_of(b"RGB ", &rendering(&[other])), None, "it has its own");

    let copy = copy_of(b"RGB ", &png(&[], &[])).unwrap();
    assert_eq!(carried_from(&copy), carried_from(&original(b"RGB ")), "a PNG compresses it");
    let says = png(&[png_chunk(*b"sRGB", &[0])], &[]);
    assert_eq!(copy_of(b"RGB ", &says), None, "it says what its colours mean");
}

#[test]
fn a_long_profile_is_cut_into_pieces() {
    let mut long = profile(*b"RGB ");
    long.resize(150_000, 5);
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&long, 6);
    let chunk = png_chunk(*b"iCCP", &[b"name\0\0".as_slice(), &deflated].concat());
    let carried = carried_from(&png(&[chunk], &[]));
    let copy = carried.into_copy_of(&rendering(&[])).unwrap();
    assert_eq!(carried_from(&copy), carried);
}

/// What reads files for a living agrees.
#[test]
fn exiftool_reads_what_was_carried() {
    let original = camera().jpeg();
    for (name, file) in [("a.jpg", rendering(&[])), ("a.png", png(&[], &[]))] {
        let folder = std::env::temp_dir().join(format!("carry-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, copy(&original, &file)).unwrap();
        let output = Command::new("exiftool")
            .args(["-j", "-n", "-G1"])
            .arg(&path)
            .stderr(Stdio::null())
            .output();
        std::fs::remove_dir_all(&folder).unwrap();
        let Ok(output) = output else {
            eprintln!("exiftool is not installed");
            return;
        };
        let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let read = &read[0];
        assert_eq!(read["ExifIFD:DateTimeOriginal"], "2024:05:06 07:08:09", "{read:#}");
        assert_eq!(read["IFD0:Orientation"], 1);
        assert_eq!(read["IFD0:ImageDescription"], "a caption");
        assert_eq!(read["GPS:GPSLatitude"], 48.5);
        assert_eq!(read["ExifIFD:ExposureTime"], 0.004);
        assert_eq!(read["ExifIFD:ExifImageWidth"], serde_json::Value::Null);
        assert_eq!(read["IFD1:ThumbnailLength"], serde_json::Value::Null);
    }
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let packet = xmp("xmp:Rating='4' tiff:Orientation='6'", "<dc:title>x</dc:title>");
    let segments = vec![exif_segment(&camera().tiff()), xmp_segment(&packet)];
    let files = vec![
        rendering(&segments),
        png(&[png_chunk(*b"eXIf", &camera().tiff())], &[]),
        webp(&[riff_chunk(*b"EXIF", &camera().tiff())]),
        camera().tiff(),
    ];
    let damage = prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..8);
    (prop::sample::select(files), any::<prop::sample::Index>(), damage).prop_map(
        |(mut file, keep, damage)| {
            let length = file.len();
            for (at, byte) in damage {
                file[at.index(length)] = byte;
            }
            file.truncate(keep.index(length + 1));
            file
        },
    )
}

/// From the first byte that is no metadata on.
fn behind_metadata(file: &[u8]) -> &[u8] {
    let table = [0xff, 0xc0];
    let at = file.windows(2).rposition(|bytes| bytes == table).unwrap();
    &file[at..]
}

proptest! {
    #[test]
    fn any_bytes_are_survived(original in any_file(), rendering in any_file(), noise: Vec<u8>) {
        let carried = carried_from(&original);
        carried.into_copy_of(&rendering);
        carried.into_copy_of(&noise);
        carried.into_copy_of(&[b"\xff\xd8\xff".as_slice(), &noise].concat());
        carried.into_copy_of(&[b"\x89PNG\r\n\x1a\n".as_slice(), &noise].concat());
        carried_from(&noise);
    }

    #[test]
    fn pixels_and_what_lies_behind_them_stay(original in any_file()) {
        let file = rendering(&[segment(0xfe, b"a comment"), segment(0xdb, &[3; 65])]);
        if let Some(copy) = carried_from(&original).into_copy_of(&file) {
            prop_assert!(copy.ends_with(behind_metadata(&file)));
            prop_assert!(contains(&copy, &segment(0xdb, &[3; 65])));
            prop_assert!(contains(&copy, b"a comment"));
            prop_assert_eq!(&copy[..20], &file[..20], "JFIF comes first");
        }
    }

    #[test]
    fn once_carried_is_carried(original in any_file()) {
        let carried = carried_from(&original);
        if let Some(copy) = carried.into_copy_of(&rendering(&[])) {
            prop_assert_eq!(carried.into_copy_of(&copy), None);
            prop_assert_eq!(carried_from(&copy).into_copy_of(&rendering(&[])), Some(copy));
        }
    }
}
