//! Closed lists of words, and yes or no.

use std::marker::PhantomData;

use model::Named;
use serde_json::{Map, Value, json};

use super::{Format, Show};
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// One of the names of `T`, written exactly so.
pub struct Choice<T>(PhantomData<T>);

impl<T: Named> Choice<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Named> Format for Choice<T> {
    type Value = T;

    fn schema(&self) -> Map<String, Value> {
        let names: Vec<_> = T::ALL.iter().map(|value| value.name()).collect();
        object(json!({ "type": "string", "enum": names }))
    }

    fn read_text(&self, text: &str) -> Result<T, Problems> {
        T::from_name(text).ok_or_else(|| {
            let names = T::ALL.iter().map(|value| format!("'{}'", value.name()));
            let expected = or_list(names.collect());
            Problem::new("enum", format!("Input should be {expected}"))
                .ctx(json!({ "expected": expected }))
                .quoting_text(text)
                .into()
        })
    }

    fn read_json(&self, json: &Value) -> Result<T, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            other => Err(super::text::not_a_string(other)),
        }
    }
}

impl<T: Named> Show for Choice<T> {
    fn show(&self, value: &T) -> Value {
        value.name().into()
    }
}

/// `'a', 'b' or 'c'`.
fn or_list(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
        None => String::new(),
    }
}

/// Yes or no: `true`, `false`, and outside JSON `1`, `0`.
pub struct Flag;

impl Flag {
    fn problem() -> Problem {
        Problem::new("bool_parsing", "Input should be a valid boolean: true or false")
    }
}

impl Format for Flag {
    type Value = bool;

    fn schema(&self) -> Map<String, Value> {
        object(json!({ "type": "boolean" }))
    }

    fn read_text(&self, text: &str) -> Result<bool, Problems> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Self::problem().quoting_text(text).into()),
        }
    }

    fn read_json(&self, json: &Value) -> Result<bool, Problems> {
        json.as_bool().ok_or_else(|| Self::problem().quoting(json).into())
    }
}

impl Show for Flag {
    fn show(&self, value: &bool) -> Value {
        Value::Bool(*value)
    }
}
