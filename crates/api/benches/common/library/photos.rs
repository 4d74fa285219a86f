//! Assets such as people have them, made up: fifteen years, seven of ten with a place. And such as
//! hardly anybody has them: see [`Mix`].

use fastrand::Rng;
use model::{
    Asset, AssetId, Camera, CaptureTime, Coordinates, DerivedPlace, Fallback, FileData, FileFacts,
    FileLayer, Instant, LibraryId, MediaType, Metadata, Offset, PlaceNames, Sourced, UserLayer,
    VersionId, WallClock, effective,
};

/// To be raised with every change of this file.
pub(super) const RECIPE: u32 = 2;

/// What is unusual about a library.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mix {
    /// Begins the names of its files.
    pub(crate) name: &'static str,
    /// How many assets of ten were taken at one place on one day.
    pub(crate) piled: u8,
    /// Whether places lie anywhere on the globe, and not in a few towns.
    pub(crate) is_scattered: bool,
}

impl Mix {
    /// Nothing.
    pub(crate) const USUAL: Self = Self { name: "library", piled: 0, is_scattered: false };
}

/// All that is stored of one photo.
pub(super) struct Photo {
    pub(super) asset: Asset,
    pub(super) file: FileData,
    pub(super) facts: FileFacts,
    pub(super) derived: Option<DerivedPlace>,
}

/// 2010-01-01.
const FIRST: i64 = 1_262_304_000_000_000;
const FIFTEEN_YEARS: i64 = 15 * 365 * 24 * 60 * 60 * 1_000_000;

