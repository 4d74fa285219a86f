//! HEIC files made of what ffmpeg encodes, with every way to turn and put together a picture.

use std::io::Write as _;
use std::process::{Command, Stdio};

use image::DynamicImage;
use media::picture::{Buffers, Header, Limits, Variant, ladder, one};
use proptest::prelude::*;

use crate::make::{BLUE, GREEN, RED, WHITE, has_encoder, quarters};
use crate::shown::{assert_close, climb, shown};

/// One coded picture: its parameter sets, and its slices with their length before them.
struct Coded {
    configuration: Vec<u8>,
    slices: Vec<u8>,
    size: (u32, u32),
}

/// `None` where there is no encoder.
fn hevc(picture: &DynamicImage, pixels: &str) -> Option<Coded> {
    if !has_encoder("libx265") {
        eprintln!("skipped: no ffmpeg with libx265");
        return None;
    }
    let size = (picture.width(), picture.height());
    let input = format!("{}x{}", size.0, size.1);
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", &input, "-i", "pipe:0"])
        .args(["-frames:v", "1", "-pix_fmt", pixels, "-c:v", "libx265"])
        .args(["-x265-params", "crf=12:info=0:log-level=none:range=full:colormatrix=bt470bg"])
        .args(["-vf", "scale=out_color_matrix=bt601:out_range=full", "-f", "hevc", "pipe:1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(picture.to_rgb8().as_raw()).unwrap();
    let stream = child.wait_with_output().unwrap().stdout;
    let mut configuration = vec![1; 21];
    configuration.extend([3, 3]);
    let mut slices = Vec::new();
    for unit in units(&stream) {
        match unit[0] >> 1 {
            kind @ 32..=34 => {
                configuration.extend([0x80 | kind, 0, 1]);
                configuration.extend(u16::try_from(unit.len()).unwrap().to_be_bytes());
                configuration.extend(unit);
            }
            0..=31 => {
                slices.extend(u32::try_from(unit.len()).unwrap().to_be_bytes());
                slices.extend(unit);
            }
            _ => {}
        }
    }
    Some(Coded { configuration, slices, size })
}

fn units(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = stream
        .windows(3)
        .enumerate()
        .filter_map(|(at, bytes)| (bytes == [0, 0, 1]).then_some(at + 3))
        .collect();
    let ends = starts.iter().skip(1).map(|next| next - 3).chain([stream.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let unit = &stream[*start..end];
            // Four bytes of start code are three and a zero.
            unit.strip_suffix(&[0]).unwrap_or(unit)
        })
        .collect()
}

fn boxed(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&size[..], &kind, body].concat()
}

fn full(kind: [u8; 4], version: u8, body: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], body].concat())
}

fn extent((width, height): (u32, u32)) -> Vec<u8> {
    full(*b"ispe", 0, &[width.to_be_bytes(), height.to_be_bytes()].concat())
}

