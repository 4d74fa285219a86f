//! `AssetVersionResponse` (contract 17.7).

use std::collections::BTreeMap;

use app::versions::{Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Asset, named};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::variant::{AssetVariant, Pictures, VariantUrls, as_map};
use crate::urls::Signer;

named! {
/// Parts of a version that are sent only when asked for (contract 1.7).
pub enum VersionInclude {
    /// All URLs instead of one.
    Variants = "variants",
}
}

/// A rendering of an asset.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetVersionResponse {
    /// `asset_version_` and 22 characters.
    id: String,
    /// 0 is the upload; the highest one is shown.
    position: i64,
    /// `original`, `edit` or `external:<service>`.
    kind: String,
    /// Type of its bytes.
    mime_type: String,
    /// Display pixels; 0 when unknown.
    width: i64,
    /// Display pixels; 0 when unknown.
    height: i64,
    /// Bytes that its URL `original` serves.
    file_size_bytes: i64,
    /// Base64 SHA-256 of those bytes.
    checksum: Option<String>,
    /// How it was made, as it was sent; null for the upload.
    params: Option<Map<String, Value>>,
    /// Named renderings: one without `include=variants`, else all. Stable, signed, absolute.
    #[serde(serialize_with = "as_map")]
    #[schemars(with = "Option<BTreeMap<String, AssetVariant>>")]
    version_urls: VariantUrls,
}

impl AssetVersionResponse {
    pub(crate) fn new(
        version: Version,
        asset: &Asset,
        include: &[VersionInclude],
        urls: &Signer,
    ) -> Self {
        let version_urls = Pictures::of_version(&version, asset)
            .urls(include.contains(&VersionInclude::Variants), urls);
        let params = version.params.and_then(|text| Params::new(text).ok());
        Self {
            id: version.id.to_string(),
            position: version.position,
            kind: version.kind.as_str().to_owned(),
            mime_type: version.mime_type,
            width: version.size.map_or(0, |size| size.0),
            height: version.size.map_or(0, |size| size.1),
            file_size_bytes: version.file_size_bytes,
            checksum: Some(STANDARD.encode(version.checksum)),
            params: params.map(Params::into_object),
            version_urls,
        }
    }
}