/// Latitude, longitude, city, state, country, its code, zone, hours east of UTC.
type Spot = (f64, f64, &'static str, &'static str, &'static str, &'static str, &'static str, i32);

const SPOTS: [Spot; 8] = [
    (60.39, 5.32, "Bergen", "Vestland", "Norway", "NO", "Europe/Oslo", 2),
    (48.86, 2.35, "Paris", "Île-de-France", "France", "FR", "Europe/Paris", 2),
    (
        37.78,
        -122.42,
        "San Francisco",
        "California",
        "United States",
        "US",
        "America/Los_Angeles",
        -7,
    ),
    (35.68, 139.69, "Tokyo", "Tokyo", "Japan", "JP", "Asia/Tokyo", 9),
    (-33.87, 151.21, "Sydney", "New South Wales", "Australia", "AU", "Australia/Sydney", 10),
    (-22.91, -43.17, "Rio de Janeiro", "Rio de Janeiro", "Brazil", "BR", "America/Sao_Paulo", -3),
    (-33.92, 18.42, "Cape Town", "Western Cape", "South Africa", "ZA", "Africa/Johannesburg", 2),
    (64.15, -21.94, "Reykjavík", "Capital Region", "Iceland", "IS", "Atlantic/Reykjavik", 0),
];

const CAMERAS: [(&str, &str, &str); 4] = [
    ("Apple", "iPhone 13 Pro", "iPhone 13 Pro back triple camera 5.7mm f/1.5"),
    ("Canon", "Canon EOS 80D", "EF-S18-135mm f/3.5-5.6 IS USM"),
    ("Google", "Pixel 6", "Pixel 6 back camera 6.81mm f/1.85"),
    ("SONY", "ILCE-7M3", "FE 24-105mm F4 G OSS"),
];

const CAPTIONS: [&str; 4] =
    ["Morning by the harbour", "Anna's birthday", "On the way up", "Last evening before the ferry"];

/// The same seed gives the same photo, but for its ids.
pub(super) fn photo(seed: u64, library: LibraryId, mix: Mix) -> Photo {
    let mut random = Rng::with_seed(seed);
    let spot = random.choice(SPOTS).unwrap_or(SPOTS[0]);
    let mut facts = facts(&mut random, spot);
    displace(&mut facts, mix, &mut Rng::with_seed(!seed));
    let derived = facts.coordinates.as_ref().map(|place| derived(place.value, spot));
    let time = facts.original.as_ref().map_or_else(|| taken(&mut random, spot), |time| time.value);
    let created_at = Instant::from_micros(FIRST + FIFTEEN_YEARS).plus_seconds(seed.cast_signed());
    let fallback = Fallback { file_created_at: Some(time), created_at };
    let shown =
        effective(&UserLayer::default(), &FileLayer::from(&facts), derived.as_ref(), fallback);
    let name = format!("IMG_{seed:07}.JPG");
    let file = FileData {
        sha256: bytes(&mut random, 32),
        sha1: bytes(&mut random, 20),
        device_asset_id: name.clone(),
        device_id: "phone".to_owned(),
        file_created_at: time,
        file_modified_at: time,
        file_size_bytes: random.i64(1_500_000..9_000_000),
    };
    let asset = Asset {
        id: AssetId::generate(),
        library_id: library,
        version_id: VersionId::generate(),
        media_type: MediaType::Image,
        mime_type: "image/jpeg".to_owned(),
        kind: model::VersionKind::original(),
        stack: None,
        original_file_name: name,
        capture: shown.capture,
        capture_source: shown.capture_source,
        created_at,
        updated_at: created_at,
        trashed_at: None,
        size: Some((4032, 3024)),
        duration: None,
        thumbhash: Some(bytes(&mut random, 24)),
        file_size_bytes: file.file_size_bytes,
        metadata: Metadata {
            updated_at: created_at,
            description: shown.description,
            coordinates: shown.coordinates,
            altitude: shown.altitude,
            rating: shown.rating,
            place: shown.place,
            timezone: shown.timezone,
            camera: camera(&facts),
        },
    };
    Photo { asset, file, facts, derived }
}

/// Nearly every file says when, seven of ten where, some have a caption or stars.
fn facts(random: &mut Rng, spot: Spot) -> FileFacts {
    let (make, model, lens) = random.choice(CAMERAS).unwrap_or(CAMERAS[0]);
    let is_dated = random.u8(..100) < 95;
    let original = is_dated.then(|| taken(random, spot));
    let coordinates = (random.u8(..100) < 70).then(|| near(random, spot)).flatten();
    let description = (random.u8(..100) < 10).then(|| random.choice(CAPTIONS)).flatten();
    let rating = (random.u8(..100) < 15).then(|| random.i64(1..=5));
    FileFacts {
        raw_size: Some((4032, 3024)),
        orientation: Some(1),
        altitude: coordinates.map(|_| f64::from(random.u16(..800))),
        description: description
            .map(|text| Sourced { value: text.to_owned(), tag: "XMP-dc:description" }),
        coordinates: coordinates.map(|value| Sourced { value, tag: "Exif:GPSLatitude" }),
        original: original.map(|value| Sourced { value, tag: "Exif:DateTimeOriginal" }),
        digitized: original,
        modified: original,
        rating: rating.map(|value| Sourced { value, tag: "XMP-xmp:Rating" }),
        make: Some(make.to_owned()),
        model: Some(model.to_owned()),
        lens_model: Some(lens.to_owned()),
        f_number: Some(f64::from(random.u8(14..=80)) / 10.0),
        focal_length: Some(f64::from(random.u8(24..=105))),
        exposure_time: Some(1.0 / f64::from(random.u16(30..2000))),
        exposure_bias: Some(0.0),
        iso: Some(random.i64(1..=32) * 100),
        ..FileFacts::default()
    }
}

fn displace(facts: &mut FileFacts, mix: Mix, random: &mut Rng) {
    if random.u8(..10) < mix.piled {
        let wall = WallClock::from_micros(FIRST + random.i64(0..WallClock::DAY));
        let place = Coordinates::new(SPOTS[0].0, SPOTS[0].1).ok();
        facts.coordinates = place.map(|value| Sourced { value, tag: "Exif:GPSLatitude" });
        facts.original = Some(Sourced {
            value: CaptureTime { wall, offset: None },
            tag: "Exif:DateTimeOriginal",
        });
    } else if mix.is_scattered {
        let (latitude, longitude) =
            (random.f64().mul_add(180.0, -90.0), random.f64().mul_add(360.0, -180.0));
        if let (Some(place), Ok(anywhere)) =
            (&mut facts.coordinates, Coordinates::new(latitude, longitude))
        {
            place.value = anywhere;
        }
    }
}

/// Half of the cameras know their offset.
fn taken(random: &mut Rng, spot: Spot) -> CaptureTime {
    let wall = WallClock::from_micros(FIRST + random.i64(0..FIFTEEN_YEARS));
    let offset = random.bool().then(|| Offset::from_seconds(spot.7 * 3600)).flatten();
    CaptureTime { wall, offset }
}

fn near(random: &mut Rng, spot: Spot) -> Option<Coordinates> {
    let mut around = |degrees: f64| degrees + (random.f64() - 0.5) / 5.0;
    Coordinates::new(around(spot.0), around(spot.1)).ok()
}

fn derived(at: Coordinates, (_, _, city, state, country, code, zone, _): Spot) -> DerivedPlace {
    let names = PlaceNames {
        city: Some(city.to_owned()),
        state: Some(state.to_owned()),
        country: Some(country.to_owned()),
        country_code: Some(code.to_owned()),
        ..PlaceNames::default()
    };
    DerivedPlace { at, names, timezone: Some(zone.to_owned()) }
}

fn camera(facts: &FileFacts) -> Camera {
    Camera {
        digitized: facts.digitized,
        modified: facts.modified,
        make: facts.make.clone(),
        model: facts.model.clone(),
        lens_model: facts.lens_model.clone(),
        f_number: facts.f_number,
        focal_length: facts.focal_length,
        exposure_time: facts.exposure_time,
        exposure_bias: facts.exposure_bias,
        iso: facts.iso,
        orientation: facts.orientation.map(i64::from),
        raw_size: facts.raw_size.map(|(width, height)| (width.into(), height.into())),
        ..Camera::default()
    }
}

fn bytes(random: &mut Rng, count: usize) -> Vec<u8> {
    std::iter::repeat_with(|| random.u8(..)).take(count).collect()
}
