//! Requests to the provider: short, small, encrypted, and never to anywhere else.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::http::{Method, Request};
use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::Error;

/// For a request and its whole answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer, in bytes.
const MOST: u64 = 1 << 20;

/// The way to the provider.
pub(crate) struct Web(Agent);

/// What went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Way(#[from] ureq::Error),
    #[error("it answered {0}")]
    Status(u16),
}

impl Web {
    pub(crate) fn new() -> Result<Self, Error> {
        let found = rustls_native_certs::load_native_certs();
        let roots: Vec<_> =
            found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
        if roots.is_empty() {
            return Err(Error::Unusable("this machine trusts no certificate authority".to_owned()));
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(PATIENCE))
            // A provider that sends us elsewhere could send us anywhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("heliograph")
            .build();
        Ok(Self(config.into()))
    }

    pub(crate) fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let (parts, body) = request.into_parts();
        let answer = if parts.method == Method::POST {
            self.0.run(Request::from_parts(parts, body))?
        } else {
            self.0.run(Request::from_parts(parts, ()))?
        };
        let (parts, mut body) = answer.into_parts();
        if parts.status.is_server_error() || parts.status.as_u16() == 429 {
            return Err(Trouble::Status(parts.status.as_u16()));
        }
        let body = body.with_config().limit(MOST).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// Whether secrets may be sent to this address: encrypted, or to this machine.
pub(crate) fn is_safe(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |rest: &str| {
        rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
    };
    let is_local = |name: &&str| authority.strip_prefix(*name).is_some_and(is_port);
    match scheme {
        "https" => !authority.is_empty(),
        "http" => ["localhost", "127.0.0.1", "[::1]"].iter().any(is_local),
        _ => false,
    }
}

/// `what: why: why that`.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_encrypted_or_not_at_all() {
        for url in ["https://id.example.org/realm", "http://127.0.0.1:4000", "http://localhost/x"] {
            assert!(is_safe(url), "{url}");
        }
        for url in [
            "http://id.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1@evil.example",
            "http://127.0.0.1:80@evil.example",
            "ftp://127.0.0.1",
            "id.example.org",
            "https://",
        ] {
            assert!(!is_safe(url), "{url}");
        }
    }
}
