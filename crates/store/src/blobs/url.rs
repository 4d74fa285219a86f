//! Where the objects are.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// Where the objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageUrl {
    /// A folder of the local file system.
    File(PathBuf),
}

/// Why a text is no storage URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is nothing.
    #[error("the storage URL is empty")]
    Empty,
    /// Not a place objects can be kept in.
    #[error("a storage URL is file:///the/folder, or the path of a folder")]
    Scheme,
    /// The path is not UTF-8 once `%xx` is decoded.
    #[error("the path in the storage URL is not UTF-8")]
    Path,
}

impl FromStr for StorageUrl {
    type Err = UrlError;

    /// Reads `file:///absolute/path`, `file://relative/path` (both percent-decoded), or a plain
    /// path (taken as it stands).
    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        if rest.is_empty() {
            return Err(UrlError::Empty);
        }
        match scheme {
            "" => Ok(Self::File(rest.into())),
            "file" => {
                let path = percent_decode_str(rest).decode_utf8().map_err(|_| UrlError::Path)?;
                Ok(Self::File(PathBuf::from(path.as_ref())))
            }
            _ => Err(UrlError::Scheme),
        }
    }
}

impl fmt::Display for StorageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::File(path) = self;
        write!(f, "file://{}", path.display())
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
        assert_eq!("s3://bucket/x".parse::<StorageUrl>(), Err(UrlError::Scheme));
        assert_eq!("file:///%ff".parse::<StorageUrl>(), Err(UrlError::Path));
    }
}
