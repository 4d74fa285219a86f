//! Checksums.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Format;
use crate::wire::Problems;
use crate::wire::description::object;

/// A checksum of `N` bytes in base64. A text that is none reads as `None`, because a malformed
/// checksum is no error but one that never matches (contract 3.6).
pub struct Digest<const N: usize>;

impl<const N: usize> Format for Digest<N> {
    type Value = Option<[u8; N]>;

    fn schema(&self) -> Map<String, Value> {
        let example = STANDARD.encode([0x5A; N]);
        object(json!({ "type": "string", "contentEncoding": "base64", "examples": [example] }))
    }

    fn read_text(&self, text: &str) -> Result<Self::Value, Problems> {
        Ok(STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()))
    }

    fn read_json(&self, json: &Value) -> Result<Self::Value, Problems> {
        match json {
            Value::String(text) => self.read_text(text),
            other => Err(super::text::not_a_string(other)),
        }
    }
}
