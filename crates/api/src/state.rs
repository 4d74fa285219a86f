//! What every handler has at hand.

use axum::http::{HeaderMap, HeaderValue, header};
use model::{Action, Allowance, RateLimit};

use crate::cors::Origins;
use crate::health::Measures;
use crate::pace::Pace;
use crate::urls::Signer;
use crate::wire::{self, ApiError, Authenticate, Permits, Weight};

/// The API over one library server.
#[derive(Clone)]
pub struct Api {
    pub(crate) app: app::App,
    pub(crate) urls: Signer,
    pub(crate) sign_in: app::SignIn,
    pub(crate) origins: Origins,
    pub(crate) measures: Measures,
    pace: Option<Pace>,
}

/// The surroundings of a request with a credential.
pub(crate) type Cx = wire::Cx<Api>;

impl Api {
    /// `urls` signs and checks the URLs of pictures.
    pub fn new(app: app::App, urls: Signer) -> Self {
        let sign_in = app::SignIn::new(app.clone(), Vec::new(), None);
        let measures = Measures::of(&app);
        Self { app, urls, sign_in, origins: Origins::default(), measures, pace: None }
    }

    /// Lets people come in this way (contract 15).
    #[must_use]
    pub fn entered_by(self, sign_in: app::SignIn) -> Self {
        Self { sign_in, ..self }
    }

    /// Lets web pages from elsewhere call (contract OP-28).
    #[must_use]
    pub fn open_to(self, origins: Origins) -> Self {
        Self { origins, ..self }
    }

    /// Keeps each account to this rate (contract 1.10).
    #[must_use]
    pub fn at_most(self, limit: RateLimit) -> Self {
        Self { pace: Some(Pace::new(limit)), ..self }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller(pub(crate) app::Viewer, Option<HeaderValue>);

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
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        // Of two credentials none is meant: whoever stands between might have read the other.
        let (Some(value), None) = (sent.next(), sent.next()) else {
            return Err(ApiError::Unauthorized);
        };
        let token = value.to_str().ok().and_then(bearer).ok_or(ApiError::Unauthorized)?;
        let admitted = self.app.authenticate(token).await?;
        let fresh = self.app.renewed(&admitted).and_then(|token| HeaderValue::try_from(token).ok());
        Ok(Caller(admitted.viewer, fresh))
    }

    fn renewed(&self, Caller(_, fresh): &Caller) -> Option<HeaderValue> {
        fresh.clone()
    }

    fn charge(&self, Caller(viewer, _): &Caller, weight: Weight) -> Option<Allowance> {
        self.pace.as_ref().map(|pace| pace.charge(viewer.user, weight))
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
            E::TooMuch(parameter, detail) => Self::invalid_query(parameter, detail),
            E::Unfit(parameter, detail) => Self::invalid_path(parameter, detail),
            E::Conflict(detail) => Self::Conflict { detail, permanent: true },
            E::Overtaken(detail) => Self::Conflict { detail: detail.to_owned(), permanent: false },
            E::TooFast(retry_after_seconds) => Self::TooManyRequests { retry_after_seconds },
            E::Unavailable(detail) => Self::Unavailable(detail.to_owned()),
            E::StorageFull(detail) => Self::StorageFull(detail.to_owned()),
            E::NoRoom(cause) => {
                tracing::error!("the disk is full: {cause:?}");
                Self::StorageFull("the server has no room left".to_owned())
            }
            E::StorageTrouble(cause) => {
                tracing::error!("storage does not work: {cause}");
                Self::BadGateway("storage does not work right now, try again".to_owned())
            }
            E::Busy(cause) => {
                tracing::warn!("the database is busy: {cause}");
                Self::Unavailable("the library is busy, try again".to_owned())
            }
            E::Down(cause) => {
                tracing::error!("the database cannot be read or written: {cause:?}");
                Self::Unavailable("the library cannot be read or written right now".to_owned())
            }
            E::Unexpected(cause) => Self::internal(cause),
        }
    }
}
