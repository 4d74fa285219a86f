use super::*;

const LONDON: (f64, f64) = (51.5007, -0.1246);

fn offset(text: &str) -> Offset {
    Offset::parse(text).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "every use wants the option")]
fn said(text: &str, tag: &'static str) -> Option<Sourced<Offset>> {
    Some(Sourced { value: offset(text), tag })
}

fn instant(text: &str) -> Instant {
    CaptureTime::parse(text).unwrap().instant().unwrap()
}

fn facts(original: &str, clock: ClockClues) -> FileFacts {
    let value = CaptureTime::parse(original).unwrap();
    let coordinates = Coordinates::new(LONDON.0, LONDON.1).unwrap();
    FileFacts {
        original: Some(Sourced { value, tag: "date" }),
        coordinates: Some(Sourced { value: coordinates, tag: "place" }),
        clock,
        ..FileFacts::default()
    }
}

/// Settles with a place whose zone is seven hours ahead.
#[track_caller]
fn check(facts: FileFacts, expected: &str, tag: Option<&str>) {
    let settled = facts.settled(|_, _| Some(offset("+07:00")));
    assert_eq!(settled.original.as_ref().unwrap().value.to_string(), expected);
    assert_eq!(settled.offset_tag, tag);
    let again = settled.clone().settled(|_, _| Some(offset("+07:00")));
    assert_eq!(again, settled);
}

#[test]
fn clues_count_in_their_order() {
    let mut clock = ClockClues {
        own: said("+01:00", "own"),
        digitized: said("+02:00", "digitized"),
        maker_note: said("+03:00", "maker"),
        satellites: Some(instant("2024-05-06T03:08:00Z")),
        modified: said("+05:00", "modified"),
        universal: None,
    };
    let mut next = |expected: &str, tag, forget: fn(&mut ClockClues)| {
        check(facts("2024-05-06T07:08:09", clock.clone()), expected, Some(tag));
        forget(&mut clock);
    };
    next("2024-05-06T07:08:09+01:00", "own", |clock| clock.own = None);
    next("2024-05-06T07:08:09+02:00", "digitized", |clock| clock.digitized = None);
    next("2024-05-06T07:08:09+03:00", "maker", |clock| clock.maker_note = None);
    next("2024-05-06T07:08:09+04:00", "Exif:GPSTimeStamp", |clock| clock.satellites = None);
    next("2024-05-06T07:08:09+07:00", ZONE_OF_PLACE, |_| {});
    let nowhere = FileFacts { coordinates: None, ..facts("2024-05-06T07:08:09", clock) };
    check(nowhere, "2024-05-06T07:08:09+05:00", Some("modified"));
}

#[test]
fn without_clues_nobody_knows() {
    let nowhere =
        FileFacts { coordinates: None, ..facts("2024-05-06T07:08:09", ClockClues::default()) };
    check(nowhere, "2024-05-06T07:08:09", None);
    let nothing = FileFacts::default();
    assert_eq!(nothing.clone().settled(|_, _| None), nothing);
}

#[test]
fn a_known_moment_is_shown_where_it_was() {
    let clock =
        ClockClues { universal: Some(instant("2024-05-06T20:08:09Z")), ..ClockClues::default() };
    let film = facts("2024-05-06T20:08:09Z", clock);
    check(film.clone(), "2024-05-07T03:08:09+07:00", Some(ZONE_OF_PLACE));
    check(FileFacts { coordinates: None, ..film }, "2024-05-06T20:08:09Z", Some("date"));
}

#[test]
fn satellites_are_believed_when_they_are_an_offset_away() {
    let between = |wall: &str, satellites: &str| {
        let wall = CaptureTime::parse(wall).unwrap().wall;
        distance(wall, instant(satellites)).map(|offset| offset.to_string())
    };
    let check = |wall, satellites, expected: Option<&str>| {
        assert_eq!(between(wall, satellites).as_deref(), expected, "{wall} {satellites}");
    };
    check("2023-06-07T13:45:55", "2023-06-07T12:45:55Z", Some("+01:00"));
    check("2018-05-30T21:25:39", "2018-05-30T19:25:24Z", Some("+02:00"));
    check("2019-03-21T11:04:22", "2019-03-21T16:04:21Z", Some("-05:00"));
    check("2024-01-01T00:10:00", "2023-12-31T18:25:10Z", Some("+05:45"));
    check("2024-01-01T00:10:00", "2024-01-01T00:10:00Z", Some("Z"));
    // An old fix, a quarter that nobody uses, another day.
    check("2024-01-01T12:10:00", "2024-01-01T10:01:00Z", None);
    check("2024-01-01T12:00:00", "2024-01-01T10:45:00Z", None);
    check("2024-01-03T12:00:00", "2024-01-01T12:00:00Z", None);
}
