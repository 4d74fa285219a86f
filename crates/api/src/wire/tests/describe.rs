//! What an input says about itself.

use serde_json::{Value, json};

use super::sample::{BulkUpdate, ListAssets, UpdateAsset};
use crate::wire::description::object;
use crate::wire::{Description, Input, Place, Presence, Reader, Request, describe, read};

/// A line per value: place, name, presence, schema.
fn lines(description: &Description) -> Vec<String> {
    let line = |value: &crate::wire::Described| {
        let schema = Value::Object(value.schema.clone());
        format!("{} {} {:?} {schema}", value.place.name(), value.name, value.presence)
    };
    description.values.iter().map(line).collect()
}

#[test]
fn a_query_describes_every_parameter() {
    const ID: &str = "[2-9A-HJ-NP-Za-km-z]{22}$";
    const NUMBER: &str = r"-?\\d+(\\.\\d+)?";
    let expected = [
        format!(r#"query library_id Optional {{"type":"string","pattern":"^lib_{ID}","x-id-of":"library","examples":["lib_BM3nUmJ6fkBqBADyz5FEiu"]}}"#),
        r#"query limit Optional {"type":"integer","minimum":1,"maximum":200,"default":20}"#.into(),
        r#"query order Optional {"type":"string","enum":["desc","asc"],"default":"desc"}"#.into(),
        format!(r#"query ids Optional {{"type":"array","items":{{"type":"string","pattern":"^asset_{ID}","x-id-of":"asset","examples":["asset_BM3nUmJ6fkBqBADyz5FEiu"]}},"maxItems":200,"minItems":1}}"#),
        r#"query include Optional {"type":"array","items":{"type":"string","enum":["metadata","people"]},"maxItems":200,"default":[]}"#.into(),
        r#"query local_datetime_after Optional {"type":["string","number"],"format":"date-time","examples":["2024-05-06T07:08:09-07:00"]}"#.into(),
        format!(r#"query bbox Optional {{"type":"string","description":"min_lon,min_lat,max_lon,max_lat","pattern":"^{NUMBER},{NUMBER},{NUMBER},{NUMBER}$","examples":["5.9,45.8,10.5,47.8"]}}"#),
        r#"query radius Optional {"type":"number","exclusiveMinimum":0,"maximum":50000}"#.into(),
    ];
    assert_eq!(lines(&describe::<ListAssets>()), expected);
}

#[test]
fn a_body_becomes_an_object() {
    let description = describe::<UpdateAsset>();
    let path: Vec<_> = description.of(Place::Path).map(|v| (v.name, v.presence)).collect();
    assert_eq!(path, [("asset_id", Presence::Required)]);
    let schema = description.object_schema(Place::Body).unwrap();
    assert_eq!(
        schema["properties"]["rating"],
        json!({
            "type": ["integer", "null"],
            "minimum": 0,
            "maximum": 5,
            "examples": [5],
            "description": "Stars.",
        })
    );
    assert_eq!(description.object_schema(Place::Form), None);
}

struct Nulls;

impl Input for Nulls {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let required = r.field("required", "").flag().required();
        let optional = r.field("optional", "").datetime().optional();
        let defaulted = r.field("defaulted", "").flag().default(true);
        let patched = r.field("patched", "").flag().patch();
        let kept = r.field("kept", "").flag().kept();
        let sent = r.form("sent", "").flag().optional();
        Some((required?, optional?, defaulted?, patched?, kept?, sent?)).map(|_| Self)
    }
}

#[test]
fn null_is_described_where_it_is_taken() {
    let description = describe::<Nulls>();
    for (place, names) in [
        (Place::Body, vec!["required", "optional", "defaulted", "patched", "kept"]),
        (Place::Form, vec!["sent"]),
    ] {
        let schema = description.object_schema(place).unwrap();
        for name in names {
            let says = schema["properties"][name]["type"].to_string().contains("null");
            let body = object(json!({ "required": true, name: null }));
            let takes = read::<Nulls>(&Request::default().with_body(body)).is_ok();
            assert_eq!(says, takes && place == Place::Body, "{name}");
        }
    }
    let schema = description.object_schema(Place::Body).unwrap();
    assert_eq!(schema["properties"]["optional"]["type"], json!(["string", "number", "null"]));
}

#[test]
fn objects_in_lists_are_described_in_place() {
    let schema = describe::<BulkUpdate>().object_schema(Place::Body).unwrap();
    let updates = &schema["properties"]["updates"];
    assert_eq!((&updates["minItems"], &updates["maxItems"]), (&json!(1), &json!(200)));
    assert!(updates["items"]["properties"]["change"]["properties"]["latitude"].is_object());
}

struct Older(Option<bool>);

impl Input for Older {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.optional_body();
        Some(Self(r.field("hidden", "").flag().deprecated().optional()?))
    }
}

#[test]
fn what_is_old_or_optional_is_marked() {
    let description = describe::<Older>();
    assert!(description.body_is_optional);
    assert_eq!(description.values[0].schema["deprecated"], true);
    let read: Older = crate::wire::read(&crate::wire::Request::default()).unwrap();
    assert_eq!(read.0, None);
}
