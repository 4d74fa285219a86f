//! What signing in answers (contract 17.12).

use app::SignedIn;
use schemars::JsonSchema;
use serde::Serialize;

/// Where to begin.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuthURLResponse")]
pub(crate) struct AuthUrlResponse {
    /// Where to send the browser.
    pub(crate) url: String,
}

/// Where to end.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LogoutEndpointResponse {
    /// Where to send the browser after the session was forgotten.
    pub(crate) logout_endpoint: String,
}

/// A session, and whose it is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExchangeResponse {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Who signed in.
    user: ExchangedUser,
}

/// Who signed in.
#[derive(Debug, Serialize, JsonSchema)]
struct ExchangedUser {
    /// `intuser_` and 22 characters.
    id: String,
    /// Whether it may do anything; the session of an account that may not opens nothing.
    is_active: bool,
    /// Whether the account is known to be right.
    is_verified: bool,
    /// Address.
    email: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// Always null here.
    clerk_user_id: Option<String>,
}

impl From<SignedIn> for ExchangeResponse {
    fn from(SignedIn { token, user }: SignedIn) -> Self {
        let user = ExchangedUser {
            id: user.id.to_string(),
            is_active: user.is_active,
            is_verified: true,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            clerk_user_id: None,
        };
        Self { access_token: token, user }
    }
}
