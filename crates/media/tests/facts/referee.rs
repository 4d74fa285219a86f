//! exiftool, asked now: what it says of the files we build, and of the samples if they are there.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use media::{Format, facts};
use model::{CaptureTime, Coordinates, EmbeddedPlace, FileLayer, MediaType};
use serde_json::{Map, Value};

use crate::build::boxes::{Film, Heic, atom, cr3, jxl, keys, words};
use crate::build::streams::{avi, mkv};
use crate::build::{
    Exif, Field, iptc_segment, jpeg, png, png_chunk, riff_chunk, segment, webp, xmp, xmp_segment,
};
use crate::compare::Report;
use crate::truth::{EXCEPTIONS, samples};

/// What `truth.json` calls a field, and what exiftool does; of several names the first that is said.
const FIELDS: &[(&str, &[&str])] = &[
    ("width", &["ImageWidth"]),
    ("height", &["ImageHeight"]),
    ("orientation", &["EXIF:Orientation", "Orientation"]),
    ("rotation", &["Composite:Rotation"]),
    ("make", &["Make"]),
    ("model", &["Model"]),
    ("exposure_s", &["EXIF:ExposureTime"]),
    ("f_number", &["EXIF:FNumber"]),
    ("iso", &["EXIF:ISO"]),
    ("focal_mm", &["EXIF:FocalLength"]),
    ("rating", &["XMP:Rating", "EXIF:Rating"]),
    ("gps_lat", &["Composite:GPSLatitude"]),
    ("gps_lon", &["Composite:GPSLongitude"]),
    ("gps_alt", &["Composite:GPSAltitude"]),
    (
        "datetime_original",
        &[
            "EXIF:DateTimeOriginal",
            "QuickTime:CreationDate",
            "DateTimeOriginal",
            "EXIF:CreateDate",
            "IPTC:DateCreated",
            "XMP:DateCreated",
        ],
    ),
    ("subsec", &["EXIF:SubSecTimeOriginal"]),
    ("offset", &["EXIF:OffsetTimeOriginal", "EXIF:OffsetTimeDigitized", "EXIF:OffsetTime"]),
    ("datetime_utc", &["QuickTime:CreateDate"]),
    ("caption_xmp", &["XMP:Description"]),
    ("caption_iptc", &["IPTC:Caption-Abstract"]),
    ("caption_exif", &["EXIF:ImageDescription"]),
    ("duration_s", &["Duration"]),
];

/// A file with everything in EXIF that both know.
fn rich() -> Exif {
    let degrees = |degrees| Field::Rationals(vec![(degrees, 1), (30, 1), (1_234, 100)]);
    Exif::default()
        .main(0x010e, Field::Ascii("A caption"))
        .main(0x010f, Field::Ascii("A Maker"))
        .main(0x0110, Field::Ascii("A Model"))
        .main(0x0112, Field::Short(1))
        .exif(0x829a, Field::Rationals(vec![(1, 125)]))
        .exif(0x829d, Field::Rationals(vec![(28, 10)]))
        .exif(0x8827, Field::Short(200))
        .exif(0x9003, Field::Ascii("2024:05:06 07:08:09"))
        .exif(0x9011, Field::Ascii("+02:00"))
        .exif(0x9291, Field::Ascii("125"))
        .exif(0x920a, Field::Rationals(vec![(35, 1)]))
        .gps(1, Field::Ascii("S"))
        .gps(2, degrees(33))
        .gps(3, Field::Ascii("E"))
        .gps(4, degrees(151))
        .gps(5, Field::Byte(0))
        .gps(6, Field::Rationals(vec![(25, 2)]))
}

/// A file of each kind, by its name.
fn built() -> Vec<(&'static str, Vec<u8>)> {
    let packet = xmp(
        "xmp:Rating='4'",
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Said</rdf:li></rdf:Alt></dc:description>",
    );
    let exif = [b"Exif\0\0".as_slice(), &rich().tiff()].concat();
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat();
    let apple = keys(&[
        ("com.apple.quicktime.make", "Apple"),
        ("com.apple.quicktime.model", "iPhone 6"),
        ("com.apple.quicktime.location.ISO6709", "+32.0929+034.8620+028.516/"),
        ("com.apple.quicktime.creationdate", "2019-07-24T11:25:40+0300"),
    ]);
    let canon = Exif::default()
        .main(0x0100, Field::Short(640))
        .main(0x0101, Field::Short(480))
        .main(0x010f, Field::Ascii("Canon"))
        .tiff();
    let jxl_exif = atom(*b"Exif", &[words(&[0]), rich().tiff()].concat());
    vec![
        (
            "photo.jpg",
            jpeg(&[segment(0xe1, &exif), xmp_segment(&packet), iptc_segment(&[(120, "text")])]),
        ),
        ("photo.png", png(&[png_chunk(*b"eXIf", &rich().tiff())], &[png_chunk(*b"iTXt", &text)])),
        (
            "photo.webp",
            webp(&[riff_chunk(*b"EXIF", &exif), riff_chunk(*b"XMP ", packet.as_bytes())]),
        ),
        ("photo.tif", rich().main(0x0100, Field::Short(64)).main(0x0101, Field::Short(48)).tiff()),
        (
            "photo.heic",
            Heic { exif: rich().tiff(), xmp: packet.clone().into_bytes(), ..Heic::default() }
                .bytes(),
        ),
        ("photo.jxl", jxl(&[jxl_exif, atom(*b"xml ", packet.as_bytes())])),
        (
            "photo.cr3",
            cr3(
                &[
                    (b"CMT1", canon),
                    (
                        b"CMT2",
                        Exif::default().main(0x829d, Field::Rationals(vec![(28, 10)])).tiff(),
                    ),
                ],
                &packet,
            ),
        ),
        ("apple.mov", Film { created: 3_646_801_557, more: apple, ..Film::default() }.bytes()),
        (
            "turned.mov",
            Film { created: 3_646_801_557, matrix: [0, 1, -1, 0], ..Film::default() }.bytes(),
        ),
        ("film.mkv", mkv(585_649_557_000_000_000, &[])),
        ("film.avi", avi(&[])),
    ]
}

