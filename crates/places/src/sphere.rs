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

/// Kilometres between two points of the unit sphere, from the square of the straight line.
pub(crate) fn km(chord_squared: f32) -> f64 {
    let half = f64::from(chord_squared).sqrt() / 2.0;
    2.0 * half.min(1.0).asin() * EARTH_KM
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
        assert!((111.0..111.4).contains(&km(degree)));
    }

    #[test]
    fn the_antimeridian_and_the_pole_are_no_seam() {
        assert!(km(distance_squared((-17.0, 179.99), (-17.0, -179.99))) < 2.2);
        assert!(km(distance_squared((90.0, 0.0), (90.0, 135.0))) < 0.01);
    }
}
