//! Users, libraries and keys (contract 17.11, 17.12).

use app::keys::NewKey;
use app::libraries::LibraryView;
use app::preferences::FACE_DETECTION_AVAILABLE;
use model::{ApiKey, Named as _, Scope, UNLIMITED_BYTES, User};
use schemars::JsonSchema;
use serde::Serialize;

/// An account.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the contract has them")]
pub(crate) struct UserResponse {
    /// `intuser_` and 22 characters.
    id: String,
    /// When it was made, UTC.
    created_at: String,
    /// Moves with every change, UTC.
    updated_at: String,
    /// Whether it may do anything.
    is_active: bool,
    /// Whether it runs this server.
    is_superuser: bool,
    /// Whether its address is known to be right.
    is_verified: bool,
    /// Cap over all its libraries; 2^53 − 1 when there is none.
    storage_limit_bytes: i64,
    /// Bytes of all its originals, the trash included.
    storage_used_bytes: i64,
    /// Address.
    email: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// IANA zone.
    timezone: Option<String>,
    /// Whether the demonstration content is shown.
    demo_mode_enabled: bool,
    /// Whether this server finds faces.
    face_detection_available: bool,
    /// Whether the person wants faces found; null while they have not said.
    face_detection_preference: Option<bool>,
    /// How favourites are shown: `favorite` or `rating`.
    favorite_display_mode: &'static str,
    /// ISO 3166-1 alpha-2.
    home_country: Option<String>,
    /// ISO 3166-2 part after the country.
    home_subdivision: Option<String>,
    /// The library that Immich clients use.
    immich_library_id: Option<String>,
}

impl From<User> for UserResponse {
    fn from(user: User) -> Self {
        let said = user.preferences;
        Self {
            id: user.id.to_string(),
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
            is_active: user.is_active,
            is_superuser: user.is_superuser,
            is_verified: true,
            storage_limit_bytes: user.storage_limit_bytes.unwrap_or(UNLIMITED_BYTES),
            storage_used_bytes: user.storage_used_bytes,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            timezone: None,
            demo_mode_enabled: said.demo_mode,
            face_detection_available: FACE_DETECTION_AVAILABLE,
            face_detection_preference: said.face_detection,
            favorite_display_mode: said.favorite_display.name(),
            home_country: said.home_country,
            home_subdivision: said.home_subdivision,
            immich_library_id: said.immich_library.map(|id| id.to_string()),
        }
    }
}

/// Someone, in a few words.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UserSummary {
    /// `intuser_` and 22 characters.
    id: String,
    /// Their name, else their address.
    display_name: Option<String>,
}

impl From<User> for UserSummary {
    fn from(user: User) -> Self {
        Self { id: user.id.to_string(), display_name: user.display_name() }
    }
}

/// A library.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LibraryResponse {
    /// `lib_` and 22 characters.
    id: String,
    /// What people call it.
    name: String,
    /// More about it.
    description: Option<String>,
    /// Live assets.
    asset_count: i64,
    /// Bytes of its originals, the trash included.
    storage_used_bytes: i64,
    /// Its own cap; null for none.
    storage_limit_bytes: Option<i64>,
    /// Whose it is.
    user_id: String,
    /// When it was made, UTC.
    created_at: String,
    /// When its own fields changed last, UTC.
    updated_at: String,
    /// Whose it is.
    owner: UserSummary,
    /// What the caller is in it: `owner`, `collaborator` or `viewer`.
    role: &'static str,
}

impl From<LibraryView> for LibraryResponse {
    fn from(LibraryView { library, owner, role }: LibraryView) -> Self {
        Self {
            id: library.id.to_string(),
            name: library.name,
            description: library.description,
            asset_count: library.asset_count,
            storage_used_bytes: library.storage_used_bytes,
            storage_limit_bytes: library.storage_limit_bytes,
            user_id: library.owner_id.to_string(),
            created_at: library.created_at.to_string(),
            updated_at: library.updated_at.to_string(),
            owner: owner.into(),
            role: role.name(),
        }
    }
}

/// A key, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApiKeyResponse {
    /// `apikey_` and 22 characters.
    id: String,
    /// What people call it.
    name: Option<String>,
    /// When it was made, UTC.
    created_at: String,
    /// Roughly when it was used last, UTC.
    last_used_at: Option<String>,
    /// False once revoked.
    is_active: bool,
    /// What it may do.
    actions: Option<Vec<&'static str>>,
    /// `all_libraries` or `selected_libraries`.
    library_scope_mode: Option<&'static str>,
    /// How many libraries are selected; null for all.
    selected_library_count: Option<usize>,
}

/// A new key and its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApiKeyCreateResponse {
    /// The key.
    #[serde(flatten)]
    key: ApiKeyResponse,
    /// The secret, shown this once.
    api_key: String,
}

impl From<ApiKey> for ApiKeyResponse {
    fn from(key: ApiKey) -> Self {
        let (mode, count) = match &key.scope {
            Scope::All => ("all_libraries", None),
            Scope::Selected(libraries) => ("selected_libraries", Some(libraries.len())),
        };
        Self {
            id: key.id.to_string(),
            name: Some(key.name),
            created_at: key.created_at.to_string(),
            last_used_at: key.last_used_at.map(|moment| moment.to_string()),
            is_active: key.is_active,
            actions: Some(key.actions.iter().map(model::Named::name).collect()),
            library_scope_mode: Some(mode),
            selected_library_count: count,
        }
    }
}

impl From<NewKey> for ApiKeyCreateResponse {
    fn from(NewKey { key, token }: NewKey) -> Self {
        Self { key: key.into(), api_key: token }
    }
}
