//! What is answered: one type per model of contract 17, the union of both client generations.
//!
//! "Required" fields are never null; all others are sent as null when empty.

mod account;
mod album;
mod asset;
mod cluster;
mod count;
mod event;
mod file;
mod format;
mod metadata;
mod moved;
mod page;
mod person;
mod search;
mod sharing;
mod sign_in;
mod stack;
mod task;
mod variant;
mod version;

pub(crate) use account::{ApiKeyCreateResponse, ApiKeyResponse, LibraryResponse, UserResponse};
pub(crate) use album::{AlbumAssetResponse, AlbumResponse, AssetsAssociationAddResponse};
pub(crate) use asset::{AssetResponse, Include, Shape};
pub(crate) use cluster::AssetClusterByGeoResponse;
pub(crate) use count::AssetCount;
pub(crate) use event::EventsResponse;
pub(crate) use file::{AssetExistenceResponse, FileDataResponse};
pub(crate) use format::FormatResponse;
pub(crate) use metadata::MetadataResponse;
pub(crate) use moved::AssetMoveResponse;
pub(crate) use page::Page;
pub(crate) use person::{FaceResponse, PersonResponse};
pub(crate) use search::SearchHit;
pub(crate) use sharing::{
    InvitationJoinResponse, InvitationLinkResponse, InvitationPreviewResponse, InvitationResponse,
    MembershipResponse,
};
pub(crate) use sign_in::{AuthUrlResponse, ExchangeResponse, LogoutEndpointResponse};
pub(crate) use stack::{StackInclude, StackResponse};
pub(crate) use task::TaskResponse;
pub(crate) use variant::AssetVariant;
pub(crate) use version::{AssetVersionResponse, VersionInclude};
