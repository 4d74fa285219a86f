//! An asset: one photo or video of a library, as it is shown.

use crate::named::named;
use crate::{
    AssetId, CaptureSource, CaptureTime, Coordinates, Instant, LibraryId, PlaceNames, Rating,
    StackId, VersionId, VersionKind,
};

named! {
/// The class of a file.
pub enum MediaType {
    /// A still.
    Image = "image",
    /// Moving pictures.
    Video = "video",
}
}

/// A photo or video with its effective values.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Its name for ever.
    pub id: AssetId,
    /// Where it lives.
    pub library_id: LibraryId,
    /// The rendering that is shown.
    pub version_id: VersionId,
    /// Class of the file first uploaded.
    pub media_type: MediaType,
    /// Of the shown rendering.
    pub mime_type: String,
    /// What produced the shown rendering.
    pub kind: VersionKind,
    /// As uploaded.
    pub original_file_name: String,
    /// Effective capture time.
    pub capture: CaptureTime,
    /// Which layer `capture` comes from.
    pub capture_source: CaptureSource,
    /// When the record was made.
    pub created_at: Instant,
    /// Strictly increasing with every change.
    pub updated_at: Instant,
    /// `None` for a live asset.
    pub trashed_at: Option<Instant>,
    /// Display pixels (width, height), after rotation.
    pub size: Option<(i64, i64)>,
    /// Seconds, of a video.
    pub duration: Option<f64>,
    /// Binary ThumbHash.
    pub thumbhash: Option<Vec<u8>>,
    /// Bytes of the shown rendering.
    pub file_size_bytes: i64,
    /// The stack it is in.
    pub stack: Option<StackId>,
    /// The effective metadata.
    pub metadata: Metadata,
}

/// Effective metadata of one asset (contract 17.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// When any of it changed last.
    pub updated_at: Instant,
    /// Caption.
    pub description: Option<String>,
    /// Place.
    pub coordinates: Option<Coordinates>,
    /// Metres.
    pub altitude: Option<f64>,
    /// Stars.
    pub rating: Option<Rating>,
    /// Names of the place.
    pub place: PlaceNames,
    /// IANA zone.
    pub timezone: Option<String>,
    /// What only the file can say.
    pub camera: Camera,
}

/// What only the file can say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Camera {
    /// When the picture became a file.
    pub digitized: Option<CaptureTime>,
    /// When its content was changed.
    pub modified: Option<CaptureTime>,
    /// Maker.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Lens.
    pub lens_model: Option<String>,
    /// Aperture number.
    pub f_number: Option<f64>,
    /// Millimetres.
    pub focal_length: Option<f64>,
    /// Seconds.
    pub exposure_time: Option<f64>,
    /// EV.
    pub exposure_bias: Option<f64>,
    /// ISO speed.
    pub iso: Option<i64>,
    /// Frames per second.
    pub fps: Option<f64>,
    /// EXIF orientation 1–8.
    pub orientation: Option<i64>,
    /// Encoded pixels (width, height), before orientation.
    pub raw_size: Option<(i64, i64)>,
    /// 360° projection.
    pub projection_type: Option<String>,
    /// Live-photo partner id.
    pub live_photo_cid: Option<String>,
    /// The camera's burst id.
    pub auto_stack_id: Option<String>,
}

/// Where a file came from (contract 17.5).
#[derive(Debug, Clone, PartialEq)]
pub struct FileData {
    /// SHA-256 of the upload.
    pub sha256: Vec<u8>,
    /// SHA-1 of the upload.
    pub sha1: Vec<u8>,
    /// As sent.
    pub device_asset_id: String,
    /// As sent.
    pub device_id: String,
    /// As sent, with its offset.
    pub file_created_at: CaptureTime,
    /// As sent, with its offset.
    pub file_modified_at: CaptureTime,
    /// Bytes of the upload.
    pub file_size_bytes: i64,
}

impl Asset {
    /// The capture time a person or the file gave; `None` while `capture` is a mere fallback.
    pub fn original(&self) -> Option<CaptureTime> {
        matches!(self.capture_source, CaptureSource::User | CaptureSource::File)
            .then_some(self.capture)
    }
}

/// Display pixels of an encoded size under an EXIF orientation: 5–8 stand on their side.
pub fn display_size(raw: (u32, u32), orientation: Option<u8>) -> (u32, u32) {
    if matches!(orientation, Some(5..=8)) { (raw.1, raw.0) } else { raw }
}
