//! Bytes that mean no good: nothing panics, and nothing takes long.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use media::{Format, facts};
use proptest::prelude::*;

use crate::build::boxes::{Film, Heic, atom, cr3, full, jxl, keys, user_text, xmp_box};
use crate::build::streams::{avi, element, list, mkv, mts};
use crate::build::{
    Exif, Field, gif, iptc_segment, jpeg, png, png_chunk, riff_chunk, segment, webp, xmp,
    xmp_segment,
};
use crate::facts_of;

/// Far more than any file needs, even on a busy machine and without optimisation.
const LONG: Duration = Duration::from_secs(5);

fn rich_tiff() -> Vec<u8> {
    let degrees = || Field::Rationals(vec![(48, 1), (30, 1), (0, 1)]);
    Exif::default()
        .main(0x0100, Field::Short(640))
        .main(0x010e, Field::Ascii("a caption"))
        .main(0x014a, Field::Bytes(vec![0; 16]))
        .main(0x02bc, Field::Bytes(xmp("xmp:Rating='4'", "").into_bytes()))
        .exif(0x9003, Field::Ascii("2024:05:06 07:08:09"))
        .exif(0x9204, Field::Signed(-1, 3))
        .exif(0x927c, Field::Bytes(b"Apple iOS\0\0\x01MM\0\x01".to_vec()))
        .gps(1, Field::Ascii("N"))
        .gps(2, degrees())
        .gps(3, Field::Ascii("E"))
        .gps(4, degrees())
        .tiff()
}

/// A valid file of each kind, full of metadata.
fn valid() -> Vec<Vec<u8>> {
    let packet = xmp("xmp:Rating='4'", "<dc:description>text</dc:description>");
    let exif = [b"Exif\0\0".as_slice(), &rich_tiff()].concat();
    let international = [b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat();
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(b"\nexif\n 8\n4d4d002a00000008\n", 6);
    let profile = [b"Raw profile type exif\0\0".as_slice(), &deflated].concat();
    vec![
        jpeg(&[
            segment(0xe1, &exif),
            xmp_segment(&packet),
            iptc_segment(&[(120, "text"), (55, "20240506"), (60, "070809+0200")]),
        ]),
        png(
            &[png_chunk(*b"zTXt", &profile), png_chunk(*b"eXIf", &rich_tiff())],
            &[png_chunk(*b"iTXt", &international)],
        ),
        webp(&[riff_chunk(*b"EXIF", &exif), riff_chunk(*b"XMP ", packet.as_bytes())]),
        gif(&[b"\x21\xff\x0bXMP DataXMP".to_vec(), packet.into_bytes(), vec![1, 0, 0]]),
        rich_tiff(),
        Heic {
            exif: rich_tiff(),
            xmp: xmp("xmp:Rating='4'", "").into_bytes(),
            turns: vec![atom(*b"irot", b"\x01"), atom(*b"imir", b"\0")],
            behind: atom(*b"mpvd", &atom(*b"ftyp", b"mp42")),
        }
        .bytes(),
        film().bytes(),
        cr3(&[(b"CMT1", rich_tiff()), (b"CMT3", rich_tiff())], &xmp("xmp:Rating='4'", "")),
        jxl(&[
            atom(*b"Exif", &[&[0; 4], rich_tiff().as_slice()].concat()),
            atom(*b"brob", b"xml \x8b"),
        ]),
        mkv(585_649_557_000_000_000, &[("LOCATION", "+52.5+013.25/")]),
        avi(&[
            riff_chunk(*b"IDIT", b"Mon Mar 10 15:04:43 2003"),
            list(*b"exif", &riff_chunk(*b"emdl", b"x")),
        ]),
        mts(b"\0\0\x01\x67\x64\0\x28\xac\x2b\x40\x3c\x01\x13\xf2\xe0\0\0\x01\x06\x05MDPM", 4),
    ]
}

/// A film with a word of everything.
fn film() -> Film {
    let texts = [
        keys(&[("com.apple.quicktime.creationdate", "2019-07-24T11:25:40+0300")]),
        atom(*b"udta", &user_text(*b"xyz", "+51.4169-000.0806/")),
        atom(*b"mvex", &full(*b"trex", 0, &[0; 20])),
    ];
    Film {
        created: 3_646_801_557,
        more: texts.concat(),
        behind: xmp_box("<x/>"),
        ..Film::default()
    }
}

#[track_caller]
fn survives(bytes: &[u8]) {
    let start = Instant::now();
    facts_of(bytes);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, which in 0..15_usize) {
        survives(&bytes);
        let starts: [&[u8]; 15] = [
            b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a",
            b"MM\0*\0\0\0\x08", b"BM", b"FUJIFILMCCD-RAW", b"\xff\x0a",
            b"\0\0\0\x0cftypheic\0\0\0\xffmeta\0\0\0\0", b"\0\0\0\x0cftypqt  \0\0\0\xffmoov",
            b"\0\0\0\x0cftypcrx \0\0\0\xffmoov", b"\0\0\0\x0cJXL \r\n\x87\n",
            b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff", b"RIFF\xff\xff\0\0AVI ", b"MM\0U\0\0\0\x08",
        ];
        survives(&[starts[which], &bytes].concat());
    }

    #[test]
    fn damage_is_survived(
        which in 0..12_usize,
        keep: prop::sample::Index,
        changes in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..12),
        special in prop::sample::select(vec![0_u8, 1, 0x7f, 0x80, 0xff]),
    ) {
        let mut file = valid().swap_remove(which);
        let len = file.len();
        for (index, (at, byte)) in changes.into_iter().enumerate() {
            file[at.index(len)] = if index % 2 == 0 { special } else { byte };
        }
        file.truncate(keep.index(len + 1));
        survives(&file);
    }
}

