//! What exiftool says of a file beside what we say, field by field.

use std::collections::BTreeMap;

use model::{CaptureTime, FileFacts, display_size};
use serde_json::{Map, Value};

/// Offsets that exiftool has no tag for: they follow from something else that it prints.
const FOLLOWING: &[&str] = &["Canon:TimeZone", "Nikon:TimeZone", "Exif:GPSTimeStamp"];

/// On how many files both say the same, by field, and where they do not.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) agreed: BTreeMap<&'static str, usize>,
    /// File, field, and both views.
    pub(crate) wrong: Vec<(String, &'static str, String)>,
}

/// One file.
struct Comparison<'a> {
    file: &'a str,
    truth: &'a Map<String, Value>,
    report: &'a mut Report,
}

impl Comparison<'_> {
    fn verdict(&mut self, field: &'static str, is_said: bool, is_same: bool, views: String) {
        if !is_same {
            self.report.wrong.push((self.file.to_owned(), field, views));
        } else if is_said {
            *self.report.agreed.entry(field).or_default() += 1;
        }
    }

    fn number(&mut self, field: &'static str, ours: Option<f64>, tolerance: f64) {
        let theirs = self.truth.get(field).and_then(Value::as_f64);
        let is_same = match (theirs, ours) {
            (Some(theirs), Some(ours)) => {
                (theirs - ours).abs() <= tolerance * theirs.abs().max(1.0)
            }
            (theirs, ours) => theirs == ours,
        };
        self.verdict(field, theirs.is_some(), is_same, format!("{theirs:?}, not {ours:?}"));
    }

    fn text(&mut self, field: &'static str, theirs: Option<&str>, ours: Option<&str>) {
        let is_same = theirs == ours;
        self.verdict(field, theirs.is_some(), is_same, format!("{theirs:?}, not {ours:?}"));
    }

    /// A text of exiftool's that is not blank.
    fn said(&self, field: &str) -> Option<String> {
        let text = self.truth.get(field)?;
        let text = text.as_str().map_or_else(|| text.to_string(), |text| text.trim().to_owned());
        Some(text).filter(|text| !text.is_empty())
    }
}

impl Report {
    /// Compares what exiftool says, in the words of the samples' `truth.json`, with what we say.
    pub(crate) fn compare(
        &mut self,
        file: &str,
        truth: &Map<String, Value>,
        said: &FileFacts,
        is_film: bool,
    ) {
        let mut it = Comparison { file, truth, report: self };
        let place = said.coordinates.as_ref().map(|place| place.value);
        let shown = said.raw_size.map(|size| display_size(size, said.orientation));
        it.number("width", said.raw_size.map(|(width, _)| width.into()), 0.0);
        it.number("height", said.raw_size.map(|(_, height)| height.into()), 0.0);
        if truth.contains_key("display_width") {
            it.number("display_width", shown.map(|(width, _)| width.into()), 0.0);
            it.number("display_height", shown.map(|(_, height)| height.into()), 0.0);
        }
        if is_film {
            if truth.contains_key("rotation") {
                it.number("rotation", Some(degrees(said.orientation)), 0.0);
            }
        } else {
            it.number("orientation", said.orientation.map(Into::into), 0.0);
        }
        it.number("exposure_s", said.exposure_time, 1e-9);
        it.number("f_number", said.f_number, 1e-9);
        it.number("focal_mm", said.focal_length, 1e-9);
        it.number("iso", said.iso.map(|iso| iso as f64), 0.0);
        it.number("rating", said.rating.as_ref().map(|stars| stars.value as f64), 0.0);
        it.number("gps_lat", place.map(model::Coordinates::latitude), 1e-9);
        it.number("gps_lon", place.map(model::Coordinates::longitude), 1e-9);
        it.number("gps_alt", said.altitude, 1e-6);
        // An animated picture is a still, which takes no time and has no header of a film.
        if is_film {
            it.number("duration_s", said.duration, 1e-3);
        }
        let text = |it: &mut Comparison<'_>, field, ours: &Option<String>| {
            let theirs = it.said(field);
            it.text(field, theirs.as_deref(), ours.as_deref());
        };
        text(&mut it, "make", &said.make);
        text(&mut it, "model", &said.model);
        text(&mut it, "lens", &said.lens_model);
        text(&mut it, "burst_id", &said.burst_id);
        text(&mut it, "live_photo_id", &said.live_photo_cid);
        let theirs = it.said("motion_photo");
        it.text("motion_photo", theirs.as_deref(), said.motion.map(|_| "true"));
        let captions = ["caption_xmp", "caption_iptc", "caption_exif"];
        let theirs = captions.into_iter().find_map(|field| it.said(field));
        it.text(
            "caption",
            theirs.as_deref(),
            said.description.as_ref().map(|it| it.value.as_str()),
        );
        times(&mut it, said, is_film);
    }
}

fn times(it: &mut Comparison<'_>, said: &FileFacts, is_film: bool) {
    let original = said.original.as_ref().map(|time| time.value);
    let satellites = said.clock.satellites.map(|instant| instant.to_string());
    let theirs = it.said("gps_datetime_utc").map(|text| spelled(&text));
    if theirs.is_some() {
        it.text("gps_datetime_utc", theirs.as_deref(), satellites.as_deref());
    }
    let is_moment =
        !it.truth.contains_key("datetime_original") && it.truth.contains_key("datetime_utc");
    if is_film && is_moment {
        let theirs = it.said("datetime_utc").map(|text| spelled(&text) + "Z");
        it.text(
            "datetime_utc",
            theirs.as_deref(),
            original.map(|time| time.to_string()).as_deref(),
        );
        return;
    }
    let wall = original.map(|time| time.wall.to_string());
    let subsec = it.said("subsec").map_or_else(String::new, |digits| format!(".{digits}"));
    let theirs = it.said("datetime_original").map(|date| spelled(&(date + &subsec)));
    it.text("datetime_original", theirs.as_deref(), wall.as_deref());
    let offset = original.and_then(|time| time.offset).map(|offset| offset.to_string());
    let theirs = it.said("offset");
    let follows = said.offset_tag.is_some_and(|tag| FOLLOWING.contains(&tag));
    if theirs.is_some() || !follows {
        let theirs = theirs.as_deref().map(|text| if text == "+00:00" { "Z" } else { text });
        it.text("offset", theirs, offset.as_deref());
    }
}

/// A date of exiftool's as we write dates.
fn spelled(date: &str) -> String {
    let (day, time) = date.split_once(' ').unwrap_or((date, "00:00:00"));
    let text = format!("{}T{time}", day.replace(':', "-"));
    CaptureTime::parse(&text).map_or(text, |time| time.to_string())
}

/// Degrees clockwise of an orientation without mirroring.
fn degrees(orientation: Option<u8>) -> f64 {
    match orientation {
        Some(6) => 90.0,
        Some(3) => 180.0,
        Some(8) => 270.0,
        _ => 0.0,
    }
}
