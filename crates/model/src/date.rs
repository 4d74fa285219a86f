//! Days without a time (contract 1.4).

use std::fmt;

use crate::{CaptureTime, TimeError, WallClock};

/// A day of the calendar, year 1–9999. Kept as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The shape is not `YYYY-MM-DD`.
    #[error("not a date: expected YYYY-MM-DD, such as 1984-05-06")]
    Shape,
    /// Month 13, 30 February, year 0.
    #[error("no such day in the calendar")]
    Calendar,
}

impl Date {
    const MICROS: i64 = 24 * 60 * 60 * 1_000_000;

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_shaped {
            return Err(DateError::Shape);
        }
        let midnight = CaptureTime::parse(text).map_err(|err| match err {
            TimeError::Shape => DateError::Shape,
            _ => DateError::Calendar,
        })?;
        Ok(Self(midnight.wall.day()))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The day that is so many days after 1970-01-01; `None` outside year 1–9999.
    pub fn from_days(days: i64) -> Option<Self> {
        let midnight = WallClock::from_micros(days.checked_mul(Self::MICROS)?);
        (midnight.day() == days).then_some(Self(days))
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let midnight = WallClock::from_micros(self.0 * Self::MICROS).to_string();
        f.write_str(midnight.get(..10).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_written_in_one_way() {
        assert_eq!(Date::parse("1970-01-02").unwrap().days(), 1);
        assert_eq!(Date::parse("0001-01-01").unwrap().to_string(), "0001-01-01");
        assert_eq!(Date::parse("9999-12-31").unwrap().to_string(), "9999-12-31");
        for shape in ["", "1984-5-6", "1984-05-06T00:00:00", "19840506", "84-05-06xx", "-984-05-06"]
        {
            assert_eq!(Date::parse(shape), Err(DateError::Shape), "{shape}");
        }
        for day in ["1983-02-29", "1984-13-01", "1984-00-10", "0000-01-01", "1984-04-31"] {
            assert_eq!(Date::parse(day), Err(DateError::Calendar), "{day}");
        }
    }

    proptest! {
        #[test]
        fn a_date_survives_its_text_and_its_number(days in -719_162_i64..=2_932_896) {
            let date = Date::from_days(days).unwrap();
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
        }

        #[test]
        fn other_numbers_are_no_dates(days in prop_oneof![i64::MIN..-719_162, 2_932_897_i64..]) {
            prop_assert_eq!(Date::from_days(days), None);
        }
    }
}
