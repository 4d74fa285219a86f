//! Bytes made to hurt. Beside what is asserted, the process may not panic, hang or run out of the
//! memory it is allowed.

use std::io::Write;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat};
use media::picture::{Buffers, Error, Header, Ladder, Limits, Rendered, Variant};
use proptest::prelude::*;

use crate::make::{
    encoded, flat_cmyk_jpeg, gray_jpeg, jpeg, progressive_jpeg, quarters, with_segment,
};
use crate::shown::{assert_close, shown};

/// Tight, so that a file which slips past them is noticed.
const LIMITS: Limits =
    Limits { max_pixels: 10_000_000, max_decoded_bytes: 64 << 20, ..Limits::DEFAULT };

fn ladder(source: &[u8], orientation: u8, limits: &Limits) -> Result<Ladder, Error> {
    media::picture::ladder(&mut Buffers::new(), source, orientation, limits)
}

fn fullsize(source: &[u8], orientation: u8) -> Result<Rendered, Error> {
    media::picture::one(&mut Buffers::new(), source, orientation, Variant::Fullsize, &LIMITS)
}

fn refusal(source: &[u8]) -> Error {
    let full = fullsize(source, 1).unwrap_err();
    assert_eq!(ladder(source, 1, &LIMITS).unwrap_err(), full);
    full
}

fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    drop(encoder.write_header().unwrap());
    file.truncate(33);
    file.extend(png_chunk(*b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"));
    file
}

fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checksum = crc32(&[&kind[..], data].concat());
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &kind, data, &checksum.to_be_bytes()]
        .concat()
}

/// PNG (third edition), annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn a_huge_png_is_refused_by_its_header() {
    let refused = ladder(&png_header(60_000, 60_000), 1, &Limits::default()).unwrap_err();
    assert!(refused.is_too_large());
    assert_eq!(
        refused.to_string(),
        "the PNG header says 60000 x 60000 pixels, more than the 300 million that are decoded"
    );
}

#[test]
fn memory_is_limited_as_well_as_pixels() {
    let limits = Limits { max_pixels: u64::MAX, max_decoded_bytes: 20_000_000, ..Limits::DEFAULT };
    let refused = ladder(&png_header(4000, 3000), 1, &limits).unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
    assert!(
        ladder(&progressive_jpeg(&quarters(4000, 3000)), 1, &limits).unwrap_err().is_too_large()
    );
}

#[test]
fn huge_screens_frames_and_canvases_are_refused() {
    let mut gif = b"GIF89a\xff\xff\xff\xff\0\0\0".to_vec();
    gif.extend(b",\0\0\0\0\xff\xff\xff\xff\0\x02\x01\x44\0;");
    assert!(refusal(&gif).is_too_large());
    // A small screen, a huge frame.
    gif[6..10].copy_from_slice(&[1, 0, 1, 0]);
    assert!(ladder(&gif, 1, &LIMITS).is_err());

    let mut bmp = encoded(&quarters(8, 8), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0x60, 0xea, 0, 0, 0x60, 0xea, 0, 0]);
    assert!(refusal(&bmp).is_too_large());

    let mut webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\0".to_vec();
    webp.extend(b"VP8 \0\0\0\0");
    assert!(ladder(&webp, 1, &LIMITS).is_err());

    let mut huge = jpeg(&quarters(64, 64));
    let frame = huge.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert!(refusal(&huge).is_too_large());
}

#[test]
fn absurd_counts_in_a_tiff_are_refused() {
    let field = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()]
            .concat()
    };
    let tiff = |width: u32, strips: u32, rows: u32| {
        let fields = [
            field(256, 4, 1, width),
            field(257, 4, 1, width),
            field(258, 3, 1, 8),
            field(259, 3, 1, 1),
            field(262, 3, 1, 1),
            field(273, 4, strips, 8),
            field(278, 4, 1, rows),
            field(279, 4, strips, 8),
        ];
        let count = u16::try_from(fields.len()).unwrap();
        [b"II*\0\x08\0\0\0", &count.to_le_bytes()[..], &fields.concat(), &[0; 4]].concat()
    };
    assert!(refusal(&tiff(100_000, 1, 100_000)).is_too_large());
    for (width, strips, rows) in
        [(1000, u32::MAX, 1), (1000, 500_000_000, 0), (3000, 1, u32::MAX), (0, 0, 0)]
    {
        assert!(ladder(&tiff(width, strips, rows), 1, &LIMITS).is_err(), "{width} {strips} {rows}");
    }
}

