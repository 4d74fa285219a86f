//! How values are written in a request.

mod choice;
mod id;
mod list;
mod number;
mod text;
mod then;
mod time;
mod tuple;

pub use choice::{Choice, Flag};
pub use id::IdOf;
pub use list::List;
pub(super) use list::count_problem;
pub use number::{Integer, Number, Whole};
use serde_json::{Map, Value};
pub use text::{FileName, PlainText};
pub use then::Then;
pub use time::{DateTime, Day};
pub use tuple::Numbers;

use super::{Problem, Problems};

/// How one sort of value is read from a text (query, form) and from JSON, and how it is described.
pub trait Format {
    /// What is read.
    type Value;

    /// The JSON Schema (2020-12) of the value.
    fn schema(&self) -> Map<String, Value>;

    /// Reads a text that is not blank.
    fn read_text(&self, text: &str) -> Result<Self::Value, Problems>;

    /// Reads a JSON value.
    fn read_json(&self, json: &Value) -> Result<Self::Value, Problems>;

    /// Reads what was given for one name, at least one text. The last one counts.
    fn read_texts(&self, texts: &[&str]) -> Result<Self::Value, Problems> {
        match texts {
            [.., last] => self.read_text(last),
            [] => Err(Problem::missing().into()),
        }
    }
}

/// A format that can also write its values, for defaults in the documentation.
pub trait Show: Format {
    /// The value as JSON.
    fn show(&self, value: &Self::Value) -> Value;
}
