//! Whose bucket is how full. Each process counts for itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use model::{Allowance, Bucket, RateLimit, UserId};

use crate::wire::Weight;

/// Entries beyond which full buckets are forgotten: they are as good as new.
const TIDY_AT: usize = 1024;

/// The buckets of all accounts.
#[derive(Clone)]
pub(crate) struct Pace {
    limit: RateLimit,
    beginning: Instant,
    buckets: Arc<Mutex<HashMap<UserId, Bucket>>>,
}

impl Pace {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, beginning: Instant::now(), buckets: Arc::default() }
    }

    pub(crate) fn charge(&self, user: UserId, weight: Weight) -> Allowance {
        let now = self.beginning.elapsed();
        let cost = match weight {
            Weight::Plain => 1,
            Weight::Upload => self.limit.upload_cost,
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= TIDY_AT && !buckets.contains_key(&user) {
            buckets.retain(|_, bucket| !bucket.is_full(&self.limit, now));
        }
        buckets.entry(user).or_insert_with(|| Bucket::full(now)).take(&self.limit, cost, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_a_bucket_of_its_own() {
        let pace = Pace::new(RateLimit { capacity: 2, refill_per_second: 1, upload_cost: 2 });
        let (kim, lee) = (UserId::generate(), UserId::generate());
        assert_eq!(pace.charge(kim, Weight::Upload).remaining, 0);
        assert!(pace.charge(kim, Weight::Plain).retry_in_seconds.is_some());
        assert_eq!(pace.charge(lee, Weight::Plain).remaining, 1);
    }
}
