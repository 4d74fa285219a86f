use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, printed: &str) {
    assert_eq!(CaptureTime::parse(text).map(|time| time.to_string()), Ok(printed.to_owned()));
}

#[test]
fn the_contract_table_is_read_and_printed() {
    check("2024-05-06T07:08:09-07:00", "2024-05-06T07:08:09-07:00");
    check("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z");
    check("2024-05-06T07:08:09+00:00", "2024-05-06T07:08:09Z");
    check("2024-05-06T07:08:09", "2024-05-06T07:08:09");
    check("2024-05-06T07:08:09.123456789+05:45", "2024-05-06T07:08:09.123456+05:45");
    check("2024-05-06", "2024-05-06T00:00:00");
    check("2024-05-06 07:08", "2024-05-06T07:08:00");
    check("2024-05-06T07:08:09.5", "2024-05-06T07:08:09.500000");
    check("0001-01-01T00:00:00", "0001-01-01T00:00:00");
    check("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999");
    check("1715000000", "2024-05-06T12:53:20Z");
    check("1715000000.25", "2024-05-06T12:53:20.250000Z");
    check("-1", "1969-12-31T23:59:59Z");
    check("0", "1970-01-01T00:00:00Z");
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "yesterday",
        "",
        " ",
        "true",
        "2024-13-01",
        "2024-02-30",
        "2024-05-06T24:00:00",
        "2024-05-06T23:59:60",
        "0000-01-01",
        "10000-01-01",
        "2024-05-06T07:08:09+24:00",
        "2024-05-06T07:08:09+00:60",
        "2024-05-06T07:08:09+05:45:30",
        "2024-05-06T",
        "2024-5-6",
        "2024-05-06T07:08:09.",
        "2024-05-06Z",
        "2024-05-06T07",
        "+2024-05-06",
        "99999999999999",
        "253402300800",
        "2024-05-06T07:08:09 -07:00x",
        "٢٠٢٤-٠٥-٠٦",
        "1e9",
        "nan",
        ".5",
    ] {
        assert!(CaptureTime::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn days_and_months_count_from_1970() {
    let wall = |text: &str| CaptureTime::parse(text).unwrap().wall;
    assert_eq!((wall("1970-01-01").day(), wall("1970-01-31").month()), (0, 0));
    assert_eq!((wall("1969-12-31T23:59:59").day(), wall("1969-12-31").month()), (-1, -1));
    assert_eq!((wall("2024-03-01").day(), wall("2024-03-01").month()), (19783, 650));
}

#[test]
fn an_instant_needs_an_offset() {
    let time = CaptureTime::parse("2024-05-06T23:30:00-07:00").unwrap();
    assert_eq!(time.instant().unwrap().to_string(), "2024-05-07T06:30:00Z");
    assert_eq!(CaptureTime::parse("2024-05-06T23:30:00").unwrap().instant(), None);
}

prop_compose! {
    fn any_time()(
        micros in WallClock::from_civil(FIRST).0..=WallClock::from_civil(LAST).0,
        minutes in proptest::option::of(-1439i32..=1439),
    ) -> CaptureTime {
        let offset = minutes.and_then(|minutes| Offset::from_seconds(minutes * 60));
        CaptureTime { wall: WallClock::from_micros(micros), offset }
    }
}

proptest! {
    #[test]
    fn parse_undoes_display(time in any_time()) {
        prop_assert_eq!(CaptureTime::parse(&time.to_string()), Ok(time));
    }

    #[test]
    fn parse_never_panics(text in "\\PC{0,40}") {
        let _ = CaptureTime::parse(&text);
    }

    #[test]
    fn near_dates_never_panic(text in "[0-9]{1,5}-[0-9]{1,3}-[0-9]{1,3}[T ]?[0-9:.,]{0,20}[Z+-]?[0-9:]{0,6}") {
        let _ = CaptureTime::parse(&text);
    }
}
