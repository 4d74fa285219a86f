use super::*;
use crate::Patch;
use proptest::prelude::*;

#[expect(clippy::unnecessary_wraps, reason = "every use wants the option")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[track_caller]
fn check_label(names: [Option<&str>; 5], label: Option<&str>) {
    let [place_name, sublocation, city, state, country] = names.map(|name| name.map(str::to_owned));
    let names = PlaceNames { place_name, sublocation, city, state, country, country_code: None };
    assert_eq!(names.display_label().as_deref(), label);
}

#[test]
fn the_label_goes_from_small_to_wide() {
    let (bridge, city) = (Some("Golden Gate Bridge"), Some("San Francisco"));
    let (state, country) = (Some("California"), Some("United States"));
    let whole = "Golden Gate Bridge, San Francisco, California";
    check_label([bridge, None, city, state, country], Some(whole));
    check_label(
        [None, Some("Marina"), city, None, country],
        Some("Marina, San Francisco, United States"),
    );
    check_label([None, None, city, state, country], Some("San Francisco, California"));
    check_label([None, None, city, None, country], Some("San Francisco, United States"));
    check_label([None, None, None, None, country], Some("United States"));
    check_label([None, None, Some("Wien"), Some("Wien"), None], Some("Wien"));
    check_label([None, None, Some("Monaco"), None, Some("Monaco")], Some("Monaco"));
    check_label([bridge, None, None, None, country], Some("Golden Gate Bridge, United States"));
    check_label([None, None, None, None, None], None);
}

#[test]
fn names_of_the_old_place_vanish_with_it() {
    let file = FileLayer {
        coordinates: Coordinates::new(37.8, -122.4).ok(),
        altitude: Some(12.0),
        place: EmbeddedPlace { city: text("San Francisco"), ..EmbeddedPlace::default() },
        ..FileLayer::default()
    };
    let here = DerivedPlace {
        at: file.coordinates.unwrap(),
        names: PlaceNames { state: text("California"), city: text("SF"), ..PlaceNames::default() },
        timezone: text("America/Los_Angeles"),
    };
    let shown = effective(&UserLayer::default(), &file, Some(&here), fallback());
    assert_eq!(shown.place.city, text("San Francisco"), "the file's word wins");
    assert_eq!((shown.place.state, shown.timezone), (text("California"), here.timezone.clone()));
    assert_eq!(shown.altitude, Some(12.0));

    let moved = UserLayer { coordinates: Coordinates::new(1.0, 2.0).ok(), ..UserLayer::default() };
    let shown = effective(&moved, &file, Some(&here), fallback());
    assert_eq!(shown.place, PlaceNames::default());
    assert_eq!((shown.timezone, shown.altitude), (None, None));
}

#[test]
fn embedded_names_show_when_there_is_no_place_at_all() {
    let place = EmbeddedPlace { country: text("Peru"), ..EmbeddedPlace::default() };
    let file = FileLayer { place, ..FileLayer::default() };
    assert_eq!(
        effective(&UserLayer::default(), &file, None, fallback()).place.country,
        text("Peru")
    );
}

#[test]
fn the_capture_time_falls_through_the_chain() {
    let time = |text| CaptureTime::parse(text).ok();
    let mut user = UserLayer { original: time("2001-01-01"), ..UserLayer::default() };
    let mut file = FileLayer { original: time("2002-01-01"), ..FileLayer::default() };
    let mut end =
        Fallback { file_created_at: time("2003-01-01"), created_at: Instant::from_micros(0) };
    let mut expect = |printed: &str, source| {
        let shown = effective(&user, &file, None, end);
        assert_eq!((shown.capture.to_string().as_str(), shown.capture_source), (printed, source));
        match source {
            CaptureSource::User => user.original = None,
            CaptureSource::File => file.original = None,
            CaptureSource::Upload | CaptureSource::Record => end.file_created_at = None,
        }
    };
    expect("2001-01-01T00:00:00", CaptureSource::User);
    expect("2002-01-01T00:00:00", CaptureSource::File);
    expect("2003-01-01T00:00:00", CaptureSource::Upload);
    expect("1970-01-01T00:00:00Z", CaptureSource::Record);
}

fn fallback() -> Fallback {
    Fallback { file_created_at: None, created_at: Instant::from_micros(0) }
}

fn any_coordinates() -> impl Strategy<Value = Coordinates> {
    (-3i32..3, -3i32..3).prop_map(|(lat, lon)| Coordinates::new(lat.into(), lon.into()).unwrap())
}

fn any_time() -> impl Strategy<Value = CaptureTime> {
    (0i64..5, proptest::option::of(-2i32..2)).prop_map(|(day, hours)| CaptureTime {
        wall: crate::WallClock::from_micros(day * 86_400_000_000),
        offset: hours.and_then(|hours| crate::Offset::from_seconds(hours * 3600)),
    })
}

fn any_caption() -> impl Strategy<Value = Caption> {
    "[ab]{0,2}".prop_map(|text| Caption::new(text).unwrap())
}

fn any_rating() -> impl Strategy<Value = Rating> {
    (0i64..=5).prop_map(|stars| Rating::new(stars).unwrap())
}

fn patch_of<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Patch<T>> {
    prop_oneof![Just(Patch::Keep), Just(Patch::Clear), value.prop_map(Patch::Set)]
}

