//! The parts of a request a reader reads.

use serde_json::{Map, Value};

use super::Place;

/// A request, taken apart but not yet understood.
#[derive(Debug, Default)]
pub struct Request {
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    body: Map<String, Value>,
}

/// A value as it arrived.
pub(super) enum Raw<'v> {
    Absent,
    Texts(Vec<&'v str>),
    Json(&'v Value),
}

impl Request {
    /// With the parameters of the path, decoded.
    #[must_use]
    pub fn with_path(self, path: Vec<(String, String)>) -> Self {
        Self { path, ..self }
    }

    /// With the text after the `?`, still encoded.
    #[must_use]
    pub fn with_query(self, query: &str) -> Self {
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { query, ..self }
    }

    /// With a JSON object as the body.
    #[must_use]
    pub fn with_body(self, body: Map<String, Value>) -> Self {
        Self { body, ..self }
    }

    /// With the parts of a form: their names and texts, for a file its file name.
    #[must_use]
    pub fn with_form(self, form: Vec<(String, String)>) -> Self {
        Self { form, ..self }
    }

    pub(super) fn body(&self) -> &Map<String, Value> {
        &self.body
    }

    /// The parameter of the path; empty when the route has none of that name.
    pub(super) fn path_text(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text)
    }

    /// All texts given for `name` or `name[]`. Blank ones count as not given (contract 1.1).
    pub(super) fn texts(&self, place: Place, name: &str) -> Raw<'_> {
        let pairs = if place == Place::Form { &self.form } else { &self.query };
        let texts: Vec<&str> = pairs
            .iter()
            .filter(|(key, text)| is_called(key, name) && !text.trim().is_empty())
            .map(|(_, text)| text.as_str())
            .collect();
        if texts.is_empty() { Raw::Absent } else { Raw::Texts(texts) }
    }
}

fn is_called(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| matches!(rest, "" | "[]"))
}
