//! The samples, with exiftool as the referee.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use media::{Format, facts};
use model::MediaType;
use serde_json::Value;

use crate::compare::Report;

/// Where the rules of the contract differ from exiftool's view: file, field, and why.
pub(crate) const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("base/canon-s90-rating.jpg", "lens", "exiftool has no name for it; XMP aux:Lens has"),
    ("jpeg/canon-7d.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/el_torcal_rocks.jpg", "lens", "named by XMP; exiftool finds another under that number"),
    ("jpeg/endless-loop.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/iptc-agency.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    (
        "jpeg/mongolia.jpeg",
        "lens",
        "described by the maker note; exiftool looks numbers up in a list",
    ),
    ("jpeg/prairie_falcon.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/tanners_ridge.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    (
        "raw/jpeg-named.nef",
        "lens",
        "described by the maker note; exiftool looks numbers up in a list",
    ),
    (
        "jpeg/apple-gainmap.jpg",
        "gps_alt",
        "a height without reference is above the sea (EXIF: default 0)",
    ),
    (
        "jpeg/before_epoch.jpg",
        "gps_alt",
        "a height without reference is above the sea (EXIF: default 0)",
    ),
    (
        "sidecar/IMG_5910.jpg",
        "gps_alt",
        "a height without reference is above the sea (EXIF: default 0)",
    ),
    ("jpeg/el_torcal_rocks.jpg", "caption", "boilerplate"),
    ("tiff/tiff-lychee.tif", "caption", "boilerplate"),
    (
        "jpeg/motion-photo-synth.jpg",
        "display_width",
        "it has no frame; exiftool says what EXIF says",
    ),
    (
        "jpeg/motion-photo-synth.jpg",
        "display_height",
        "it has no frame; exiftool says what EXIF says",
    ),
    (
        "sidecar/IMG_5910.jpg.xmp",
        "gps_alt",
        "a height without reference is above the sea (EXIF: default 0)",
    ),
    ("sidecar/IMG_5910.jpg.xmp", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("avif/irot.avif", "orientation", "the container turns it, which exiftool calls a rotation"),
    (
        "video/video.mkv",
        "datetime_original",
        "its DateUTC, which exiftool says and the list leaves out",
    ),
    ("video/video.mkv", "offset", "its DateUTC, which exiftool says and the list leaves out"),
    (
        "video/webm_480.webm",
        "datetime_original",
        "its DateUTC, which exiftool says and the list leaves out",
    ),
    ("video/webm_480.webm", "offset", "its DateUTC, which exiftool says and the list leaves out"),
    ("jpeg/motion-photo-synth.jpg", "width", "it has no frame; exiftool says what EXIF says"),
    ("jpeg/motion-photo-synth.jpg", "height", "it has no frame; exiftool says what EXIF says"),
    ("png/exif-both.png", "gps_lat", "exiftool reads the other of its two EXIF blocks"),
    ("png/exif-both.png", "gps_lon", "exiftool reads the other of its two EXIF blocks"),
    ("png/exif-both.png", "gps_alt", "exiftool reads the other of its two EXIF blocks"),
    ("jpeg/exif-no-tz.jpg", "exposure_s", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "f_number", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "focal_mm", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "iso", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "gps_lat", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "gps_lon", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "gps_alt", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "make", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "model", "cut after its first segment; exiftool gives up"),
    ("jpeg/exif-no-tz.jpg", "datetime_original", "cut after its first segment; exiftool gives up"),
];

/// The folder of samples beside the project, if it is there.
pub(crate) fn samples() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/samples"))
        .find(|folder| folder.join("truth.json").is_file())
}

#[test]
fn the_samples_say_what_exiftool_says() {
    let Some(folder) = samples() else { return };
    let truth: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("truth.json")).unwrap()).unwrap();
    let mut report = Report::default();
    let mut compared = 0;
    for (name, truth) in truth["files"].as_object().unwrap() {
        let format = Format::from_file_name(name);
        let said = match format {
            Some(format) => facts::read(&mut File::open(folder.join(name)).unwrap(), format),
            None => facts::sidecar::read(&fs::read(folder.join(name)).unwrap()),
        };
        let is_film = format.is_some_and(|format| format.media_type() == MediaType::Video);
        compared += 1;
        let mut truth = truth.as_object().unwrap().clone();
        if format.is_none() {
            // How large a picture is, the picture says and not what lies beside it.
            truth.retain(|field, _| !field.ends_with("width") && !field.ends_with("height"));
        }
        report.compare(name, &truth, &said, is_film);
    }
    let wrong: Vec<_> = report
        .wrong
        .iter()
        .filter(|(name, field, _)| {
            !EXCEPTIONS.iter().any(|(file, known, _)| name == file && field == known)
        })
        .collect();
    assert!(compared > 100, "only {compared} samples");
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Shown with `--nocapture`.
    eprintln!("{compared} files; both say the same on so many: {:#?}", report.agreed);
    let stale: Vec<_> = EXCEPTIONS
        .iter()
        .filter(|(file, field, _)| !report.wrong.iter().any(|it| it.0 == *file && it.1 == *field))
        .collect();
    assert!(stale.is_empty(), "no differences any more: {stale:#?}");
}
