//! From the text of a credential to who is asking.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use model::{Actions, ApiKey, ApiKeyId, Instant, Scope, UserId};
use sha2::{Digest as _, Sha256};
use store::db::Conn;
use store::{keys, passwords, users};
use subtle::ConstantTimeEq as _;

use crate::session::Session;
use crate::{App, Credential, Error, Result, Viewer};

/// How long a credential is believed without asking the database, in seconds. A key revoked
/// through this process is forgotten at once; one revoked elsewhere, after this time.
const BELIEVED: i64 = 5;
/// `last_used_at` moves at most this often, in seconds.
const USE_NOTED_EVERY: i64 = 60;
/// Entries beyond which the cache starts anew; far more than there are programs.
const CAPACITY: usize = 10_000;
const REFUSED: Error = Error::Unauthenticated("this credential is not valid");

/// Somebody whose credential was found good.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Who it is.
    pub viewer: Viewer,
    /// What they came with, unless it was an API key.
    session: Option<Session>,
}

/// What credentials turned out to be, by the hash of their text.
#[derive(Default)]
pub(crate) struct Cache {
    known: Mutex<HashMap<[u8; 32], (Admitted, Instant)>>,
    /// Counts revocations: what was read before one is not kept after it.
    revocations: AtomicU64,
}

impl Cache {
    fn get(&self, fingerprint: &[u8; 32], now: Instant) -> Option<Admitted> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (admitted, until) = known.get(fingerprint)?;
        (now < *until).then(|| admitted.clone())
    }

    fn revocations(&self) -> u64 {
        self.revocations.load(Ordering::Acquire)
    }

    /// Keeps what was read while `revocations` were known.
    fn put(&self, fingerprint: [u8; 32], admitted: &Admitted, now: Instant, revocations: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if revocations != self.revocations() {
            return;
        }
        if known.len() >= CAPACITY {
            known.clear();
        }
        let believed = now.plus_seconds(BELIEVED);
        let until = admitted.session.map_or(believed, |session| session.ends.min(believed));
        known.insert(fingerprint, (admitted.clone(), until));
    }

    /// Forgets a key, so that its revocation takes effect at once.
    pub(crate) fn forget(&self, key: ApiKeyId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.revocations.fetch_add(1, Ordering::AcqRel);
        known.retain(|_, (admitted, _)| admitted.viewer.credential != Credential::ApiKey(key));
    }
}

impl App {
    /// Who comes with this Bearer token: an API key, or a session.
    pub async fn authenticate(&self, token: &str) -> Result<Admitted> {
        let now = self.now();
        let fingerprint: [u8; 32] = Sha256::digest(token).into();
        if let Some(admitted) = self.inner.known.get(&fingerprint, now) {
            return Ok(admitted);
        }
        let revocations = self.inner.known.revocations();
        let admitted = match parse(token) {
            Some((id, secret)) => self.key_holder(id, Sha256::digest(secret).into(), now).await?,
            None => self.session_holder(token, now).await?,
        };
        self.inner.known.put(fingerprint, &admitted, now, revocations);
        Ok(admitted)
    }

    /// A fresh session for whoever came with one that is near its end (contract 1.9).
    pub fn renewed(&self, admitted: &Admitted) -> Option<String> {
        let (session, now) = (admitted.session?, self.now());
        session.is_near_its_end(now).then(|| self.sessions().issue(session.user, now))
    }

    /// A session that begins now.
    pub(crate) fn session(&self, user: UserId) -> String {
        self.sessions().issue(user, self.now())
    }

    async fn key_holder(&self, id: ApiKeyId, hash: [u8; 32], now: Instant) -> Result<Admitted> {
        let key = self
            .read(move |conn| {
                let key = keys::get(conn, id)?.filter(|key| key.is_active).ok_or(REFUSED)?;
                let stored = keys::secret_hash(conn, id)?.unwrap_or_default();
                if !bool::from(stored.ct_eq(&hash)) {
                    return Err(REFUSED);
                }
                active(conn, key.user_id)?;
                Ok(key)
            })
            .await?;
        let is_due = |used: Instant| used.plus_seconds(USE_NOTED_EVERY) <= now;
        if key.last_used_at.is_none_or(is_due) {
            self.write(move |tx| Ok(keys::used(tx, id, now)?)).await?;
        }
        let ApiKey { user_id: user, actions, scope, .. } = key;
        let viewer = Viewer { user, actions, scope, credential: Credential::ApiKey(id) };
        Ok(Admitted { viewer, session: None })
    }

    async fn session_holder(&self, token: &str, now: Instant) -> Result<Admitted> {
        let session = self.sessions().verify(token, now).ok_or(REFUSED)?;
        self.read(move |conn| {
            active(conn, session.user)?;
            let changed = passwords::get(conn, session.user)?.map(|(_, changed)| changed);
            if changed.is_some_and(|changed| session.is_before(changed)) {
                return Err(REFUSED);
            }
            Ok(())
        })
        .await?;
        let viewer = Viewer {
            user: session.user,
            actions: Actions::ALL,
            scope: Scope::All,
            credential: Credential::Session,
        };
        Ok(Admitted { viewer, session: Some(session) })
    }
}

fn active(conn: &mut Conn, user: UserId) -> Result<()> {
    let user = users::get(conn, user)?.filter(|user| user.is_active);
    user.map(|_| ()).ok_or(Error::Unauthenticated("this account is not active"))
}

/// A fresh key: its id, the text to hand out once, and the hash to keep.
pub(crate) fn mint() -> Result<(ApiKeyId, String, Vec<u8>)> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|err| Error::Unexpected(Box::new(err)))?;
    let id = ApiKeyId::from_uuid(uuid::Uuid::now_v7());
    let halves = random.split_at(16);
    let half = |bytes: &[u8]| uuid::Uuid::from_slice(bytes).map(model::id::encode);
    let secret = half(halves.0)
        .and_then(|first| Ok(first + &half(halves.1)?))
        .map_err(|err| Error::Unexpected(err.into()))?;
    let hash = Sha256::digest(&secret).to_vec();
    Ok((id, format!("{id}{secret}"), hash))
}

/// Splits `apikey_…` into the id and the secret behind it.
fn parse(token: &str) -> Option<(ApiKeyId, &str)> {
    let end = "apikey_".len() + 22;
    let id = ApiKeyId::parse(token.get(..end)?).ok()?;
    Some((id, &token[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_key_names_its_id_and_hides_its_secret() {
        let (id, token, hash) = mint().unwrap();
        let (parsed, secret) = parse(&token).unwrap();
        assert_eq!(parsed, id);
        assert_eq!(Sha256::digest(secret).to_vec(), hash);
        assert_eq!(secret.len(), 44);
        assert_ne!(mint().unwrap().1, token);
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in
            ["", "apikey_", "apikey_0000000000000000000000x", "oat_abc", "é".repeat(40).as_str()]
        {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
