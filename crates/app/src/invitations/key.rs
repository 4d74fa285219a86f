//! The secrets of invitations.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::InvitationId;
use sha2::Sha256;

/// The server's secret that the secrets of invitations are derived from. Another one makes every
/// link handed out before useless.
#[derive(Clone)]
pub struct InvitationKey(Vec<u8>);

impl InvitationKey {
    /// At least 32 random bytes.
    pub fn new(secret: Vec<u8>) -> Self {
        Self(secret)
    }

    /// What opens this invitation: 43 characters that are safe in a URL.
    pub fn secret(&self, id: InvitationId) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(id).finalize().into_bytes())
    }

    /// Whether `secret` opens this invitation. Compares in constant time.
    pub fn opens(&self, id: InvitationId, secret: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(secret)
            .is_ok_and(|secret| self.mac(id).verify_slice(&secret).is_ok())
    }

    fn mac(&self, id: InvitationId) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
        mac.update(id.to_string().as_bytes());
        mac
    }
}

impl std::fmt::Debug for InvitationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_its_own_invitation_only() {
        let (key, id) = (InvitationKey::new(vec![7; 32]), InvitationId::generate());
        let secret = key.secret(id);
        assert_eq!(secret.len(), 43);
        assert_eq!(key.secret(id), secret, "it can be shown again");
        assert!(key.opens(id, &secret));
        assert!(!key.opens(InvitationId::generate(), &secret));
        assert!(!InvitationKey::new(vec![8; 32]).opens(id, &secret));
        for wrong in ["", "=", &secret[1..], &format!("{secret}A"), "é"] {
            assert!(!key.opens(id, wrong), "{wrong}");
        }
    }
}
