//! Matroska, AVI and transport streams.

use super::riff_chunk;

/// An element: an id, a length of eight bytes, and the content.
pub(crate) fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (1_u64 << 56 | content.len() as u64).to_be_bytes();
    [id, &size, content].concat()
}

/// A Matroska film of 640 × 480 pixels and two and a half seconds, with these texts behind it.
///
/// `nanos` are since 2001; `texts` are names and values.
pub(crate) fn mkv(nanos: i64, texts: &[(&str, &str)]) -> Vec<u8> {
    let tags = texts.iter().flat_map(|(name, value)| {
        let simple =
            [element(&[0x45, 0xa3], name.as_bytes()), element(&[0x44, 0x87], value.as_bytes())];
        element(&[0x73, 0x73], &element(&[0x67, 0xc8], &simple.concat()))
    });
    let tags = element(&[0x12, 0x54, 0xc3, 0x67], &tags.collect::<Vec<u8>>());
    let info = [
        element(&[0x2a, 0xd7, 0xb1], &[0x0f, 0x42, 0x40]),
        element(&[0x44, 0x89], &2_500.0_f64.to_be_bytes()),
        element(&[0x44, 0x61], &nanos.to_be_bytes()),
    ];
    let video = [element(&[0xb0], &[2, 0x80]), element(&[0xba], &[1, 0xe0])];
    let track = [
        element(&[0x83], &[1]),
        element(&[0x23, 0xe3, 0x83], &33_333_333_u32.to_be_bytes()),
        element(&[0xe0], &video.concat()),
    ];
    let before = |tags_at: u64| {
        let seek = [
            element(&[0x53, 0xab], &[0x12, 0x54, 0xc3, 0x67]),
            element(&[0x53, 0xac], &tags_at.to_be_bytes()),
        ];
        [
            element(&[0x11, 0x4d, 0x9b, 0x74], &element(&[0x4d, 0xbb], &seek.concat())),
            element(&[0x15, 0x49, 0xa9, 0x66], &info.concat()),
            element(&[0x16, 0x54, 0xae, 0x6b], &element(&[0xae], &track.concat())),
            element(&[0x1f, 0x43, 0xb6, 0x75], &[0; 5_000]),
        ]
        .concat()
    };
    let tags_at = before(0).len() as u64;
    [
        element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"matroska")),
        element(&[0x18, 0x53, 0x80, 0x67], &[before(tags_at), tags].concat()),
    ]
    .concat()
}

/// An AVI of 640 × 480 pixels and two and a half seconds, with these chunks behind its header.
pub(crate) fn avi(chunks: &[Vec<u8>]) -> Vec<u8> {
    let numbers =
        |numbers: &[u32]| numbers.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>();
    let main = numbers(&[33_367, 0, 0, 0, 75, 0, 1, 0, 640, 480, 0, 0, 0, 0]);
    let stream = [b"vidsH264".to_vec(), numbers(&[0, 0, 0, 1_001, 30_000, 0, 75, 0, 0, 0, 0, 0])];
    let streams = list(*b"strl", &riff_chunk(*b"strh", &stream.concat()));
    let header = list(*b"hdrl", &[riff_chunk(*b"avih", &main), streams].concat());
    let pictures = list(*b"movi", &riff_chunk(*b"00dc", &[0; 3_001]));
    riff_chunk(*b"RIFF", &[b"AVI ".to_vec(), header, pictures, chunks.concat()].concat())
}

/// A list of chunks.
pub(crate) fn list(kind: [u8; 4], chunks: &[u8]) -> Vec<u8> {
    riff_chunk(*b"LIST", &[kind.as_slice(), chunks].concat())
}

/// A transport stream with time codes: packets of pictures with clocks a third of a second apart,
/// this stream in the first of them, and packets of something else between.
pub(crate) fn mts(stream: &[u8], packets: u64) -> Vec<u8> {
    let packet = |number: u8, is_start: bool, content: &[u8]| {
        let start = if is_start { 0x50 } else { 0x10 };
        let mut packet = vec![0, 0, 0, 0, 0x47, start, number, 0x30];
        // What the content leaves free is an adaptation field.
        let free = 184 - content.len() - 1;
        packet.push(u8::try_from(free).unwrap());
        packet.resize(packet.len() + free, 0xff);
        packet.extend(content);
        packet
    };
    let clocked = |ticks: u64, stream: &[u8]| {
        let bits = |shift: u64| u8::try_from(ticks >> shift & 0xff).unwrap();
        let clock = [0x21 | bits(29) & 0x0e, bits(22), bits(14) | 1, bits(7), bits(0) << 1 | 1];
        [&[0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5], clock.as_slice(), stream].concat()
    };
    let first = packet(0x11, true, &clocked(900_000, stream));
    let rest = (1..packets).flat_map(|at| {
        let pictures = packet(0x11, true, &clocked(900_000 + at * 30_000, b"\0\0\x01\x09"));
        [pictures, packet(0x12, false, b"sound")].concat()
    });
    first.into_iter().chain(rest).collect()
}
