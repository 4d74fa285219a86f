//! How a bucket is reached.

use std::io;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{BackoffConfig, ClientConfigKey, RetryConfig};
use std::time::Duration;

use crate::blobs::url::BucketUrl;
use crate::blobs::{Error, Result};

/// A request that takes longer is given up, unless the URL says otherwise.
const REQUEST_SECONDS: u16 = 120;
const CONNECT: &str = "5s";

/// Credentials, and what the URL does not say, come from the variables that all programs for S3
/// read: `AWS_ACCESS_KEY_ID` and the like.
pub(super) fn connect(url: &BucketUrl) -> Result<AmazonS3> {
    // TLS asks for one; whoever has set another keeps it.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(&url.bucket);
    if let Some(endpoint) = &url.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &url.region {
        builder = builder.with_region(region);
    }
    let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint).unwrap_or_default();
    let is_plain = endpoint.starts_with("http://");
    let client = |key| AmazonS3ConfigKey::Client(key);
    let timeout = format!("{}s", url.timeout.unwrap_or(REQUEST_SECONDS));
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 6,
        retry_timeout: Duration::from_secs(45),
    };
    let store = builder
        .with_allow_http(is_plain)
        .with_config(client(ClientConfigKey::Timeout), timeout)
        .with_config(client(ClientConfigKey::ConnectTimeout), CONNECT)
        .with_retry(retry)
        .build();
    store.map_err(|err| Error::Io(io::Error::new(io::ErrorKind::InvalidInput, err)))
}
