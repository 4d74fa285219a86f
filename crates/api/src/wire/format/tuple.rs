//! A few numbers in one value: boxes and points.

use serde_json::{Map, Value, json};

use super::Format;
use super::number::finite;
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// `N` finite numbers with commas between; in JSON a list of numbers does as well.
pub struct Numbers<const N: usize> {
    /// What each number is.
    pub names: [&'static str; N],
}

impl<const N: usize> Numbers<N> {
    fn problem(&self) -> Problem {
        let names = self.names.join(",");
        Problem::new("value_error", format!("Input should be {N} numbers: {names}"))
    }
}

impl<const N: usize> Format for Numbers<N> {
    type Value = [f64; N];

    fn schema(&self) -> Map<String, Value> {
        let number = r"-?\d+(\.\d+)?";
        let pattern = format!("^{}$", [number; N].join(","));
        object(json!({ "type": "string", "description": self.names.join(","), "pattern": pattern }))
    }

    fn read_text(&self, text: &str) -> Result<[f64; N], Problems> {
        // One more than wanted tells "too many" without reading the rest.
        let numbers: Option<Vec<f64>> = text.split(',').take(N + 1).map(finite).collect();
        numbers
            .and_then(|numbers| numbers.try_into().ok())
            .ok_or_else(|| self.problem().quoting_text(text).into())
    }

    fn read_json(&self, json: &Value) -> Result<[f64; N], Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            Value::Array(items) => {
                let numbers: Option<Vec<f64>> =
                    items.iter().take(N + 1).map(Value::as_f64).collect();
                let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
                numbers.ok_or_else(|| self.problem().into())
            }
            other => Err(self.problem().quoting(other).into()),
        }
    }
}
