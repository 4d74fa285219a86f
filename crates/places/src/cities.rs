//! Populated places, and which of them a point belongs to.

use std::collections::HashMap;

use model::Coordinates;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::MAX_CITY_KM;
use crate::regions::{Region, Regions};
use crate::sphere::{self, Unit};

/// All populated places; `examples/repack.rs` says what the lines are.
const PLACES: &str = include_str!("../data/places.tsv");

/// A quarter further away than this many kilometres does not name a point.
const MAX_QUARTER_KM: f64 = 2.5;

/// A populated place, named by the text in the binary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    /// First-level division by the record, which is not always that of the polygons.
    pub(crate) division: Option<&'static str>,
    /// Kilometres around the middle that are built over, by the number of people: a million fill
    /// a circle of 6. 0 for a quarter of a city.
    radius: f64,
}

type Tree = RTree<GeomWithData<Unit, City>>;

/// The places of a region: a search meets none of another.
#[derive(Default)]
struct Places {
    cities: Tree,
    quarters: Tree,
}

/// All places, by region.
pub(crate) struct Cities {
    regions: HashMap<Region, Places>,
    /// The largest radius there is.
    widest: f64,
}

impl Cities {
    /// Gives every place to the region whose polygons cover its own coordinates.
    pub(crate) fn load(regions: &Regions) -> Self {
        let mut by_region: HashMap<Region, [Vec<_>; 2]> = HashMap::new();
        let mut widest = 0.0;
        for (at, city) in read(PLACES) {
            widest = f64::max(widest, city.radius);
            if let Some(region) = regions.at(at) {
                let [cities, quarters] = by_region.entry(region).or_default();
                let of_kind = if city.radius > 0.0 { cities } else { quarters };
                of_kind.push(GeomWithData::new(sphere::unit(at), city));
            }
        }
        let regions = by_region.into_iter().map(|(region, [mut cities, mut quarters])| {
            cities.shrink_to_fit();
            quarters.shrink_to_fit();
            let (cities, quarters) = (RTree::bulk_load(cities), RTree::bulk_load(quarters));
            (region, Places { cities, quarters })
        });
        Self { regions: regions.collect(), widest }
    }

    /// The city that a point of `region` belongs to: the one it lies deepest in, or else the one
    /// whose edge is nearest, if that is near enough.
    pub(crate) fn around(&self, at: Coordinates, region: Region) -> Option<City> {
        let unit = sphere::unit(at);
        let mut best: Option<(f64, City)> = None;
        for (place, chord) in
            self.regions.get(&region)?.cities.nearest_neighbor_iter_with_distance_2(unit)
        {
            let away = sphere::km(chord);
            // No city further on can have a nearer edge.
            let is_hopeless =
                best.is_some_and(|(nearest, _)| away - self.widest > nearest.max(0.0));
            if is_hopeless || away > MAX_CITY_KM {
                break;
            }
            let city = place.data;
            let depth =
                if away < city.radius { away / city.radius - 1.0 } else { away - city.radius };
            if best.is_none_or(|(nearest, _)| depth < nearest) {
                best = Some((depth, city));
            }
        }
        best.map(|(_, city)| city)
    }

    /// The nearest quarter of a city, if it is near enough.
    pub(crate) fn quarter(&self, at: Coordinates, region: Region) -> Option<&'static str> {
        let quarters = &self.regions.get(&region)?.quarters;
        let (place, chord) = quarters.nearest_neighbor_with_distance_2(sphere::unit(at))?;
        (sphere::km(chord) <= MAX_QUARTER_KM).then_some(place.data.name)
    }
}

/// Reads `latitude ⇥ longitude ⇥ name ⇥ population in hundreds` lines under the `=division` line
/// that holds for them.
fn read(text: &'static str) -> impl Iterator<Item = (Coordinates, City)> {
    let mut division = None;
    text.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('=') {
            division = Some(name).filter(|name| !name.is_empty());
            return None;
        }
        let mut fields = line.split('\t');
        let (latitude, longitude) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let (name, hundreds): (_, f64) = (fields.next()?, fields.next()?.parse().ok()?);
        let at = Coordinates::new(latitude, longitude).ok()?;
        Some((at, City { name, division, radius: 0.06 * hundreds.sqrt() }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates::new(latitude, longitude).unwrap()
    }

    #[test]
    fn lines_are_read_under_their_division() {
        let text = "=Bavaria\n48.13743\t11.57549\tMunich\t10000\n=\n41.9\t12.45\tVatican City\t0\n";
        let read: Vec<_> = read(text).map(|(at, city)| (at.latitude(), city)).collect();
        let munich = City { name: "Munich", division: Some("Bavaria"), radius: 6.0 };
        let vatican = City { name: "Vatican City", division: None, radius: 0.0 };
        assert_eq!(read, [(48.13743, munich), (41.9, vatican)]);
    }

    #[test]
    fn no_line_of_the_data_is_lost() {
        let lines = PLACES.lines().filter(|line| !line.starts_with('='));
        assert_eq!(read(PLACES).count(), lines.count());
        assert!(read(PLACES).count() > 140_000);
        assert!(read(PLACES).all(|(_, city)| !city.name.trim().is_empty()));
    }

    #[test]
    fn a_place_beyond_reach_is_no_city() {
        let regions = Regions::load();
        let cities = Cities::load(&regions);
        // Alice Springs, and the road north from it.
        let town = at(-23.7, 133.87);
        let region = regions.at(town).unwrap();
        assert!(cities.around(town, region).is_some());
        assert!(cities.around(at(-21.5, 133.87), region).is_none());
    }

    /// The rule without a tree: all places of the region, one by one.
    #[test]
    fn the_search_finds_what_looking_at_all_places_finds() {
        let regions = Regions::load();
        let cities = Cities::load(&regions);
        for (latitude, longitude) in
            [(51.5, -0.1), (51.3, 0.2), (48.9, 2.3), (48.5, 3.0), (45.0, 4.0)]
        {
            let point = at(latitude, longitude);
            let region = regions.at(point).unwrap();
            let depth = |place: &&GeomWithData<Unit, City>| {
                let chord = place
                    .geom()
                    .iter()
                    .zip(sphere::unit(point))
                    .map(|(a, b)| (a - b).powi(2))
                    .sum();
                let (away, radius) = (sphere::km(chord), place.data.radius);
                if away < radius { away / radius - 1.0 } else { away - radius }
            };
            let all = &cities.regions[&region].cities;
            let expected = all.iter().min_by(|a, b| depth(a).total_cmp(&depth(b))).unwrap();
            assert_eq!(cities.around(point, region), Some(expected.data));
        }
    }
}
