//! From operations to a router.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use futures_util::StreamExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use super::request_id::identify;
use super::{ApiError, Authenticate, Operation, Verb};

/// Marks a response with the operation that made it, for whoever counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationId(
    /// The id of the operation.
    pub &'static str,
);

/// The routes of all operations, each with and without a slash at the end: never a redirect
/// (contract 1.1). To be merged with other routes and then [`enclose`]d.
pub fn routes<S: Authenticate>(operations: &[Operation<S>], state: &S) -> Router {
    operations.iter().fold(Router::new(), |router, operation| {
        let (id, run, state) = (OperationId(operation.id), operation.run.clone(), state.clone());
        let handler = move |request: Request| {
            let (parts, body) = request.into_parts();
            let (body, is_read) = watched(body);
            let running = run(state.clone(), parts, body);
            async move {
                let mut response = running.await;
                response.extensions_mut().insert(id);
                if !is_read.load(Ordering::Relaxed) {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                response
            }
        };
        let handler = on(filter(operation.verb), handler);
        let path = operation.path.trim_end_matches('/');
        router.route(path, handler.clone()).route(&format!("{path}/"), handler)
    })
}

/// Gives every answer of `router` a request id, every refusal the JSON envelope, and every panic
/// the form of a 500. Once, around all routes.
pub fn enclose(router: Router) -> Router {
    router
        .fallback(async || ApiError::NotFound("Not Found".into()))
        // The Allow header is axum's.
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(identify))
}

/// The body, and whether it was read to its end. After a refusal in the middle of a body the
/// connection cannot be used again, and the client has to be told (RFC 9112 9.6).
fn watched(body: Body) -> (Body, Arc<AtomicBool>) {
    let is_read = Arc::new(AtomicBool::new(body.is_end_stream()));
    if body.is_end_stream() {
        return (body, is_read);
    }
    let end = is_read.clone();
    let end = futures_util::stream::poll_fn(move |_| {
        end.store(true, Ordering::Relaxed);
        Poll::Ready(None)
    });
    (Body::from_stream(body.into_data_stream().chain(end)), is_read)
}

const fn filter(verb: Verb) -> MethodFilter {
    match verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Patch => MethodFilter::PATCH,
        Verb::Delete => MethodFilter::DELETE,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer asks for this signature")]
fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    ApiError::internal(format!("a handler panicked: {text}")).into_response()
}
