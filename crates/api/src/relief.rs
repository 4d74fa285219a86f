//! Says "not now" while too much waits already, before anything is done for a request.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};

use crate::state::Api;
use crate::wire::ApiError;

/// `router`, which is only asked when its answer would not be late.
pub(crate) fn before(router: Router, api: &Api) -> Router {
    router.layer(from_fn_with_state(api.clone(), admit))
}

async fn admit(State(api): State<Api>, request: Request, next: Next) -> Response {
    match api.app.check_delay(request.method().is_safe()) {
        Ok(()) => next.run(request).await,
        Err(err) => ApiError::from(err).into_response(),
    }
}
