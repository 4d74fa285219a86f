//! Real files, where the folder with them lies beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use media::picture::{Buffers, Error, Ladder, ladder};
use serde_json::Value;

use crate::LIMITS;
use crate::make::has_ffmpeg;
use crate::shown::{climb, shown};

/// Files without a picture that can be read.
const BROKEN: &[&str] = &[
    // Zeroes from beginning to end.
    "jpeg/broken.jpg",
    // Metadata and nothing else.
    "jpeg/exif-no-tz.jpg",
    "jpeg/motion-photo-synth.jpg",
    // Every checksum is zero, the header's too.
    "png/exif-both.png",
    // A box that is larger than the file swallows the rest.
    "heic/oom_large_box.heic",
];

/// Files whose picture is not as large as exiftool says, and how large it is.
const OTHERWISE: &[(&str, [u64; 2])] = &[
    // A clean aperture, which exiftool does not apply; libheif does.
    ("heic/live-IMG_7943.HEIC", [100, 133]),
    ("heic/truncated.heic", [16, 16]),
    // The largest preview that is left of it.
    ("raw/canon-r6-cut.cr3", [1620, 1080]),
];

/// Folders whose files are decoded by that program.
const NEEDS_FFMPEG: &[&str] = &["heic", "avif", "video"];

fn folder_of(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

pub(crate) fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/samples")).find(|folder| folder.is_dir())
}

fn render(folder: &Path, name: &str, truth: &Value) -> Result<Ladder, Error> {
    let source = fs::read(folder.join(name)).unwrap();
    let orientation = truth["orientation"].as_u64().unwrap_or(1) as u8;
    ladder(&mut Buffers::new(), &source, orientation, &LIMITS)
}

#[test]
fn every_sample_has_the_size_its_truth_says() {
    let Some(folder) = samples() else { return };
    let truth: Value =
        serde_json::from_slice(&fs::read(folder.join("truth.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, truth) in truth["files"].as_object().unwrap() {
        let is_still = truth["mime"].as_str().is_some_and(|kind| kind.starts_with("image/"));
        if !is_still || (NEEDS_FFMPEG.contains(&folder_of(name)) && !has_ffmpeg()) {
            continue;
        }
        seen += 1;
        let expected = ["display_width", "display_height"].map(|key| truth[key].as_u64());
        let otherwise = OTHERWISE.iter().find(|(other, _)| other == name);
        let expected = otherwise.map_or(expected, |(_, size)| size.map(Some));
        match render(&folder, name, truth) {
            Ok(ladder) => {
                let is =
                    [ladder.shown_size.0, ladder.shown_size.1].map(|side| Some(u64::from(side)));
                if is != expected {
                    wrong.push(format!("{name}: {is:?} instead of {expected:?}"));
                }
            }
            Err(err) if BROKEN.contains(&name.as_str()) => {
                assert!(err.is_corrupt() || err.is_unsupported(), "{name}: {err}");
            }
            Err(err) => wrong.push(format!("{name}: {err}")),
        }
    }
    assert!(seen > 40, "only {seen} samples");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_eight_orientations_look_alike() {
    let Some(folder) = samples() else { return };
    let rung = |orientation: u8| {
        let name = format!("orientation/landscape_{orientation}.jpg");
        let ladder = climb(&fs::read(folder.join(name)).unwrap(), orientation);
        shown(&ladder.rungs[1])
    };
    let upright = rung(1);
    let other_way = climb(&fs::read(folder.join("orientation/landscape_1.jpg")).unwrap(), 3);
    assert!(upright.difference(&shown(&other_way.rungs[1])) > 30.0, "the measure tells them apart");
    for orientation in 2..=8 {
        let difference = upright.difference(&rung(orientation));
        assert!(difference < 10.0, "orientation {orientation} differs by {difference:.1}");
    }
}
