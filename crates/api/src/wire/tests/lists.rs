//! Arrays in queries and bodies (contract 1.2).

use model::{AssetId, CaptureTime, Direction, LibraryId};
use serde_json::json;
use uuid::Uuid;

use super::sample::{Include, ListAssets};
use crate::wire::format::{Integer, List};
use crate::wire::{ApiError, Format, LocPart, Problem, Request, read};

fn asset(number: u128) -> AssetId {
    AssetId::from_uuid(Uuid::from_u128(number))
}

fn list(query: &str) -> Result<ListAssets, Vec<Problem>> {
    read(&Request::default().with_query(query)).map_err(|error| match error {
        ApiError::Invalid(problems) => problems,
        other => panic!("{other:?}"),
    })
}

#[test]
fn all_forms_mean_the_same() {
    let (a, b) = (asset(1), asset(2));
    for query in [
        format!("ids={a}&ids={b}"),
        format!("ids={a},{b}"),
        format!("ids={a}%2C{b}"),
        format!("ids[]={a}&ids%5B%5D={b}"),
        format!("ids={a}&ids[]={b},{a}&ids="),
        format!("ids=+{a}+,,%20{b},"),
    ] {
        assert_eq!(list(&query).unwrap().ids, Some(vec![a, b]), "{query}");
    }
}

#[test]
fn the_cap_counts_different_values() {
    let texts =
        |count: u128| (1..=count).map(|n| asset(n).to_string()).collect::<Vec<_>>().join(",");
    let repeated = format!("ids={0}&ids={0}", texts(200));
    assert_eq!(list(&repeated).unwrap().ids.unwrap().len(), 200);
    let problems = list(&format!("ids={}", texts(201))).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].kind, &problems[0].loc[..]),
        ("too_long", &["query".into(), "ids".into()][..])
    );
}

#[test]
fn the_position_of_a_bad_element_is_told() {
    let problems = list(&format!("ids={},bad&include=metadata,nonsense", asset(1))).unwrap_err();
    let locs: Vec<Vec<LocPart>> = problems.into_iter().map(|problem| problem.loc).collect();
    let expected: [Vec<LocPart>; 2] = [
        vec!["query".into(), "ids".into(), 1.into()],
        vec!["query".into(), "include".into(), 1.into()],
    ];
    assert_eq!(locs, expected);
}

#[test]
fn every_parameter_arrives() {
    let time = "2024-05-06T07:08:09-07:00";
    let library = LibraryId::from_uuid(Uuid::from_u128(7));
    let query = format!(
        "library_id={library}&order=asc&limit=10&limit=200&local_datetime_after={time}\
         &bbox=5.9,45.8,10.5,47.8&unknown=1"
    );
    let input = list(&query).unwrap();
    assert_eq!((input.library, input.limit), (Some(library), 200));
    assert_eq!(input.order, Direction::Ascending);
    assert_eq!(input.after, Some(CaptureTime::parse(time).unwrap()));
    assert_eq!(input.bbox, Some([5.9, 45.8, 10.5, 47.8]));
    assert_eq!(list("radius=50000").unwrap().radius, Some(50_000.0));
}

#[test]
fn a_rule_between_parameters_stands_at_one_of_them() {
    let problems = list("bbox=1,2,3,4&radius=5").unwrap_err();
    let loc: [LocPart; 2] = ["query".into(), "bbox".into()];
    assert_eq!((problems.len(), &problems[0].loc[..]), (1, &loc[..]));
}

#[test]
fn blank_means_not_given() {
    let input = list("ids=&include=%20&limit=&order=").unwrap();
    assert_eq!((input.ids, input.include, input.limit), (None, Vec::<Include>::new(), 20));
}

#[test]
fn the_same_rules_hold_in_json() {
    let ratings = List::new(Integer::within(0..=5), 1..=3);
    assert_eq!(ratings.read_json(&json!([3, 3, 1])).unwrap(), [3, 1]);
    let kind = |value| ratings.read_json(&value).unwrap_err().into_vec()[0].kind;
    assert_eq!(kind(json!([])), "too_short");
    assert_eq!(kind(json!([""])), "too_short");
    assert_eq!(kind(json!([0, 1, 2, 3])), "too_long");
    assert_eq!(kind(json!({})), "list_type");
    assert_eq!(kind(json!("1,2")), "list_type");
    assert_eq!(kind(json!(["1"])), "int_type");
}

#[test]
fn a_hostile_list_gives_a_bounded_answer() {
    let query = format!("ids={}", "x,".repeat(100_000));
    assert_eq!(list(&query).unwrap_err().len(), 100);
}
