//! Renderings of an asset: the upload, and what was made of it (contract 3.11).

/// What produced a rendering.
///
/// `original` is the upload. Others are `edit`, or `external:` and the name of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionKind(String);

/// Why a text is no kind that a client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VersionKindError {
    /// It is that of the upload.
    #[error("the kind \"original\" is that of the upload")]
    Reserved,
    /// Anything else.
    #[error("a kind is \"edit\", or \"external:\" and the name of a service without blanks")]
    Unknown,
}

impl VersionKind {
    /// Counted in Unicode scalar values.
    pub const MAX_CHARS: usize = 255;
    /// The kind of the upload, as text.
    pub const ORIGINAL: &'static str = "original";

    /// The kind of the upload.
    pub fn original() -> Self {
        Self(Self::ORIGINAL.to_owned())
    }

    /// A kind that a client may send.
    pub fn new(text: String) -> Result<Self, VersionKindError> {
        let is_name = |service: &str| {
            !service.is_empty()
                && text.chars().count() <= Self::MAX_CHARS
                && !service.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        match text.as_str() {
            Self::ORIGINAL => Err(VersionKindError::Reserved),
            "edit" => Ok(Self(text)),
            other if other.strip_prefix("external:").is_some_and(is_name) => Ok(Self(text)),
            _ => Err(VersionKindError::Unknown),
        }
    }

    /// As it was stored.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a version stands among those of its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The upload, be it shown or not.
    Original,
    /// Above the upload, and shown.
    Current,
    /// Above the upload, and below the one that is shown.
    Buried,
}

impl Rank {
    /// Of the version at `position`, when the one at `last` is shown.
    pub const fn of(position: i64, last: i64) -> Self {
        if position == 0 {
            Self::Original
        } else if position == last {
            Self::Current
        } else {
            Self::Buried
        }
    }
}

/// Most bytes of a rendering, as sent and as stored.
pub const MOST_VERSION_BYTES: u64 = 100 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_clients() {
        let kind = |text: &str| VersionKind::new(text.to_owned());
        assert_eq!(kind("edit").unwrap().as_str(), "edit");
        assert_eq!(kind("external:Ünïcorn/2").unwrap().as_str(), "external:Ünïcorn/2");
        assert_eq!(kind("original"), Err(VersionKindError::Reserved));
        let long = format!("external:{}", "x".repeat(247));
        for wrong in ["", "Edit", "external", "external:", "external: x", "external:a\nb", &long] {
            assert_eq!(kind(wrong), Err(VersionKindError::Unknown), "{wrong:?}");
        }
    }
}
