//! `FileDataResponse` and `AssetLiteResponse` (contract 17.5).

use app::assets::Lite;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::FileData;
use schemars::JsonSchema;
use serde::Serialize;

/// Where a file came from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileDataResponse {
    /// Base64 SHA-256 of the uploaded bytes.
    checksum: String,
    /// Base64 SHA-1 of the uploaded bytes.
    checksum_sha1: Option<String>,
    /// The device's own name for it.
    device_asset_id: String,
    /// The device.
    device_id: String,
    /// As sent with the upload.
    file_created_at: String,
    /// As sent with the upload.
    file_modified_at: String,
    /// Size of the upload.
    file_size_bytes: i64,
}

impl FileDataResponse {
    pub(crate) fn new(file: FileData) -> Self {
        Self {
            checksum: STANDARD.encode(file.sha256),
            checksum_sha1: Some(STANDARD.encode(file.sha1)),
            device_asset_id: file.device_asset_id,
            device_id: file.device_id,
            file_created_at: file.file_created_at.to_string(),
            file_modified_at: file.file_modified_at.to_string(),
            file_size_bytes: file.file_size_bytes,
        }
    }
}

/// The assets that are here already.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetExistenceResponse {
    /// Matches only, in no particular order.
    assets: Vec<AssetLiteResponse>,
}

/// An asset by its fingerprints.
#[derive(Debug, Serialize, JsonSchema)]
struct AssetLiteResponse {
    /// The asset.
    id: String,
    /// Base64 SHA-256.
    checksum: String,
    /// Base64 SHA-1.
    checksum_sha1: Option<String>,
    /// As sent.
    device_asset_id: String,
    /// As sent.
    device_id: String,
}

impl From<Vec<Lite>> for AssetExistenceResponse {
    fn from(found: Vec<Lite>) -> Self {
        let lite = |asset: Lite| AssetLiteResponse {
            id: asset.id.to_string(),
            checksum: STANDARD.encode(asset.sha256),
            checksum_sha1: Some(STANDARD.encode(asset.sha1)),
            device_asset_id: asset.device_asset_id,
            device_id: asset.device_id,
        };
        Self { assets: found.into_iter().map(lite).collect() }
    }
}
