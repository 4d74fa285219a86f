//! `PersonResponse` and `FaceResponse` (contract 17.9).

use std::collections::BTreeMap;

use app::people::Found;
use model::{Face, FaceId, Named as _, Person, VersionId};
use schemars::JsonSchema;
use serde::Serialize;

use super::AssetVariant;
use crate::urls::Signer;

/// Somebody whom faces show.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PersonResponse {
    /// `person_` and 22 characters.
    id: String,
    /// What they are called; unique in the library, ignoring case.
    name: Option<String>,
    /// `YYYY-MM-DD`.
    birth_date: Option<String>,
    /// Whether they are shown first.
    is_favorite: bool,
    /// Whether they are left out of lists.
    is_hidden: bool,
    /// The face chosen to stand for them.
    thumbnail_face_id: Option<String>,
    /// Live assets with a face of theirs.
    asset_count: Option<i64>,
    /// Key `thumbnail`: a crop of the face that stands for them.
    asset_urls: Option<BTreeMap<&'static str, AssetVariant>>,
    /// By `include=cluster_metrics`, of people whose faces were compared.
    cluster_metrics: Option<ClusterMetrics>,
    /// When the record was made, UTC.
    created_at: String,
    /// When their own fields changed last, UTC.
    updated_at: String,
}

/// How alike the faces of a person are.
#[derive(Debug, Serialize, JsonSchema)]
struct ClusterMetrics {
    /// Faces that were compared.
    face_count: i64,
    /// Mean cosine distance of two of them.
    pairwise_mean: f64,
    /// 90th percentile of that distance.
    pairwise_p90: f64,
}

impl PersonResponse {
    /// A person with their portrait.
    pub(crate) fn new(found: Found, urls: &Signer) -> Self {
        let portrait = found.portrait.map(|portrait| (portrait.version, portrait.face));
        Self { asset_urls: portrait.map(|of| crop(of, urls)), ..Self::from(found.person) }
    }
}

/// The one URL of a face.
fn crop(
    (version, face): (VersionId, FaceId),
    urls: &Signer,
) -> BTreeMap<&'static str, AssetVariant> {
    BTreeMap::from([("thumbnail", AssetVariant::jpeg(urls.face_url(version, face)))])
}

impl From<Person> for PersonResponse {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name.map(|name| name.as_str().to_owned()),
            birth_date: person.birth_date.map(|date| date.to_string()),
            is_favorite: person.is_favorite,
            is_hidden: person.is_hidden,
            thumbnail_face_id: person.thumbnail_face_id.map(|id| id.to_string()),
            asset_count: Some(person.asset_count),
            asset_urls: None,
            cluster_metrics: None,
            created_at: person.created_at.to_string(),
            updated_at: person.updated_at.to_string(),
        }
    }
}

/// A face in a picture.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FaceResponse {
    /// `face_` and 22 characters.
    id: String,
    /// The asset it is in.
    asset_id: String,
    /// Whom it shows, as far as that is known.
    person_id: Option<String>,
    /// Where, in display pixels of the original.
    bounding_box: BoundingBoxResponse,
    /// `automatic` or `manual`.
    source: &'static str,
    /// 0–1, how sure the detector was; null for manual faces.
    confidence: Option<f64>,
    /// Of a video, milliseconds from its beginning.
    timestamp_ms: Option<i64>,
    /// Key `thumbnail`: a crop of the face.
    asset_urls: Option<BTreeMap<&'static str, AssetVariant>>,
    /// By `include=cluster_assignment`, of faces that were compared.
    cluster_assignment: Option<ClusterAssignment>,
    /// When the record was made, UTC.
    created_at: String,
    /// When it changed last, UTC.
    updated_at: String,
}

/// A part of a picture, from its top left corner.
#[derive(Debug, Serialize, JsonSchema)]
struct BoundingBoxResponse {
    /// From the left edge.
    x: i64,
    /// From the top edge.
    y: i64,
    /// Width.
    w: i64,
    /// Height.
    h: i64,
}

/// Whom a face may show, by likeness.
#[derive(Debug, Serialize, JsonSchema)]
struct ClusterAssignment {
    /// Cosine distance to the person it is assigned to; smaller fits better.
    distance_to_person: Option<f64>,
    /// Others it may show, nearest first.
    candidates: Option<Vec<Candidate>>,
}

/// Somebody whom a face may show.
#[derive(Debug, Serialize, JsonSchema)]
struct Candidate {
    /// Who.
    person_id: String,
    /// Cosine distance.
    distance: f64,
    /// What they are called.
    name: Option<String>,
}

impl FaceResponse {
    pub(crate) fn new(face: &Face, urls: &Signer) -> Self {
        let model::BoundingBox { x, y, w, h } = face.bounding_box;
        Self {
            id: face.id.to_string(),
            asset_id: face.asset_id.to_string(),
            person_id: face.person_id.map(|id| id.to_string()),
            bounding_box: BoundingBoxResponse { x, y, w, h },
            source: face.source.name(),
            confidence: face.confidence,
            timestamp_ms: face.timestamp_ms,
            asset_urls: face.version_id.map(|version| crop((version, face.id), urls)),
            cluster_assignment: None,
            created_at: face.created_at.to_string(),
            updated_at: face.updated_at.to_string(),
        }
    }
}
