//! How a demo library is drawn.

use jiff::{SignedDuration, ZonedDateTime, civil, tz::TimeZone};

use super::{
    Expected, PLACES, Place,
    cameras::{BODIES, Body},
    captions,
};
use crate::{
    ByteOrder, Camera, ExifTime, Exposure, Format, Gps, Metadata, Photo, Scene, random::Random,
};

/// A photograph of a demo library.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoPhoto {
    /// File name, unique in its library.
    pub file: String,
    /// The photograph.
    pub photo: Photo,
    /// What is readable of it.
    pub expected: Expected,
    /// Where it was really taken, whether its file says so or not.
    pub place: &'static Place,
    /// When it was really taken, whether its file says so or not.
    pub taken: ZonedDateTime,
}

/// `count` photographs; the same seed gives the same ones, and a longer library begins with a
/// shorter one.
pub fn library(count: u32, seed: u64) -> impl Iterator<Item = DemoPhoto> {
    (0..count).map(move |number| {
        demo_photo(
            number,
            &mut Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number.into())),
        )
    })
}

fn demo_photo(number: u32, random: &mut Random) -> DemoPhoto {
    // The first hundred and more visit every place once.
    let place = PLACES.get(number as usize).unwrap_or_else(|| random.pick(&PLACES));
    let taken = moment(place, random);
    let body = random.pick(&BODIES);
    let (format, (width, height)) = (format(random), size(random));
    let photo = Photo {
        // Lossless formats are kept small.
        width: if format == Format::Jpeg { width } else { width / 2 },
        height: if format == Format::Jpeg { height } else { height / 2 },
        scene: Scene { motif: place.motif, hour: hour(&taken), seed: random.next() },
        format,
        metadata: metadata(place, &taken, body, format, random),
        quality: 82,
    };
    let slug: String = place
        .name
        .chars()
        .map(
            |letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' },
        )
        .collect();
    DemoPhoto {
        file: format!("{:04}-{slug}.{}", number + 1, format.extension()),
        expected: Expected::of(&photo, body.boilerplate),
        photo,
        place,
        taken,
    }
}

/// Between 2010 and 2024, mostly when the light is good.
fn moment(place: &Place, random: &mut Random) -> ZonedDateTime {
    let hour = match random.below(10) {
        0..=1 => random.between(5.2, 7.5),
        2..=5 => random.between(7.5, 17.0),
        6..=8 => random.between(17.0, 20.2),
        _ => random.between(20.2, 23.9),
    };
    let day = SignedDuration::from_hours(24 * bounded(random, 15 * 365));
    let clock = SignedDuration::from_secs_f32(hour * 3600.0);
    let wall = civil::datetime(2010, 1, 1, 0, 0, 0, 0).saturating_add(day).saturating_add(clock);
    let zone = TimeZone::get(place.zone).unwrap_or(TimeZone::UTC);
    // A table of fifteen years is far from both ends of the calendar.
    wall.to_zoned_datetime(zone).unwrap_or_default()
}

fn bounded(random: &mut Random, limit: u64) -> i64 {
    i64::try_from(random.below(limit)).unwrap_or_default()
}

fn hour(taken: &ZonedDateTime) -> f32 {
    f32::from(taken.hour()) + f32::from(taken.minute()) / 60.0
}

fn format(random: &mut Random) -> Format {
    match random.below(32) {
        0 => Format::Png,
        1 => Format::WebP,
        2 => Format::Tiff,
        3 => Format::Gif,
        _ => Format::Jpeg,
    }
}

fn size(random: &mut Random) -> (u32, u32) {
    *random.pick(&[
        (1600, 1200),
        (1600, 1200),
        (1620, 1080),
        (1620, 1080),
        (1920, 1080),
        (1200, 1600),
        (1080, 1620),
        (1400, 1400),
        (2400, 900),
    ])
}

fn metadata(
    place: &Place,
    taken: &ZonedDateTime,
    body: &Body,
    format: Format,
    random: &mut Random,
) -> Metadata {
    if random.chance(0.04) {
        return Metadata::default();
    }
    let time = random.chance(0.96).then(|| exif_time(taken, random));
    let mut metadata = Metadata {
        byte_order: if body.big_endian { ByteOrder::Big } else { ByteOrder::Little },
        orientation: orientation(random),
        digitized: time.clone(),
        modified: time.clone().filter(|_| random.chance(0.5)),
        taken: time,
        gps: random.chance(0.86).then(|| gps(place, taken, random)),
        image_description: body.boilerplate.map(String::from),
        rating: random.chance(0.6).then(|| bounded(random, 6)),
        camera: Camera {
            make: Some(body.make.into()),
            model: Some(body.model.into()),
            lens: body.lens.map(String::from),
        },
        exposure: exposure(body, hour(taken), random),
        country_code: random.chance(0.15).then(|| place.country_code.into()),
        sublocation: random.chance(0.15).then(|| place.name.into()),
        ..Metadata::default()
    };
    if format == Format::Gif {
        metadata.xmp_taken = Some(taken.datetime().strftime("%Y-%m-%dT%H:%M:%S").to_string());
    }
    if random.chance(0.7) {
        put_caption(&mut metadata, &caption(place, taken, random), random);
    }
    metadata
}

