//! `AlbumResponse` and `AlbumAssetResponse` (contract 17.8).

use std::collections::BTreeMap;

use app::albums::{Added, Found};
use model::{AlbumAsset, AssetId};
use schemars::JsonSchema;
use serde::Serialize;

use super::variant::AssetVariant;
use crate::urls::Signer;

/// An album.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlbumResponse {
    /// `album_` and 22 characters.
    id: String,
    /// What people call it.
    name: String,
    /// Live members.
    asset_count: i64,
    /// When it was made, UTC.
    created_at: String,
    /// When its own fields changed last, UTC.
    updated_at: String,
    /// More about it.
    description: Option<String>,
    /// The member that is shown for it: the chosen one while it is live, else the newest; null
    /// without live members.
    album_cover_asset_id: Option<String>,
    /// The cover as `thumbnail`; null without one.
    asset_urls: Option<BTreeMap<&'static str, AssetVariant>>,
    /// `local_datetime` of the oldest live member.
    start_date: Option<String>,
    /// `local_datetime` of the newest live member.
    end_date: Option<String>,
}

impl AlbumResponse {
    pub(crate) fn new(found: Found, urls: &Signer) -> Self {
        let Found { album, cover, oldest, newest } = found;
        Self {
            id: album.id.to_string(),
            name: album.name.as_str().to_owned(),
            asset_count: album.asset_count,
            created_at: album.created_at.to_string(),
            updated_at: album.updated_at.to_string(),
            description: album.description,
            album_cover_asset_id: cover.map(|cover| cover.asset.to_string()),
            asset_urls: cover.map(|cover| {
                let thumbnail = AssetVariant::thumbnail(cover.version, cover.size, urls);
                BTreeMap::from([("thumbnail", thumbnail)])
            }),
            start_date: oldest.map(|time| time.to_string()),
            end_date: newest.map(|time| time.to_string()),
        }
    }
}

/// The membership of an asset in an album.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlbumAssetResponse {
    /// `album_asset_` and 22 characters.
    id: String,
    /// The album.
    album_id: String,
    /// The member.
    asset_id: String,
    /// When the asset came in, UTC.
    created_at: String,
    /// The same, UTC.
    updated_at: String,
}

impl From<AlbumAsset> for AlbumAssetResponse {
    fn from(link: AlbumAsset) -> Self {
        Self {
            id: link.id.to_string(),
            album_id: link.album_id.to_string(),
            asset_id: link.asset_id.to_string(),
            created_at: link.created_at.to_string(),
            updated_at: link.updated_at.to_string(),
        }
    }
}

/// What became of each asset that was to come into an album: it is in exactly one of the lists.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the contract names them so")]
pub(crate) struct AssetsAssociationAddResponse {
    /// They are in it now.
    added_assets: Vec<String>,
    /// They were in it already.
    duplicate_assets: Vec<String>,
    /// There are no such assets in the library of the album.
    not_found_assets: Vec<String>,
}

impl From<Added> for AssetsAssociationAddResponse {
    fn from(came: Added) -> Self {
        let texts = |ids: Vec<AssetId>| ids.iter().map(ToString::to_string).collect();
        Self {
            added_assets: texts(came.added),
            duplicate_assets: texts(came.duplicates),
            not_found_assets: texts(came.not_found),
        }
    }
}
