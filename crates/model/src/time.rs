//! Moments on the server's clock, and capture times on the photographer's (contract 1.4, 2.2).

use std::fmt;

use jiff::civil;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// Seconds in a minute of an offset.
const MINUTE: i32 = 60;

/// A point in time: microseconds since 1970 UTC, as the server's clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A distance from UTC in whole minutes, −23:59 … +23:59, east positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(i32);

/// A wall clock: year 1–9999, microsecond resolution, of no particular place.
///
/// Kept as microseconds since 1970-01-01T00:00:00 on that same clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallClock(i64);

/// When a picture was taken: what the clock on the wall showed, and how far that clock was from
/// UTC if anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaptureTime {
    /// What the clock showed.
    pub wall: WallClock,
    /// `None`: nobody knows. Zero is knowledge and different from `None`.
    pub offset: Option<Offset>,
}

/// Why a text is no date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The shape is not that of ISO 8601.
    #[error("not a date and time: expected ISO 8601, such as 2024-05-06T07:08:09-07:00")]
    Shape,
    /// Month 13, 30 February, 24:00, second 60.
    #[error("no such date or time of day")]
    Calendar,
    /// Year 0, or beyond 9999.
    #[error("the year must lie between 1 and 9999")]
    Year,
    /// Beyond ±23:59, or with seconds.
    #[error("the UTC offset must lie between -23:59 and +23:59")]
    Offset,
}

impl Instant {
    /// Microseconds since 1970 UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The moment `seconds` later (or earlier, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// The same moment as a capture time at offset zero.
    pub fn as_capture_time(self) -> CaptureTime {
        self.at_offset(Offset::UTC)
    }

    /// The same moment on a clock that is so far from UTC.
    pub fn at_offset(self, offset: Offset) -> CaptureTime {
        let ahead = i64::from(offset.seconds()) * MICROS_PER_SECOND;
        let wall = WallClock::from_micros(self.0.saturating_add(ahead));
        CaptureTime { wall, offset: Some(offset) }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_capture_time().fmt(f)
    }
}

impl Offset {
    /// No distance from UTC.
    pub const UTC: Self = Self(0);
    const LIMIT: i32 = 24 * 60 * MINUTE;

    /// An offset of whole minutes within ±23:59, given in seconds.
    pub const fn from_seconds(seconds: i32) -> Option<Self> {
        if seconds % MINUTE == 0 && seconds > -Self::LIMIT && seconds < Self::LIMIT {
            Some(Self(seconds))
        } else {
            None
        }
    }

    /// Seconds east of UTC.
    pub const fn seconds(self) -> i32 {
        self.0
    }

    /// Reads `Z`, `+HH:MM`, `-HH:MM`, `+HHMM` or `+HH`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        if matches!(text, "Z" | "z") {
            return Ok(Self::UTC);
        }
        let (sign, rest) = match text.as_bytes().first() {
            Some(b'+') => (1, &text[1..]),
            Some(b'-') => (-1, &text[1..]),
            _ => return Err(TimeError::Shape),
        };
        let (hours, minutes) = match (rest.len(), rest.as_bytes().get(2)) {
            (5, Some(b':')) => (number(rest, 0, 2)?, number(rest, 3, 5)?),
            (4, _) => (number(rest, 0, 2)?, number(rest, 2, 4)?),
            (2, _) => (number(rest, 0, 2)?, 0),
            _ => return Err(TimeError::Shape),
        };
        if minutes > 59 {
            return Err(TimeError::Offset);
        }
        Self::from_seconds(sign * (hours * 60 + minutes) * MINUTE).ok_or(TimeError::Offset)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("Z");
        }
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.abs() / MINUTE;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl WallClock {
    /// Microseconds of a day.
    pub const DAY: i64 = 24 * 60 * 60 * MICROS_PER_SECOND;

    /// Microseconds since 1970-01-01T00:00:00 on this clock. Outside year 1–9999 the nearest end.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::from_civil(FIRST).0, Self::from_civil(LAST).0))
    }

    /// Microseconds since 1970-01-01T00:00:00 on this clock.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The clock showing this date and time; `None` outside the calendar or year 1–9999.
    ///
    /// `month` and `day` count from 1, `micro` is the part of the second.
    pub fn new(
        (year, month, day): (i16, i8, i8),
        (hour, minute, second): (i8, i8, i8),
        micro: i32,
    ) -> Option<Self> {
        let nanosecond = micro.checked_mul(1000)?;
        let civil =
            civil::DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?;
        (civil.year() >= 1).then(|| Self::from_civil(civil))
    }

    /// Midnight of this day since 1970-01-01. Outside year 1–9999 the nearest end.
    pub fn at_midnight(day: i64) -> Self {
        Self::from_micros(day.saturating_mul(Self::DAY))
    }

    /// Days since 1970-01-01.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(Self::DAY)
    }

    /// Year, and month from 1.
    pub(crate) fn year_and_month(self) -> (i16, i8) {
        let civil = self.to_civil();
        (civil.year(), civil.month())
    }

    /// Months since January 1970.
    pub fn month(self) -> i64 {
        let civil = self.to_civil();
        (i64::from(civil.year()) - 1970) * 12 + i64::from(civil.month()) - 1
    }

    fn from_civil(civil: civil::DateTime) -> Self {
        let days = civil.date().duration_since(EPOCH).as_secs() / (24 * 60 * 60);
        let time = civil.time();
        let seconds = (days * 24 + i64::from(time.hour())) * 60 + i64::from(time.minute());
        let seconds = seconds * 60 + i64::from(time.second());
        Self(seconds * MICROS_PER_SECOND + i64::from(time.subsec_nanosecond()) / 1000)
    }

    fn to_civil(self) -> civil::DateTime {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        EPOCH
            .to_datetime(civil::Time::midnight())
            .checked_add(
                jiff::SignedDuration::new(seconds, 0) + jiff::SignedDuration::from_micros(micros),
            )
            .unwrap_or(FIRST)
    }
}