/// Two of three cameras know their offset, two of five write sub-seconds.
fn exif_time(taken: &ZonedDateTime, random: &mut Random) -> ExifTime {
    let mut time = ExifTime::new(taken.strftime("%Y:%m:%d %H:%M:%S").to_string());
    if random.chance(0.66) {
        time = time.offset(taken.strftime("%:z").to_string());
    }
    if random.chance(0.4) {
        let digits = random.below(1000);
        time = time.subsec(if random.chance(0.5) {
            format!("{digits:03}")
        } else {
            format!("{:02}", digits / 10)
        });
    }
    time
}

fn orientation(random: &mut Random) -> Option<u16> {
    match random.below(20) {
        0..=9 => Some(1),
        10 => None,
        11..=12 => Some(6),
        13..=14 => Some(8),
        15 => Some(3),
        16 => Some(2),
        17 => Some(4),
        18 => Some(5),
        _ => Some(7),
    }
}

/// The place, off by a walk of a few hundred metres.
fn gps(place: &Place, taken: &ZonedDateTime, random: &mut Random) -> Gps {
    let stray = |degrees: f64, random: &mut Random| {
        let moved = degrees + f64::from(random.between(-0.003, 0.003));
        (moved * 1e6).round() / 1e6
    };
    let utc = taken.with_time_zone(TimeZone::UTC);
    let clock = [utc.hour(), utc.minute(), utc.second()].map(|part| u32::from(part.unsigned_abs()));
    Gps {
        latitude: stray(place.latitude, random),
        longitude: stray(place.longitude, random),
        altitude: random.chance(0.8).then_some(place.altitude),
        status: random.chance(0.3).then_some('A'),
        utc: random.chance(0.5).then(|| (utc.strftime("%Y:%m:%d").to_string(), clock)),
    }
}

fn exposure(body: &Body, hour: f32, random: &mut Random) -> Exposure {
    let (times, isos): (&[(u32, u32)], &[u16]) = match hour {
        7.0..18.0 => (&[(1, 250), (1, 500), (1, 1000), (10, 6400)], &[50, 100, 125, 200]),
        5.5..20.0 => (&[(1, 30), (1, 60), (1, 125)], &[200, 400, 640, 800]),
        _ => (&[(1, 8), (1, 2), (4, 1), (15, 1)], &[1600, 3200, 6400]),
    };
    Exposure {
        f_number: Some(body.f_number),
        focal_length: Some(body.focal_length),
        time: Some(*random.pick(times)),
        bias: Some(*random.pick(&[0.0, 0.0, 0.0, -0.33, 0.67, -1.0])),
        iso: Some(*random.pick(isos)),
    }
}

fn caption(place: &Place, taken: &ZonedDateTime, random: &mut Random) -> String {
    let texts = match taken.hour() {
        ..9 => &captions::MORNING,
        9..17 => &captions::DAY,
        _ => &captions::EVENING,
    };
    random.pick(texts).replace("{}", place.name)
}

/// Most programs write XMP; some IPTC or EXIF; some all three, of which XMP is the last word.
fn put_caption(metadata: &mut Metadata, caption: &str, random: &mut Random) {
    let caption = Some(caption.to_string());
    match random.below(8) {
        0 => metadata.iptc_caption = caption,
        1 => metadata.image_description = caption,
        2 => {
            metadata.iptc_caption = Some("Untitled draft".into());
            metadata.xmp_description = caption;
        }
        _ => metadata.xmp_description = caption,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn the_same_seed_is_the_same_library_and_a_longer_one_begins_with_it() {
        let short: Vec<_> = library(20, 1).collect();
        let long: Vec<_> = library(40, 1).collect();
        assert_eq!(short[..], long[..20]);
        assert_ne!(short, library(20, 2).collect::<Vec<_>>());
    }

    #[test]
    fn three_hundred_photographs_show_everything_a_library_can_hold() {
        let photos: Vec<_> = library(300, 1).collect();
        let files: BTreeSet<_> = photos.iter().map(|photo| &photo.file).collect();
        assert_eq!(files.len(), 300);
        let orientations: BTreeSet<_> =
            photos.iter().filter_map(|photo| photo.expected.orientation).collect();
        assert_eq!(orientations, (1..=8).collect());
        let ratings: BTreeSet<_> = photos.iter().map(|photo| photo.expected.rating).collect();
        assert_eq!(ratings.len(), 7, "unrated, and nought to five stars");
        let mut formats = BTreeMap::new();
        for photo in &photos {
            *formats.entry(photo.photo.format.extension()).or_insert(0) += 1;
        }
        assert_eq!(formats.len(), Format::ALL.len());
        assert!(formats["jpg"] > 200, "{formats:?}");
        assert!(photos.iter().any(|photo| photo.photo.metadata == Metadata::default()));
        let times = || photos.iter().filter_map(|photo| photo.photo.metadata.taken.as_ref());
        assert!(times().filter(|time| time.offset.is_some()).count() > 100);
        assert!(times().filter(|time| time.offset.is_none()).count() > 50);
        assert!(times().filter(|time| time.subsec.is_some()).count() > 50);
    }

    #[test]
    fn every_place_has_a_zone_that_exists() {
        for place in &PLACES {
            assert!(TimeZone::get(place.zone).is_ok(), "{}", place.name);
        }
    }
}
