//! How long the database and the objects take: histograms for whoever collects them.

use prometheus::{HistogramOpts, HistogramVec};

/// From a tenth of a millisecond to ten seconds.
const BUCKETS: [f64; 11] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// Units of work, by `kind`.
pub(crate) fn database() -> HistogramVec {
    histogram("heliograph_database_seconds", "Time until a unit of work was done", "kind")
}

/// Calls to the store of objects, by `call`.
pub(crate) fn objects() -> HistogramVec {
    histogram("heliograph_object_seconds", "Time that calls to the store of objects took", "call")
}

fn histogram(name: &str, help: &str, label: &str) -> HistogramVec {
    let options = HistogramOpts::new(name, help).buckets(BUCKETS.to_vec());
    HistogramVec::new(options, &[label]).expect("name and label are constants of the right form")
}
