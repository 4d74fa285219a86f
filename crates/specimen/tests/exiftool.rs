//! exiftool, where it is installed, reads back what was written.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, process::Command};

use serde_json::{Value, json};
use specimen::{
    ByteOrder, Camera, Directory, ExifTime, Exposure, Format, Gps, Metadata, Photo, RawTag, Scene,
    demo,
};

/// What exiftool says of these files, numbers as numbers, groups in names; `None` without exiftool.
fn read_back(files: &[(String, Vec<u8>)]) -> Option<Vec<Value>> {
    Command::new("exiftool").arg("-ver").output().ok()?;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("exiftool");
    command.args(["-j", "-n", "-G1", "-a", "-charset", "exif=UTF8", "-api", "LargeFileSupport=1"]);
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn full(byte_order: ByteOrder) -> Metadata {
    Metadata {
        byte_order,
        orientation: Some(6),
        taken: Some(ExifTime::new("2024:05:06 07:08:09").subsec("05").offset("-03:30")),
        digitized: Some(ExifTime::new("2024:05:06 07:08:10").subsec("1").offset("+00:00")),
        modified: Some(ExifTime::new("2024:06:07 08:09:10").subsec("999").offset("+05:45")),
        xmp_taken: Some("2024-05-06T07:08:09.05-03:30".into()),
        gps: Some(Gps {
            status: Some('A'),
            utc: Some(("2024:05:06".into(), [10, 38, 9])),
            ..Gps::at(-33.856_784, 151.215_297).altitude(-430.5)
        }),
        image_description: Some("EXIF: naïve 写真".into()),
        xmp_description: Some("XMP: <b> & \"c\" — 写真".into()),
        iptc_caption: Some("IPTC: Grüße".into()),
        rating: Some(4),
        camera: Camera {
            make: Some("Make".into()),
            model: Some("Mod".into()),
            lens: Some("Lens 24-70".into()),
        },
        exposure: Exposure {
            f_number: Some(2.8),
            focal_length: Some(35.5),
            time: Some((1, 250)),
            bias: Some(-0.67),
            iso: Some(6400),
        },
        sublocation: Some("Circular Quay".into()),
        city: Some("Sydney".into()),
        state: Some("New South Wales".into()),
        country: Some("Australia".into()),
        country_code: Some("AU".into()),
        ..Metadata::default()
    }
}

fn photo(format: Format, metadata: Metadata) -> Photo {
    Photo { width: 48, height: 32, scene: Scene::from_seed(5), format, metadata, quality: 80 }
}

fn assert_tags(found: &Value, format: Format, expected: &Value) {
    for (tag, value) in expected.as_object().unwrap() {
        let same = match (found[tag].as_f64(), value.as_f64()) {
            (Some(found), Some(value)) => (found - value).abs() < 1e-6,
            _ => found[tag] == *value,
        };
        assert!(same, "{format:?} {tag}: {} is not {value}", found[tag]);
    }
}

fn exif_tags() -> Value {
    json!({
        "IFD0:Orientation": 6,
        "IFD0:ImageDescription": "EXIF: naïve 写真",
        "IFD0:Make": "Make",
        "IFD0:Model": "Mod",
        "IFD0:ModifyDate": "2024:06:07 08:09:10",
        "ExifIFD:DateTimeOriginal": "2024:05:06 07:08:09",
        "ExifIFD:CreateDate": "2024:05:06 07:08:10",
        "ExifIFD:OffsetTime": "+05:45",
        "ExifIFD:OffsetTimeOriginal": "-03:30",
        "ExifIFD:OffsetTimeDigitized": "+00:00",
        "ExifIFD:LensModel": "Lens 24-70",
        "ExifIFD:FNumber": 2.8,
        "ExifIFD:FocalLength": 35.5,
        "ExifIFD:ExposureTime": 0.004,
        "ExifIFD:ExposureCompensation": -0.67,
        "ExifIFD:ISO": 6400,
        "GPS:GPSLatitude": 33.856_784,
        "GPS:GPSLatitudeRef": "S",
        "GPS:GPSLongitude": 151.215_297,
        "GPS:GPSLongitudeRef": "E",
        "GPS:GPSAltitude": 430.5,
        "GPS:GPSAltitudeRef": 1,
        "GPS:GPSStatus": "A",
        "GPS:GPSDateStamp": "2024:05:06",
        "GPS:GPSTimeStamp": "10:38:09",
        "Composite:SubSecDateTimeOriginal": "2024:05:06 07:08:09.05-03:30",
        "Composite:SubSecCreateDate": "2024:05:06 07:08:10.1+00:00",
        "Composite:SubSecModifyDate": "2024:06:07 08:09:10.999+05:45",
    })
}

fn xmp_tags() -> Value {
    json!({
        "XMP-dc:Description": "XMP: <b> & \"c\" — 写真",
        "XMP-xmp:Rating": 4,
        "XMP-photoshop:DateCreated": "2024:05:06 07:08:09.05-03:30",
        "XMP-photoshop:City": "Sydney",
        "XMP-photoshop:State": "New South Wales",
        "XMP-photoshop:Country": "Australia",
        "XMP-iptcCore:Location": "Circular Quay",
        "XMP-iptcCore:CountryCode": "AU",
    })
}

fn iptc_tags() -> Value {
    json!({
        "IPTC:Caption-Abstract": "IPTC: Grüße",
        "IPTC:Sub-location": "Circular Quay",
        "IPTC:City": "Sydney",
        "IPTC:Province-State": "New South Wales",
        "IPTC:Country-PrimaryLocationName": "Australia",
    })
}

#[test]
fn every_field_is_read_back_from_every_format_in_both_byte_orders() {
    for byte_order in [ByteOrder::Little, ByteOrder::Big] {
        let files: Vec<_> = Format::ALL
            .iter()
            .map(|&format| photo(format, full(byte_order)))
            .map(|photo| (format!("a.{}", photo.format.extension()), photo.bytes().unwrap()))
            .collect();
        let Some(found) = read_back(&files) else { return };
        for (found, format) in found.iter().zip(Format::ALL) {
            assert_eq!(found["ExifTool:Warning"], Value::Null, "{format:?}");
            assert_tags(found, format, &xmp_tags());
            if format != Format::Gif {
                assert_tags(found, format, &exif_tags());
            }
            if matches!(format, Format::Jpeg | Format::Tiff) {
                assert_tags(found, format, &iptc_tags());
            }
            let size = &found["Composite:ImageSize"];
            assert_eq!(*size, json!("32 48"), "{format:?} is stored turned");
        }
    }
}

#[test]
fn a_raw_tag_takes_the_place_of_a_right_one() {
    let metadata = Metadata {
        extra: vec![
            RawTag::text(Directory::Exif, 36_881, "+99:00"),
            RawTag::rationals(Directory::Exif, 33_434, &[(1, 0)]),
            RawTag::text(Directory::Exif, 36_867, "0000:00:00 00:00:00"),
        ],
        ..full(ByteOrder::Big)
    };
    let file = ("a.jpg".to_string(), photo(Format::Jpeg, metadata).bytes().unwrap());
    let Some(found) = read_back(&[file]) else { return };
    assert_eq!(found[0]["ExifIFD:OffsetTimeOriginal"], "+99:00");
    assert_eq!(found[0]["ExifIFD:ExposureTime"], "inf");
    assert_eq!(found[0]["ExifIFD:DateTimeOriginal"], "0000:00:00 00:00:00");
    assert_eq!(found[0]["ExifIFD:FNumber"], 2.8);
}

#[test]
fn a_photograph_without_metadata_has_none() {
    for format in Format::ALL {
        let bytes = photo(format, Metadata::default()).bytes().unwrap();
        let Some(found) = read_back(&[(format!("a.{}", format.extension()), bytes)]) else {
            return;
        };
        let tags = found[0].as_object().unwrap();
        let foreign = |tag: &&String| tag.starts_with("XMP") || tag.starts_with("IPTC");
        assert_eq!(tags.keys().find(foreign), None);
        assert!(!tags.contains_key("IFD0:Orientation"));
    }
}

/// Coordinates, captions and stars of the demo library are what its index says.
#[test]
fn the_demo_library_says_what_its_index_says() {
    let photos: Vec<_> = demo::library(60, 9)
        .map(|mut photo| {
            (photo.photo.width, photo.photo.height) = (16, 16);
            photo
        })
        .collect();
    let files: Vec<_> =
        photos.iter().map(|photo| (photo.file.clone(), photo.photo.bytes().unwrap())).collect();
    let Some(found) = read_back(&files) else { return };
    for (photo, found) in photos.iter().zip(found) {
        let expected = &photo.expected;
        let near = |tag: &str, value: Option<f64>| {
            let found = found[tag].as_f64();
            assert_eq!(found.is_some(), value.is_some(), "{} {tag}", photo.file);
            let distance = found.zip(value).map_or(0.0, |(found, value)| (found - value).abs());
            assert!(distance < 1e-6, "{} {tag}", photo.file);
        };
        near("Composite:GPSLatitude", expected.coordinates.map(|place| place.0));
        near("Composite:GPSLongitude", expected.coordinates.map(|place| place.1));
        near("Composite:GPSAltitude", expected.altitude);
        assert_eq!(found["XMP-xmp:Rating"].as_i64(), expected.rating, "{}", photo.file);
        let captions = ["XMP-dc:Description", "IPTC:Caption-Abstract", "IFD0:ImageDescription"];
        let caption = captions.iter().find_map(|tag| found[tag].as_str());
        let caption =
            caption.filter(|text| !text.contains("DIGITAL CAMERA") && *text != "SONY DSC");
        assert_eq!(caption, expected.description.as_deref(), "{}", photo.file);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let long = Metadata { image_description: Some("a".repeat(70_000)), ..Metadata::default() };
    let refused = photo(Format::Jpeg, long.clone()).bytes().unwrap_err();
    assert!(refused.to_string().contains("EXIF"), "{refused}");
    assert!(photo(Format::Tiff, long).bytes().is_ok());
    assert!(Photo { width: 0, ..Photo::default() }.bytes().is_err());
    assert!(Photo { width: 70_000, height: 1, ..Photo::default() }.bytes().is_err());
    assert!(Photo { width: u32::MAX, height: u32::MAX, ..Photo::default() }.bytes().is_err());
}
