//! What a file says of itself: the FILE layer (contract 2.1).

use crate::{CaptureTime, ClockClues, Coordinates};

/// A value and the tag of the file that said it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// What was said.
    pub value: T,
    /// The tag, in the notation of its standard: `Exif:DateTimeOriginal`, `XMP-dc:description`,
    /// `IPTC:Caption-Abstract`.
    pub tag: &'static str,
}

/// Everything read from one file. A value that is missing, broken or absurd is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileFacts {
    /// Encoded size in pixels, before orientation. Never zero.
    pub raw_size: Option<(u32, u32)>,
    /// EXIF orientation, 1–8.
    pub orientation: Option<u8>,
    /// Caption. Never blank.
    pub description: Option<Sourced<String>>,
    /// Place.
    pub coordinates: Option<Sourced<Coordinates>>,
    /// Metres above sea level, negative below.
    pub altitude: Option<f64>,
    /// When the picture was taken. Its offset is settled by [`FileFacts::settled`].
    pub original: Option<Sourced<CaptureTime>>,
    /// What is known of the clock that `original` was read from.
    pub clock: ClockClues,
    /// The tag that the offset of `original` comes from.
    pub offset_tag: Option<&'static str>,
    /// When it became a file.
    pub digitized: Option<CaptureTime>,
    /// When the file's content was last changed.
    pub modified: Option<CaptureTime>,
    /// Stars as the file says, which may lie outside 0–5.
    pub rating: Option<Sourced<i64>>,
    /// Names of the place, as a person or a program wrote them into the file.
    pub place: EmbeddedPlace,
    /// Camera maker.
    pub make: Option<String>,
    /// Camera model.
    pub model: Option<String>,
    /// Lens.
    pub lens_model: Option<String>,
    /// Aperture number.
    pub f_number: Option<f64>,
    /// Millimetres, not the 35 mm equivalent.
    pub focal_length: Option<f64>,
    /// Seconds.
    pub exposure_time: Option<f64>,
    /// EV.
    pub exposure_bias: Option<f64>,
    /// ISO speed.
    pub iso: Option<i64>,
    /// 360° projection, such as `equirectangular`.
    pub projection_type: Option<String>,
    /// Apple's content identifier, shared by both halves of a live photo.
    pub live_photo_cid: Option<String>,
    /// The camera's own burst id.
    pub burst_id: Option<String>,
    /// Seconds, of moving pictures.
    pub duration: Option<f64>,
    /// Frames per second, on average.
    pub frame_rate: Option<f64>,
    /// The film in a motion photo.
    pub motion: Option<MotionVideo>,
}

/// Where in a motion photo its film lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MotionVideo {
    /// Bytes of the file before it.
    pub from: u64,
    /// Its own bytes.
    pub bytes: u64,
}

/// IPTC and XMP location names. None of them is ever blank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmbeddedPlace {
    /// District or spot.
    pub sublocation: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country_code: Option<String>,
}

impl EmbeddedPlace {
    /// Name by name the one above, where there is one.
    #[must_use]
    pub fn beneath(&self, above: &Self) -> Self {
        let first = |above: &Option<String>, below: &Option<String>| {
            above.clone().or_else(|| below.clone())
        };
        Self {
            sublocation: first(&above.sublocation, &self.sublocation),
            city: first(&above.city, &self.city),
            state: first(&above.state, &self.state),
            country: first(&above.country, &self.country),
            country_code: first(&above.country_code, &self.country_code),
        }
    }
}
