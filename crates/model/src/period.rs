//! Assets counted by period of their capture time (contract 3.8). Days are days since 1970-01-01 on
//! the wall clock.

use crate::WallClock;
use crate::named::named;

named! {
/// How long a bucket is.
#[derive(Default)]
pub enum Period {
    /// From midnight to midnight.
    Day = "day",
    /// From Monday on.
    Week = "week",
    /// A month of the calendar.
    #[default]
    Month = "month",
    /// A year of the calendar.
    Year = "year",
}
}

impl Period {
    /// First day of the period that `day` lies in.
    pub fn first_day(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday.
            Self::Week => day - (day + 3).rem_euclid(7),
            Self::Month => {
                let (year, month) = WallClock::at_midnight(day).year_and_month();
                first_of_month(year, month)
            }
            Self::Year => first_of_month(WallClock::at_midnight(day).year_and_month().0, 1),
        }
    }

    /// First day after the period that `day` lies in.
    pub fn next_first_day(self, day: i64) -> i64 {
        let first = self.first_day(day);
        match self {
            Self::Day => first + 1,
            Self::Week => first + 7,
            // The longest period and a day reach into the next one, and never beyond it.
            Self::Month => self.first_day_from(first + 31),
            Self::Year => self.first_day_from(first + 366),
        }
    }

    /// As [`Self::first_day`]; behind the last year of the calendar the day itself.
    fn first_day_from(self, day: i64) -> i64 {
        if WallClock::at_midnight(day).day() == day { self.first_day(day) } else { day }
    }

    /// Whether a bucket begins at this time.
    pub fn begins_at(self, wall: WallClock) -> bool {
        wall == WallClock::at_midnight(self.first_day(wall.day()))
    }

    /// Most days of one bucket.
    pub const fn most_days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 31,
            Self::Year => 366,
        }
    }
}

fn first_of_month(year: i16, month: i8) -> i64 {
    WallClock::new((year, month, 1), (0, 0, 0), 0).map_or(0, WallClock::day)
}

/// The assets of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodCount {
    /// When the period begins.
    pub start: WallClock,
    /// How many assets it has; never 0.
    pub count: i64,
}

/// Counts in the making, from the counts of days that come in order.
#[derive(Debug, Default)]
pub struct PeriodCounts {
    period: Period,
    found: Vec<PeriodCount>,
}

impl PeriodCounts {
    /// None yet.
    pub const fn by(period: Period) -> Self {
        Self { period, found: Vec::new() }
    }

    /// Adds the assets of a day, if it has any.
    pub fn add(&mut self, day: i64, count: i64) {
        if count <= 0 {
            return;
        }
        let start = WallClock::at_midnight(self.period.first_day(day));
        match self.found.last_mut() {
            Some(last) if last.start == start => last.count += count,
            _ => self.found.push(PeriodCount { start, count }),
        }
    }

    /// How many there are; all but the last are complete.
    pub const fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The buckets, in the order of the days.
    pub fn into_vec(self) -> Vec<PeriodCount> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CaptureTime, Named as _};
    use proptest::prelude::*;

    fn day(date: &str) -> i64 {
        CaptureTime::parse(date).unwrap().wall.day()
    }

    #[test]
    fn periods_begin_where_the_calendar_says() {
        for (period, of, first, next) in [
            (Period::Day, "2024-02-29", "2024-02-29", "2024-03-01"),
            (Period::Week, "2024-03-03", "2024-02-26", "2024-03-04"),
            (Period::Week, "1969-12-31", "1969-12-29", "1970-01-05"),
            (Period::Month, "2024-02-29", "2024-02-01", "2024-03-01"),
            (Period::Month, "2023-12-31", "2023-12-01", "2024-01-01"),
            (Period::Year, "2024-12-31", "2024-01-01", "2025-01-01"),
            (Period::Year, "2023-06-15", "2023-01-01", "2024-01-01"),
            (Period::Week, "0001-01-01", "0001-01-01", "0001-01-08"),
        ] {
            assert_eq!(period.first_day(day(of)), day(first), "{period:?} of {of}");
            assert_eq!(period.next_first_day(day(of)), day(next), "{period:?} after {of}");
        }
    }

    #[test]
    fn the_last_period_of_the_calendar_ends_behind_it() {
        let last = day("9999-12-31");
        for &period in Period::ALL {
            assert!(period.next_first_day(last) > last, "{period:?}");
        }
    }

    #[test]
    fn a_bucket_begins_at_midnight_of_its_first_day() {
        let wall = |text| CaptureTime::parse(text).unwrap().wall;
        assert!(Period::Month.begins_at(wall("2024-05-01")));
        assert!(!Period::Month.begins_at(wall("2024-05-02")));
        assert!(!Period::Month.begins_at(wall("2024-05-01T00:00:00.000001")));
        assert!(
            Period::Week.begins_at(wall("2024-05-06")) && Period::Day.begins_at(wall("2024-05-07"))
        );
        assert!(
            Period::Year.begins_at(wall("2024-01-01"))
                && !Period::Year.begins_at(wall("2024-05-01"))
        );
    }

    proptest! {
        #[test]
        fn periods_cover_all_days_without_gap(day in -719_162i64..2_932_530) {
            for &period in Period::ALL {
                let (first, next) = (period.first_day(day), period.next_first_day(day));
                prop_assert!(first <= day && day < next && next - first <= period.most_days());
                prop_assert_eq!(period.first_day(next), next);
                prop_assert_eq!(period.first_day(first), first);
                prop_assert_eq!(period.next_first_day(next - 1), next);
            }
        }
    }
}
