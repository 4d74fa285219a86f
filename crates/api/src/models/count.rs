//! `AssetCountResponse` (contract 17.6).

use model::PeriodCount;
use schemars::JsonSchema;
use serde::Serialize;

/// The assets of one period.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetCount {
    /// When the period begins on the wall clock; never with an offset.
    time_bucket: String,
    /// How many assets.
    count: i64,
}

impl From<PeriodCount> for AssetCount {
    fn from(bucket: PeriodCount) -> Self {
        Self { time_bucket: bucket.start.to_string(), count: bucket.count }
    }
}
