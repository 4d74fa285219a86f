//! Kinds of file.

use app::formats::Capability;
use schemars::JsonSchema;
use serde::Serialize;

/// What the server does with one kind of file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FormatResponse {
    /// What such files are served as.
    mime_type: &'static str,
    /// In lower case, the usual one first.
    extensions: Vec<&'static str>,
    /// Whether they are taken in; always true.
    stored: bool,
    /// Whether their metadata is read.
    facts: bool,
    /// Whether pictures are made of them here and now.
    picture: bool,
    /// What makes the pictures.
    decoder: &'static str,
    /// Of which version; null while it is not installed.
    decoder_version: Option<String>,
}

impl From<Capability> for FormatResponse {
    fn from(of: Capability) -> Self {
        Self {
            mime_type: of.mime_type,
            extensions: of.extensions,
            stored: true,
            facts: of.facts,
            picture: of.decoder_version.is_some(),
            decoder: of.decoder,
            decoder_version: of.decoder_version,
        }
    }
}
