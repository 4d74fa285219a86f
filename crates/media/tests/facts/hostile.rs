//! Bytes that mean no good: nothing panics, and nothing takes long.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use media::{Format, facts};
use proptest::prelude::*;

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
    ]
}

#[track_caller]
fn survives(bytes: &[u8]) {
    let start = Instant::now();
    facts_of(bytes);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, which in 0..7_usize) {
        survives(&bytes);
        let starts: [&[u8]; 7] = [
            b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a",
            b"MM\0*\0\0\0\x08", b"BM", b"FUJIFILMCCD-RAW",
        ];
        survives(&[starts[which], &bytes].concat());
    }

    #[test]
    fn damage_is_survived(
        which in 0..5_usize,
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
