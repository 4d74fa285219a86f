//! Identifiers (contract 1.3).

use std::marker::PhantomData;

use model::id::{Id, Kind};
use serde_json::{Map, Value, json};

use super::Format;
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// The 22 characters of the example in contract 1.3.
const EXAMPLE: &str = "BM3nUmJ6fkBqBADyz5FEiu";

/// The id of a `K`.
pub struct IdOf<K>(PhantomData<fn() -> K>);

impl<K: Kind> IdOf<K> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K: Kind> Format for IdOf<K> {
    type Value = Id<K>;

    fn schema(&self) -> Map<String, Value> {
        object(json!({
            "type": "string",
            "pattern": format!("^{}[2-9A-HJ-NP-Za-km-z]{{22}}$", K::PREFIX),
            "x-id-of": K::NOUN,
            "examples": [format!("{}{EXAMPLE}", K::PREFIX)],
        }))
    }

    fn read_text(&self, text: &str) -> Result<Id<K>, Problems> {
        Id::parse(text.trim()).map_err(|error| {
            Problem::new("value_error", error.to_string()).quoting_text(text).into()
        })
    }

    fn read_json(&self, json: &Value) -> Result<Id<K>, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            other => Err(super::text::not_a_string(other)),
        }
    }
}
