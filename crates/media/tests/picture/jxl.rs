//! JPEG XL. There is no encoder at hand, so that real files are needed to see one.

use std::fs;
use std::path::Path;

use media::picture::{Buffers, Limits, ladder};
use proptest::prelude::*;

use crate::shown::{assert_close, climb, shown};

/// Real files, where the folder with them lies beside the checkout.
fn samples() -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().map(|up| up.join("shared/samples/jxl")).find(|dir| dir.is_dir());
    let entries =
        folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_header_turns_it_and_exif_does_not() {
    for (name, source) in samples() {
        let (once, again) = (climb(&source, 1), climb(&source, 6));
        assert_eq!(once, again, "{name}");
        if name == "bench_oriented.jxl" {
            assert_eq!(once.shown_size, (606, 500));
            // The seat of the bench is red, and below on the left.
            let [r, g, b] = shown(&once.rungs[1]).at(150, 350);
            assert!(r > 160 && g < 90 && b < 60, "{r} {g} {b}");
        }
    }
}

#[test]
fn grays_stay_gray() {
    for (name, source) in samples() {
        if name == "grayscale_jpeg.jxl" {
            let [level, ..] = shown(&climb(&source, 1).rungs[0]).at(5, 5);
            assert_close(shown(&climb(&source, 1).rungs[0]).at(5, 5), [level; 3]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_is_survived(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((0usize..4000, any::<u8>()), 1..8),
        noise in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let limits = Limits { max_pixels: 4_000_000, max_decoded_bytes: 256 << 20, ..Limits::DEFAULT };
        let mut files = samples();
        files.push(("noise".to_owned(), [&b"\xff\x0a"[..], &noise].concat()));
        let (_, mut source) = which.get(&files).clone();
        source.truncate(20_000);
        for (at, value) in changes {
            let at = at % source.len();
            source[at] = value;
        }
        // Whatever comes of it.
        _ = ladder(&mut Buffers::new(), &source, 1, &limits);
    }
}
