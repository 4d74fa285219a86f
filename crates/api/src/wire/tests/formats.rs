//! What each sort of value accepts and refuses.

use std::fmt::Debug;
use std::ops::Bound;

use model::id::AssetKind;
use model::{AssetId, Direction, Rating};
use serde_json::{Value, json};

use super::super::reader::Mode;
use crate::wire::format::{Choice, DateTime, Flag, IdOf, Integer, Number, Numbers, PlainText};
use crate::wire::{Format, Reader, Slot};

const ASSET: &str = "asset_BM3nUmJ6fkBqBADyz5FEiu";

/// The value, or the type of the first problem.
fn text<F: Format>(format: &F, text: &str) -> Result<F::Value, &'static str> {
    format.read_text(text).map_err(|problems| problems.into_vec()[0].kind)
}

fn json<F: Format>(format: &F, value: &Value) -> Result<F::Value, &'static str> {
    format.read_json(value).map_err(|problems| problems.into_vec()[0].kind)
}

fn refuses_json<F: Format<Value: Debug + PartialEq>>(format: &F, cases: &[(Value, &'static str)]) {
    for (value, kind) in cases {
        assert_eq!(json(format, value), Err(*kind), "{value}");
    }
}

#[test]
fn ids() {
    let format = IdOf::<AssetKind>::new();
    let id = AssetId::parse(ASSET).unwrap();
    assert_eq!(text(&format, ASSET), Ok(id));
    assert_eq!(json(&format, &json!(ASSET)), Ok(id));
    assert_eq!(text(&format, "album_BM3nUmJ6fkBqBADyz5FEiu"), Err("value_error"));
    refuses_json(&format, &[(json!("x"), "value_error"), (json!(5), "string_type")]);
}

#[test]
fn whole_numbers() {
    let format = Integer::within(0..=5i64);
    assert_eq!(text(&format, "5"), Ok(5));
    assert_eq!(json(&format, &json!(3.0)), Ok(3));
    for bad in ["", "x", "1.5", "0x1", "1e1", "٣", "99999999999999999999"] {
        assert_eq!(text(&format, bad), Err("int_parsing"), "{bad}");
    }
    assert_eq!(text(&format, "6"), Err("less_than_equal"));
    assert_eq!(text(&format, "-1"), Err("greater_than_equal"));
    refuses_json(
        &format,
        &[
            (json!(6), "less_than_equal"),
            (json!(1e300), "less_than_equal"),
            (json!(-1), "greater_than_equal"),
            (json!(u64::MAX), "less_than_equal"),
            (json!(2.5), "int_from_float"),
            (json!(true), "int_type"),
            (json!("3"), "int_type"),
            (json!(null), "int_type"),
            (json!([3]), "int_type"),
        ],
    );
    assert_eq!(text(&Integer::within(1..=u8::MAX), "255"), Ok(255));
}

#[test]
fn numbers() {
    let format = Number::within(&(-90.0..=90.0));
    assert_eq!(text(&format, "-90"), Ok(-90.0));
    assert_eq!(json(&format, &json!(90)), Ok(90.0));
    assert!(json(&format, &json!(-0.0)).unwrap().is_sign_positive());
    for bad in ["nan", "inf", "-infinity", "1,5", "x"] {
        assert_eq!(text(&format, bad), Err("float_parsing"), "{bad}");
    }
    refuses_json(
        &format,
        &[
            (json!(90.000_000_1), "less_than_equal"),
            (json!(-91), "greater_than_equal"),
            (json!(true), "float_type"),
            (json!("1"), "float_type"),
        ],
    );
    let radius = Number::within(&(Bound::Excluded(0.0), Bound::Included(50_000.0)));
    assert_eq!(text(&radius, "0"), Err("greater_than"));
    assert_eq!(text(&radius, "50000"), Ok(50_000.0));
    assert_eq!(text(&Number::within(&(0.0..1.0)), "1"), Err("less_than"));
    let problem = format.read_json(&json!(91)).unwrap_err().into_vec().remove(0);
    assert_eq!(problem.msg, "Input should be less than or equal to 90");
    assert_eq!(
        (problem.ctx.as_deref(), problem.input.as_deref()),
        (Some(&json!({ "le": 90 })), Some(&json!(91)))
    );
}

#[test]
fn yes_and_no() {
    for (sent, meant) in [("true", true), ("1", true), ("False", false), ("0", false)] {
        assert_eq!(text(&Flag, sent), Ok(meant));
    }
    assert_eq!(text(&Flag, "maybe"), Err("bool_parsing"));
    assert_eq!(json(&Flag, &json!(false)), Ok(false));
    refuses_json(&Flag, &[(json!(1), "bool_parsing"), (json!("true"), "bool_parsing")]);
}

#[test]
fn words() {
    let format = Choice::<Direction>::new();
    assert_eq!(text(&format, "asc"), Ok(Direction::Ascending));
    let problem = format.read_text("ASC").unwrap_err().into_vec().remove(0);
    assert_eq!((problem.kind, problem.msg.as_str()), ("enum", "Input should be 'desc' or 'asc'"));
    refuses_json(&format, &[(json!("up"), "enum"), (json!(0), "string_type")]);
}

#[test]
fn texts() {
    let format = PlainText { max_chars: 3 };
    assert_eq!(json(&format, &json!("äöü")), Ok("äöü".to_owned()));
    assert_eq!(json(&format, &json!("")), Ok(String::new()));
    refuses_json(
        &format,
        &[
            (json!("abcd"), "string_too_long"),
            (json!("a\0"), "value_error"),
            (json!(1), "string_type"),
            (json!({}), "string_type"),
        ],
    );
}

#[test]
fn dates() {
    let shown = |read: Result<model::CaptureTime, _>| read.map(|time| time.to_string());
    let aware = "2024-05-06T07:08:09-07:00";
    assert_eq!(shown(text(&DateTime, aware)), Ok(aware.to_owned()));
    assert_eq!(shown(json(&DateTime, &json!(aware))), Ok(aware.to_owned()));
    assert_eq!(shown(text(&DateTime, "2024-05-06")), Ok("2024-05-06T00:00:00".to_owned()));
    for unix in [text(&DateTime, "1714979289"), json(&DateTime, &json!(1_714_979_289))] {
        assert_eq!(shown(unix), Ok("2024-05-06T07:08:09Z".to_owned()));
    }
    refuses_json(
        &DateTime,
        &[
            (json!("yesterday"), "datetime_parsing"),
            (json!(""), "datetime_parsing"),
            (json!(1e300), "datetime_parsing"),
            (json!(true), "datetime_type"),
            (json!(null), "datetime_type"),
        ],
    );
}

#[test]
fn a_few_numbers_in_one_text() {
    let format = Numbers { names: ["lon", "lat"] };
    assert_eq!(text(&format, "8.5, 47"), Ok([8.5, 47.0]));
    assert_eq!(json(&format, &json!([8.5, 47])), Ok([8.5, 47.0]));
    for bad in ["8.5", "8.5,47,1", "8.5,", "a,b", "nan,1"] {
        assert_eq!(text(&format, bad), Err("value_error"), "{bad}");
    }
    refuses_json(&format, &[(json!([1]), "value_error"), (json!([1, "2"]), "value_error")]);
}

#[test]
fn a_further_rule_speaks_for_the_field() {
    let mut description = crate::wire::Description::default();
    let mut reader = Reader(Mode::Describing(&mut description));
    let slot: Slot<'_, '_> = reader.field("rating", "Stars.");
    assert_eq!(slot.integer(0..=9).then(Rating::new).patch(), None);
    assert_eq!(description.values[0].schema["maximum"], 9);
}
