//! First-party sessions: JSON Web Tokens (RFC 7519) signed with HS256, one fixed header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{Instant, UserId};
use serde_json::{Value, json};
use sha2::Sha256;

/// How long a session lasts unless it was set, in seconds.
const LIFETIME: i64 = 7 * 24 * 60 * 60;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The server's secret for signing sessions.
#[derive(Clone)]
pub struct SessionKey {
    secret: Vec<u8>,
    lifetime: i64,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) user: UserId,
    pub(crate) issued: Instant,
    /// To the second; then it is over.
    pub(crate) ends: Instant,
}

impl Session {
    /// Whether it is in its last third, and a new one is due (contract 1.9).
    pub(crate) fn is_near_its_end(&self, now: Instant) -> bool {
        let (issued, ends) = (self.issued.micros(), self.ends.micros());
        now.micros() >= ends - (ends - issued) / 3
    }

    /// Whether it began before `moment`.
    pub(crate) fn is_before(&self, moment: Instant) -> bool {
        self.issued < moment
    }
}

impl SessionKey {
    /// At least 32 random bytes.
    pub fn new(secret: Vec<u8>) -> Self {
        Self { secret, lifetime: LIFETIME }
    }

    /// For sessions that last so many seconds.
    #[must_use]
    pub fn lasting(self, seconds: i64) -> Self {
        Self { lifetime: seconds, ..self }
    }

    /// A session of `user` that begins now.
    pub fn issue(&self, user: UserId, now: Instant) -> String {
        let issued = now.micros() / 1_000_000;
        let claims = json!({
            "sub": user.to_string(),
            "iat": issued,
            "iat_micros": now.micros().rem_euclid(1_000_000),
            "exp": issued + self.lifetime,
        });
        let signed = format!("{}.{}", encode(HEADER), encode(&claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&signed).finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// Whose session this is, and from when to when; `None` when it is not ours, or over.
    ///
    /// Only the header that [`Self::issue`] writes is accepted, so a token cannot choose its
    /// algorithm.
    pub(crate) fn verify(&self, token: &str, now: Instant) -> Option<Session> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if header != encode(HEADER) {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(signed).verify_slice(&signature).ok()?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let moment = |claim: &str| {
            Some(Instant::from_micros(claims[claim].as_i64()?.checked_mul(1_000_000)?))
        };
        let user = UserId::parse(claims["sub"].as_str()?).ok()?;
        // Tokens of earlier versions know only the second.
        let micros = claims["iat_micros"].as_i64().filter(|micros| (0..1_000_000).contains(micros));
        let issued = Instant::from_micros(moment("iat")?.micros() + micros.unwrap_or_default());
        let session = Session { user, issued, ends: moment("exp")? };
        (now < session.ends).then_some(session)
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of any length will do");
        mac.update(text.as_bytes());
        mac
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);

    #[test]
    fn a_session_is_good_until_it_ends() {
        let (key, user) = (SessionKey::new(vec![7; 32]), UserId::generate());
        let token = key.issue(user, NOW);
        let session = Session { user, issued: NOW, ends: NOW.plus_seconds(LIFETIME) };
        assert_eq!(key.verify(&token, NOW), Some(session));
        assert_eq!(key.verify(&token, NOW.plus_seconds(LIFETIME - 1)), Some(session));
        assert_eq!(key.verify(&token, NOW.plus_seconds(LIFETIME)), None);
    }

    #[test]
    fn it_knows_when_in_its_second_it_began() {
        let (key, began) =
            (SessionKey::new(vec![7; 32]), Instant::from_micros(NOW.micros() + 500_000));
        let session = key.verify(&key.issue(UserId::generate(), began), began).unwrap();
        assert!(session.is_before(Instant::from_micros(NOW.micros() + 500_001)));
        assert!(!session.is_before(began));
    }

    #[test]
    fn its_last_third_is_near_its_end() {
        let key = SessionKey::new(vec![7; 32]).lasting(90);
        let session = key.verify(&key.issue(UserId::generate(), NOW), NOW).unwrap();
        assert!(!session.is_near_its_end(NOW.plus_seconds(59)));
        assert!(session.is_near_its_end(NOW.plus_seconds(60)));
    }

    #[test]
    fn nothing_but_our_own_signature_counts() {
        let key = SessionKey::new(vec![7; 32]);
        let token = key.issue(UserId::generate(), NOW);
        assert_eq!(SessionKey::new(vec![8; 32]).verify(&token, NOW), None);
        let unsigned = format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), encode("{}"));
        for forged in
            [unsigned.as_str(), "", ".", "..", "a.b.c", &token[1..], &token[..token.len() - 2]]
        {
            assert_eq!(key.verify(forged, NOW), None, "{forged}");
        }
    }
}
