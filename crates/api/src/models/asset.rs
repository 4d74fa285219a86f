//! `AssetResponse` (contract 17.3) and its URLs (2.4, 17.2).

use std::borrow::Cow;
use std::collections::BTreeMap;

use app::assets::{Found, Parts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{MediaType, Named as _, named};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{FaceResponse, FileDataResponse, MetadataResponse, PersonResponse};
use crate::urls::{Rendering, Signer};

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
    asset_urls: Vec<(&'static str, AssetVariant)>,
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
    kind: &'static str,
    /// Picture quality 0–1; null while unknown.
    quality_score: Option<f64>,
    /// The stack it belongs to.
    stack_id: Option<String>,
}

/// One rendering of an asset.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetVariant {
    /// Absolute, signed; works without a credential.
    url: String,
    /// Type that is served.
    mimetype: Cow<'static, str>,
    /// Pixels; null when unknown.
    width: Option<i64>,
}

impl AssetResponse {
    pub(crate) fn new(found: Found, shape: &Shape, urls: &Signer) -> Self {
        let Found { asset, file, faces, people } = found;
        let asset_urls = asset_urls(&asset, shape, urls);
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
                .map(|faces| faces.into_iter().map(FaceResponse::from).collect()),
            people: people
                .filter(|_| shape.has(Include::People))
                .map(|people| people.into_iter().map(PersonResponse::from).collect()),
            metrics: shape.has(Include::Metrics).then(BTreeMap::new),
            current_version_id: asset.version_id.to_string(),
            file_size_bytes: asset.file_size_bytes,
            kind: "original",
            quality_score: None,
            stack_id: None,
            mime_type: asset.mime_type,
            original_file_name: asset.original_file_name,
        }
    }
}

/// A list of names and values as a JSON object.
fn as_map<S: Serializer>(
    entries: &[(&'static str, AssetVariant)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(name, variant)| (name, variant)))
}

/// The lean form has one key; a video without a still has `original` as well, because each client
/// generation looks for another one (OP-17).
fn asset_urls(
    asset: &model::Asset,
    shape: &Shape,
    urls: &Signer,
) -> Vec<(&'static str, AssetVariant)> {
    use Rendering::{Fullsize, Original, Preview, Small, Thumbnail};
    let wanted: &[Rendering] = match (shape.has(Include::Variants), asset.media_type) {
        (true, _) => &[Original, Thumbnail, Small, Preview, Fullsize],
        (false, MediaType::Image) => &[Thumbnail],
        (false, MediaType::Video) => &[Thumbnail, Original],
    };
    wanted
        .iter()
        .map(|&rendering| (key(rendering, asset.media_type), variant(asset, rendering, urls)))
        .collect()
}

fn key(rendering: Rendering, media_type: MediaType) -> &'static str {
    match (media_type, rendering) {
        (MediaType::Video, Rendering::Thumbnail) => "thumbnail_image",
        (MediaType::Video, Rendering::Small) => "small_image",
        (MediaType::Video, Rendering::Preview) => "preview_image",
        (MediaType::Video, Rendering::Fullsize) => "fullsize_image",
        _ => rendering.name(),
    }
}

fn variant(asset: &model::Asset, rendering: Rendering, urls: &Signer) -> AssetVariant {
    let is_original = rendering == Rendering::Original;
    let save_as = is_original.then_some(asset.original_file_name.as_str());
    AssetVariant {
        url: urls.url(asset.version_id, rendering, save_as),
        mimetype: if is_original { asset.mime_type.clone().into() } else { "image/jpeg".into() },
        width: asset.size.map(|size| width(size, rendering)),
    }
}

/// The width of a rendering: the longest edge is the rung's, and nothing is enlarged.
fn width((width, height): (i64, i64), rendering: Rendering) -> i64 {
    let edge = match rendering {
        Rendering::Thumbnail => 360,
        Rendering::Small => 720,
        Rendering::Preview => 1440,
        Rendering::Original | Rendering::Fullsize => return width,
    };
    let longest = width.max(height);
    if longest <= edge { width } else { ((width * edge + longest / 2) / longest).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rung_keeps_the_shape_and_enlarges_nothing() {
        assert_eq!(width((4032, 3024), Rendering::Preview), 1440);
        assert_eq!(width((3024, 4032), Rendering::Preview), 1080);
        assert_eq!(width((100, 50), Rendering::Thumbnail), 100);
        assert_eq!(width((4032, 3024), Rendering::Original), 4032);
        assert_eq!(width((1, 100_000), Rendering::Thumbnail), 1);
    }
}
