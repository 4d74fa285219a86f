//! One value of known format, and whether it may be left out.

use std::fmt::Display;
use std::ops::RangeInclusive;

use model::Patch;
use serde_json::Value;

use super::format::{Format, List, Show, Then};
use super::reader::{Mode, Reading};
use super::request::Raw;
use super::{Place, Presence, Problem, Problems, Slot};

/// A named value of format `F`. The last word of the line, [`required`](Self::required),
/// [`optional`](Self::optional), [`patch`](Self::patch), [`kept`](Self::kept) or
/// [`default`](Self::default), reads it.
#[must_use = "nothing is read before `required`, `optional`, `patch` or `default`"]
pub struct Field<'a, 'r, F> {
    slot: Slot<'a, 'r>,
    format: F,
    example: Option<Value>,
    deprecated: bool,
}

impl<'a, 'r, F: Format> Field<'a, 'r, F> {
    pub(super) fn new(slot: Slot<'a, 'r>, format: F) -> Self {
        Self { slot, format, example: None, deprecated: false }
    }

    /// A value to show in the documentation.
    pub fn example(self, example: impl Into<Value>) -> Self {
        Self { example: Some(example.into()), ..self }
    }

    /// Marks the value as one for older clients.
    pub fn deprecated(self) -> Self {
        Self { deprecated: true, ..self }
    }

    /// A list of such values (contract 1.2); `count` is the number of different ones.
    pub fn list(self, count: RangeInclusive<usize>) -> Field<'a, 'r, List<F>> {
        self.map(|format| List::new(format, count))
    }

    /// As [`Self::list`], of a list in which a repeat is refused.
    pub fn strict_list(self, count: RangeInclusive<usize>) -> Field<'a, 'r, List<F>> {
        self.map(|format| List::strict(format, count))
    }

    /// Such a value if `check` agrees; what it says otherwise is the problem of this field.
    pub fn then<T, E, C>(self, check: C) -> Field<'a, 'r, Then<F, C>>
    where
        C: Fn(F::Value) -> Result<T, E>,
        E: Display,
    {
        self.map(|format| Then { format, check })
    }

    /// The value must be there.
    pub fn required(self) -> Option<F::Value> {
        match self.settle(Presence::Required, None)? {
            Patch::Set(value) => Some(value),
            Patch::Keep | Patch::Clear => None,
        }
    }

    /// The value may be left out; `null` in JSON means the same.
    pub fn optional(self) -> Option<Option<F::Value>> {
        self.settle(Presence::Optional, None).map(Patch::set)
    }

    /// Left out, `null` and a value mean three different things.
    pub fn patch(self) -> Option<Patch<F::Value>> {
        self.settle(Presence::Nullable, None)
    }

    /// The value may be left out and then stays what it was; `null` is refused.
    pub fn kept(self) -> Option<Option<F::Value>> {
        self.settle(Presence::Kept, None).map(Patch::set)
    }

    /// `value` when it is left out.
    pub fn default(self, value: F::Value) -> Option<F::Value>
    where
        F: Show,
    {
        let shown = self.format.show(&value);
        match self.settle(Presence::Optional, Some(shown))? {
            Patch::Set(sent) => Some(sent),
            Patch::Keep | Patch::Clear => Some(value),
        }
    }

    fn map<G>(self, change: impl FnOnce(F) -> G) -> Field<'a, 'r, G> {
        let Self { slot, format, example, deprecated } = self;
        Field { slot, format: change(format), example, deprecated }
    }

    /// Reads or describes; `None` when refused or described.
    fn settle(self, presence: Presence, default: Option<Value>) -> Option<Patch<F::Value>> {
        let (place, name) = (self.slot.place, self.slot.name);
        if let Mode::Reading(reading) = &mut self.slot.reader.0 {
            return find(&self.format, reading, place, name, presence)
                .map_err(|problems| reading.refuse(place, name, problems))
                .ok();
        }
        let mut schema = self.format.schema();
        if let Some(default) = default {
            schema.insert("default".into(), default);
        }
        if let Some(example) = self.example {
            schema.insert("examples".into(), Value::Array(vec![example]));
        }
        if self.deprecated {
            schema.insert("deprecated".into(), true.into());
        }
        self.slot.describe(schema, presence);
        None
    }
}

fn find<F: Format>(
    format: &F,
    reading: &Reading<'_>,
    place: Place,
    name: &str,
    presence: Presence,
) -> Result<Patch<F::Value>, Problems> {
    match reading.raw(place, name) {
        Raw::Absent if presence == Presence::Required => Err(Problem::missing().into()),
        Raw::Absent => Ok(Patch::Keep),
        Raw::Json(Value::Null) if presence.allows_null() => Ok(Patch::Clear),
        Raw::Json(json) => format.read_json(json).map(Patch::Set),
        Raw::Texts(texts) => format.read_texts(&texts).map(Patch::Set),
    }
}
