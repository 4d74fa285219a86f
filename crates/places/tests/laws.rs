//! What holds for every point, and for every populated place of the data.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashSet;
use std::sync::LazyLock;

use model::Coordinates;
use places::{Geocoder, Place};
use proptest::prelude::*;
use reverse_geocoder::ReverseGeocoder;

static GEOCODER: LazyLock<Geocoder> = LazyLock::new(Geocoder::load);

/// Coordinates as they stand in the data, and the name.
fn populated_places() -> impl Iterator<Item = (f64, f64, &'static str)> {
    let lines = include_str!("../data/places.tsv").lines().filter(|line| !line.starts_with('='));
    lines.map(|line| {
        let [lat, lon, name] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        (lat.parse().unwrap(), lon.parse().unwrap(), name)
    })
}

fn locate(latitude: f64, longitude: f64) -> Place {
    GEOCODER.locate(Coordinates::new(latitude, longitude).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn every_point_has_a_sound_answer(latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
        let Place { city, state, country, country_code, timezone } = locate(latitude, longitude);
        prop_assert!(country.is_some() || (city.is_none() && state.is_none()));
        prop_assert_eq!(country.is_some(), country_code.is_some());
        prop_assert!(country.is_none() || timezone.is_some());
        let texts = [&city, &state, &country, &country_code, &timezone];
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
fn a_populated_place_is_its_own_city() {
    let names: HashSet<_> =
        populated_places().map(|(lat, lon, name)| (lat.to_bits(), lon.to_bits(), name)).collect();
    let strangers: Vec<_> = populated_places()
        .filter(|&(lat, lon, _)| {
            let city = locate(lat, lon).city;
            !city.is_some_and(|city| names.contains(&(lat.to_bits(), lon.to_bits(), city.as_str())))
        })
        .collect();
    // Neither has a country polygon: Antarctica, and the far shore of Baffin Island.
    let strangers = strangers.into_iter().map(|(_, _, name)| name).collect::<HashSet<_>>();
    assert_eq!(strangers, HashSet::from(["McMurdo Station", "Clyde River"]));
}

/// The crate the data was taken from knows every place, and no nearer one: `data/places.tsv` is
/// that crate's data, whole and of the version in Cargo.lock.
#[test]
fn the_packed_places_are_those_of_the_crate() {
    let source = ReverseGeocoder::new();
    let packed: HashSet<_> =
        populated_places().map(|(lat, lon, _)| (lat.to_bits(), lon.to_bits())).collect();
    for (lat, lon, name) in populated_places() {
        let record = source.search((lat, lon)).record;
        assert_eq!((record.lat, record.lon), (lat, lon), "{name} is not in the crate");
    }
    for n in 0..100_000_u32 {
        let (u, v) = (f64::from(n) * 0.754_877_666 % 1.0, f64::from(n) * 0.569_840_291 % 1.0);
        let record = source.search((180.0 * u - 90.0, 360.0 * v - 180.0)).record;
        assert!(
            packed.contains(&(record.lat.to_bits(), record.lon.to_bits())),
            "{record} is missing"
        );
    }
}

#[test]
fn the_data_version_is_that_of_the_lock_file() {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let (sources, rules) = Geocoder::data_version().rsplit_once(", ").unwrap();
    assert!(rules.starts_with("rules "));
    let sources: Vec<_> =
        sources.split(", ").map(|source| source.split_once(' ').unwrap()).collect();
    assert_eq!(sources.len(), 4);
    for (name, version) in sources {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{name} is no longer {version}: see DATA_VERSION");
    }
}
