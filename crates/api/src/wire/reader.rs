//! Reading a request, or describing what would be read.

use std::fmt::Display;

use model::Named;
use model::id::{Id, Kind};
use serde_json::{Map, Value};

use super::format::{
    Choice, DateTime, Day, FileName, Flag, Format, IdOf, Integer, Number, Numbers, PlainText, Whole,
};
use super::request::Raw;
use super::{
    ApiError, Described, Description, Field, LocPart, Place, Presence, Problem, Problems, Request,
};

/// What an operation, or an object inside its body, takes.
pub trait Input: Sized {
    /// Reads every value into a local first, and only then builds `Self` with `?`: so all that is
    /// wrong is reported together, and describing sees every value.
    ///
    /// `None` when something was refused, and always when describing.
    fn read(r: &mut Reader<'_>) -> Option<Self>;
}

/// Takes nothing.
impl Input for () {
    fn read(_: &mut Reader<'_>) -> Option<Self> {
        Some(())
    }
}

/// Reads `request`, or says everything that is wrong with it.
pub fn read<I: Input>(request: &Request) -> Result<I, ApiError> {
    let mut problems = Problems::default();
    let mut reader = Reader(Mode::Reading(Reading {
        request,
        object: request.body(),
        loc: vec![Place::Body.name().into()],
        problems: &mut problems,
    }));
    let input = I::read(&mut reader);
    match input {
        _ if !problems.is_empty() => Err(ApiError::Invalid(problems.into_vec())),
        Some(input) => Ok(input),
        None => Err(ApiError::internal("an input was refused without a reason")),
    }
}

/// Reads the fields of a form: their names and texts, for a file its file name.
pub fn read_form<I: Input>(fields: Vec<(String, String)>) -> Result<I, ApiError> {
    read(&Request::default().with_form(fields))
}

/// What `I` takes.
pub fn describe<I: Input>() -> Description {
    let mut description = Description::default();
    I::read(&mut Reader(Mode::Describing(&mut description)));
    description
}

/// Reads the values of a request one by one, or writes down what they are.
pub struct Reader<'r>(pub(super) Mode<'r>);

pub(super) enum Mode<'r> {
    Reading(Reading<'r>),
    Describing(&'r mut Description),
}

pub(super) struct Reading<'r> {
    pub(super) request: &'r Request,
    /// The object `field` looks into: the body, or an object inside it.
    pub(super) object: &'r Map<String, Value>,
    /// Where that object stands.
    pub(super) loc: Vec<LocPart>,
    pub(super) problems: &'r mut Problems,
}

impl<'r> Reader<'r> {
    /// A parameter of the path.
    pub fn path(&mut self, name: &'static str, about: &'static str) -> PathSlot<'_, 'r> {
        PathSlot(self.slot(Place::Path, name, about))
    }

    /// A parameter of the query.
    pub fn query(&mut self, name: &'static str, about: &'static str) -> Slot<'_, 'r> {
        self.slot(Place::Query, name, about)
    }

    /// A field of the JSON body, or of the object inside it that is being read.
    pub fn field(&mut self, name: &'static str, about: &'static str) -> Slot<'_, 'r> {
        self.slot(Place::Body, name, about)
    }

    /// A field of a form.
    pub fn form(&mut self, name: &'static str, about: &'static str) -> Slot<'_, 'r> {
        self.slot(Place::Form, name, about)
    }

    /// A parameter of the query or a field of a form: for values that come either way.
    pub fn at(&mut self, place: Place, name: &'static str, about: &'static str) -> Slot<'_, 'r> {
        self.slot(place, name, about)
    }

    /// Says that the JSON body as a whole may be missing.
    pub fn optional_body(&mut self) {
        if let Mode::Describing(description) = &mut self.0 {
            description.body_is_optional = true;
        }
    }

    /// Refuses the object that is being read: a rule between its fields is broken.
    pub fn refuse<T>(&mut self, msg: impl Display) -> Option<T> {
        self.fail(None, &[], &msg)
    }

    /// Refuses one field of the object that is being read.
    pub fn refuse_field<T>(&mut self, name: &str, msg: impl Display) -> Option<T> {
        self.fail(None, &[name.into()], &msg)
    }

    /// Refuses one field of an object in a list of the object that is being read.
    pub fn refuse_item<T>(
        &mut self,
        list: &str,
        index: usize,
        name: &str,
        msg: impl Display,
    ) -> Option<T> {
        self.fail(None, &[list.into(), index.into(), name.into()], &msg)
    }

    /// Refuses a parameter of the query.
    pub fn refuse_query<T>(&mut self, name: &str, msg: impl Display) -> Option<T> {
        self.fail(Some(Place::Query), &[name.into()], &msg)
    }

