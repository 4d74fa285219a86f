//! Encryption on the way to PostgreSQL; `sslmode` in the URL decides.

use std::path::Path;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::SslMode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Error, Result};

/// How to connect to `url`: see [`super::DatabaseUrl::Postgres`].
pub(super) fn settings(url: &str) -> Result<(Config, MakeRustlsConnect)> {
    let (rest, options) = take_options(url);
    let mut config: Config = rest.parse()?;
    let mode = options.mode.as_deref().unwrap_or("prefer");
    config.ssl_mode(match mode {
        "disable" => SslMode::Disable,
        "allow" | "prefer" => SslMode::Prefer,
        "require" | "verify-ca" | "verify-full" => SslMode::Require,
        _ => return Err(Error::driver(format!("no such sslmode: {mode}"))),
    });
    let verify = mode.starts_with("verify");
    let roots = if verify { Some(roots(options.authorities.as_deref())?) } else { None };
    Ok((config, MakeRustlsConnect::new(client(roots)?)))
}

/// What the driver does not read itself.
#[derive(Default)]
struct Options {
    mode: Option<String>,
    authorities: Option<String>,
}

fn take_options(url: &str) -> (String, Options) {
    let mut options = Options::default();
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), options) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = || Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
        match key {
            "sslmode" => options.mode = value(),
            "sslrootcert" => options.authorities = value(),
            _ => kept.push(pair),
        }
    }
    let separator = if kept.is_empty() { "" } else { "?" };
    (format!("{base}{separator}{}", kept.join("&")), options)
}

/// The authorities of this file (PEM), or those of the machine.
fn roots(file: Option<&str>) -> Result<RootCertStore> {
    let found = match file {
        Some("system") | None => rustls_native_certs::load_native_certs(),
        Some(file) => rustls_native_certs::load_certs_from_paths(Some(Path::new(file)), None),
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let cause = found.errors.first().map_or_else(String::new, |err| format!(": {err}"));
        return Err(Error::driver(format!("no certificate authority to trust{cause}")));
    }
    Ok(roots)
}

fn client(roots: Option<RootCertStore>) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(Error::driver)?;
    Ok(match roots {
        Some(roots) => builder.with_root_certificates(roots).with_no_client_auth(),
        None => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyServer(provider)))
            .with_no_client_auth(),
    })
}

/// Encrypts whoever the server is: what `libpq` does unless `sslmode` begins with `verify`.
#[derive(Debug)]
struct AnyServer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_options_are_taken_out_and_the_rest_stays() {
        let url = "postgres://h/db?sslmode=verify-full&options=-c%20x%3Dy&sslrootcert=%2Fa%20b";
        let (rest, options) = take_options(url);
        assert_eq!(rest, "postgres://h/db?options=-c%20x%3Dy");
        assert_eq!(options.mode.as_deref(), Some("verify-full"));
        assert_eq!(options.authorities.as_deref(), Some("/a b"));
    }

    #[test]
    fn sslmode_decides() {
        let mode = |url: &str| settings(url).map(|(config, _)| config.get_ssl_mode());
        assert_eq!(mode("postgres://h/db").unwrap(), SslMode::Prefer);
        assert_eq!(mode("postgres://h/db?sslmode=disable").unwrap(), SslMode::Disable);
        assert_eq!(mode("postgres://h/db?sslmode=require").unwrap(), SslMode::Require);
        assert!(mode("postgres://h/db?sslmode=maybe").is_err());
        assert!(mode("postgres://h/db?sslmode=verify-full&sslrootcert=/missing").is_err());
    }
}