#[test]
fn every_truncation_is_survived() {
    for file in valid() {
        for end in 0..file.len() {
            facts_of(&file[..end]);
        }
    }
}

#[test]
fn a_truncated_file_keeps_what_came_before_the_cut() {
    let file = &valid()[0];
    let said = facts_of(&file[..file.len() - 60]);
    assert!(said.coordinates.is_some() && said.original.is_some());
}

/// A directory that points to itself from every pointer it can have.
#[test]
fn circles_are_not_run_in() {
    let mut block = b"MM\0*\0\0\0\x08".to_vec();
    let tags = [0x014a_u16, 0x8769, 0x8825, 0x927c, 0xa005];
    block.extend([0, 5]);
    for tag in tags {
        block.extend(tag.to_be_bytes());
        block.extend([0, 4, 0, 0, 0, 1, 0, 0, 0, 8]);
    }
    block.extend([0, 0, 0, 8]);
    survives(&block);
    survives(&jpeg(&[segment(0xe1, &[b"Exif\0\0".as_slice(), &block].concat())]));
}

/// Every entry of a directory claims the longest value there can be.
#[test]
fn greedy_directories_do_not_get_much() {
    let mut block = b"MM\0*\0\0\0\x08\xff\xff".to_vec();
    for _ in 0..u16::MAX {
        block.extend([0x02, 0xbc, 0, 7, 0, 0x3f, 0xff, 0xff, 0, 0, 0, 8]);
    }
    block.resize(8 << 20, b' ');
    survives(&block);
}

#[test]
fn endless_lists_end() {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(png_chunk(*b"tEXt", b"Description\0").repeat(500_000));
    survives(&file);
    survives(
        &[b"\xff\xd8".as_slice(), &segment(0xed, b"Photoshop 3.0\0").repeat(500_000)].concat(),
    );
    survives(&[b"\xff\xd8\xff".as_slice(), &vec![0; 1 << 20]].concat());
    survives(&[b"GIF89a\0\0\0\0\0\0\0".as_slice(), &b"\x21\xfe\x01x\0".repeat(500_000)].concat());
    survives(&webp(&[riff_chunk(*b"ANMF", b"").repeat(500_000)]));
    let head = atom(*b"ftyp", b"qt  ");
    survives(&[head.clone(), atom(*b"free", b"").repeat(500_000)].concat());
    survives(&[head.clone(), atom(*b"moov", &atom(*b"trak", b"").repeat(500_000))].concat());
    let track = atom(*b"trak", &atom(*b"mdia", &atom(*b"hdlr", b"").repeat(8_000)).repeat(20));
    survives(&[head.clone(), atom(*b"moov", &track)].concat());
    survives(
        &[
            head,
            atom(*b"moov", &atom(*b"meta", &atom(*b"ilst", &atom(*b"name", b"").repeat(500_000)))),
        ]
        .concat(),
    );
    survives(&avi(&[riff_chunk(*b"JUNK", b"").repeat(500_000)]));
    let tag = element(&[0x73, 0x73], &element(&[0x67, 0xc8], b"").repeat(4_000));
    let segment = element(
        &[0x18, 0x53, 0x80, 0x67],
        &element(&[0x12, 0x54, 0xc3, 0x67], &tag).repeat(4_000)[..4 << 20],
    );
    survives(&[element(&[0x1a, 0x45, 0xdf, 0xa3], b""), segment].concat());
    survives(&mts(b"", 20_000));
}

