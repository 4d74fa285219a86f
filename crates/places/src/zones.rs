//! Time zones, where the sea begins, and what clocks in a zone show.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use model::{Coordinates, Moment, Offset, WallClock};
use tzf_rs::EmbeddedFinder;

/// Zones of the open sea carry the names of nautical zones, `Etc/GMT±n`.
const NAUTICAL: &str = "Etc/";

/// The polygons of all time zones. They are searched where they lie in the binary: microseconds
/// more per lookup than unpacked ones, and no memory.
pub(crate) struct Zones(EmbeddedFinder);

impl Zones {
    pub(crate) fn load() -> Self {
        Self(EmbeddedFinder::new())
    }

    /// The IANA zone of a point on land or in territorial waters; `None` at sea.
    pub(crate) fn at(&self, at: Coordinates) -> Option<&str> {
        let zone = self.0.get_tz_name(at.longitude(), at.latitude());
        (!zone.is_empty() && !zone.starts_with(NAUTICAL)).then_some(zone)
    }
}

/// How far clocks in a zone were from UTC.
pub(crate) fn offset(zone: &str, moment: Moment) -> Option<Offset> {
    let zone = TimeZone::get(zone).ok()?;
    let offset = match moment {
        Moment::Instant(instant) => {
            zone.to_offset(Timestamp::from_microsecond(instant.micros()).ok()?)
        }
        Moment::Wall(wall) => zone
            .to_ambiguous_timestamp(civil(wall)?)
            .compatible()
            .ok()
            .map(|at| zone.to_offset(at))?,
    };
    Offset::from_seconds(offset.seconds())
}

fn civil(wall: WallClock) -> Option<civil::DateTime> {
    // What a clock at UTC would show at this moment.
    let moment = Timestamp::from_microsecond(wall.micros()).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(moment))
}

#[cfg(test)]
mod tests {
    use model::{CaptureTime, Instant};

    use super::*;

    #[track_caller]
    fn check(zone: &str, wall: &str, expected: Option<&str>) {
        let wall = CaptureTime::parse(wall).unwrap().wall;
        let offset = offset(zone, Moment::Wall(wall)).map(|offset| offset.to_string());
        assert_eq!(offset.as_deref(), expected, "{zone} {wall}");
    }

    #[test]
    fn the_day_decides_and_not_the_place_alone() {
        check("Europe/London", "2023-06-07T13:45:55", Some("+01:00"));
        check("Europe/London", "2023-12-07T13:45:55", Some("Z"));
        check("Australia/Sydney", "2020-09-19T20:55:57", Some("+10:00"));
        check("Australia/Sydney", "2020-10-19T20:55:57", Some("+11:00"));
        check("Asia/Kathmandu", "2020-01-01T00:00:00", Some("+05:45"));
        // Moscow was four hours ahead for some years.
        check("Europe/Moscow", "2012-01-01T00:00:00", Some("+04:00"));
        check("Europe/Moscow", "2016-01-01T00:00:00", Some("+03:00"));
    }

    #[test]
    fn an_hour_shown_twice_or_never() {
        check("Europe/Berlin", "2023-10-29T02:30:00", Some("+02:00"));
        check("Europe/Berlin", "2023-03-26T02:30:00", Some("+02:00"));
        check("Europe/Berlin", "2023-03-26T01:59:59", Some("+01:00"));
    }

    #[test]
    fn before_there_were_zones_nobody_knows() {
        check("Europe/Paris", "1880-01-01T12:00:00", None);
        check("Nowhere/Land", "2020-01-01T12:00:00", None);
        check("Europe/Paris", "0001-01-01T00:00:00", None);
    }

    #[test]
    fn a_moment_is_never_ambiguous() {
        let at = |text: &str| CaptureTime::parse(text).unwrap().instant().unwrap();
        let offset = |instant: Instant| {
            offset("Europe/Berlin", Moment::Instant(instant)).unwrap().to_string()
        };
        assert_eq!(offset(at("2023-10-29T00:30:00Z")), "+02:00");
        assert_eq!(offset(at("2023-10-29T01:30:00Z")), "+01:00");
    }
}
