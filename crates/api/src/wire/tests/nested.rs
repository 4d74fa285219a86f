//! Bodies: three states, objects inside objects, everything wrong at once.

use model::{AssetId, CaptureTime, Patch};
use serde_json::{Value, json};

use super::sample::{BulkUpdate, Change, UpdateAsset, UploadForm};
use crate::wire::description::object;
use crate::wire::{ApiError, Input, Request, read, read_form};

fn body<I: Input>(body: Value) -> Result<I, Value> {
    outcome(read(&Request::default().with_body(object(body))))
}

/// The places and types of all problems.
fn outcome<I>(read: Result<I, ApiError>) -> Result<I, Value> {
    read.map_err(|error| match error {
        ApiError::Invalid(problems) => {
            problems.iter().map(|problem| json!([problem.loc, problem.kind])).collect()
        }
        other => panic!("{other:?}"),
    })
}

#[test]
fn left_out_null_and_value_are_three_things() {
    let change: Change =
        body(json!({ "description": "", "original_datetime": null, "unknown": 1 })).unwrap();
    assert!(matches!(&change.description, Patch::Set(caption) if caption.as_str().is_empty()));
    assert_eq!(change.original, Patch::Clear);
    assert_eq!(change.rating, Patch::Keep);
    assert_eq!((change.latitude, change.longitude), (Patch::Keep, Patch::Keep));
    let time = CaptureTime::parse("2024-05-06T07:08:09").unwrap();
    let change: Change = body(json!({ "original_datetime": "2024-05-06T07:08:09" })).unwrap();
    assert_eq!(change.original, Patch::Set(time));
}

#[test]
fn everything_wrong_is_told_at_once() {
    let problems = body::<Change>(json!({
        "description": 5, "latitude": true, "longitude": 181, "original_datetime": "x", "rating": 2.5,
    }));
    assert_eq!(
        problems.unwrap_err(),
        json!([
            [["body", "description"], "string_type"],
            [["body", "latitude"], "float_type"],
            [["body", "longitude"], "less_than_equal"],
            [["body", "original_datetime"], "datetime_parsing"],
            [["body", "rating"], "int_from_float"],
        ])
    );
}

#[test]
fn a_rule_between_fields_stands_at_their_object() {
    let half = body::<Change>(json!({ "latitude": 1 })).unwrap_err();
    assert_eq!(half, json!([[["body"], "value_error"]]));
    let id = AssetId::NONE.to_string();
    let half = body::<BulkUpdate>(json!({ "updates": [
        { "id": id, "change": {} },
        { "id": id, "change": { "latitude": 1, "longitude": null } },
    ] }));
    assert_eq!(half.unwrap_err(), json!([[["body", "updates", 1, "change"], "value_error"]]));
}

#[test]
fn problems_inside_lists_carry_their_index() {
    let id = AssetId::NONE.to_string();
    let problems = body::<BulkUpdate>(json!({ "updates": [
        { "id": id, "change": { "rating": 6 } },
        { "change": { "latitude": 91 } },
        { "id": "asset_x" },
        7,
        { "id": id, "change": [] },
    ] }));
    assert_eq!(
        problems.unwrap_err(),
        json!([
            [["body", "updates", 0, "change", "rating"], "less_than_equal"],
            [["body", "updates", 1, "id"], "missing"],
            [["body", "updates", 1, "change", "latitude"], "less_than_equal"],
            [["body", "updates", 2, "id"], "value_error"],
            [["body", "updates", 2, "change"], "missing"],
            [["body", "updates", 3], "model_attributes_type"],
            [["body", "updates", 4, "change"], "model_attributes_type"],
        ])
    );
}

#[test]
fn a_list_of_objects_has_a_size() {
    let item = json!({ "id": AssetId::NONE.to_string(), "change": {} });
    let sized = |count: usize| body::<BulkUpdate>(json!({ "updates": vec![item.clone(); count] }));
    assert_eq!(sized(200).unwrap().0.len(), 200);
    assert_eq!(sized(201).unwrap_err(), json!([[["body", "updates"], "too_long"]]));
    assert_eq!(sized(0).unwrap_err(), json!([[["body", "updates"], "too_short"]]));
    let other = |value: Value| body::<BulkUpdate>(json!({ "updates": value })).unwrap_err();
    assert_eq!(other(json!("x")), json!([[["body", "updates"], "list_type"]]));
    let read: BulkUpdate = body(json!({ "updates": [item] })).unwrap();
    assert_eq!((read.0[0].id, read.0[0].change.rating), (AssetId::NONE, Patch::Keep));
}

#[test]
fn a_malformed_id_in_the_path_is_the_id_of_nothing() {
    let ask = |text: &str| {
        let path = vec![("asset_id".to_owned(), text.to_owned())];
        read::<UpdateAsset>(&Request::default().with_path(path)).unwrap().id
    };
    assert_eq!(ask("nonsense"), AssetId::NONE);
    assert_eq!(ask("asset_BM3nUmJ6fkBqBADyz5FEiu").to_string(), "asset_BM3nUmJ6fkBqBADyz5FEiu");
}

#[test]
fn a_form_is_read_like_a_body() {
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let time = pair("file_created_at", "2024-05-06T07:08:09Z");
    let form = vec![pair("device_id", "phone"), time, pair("asset_data", "a.jpg")];
    let form: UploadForm = read_form(form).unwrap();
    assert_eq!((form.file_name.as_str(), form.device.as_str()), ("a.jpg", "phone"));
    assert_eq!(form.created.to_string(), "2024-05-06T07:08:09Z");
    let problems = outcome(read_form::<UploadForm>(vec![pair("file_created_at", "x")]));
    assert_eq!(
        problems.unwrap_err(),
        json!([
            [["body", "asset_data"], "missing"],
            [["body", "device_id"], "missing"],
            [["body", "file_created_at"], "datetime_parsing"],
        ])
    );
}
