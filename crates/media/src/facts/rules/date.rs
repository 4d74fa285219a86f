//! One date as EXIF, IPTC and XMP write it, and as their writers misunderstood it.

use model::{CaptureTime, Offset, WallClock};

/// Reads `2024:05:06 07:08:09`, with what cameras and programs make of it: `-`, `/` or `.` in the
/// date, `T` in the middle, no seconds, a fraction, an offset at the end, or no time at all
/// (midnight: the day is known). Blanks, zeros and what is not in the calendar are no date.
pub(super) fn parse(text: &str) -> Option<CaptureTime> {
    let mut rest = text.trim();
    let year = digits(&mut rest, 4)?;
    let month = after(&mut rest, [':', '-', '/', '.'])?;
    let day = after(&mut rest, [':', '-', '/', '.'])?;
    // Unknown parts of the time may be blanks between their colons.
    let time = rest.trim_matches([' ', ':']);
    let (time, micro, offset) =
        if time.is_empty() { ((0, 0, 0), 0, None) } else { time_of_day(rest)? };
    let date = (i16::try_from(year).ok()?, month, day);
    Some(CaptureTime { wall: WallClock::new(date, time, micro)?, offset })
}

type TimeOfDay = ((i8, i8, i8), i32, Option<Offset>);

fn time_of_day(text: &str) -> Option<TimeOfDay> {
    let mut rest = text.strip_prefix(['T', 't', ' '])?.trim_start();
    let hour = two_digits(&mut rest)?;
    let minute = after(&mut rest, [':'])?;
    let second = if rest.starts_with(':') { after(&mut rest, [':'])? } else { 0 };
    let mut micro = 0;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
        micro = micros(&fraction[..end]);
        rest = &fraction[end..];
    }
    Some(((hour, minute, second), micro, offset(rest)))
}

/// Reads a day and a time as IPTC writes them, `20240506` and `070809-0700`, or with the separators
/// that some writers add. Without a time it is midnight.
pub(super) fn parse_iptc(date: &str, time: Option<&str>) -> Option<CaptureTime> {
    let date = date.trim().replace([':', '-'], "");
    let mut rest = date.as_str();
    let year = i16::try_from(digits(&mut rest, 4)?).ok()?;
    let (month, day) = (two_digits(&mut rest)?, two_digits(&mut rest)?);
    let (clock, offset) = time.map_or(Some(((0, 0, 0), None)), iptc_time)?;
    Some(CaptureTime { wall: WallClock::new((year, month, day), clock, 0)?, offset })
}

fn iptc_time(text: &str) -> Option<((i8, i8, i8), Option<Offset>)> {
    let text = text.trim().replace(':', "");
    let mut rest = text.as_str();
    let mut two = || two_digits(&mut rest);
    let clock = (two()?, two()?, two()?);
    Some((clock, offset(rest)))
}

/// An offset as a tag of its own or at the end of a date. What is malformed or out of range is
/// unknown, and does not spoil the date.
pub(super) fn offset(text: &str) -> Option<Offset> {
    Offset::parse(text.trim()).ok()
}

/// A fraction of a second: its digits, cut to microseconds.
pub(super) fn micros(digits: &str) -> i32 {
    let digits = digits.trim();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return 0;
    }
    let cut = &digits[..digits.len().min(6)];
    format!("{cut:0<6}").parse().unwrap_or_default()
}

/// The same time with this fraction of a second, unless it has one already.
pub(super) fn with_micros(time: CaptureTime, micro: i32) -> CaptureTime {
    let held = time.wall.micros();
    if held.rem_euclid(1_000_000) != 0 {
        return time;
    }
    CaptureTime { wall: WallClock::from_micros(held + i64::from(micro)), ..time }
}

/// Takes `count` digits off the front.
fn digits(rest: &mut &str, count: usize) -> Option<i32> {
    let (number, behind) = rest.split_at_checked(count)?;
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    *rest = behind;
    number.parse().ok()
}

/// Takes a separator and two digits off the front.
fn after<const N: usize>(rest: &mut &str, separators: [char; N]) -> Option<i8> {
    *rest = rest.strip_prefix(separators)?;
    two_digits(rest)
}

fn two_digits(rest: &mut &str) -> Option<i8> {
    digits(rest, 2).and_then(|number| i8::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let time = parse(text).map(|time| time.to_string());
        assert_eq!(time.as_deref().unwrap_or("none"), expected, "{text:?}");
    }

    #[test]
    fn dates_come_in_several_spellings() {
        check("2024:05:06 07:08:09", "2024-05-06T07:08:09");
        check("2024-05-06 07:08:09", "2024-05-06T07:08:09");
        check("2024/05/06T07:08:09.25", "2024-05-06T07:08:09.250000");
        check("2024:05:06 07:08", "2024-05-06T07:08:00");
        check("2024:05:06 07:08:09+05:30", "2024-05-06T07:08:09+05:30");
        check("2024:05:06 07:08:09+99:00", "2024-05-06T07:08:09");
        check(" 2024:05:06 07:08:09 ", "2024-05-06T07:08:09");
        check("2024:05:06   :  :  ", "2024-05-06T00:00:00");
        check("1601:06:06 16:39:33", "1601-06-06T16:39:33");
    }

    #[test]
    fn what_is_not_in_the_calendar_is_no_date() {
        for text in [
            "",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "0000:05:06 07:08:09",
            "2024:13:06 07:08:09",
            "2023:02:29 07:08:09",
            "2024:05:06 24:00:00",
            "2024:05:06 07:61:09",
            "2024:05:06x",
            "2024",
            "yesterday",
            "２０２４:05:06 07:08:09",
        ] {
            check(text, "none");
        }
    }

    #[test]
    fn iptc_has_digits_only() {
        let check = |date, time, expected: &str| {
            assert_eq!(parse_iptc(date, time).unwrap().to_string(), expected);
        };
        check("20070419", Some("110315-0600"), "2007-04-19T11:03:15-06:00");
        check("20070419", Some("110315"), "2007-04-19T11:03:15");
        check("2007:04:19", Some("11:03:15-06:00"), "2007-04-19T11:03:15-06:00");
        check("2007-04-19", None, "2007-04-19T00:00:00");
        assert_eq!(parse_iptc("20070419", Some("noon")), None);
        assert_eq!(parse_iptc("20070000", None), None);
        assert_eq!(parse_iptc("00000000", Some("000000")), None);
    }

    #[test]
    fn fractions_are_digits() {
        assert_eq!(micros("5"), 500_000);
        assert_eq!(micros("092 "), 92_000);
        assert_eq!(micros("1234567"), 123_456);
        assert_eq!(micros("-1") + micros("") + micros("é1"), 0);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text: String, like in "[0-9]{4}[:-][0-9]{2}[:-][0-9]{2}.{0,20}") {
            for text in [&text, &like] {
                parse(text);
                parse_iptc(text, Some(text));
                offset(text);
                micros(text);
            }
        }

        #[test]
        fn every_wall_clock_comes_back(
            micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000,
        ) {
            let wall = WallClock::from_micros(micros);
            let text = wall.to_string().replace('-', ":").replace('T', " ");
            prop_assert_eq!(parse(&text), Some(CaptureTime { wall, offset: None }));
        }
    }
}
