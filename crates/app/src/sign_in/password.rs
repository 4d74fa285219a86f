//! Passwords of this server.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use model::UserId;
use store::{passwords, sign_ins, users};
use tokio::sync::Semaphore;

use super::{SignIn, over, proof};
use crate::{App, Error, Result};

/// In characters; fewer are guessed, more are no password.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=1000;
/// How many are compared at the same time: each takes a core and 19 MiB meanwhile.
const AT_ONCE: usize = 2;
/// How many may wait for that.
const WAITING: usize = 32;
/// Compared with when there is no such account, so that it takes as long. The password to it is
/// a random text that was not kept.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$aGVsaW9ncmFwaC1ub2JvZHk$\
                      mBqK9gPZ5jzR3vVZ7t4m0l1pH1cP3f8W8lQ7mYp2Hm0";
const WRONG: Error = Error::Unauthenticated("the address or the password is not right");

/// Where to go with a code, after the right password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Where the client waits.
    pub redirect_uri: String,
    /// What it changes for a session.
    pub code: String,
}

/// Bounds how much is hashed at the same time.
pub(super) struct Hashing {
    permits: Semaphore,
    inside: AtomicUsize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { permits: Semaphore::new(AT_ONCE), inside: AtomicUsize::new(0) }
    }
}

impl Hashing {
    /// Whether `password` is the one of `hash`.
    async fn is_right(&self, password: String, hash: String) -> Result<bool> {
        let _place = Place::among(&self.inside)?;
        let permit = self.permits.acquire().await;
        let _permit = permit.map_err(|err| Error::Unexpected(Box::new(err)))?;
        blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(unexpected)?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }
}

/// A place among those who wait or work.
struct Place<'c>(&'c AtomicUsize);

impl<'c> Place<'c> {
    fn among(count: &'c AtomicUsize) -> Result<Self> {
        let place = Self(count);
        if count.fetch_add(1, Ordering::AcqRel) < AT_ONCE + WAITING {
            Ok(place)
        } else {
            Err(Error::Unavailable("too many people sign in at the moment, try again"))
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl SignIn {
    /// Where the page of this sign-in leads in the end, if it may still be finished here.
    pub async fn destination(&self, state: &str) -> Result<String> {
        let (hash, now) = (proof::hash(state), self.now());
        let begun = self.app.read(move |conn| Ok(sign_ins::get(conn, &hash, now)?)).await?;
        let begun = begun.filter(|begun| begun.issuer.is_none() && begun.code_hash.is_none());
        begun.map(|begun| begun.redirect_uri).ok_or_else(over)
    }

    /// Takes a password from the page. Wrong ones and unknown accounts are answered alike, after
    /// the same time; who guesses has to wait longer each time.
    pub async fn submit(
        &self,
        state: &str,
        email: &str,
        password: String,
        address: IpAddr,
    ) -> Result<Granted> {
        let redirect_uri = self.destination(state).await?;
        let email = email.trim().to_lowercase();
        let attempt = self.doors.guard.attempt(&email, address, self.now());
        let attempt = attempt.map_err(Error::TooFast)?;
        let user = self.holder(email, password).await?;
        attempt.succeeded();
        let code = proof::random()?;
        let (state_hash, code_hash, now) = (proof::hash(state), proof::hash(&code), self.now());
        let write = move |tx: &mut store::db::Tx<'_>| {
            Ok(sign_ins::grant(tx, &state_hash, user, &code_hash, now)?)
        };
        if !self.app.write(write).await? {
            return Err(over());
        }
        Ok(Granted { redirect_uri, code })
    }

    async fn holder(&self, email: String, password: String) -> Result<UserId> {
        let found = self.app.read(move |conn| {
            let user = users::with_email(conn, &email)?.map_or(UserId::NONE, |user| user.id);
            Ok(passwords::get(conn, user)?.map(|(hash, _)| (user, hash)))
        });
        let (user, hash) =
            found.await?.map_or((None, NOBODY.to_owned()), |(user, hash)| (Some(user), hash));
        let fits = LENGTH.contains(&password.chars().count());
        let is_right =
            self.doors.hashing.is_right(if fits { password } else { String::new() }, hash);
        match (is_right.await?, user) {
            (true, Some(user)) => Ok(user),
            _ => Err(WRONG),
        }
    }
}

impl App {
    /// Sets the password of the account with this address, or of the owner. Its earlier sessions
    /// end.
    pub async fn set_password(&self, email: Option<String>, password: String) -> Result<()> {
        if !LENGTH.contains(&password.chars().count()) {
            let text = format!("a password has {} to {} characters", LENGTH.start(), LENGTH.end());
            return Err(Error::Invalid("password", text));
        }
        let (user, now) = (self.account(email).await?.id, self.now());
        let hash = blocking(move || {
            let hash = Argon2::default().hash_password(password.as_bytes()).map_err(unexpected)?;
            Ok(hash.to_string())
        })
        .await?;
        self.write(move |tx| Ok(passwords::set(tx, user, &hash, now)?)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|err| Error::Unexpected(Box::new(err)))?
}

fn unexpected(err: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unexpected(Box::new(err))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_costs_what_somebody_costs() {
        let theirs = Argon2::default().hash_password(b"correct horse").unwrap().to_string();
        let (theirs, nobodys) =
            (PasswordHash::new(&theirs).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!((theirs.algorithm, theirs.version), (nobodys.algorithm, nobodys.version));
        assert_eq!(theirs.params, nobodys.params);
        assert_eq!(theirs.hash.unwrap().as_bytes().len(), nobodys.hash.unwrap().as_bytes().len());
    }

    #[tokio::test]
    async fn who_finds_too_many_waiting_is_sent_away() {
        let hashing = Hashing::default();
        let places: Vec<_> =
            (0..AT_ONCE + WAITING).map(|_| Place::among(&hashing.inside).unwrap()).collect();
        let refused = hashing.is_right("correct horse".into(), NOBODY.into()).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))));
        drop(places);
        assert!(!hashing.is_right("correct horse".into(), NOBODY.into()).await.unwrap());
    }
}