/// Boxes as deep as they fit into each other.
#[test]
fn deep_boxes_are_not_climbed_down() {
    for kind in [b"moov", b"meta", b"trak", b"udta"] {
        let deep = (0..20_000_u32).rev().flat_map(|at| {
            let size = (160_000 - 8 * (19_999 - at)).to_be_bytes();
            size.into_iter().chain(*kind)
        });
        survives(&[atom(*b"ftyp", b"qt  "), deep.collect()].concat());
    }
}

/// Many items, each in many pieces of the same bytes.
#[test]
fn greedy_items_do_not_get_much() {
    let place = |number: u16| {
        let pieces = [0, 0, 0, 8, 0, 0x3f, 0xff, 0xff].repeat(4_000);
        [&number.to_be_bytes(), [0, 0].as_slice(), &4_000_u16.to_be_bytes(), &pieces].concat()
    };
    let places = [vec![0x44, 0, 0, 2], place(3), place(4)].concat();
    let entry = full(*b"infe", 2, b"\0\x03\0\0Exif\0");
    let items = [b"\xff\xff".as_slice(), &entry.repeat(50_000)].concat();
    let meta = [full(*b"iloc", 0, &places), full(*b"iinf", 0, &items)].concat();
    let mut file = [atom(*b"ftyp", b"heic"), full(*b"meta", 0, &meta)].concat();
    file.resize(12 << 20, 0);
    survives(&file);
}

/// Brotli packs zeros well.
#[test]
fn packed_metadata_does_not_go_off() {
    // Whatever comes out of a stream is bounded, and only the first one is unpacked.
    let bomb = [0x1b_u8, 0xff, 0xff, 0xff, 0xff].repeat(100_000);
    survives(&jxl(&[atom(*b"brob", &[b"Exif".as_slice(), &bomb].concat())]));
    survives(&jxl(&[atom(*b"brob", b"Exif\x1b\xff").repeat(100_000)]));
}

/// Many attributes, many namespaces, many properties: work must stay in proportion.
#[test]
fn a_large_packet_takes_no_time() {
    let attributes = "xmp:Label='x' ".repeat(20_000);
    survives(&webp(&[riff_chunk(*b"XMP ", xmp(&attributes, "").as_bytes())]));
    let nested = "<a xmlns:b='c'>".repeat(20_000);
    survives(&webp(&[riff_chunk(*b"XMP ", xmp("", &nested).as_bytes())]));
    let items = "<dc:description><rdf:Alt><rdf:li>x</rdf:li></rdf:Alt></dc:description>";
    survives(&webp(&[riff_chunk(*b"XMP ", xmp("", &items.repeat(20_000)).as_bytes())]));
}

/// A disk that fails after some bytes.
struct Failing(Cursor<Vec<u8>>, u64);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.position() >= self.1 {
            return Err(io::Error::other("the disk is gone"));
        }
        let len = buffer.len().min(100);
        self.0.read(&mut buffer[..len])
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_failing_disk_is_the_end_of_the_file() {
    for file in valid() {
        let len = file.len() as u64;
        for after in [0, 7, 100, len / 2, len - 1] {
            facts::read(&mut Failing(Cursor::new(file.clone()), after), Format::Jpeg);
        }
    }
}
