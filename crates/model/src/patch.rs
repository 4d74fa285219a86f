//! What a person asks to change of one asset (contract 3.1).

use crate::{CaptureTime, Coordinates, CoordinatesError};

/// One field of a change: left alone, cleared, or set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not mentioned.
    #[default]
    Keep,
    /// The USER value goes away and the next layer shows through.
    Clear,
    /// The USER value becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field was mentioned at all.
    pub const fn is_mentioned(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// Where null means the same as absence.
    #[must_use]
    pub fn or_keep(self) -> Self {
        match self {
            Self::Clear => Self::Keep,
            other => other,
        }
    }
}

impl<T> Patch<T> {
    /// The value it is to become; to clear and to leave alone are the same here.
    pub fn set(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T: Clone> Patch<T> {
    /// What `current` becomes.
    pub fn apply(&self, current: &Option<T>) -> Option<T> {
        match self {
            Self::Keep => current.clone(),
            Self::Clear => None,
            Self::Set(value) => Some(value.clone()),
        }
    }
}

/// A caption: at most 65,536 characters, no NUL. May be empty: an empty caption hides the one in
/// the file (contract OP-5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption(String);

/// Why a text is no caption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptionError {
    /// More characters than [`Caption::MAX_CHARS`].
    #[error("a description has at most {} characters", Caption::MAX_CHARS)]
    TooLong,
    /// U+0000.
    #[error("a description cannot contain the character U+0000")]
    Nul,
}

impl Caption {
    /// Counted in Unicode scalar values.
    pub const MAX_CHARS: usize = 65_536;

    /// Takes the text as it is: no trimming, no normalisation.
    pub fn new(text: String) -> Result<Self, CaptionError> {
        if text.contains('\0') {
            return Err(CaptionError::Nul);
        }
        // A text of few bytes cannot have many characters; counting is for the long ones.
        if text.len() > Self::MAX_CHARS && text.chars().count() > Self::MAX_CHARS {
            return Err(CaptionError::TooLong);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Stars: 0–5, where 0 says "unrated" and hides the rating in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating(u8);

/// The number lies outside 0–5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rating lies between 0 and 5")]
pub struct RatingError;

impl Rating {
    /// 0–5.
    pub fn new(stars: i64) -> Result<Self, RatingError> {
        u8::try_from(stars).ok().filter(|&stars| stars <= 5).map(Self).ok_or(RatingError)
    }

    /// 0–5.
    pub fn stars(self) -> i64 {
        i64::from(self.0)
    }

    /// What is shown for a number found in a file: itself, or 0 outside 0–5 (contract 2.1 rule 5).
    pub fn shown_for(stars: i64) -> Self {
        Self::new(stars).unwrap_or(Self(0))
    }
}

/// One change of one asset. The default changes nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetadataPatch {
    /// Caption.
    pub description: Patch<Caption>,
    /// Place, both numbers at once.
    pub coordinates: Patch<Coordinates>,
    /// Capture time.
    pub original: Patch<CaptureTime>,
    /// Stars.
    pub rating: Patch<Rating>,
}

/// Why two halves are no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// One half was sent and the other was not, or one was a number and the other null.
    #[error("latitude and longitude must be set together: both numbers, or both null")]
    Half,
    /// A number out of range.
    #[error(transparent)]
    Range(#[from] CoordinatesError),
}

/// The nine rows of the coordinate pair table of contract 3.1.
pub fn pair(latitude: Patch<f64>, longitude: Patch<f64>) -> Result<Patch<Coordinates>, PairError> {
    match (latitude, longitude) {
        (Patch::Keep, Patch::Keep) => Ok(Patch::Keep),
        (Patch::Clear, Patch::Clear) => Ok(Patch::Clear),
        (Patch::Set(latitude), Patch::Set(longitude)) => {
            Ok(Patch::Set(Coordinates::new(latitude, longitude)?))
        }
        _ => Err(PairError::Half),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nine_rows_of_the_pair_table() {
        use Patch::{Clear, Keep, Set};
        let place = Coordinates::new(1.0, 2.0).unwrap();
        assert_eq!(pair(Keep, Keep), Ok(Keep));
        assert_eq!(pair(Set(1.0), Set(2.0)), Ok(Set(place)));
        assert_eq!(pair(Clear, Clear), Ok(Clear));
        for (latitude, longitude) in [
            (Set(1.0), Keep),
            (Keep, Set(2.0)),
            (Clear, Keep),
            (Keep, Clear),
            (Set(1.0), Clear),
            (Clear, Set(2.0)),
        ] {
            assert_eq!(pair(latitude, longitude), Err(PairError::Half));
        }
    }

    #[test]
    fn a_caption_is_counted_in_characters() {
        assert!(Caption::new("é".repeat(65_536)).is_ok());
        assert_eq!(Caption::new("é".repeat(65_537)), Err(CaptionError::TooLong));
        assert_eq!(Caption::new("a\0b".into()), Err(CaptionError::Nul));
        assert_eq!(Caption::new(String::new()).unwrap().as_str(), "");
    }

    #[test]
    fn stars_end_at_five() {
        assert!(Rating::new(0).is_ok() && Rating::new(5).is_ok());
        assert!(Rating::new(6).is_err() && Rating::new(-1).is_err() && Rating::new(256).is_err());
        assert_eq!(Rating::shown_for(-1).stars(), 0);
        assert_eq!(Rating::shown_for(4).stars(), 4);
    }
}
