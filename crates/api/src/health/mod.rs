//! Is it alive, is it ready, how much does it do: for whoever runs the server.

mod measures;

pub(crate) use measures::Measures;

use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::state::Api;
use crate::wire::OperationId;

impl Measures {
    /// `router` with every answer counted.
    pub(crate) fn around(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), count))
    }
}

async fn count(State(measures): State<Measures>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let response = next.run(request).await;
    let operation = response.extensions().get().map_or("other", |OperationId(id)| id);
    measures.answered(operation, response.status().as_str(), started.elapsed().as_secs_f64());
    response
}

/// `/healthz`: the process answers. `/readyz`: so does the database. `/metrics`: Prometheus text.
pub(crate) fn routes(api: &Api) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(api.clone()))
        .route("/metrics", get(metrics).with_state(api.clone()))
}

async fn ready(State(api): State<Api>) -> Response {
    if api.app.is_ready().await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

async fn metrics(State(api): State<Api>) -> Response {
    api.measures.text(&api.app).await.map_or_else(
        || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |text| ([("content-type", "text/plain; version=0.0.4")], text).into_response(),
    )
}
