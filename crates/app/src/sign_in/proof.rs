//! Texts that nobody guesses, and what is kept of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

/// 256 random bits as 43 letters, digits, `-` and `_`.
pub(super) fn random() -> Result<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|err| Error::Unexpected(Box::new(err)))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// What is kept of such a text.
pub(super) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The PKCE challenge of a verifier, by the method S256 (RFC 7636).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_eq!(random().unwrap().len(), 43);
        assert_ne!(random().unwrap(), random().unwrap());
    }
}
