//! Distances on the globe, as straight lines through it: no trouble at poles or the antimeridian.

use model::Coordinates;

/// Mean radius of the Earth.
const EARTH_KM: f64 = 6371.0;

/// A point on the unit sphere, to within half a metre on the Earth.
pub(crate) type Unit = [f32; 3];

/// The point of the unit sphere below `at`.
#[expect(clippy::cast_possible_truncation, reason = "half a metre is precise enough for a city")]
pub(crate) fn unit(at: Coordinates) -> Unit {
    let (sin_lat, cos_lat) = at.latitude().to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.longitude().to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat].map(|axis| axis as f32)
}

/// The square of the straight line between two points of the unit sphere that are `km` apart.
#[expect(clippy::cast_possible_truncation, reason = "compared with distances in f32")]
pub(crate) fn chord_squared(km: f64) -> f32 {
    let chord = 2.0 * (km / EARTH_KM / 2.0).sin();
    (chord * chord) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance_squared(a: (f64, f64), b: (f64, f64)) -> f32 {
        let [a, b] = [a, b].map(|(lat, lon)| unit(Coordinates::new(lat, lon).unwrap()));
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let degree = distance_squared((10.0, 20.0), (11.0, 20.0));
        assert!(chord_squared(111.0) < degree && degree < chord_squared(111.4));
    }

    #[test]
    fn the_antimeridian_and_the_pole_are_no_seam() {
        assert!(distance_squared((-17.0, 179.99), (-17.0, -179.99)) < chord_squared(2.2));
        assert!(distance_squared((90.0, 0.0), (90.0, 135.0)) < chord_squared(0.01));
    }
}