/// A file of one picture, or of a grid of equal ones. Item 1 is shown; the others are its tiles.
fn file(coded: &Coded, grid: Option<(u8, u8, (u32, u32))>, said: &[Vec<u8>]) -> Vec<u8> {
    let tiles = grid.map_or(0, |(rows, columns, _)| u16::from(rows) * u16::from(columns));
    let grid_data = grid.map_or(Vec::new(), |(rows, columns, (width, height))| {
        let [_, _, w1, w0] = width.to_be_bytes();
        let [_, _, h1, h0] = height.to_be_bytes();
        vec![0, 0, rows - 1, columns - 1, w1, w0, h1, h0]
    });
    let kind = |item: u16| if tiles > 0 && item == 1 { b"grid" } else { b"hvc1" };
    let count = tiles + 1;
    let entries: Vec<u8> = (1..=count)
        .flat_map(|item| {
            let [a, b] = item.to_be_bytes();
            full(*b"infe", 2, &[&[a, b, 0, 0], &kind(item)[..], b"\0"].concat())
        })
        .collect();
    let mut properties = vec![
        boxed(*b"hvcC", &coded.configuration),
        extent(coded.size),
        extent(grid.map_or(coded.size, |(.., size)| size)),
    ];
    properties.extend(said.iter().cloned());
    let of_primary: Vec<u8> = (if tiles > 0 { vec![3] } else { vec![1, 2] })
        .into_iter()
        .chain((4..).take(said.len()))
        .collect();
    let mut associations = u32::from(count).to_be_bytes().to_vec();
    associations.extend([0, 1, u8::try_from(of_primary.len()).unwrap()]);
    associations.extend(of_primary);
    for item in 2..=count {
        associations.extend(item.to_be_bytes());
        associations.extend([2, 1, 2]);
    }
    let described =
        [boxed(*b"ipco", &properties.concat()), full(*b"ipma", 0, &associations)].concat();
    let mut links = 1u16.to_be_bytes().to_vec();
    links.extend(tiles.to_be_bytes());
    (2..=count).for_each(|item| links.extend(item.to_be_bytes()));
    // Everything lies in `idat`: the grid, then the one coded picture that all tiles share.
    let mut places = vec![0x44, 0];
    places.extend(count.to_be_bytes());
    for item in 1..=count {
        let (from, length) = if kind(item) == b"grid" {
            (0, grid_data.len())
        } else {
            (grid_data.len(), coded.slices.len())
        };
        places.extend(item.to_be_bytes());
        places.extend([0, 1, 0, 0, 0, 1]);
        places.extend(u32::try_from(from).unwrap().to_be_bytes());
        places.extend(u32::try_from(length).unwrap().to_be_bytes());
    }
    let meta = [
        full(*b"pitm", 0, &[0, 1]),
        full(*b"iloc", 1, &places),
        full(*b"iinf", 0, &[&count.to_be_bytes(), &entries[..]].concat()),
        full(*b"iref", 0, &boxed(*b"dimg", &links)),
        boxed(*b"iprp", &described),
        boxed(*b"idat", &[&grid_data[..], &coded.slices].concat()),
    ];
    [boxed(*b"ftyp", b"heic\0\0\0\0mif1heic"), full(*b"meta", 0, &meta.concat())].concat()
}

#[track_caller]
fn check(source: &[u8], size: (u32, u32), expected: [[u8; 3]; 4]) {
    // What EXIF says beside it is said a second time, and does not count.
    for by_exif in [1, 6] {
        let ladder = climb(source, by_exif);
        assert_eq!(ladder.shown_size, size);
        for (is, expected) in shown(&ladder.rungs[0]).quarters().into_iter().zip(expected) {
            assert_close(is, expected);
        }
    }
    let (width, height) = size;
    let limits = Limits::default();
    let full = one(&mut Buffers::new(), source, 3, Variant::Fullsize, &limits).unwrap();
    assert_eq!((full.width, full.height), (width, height));
}

#[test]
fn a_picture_is_turned_as_the_file_says() {
    let Some(coded) = hevc(&quarters(160, 120), "yuv420p") else { return };
    let turned = |said: &[Vec<u8>]| file(&coded, None, said);
    let rotation = |quarters: u8| boxed(*b"irot", &[quarters]);
    let mirror = |axis: u8| boxed(*b"imir", &[axis]);
    check(&turned(&[]), (160, 120), [RED, GREEN, BLUE, WHITE]);
    // Counter-clockwise.
    check(&turned(&[rotation(1)]), (120, 160), [GREEN, WHITE, RED, BLUE]);
    check(&turned(&[rotation(2)]), (160, 120), [WHITE, BLUE, GREEN, RED]);
    check(&turned(&[rotation(3)]), (120, 160), [BLUE, RED, WHITE, GREEN]);
    // Top and bottom change places, or left and right.
    check(&turned(&[mirror(0)]), (160, 120), [BLUE, WHITE, RED, GREEN]);
    check(&turned(&[mirror(1)]), (160, 120), [GREEN, RED, WHITE, BLUE]);
    // In their order.
    check(&turned(&[rotation(1), mirror(0)]), (120, 160), [RED, BLUE, GREEN, WHITE]);
    check(&turned(&[mirror(0), rotation(1)]), (120, 160), [WHITE, GREEN, BLUE, RED]);
}

