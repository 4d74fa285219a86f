//! How fast an account may ask (contract 1.10): a bucket of tokens that refills with time.

use std::time::Duration;

/// A token in the unit that is counted in, so that refilling by the microsecond loses nothing.
const TOKEN: u64 = 1_000_000;

/// The size of the bucket, how fast it refills, and what things cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Tokens in a full bucket: what may be spent at once.
    pub capacity: u32,
    /// Tokens that come back each second.
    pub refill_per_second: u32,
    /// Tokens an upload costs; any other call costs one.
    pub upload_cost: u32,
}

impl RateLimit {
    /// The numbers clients were written for.
    pub const USUAL: Self = Self { capacity: 400, refill_per_second: 100, upload_cost: 20 };
}

/// What is left of an account's tokens. Full at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Microtokens that were missing from a full bucket at `at`.
    missing: u64,
    at: Duration,
}

/// What a call left behind, or would have taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Tokens of a full bucket.
    pub limit: u32,
    /// Whole tokens that are left.
    pub remaining: u32,
    /// Seconds until the bucket is full again, rounded up.
    pub full_in_seconds: u64,
    /// `None`: paid. Otherwise nothing was taken, and the call can be paid in so many seconds,
    /// rounded up and at least one.
    pub retry_in_seconds: Option<u64>,
}

impl Bucket {
    /// A full bucket. Moments are times since any one beginning.
    pub const fn full(at: Duration) -> Self {
        Self { missing: 0, at }
    }

    /// Whether it is as good as new at `now`.
    pub fn is_full(&self, limit: &RateLimit, now: Duration) -> bool {
        self.missing_at(limit, now) == 0
    }

    /// Takes `cost` tokens, or none when there are not so many. What costs more than the bucket
    /// holds is paid with a full one.
    pub fn take(&mut self, limit: &RateLimit, cost: u32, now: Duration) -> Allowance {
        let capacity = u64::from(limit.capacity) * TOKEN;
        let cost = (u64::from(cost) * TOKEN).min(capacity);
        let missing = self.missing_at(limit, now);
        let too_many = (missing + cost).saturating_sub(capacity);
        *self = Self { missing: if too_many == 0 { missing + cost } else { missing }, at: now };
        Allowance {
            limit: limit.capacity,
            remaining: u32::try_from((capacity - self.missing) / TOKEN).unwrap_or(u32::MAX),
            full_in_seconds: seconds(self.missing, limit),
            retry_in_seconds: (too_many > 0).then(|| seconds(too_many, limit).max(1)),
        }
    }

    fn missing_at(&self, limit: &RateLimit, now: Duration) -> u64 {
        let micros = u64::try_from(now.saturating_sub(self.at).as_micros()).unwrap_or(u64::MAX);
        let refilled = micros.saturating_mul(u64::from(limit.refill_per_second));
        self.missing.saturating_sub(refilled)
    }
}

fn seconds(microtokens: u64, limit: &RateLimit) -> u64 {
    microtokens.div_ceil(u64::from(limit.refill_per_second.max(1)) * TOKEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: RateLimit = RateLimit::USUAL;
    const START: Duration = Duration::from_secs(1000);

    #[test]
    fn a_full_bucket_pays_for_four_hundred_calls_or_twenty_uploads() {
        for (cost, calls) in [(1, 400), (LIMIT.upload_cost, 20)] {
            let mut bucket = Bucket::full(START);
            for paid in 1..=calls {
                let left = bucket.take(&LIMIT, cost, START);
                assert_eq!((left.remaining, left.retry_in_seconds), (400 - paid * cost, None));
            }
            assert_eq!(bucket.take(&LIMIT, cost, START).retry_in_seconds, Some(1));
            let soon = START + Duration::from_millis(u64::from(cost) * 10);
            assert_eq!(bucket.take(&LIMIT, cost, soon).retry_in_seconds, None);
        }
    }

    #[test]
    fn a_refusal_takes_nothing_and_says_when_to_come_back() {
        let slow = RateLimit { capacity: 10, refill_per_second: 2, upload_cost: 7 };
        let mut bucket = Bucket::full(START);
        bucket.take(&slow, 7, START);
        let refused = bucket.take(&slow, 7, START);
        assert_eq!(
            refused,
            Allowance { limit: 10, remaining: 3, full_in_seconds: 4, retry_in_seconds: Some(2) }
        );
        assert_eq!(bucket.take(&slow, 3, START).retry_in_seconds, None);
        assert!(!bucket.is_full(&slow, START + Duration::from_millis(4999)));
        assert!(bucket.is_full(&slow, START + Duration::from_secs(5)));
    }

    #[test]
    fn what_costs_more_than_the_bucket_holds_is_paid_with_a_full_one() {
        let small = RateLimit { capacity: 5, refill_per_second: 1, upload_cost: 20 };
        let mut bucket = Bucket::full(START);
        assert_eq!(bucket.take(&small, 20, START).remaining, 0);
        assert_eq!(bucket.take(&small, 20, START).retry_in_seconds, Some(5));
    }

    proptest! {
        /// Whoever waits as long as told is served, and nobody is served more than was refilled.
        #[test]
        fn the_wait_is_enough_and_the_rate_holds(
            capacity in 1_u32..1000,
            refill_per_second in 1_u32..200,
            calls in prop::collection::vec((1_u32..50, 0_u64..400), 1..100),
        ) {
            let limit = RateLimit { capacity, refill_per_second, upload_cost: 20 };
            let (mut bucket, mut now, mut spent) = (Bucket::full(START), START, 0);
            for (cost, millis) in calls {
                now += Duration::from_millis(millis);
                let mut waiting = bucket;
                match bucket.take(&limit, cost, now).retry_in_seconds {
                    None => spent += u64::from(cost.min(capacity)),
                    Some(wait) => {
                        let later = now + Duration::from_secs(wait);
                        prop_assert_eq!(waiting.take(&limit, cost, later).retry_in_seconds, None);
                    }
                }
            }
            let refilled = now.abs_diff(START).as_millis() * u128::from(refill_per_second) / 1000 + 1;
            prop_assert!(u128::from(spent) <= u128::from(capacity) + refilled);
        }
    }
}
