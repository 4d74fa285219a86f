//! What is wrong with a request, and where (contract 1.8).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// One step on the way to the value that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LocPart {
    /// `body`, `query`, `path`, or the name of a field.
    Name(String),
    /// A position in a list, from 0.
    Index(usize),
}

impl From<&str> for LocPart {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for LocPart {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    /// Where: `body`, `query` or `path`, then field names and positions in lists.
    pub loc: Vec<LocPart>,
    /// What, for people.
    pub msg: String,
    /// What, for programs: `missing`, `int_parsing`, `less_than_equal`, `value_error` …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What was sent, when it is short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Box<Value>>,
    /// The rule that was broken: `{"le": 200}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Box<Value>>,
}

/// The body of a 422.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ValidationError")]
pub struct ValidationErrorBody {
    /// Everything that is wrong with the request, at most 100 entries.
    pub detail: Vec<Problem>,
}

/// Longer texts are cut when a problem quotes them, in characters.
const LONGEST_QUOTE: usize = 100;

impl Problem {
    /// A problem of the value itself; its place is added by whoever knows it.
    pub fn new(kind: &'static str, msg: impl Into<String>) -> Self {
        Self { loc: Vec::new(), msg: msg.into(), kind, input: None, ctx: None }
    }

    /// A rule of our own was broken at `loc`: `["body", "latitude"]`.
    pub fn value_error(loc: Vec<LocPart>, msg: impl Into<String>) -> Self {
        Self { loc, ..Self::new("value_error", msg) }
    }

    /// A required value that is not there.
    pub fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// Says which rule was broken.
    #[must_use]
    pub fn ctx(self, ctx: Value) -> Self {
        Self { ctx: Some(Box::new(ctx)), ..self }
    }

    /// Quotes a text that was sent.
    #[must_use]
    pub fn quoting_text(self, text: &str) -> Self {
        Self { input: Some(Box::new(Value::String(cut(text)))), ..self }
    }

    /// Quotes a value that was sent; lists and objects are not quoted.
    #[must_use]
    pub fn quoting(self, value: &Value) -> Self {
        let input = match value {
            Value::String(text) => Some(Value::String(cut(text))),
            Value::Array(_) | Value::Object(_) => None,
            plain => Some(plain.clone()),
        };
        Self { input: input.map(Box::new), ..self }
    }

    /// The same problem, seen from outside: `steps` come before its place.
    #[must_use]
    pub fn within(self, steps: impl IntoIterator<Item = LocPart>) -> Self {
        let loc = steps.into_iter().chain(self.loc).collect();
        Self { loc, ..self }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// All that is wrong with one request, up to [`Problems::MOST`]; further ones are dropped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// As many as one answer lists.
    pub const MOST: usize = 100;

    /// Adds one, unless there are enough already.
    pub fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    /// Whether further problems would be dropped.
    pub fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds all of `inner`, with `steps` before their places.
    pub fn append(&mut self, inner: Self, steps: &[LocPart]) {
        for problem in inner.0 {
            self.push(problem.within(steps.iter().cloned()));
        }
    }

    /// The problems in the order they were found.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
