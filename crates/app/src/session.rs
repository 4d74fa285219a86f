//! First-party sessions: JSON Web Tokens (RFC 7519) signed with HS256, one fixed header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{Instant, UserId};
use serde_json::{Value, json};
use sha2::Sha256;

/// How long a session lasts, in seconds.
const LIFETIME: i64 = 7 * 24 * 60 * 60;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The server's secret for signing sessions.
#[derive(Clone)]
pub struct SessionKey(Vec<u8>);

impl SessionKey {
    /// At least 32 random bytes.
    pub fn new(secret: Vec<u8>) -> Self {
        Self(secret)
    }

    /// A session of `user` that begins now.
    pub fn issue(&self, user: UserId, now: Instant) -> String {
        let issued = now.micros() / 1_000_000;
        let claims = json!({"sub": user.to_string(), "iat": issued, "exp": issued + LIFETIME});
        let signed = format!("{}.{}", encode(HEADER), encode(&claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&signed).finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// Whose session this is and when it ends; `None` when it is not ours, or over.
    ///
    /// Only the header that [`Self::issue`] writes is accepted, so a token cannot choose its
    /// algorithm.
    pub fn verify(&self, token: &str, now: Instant) -> Option<UserId> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if header != encode(HEADER) {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(signed).verify_slice(&signature).ok()?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let is_live = now.micros() / 1_000_000 < claims["exp"].as_i64()?;
        is_live.then(|| UserId::parse(claims["sub"].as_str()?).ok())?
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
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
        assert_eq!(key.verify(&token, NOW), Some(user));
        assert_eq!(key.verify(&token, NOW.plus_seconds(LIFETIME - 1)), Some(user));
        assert_eq!(key.verify(&token, NOW.plus_seconds(LIFETIME)), None);
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
