//! What is counted, and how it is shown to Prometheus.

use app::App;
use model::Named as _;
use prometheus::core::{AtomicF64, Collector, GenericGaugeVec};
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// What is counted.
#[derive(Clone)]
pub(crate) struct Measures {
    registry: Registry,
    requests: HistogramVec,
    tasks: IntGaugeVec,
    ages: GenericGaugeVec<AtomicF64>,
    waiting: IntGauge,
    pictures: IntGaugeVec,
    read: IntCounter,
    damaged: IntGauge,
    free: IntGauge,
}

const VALID: &str = "names and labels are constants of the right form";

impl Measures {
    pub(crate) fn of(app: &App) -> Self {
        let registry = Registry::new();
        let gauge =
            |name: &str, help: &str| added(&registry, IntGauge::new(name, help).expect(VALID));
        let gauges = |name: &str, help: &str, labels: &[&str]| {
            added(&registry, IntGaugeVec::new(Opts::new(name, help), labels).expect(VALID))
        };
        let requests = HistogramOpts::new("heliograph_request_seconds", "Time to answer");
        let ages = Opts::new("heliograph_oldest_task_seconds", "Age of the oldest waiting task");
        let read = IntCounter::new("heliograph_originals_read_total", "Originals read to compare");
        let measures = Self {
            requests: added(
                &registry,
                HistogramVec::new(requests, &["operation", "status"]).expect(VALID),
            ),
            tasks: gauges("heliograph_tasks", "Tasks that wait or run", &["kind", "status"]),
            ages: added(&registry, GenericGaugeVec::new(ages, &["kind"]).expect(VALID)),
            waiting: gauge("heliograph_database_waiting", "Units of work that wait"),
            pictures: gauges("heliograph_picture_bytes", "Memory of pictures", &["state"]),
            read: added(&registry, read.expect(VALID)),
            damaged: gauge("heliograph_damaged_originals", "Originals known to be damaged"),
            free: gauge("heliograph_object_free_bytes", "Room beside the objects"),
            registry,
        };
        added(&measures.registry, app.database_seconds());
        added(&measures.registry, app.object_seconds());
        measures
    }

    pub(super) fn answered(&self, operation: &str, status: &str, seconds: f64) {
        self.requests.with_label_values(&[operation, status]).observe(seconds);
    }

    /// Everything as Prometheus text (version 0.0.4). What the database does not tell is left as
    /// it was.
    pub(super) async fn text(&self, app: &App) -> Option<String> {
        self.waiting.set(i64::try_from(app.database_backlog()).unwrap_or(i64::MAX));
        let memory = app.picture_memory();
        let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        self.pictures.with_label_values(&["used"]).set(bytes(memory.used));
        self.pictures.with_label_values(&["all"]).set(bytes(memory.all));
        if let Ok(backlog) = app.task_backlog().await {
            self.tasks.reset();
            self.ages.reset();
            for of_kind in backlog {
                let (kind, status) = (of_kind.kind.name(), of_kind.status);
                self.tasks.with_label_values(&[kind, status.name()]).set(of_kind.count);
                if status == model::Status::Pending {
                    self.ages.with_label_values(&[kind]).set(of_kind.age_seconds);
                }
            }
        }
        if let Ok(scrubbed) = app.scrubbed().await {
            // Counted elsewhere, and only ever more.
            self.read.inc_by(scrubbed.read.saturating_sub(self.read.get()));
            self.damaged.set(scrubbed.damaged);
        }
        if let Ok(Some(free)) = app.free_bytes().await {
            self.free.set(bytes(free));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).ok()
    }
}

fn added<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> C {
    registry.register(Box::new(collector.clone())).expect("each is registered once");
    collector
}
