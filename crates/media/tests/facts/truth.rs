//! The samples, with exiftool as the referee.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use media::{Format, facts};
use model::FileFacts;
use serde_json::{Map, Value};

/// The folders whose files we read, but for videos and CR3, whose walkers are still to come.
const FOLDERS: &[&str] =
    &["base", "gif", "jpeg", "orientation", "png", "raw", "sidecar", "tiff", "tz", "webp"];

/// Where the rules of the contract differ from exiftool's view: file, field, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("raw/pixel7.dng", "width", "its first picture is a preview, so we say nothing"),
    ("raw/pixel7.dng", "height", "its first picture is a preview, so we say nothing"),
    ("base/canon-s90-rating.jpg", "lens", "exiftool has no name for it; XMP aux:Lens has"),
    ("jpeg/canon-7d.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/el_torcal_rocks.jpg", "lens", "exiftool names the lens from the maker note"),
    ("jpeg/endless-loop.jpg", "lens", "exiftool names the lens from the maker note"),
    ("jpeg/iptc-agency.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/mongolia.jpeg", "lens", "exiftool names the lens from the maker note"),
    ("jpeg/prairie_falcon.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("jpeg/tanners_ridge.jpg", "lens", "the file spells it so; exiftool prints its own spelling"),
    ("raw/jpeg-named.nef", "lens", "exiftool names the lens from the maker note"),
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
    ("jpeg/before_epoch.jpg", "offset", "it has OffsetTime only, which is the other date's"),
    ("jpeg/el_torcal_rocks.jpg", "caption", "boilerplate"),
    ("tiff/tiff-lychee.tif", "caption", "boilerplate"),
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
fn samples() -> Option<PathBuf> {
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
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (name, truth) in truth["files"].as_object().unwrap() {
        let Some(format) = Format::from_file_name(name) else { continue };
        let is_ours = FOLDERS.contains(&name.split('/').next().unwrap());
        if !is_ours || format == Format::Cr3 || format.media_type() == model::MediaType::Video {
            continue;
        }
        let said = facts::read(&mut File::open(folder.join(name)).unwrap(), format);
        compared += 1;
        for difference in differences(truth.as_object().unwrap(), &said) {
            let field = difference.split(':').next().unwrap();
            if !EXCEPTIONS.iter().any(|(file, known, _)| name == file && field == *known) {
                wrong.push(format!("{name}: {difference}"));
            }
        }
    }
    assert!(compared > 50, "only {compared} samples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What exiftool says and what we say, where that is not the same.
fn differences(truth: &Map<String, Value>, said: &FileFacts) -> Vec<String> {
    let mut found = Vec::new();
    let mut number = |field: &str, ours: Option<f64>, tolerance: f64| {
        let theirs = truth.get(field).and_then(Value::as_f64);
        let is_same = match (theirs, ours) {
            (Some(theirs), Some(ours)) => {
                (theirs - ours).abs() <= tolerance * theirs.abs().max(1.0)
            }
            (theirs, ours) => theirs == ours,
        };
        if !is_same {
            found.push(format!("{field}: {theirs:?}, not {ours:?}"));
        }
    };
    let place = said.coordinates.as_ref().map(|place| place.value);
    number("width", said.raw_size.map(|(width, _)| width.into()), 0.0);
    number("height", said.raw_size.map(|(_, height)| height.into()), 0.0);
    number("orientation", said.orientation.map(Into::into), 0.0);
    number("exposure_s", said.exposure_time, 1e-9);
    number("f_number", said.f_number, 1e-9);
    number("focal_mm", said.focal_length, 1e-9);
    number("iso", said.iso.map(|iso| iso as f64), 0.0);
    number("rating", said.rating.as_ref().map(|stars| stars.value as f64), 0.0);
    number("gps_lat", place.map(model::Coordinates::latitude), 1e-9);
    number("gps_lon", place.map(model::Coordinates::longitude), 1e-9);
    number("gps_alt", said.altitude, 1e-6);
    texts(truth, said, &mut found);
    found
}

fn texts(truth: &Map<String, Value>, said: &FileFacts, found: &mut Vec<String>) {
    let theirs = |field: &str| truth.get(field).and_then(Value::as_str).map(str::trim);
    let mut text = |field: &str, theirs: Option<&str>, ours: Option<&str>| {
        if theirs.filter(|text| !text.is_empty()) != ours {
            found.push(format!("{field}: {theirs:?}, not {ours:?}"));
        }
    };
    text("make", theirs("make"), said.make.as_deref());
    text("model", theirs("model"), said.model.as_deref());
    text("lens", theirs("lens"), said.lens_model.as_deref());
    text("burst_id", theirs("burst_id"), said.burst_id.as_deref());
    text("live_photo_id", theirs("live_photo_id"), said.live_photo_cid.as_deref());
    let captions = ["caption_xmp", "caption_iptc", "caption_exif"];
    let caption = captions.into_iter().find_map(|field| theirs(field).filter(|it| !it.is_empty()));
    text("caption", caption, said.description.as_ref().map(|caption| caption.value.as_str()));

    let original = said.original.as_ref().map(|time| time.value);
    let wall = original.map(|time| time.wall.to_string());
    let expected = theirs("datetime_original").map(|date| {
        let (day, time) = date.split_once(' ').unwrap_or((date, "00:00:00"));
        let fraction =
            theirs("subsec").map_or(0, |digits| format!("{digits:0<6}")[..6].parse().unwrap());
        let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
        format!("{}T{time}{fraction}", day.replace(':', "-"))
    });
    text("datetime_original", expected.as_deref(), wall.as_deref());
    let offset = original.and_then(|time| time.offset).map(|offset| offset.to_string());
    text("offset", theirs("offset"), offset.as_deref());
}
