//! What an input takes, as data for the OpenAPI document.

use serde_json::{Map, Value, json};

/// Where a value stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Between the slashes.
    Path,
    /// After the `?`.
    Query,
    /// In the JSON object of the body.
    Body,
    /// A part of a `multipart/form-data` body.
    Form,
}

impl Place {
    /// The first step of `loc`; form fields count as body (contract 1.8).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body | Self::Form => "body",
        }
    }
}

/// What may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    Required,
    /// The value; `null` in JSON means the same as leaving it out.
    Optional,
    /// The value, and `null` means something else than leaving it out.
    Nullable,
    /// The value, and `null` is refused.
    Kept,
}

impl Presence {
    /// Whether `null` may be sent where the value would stand in JSON.
    pub(super) const fn allows_null(self) -> bool {
        matches!(self, Self::Optional | Self::Nullable)
    }
}

/// One value an input takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub name: &'static str,
    /// What a caller must know.
    pub about: &'static str,
    /// Its JSON Schema (2020-12), with `default`, `examples` and `deprecated`.
    pub schema: Map<String, Value>,
    /// Whether it may be left out.
    pub presence: Presence,
}

/// Everything an input takes, in the order it reads it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Description {
    /// The values.
    pub values: Vec<Described>,
    /// The body as a whole may be missing.
    pub body_is_optional: bool,
}

impl Description {
    /// The values that stand in `place`.
    pub fn of(&self, place: Place) -> impl Iterator<Item = &Described> {
        self.values.iter().filter(move |value| value.place == place)
    }

    /// The JSON Schema of the object made of the values in `place`; `None` when there are none.
    pub fn object_schema(&self, place: Place) -> Option<Map<String, Value>> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for value in self.of(place) {
            let mut schema = value.schema.clone();
            if place == Place::Body && value.presence.allows_null() {
                allow_null(&mut schema);
            }
            if !value.about.is_empty() {
                schema.insert("description".into(), value.about.into());
            }
            if value.presence == Presence::Required {
                required.push(Value::from(value.name));
            }
            properties.insert(value.name.into(), schema.into());
        }
        if properties.is_empty() {
            return None;
        }
        let mut schema = object(json!({ "type": "object", "properties": properties }));
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
        Some(schema)
    }
}

/// `{"type": "string"}` becomes `{"type": ["string", "null"]}`.
fn allow_null(schema: &mut Map<String, Value>) {
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => {}
    }
    if let Some(Value::Array(tokens)) = schema.get_mut("enum") {
        tokens.push(Value::Null);
    }
}

/// The object inside `json!({…})`; nothing for any other value.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
