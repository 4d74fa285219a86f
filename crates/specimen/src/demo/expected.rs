//! What a reader must find in a photograph.

use serde_json::{Value, json};

use crate::{ExifTime, Format, Metadata, Photo};

/// The effective values of one file, after all rules of precedence.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// Pixels as displayed.
    pub size: (u32, u32),
    /// EXIF orientation.
    pub orientation: Option<u16>,
    /// The caption: XMP before IPTC before EXIF, camera boilerplate never.
    pub description: Option<String>,
    /// Latitude and longitude, degrees.
    pub coordinates: Option<(f64, f64)>,
    /// Metres.
    pub altitude: Option<f64>,
    /// ISO 8601, with an offset when the file says one.
    pub original_datetime: Option<String>,
    /// Stars.
    pub rating: Option<i64>,
    /// Camera maker and model.
    pub camera: Option<(String, String)>,
}

impl Expected {
    /// What is readable of a photograph in its format. `boilerplate` is the text of
    /// `ImageDescription` that is no caption.
    pub fn of(photo: &Photo, boilerplate: Option<&str>) -> Self {
        let metadata = &photo.metadata;
        let exif = photo.format != Format::Gif;
        let iptc = matches!(photo.format, Format::Jpeg | Format::Tiff);
        let spoken =
            metadata.image_description.as_ref().filter(|text| Some(text.as_str()) != boilerplate);
        let gps = metadata.gps.as_ref().filter(|_| exif);
        let written = |text: &Option<String>| text.clone().filter(|_| exif);
        Self {
            size: (photo.width, photo.height),
            orientation: metadata.orientation.filter(|_| exif),
            description: metadata
                .xmp_description
                .as_ref()
                .or(metadata.iptc_caption.as_ref().filter(|_| iptc))
                .or(spoken.filter(|_| exif))
                .cloned(),
            coordinates: gps.map(|gps| (gps.latitude, gps.longitude)),
            altitude: gps.and_then(|gps| gps.altitude),
            original_datetime: taken(metadata, exif),
            rating: metadata.rating,
            camera: written(&metadata.camera.make).zip(written(&metadata.camera.model)),
        }
    }

    /// One object, in the contract's words.
    pub fn to_json(&self) -> Value {
        json!({
            "width": self.size.0,
            "height": self.size.1,
            "orientation": self.orientation,
            "description": self.description,
            "latitude": self.coordinates.map(|place| place.0),
            "longitude": self.coordinates.map(|place| place.1),
            "altitude": self.altitude,
            "original_datetime": self.original_datetime,
            "rating": self.rating,
            "make": self.camera.as_ref().map(|camera| &camera.0),
            "model": self.camera.as_ref().map(|camera| &camera.1),
        })
    }
}

fn taken(metadata: &Metadata, exif: bool) -> Option<String> {
    metadata.taken.as_ref().filter(|_| exif).map(iso_8601).or_else(|| metadata.xmp_taken.clone())
}

/// `2024:05:06 07:08:09` with its companions as `2024-05-06T07:08:09.5+02:00`.
fn iso_8601(time: &ExifTime) -> String {
    let (date, clock) = time.date.split_once(' ').unwrap_or((&time.date, ""));
    let fraction = time.subsec.as_ref().map(|digits| format!(".{digits}")).unwrap_or_default();
    let offset = time.offset.as_deref().unwrap_or_default();
    format!("{}T{clock}{fraction}{offset}", date.replace(':', "-"))
}
