//! What every handler has at hand.

use axum::http::{HeaderMap, header};
use model::Action;

use crate::urls::Signer;
use crate::wire::{self, ApiError, Authenticate, Permits};

/// The API over one library server.
#[derive(Clone)]
pub struct Api {
    pub(crate) app: app::App,
    pub(crate) urls: Signer,
}

/// The surroundings of a request with a credential.
pub(crate) type Cx = wire::Cx<Api>;

impl Api {
    /// `urls` signs and checks the URLs of pictures.
    pub const fn new(app: app::App, urls: Signer) -> Self {
        Self { app, urls }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller(pub(crate) app::Viewer);

impl Permits for Caller {
    fn permits(&self, action: Action) -> bool {
        self.0.may(action)
    }

    fn is_session(&self) -> bool {
        self.0.is_session()
    }
}

impl Authenticate for Api {
    type Viewer = Caller;

    async fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(bearer)
            .ok_or(ApiError::Unauthorized)?;
        Ok(Caller(self.app.authenticate(token).await?))
    }
}

/// The token of `Bearer <token>` (RFC 6750); the scheme is case-blind.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl From<app::Error> for ApiError {
    fn from(err: app::Error) -> Self {
        use app::Error as E;
        match err {
            E::Unauthenticated(_) => Self::Unauthorized,
            E::NotFound(detail) => Self::NotFound(detail),
            E::Forbidden(detail) => Self::Forbidden(detail.to_owned()),
            E::Unclear(detail) => Self::BadRequest(detail),
            E::Invalid(field, detail) => Self::invalid_field(field, detail),
            E::Conflict(detail) => Self::Conflict { detail, permanent: true },
            E::StorageFull(detail) => Self::StorageFull(detail.to_owned()),
            E::StorageTrouble(cause) => {
                tracing::error!("storage does not work: {cause}");
                Self::BadGateway("storage does not work right now, try again".to_owned())
            }
            E::Busy(cause) => {
                tracing::warn!("the database is busy: {cause}");
                Self::Unavailable("the library is busy, try again".to_owned())
            }
            E::Down(cause) => {
                tracing::error!("the database cannot be written: {cause:?}");
                Self::Unavailable("the library cannot be written right now".to_owned())
            }
            E::Unexpected(cause) => Self::internal(cause),
        }
    }
}
