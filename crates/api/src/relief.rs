//! Says "not now" while too much waits already, before anything is done for a request.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use model::Action;

use crate::state::Api;
use crate::wire::{ApiError, Needs, Operation, Verb};

/// Paths of operations that only read although they are no GET.
type Reading = Arc<HashSet<&'static str>>;

/// `router` of the operations and more, which is only asked when its answer would not be late.
pub(crate) fn before(router: Router, operations: &[Operation<Api>], api: &Api) -> Router {
    let reads = |operation: &&Operation<Api>| {
        operation.verb == Verb::Post && operation.needs == Some(Needs::Action(Action::Read))
    };
    let reading: HashSet<_> = operations.iter().filter(reads).map(|one| one.path).collect();
    router.layer(from_fn_with_state((api.clone(), Reading::new(reading)), admit))
}

async fn admit(
    State((api, reading)): State<(Api, Reading)>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().trim_end_matches('/');
    match api.app.check_delay(request.method().is_safe() || reading.contains(path)) {
        Ok(()) => next.run(request).await,
        Err(err) => ApiError::from(err).into_response(),
    }
}