/// Where the referee and the rules differ on a file we build: file, field, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("photo.heic", "caption", "this exiftool does not look into an idat box"),
    ("photo.heic", "rating", "this exiftool does not look into an idat box"),
];

#[test]
fn exiftool_agrees_about_a_file_of_each_kind() {
    let folder = std::env::temp_dir().join(format!("facts-referee-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let files: Vec<PathBuf> = built().iter().map(|(name, _)| folder.join(name)).collect();
    for (path, (_, bytes)) in files.iter().zip(built()) {
        fs::write(path, bytes).unwrap();
    }
    let asked = asked(&files);
    fs::remove_dir_all(&folder).unwrap();
    let Some(asked) = asked else { return };
    let mut report = Report::default();
    for ((name, bytes), truth) in built().iter().zip(asked) {
        let format = Format::from_file_name(name).unwrap();
        let said = facts::read(&mut Cursor::new(bytes), format);
        report.compare(name, &truth, &said, format.media_type() == MediaType::Video);
    }
    check(&report, DIFFERENCES, 8);
}

/// Names, and how ffmpeg is told to make them.
const FILMS: &[(&str, &str)] = &[
    ("film.mts", "-c:v libx264 -pix_fmt yuv420p -c:a ac3 -f mpegts -mpegts_m2ts_mode 1"),
    ("film.avi", "-c:v mpeg4 -c:a mp2"),
    (
        "film.mkv",
        "-c:v libx264 -pix_fmt yuv420p -c:a aac -metadata creation_time=2019-07-24T08:25:57Z",
    ),
    ("film.webm", "-c:v libvpx -c:a libvorbis"),
    ("pieces.mp4", "-c:v libx264 -pix_fmt yuv420p -c:a aac -movflags frag_keyframe+empty_moov"),
    ("film.3gp", "-c:v libx264 -pix_fmt yuv420p -c:a aac"),
    (
        "film.mov",
        "-c:v libx264 -pix_fmt yuv420p -c:a aac -metadata creation_time=2019-07-24T08:25:57Z",
    ),
    ("film.m4v", "-c:v libx264 -pix_fmt yuv420p -c:a aac -metadata location=+52.5+013.25/"),
];

#[test]
fn exiftool_agrees_about_films_of_ffmpeg() {
    let folder = std::env::temp_dir().join(format!("facts-films-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let made: Vec<PathBuf> = FILMS
        .iter()
        .filter_map(|(name, how)| {
            let path = folder.join(name);
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args([
                "-v",
                "quiet",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x240:rate=25:duration=2",
            ]);
            ffmpeg.args(["-f", "lavfi", "-i", "sine=duration=2"]).args(how.split(' ')).arg(&path);
            // Not every ffmpeg has every encoder.
            ffmpeg.status().is_ok_and(|status| status.success()).then_some(path)
        })
        .collect();
    let mut report = Report::default();
    let asked = if made.is_empty() { None } else { asked(&made) };
    for (path, truth) in made.iter().zip(asked.unwrap_or_default()) {
        let name = path.file_name().unwrap().to_string_lossy();
        let said =
            facts::read(&mut File::open(path).unwrap(), Format::from_file_name(&name).unwrap());
        assert_eq!(said.frame_rate, Some(25.0), "{name}");
        report.compare(&name, &truth, &said, true);
    }
    fs::remove_dir_all(&folder).unwrap();
    let known = [
        ("film.mts", "duration_s", "to the end of the last picture, and not to its beginning"),
        ("pieces.mp4", "duration_s", "its pieces are counted, which exiftool does not do"),
    ];
    check(&report, &known, 0);
}

#[test]
fn exiftool_agrees_about_the_samples() {
    let Some(folder) = samples() else { return };
    let names: Vec<String> = media_in(&folder);
    let Some(asked) = asked(&names.iter().map(|name| folder.join(name)).collect::<Vec<_>>()) else {
        return;
    };
    let mut report = Report::default();
    for (name, truth) in names.iter().zip(asked) {
        let format = Format::from_file_name(name).unwrap();
        let mut said = facts::read(&mut File::open(folder.join(name)).unwrap(), format);
        // Which names for lenses and which ids exiftool has, `truth.json` says.
        (said.lens_model, said.live_photo_cid, said.burst_id, said.motion) = Default::default();
        report.compare(name, &truth, &said, format.media_type() == MediaType::Video);
    }
    check(&report, EXCEPTIONS, 18);
}

#[test]
fn exiftool_reads_the_sidecars_we_write() {
    let layer = FileLayer {
        description: Some("Am See & <mehr>".to_owned()),
        coordinates: Coordinates::new(-33.8568, 151.2153).ok(),
        altitude: Some(-12.5),
        original: CaptureTime::parse("2024-05-06T07:08:09.25-10:00").ok(),
        rating: Some(4),
        place: EmbeddedPlace { city: Some("Sydney".to_owned()), ..EmbeddedPlace::default() },
    };
    let path = std::env::temp_dir().join(format!("facts-referee-{}.xmp", std::process::id()));
    fs::write(&path, facts::sidecar::write(&layer)).unwrap();
    let said = said(std::slice::from_ref(&path));
    fs::remove_file(&path).unwrap();
    let Some(said) = said else { return };
    let text = |name: &str| value(&said[0], name).and_then(Value::as_str);
    let number = |name: &str| value(&said[0], name).and_then(Value::as_f64).unwrap();
    assert_eq!(text("XMP:DateTimeOriginal"), Some("2024:05:06 07:08:09.250000-10:00"));
    assert_eq!(text("XMP:Description"), Some("Am See & <mehr>"));
    assert_eq!(text("XMP:City"), Some("Sydney"));
    assert!((number("XMP:GPSLatitude") + 33.8568).abs() < 1e-9);
    assert!((number("XMP:GPSLongitude") - 151.2153).abs() < 1e-9);
    assert!((number("XMP:GPSAltitude") - 12.5).abs() < 1e-9);
    assert!((number("XMP:GPSAltitudeRef") - 1.0).abs() < 1e-9);
    assert!((number("XMP:Rating") - 4.0).abs() < 1e-9);
}

/// No differences but those that are known, and agreement about at least so many fields.
#[track_caller]
fn check(report: &Report, known: &[(&str, &str, &str)], fields: usize) {
    let is_known = |(name, field, _): &&(String, &str, String)| {
        known.iter().any(|it| it.0 == name && it.1 == *field)
    };
    let wrong: Vec<_> = report.wrong.iter().filter(|it| !is_known(it)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(report.agreed.len() >= fields, "{:?}", report.agreed);
}

/// The names of the samples that are pictures or films.
fn media_in(folder: &Path) -> Vec<String> {
    let truth = fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&truth).unwrap();
    let names = truth["files"].as_object().unwrap().keys().cloned();
    names.filter(|name| Format::from_file_name(name).is_some()).collect()
}

/// What exiftool says of these files, in the words of `truth.json`; `None` without exiftool.
fn asked(files: &[PathBuf]) -> Option<Vec<Map<String, Value>>> {
    said(files).map(|all| all.iter().map(translated).collect())
}

/// What exiftool says of these files, in its own words.
fn said(files: &[PathBuf]) -> Option<Vec<Map<String, Value>>> {
    let output = Command::new("exiftool")
        .args(["-config", "", "-j", "-n", "-G0"])
        .args(files)
        .output()
        .ok()?;
    let all: Vec<Map<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all.len(), files.len());
    Some(all)
}

fn translated(said: &Map<String, Value>) -> Map<String, Value> {
    let mut truth = Map::new();
    for (field, names) in FIELDS {
        if let Some(value) = names.iter().find_map(|name| value(said, name)) {
            truth.insert((*field).to_owned(), value.clone());
        }
    }
    // A zone at the end of a date, which `truth.json` has apart.
    let date =
        truth.get("datetime_original").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some((date, zone)) = date.split_at_checked(19).filter(|(_, zone)| !zone.is_empty()) {
        truth.insert("datetime_original".to_owned(), date.into());
        truth.entry("offset").or_insert(zone.into());
    }
    // What is said in no way.
    truth.retain(|field, value| {
        let is_unknown = field == "duration_s" && value.as_f64() == Some(0.0);
        !is_unknown && !matches!(value.as_str(), Some("" | "0000:00:00 00:00:00"))
    });
    if let Some(seconds) = truth.get("duration_s").and_then(Value::as_str).and_then(seconds) {
        truth.insert("duration_s".to_owned(), seconds.into());
    }
    truth
}

/// `00:00:13,699000000`, as some write how long a film is.
fn seconds(text: &str) -> Option<f64> {
    let parts: Vec<f64> =
        text.replace(',', ".").split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    Some(parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))
}

/// The value of a name, which may leave out the group.
fn value<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if name.contains(':') {
        return said.get(name);
    }
    said.iter().find(|(key, _)| key.rsplit(':').next() == Some(name)).map(|(_, value)| value)
}
