//! Dates and times (contract 1.4).

use model::{CaptureTime, Date};
use serde_json::{Map, Value, json};

use super::Format;
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// A wall clock with or without offset in ISO 8601, or Unix seconds, which are UTC.
pub struct DateTime;

impl Format for DateTime {
    type Value = CaptureTime;

    fn schema(&self) -> Map<String, Value> {
        object(json!({
            "type": ["string", "number"],
            "format": "date-time",
            "examples": ["2024-05-06T07:08:09-07:00"],
        }))
    }

    fn read_text(&self, text: &str) -> Result<CaptureTime, Problems> {
        CaptureTime::parse(text.trim()).map_err(|error| refused(error).quoting_text(text).into())
    }

    fn read_json(&self, json: &Value) -> Result<CaptureTime, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            Value::Number(number) => CaptureTime::from_unix(number.as_f64().unwrap_or(f64::NAN))
                .map_err(|error| refused(error).quoting(json).into()),
            other => {
                let problem = Problem::new("datetime_type", "Input should be a valid datetime");
                Err(problem.quoting(other).into())
            }
        }
    }
}

fn refused(error: model::TimeError) -> Problem {
    let error = error.to_string();
    Problem::new("datetime_parsing", format!("Input should be a valid datetime, {error}"))
        .ctx(json!({ "error": error }))
}

/// A day, `YYYY-MM-DD`.
pub struct Day;

impl Format for Day {
    type Value = Date;

    fn schema(&self) -> Map<String, Value> {
        object(json!({ "type": "string", "format": "date", "examples": ["1984-05-06"] }))
    }

    fn read_text(&self, text: &str) -> Result<Date, Problems> {
        Date::parse(text.trim()).map_err(|error| {
            let error = error.to_string();
            Problem::new("date_parsing", format!("Input should be a valid date, {error}"))
                .ctx(json!({ "error": error }))
                .quoting_text(text)
                .into()
        })
    }

    fn read_json(&self, json: &Value) -> Result<Date, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            other => {
                let problem = Problem::new("date_type", "Input should be a valid date");
                Err(problem.quoting(other).into())
            }
        }
    }
}
