use super::sample::operations;
use crate::wire::{Verb, check};

#[test]
fn the_sample_has_no_mistakes() {
    assert_eq!(check(&operations()), Vec::<String>::new());
}

#[test]
fn mistakes_are_named() {
    let mut table = operations();
    table.push(table[1].clone());
    table[0].summary = "";
    table[3].path = "/api/assets/{id}";
    table[4].successes.clear();
    table[6].path = "/api/assets";
    table[6].verb = Verb::Get;
    let found = check(&table).join("\n");
    for mistake in [
        "ping: summary or tag is missing",
        "update_asset: the path has {\"id\"}, the input reads {\"asset_id\"}",
        "bulk_update_assets: no success is declared",
        "list_keys: GET /api/assets is used twice",
        "list_assets: the id is used twice",
    ] {
        assert!(found.contains(mistake), "{mistake}\n---\n{found}");
    }
}
