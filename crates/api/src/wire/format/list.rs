//! Lists of different values (contract 1.2).

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::{Format, Show};
use crate::wire::description::object;
use crate::wire::{Problem, Problems};

/// Different values in the order they came first. Blanks are dropped, repeats collapse; in a query
/// or form the values may be repeated, separated by commas, or both.
pub struct List<F> {
    format: F,
    count: RangeInclusive<usize>,
    /// Whether a repeat is a mistake.
    is_strict: bool,
}

impl<F> List<F> {
    pub(crate) const fn new(format: F, count: RangeInclusive<usize>) -> Self {
        Self { format, count, is_strict: false }
    }

    /// As [`Self::new`], of a list in which a repeat is refused.
    pub(crate) const fn strict(format: F, count: RangeInclusive<usize>) -> Self {
        Self { format, count, is_strict: true }
    }
}

impl<F: Format<Value: Clone + Eq + Hash>> List<F> {
    fn gather(
        &self,
        items: impl Iterator<Item = Result<F::Value, Problems>>,
    ) -> Result<Vec<F::Value>, Problems> {
        let (mut values, mut seen, mut problems) =
            (Vec::new(), HashSet::new(), Problems::default());
        for (index, item) in items.enumerate() {
            match item {
                Ok(value) if seen.insert(value.clone()) => values.push(value),
                Ok(_) if self.is_strict => {
                    problems.append(repeated().into(), &[index.into()]);
                }
                Ok(_) => {}
                Err(inner) => problems.append(inner, &[index.into()]),
            }
            if problems.is_full() {
                break;
            }
        }
        if let Some(problem) = count_problem(values.len(), &self.count)
            && problems.is_empty()
        {
            problems.push(problem);
        }
        if problems.is_empty() { Ok(values) } else { Err(problems) }
    }
}

/// An item that stands in a list for the second time.
pub(crate) fn repeated() -> Problem {
    Problem::new("value_error", "must not be given twice")
}

/// What is wrong with a list of `length` when `count` is wanted.
pub(crate) fn count_problem(length: usize, count: &RangeInclusive<usize>) -> Option<Problem> {
    let items = |n: usize| if n == 1 { "1 item".to_owned() } else { format!("{n} items") };
    let (least, most) = (*count.start(), *count.end());
    if length > most {
        let msg = format!("List should have at most {}, not {length}", items(most));
        let ctx = json!({ "field_type": "List", "max_length": most, "actual_length": length });
        return Some(Problem::new("too_long", msg).ctx(ctx));
    }
    if length < least {
        let msg = format!("List should have at least {}, not {length}", items(least));
        let ctx = json!({ "field_type": "List", "min_length": least, "actual_length": length });
        return Some(Problem::new("too_short", msg).ctx(ctx));
    }
    None
}

impl<F: Format<Value: Clone + Eq + Hash>> Format for List<F> {
    type Value = Vec<F::Value>;

    fn schema(&self) -> Map<String, Value> {
        let mut schema = object(json!({
            "type": "array",
            "items": self.format.schema(),
            "maxItems": self.count.end(),
        }));
        if *self.count.start() > 0 {
            schema.insert("minItems".into(), json!(self.count.start()));
        }
        schema
    }

    fn read_text(&self, text: &str) -> Result<Self::Value, Problems> {
        self.read_texts(&[text])
    }

    fn read_texts(&self, texts: &[&str]) -> Result<Self::Value, Problems> {
        let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        self.gather(items.filter(|item| !item.is_empty()).map(|item| self.format.read_text(item)))
    }

    fn read_json(&self, json: &Value) -> Result<Self::Value, Problems> {
        let Value::Array(items) = json else {
            let problem = Problem::new("list_type", "Input should be a valid list");
            return Err(problem.quoting(json).into());
        };
        let is_blank = |item: &Value| item.as_str().is_some_and(|text| text.trim().is_empty());
        let read = |item: &Value| match item.as_str() {
            Some(text) => self.format.read_json(&Value::from(text.trim())),
            None => self.format.read_json(item),
        };
        self.gather(items.iter().filter(|item| !is_blank(item)).map(read))
    }
}

impl<F: Show<Value: Clone + Eq + Hash>> Show for List<F> {
    fn show(&self, values: &Self::Value) -> Value {
        values.iter().map(|value| self.format.show(value)).collect()
    }
}
