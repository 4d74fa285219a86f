//! Which country and which subdivision own a point.

use country_boundaries::{BOUNDARIES_ODBL_360X180, CountryBoundaries, LatLon};
use model::Coordinates;
use rust_iso3166::iso3166_2::{self, Subdivision};

/// Kosovo: in no ISO list, but the code that everybody uses from the range left to users.
pub(crate) const KOSOVO: &str = "XK";

/// Codes of the polygons that ISO 3166-2 has renamed, or lists under the territory's own code.
const RENAMED: [(&str, &str); 10] = [
    ("IN-CT", "IN-CG"),
    ("IN-DD", "IN-DH"),
    ("IN-DN", "IN-DH"),
    ("IN-OR", "IN-OD"),
    ("IN-TG", "IN-TS"),
    ("IN-UT", "IN-UK"),
    ("NL-BQ1", "BQ-BO"),
    ("NL-BQ2", "BQ-SA"),
    ("NL-BQ3", "BQ-SE"),
    ("PK-AJK", "PK-JK"),
];

/// Islands and island groups, not divisions that govern anything: Jawa, Sumatera.
const NOT_A_DIVISION: &str = "Geographical unit";

/// A country or a part of it: where a city must lie to answer for a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Region {
    /// ISO 3166-1 alpha-2, or [`KOSOVO`].
    pub(crate) country: &'static str,
    /// `None` where no polygon of a first-level subdivision covers the point.
    pub(crate) subdivision: Option<Subdivision>,
}

/// The polygons of all countries and some subdivisions.
pub(crate) struct Regions(CountryBoundaries);

impl Regions {
    /// The embedded polygons.
    pub(crate) fn load() -> Self {
        let boundaries = CountryBoundaries::from_reader(BOUNDARIES_ODBL_360X180);
        Self(boundaries.expect("the polygons in the binary are those that the tests have read"))
    }

    /// The region of a point; `None` where no country is.
    pub(crate) fn at(&self, at: Coordinates) -> Option<Region> {
        let position = LatLon::new(at.latitude(), at.longitude()).ok()?;
        region_of(&self.0.ids(position))
    }
}

/// Reads the codes of all polygons over a point, smallest area first.
fn region_of(codes: &[&str]) -> Option<Region> {
    let country = codes.iter().find_map(|code| country_of(code, codes))?;
    let subdivision = codes.iter().find_map(|code| subdivision_of(code, country));
    Some(Region { country, subdivision })
}

/// The country that a polygon speaks for. A subdivision leaves the word to its country, unless no
/// polygon of that country is there: then the code decides.
fn country_of(code: &str, codes: &[&str]) -> Option<&'static str> {
    match code.split_once('-') {
        None => country_code(code),
        Some((country, _)) if !codes.contains(&country) => country_code(country),
        Some(_) => None,
    }
}

fn country_code(code: &str) -> Option<&'static str> {
    if code == KOSOVO {
        return Some(KOSOVO);
    }
    rust_iso3166::from_alpha2(code).map(|country| country.alpha2)
}

/// The first-level subdivision of `country` behind a polygon's code.
fn subdivision_of(code: &str, country: &str) -> Option<Subdivision> {
    let renamed = RENAMED.iter().find(|(old, _)| *old == code);
    let code = renamed.map_or(code, |(_, new)| new);
    iso3166_2::from_code(code).filter(|subdivision| {
        code.starts_with(country) && subdivision.subdivision_type != NOT_A_DIVISION
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use country_boundaries::BoundingBox;

    use super::*;

    fn read(codes: &[&str]) -> Option<(&'static str, Option<&'static str>)> {
        region_of(codes).map(|region| (region.country, region.subdivision.map(|part| part.code)))
    }

    #[test]
    fn the_smallest_area_with_a_country_code_is_the_country() {
        assert_eq!(read(&["US-CA", "US"]), Some(("US", Some("US-CA"))));
        assert_eq!(read(&["PR", "US"]), Some(("PR", None)));
        assert_eq!(read(&["GI", "ES-AN", "GB"]), Some(("GI", None)));
        assert_eq!(read(&["NL-BQ2", "BQ", "NL"]), Some(("BQ", Some("BQ-SA"))));
        assert_eq!(read(&["XK"]), Some(("XK", None)));
    }

    #[test]
    fn codes_outside_iso_are_passed_over() {
        assert_eq!(read(&["IC", "ES"]), Some(("ES", None)));
        assert_eq!(read(&["ES-CE", "EA", "ES"]), Some(("ES", Some("ES-CE"))));
        assert_eq!(read(&["TA", "SH", "GB"]), Some(("SH", None)));
        assert_eq!(read(&["ZZ"]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn an_island_is_no_subdivision() {
        assert_eq!(read(&["ID-JW", "ID"]), Some(("ID", None)));
        assert_eq!(read(&["ID-YO", "ID-JW", "ID"]), Some(("ID", Some("ID-YO"))));
    }

    #[test]
    fn a_subdivision_without_its_country_belongs_where_its_code_says() {
        assert_eq!(read(&["UA-43", "RU"]), Some(("UA", Some("UA-43"))));
    }

    #[test]
    fn every_polygon_has_a_name_or_is_known_to_have_none() {
        let world = BoundingBox::new(-90.0, -180.0, 90.0, 179.9).unwrap();
        let regions = Regions::load();
        let nameless: BTreeSet<_> = regions
            .0
            .intersecting_ids(world)
            .into_iter()
            .filter(|code| {
                let new = RENAMED.iter().find(|(old, _)| old == code).map_or(*code, |pair| pair.1);
                country_code(code).is_none() && iso3166_2::from_code(new).is_none()
            })
            .collect();
        // Reserved for parts of other codes: Ascension, Clipperton, Diego Garcia, Ceuta with
        // Melilla, the Canaries, Tristan da Cunha.
        assert_eq!(nameless, BTreeSet::from(["AC", "CP", "DG", "EA", "IC", "TA"]));
    }
}
