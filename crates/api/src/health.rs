//! Is it alive, is it ready, how much does it do: for whoever runs the server.

use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::Named as _;
use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::state::Api;
use crate::wire::OperationId;

/// What is counted.
#[derive(Clone)]
pub(crate) struct Measures {
    registry: Registry,
    requests: HistogramVec,
    tasks: IntGaugeVec,
    waiting: IntGauge,
    read: IntCounter,
    damaged: IntGauge,
}

impl Default for Measures {
    fn default() -> Self {
        let requests = HistogramVec::new(
            HistogramOpts::new("heliograph_request_seconds", "Time to answer, by operation"),
            &["operation", "status"],
        );
        let tasks =
            IntGaugeVec::new(Opts::new("heliograph_tasks", "Tasks that wait or run"), &["status"]);
        let waiting = IntGauge::new(
            "heliograph_database_waiting",
            "Units of work that wait for the database",
        );
        let read = IntCounter::new(
            "heliograph_originals_read_total",
            "Originals that this process has read and compared",
        );
        let damaged = IntGauge::new(
            "heliograph_damaged_originals",
            "Originals known to be missing, changed or unreadable",
        );
        let valid = "names and labels are constants of the right form";
        let measures = Self {
            registry: Registry::new(),
            requests: requests.expect(valid),
            tasks: tasks.expect(valid),
            waiting: waiting.expect(valid),
            read: read.expect(valid),
            damaged: damaged.expect(valid),
        };
        let collectors: [Box<dyn Collector>; 5] = [
            Box::new(measures.requests.clone()),
            Box::new(measures.tasks.clone()),
            Box::new(measures.waiting.clone()),
            Box::new(measures.read.clone()),
            Box::new(measures.damaged.clone()),
        ];
        for collector in collectors {
            measures.registry.register(collector).expect("each is registered once");
        }
        measures
    }
}

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
    measures
        .requests
        .with_label_values(&[operation, response.status().as_str()])
        .observe(started.elapsed().as_secs_f64());
    response
}

/// `/healthz`: the process answers. `/readyz`: so does the database. `/metrics`: Prometheus text.
pub(crate) fn routes(api: &Api, measures: &Measures) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(api.clone()))
        .route("/metrics", get(metrics).with_state((api.clone(), measures.clone())))
}

async fn ready(State(api): State<Api>) -> Response {
    if api.app.is_ready().await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

async fn metrics(State((api, measures)): State<(Api, Measures)>) -> Response {
    measures.waiting.set(i64::try_from(api.app.database_backlog()).unwrap_or(i64::MAX));
    for status in [model::Status::Pending, model::Status::Started] {
        measures.tasks.with_label_values(&[status.name()]).set(0);
    }
    for (status, count) in api.app.task_backlog().await.unwrap_or_default() {
        measures.tasks.with_label_values(&[status.name()]).set(count);
    }
    if let Ok((read, damaged)) = api.app.scrubbed().await {
        // Counted elsewhere, and only ever more.
        measures.read.inc_by(read.saturating_sub(measures.read.get()));
        measures.damaged.set(damaged);
    }
    let text = TextEncoder::new().encode_to_string(&measures.registry.gather());
    text.map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |text| ([("content-type", "text/plain; version=0.0.4")], text).into_response(),
    )
}
