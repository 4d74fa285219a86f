//! Populated places, and the nearest one of a region.

use std::collections::HashMap;

use model::Coordinates;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::MAX_CITY_KM;
use crate::regions::{Region, Regions};
use crate::sphere::{self, Unit};

/// All populated places; `examples/repack.rs` says what the lines are.
const PLACES: &str = include_str!("../data/places.tsv");

/// A populated place, named by the text in the binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    /// First-level division by the record, which is not always that of the polygons.
    pub(crate) division: Option<&'static str>,
}

/// One tree of places for each region: a search meets no place of another.
pub(crate) struct Cities {
    regions: HashMap<Region, RTree<GeomWithData<Unit, City>>>,
    reach: f32,
}

impl Cities {
    /// Gives every place to the region whose polygons cover its own coordinates.
    pub(crate) fn load(regions: &Regions) -> Self {
        let mut by_region: HashMap<Region, Vec<_>> = HashMap::new();
        for (at, city) in read(PLACES) {
            if let Some(region) = regions.at(at) {
                let entry = GeomWithData::new(sphere::unit(at), city);
                by_region.entry(region).or_default().push(entry);
            }
        }
        let regions = by_region.into_iter().map(|(region, mut places)| {
            places.shrink_to_fit();
            (region, RTree::bulk_load(places))
        });
        Self { regions: regions.collect(), reach: sphere::chord_squared(MAX_CITY_KM) }
    }

    /// The nearest place of `region`, if it is near enough.
    pub(crate) fn nearest(&self, at: Coordinates, region: Region) -> Option<City> {
        let places = self.regions.get(&region)?;
        let (place, distance) = places.nearest_neighbor_with_distance_2(sphere::unit(at))?;
        (distance <= self.reach).then_some(place.data)
    }
}

/// Reads `latitude ⇥ longitude ⇥ name` lines under the `=division` line that holds for them.
fn read(text: &'static str) -> impl Iterator<Item = (Coordinates, City)> {
    let mut division = None;
    text.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('=') {
            division = Some(name).filter(|name| !name.is_empty());
            return None;
        }
        let (latitude, rest) = line.split_once('\t')?;
        let (longitude, name) = rest.split_once('\t')?;
        let at = Coordinates::new(latitude.parse().ok()?, longitude.parse().ok()?).ok()?;
        Some((at, City { name, division }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_under_their_division() {
        let text = "=Bavaria\n48.13743\t11.57549\tMunich\n=\n41.90236\t12.45332\tVatican City\n";
        let read: Vec<_> = read(text).map(|(at, city)| (at.latitude(), city)).collect();
        let munich = City { name: "Munich", division: Some("Bavaria") };
        let vatican = City { name: "Vatican City", division: None };
        assert_eq!(read, [(48.13743, munich), (41.90236, vatican)]);
    }

    #[test]
    fn no_line_of_the_data_is_lost() {
        let lines = PLACES.lines().filter(|line| !line.starts_with('='));
        assert_eq!(read(PLACES).count(), lines.count());
        assert_eq!(read(PLACES).count(), 144_561);
        assert!(read(PLACES).all(|(_, city)| !city.name.trim().is_empty()));
    }

    #[test]
    fn a_place_beyond_reach_is_no_city() {
        let regions = Regions::load();
        let cities = Cities::load(&regions);
        let at = |latitude, longitude| Coordinates::new(latitude, longitude).unwrap();
        // Alice Springs, and the road north from it.
        let town = at(-23.7, 133.87);
        let region = regions.at(town).unwrap();
        assert!(cities.nearest(town, region).is_some());
        assert!(cities.nearest(at(-21.5, 133.87), region).is_none());
    }
}
