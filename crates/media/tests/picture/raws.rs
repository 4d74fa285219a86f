//! Raw files, as far as they are pictures: what the camera put into them to be seen.

use image::ImageFormat;
use media::picture::{Buffers, Header, Limits, Variant, ladder, one};

use crate::make::{BLUE, GREEN, RED, WHITE, encoded, flat, jpeg, quarters};
use crate::shown::{assert_close, climb, shown};

/// A TIFF directory of numbers, and what follows it.
fn tiff(entries: &[(u16, u32)], rest: &[u8]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    for (tag, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend([4, 0, 1, 0, 0, 0]);
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    [&file[..], rest].concat()
}

const NEW_SUBFILE_TYPE: u16 = 0xfe;

#[test]
fn the_largest_preview_is_shown() {
    let small = jpeg(&flat(160, 120, BLUE));
    let large = jpeg(&quarters(800, 600));
    let between = [&small[..], &[7; 500], &large, &[9; 100], &small].concat();
    for file in [
        tiff(&[(NEW_SUBFILE_TYPE, 1)], &between),
        [b"FUJIFILMCCD-RAW 0201", &between[..]].concat(),
        [&b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"[..], &between].concat(),
        [&b"IIRO\x08\0\0\0"[..], &between].concat(),
        [&b"IIU\0\x08\0\0\0"[..], &between].concat(),
    ] {
        let ladder = climb(&file, 1);
        assert!(ladder.is_preview);
        assert_eq!(ladder.shown_size, (800, 600));
        for (is, expected) in
            shown(&ladder.rungs[0]).quarters().into_iter().zip([RED, GREEN, BLUE, WHITE])
        {
            assert_close(is, expected);
        }
        // As the camera was held.
        assert_eq!(climb(&file, 6).shown_size, (600, 800));
        let full =
            one(&mut Buffers::new(), &file, 1, Variant::Fullsize, &Limits::default()).unwrap();
        assert_eq!((full.width, full.height), (800, 600));
    }
}

#[test]
fn a_plain_tiff_is_no_raw() {
    let picture = encoded(&quarters(64, 48), ImageFormat::Tiff);
    let file = [picture, jpeg(&flat(800, 600, RED))].concat();
    assert_eq!(Header::read(&file).unwrap().size(), (64, 48));
    assert!(!climb(&file, 1).is_preview);
}

#[test]
fn without_a_preview_it_is_said() {
    let file = [&b"FUJIFILMCCD-RAW 0201"[..], &[0xff; 100]].concat();
    let refused = ladder(&mut Buffers::new(), &file, 1, &Limits::default()).unwrap_err();
    assert!(refused.is_unsupported() && refused.to_string().contains("no preview"), "{refused}");
    let many = tiff(&[(NEW_SUBFILE_TYPE, 1)], &b"\xff\xd8\xff".repeat(1 << 20));
    assert!(ladder(&mut Buffers::new(), &many, 1, &Limits::default()).is_err());
}
