//! Who asks, and whether they may (contract 1.9).

use std::future::Future;

use axum::http::{HeaderMap, HeaderValue};
use model::{Action, Allowance, Named};

use super::{ApiError, RequestId};

/// What a credential has to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// One action.
    Action(Action),
    /// All of several actions.
    Actions(&'static [Action]),
    /// A first-party session: no API key, no delegated token.
    Session,
}

impl Needs {
    /// The actions it takes; none for a session.
    pub fn actions(&self) -> &[Action] {
        match self {
            Self::Action(action) => std::slice::from_ref(action),
            Self::Actions(actions) => actions,
            Self::Session => &[],
        }
    }

    /// 403 when `viewer` lacks something.
    pub(super) fn check(&self, viewer: &impl Permits) -> Result<(), ApiError> {
        if *self == Self::Session && !viewer.is_session() {
            let detail = "this operation needs a first-party session";
            return Err(ApiError::Forbidden(detail.into()));
        }
        match self.actions().iter().find(|&&action| !viewer.permits(action)) {
            Some(action) => {
                let detail = format!("this credential lacks the action \"{}\"", action.name());
                Err(ApiError::Forbidden(detail))
            }
            None => Ok(()),
        }
    }
}

/// What a credential is good for.
pub trait Permits: Clone + Send + Sync + 'static {
    /// Whether it may be used for `action`.
    fn permits(&self, action: Action) -> bool;

    /// Whether it is a first-party session.
    fn is_session(&self) -> bool;
}

/// The shared state of the server, as far as the kit knows it.
pub trait Authenticate: Clone + Send + Sync + 'static {
    /// Who asks.
    type Viewer: Permits;

    /// Finds out who asks. Without a valid credential: [`ApiError::Unauthorized`].
    fn authenticate(
        &self,
        headers: &HeaderMap,
    ) -> impl Future<Output = Result<Self::Viewer, ApiError>> + Send;

    /// A fresh session for whoever came with one near its end.
    fn renewed(&self, _: &Self::Viewer) -> Option<HeaderValue> {
        None
    }

    /// Makes whoever asks pay for a call of this weight; `None` when nobody has to.
    fn charge(&self, _: &Self::Viewer, _: Weight) -> Option<Allowance> {
        None
    }
}

/// What a call weighs (contract 1.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Any call.
    Plain,
    /// One that brings a file.
    Upload,
}

/// What surrounds a request: the state, who asks, and the headers.
#[derive(Debug, Clone)]
pub struct Cx<S: Authenticate, V = <S as Authenticate>::Viewer> {
    /// The shared state.
    pub state: S,
    /// Who asks; already found good for what the operation [`Needs`].
    pub viewer: V,
    /// The headers of the request.
    pub headers: HeaderMap,
    /// The name of this request in the log.
    pub request_id: RequestId,
}

/// The surroundings of an operation that needs no credential.
pub type Guest<S> = Cx<S, ()>;
