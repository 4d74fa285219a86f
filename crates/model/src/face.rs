//! Faces in pictures (contract 6).

use crate::named::named;
use crate::{AssetId, FaceId, Instant, LibraryId, PersonId, VersionId};

/// A face in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// Its name for ever.
    pub id: FaceId,
    /// Where its asset lives.
    pub library_id: LibraryId,
    /// The asset it is in.
    pub asset_id: AssetId,
    /// The rendering in whose pixels the box is: the original.
    pub version_id: Option<VersionId>,
    /// Whom it shows, as far as that is known.
    pub person_id: Option<PersonId>,
    /// Where in the picture.
    pub bounding_box: BoundingBox,
    /// Who found it.
    pub source: FaceSource,
    /// 0–1, how sure the detector was; `None` for manual faces.
    pub confidence: Option<f64>,
    /// Of a video, milliseconds from its beginning.
    pub timestamp_ms: Option<i64>,
    /// When the record was made.
    pub created_at: Instant,
    /// Moves with every change.
    pub updated_at: Instant,
}

named! {
/// Who found a face.
pub enum FaceSource {
    /// A detector.
    Automatic = "automatic",
    /// A person drew the box.
    Manual = "manual",
}
}

/// A part of a picture in display pixels, from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBox {
    /// From the left edge.
    pub x: i64,
    /// From the top edge.
    pub y: i64,
    /// Width.
    pub w: i64,
    /// Height.
    pub h: i64,
}

/// Why a box is no part of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoxError {
    /// Nothing is known to fit it into.
    #[error("the size of this asset in pixels is not known")]
    NoSize,
    /// A part of the box lies outside.
    #[error("the box does not fit into the picture of {0} by {1} pixels")]
    Outside(i64, i64),
}

impl BoundingBox {
    /// Whether the box lies within a picture of this size: it is never clamped (OP-38).
    pub fn check(&self, size: Option<(i64, i64)>) -> Result<(), BoxError> {
        let (width, height) = size.ok_or(BoxError::NoSize)?;
        let fits = |from: i64, length: i64, limit: i64| {
            from >= 0 && length > 0 && from.checked_add(length).is_some_and(|end| end <= limit)
        };
        if fits(self.x, self.w, width) && fits(self.y, self.h, height) {
            Ok(())
        } else {
            Err(BoxError::Outside(width, height))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_fits_up_to_the_edges_and_no_further() {
        let size = Some((64, 48));
        let fits = |x, y, w, h| BoundingBox { x, y, w, h }.check(size).is_ok();
        assert!(fits(0, 0, 64, 48) && fits(63, 47, 1, 1) && fits(10, 10, 5, 5));
        assert!(!fits(1, 0, 64, 48) && !fits(0, 1, 64, 48));
        assert!(!fits(-1, 0, 5, 5) && !fits(0, -1, 5, 5));
        assert!(!fits(0, 0, 0, 5) && !fits(0, 0, 5, -1));
        assert!(!fits(i64::MAX, 0, 1, 1) && !fits(1, 0, i64::MAX, 1));
        let anywhere = BoundingBox { x: 0, y: 0, w: 1, h: 1 };
        assert_eq!(anywhere.check(None), Err(BoxError::NoSize));
    }
}