#[test]
fn ten_bits_and_full_chroma_are_decoded() {
    for pixels in ["yuv420p10le", "yuv422p10le", "yuv444p"] {
        let Some(coded) = hevc(&quarters(160, 120), pixels) else { return };
        check(&file(&coded, None, &[]), (160, 120), [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn tiles_are_put_together_and_cut_off() {
    let Some(coded) = hevc(&quarters(64, 64), "yuv420p") else { return };
    let source = file(&coded, Some((2, 3, (160, 100))), &[]);
    let ladder = climb(&source, 1);
    assert_eq!(ladder.shown_size, (160, 100));
    let seen = shown(&ladder.rungs[0]);
    for (at, expected) in
        [((16, 16), RED), ((48, 16), GREEN), ((80, 48), BLUE), ((144, 80), RED), ((112, 80), GREEN)]
    {
        assert_close(seen.at(at.0, at.1), expected);
    }
}

#[test]
fn an_aperture_is_applied() {
    let Some(coded) = hevc(&quarters(160, 120), "yuv420p") else { return };
    let number = |value: i32| [value.to_be_bytes(), 1i32.to_be_bytes()].concat();
    let clap = |numbers: [i32; 4]| boxed(*b"clap", &numbers.map(number).concat());
    // 40 x 60 around the middle of the right half.
    let source = file(&coded, None, &[clap([40, 60, 40, 0])]);
    check(&source, (40, 60), [GREEN, GREEN, WHITE, WHITE]);
    let beside = file(&coded, None, &[clap([400, 60, 0, 0])]);
    assert_eq!(Header::read(&beside).unwrap().size(), (160, 120), "one that makes no sense");
}

#[test]
fn what_a_header_asks_for_is_bounded() {
    let Some(coded) = hevc(&quarters(64, 64), "yuv420p") else { return };
    let limits = Limits { max_decoded_bytes: 64 << 20, ..Limits::DEFAULT };
    let refused = |source: &[u8]| ladder(&mut Buffers::new(), source, 1, &limits).unwrap_err();
    let huge = Coded { size: (60_000, 60_000), ..coded };
    assert!(refused(&file(&huge, None, &[])).is_too_large());
    let uncovered = file(&huge, Some((2, 2, (100, 100))), &[]);
    assert!(refused(&uncovered).is_corrupt());
    // Small enough for the limits, but not what is in the stream: brought to that size.
    let other = Coded { size: (320, 200), ..huge };
    assert_eq!(climb(&file(&other, None, &[]), 1).shown_size, (320, 200));
}

#[test]
fn overlays_are_refused_with_the_reason() {
    let coded = Coded { configuration: vec![0; 23], slices: vec![0; 4], size: (64, 64) };
    let mut source = file(&coded, Some((1, 1, (64, 64))), &[]);
    let kind = source.windows(4).position(|kind| kind == b"grid").unwrap();
    source[kind..kind + 4].copy_from_slice(b"iovl");
    let refused = ladder(&mut Buffers::new(), &source, 1, &Limits::DEFAULT).unwrap_err();
    assert!(refused.is_unsupported(), "{refused}");
    assert!(refused.to_string().contains("over each other"), "{refused}");
}

#[test]
fn without_the_program_it_is_said_what_to_install() {
    let coded = Coded { configuration: vec![0; 23], slices: vec![0; 4], size: (64, 64) };
    let source = file(&coded, None, &[]);
    let limits = Limits { ffmpeg: "no-such-program", ..Limits::DEFAULT };
    let refused = ladder(&mut Buffers::new(), &source, 1, &limits).unwrap_err();
    assert!(refused.is_unsupported() && refused.to_string().contains("apt-get install ffmpeg"));
}

proptest! {
    /// What reads the container is ours; the decoder is not asked.
    #[test]
    fn damaged_containers_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        kept in any::<prop::sample::Index>(),
    ) {
        let coded = Coded { configuration: vec![3; 40], slices: vec![0; 64], size: (64, 48) };
        let mut source = file(&coded, Some((2, 2, (100, 90))), &[boxed(*b"irot", &[1])]);
        for (at, value) in changes {
            *at.get_mut(&mut source) = value;
        }
        if kept.index(3) == 0 {
            source.truncate(kept.index(source.len()));
        }
        let limits = Limits {
            ffmpeg: "no-such-program",
            max_pixels: 10_000_000,
            max_decoded_bytes: 128 << 20,
            ..Limits::DEFAULT
        };
        prop_assert!(ladder(&mut Buffers::new(), &source, 1, &limits).is_err());
    }
}
