//! Where the objects are.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::plain_path::looks_like_an_account;

/// Where the objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageUrl {
    /// A folder of the local file system.
    File(PathBuf),
    /// A bucket of an S3 server.
    S3(BucketUrl),
}

/// A bucket, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketUrl {
    /// Its name.
    pub bucket: String,
    /// What the names of all objects begin with, without `/` at its ends; may be empty.
    pub prefix: String,
    /// The address of the server, `https://…` or `http://…`; else it is said by
    /// `AWS_ENDPOINT_URL`, or is Amazon's.
    pub endpoint: Option<String>,
    /// The region; else it is said by `AWS_REGION`.
    pub region: Option<String>,
    /// Seconds that a request may take, 1 to 3600; else 120, in which a part of 8 MiB gets through
    /// at a bit over half a megabit.
    pub timeout: Option<u16>,
}

/// Why a text is no storage URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is nothing.
    #[error("the storage URL is empty")]
    Empty,
    /// Not a place objects can be kept in.
    #[error("a storage URL is file:///the/folder, the path of a folder, or s3://bucket/prefix")]
    Scheme,
    /// The path is not UTF-8 once `%xx` is decoded.
    #[error("the path in the storage URL is not UTF-8")]
    Path,
    /// No name of a bucket, or something beside it.
    #[error("the storage URL does not begin with s3:// and the name of a bucket")]
    Bucket,
    /// Credentials, which would be shown and logged.
    #[error("a storage URL has no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    Credentials,
    /// An empty part, `.` or `..`.
    #[error("the prefix in the storage URL is not plain folders")]
    Prefix,
    /// Something else than an endpoint, a region and a timeout.
    #[error("behind ? in a storage URL are endpoint=https://…, region=… and timeout=SECONDS only")]
    Parameter,
}

impl FromStr for StorageUrl {
    type Err = UrlError;

    /// Reads `file:///absolute/path`, `file://relative/path` (both percent-decoded), a plain path
    /// (taken as it stands), or `s3://bucket/prefix?endpoint=…&region=…&timeout=…`, where all but
    /// the bucket may be left out.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        if rest.is_empty() {
            return Err(UrlError::Empty);
        }
        match scheme {
            // A misspelt one, with its secret, is not taken for the name of a folder.
            "" if rest.starts_with("s3:") || rest.starts_with("s3//") => Err(UrlError::Scheme),
            "" if looks_like_an_account(rest) => Err(UrlError::Scheme),
            "" => Ok(Self::File(rest.into())),
            "file" => Ok(Self::File(decoded(rest)?.into())),
            "s3" => rest.parse().map(Self::S3),
            _ => Err(UrlError::Scheme),
        }
    }
}

impl FromStr for BucketUrl {
    type Err = UrlError;

    /// Reads what stands behind `s3://`.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (place, parameters) = text.split_once('?').unwrap_or((text, ""));
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.contains('@') {
            return Err(UrlError::Credentials);
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if bucket.is_empty() || !bucket.chars().all(is_plain) {
            return Err(UrlError::Bucket);
        }
        let prefix = decoded(prefix.trim_matches('/'))?;
        let is_folder = |part: &str| !["", ".", ".."].contains(&part) && !part.contains('\0');
        if !prefix.is_empty() && !prefix.split('/').all(is_folder) {
            return Err(UrlError::Prefix);
        }
        let mut url =
            Self { bucket: bucket.to_owned(), prefix, endpoint: None, region: None, timeout: None };
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or(UrlError::Parameter)?;
            let value = decoded(value)?;
            match name {
                "endpoint" if value.starts_with("https://") || value.starts_with("http://") => {
                    if value.contains('@') {
                        return Err(UrlError::Credentials);
                    }
                    url.endpoint = Some(value);
                }
                "region" if !value.is_empty() => url.region = Some(value),
                "timeout" => {
                    let seconds = value.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
                    url.timeout = Some(seconds.ok_or(UrlError::Parameter)?);
                }
                _ => return Err(UrlError::Parameter),
            }
        }
        Ok(url)
    }
}

fn decoded(text: &str) -> Result<String, UrlError> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| UrlError::Path)?;
    Ok(text.into_owned())
}

impl fmt::Display for StorageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match self {
            Self::File(path) => return write!(f, "file://{}", path.display()),
            Self::S3(url) => url,
        };
        write!(f, "s3://{}/{}", url.bucket, url.prefix)?;
        let timeout = url.timeout.map(|seconds| seconds.to_string());
        let parameters =
            [("endpoint", &url.endpoint), ("region", &url.region), ("timeout", &timeout)];
        let given = parameters.iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        for (number, (name, value)) in given.enumerate() {
            let before = if number == 0 { '?' } else { '&' };
            write!(f, "{before}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let file = |path: &str| Ok(StorageUrl::File(path.into()));
        assert_eq!("file:///my%20data/objects".parse(), file("/my data/objects"));
        assert_eq!("/my%20data".parse(), file("/my%20data"));
        assert_eq!("file://".parse::<StorageUrl>(), Err(UrlError::Empty));
        assert_eq!("ftp://bucket/x".parse::<StorageUrl>(), Err(UrlError::Scheme));
        assert_eq!("file:///%ff".parse::<StorageUrl>(), Err(UrlError::Path));
    }

    #[test]
    fn a_bucket_has_a_prefix_an_endpoint_and_a_region() {
        let bucket = |prefix: &str, endpoint: Option<&str>, region: Option<&str>| BucketUrl {
            bucket: "my-photos".to_owned(),
            prefix: prefix.to_owned(),
            endpoint: endpoint.map(str::to_owned),
            region: region.map(str::to_owned),
            timeout: None,
        };
        let plain = StorageUrl::S3(bucket("", None, None));
        let long = "s3://my-photos/a/b%20c/?region=eu-1&endpoint=http://127.0.0.1:9000";
        let full = StorageUrl::S3(bucket("a/b c", Some("http://127.0.0.1:9000"), Some("eu-1")));
        assert_eq!("s3://my-photos".parse(), Ok(plain.clone()));
        assert_eq!("s3://my-photos/".parse(), Ok(plain));
        assert_eq!(long.parse(), Ok(full.clone()));
        let again = "s3://my-photos/x?endpoint=https%3A%2F%2Fs3.example.org&region=eu-1&timeout=9";
        let read: StorageUrl = again.parse().unwrap();
        assert_eq!(read.to_string().parse(), Ok(read));
    }

    #[test]
    fn what_is_no_bucket_is_refused() {
        for (text, why) in [
            ("s3:///prefix", UrlError::Bucket),
            ("s3://a b/", UrlError::Bucket),
            ("s3://key:secret@bucket/x", UrlError::Credentials),
            ("s3://b/x?endpoint=http://k:s@host", UrlError::Credentials),
            ("s3://b/x/../y", UrlError::Prefix),
            ("s3://b/x//y", UrlError::Prefix),
            ("s3://b/x?access_key_id=AK", UrlError::Parameter),
            ("s3://b/x?endpoint=host:9000", UrlError::Parameter),
            ("s3://b/x?region=", UrlError::Parameter),
            ("s3://b/x?timeout=0", UrlError::Parameter),
            ("s3://b/x?timeout=2m", UrlError::Parameter),
            ("s3://b/%ff", UrlError::Path),
        ] {
            assert_eq!(text.parse::<StorageUrl>(), Err(why), "{text}");
        }
    }
}
