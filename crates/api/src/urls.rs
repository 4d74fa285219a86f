//! Stable signed URLs of originals and pictures (contract 2.4, OP-27).

use std::fmt::Write as _;

use app::pictures::Wanted;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{FaceId, InvitationId, Named, VersionId, named};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

named! {
/// What a URL shows of a version.
pub enum Rendering {
    /// The bytes as uploaded.
    Original = "original",
    /// Longest edge 360.
    Thumbnail = "thumbnail",
    /// Longest edge 720.
    Small = "small",
    /// Longest edge 1440.
    Preview = "preview",
    /// Full size, in a format every browser shows.
    Fullsize = "fullsize",
}
}

impl Rendering {
    /// What the library calls it.
    pub(crate) const fn wanted(self) -> Wanted {
        use app::pictures::Variant;
        match self {
            Self::Original => Wanted::Original,
            Self::Thumbnail => Wanted::Picture(Variant::Thumbnail),
            Self::Small => Wanted::Picture(Variant::Small),
            Self::Preview => Wanted::Picture(Variant::Preview),
            Self::Fullsize => Wanted::Picture(Variant::Fullsize),
        }
    }
}

/// Where the URLs lead.
pub(crate) const PATH: &str = "/media";
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Signs URLs with the newest key and accepts those of every key.
#[derive(Clone)]
pub struct Signer {
    base: String,
    keys: Vec<Hmac<Sha256>>,
}

impl Signer {
    /// `base` is scheme, host and port without a slash at the end; `keys` come newest first, and
    /// retiring one revokes its URLs. There has to be one.
    pub fn new(base: String, keys: &[Vec<u8>]) -> Self {
        // A key of any length will do, so none is left out.
        let keys = keys.iter().filter_map(|key| Hmac::new_from_slice(key).ok()).collect();
        Self { base, keys }
    }

    /// Where clients reach the server, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The URL of a rendering. An original carries the name it is to be saved under.
    pub fn url(&self, version: VersionId, rendering: Rendering, save_as: Option<&str>) -> String {
        self.signed(version, rendering.name(), save_as)
    }

    /// The URL of the part around a face, cut out of a version.
    pub fn face_url(&self, version: VersionId, face: FaceId) -> String {
        self.signed(version, &face.to_string(), None)
    }

    fn signed(&self, version: VersionId, what: &str, save_as: Option<&str>) -> String {
        let mut url = format!("{}{PATH}/{version}/{what}", self.base);
        if let Some(name) = save_as {
            // Writing into a String cannot fail.
            let _ = write!(url, "?dl={}", utf8_percent_encode(name, QUERY_VALUE));
        }
        let signature = self.keys.first().map(|key| {
            let signed = message(&version.to_string(), what, save_as);
            URL_SAFE_NO_PAD.encode(key.clone().chain_update(signed).finalize().into_bytes())
        });
        let joint = if save_as.is_some() { '&' } else { '?' };
        let _ = write!(url, "{joint}verify={}", signature.unwrap_or_default());
        url
    }

    /// The link of an invitation. What opens it stands in the fragment, which no browser sends.
    pub(crate) fn invitation(&self, id: InvitationId, secret: &str) -> String {
        format!("{}/join/{id}#{secret}", self.base)
    }

    /// Whether we signed this URL; `what` is the last part of its path. Compares in constant time.
    pub fn is_ours(&self, version: &str, what: &str, save_as: Option<&str>, verify: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(verify) else { return false };
        let signed = message(version, what, save_as);
        self.keys
            .iter()
            .any(|key| key.clone().chain_update(&signed).verify_slice(&signature).is_ok())
    }
}

/// What the last part of a path asks for.
pub(crate) fn wanted(what: &str) -> Option<Wanted> {
    let rendering = Rendering::from_name(what).map(Rendering::wanted);
    rendering.or_else(|| FaceId::parse(what).ok().map(Wanted::Face))
}

/// Everything in the URL that matters; no part can run into the next.
fn message(version: &str, what: &str, save_as: Option<&str>) -> String {
    format!(
        "{PATH}/{version}/{what}\n{}{}",
        if save_as.is_some() { "dl=" } else { "" },
        save_as.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(keys: &[&[u8]]) -> Signer {
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
        Signer::new("http://photos.example".into(), &keys)
    }

    fn verify_of(url: &str) -> &str {
        url.rsplit_once("verify=").unwrap().1
    }

    #[test]
    fn a_url_is_stable_and_its_signature_has_43_characters() {
        let (signer, version) = (signer(&[b"one"]), VersionId::generate());
        let url = signer.url(version, Rendering::Original, Some("Été & co.jpg"));
        assert_eq!(url, signer.url(version, Rendering::Original, Some("Été & co.jpg")));
        assert!(url.contains("?dl=%C3%89t%C3%A9%20%26%20co.jpg&verify="), "{url}");
        assert_eq!(verify_of(&url).len(), 43);
    }

    #[test]
    fn every_part_is_signed() {
        let (signer, version) = (signer(&[b"one"]), VersionId::generate());
        let (text, other) = (version.to_string(), VersionId::generate().to_string());
        let url = signer.url(version, Rendering::Original, Some("a.jpg"));
        let verify = verify_of(&url);
        assert!(signer.is_ours(&text, "original", Some("a.jpg"), verify));
        assert!(!signer.is_ours(&other, "original", Some("a.jpg"), verify));
        assert!(!signer.is_ours(&text, "preview", Some("a.jpg"), verify));
        assert!(!signer.is_ours(&text, "original", Some("b.jpg"), verify));
        assert!(!signer.is_ours(&text, "original", None, verify));
        assert!(!signer.is_ours(&text, "original", Some("a.jpg"), ""));
    }

    #[test]
    fn a_retired_key_takes_its_urls_with_it() {
        let version = VersionId::generate();
        let old = signer(&[b"old"]).url(version, Rendering::Small, None);
        let both = signer(&[b"new", b"old"]);
        let text = version.to_string();
        assert!(both.is_ours(&text, "small", None, verify_of(&old)));
        assert_ne!(both.url(version, Rendering::Small, None), old);
        assert!(!signer(&[b"new"]).is_ours(&text, "small", None, verify_of(&old)));
    }
}
