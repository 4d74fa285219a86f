//! Texts.

use serde_json::{Map, Value, json};

use super::{Format, Show};
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// A text as it is, at most `max_chars` Unicode characters, without U+0000 (which no database of
/// ours stores).
pub struct PlainText {
    /// Most characters; `usize::MAX` for no limit but that of the request.
    pub max_chars: usize,
}

impl PlainText {
    fn check(&self, text: &str) -> Result<(), Problem> {
        let most = self.max_chars;
        // A text of few bytes cannot have many characters; counting is for the long ones.
        if text.len() > most && text.chars().count() > most {
            let msg = format!("String should have at most {most} characters");
            return Err(Problem::new("string_too_long", msg).ctx(json!({ "max_length": most })));
        }
        if text.contains('\0') {
            return Err(Problem::new("value_error", "the character U+0000 is not allowed"));
        }
        Ok(())
    }
}

impl Format for PlainText {
    type Value = String;

    fn schema(&self) -> Map<String, Value> {
        let mut schema = object(json!({ "type": "string" }));
        if self.max_chars != usize::MAX {
            schema.insert("maxLength".into(), self.max_chars.into());
        }
        schema
    }

    fn read_text(&self, text: &str) -> Result<String, Problems> {
        self.check(text).map_err(|problem| problem.quoting_text(text))?;
        Ok(text.to_owned())
    }

    fn read_json(&self, json: &Value) -> Result<String, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            other => Err(not_a_string(other)),
        }
    }
}

impl Show for PlainText {
    fn show(&self, value: &String) -> Value {
        value.as_str().into()
    }
}

pub(super) fn not_a_string(json: &Value) -> Problems {
    Problem::new("string_type", "Input should be a valid string").quoting(json).into()
}

/// A file of a form; the value is its file name.
pub struct FileName;

impl Format for FileName {
    type Value = String;

    fn schema(&self) -> Map<String, Value> {
        object(json!({ "type": "string", "contentMediaType": "application/octet-stream" }))
    }

    fn read_text(&self, text: &str) -> Result<String, Problems> {
        PlainText { max_chars: usize::MAX }.read_text(text)
    }

    fn read_json(&self, json: &Value) -> Result<String, Problems> {
        Err(Problem::new("value_error", "Expected an uploaded file").quoting(json).into())
    }
}
