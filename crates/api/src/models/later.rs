//! Models of parts of the API whose lists are always empty as yet: nothing here finds faces or
//! keeps people, so no value of these types exists.

use schemars::JsonSchema;
use serde::Serialize;

/// A face in a picture.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) enum FaceResponse {}

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) enum PersonResponse {}
