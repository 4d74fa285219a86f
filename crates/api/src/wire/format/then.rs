//! A format with one more rule.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::Format;
use crate::wire::{Problem, Problems};

/// A value of `F` that `check` turns into something stricter.
pub struct Then<F, C> {
    pub(crate) format: F,
    pub(crate) check: C,
}

impl<F, C, T, E> Format for Then<F, C>
where
    F: Format,
    C: Fn(F::Value) -> Result<T, E>,
    E: Display,
{
    type Value = T;

    fn schema(&self) -> Map<String, Value> {
        self.format.schema()
    }

    fn read_text(&self, text: &str) -> Result<T, Problems> {
        (self.check)(self.format.read_text(text)?)
            .map_err(|error| refused(&error).quoting_text(text).into())
    }

    fn read_texts(&self, texts: &[&str]) -> Result<T, Problems> {
        (self.check)(self.format.read_texts(texts)?).map_err(|error| refused(&error).into())
    }

    fn read_json(&self, json: &Value) -> Result<T, Problems> {
        (self.check)(self.format.read_json(json)?)
            .map_err(|error| refused(&error).quoting(json).into())
    }
}

fn refused(error: &impl Display) -> Problem {
    Problem::new("value_error", error.to_string())
}