#[test]
fn metadata_that_unpacks_to_gigabytes_is_left_packed() {
    let bomb = |kind: [u8; 4], head: &[u8]| {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..2048 {
            packer.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let chunk = png_chunk(kind, &[head, &packer.finish().unwrap()].concat());
        let png = encoded(&quarters(64, 64), ImageFormat::Png);
        [&png[..33], &chunk, &png[33..]].concat()
    };
    for file in [bomb(*b"iCCP", b"profile\0\0"), bomb(*b"zTXt", b"Comment\0\0")] {
        let ladder = ladder(&file, 1, &LIMITS).unwrap();
        assert_eq!(ladder.shown_size, (64, 64));
    }
}

#[test]
fn a_jpeg_of_endless_scans_ends_soon() {
    let file = progressive_jpeg(&quarters(2000, 1500));
    let scan = file.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let last = &file[scan..file.len() - 2];
    let bomb = [&file[..scan], &last.repeat(2000)].concat();
    let start = Instant::now();
    let _ = ladder(&bomb, 1, &LIMITS);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn half_a_jpeg_is_half_a_picture() {
    for whole in [jpeg(&quarters(1600, 1200)), progressive_jpeg(&quarters(1600, 1200))] {
        let ladder = ladder(&whole[..whole.len() * 3 / 5], 1, &LIMITS).unwrap();
        assert_eq!((ladder.rungs[0].width, ladder.rungs[0].height), (1440, 1080));
    }
    let whole = jpeg(&quarters(1600, 1200));
    let half = ladder(&whole[..whole.len() * 3 / 5], 1, &LIMITS).unwrap();
    let [above, _, _, below] = shown(&half.rungs[0]).quarters();
    assert_close(above, crate::make::RED);
    assert_close(below, [128; 3]);
}

#[test]
fn a_jpeg_without_a_picture_is_corrupt() {
    let whole = jpeg(&quarters(400, 300));
    let scan = whole.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    assert!(refusal(&whole[..scan]).is_corrupt());
    assert!(ladder(&whole[..scan + 14], 1, &LIMITS).unwrap_err().is_corrupt());
    assert!(refusal(b"\xff\xd8\xff\xd9").is_corrupt());
}

#[test]
fn rubbish_around_the_segments_does_no_harm() {
    let whole = jpeg(&quarters(400, 300));
    // Behind the JFIF segment, which takes 18 bytes.
    let rubbish = [&whole[..20], b"rubbish", &whole[20..]].concat();
    for file in [rubbish, with_segment(&whole, 0xe0, b"JFIF\0\x09\x09\0\0\x01\0\x01\0\0")] {
        let [red, ..] = shown(&ladder(&file, 1, &LIMITS).unwrap().rungs[0]).quarters();
        assert_close(red, crate::make::RED);
    }
}

#[test]
fn other_kinds_are_unsupported() {
    for file in [&b""[..], b"hello", b"\0\0\0\x18ftypisom\0\0\0\0isomiso2", b"%PDF-1.7", &[0; 4096]]
    {
        assert!(refusal(file).is_unsupported());
    }
}

fn files() -> Vec<Vec<u8>> {
    let picture = quarters(61, 47);
    let rgba = DynamicImage::ImageRgba8(picture.to_rgba8());
    vec![
        jpeg(&picture),
        progressive_jpeg(&picture),
        gray_jpeg(&picture),
        flat_cmyk_jpeg(20, 30, [9, 200, 30, 4]),
        encoded(&picture, ImageFormat::Png),
        encoded(&DynamicImage::ImageRgba16(picture.to_rgba16()), ImageFormat::Png),
        encoded(&picture, ImageFormat::WebP),
        encoded(&rgba, ImageFormat::Gif),
        encoded(&picture, ImageFormat::Tiff),
        encoded(&rgba, ImageFormat::Bmp),
    ]
}

/// Whatever happens, it is an error or a picture that keeps the promises.
fn survives(source: &[u8], orientation: u8) {
    let header = Header::read(source);
    if let Ok(ladder) = ladder(source, orientation, &LIMITS) {
        assert_eq!(ladder.shown_size, header.unwrap().shown_size(orientation));
        for rung in &ladder.rungs {
            shown(rung);
        }
    }
    if let Ok(full) = fullsize(source, orientation) {
        assert!(full.jpeg.starts_with(&[0xff, 0xd8]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes(which: prop::sample::Index, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), orientation: u8) {
        let mut file = which.get(&files()).clone();
        for (at, value) in changes {
            *at.get_mut(&mut file) = value;
        }
        survives(&file, orientation);
    }

    /// The first bytes decide most, so they get most of the changes.
    #[test]
    fn changed_headers(which: prop::sample::Index, changes in prop::collection::vec((0usize..200, any::<u8>()), 1..6)) {
        let mut file = which.get(&files()).clone();
        for (at, value) in changes {
            let at = at % file.len();
            file[at] = value;
        }
        survives(&file, 1);
    }

    #[test]
    fn cut_files(which: prop::sample::Index, at: prop::sample::Index) {
        let file = which.get(&files()).clone();
        survives(&file[..at.index(file.len())], 1);
    }

    #[test]
    fn random_bytes_behind_a_signature(which: prop::sample::Index, kept in 2usize..40, noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut file = which.get(&files()).clone();
        file.truncate(kept);
        file.extend(noise);
        survives(&file, 6);
    }
}
