//! Slows those who guess. Each process counts for itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::{Failures, Instant};
use sha2::{Digest as _, Sha256};

/// Free failures of one address at one account, of one account from anywhere, and of one address
/// at any account. The account's own number is large: strangers must not lock somebody out soon.
const FREE: [u32; 3] = [5, 50, 30];
/// Entries beyond which what is forgotten is dropped.
const CAPACITY: usize = 10_000;

type Key = [u8; 32];

/// What failed lately, by account and address.
#[derive(Default)]
pub(super) struct Guard(Mutex<HashMap<Key, Failures>>);

/// An attempt that counts as failed until it has succeeded.
pub(super) struct Attempt<'g> {
    guard: &'g Guard,
    keys: [Key; 3],
}

impl Guard {
    /// Lets an attempt through, or says how many seconds it has to wait. It counts at once, so
    /// that many at the same time are as slow as one after the other.
    pub(super) fn attempt(
        &self,
        account: &str,
        address: IpAddr,
        now: Instant,
    ) -> Result<Attempt<'_>, u64> {
        let address = network(address);
        let keys = [
            key(&["both", account, &address]),
            key(&["account", account]),
            key(&["address", &address]),
        ];
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = keys.iter().zip(FREE).filter_map(|(key, free)| known.get(key)?.wait(free, now));
        if let Some(longest) = waits.max() {
            return Err(longest);
        }
        if known.len() + keys.len() > CAPACITY {
            known.retain(|_, failures| !failures.are_forgotten(now));
            if known.len() + keys.len() > CAPACITY {
                known.clear();
            }
        }
        for key in keys {
            let failures = known.entry(key).or_insert(Failures::none(now));
            *failures = failures.and_one(now);
        }
        Ok(Attempt { guard: self, keys })
    }
}

impl Attempt<'_> {
    /// It was the right person: it counts no more, and what they got wrong before neither.
    pub(super) fn succeeded(self) {
        let mut known = self.guard.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&self.keys[0]);
        for key in &self.keys[1..] {
            if let Some(failures) = known.get_mut(key) {
                *failures = failures.but_one();
            }
        }
    }
}

fn key(parts: &[&str]) -> Key {
    Sha256::digest(parts.join("\n")).into()
}

/// An IPv4 address, or the network of an IPv6 one: a home has one of them.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);
    const HOME: &str = "192.0.2.1";

    fn tries(guard: &Guard, account: &str, address: &str) -> Result<(), u64> {
        guard.attempt(account, address.parse().unwrap(), NOW).map(|_| ())
    }

    #[test]
    fn the_sixth_guess_waits_and_others_do_not() {
        let guard = Guard::default();
        for _ in 0..5 {
            tries(&guard, "kim", HOME).unwrap();
        }
        assert_eq!(tries(&guard, "kim", HOME), Err(1));
        assert_eq!(tries(&guard, "kim", "::ffff:192.0.2.1"), Err(1));
        tries(&guard, "kim", "192.0.2.2").unwrap();
        tries(&guard, "lee", HOME).unwrap();
    }

    #[test]
    fn many_addresses_at_one_account_and_one_address_at_many_wait_as_well() {
        let guard = Guard::default();
        for number in 0..50 {
            tries(&guard, "kim", &format!("192.0.2.{number}")).unwrap();
        }
        assert_eq!(tries(&guard, "kim", "198.51.100.1"), Err(1));
        let guard = Guard::default();
        for number in 0..30 {
            tries(&guard, &number.to_string(), &format!("2001:db8::{number}")).unwrap();
        }
        assert_eq!(tries(&guard, "kim", "2001:db8::ffff"), Err(1));
    }

    #[test]
    fn success_forgives() {
        let guard = Guard::default();
        for _ in 0..100 {
            for _ in 0..4 {
                tries(&guard, "kim", HOME).unwrap_or_default();
            }
            if let Ok(attempt) = guard.attempt("lee", HOME.parse().unwrap(), NOW) {
                attempt.succeeded();
            }
        }
        let guard = Guard::default();
        for _ in 0..1000 {
            guard
                .attempt("kim", HOME.parse().unwrap(), NOW)
                .unwrap_or_else(|_| panic!())
                .succeeded();
        }
    }
}
