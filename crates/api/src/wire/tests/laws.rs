//! What holds for every request.

use proptest::prelude::*;
use serde_json::Value;

use super::sample::{BulkUpdate, Change, ListAssets, UploadForm};
use crate::wire::description::object;
use crate::wire::{ApiError, Input, Problems, Request, describe, read, read_form};

/// Refused or read, but never a panic, and never refused without a reason.
fn is_sound<I: Input>(outcome: Result<I, ApiError>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(ApiError::Invalid(problems)) => (1..=Problems::MOST).contains(&problems.len()),
        Err(_) => false,
    }
}

/// JSON whose keys are often the ones that are read.
fn body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        "asset_[2-9A-Za-z]{22}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+-]{0,20}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("updates".to_owned()),
        Just("id".to_owned()),
        Just("change".to_owned()),
        Just("latitude".to_owned()),
        Just("longitude".to_owned()),
        Just("description".to_owned()),
        Just("original_datetime".to_owned()),
        Just("rating".to_owned()),
        "\\PC{0,10}",
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused(query in "\\PC{0,200}") {
        prop_assert!(is_sound(read::<ListAssets>(&Request::default().with_query(&query))));
    }

    #[test]
    fn likely_queries_are_read_or_refused(
        pairs in prop::collection::vec(
            ("(limit|ids|ids\\[\\]|bbox|radius|include|order|local_datetime_after)", "\\PC{0,40}|[0-9,.e+-]{0,40}"),
            0..8,
        )
    ) {
        let query: Vec<_> = pairs.iter().map(|(name, text)| format!("{name}={text}")).collect();
        prop_assert!(is_sound(read::<ListAssets>(&Request::default().with_query(&query.join("&")))));
        prop_assert!(is_sound(read_form::<UploadForm>(pairs)));
    }

    #[test]
    fn any_body_is_read_or_refused(body in body()) {
        let request = Request::default().with_body(object(body));
        prop_assert!(is_sound(read::<Change>(&request)));
        prop_assert!(is_sound(read::<BulkUpdate>(&request)));
    }

    #[test]
    fn a_number_in_range_comes_back_as_sent(latitude in -90.0..=90.0f64, longitude in -180.0..=180.0f64) {
        let body = object(serde_json::json!({ "latitude": latitude, "longitude": longitude }));
        let change: Change = read(&Request::default().with_body(body)).unwrap();
        prop_assert_eq!(change.latitude, model::Patch::Set(latitude));
        prop_assert_eq!(change.longitude, model::Patch::Set(longitude));
    }
}

#[test]
fn describing_twice_says_the_same() {
    assert_eq!(describe::<BulkUpdate>(), describe::<BulkUpdate>());
}
