//! What is counted, and how it is shown to Prometheus.

use std::sync::Arc;
use std::time::Duration;

use app::App;
use app::vitals::Backlog;
use model::{Named as _, Status};
use prometheus::core::{AtomicF64, Collector, GenericGaugeVec};
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use tokio::sync::Mutex;
use tokio::time::timeout;

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
    free: IntGaugeVec,
    asking: Arc<Mutex<()>>,
}

/// How long the database and the disk are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

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
        let ages = Opts::new(
            "heliograph_oldest_task_seconds",
            "How long the oldest waiting task has been due",
        );
        let read = IntCounter::new("heliograph_originals_read_total", "Originals read to compare");
        let measures = Self {
            requests: added(
                &registry,
                HistogramVec::new(requests, &["operation", "status"]).expect(VALID),
            ),
            tasks: gauges("heliograph_tasks", "Tasks that wait or run", &["kind", "status"]),
            ages: added(&registry, GenericGaugeVec::new(ages, &["kind"]).expect(VALID)),
            waiting: gauge("heliograph_database_waiting", "Units of work that wait"),
            pictures: gauges("heliograph_picture_bytes", "Memory of pictures", &["room", "state"]),
            read: added(&registry, read.expect(VALID)),
            damaged: gauge("heliograph_damaged_originals", "Originals known to be damaged"),
            free: gauges("heliograph_object_free_bytes", "Room beside the objects", &[]),
            asking: Arc::default(),
            registry,
        };
        added(&measures.registry, app.database_seconds());
        added(&measures.registry, app.object_seconds());
        measures
    }

    pub(super) fn answered(&self, operation: &str, status: &str, seconds: f64) {
        self.requests.with_label_values(&[operation, status]).observe(seconds);
    }

    /// Everything as Prometheus text (version 0.0.4). What database and disk do not tell in time is
    /// as it was, and asked for once at a time.
    pub(super) async fn text(&self, app: &App) -> Option<String> {
        self.waiting.set(whole(app.database_backlog() as u64));
        for memory in app.picture_memory() {
            for (state, bytes) in [("used", memory.used), ("all", memory.all)] {
                self.pictures.with_label_values(&[memory.room, state]).set(whole(bytes));
            }
        }
        if let Ok(turn) = self.asking.clone().try_lock_owned() {
            let (measures, app) = (self.clone(), app.clone());
            let asked = tokio::spawn(async move {
                measures.ask(&app).await;
                drop(turn);
            });
            // What comes later is for the next one who looks.
            _ = timeout(PATIENCE, asked).await;
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).ok()
    }

    async fn ask(&self, app: &App) {
        if let Ok(backlog) = app.task_backlog().await {
            self.show_backlog(backlog);
        }
        if let Ok(scrubbed) = app.scrubbed().await {
            // Counted elsewhere, and only ever more.
            self.read.inc_by(scrubbed.read.saturating_sub(self.read.get()));
            self.damaged.set(scrubbed.damaged);
        }
        if let Ok(Some(free)) = app.free_bytes().await {
            self.free.with_label_values::<&str>(&[]).set(whole(free));
        }
    }

    fn show_backlog(&self, backlog: Vec<Backlog>) {
        self.tasks.reset();
        self.ages.reset();
        for Backlog { kind, status, count, age_seconds } in backlog {
            self.tasks.with_label_values(&[kind.name(), status.name()]).set(count);
            if status == Status::Pending {
                self.ages.with_label_values(&[kind.name()]).set(age_seconds);
            }
        }
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn added<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> C {
    registry.register(Box::new(collector.clone())).expect("each is registered once");
    collector
}
