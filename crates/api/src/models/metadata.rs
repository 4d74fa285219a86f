//! `MetadataResponse` (contract 17.4).

use model::{AssetId, Camera, CaptureTime, Coordinates, Instant, Metadata, Rating};
use schemars::JsonSchema;
use serde::Serialize;

/// Effective metadata of an asset: what people said, else what the file says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MetadataResponse {
    /// Whose metadata it is.
    asset_id: String,
    /// When the record was made, UTC.
    created_at: String,
    /// When any of it changed last, UTC.
    updated_at: String,
    /// Caption.
    description: Option<String>,
    /// Decimal degrees, north positive; with `longitude` or not at all.
    latitude: Option<f64>,
    /// Decimal degrees, east positive; with `latitude` or not at all.
    longitude: Option<f64>,
    /// Metres above sea level, from the file; null beside coordinates that a person has set.
    altitude: Option<f64>,
    /// When it was taken, with the UTC offset when it is known; null when neither a person nor
    /// the file says so.
    original_datetime: Option<String>,
    /// When it became a file.
    digitized_datetime: Option<String>,
    /// When the file's content was changed.
    modified_datetime: Option<String>,
    /// IANA zone of the coordinates.
    timezone: Option<String>,
    /// Stars 0–5; 0 is unrated.
    rating: Option<i64>,
    /// Landmark.
    place_name: Option<String>,
    /// District.
    sublocation: Option<String>,
    /// City.
    city: Option<String>,
    /// State or province.
    state: Option<String>,
    /// Country.
    country: Option<String>,
    /// ISO 3166-1 alpha-2.
    country_code: Option<String>,
    /// One line for people, such as `Golden Gate Bridge, San Francisco, California`.
    display_label: Option<String>,
    /// Camera maker.
    make: Option<String>,
    /// Camera model.
    model: Option<String>,
    /// Lens.
    lens_model: Option<String>,
    /// Aperture number.
    f_number: Option<f64>,
    /// Millimetres.
    focal_length: Option<f64>,
    /// Seconds.
    exposure_time: Option<f64>,
    /// EV.
    exposure_bias: Option<f64>,
    /// Frames per second, of a video.
    fps: Option<f64>,
    /// ISO speed.
    iso: Option<i64>,
    /// EXIF orientation 1–8.
    orientation: Option<i64>,
    /// Encoded pixels, before orientation.
    raw_width: Option<i64>,
    /// Encoded pixels, before orientation.
    raw_height: Option<i64>,
    /// 360° projection, such as `equirectangular`.
    projection_type: Option<String>,
    /// Shared by both halves of a live photo.
    live_photo_cid: Option<String>,
    /// The camera's own burst id.
    auto_stack_id: Option<String>,
}

impl MetadataResponse {
    pub(crate) fn new(
        asset_id: AssetId,
        created_at: Instant,
        original: Option<CaptureTime>,
        metadata: Metadata,
    ) -> Self {
        let Metadata {
            updated_at,
            description,
            coordinates,
            altitude,
            rating,
            place,
            timezone,
            camera,
        } = metadata;
        let Camera {
            digitized,
            modified,
            make,
            model,
            lens_model,
            f_number,
            focal_length,
            exposure_time,
            exposure_bias,
            iso,
            fps,
            orientation,
            raw_size,
            projection_type,
            live_photo_cid,
            auto_stack_id,
        } = camera;
        let print = |time: Option<CaptureTime>| time.map(|time| time.to_string());
        Self {
            asset_id: asset_id.to_string(),
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
            description,
            latitude: coordinates.map(Coordinates::latitude),
            longitude: coordinates.map(Coordinates::longitude),
            altitude,
            original_datetime: print(original),
            digitized_datetime: print(digitized),
            modified_datetime: print(modified),
            timezone,
            rating: rating.map(Rating::stars),
            display_label: place.display_label(),
            place_name: place.place_name,
            sublocation: place.sublocation,
            city: place.city,
            state: place.state,
            country: place.country,
            country_code: place.country_code,
            make,
            model,
            lens_model,
            f_number,
            focal_length,
            exposure_time,
            exposure_bias,
            fps,
            iso,
            orientation,
            raw_width: raw_size.map(|size| size.0),
            raw_height: raw_size.map(|size| size.1),
            projection_type,
            live_photo_cid,
            auto_stack_id,
        }
    }
}
