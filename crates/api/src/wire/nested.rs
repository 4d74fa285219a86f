//! Objects inside the body.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::description::object;
use super::format::count_problem;
use super::reader::{Mode, Reading};
use super::request::Raw;
use super::{Description, Input, LocPart, Place, Presence, Problem, Reader, Slot};

impl Slot<'_, '_> {
    /// An object that must be there.
    pub fn object<T: Input>(self) -> Option<T> {
        let name = self.name;
        let Mode::Reading(reading) = &mut self.reader.0 else {
            self.describe(schema_of::<T>(), Presence::Required);
            return None;
        };
        match reading.raw(Place::Body, name) {
            Raw::Json(value) => read_object(reading, &[name.into()], value),
            _ => refuse(reading, name, Problem::missing()),
        }
    }

    /// A list of objects that must be there, `count` of them; repeats stay.
    pub fn objects<T: Input>(self, count: RangeInclusive<usize>) -> Option<Vec<T>> {
        let name = self.name;
        let Mode::Reading(reading) = &mut self.reader.0 else {
            let schema = object(serde_json::json!({
                "type": "array",
                "items": schema_of::<T>(),
                "minItems": count.start(),
                "maxItems": count.end(),
            }));
            self.describe(schema, Presence::Required);
            return None;
        };
        match reading.raw(Place::Body, name) {
            Raw::Json(Value::Array(items)) => match count_problem(items.len(), &count) {
                Some(problem) => refuse(reading, name, problem),
                None => read_items(reading, name, items),
            },
            Raw::Json(other) => {
                let problem = Problem::new("list_type", "Input should be a valid list");
                refuse(reading, name, problem.quoting(other))
            }
            _ => refuse(reading, name, Problem::missing()),
        }
    }
}

/// Reads every item, also after one was refused.
fn read_items<T: Input>(reading: &mut Reading<'_>, name: &str, items: &[Value]) -> Option<Vec<T>> {
    let mut all = Some(Vec::with_capacity(items.len()));
    for (index, item) in items.iter().enumerate() {
        if reading.problems.is_full() {
            return None;
        }
        let read = read_object(reading, &[name.into(), index.into()], item);
        all = all.zip(read).map(|(mut all, item)| {
            all.push(item);
            all
        });
    }
    all
}

fn read_object<T: Input>(reading: &mut Reading<'_>, steps: &[LocPart], value: &Value) -> Option<T> {
    let mut loc = reading.loc.clone();
    loc.extend_from_slice(steps);
    let Value::Object(object) = value else {
        reading.problems.push(Problem { loc, ..not_an_object(value) });
        return None;
    };
    let problems = &mut *reading.problems;
    T::read(&mut Reader(Mode::Reading(Reading { request: reading.request, object, loc, problems })))
}

/// Something else than an object where an object belongs.
pub(super) fn not_an_object(value: &Value) -> Problem {
    Problem::new("model_attributes_type", "Input should be a JSON object").quoting(value)
}

fn refuse<T>(reading: &mut Reading<'_>, name: &str, problem: Problem) -> Option<T> {
    reading.refuse(Place::Body, name, problem);
    None
}

fn schema_of<T: Input>() -> Map<String, Value> {
    let mut description = Description::default();
    T::read(&mut Reader(Mode::Describing(&mut description)));
    let anything = || object(serde_json::json!({ "type": "object" }));
    description.object_schema(Place::Body).unwrap_or_else(anything)
}