    /// Refuses a value read by [`Self::at`].
    pub fn refuse_at<T>(&mut self, place: Place, name: &str, msg: impl Display) -> Option<T> {
        self.fail(Some(place), &[name.into()], &msg)
    }

    fn fail<T>(&mut self, root: Option<Place>, rest: &[LocPart], msg: &impl Display) -> Option<T> {
        if let Mode::Reading(reading) = &mut self.0 {
            let mut loc = root.map_or_else(|| reading.loc.clone(), |root| vec![root.name().into()]);
            loc.extend_from_slice(rest);
            reading.problems.push(Problem::value_error(loc, msg.to_string()));
        }
        None
    }

    fn slot(&mut self, place: Place, name: &'static str, about: &'static str) -> Slot<'_, 'r> {
        Slot { reader: self, place, name, about }
    }
}

impl<'r> Reading<'r> {
    pub(super) fn raw(&self, place: Place, name: &str) -> Raw<'r> {
        match place {
            Place::Body => self.object.get(name).map_or(Raw::Absent, Raw::Json),
            _ => self.request.texts(place, name),
        }
    }

    pub(super) fn refuse(&mut self, place: Place, name: &str, problems: impl Into<Problems>) {
        let mut steps = match place {
            Place::Body => self.loc.clone(),
            _ => vec![place.name().into()],
        };
        steps.push(name.into());
        self.problems.append(problems.into(), &steps);
    }
}

/// A named place in a request; what comes next says what stands there.
pub struct Slot<'a, 'r> {
    pub(super) reader: &'a mut Reader<'r>,
    pub(super) place: Place,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
}

impl<'a, 'r> Slot<'a, 'r> {
    /// A value of any format.
    pub fn of<F: Format>(self, format: F) -> Field<'a, 'r, F> {
        Field::new(self, format)
    }

    /// The id of a `K`.
    pub fn id<K: Kind>(self) -> Field<'a, 'r, IdOf<K>> {
        self.of(IdOf::new())
    }

    /// A whole number within `range`.
    pub fn integer<N: Whole>(
        self,
        range: std::ops::RangeInclusive<N>,
    ) -> Field<'a, 'r, Integer<N>> {
        self.of(Integer::within(range))
    }

    /// A number within `range`; a pair of bounds says "more than 0".
    pub fn number(self, range: impl std::ops::RangeBounds<f64>) -> Field<'a, 'r, Number> {
        self.of(Number::within(&range))
    }

    /// `true` or `false`; outside JSON also `1` and `0`.
    pub fn flag(self) -> Field<'a, 'r, Flag> {
        self.of(Flag)
    }

    /// A text of at most `max_chars` characters, without U+0000.
    pub fn text(self, max_chars: usize) -> Field<'a, 'r, PlainText> {
        self.of(PlainText { max_chars })
    }

    /// One of the names of `T`.
    pub fn choice<T: Named>(self) -> Field<'a, 'r, Choice<T>> {
        self.of(Choice::new())
    }

    /// A date and time with or without offset, or Unix seconds (contract 1.4).
    pub fn datetime(self) -> Field<'a, 'r, DateTime> {
        self.of(DateTime)
    }

    /// A day without a time.
    pub fn date(self) -> Field<'a, 'r, Day> {
        self.of(Day)
    }

    /// As many numbers as there are `names`, with commas between.
    pub fn numbers<const N: usize>(self, names: [&'static str; N]) -> Field<'a, 'r, Numbers<N>> {
        self.of(Numbers { names })
    }

    /// A file in a form; its value is the file name.
    pub fn file(self) -> Field<'a, 'r, FileName> {
        self.of(FileName)
    }

    pub(super) fn describe(self, schema: Map<String, Value>, presence: Presence) {
        let Slot { reader, place, name, about } = self;
        if let Mode::Describing(description) = &mut reader.0 {
            description.values.push(Described { place, name, about, schema, presence });
        }
    }
}

/// A parameter of the path. It is always there, so reading it cannot fail.
pub struct PathSlot<'a, 'r>(Slot<'a, 'r>);

impl PathSlot<'_, '_> {
    /// The id of a `K`. A text that is none becomes [`Id::NONE`], so that "malformed" gets the same
    /// 404 as "unknown" (contract OP-10).
    pub fn id<K: Kind>(self) -> Id<K> {
        let text = self.text_described_as(IdOf::<K>::new().schema());
        Id::parse(&text).unwrap_or(Id::NONE)
    }

    /// The text as it is, decoded.
    pub fn text(self) -> String {
        self.text_described_as(PlainText { max_chars: usize::MAX }.schema())
    }

    fn text_described_as(self, schema: Map<String, Value>) -> String {
        let slot = self.0;
        match &slot.reader.0 {
            Mode::Reading(reading) => reading.request.path_text(slot.name).to_owned(),
            Mode::Describing(_) => {
                slot.describe(schema, Presence::Required);
                String::new()
            }
        }
    }
}
