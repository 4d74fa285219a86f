//! Numbers.

use std::ops::{Bound, RangeBounds, RangeInclusive};

use serde_json::{Map, Number as JsonNumber, Value, json};

use super::{Format, Show};
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// A whole number type of Rust.
pub trait Whole: Copy + TryFrom<i64> + TryInto<i64> {}

impl<N: Copy + TryFrom<i64> + TryInto<i64>> Whole for N {}

/// A whole number within a range, both ends included. In JSON `3.0` is whole, `"3"` and `true` are
/// no numbers (contract OP-4).
pub struct Integer<N> {
    range: RangeInclusive<N>,
}

fn wide<N: Whole>(number: N) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

impl<N: Whole> Integer<N> {
    pub(crate) const fn within(range: RangeInclusive<N>) -> Self {
        Self { range }
    }

    fn limit(&self, number: i64) -> Result<N, Problem> {
        let (least, most) = (wide(*self.range.start()), wide(*self.range.end()));
        if number < least {
            return Err(out_of_range("greater_than_equal", "ge", &json!(least)));
        }
        if number > most {
            return Err(out_of_range("less_than_equal", "le", &json!(most)));
        }
        N::try_from(number).map_err(|_| out_of_range("less_than_equal", "le", &json!(most)))
    }
}

impl<N: Whole> Format for Integer<N> {
    type Value = N;

    fn schema(&self) -> Map<String, Value> {
        let (least, most) = (wide(*self.range.start()), wide(*self.range.end()));
        object(json!({ "type": "integer", "minimum": least, "maximum": most }))
    }

    fn read_text(&self, text: &str) -> Result<N, Problems> {
        let msg = "Input should be a valid integer, unable to parse string as an integer";
        text.trim()
            .parse()
            .map_err(|_| Problem::new("int_parsing", msg))
            .and_then(|number| self.limit(number))
            .map_err(|problem| problem.quoting_text(text).into())
    }

    fn read_json(&self, json: &Value) -> Result<N, Problems> {
        whole(json)
            .and_then(|number| self.limit(number))
            .map_err(|problem| problem.quoting(json).into())
    }
}

impl<N: Whole> Show for Integer<N> {
    fn show(&self, value: &N) -> Value {
        wide(*value).into()
    }
}

fn whole(json: &Value) -> Result<i64, Problem> {
    let Value::Number(number) = json else {
        return Err(Problem::new("int_type", "Input should be a valid integer"));
    };
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Ok(whole),
        #[expect(clippy::cast_possible_truncation, reason = "no range reaches as far as the cut")]
        (None, Some(real)) if real.fract() == 0.0 => Ok(real as i64),
        _ => {
            let msg = "Input should be a valid integer, got a number with a fractional part";
            Err(Problem::new("int_from_float", msg))
        }
    }
}

/// A finite number within a range. In JSON `"3"` and `true` are no numbers (contract OP-4).
pub struct Number {
    low: Bound<f64>,
    high: Bound<f64>,
}

impl Number {
    pub(crate) fn within(range: &impl RangeBounds<f64>) -> Self {
        Self { low: range.start_bound().cloned(), high: range.end_bound().cloned() }
    }

    fn limit(&self, number: f64) -> Result<f64, Problem> {
        match self.low {
            Bound::Included(low) if number < low => {
                return Err(out_of_range("greater_than_equal", "ge", &short(low)));
            }
            Bound::Excluded(low) if number <= low => {
                return Err(out_of_range("greater_than", "gt", &short(low)));
            }
            _ => {}
        }
        match self.high {
            Bound::Included(high) if number > high => {
                Err(out_of_range("less_than_equal", "le", &short(high)))
            }
            Bound::Excluded(high) if number >= high => {
                Err(out_of_range("less_than", "lt", &short(high)))
            }
            // Adding zero turns -0.0 into 0.0.
            _ => Ok(number + 0.0),
        }
    }
}

impl Format for Number {
    type Value = f64;

    fn schema(&self) -> Map<String, Value> {
        let mut schema = object(json!({ "type": "number" }));
        let limits =
            [(self.low, "minimum", "exclusiveMinimum"), (self.high, "maximum", "exclusiveMaximum")];
        for (bound, included, excluded) in limits {
            match bound {
                Bound::Included(limit) => schema.insert(included.into(), short(limit)),
                Bound::Excluded(limit) => schema.insert(excluded.into(), short(limit)),
                Bound::Unbounded => None,
            };
        }
        schema
    }

    fn read_text(&self, text: &str) -> Result<f64, Problems> {
        finite(text)
            .ok_or_else(|| {
                let msg = "Input should be a valid number, unable to parse string as a number";
                Problem::new("float_parsing", msg)
            })
            .and_then(|number| self.limit(number))
            .map_err(|problem| problem.quoting_text(text).into())
    }

    fn read_json(&self, json: &Value) -> Result<f64, Problems> {
        json.as_f64()
            .ok_or_else(|| Problem::new("float_type", "Input should be a valid number"))
            .and_then(|number| self.limit(number))
            .map_err(|problem| problem.quoting(json).into())
    }
}

impl Show for Number {
    fn show(&self, value: &f64) -> Value {
        short(*value)
    }
}

/// Reads a decimal number; not `nan`, not `inf`.
pub(super) fn finite(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `90` rather than `90.0`.
fn short(number: f64) -> Value {
    let text = number.to_string();
    text.parse().map_or_else(|_| json!(number), |whole: JsonNumber| Value::Number(whole))
}

fn out_of_range(kind: &'static str, rule: &str, limit: &Value) -> Problem {
    let words = kind.replace("_than", " than").replace("_equal", " or equal to");
    Problem::new(kind, format!("Input should be {words} {limit}")).ctx(json!({ rule: limit }))
}
