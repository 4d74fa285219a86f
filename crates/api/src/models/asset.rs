//! `AssetResponse` (contract 17.3).

use std::collections::BTreeMap;

use app::assets::{Found, Parts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::named;
use schemars::JsonSchema;
use serde::Serialize;

use super::variant::{AssetVariant, Pictures, VariantUrls, as_map};
use super::{FaceResponse, FileDataResponse, MetadataResponse, PersonResponse};
use crate::urls::Signer;

named! {
/// Parts of an asset that are sent only when asked for (contract 1.7).
pub enum Include {
    /// Camera, place, effective caption.
    Metadata = "metadata",
    /// Faces found.
    Faces = "faces",
    /// People shown.
    People = "people",
    /// Checksums and device ids.
    FileData = "file_data",
    /// All URLs instead of one.
    Variants = "variants",
    /// Quality scores, for older clients.
    Metrics = "metrics",
}
}

/// Which parts of an asset to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape(Vec<Include>);

impl Shape {
    /// Only what is asked for.
    pub(crate) fn lean(include: Option<Vec<Include>>) -> Self {
        Self(include.unwrap_or_default())
    }

    /// Everything, unless less is asked for (OP-1).
    pub(crate) fn full(include: Option<Vec<Include>>) -> Self {
        use model::Named;
        Self(include.unwrap_or_else(|| Include::ALL.to_vec()))
    }

    pub(crate) fn has(&self, part: Include) -> bool {
        self.0.contains(&part)
    }

    /// What has to be read for it.
    pub(crate) fn parts(&self) -> Parts {
        Parts {
            file: self.has(Include::FileData),
            faces: self.has(Include::Faces),
            people: self.has(Include::People),
        }
    }
}

/// A photo or video with its metadata and URLs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetResponse {
    /// `asset_` and 22 characters.
    id: String,
    /// Type of the current rendering, such as `image/jpeg`.
    mime_type: String,
    /// Name at upload.
    original_file_name: String,
    /// When it was taken: the wall clock of the device with its UTC offset, or without one when
    /// nobody knows it. Never converted to UTC.
    local_datetime: String,
    /// When the record was made, UTC.
    created_at: String,
    /// When it changed last, UTC; strictly increasing.
    updated_at: String,
    /// When it was moved to the trash, UTC; null for a live asset.
    trashed_at: Option<String>,
    /// Display pixels after rotation; null when unknown.
    width: Option<i64>,
    /// Display pixels after rotation; null when unknown.
    height: Option<i64>,
    /// Seconds; null for images and while unknown.
    duration: Option<f64>,
    /// Written by a model: null while none ran, empty when it declined. Not the caption, which is
    /// `metadata.description`.
    description: Option<String>,
    /// Base64 ThumbHash; null while pending.
    thumbhash: Option<String>,
    /// Named renderings: one without `include=variants`, else all. Stable, signed, absolute.
    #[serde(serialize_with = "as_map")]
    #[schemars(with = "Option<BTreeMap<String, AssetVariant>>")]
    asset_urls: VariantUrls,
    /// Null unless asked for with `include=metadata`.
    metadata: Option<MetadataResponse>,
    /// Null unless asked for with `include=file_data`.
    file_data: Option<FileDataResponse>,
    /// Null unless asked for with `include=faces`; empty when there are none.
    faces: Option<Vec<FaceResponse>>,
    /// Null unless asked for with `include=people`; empty when nobody is identified.
    people: Option<Vec<PersonResponse>>,
    /// Null unless asked for with `include=metrics`; scores by name.
    metrics: Option<BTreeMap<&'static str, Option<f64>>>,
    /// The rendering that is shown.
    current_version_id: String,
    /// Bytes that the URL `original` serves.
    file_size_bytes: i64,
    /// `original`, `edit` or `external:<service>`.
    kind: String,
    /// Picture quality 0–1; null while unknown.
    quality_score: Option<f64>,
    /// The stack it belongs to.
    stack_id: Option<String>,
}

impl AssetResponse {
    pub(crate) fn new(found: Found, shape: &Shape, urls: &Signer) -> Self {
        let Found { asset, file, faces, people } = found;
        let asset_urls = Pictures::of(&asset).urls(shape.has(Include::Variants), urls);
        let original = asset.original();
        Self {
            id: asset.id.to_string(),
            local_datetime: asset.capture.to_string(),
            created_at: asset.created_at.to_string(),
            updated_at: asset.updated_at.to_string(),
            trashed_at: asset.trashed_at.map(|moment| moment.to_string()),
            width: asset.size.map(|size| size.0),
            height: asset.size.map(|size| size.1),
            duration: asset.duration,
            description: None,
            thumbhash: asset.thumbhash.map(|hash| STANDARD.encode(hash)),
            asset_urls,
            metadata: shape.has(Include::Metadata).then(|| {
                MetadataResponse::new(asset.id, asset.created_at, original, asset.metadata)
            }),
            file_data: file.filter(|_| shape.has(Include::FileData)).map(FileDataResponse::new),
            faces: faces
                .filter(|_| shape.has(Include::Faces))
                .map(|faces| faces.iter().map(|face| FaceResponse::new(face, urls)).collect()),
            people: people
                .filter(|_| shape.has(Include::People))
                .map(|people| people.into_iter().map(PersonResponse::from).collect()),
            metrics: shape.has(Include::Metrics).then(BTreeMap::new),
            current_version_id: asset.version_id.to_string(),
            file_size_bytes: asset.file_size_bytes,
            kind: asset.kind.as_str().to_owned(),
            quality_score: None,
            stack_id: asset.stack.map(|id| id.to_string()),
            mime_type: asset.mime_type,
            original_file_name: asset.original_file_name,
        }
    }
}