const FIRST: civil::DateTime = civil::DateTime::constant(1, 1, 1, 0, 0, 0, 0);
const LAST: civil::DateTime = civil::DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_000);
const EPOCH: civil::Date = civil::Date::constant(1970, 1, 1);

/// `YYYY-MM-DDTHH:MM:SS`, and six fraction digits when the fraction is not zero.
///
/// Written digit by digit: a page of assets prints thousands of these.
impl fmt::Display for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.to_civil();
        let micro = civil.subsec_nanosecond() / 1000;
        let mut text = *b"0000-00-00T00:00:00.000000";
        digits(&mut text[..4], i32::from(civil.year()));
        digits(&mut text[5..7], civil.month().into());
        digits(&mut text[8..10], civil.day().into());
        digits(&mut text[11..13], civil.hour().into());
        digits(&mut text[14..16], civil.minute().into());
        digits(&mut text[17..19], civil.second().into());
        digits(&mut text[20..], micro);
        let shown = if micro == 0 { &text[..19] } else { &text[..] };
        f.write_str(std::str::from_utf8(shown).unwrap_or_default())
    }
}

/// Writes a number that is not negative into these places, leading zeros included.
fn digits(places: &mut [u8], mut number: i32) {
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

impl CaptureTime {
    /// Reads ISO 8601 with or without offset, `T` or a blank between date and time, any number of
    /// fraction digits (cut to microseconds), a bare date (midnight, no offset), or a Unix number
    /// of seconds (UTC).
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        if let Some(unix) = unix_seconds(text) {
            return unix;
        }
        if !text.is_ascii() || text.len() < 10 {
            return Err(TimeError::Shape);
        }
        let (date, rest) = text.split_at(10);
        if date.as_bytes()[4] != b'-' || date.as_bytes()[7] != b'-' {
            return Err(TimeError::Shape);
        }
        let year = number(date, 0, 4)?;
        let (month, day) = (number(date, 5, 7)?, number(date, 8, 10)?);
        let ((hour, minute, second), micro, offset) =
            if rest.is_empty() { ((0, 0, 0), 0, None) } else { time_of_day(rest)? };
        if year == 0 {
            return Err(TimeError::Year);
        }
        let small = |value: i32| i8::try_from(value).map_err(|_| TimeError::Calendar);
        let wall = WallClock::new(
            (i16::try_from(year).map_err(|_| TimeError::Year)?, small(month)?, small(day)?),
            (small(hour)?, small(minute)?, small(second)?),
            micro,
        )
        .ok_or(TimeError::Calendar)?;
        Ok(Self { wall, offset })
    }

    /// Reads a number of seconds since 1970 UTC.
    pub fn from_unix(seconds: f64) -> Result<Self, TimeError> {
        let micros = seconds * 1e6;
        #[expect(clippy::cast_possible_truncation, reason = "what saturates is refused below")]
        let whole = micros as i64;
        let wall = WallClock::from_micros(whole);
        // The clamp moves what lies outside the years 1–9999, and NaN.
        if wall.micros() != whole || !micros.is_finite() {
            return Err(TimeError::Year);
        }
        Ok(Self { wall, offset: Some(Offset::UTC) })
    }

    /// The moment, when the offset is known.
    pub fn instant(&self) -> Option<Instant> {
        let offset = i64::from(self.offset?.seconds());
        Some(Instant(self.wall.0 - offset * MICROS_PER_SECOND))
    }
}

/// The wall clock, then `Z`, `±HH:MM`, or nothing when the offset is unknown.
impl fmt::Display for CaptureTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wall.fmt(f)?;
        self.offset.map_or(Ok(()), |offset| offset.fmt(f))
    }
}

type TimeOfDay = ((i32, i32, i32), i32, Option<Offset>);

fn time_of_day(rest: &str) -> Result<TimeOfDay, TimeError> {
    let bytes = rest.as_bytes();
    if !matches!(bytes[0], b'T' | b't' | b' ') || bytes.get(3) != Some(&b':') {
        return Err(TimeError::Shape);
    }
    let (hour, minute) = (number(rest, 1, 3)?, number(rest, 4, 6)?);
    let (second, mut rest) = match bytes.get(6) {
        Some(b':') => (number(rest, 7, 9)?, &rest[9..]),
        _ => (0, &rest[6..]),
    };
    let mut micro = 0;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(TimeError::Shape);
        }
        micro = number(&format!("{:0<6}", &fraction[..digits]), 0, 6)?;
        rest = &fraction[digits..];
    }
    let offset = if rest.is_empty() { None } else { Some(Offset::parse(rest)?) };
    Ok(((hour, minute, second), micro, offset))
}

fn unix_seconds(text: &str) -> Option<Result<CaptureTime, TimeError>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !numeric || !digits.bytes().next()?.is_ascii_digit() {
        return None;
    }
    Some(text.parse().map_err(|_| TimeError::Shape).and_then(CaptureTime::from_unix))
}

/// The decimal number in `text[from..to]`, which must be digits only.
fn number(text: &str, from: usize, to: usize) -> Result<i32, TimeError> {
    let digits = text.get(from..to).ok_or(TimeError::Shape)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeError::Shape);
    }
    digits.parse().map_err(|_| TimeError::Shape)
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
