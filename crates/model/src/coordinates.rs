//! Where a picture was taken.

/// A place on the globe, in decimal degrees (WGS 84): always both numbers, always in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

/// Why two numbers are no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoordinatesError {
    /// Not within ±90, or not a number.
    #[error("latitude must lie between -90 and 90 degrees")]
    Latitude,
    /// Not within ±180, or not a number.
    #[error("longitude must lie between -180 and 180 degrees")]
    Longitude,
}

impl Coordinates {
    /// Latitude −90…90 and longitude −180…180, ends included. `-0.0` becomes `0.0`.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, CoordinatesError> {
        Ok(Self { latitude: check_latitude(latitude)?, longitude: check_longitude(longitude)? })
    }

    /// Degrees north of the equator.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}

/// A latitude by itself: −90…90.
pub fn check_latitude(degrees: f64) -> Result<f64, CoordinatesError> {
    // Adding zero turns -0.0 into 0.0.
    if (-90.0..=90.0).contains(&degrees) {
        Ok(degrees + 0.0)
    } else {
        Err(CoordinatesError::Latitude)
    }
}

/// A longitude by itself: −180…180.
pub fn check_longitude(degrees: f64) -> Result<f64, CoordinatesError> {
    if (-180.0..=180.0).contains(&degrees) {
        Ok(degrees + 0.0)
    } else {
        Err(CoordinatesError::Longitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_belong_to_the_range() {
        assert!(Coordinates::new(90.0, 180.0).is_ok() && Coordinates::new(-90.0, -180.0).is_ok());
        assert_eq!(Coordinates::new(90.000_001, 0.0), Err(CoordinatesError::Latitude));
        assert_eq!(Coordinates::new(0.0, -180.000_001), Err(CoordinatesError::Longitude));
        assert_eq!(Coordinates::new(f64::NAN, 0.0), Err(CoordinatesError::Latitude));
        assert_eq!(Coordinates::new(0.0, f64::INFINITY), Err(CoordinatesError::Longitude));
    }

    #[test]
    fn there_is_one_zero() {
        let place = Coordinates::new(-0.0, -0.0).unwrap();
        assert!(place.latitude().is_sign_positive() && place.longitude().is_sign_positive());
    }
}