prop_compose! {
    fn any_patch()(
        description in patch_of(any_caption()),
        coordinates in patch_of(any_coordinates()),
        original in patch_of(any_time()),
        rating in patch_of(any_rating()),
    ) -> MetadataPatch {
        MetadataPatch { description, coordinates, original, rating }
    }
}

prop_compose! {
    fn any_file()(
        description in proptest::option::of("[xy]{1,2}"),
        coordinates in proptest::option::of(any_coordinates()),
        altitude in proptest::option::of(0.0..9000.0),
        original in proptest::option::of(any_time()),
        rating in proptest::option::of(-2i64..9),
        city in proptest::option::of("[A-C]"),
    ) -> FileLayer {
        let place = EmbeddedPlace { city, ..EmbeddedPlace::default() };
        FileLayer { description, coordinates, altitude, original, rating, place }
    }
}

fn clear_everything() -> MetadataPatch {
    MetadataPatch {
        description: Patch::Clear,
        coordinates: Patch::Clear,
        original: Patch::Clear,
        rating: Patch::Clear,
    }
}

proptest! {
    /// Whatever people did: after clearing, the file shows through as if nothing had happened.
    #[test]
    fn clearing_restores_the_file(file in any_file(), patches in proptest::collection::vec(any_patch(), 0..6)) {
        let edited = patches.iter().fold(UserLayer::default(), |user, patch| user.patched(patch));
        let cleared = edited.patched(&clear_everything());
        prop_assert_eq!(
            effective(&cleared, &file, None, fallback()),
            effective(&UserLayer::default(), &file, None, fallback())
        );
    }

    /// The same patch twice is the same as once.
    #[test]
    fn a_patch_is_idempotent(first in any_patch(), patch in any_patch()) {
        let once = UserLayer::default().patched(&first).patched(&patch);
        prop_assert_eq!(once.patched(&patch), once);
    }

    /// Patches of different fields commute.
    #[test]
    fn fields_do_not_disturb_each_other(start in any_patch(), caption in patch_of(any_caption()), place in patch_of(any_coordinates())) {
        let user = UserLayer::default().patched(&start);
        let caption = MetadataPatch { description: caption, ..MetadataPatch::default() };
        let place = MetadataPatch { coordinates: place, ..MetadataPatch::default() };
        prop_assert_eq!(user.patched(&caption).patched(&place), user.patched(&place).patched(&caption));
    }

    /// What was set is what is shown, whatever the file says.
    #[test]
    fn people_win(file in any_file(), caption in any_caption(), place in any_coordinates(), time in any_time(), rating in any_rating()) {
        let patch = MetadataPatch {
            description: Patch::Set(caption.clone()),
            coordinates: Patch::Set(place),
            original: Patch::Set(time),
            rating: Patch::Set(rating),
        };
        let shown = effective(&UserLayer::default().patched(&patch), &file, None, fallback());
        prop_assert_eq!(shown.description.as_deref(), Some(caption.as_str()));
        prop_assert_eq!(shown.coordinates, Some(place));
        prop_assert_eq!(shown.capture, time);
        prop_assert_eq!(shown.rating, Some(rating));
        prop_assert_eq!(shown.altitude, None);
    }

    /// Names derived for one place are never shown for another.
    #[test]
    fn no_name_belongs_to_another_place(file in any_file(), patch in any_patch(), at in any_coordinates()) {
        let names = PlaceNames { state: Some("derived".into()), ..PlaceNames::default() };
        let derived = DerivedPlace { at, names, timezone: None };
        let shown = effective(&UserLayer::default().patched(&patch), &file, Some(&derived), fallback());
        prop_assert_eq!(shown.place.state.is_some(), shown.coordinates == Some(at));
        if shown.coordinates != file.coordinates {
            prop_assert_eq!(shown.place.city, None);
        }
    }
}

#[test]
fn a_sidecar_lies_above_the_file() {
    let at = |latitude| Coordinates::new(latitude, 5.0).ok();
    let time = |text: &str| CaptureTime::parse(text).ok();
    let city =
        |city: &str| EmbeddedPlace { city: Some(city.to_owned()), ..EmbeddedPlace::default() };
    let file = FileLayer {
        description: Some("inside".to_owned()),
        coordinates: at(1.0),
        altitude: Some(7.0),
        original: time("2024-05-06T07:08:09.5+02:00"),
        rating: Some(3),
        place: city("Bern"),
    };
    assert_eq!(file.beneath(&FileLayer::default()), file);
    assert_eq!(FileLayer::default().beneath(&file), file);
    let names = FileLayer { place: city("Thun"), ..FileLayer::default() };
    assert_eq!(file.beneath(&names), FileLayer { place: city("Thun"), ..file.clone() });
    let moved = FileLayer { coordinates: at(2.0), ..FileLayer::default() };
    let expected = FileLayer {
        coordinates: at(2.0),
        altitude: None,
        place: EmbeddedPlace::default(),
        ..file.clone()
    };
    assert_eq!(file.beneath(&moved), expected, "height and names are of the other place");
    let original = |text| {
        let sidecar = FileLayer { original: time(text), ..FileLayer::default() };
        file.beneath(&sidecar).original
    };
    assert_eq!(original("2024-05-06T07:08:09"), file.original, "an offset is not taken away");
    assert_eq!(original("2024-05-06T08:08:09"), time("2024-05-06T08:08:09"));
    assert_eq!(original("2024-05-06T07:08:09Z"), time("2024-05-06T07:08:09Z"));
}
