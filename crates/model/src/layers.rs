//! Layers in, effective values out (contract 2.1, 2.2).
//!
//! Every effective value anywhere in the program comes from [`effective`].

use crate::named::named;
use crate::{
    Caption, CaptureTime, Coordinates, EmbeddedPlace, FileFacts, Instant, MetadataPatch, Rating,
};

/// What people said. Changed by people only.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserLayer {
    /// Caption; an empty one hides the file's.
    pub description: Option<Caption>,
    /// Place.
    pub coordinates: Option<Coordinates>,
    /// Capture time.
    pub original: Option<CaptureTime>,
    /// Stars; zero hides the file's.
    pub rating: Option<Rating>,
}

/// What the file says, as far as people can overrule it; and what its sidecar says, which lies above.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileLayer {
    /// Caption.
    pub description: Option<String>,
    /// Place.
    pub coordinates: Option<Coordinates>,
    /// Metres above sea level, of that place.
    pub altitude: Option<f64>,
    /// Capture time.
    pub original: Option<CaptureTime>,
    /// Stars, in or out of range.
    pub rating: Option<i64>,
    /// Names of that place.
    pub place: EmbeddedPlace,
}

/// What the geocoder found for one pair of coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivedPlace {
    /// The pair that was looked up. The names hold for no other.
    pub at: Coordinates,
    /// The names.
    pub names: PlaceNames,
    /// IANA zone.
    pub timezone: Option<String>,
}

/// Names of a place, from the smallest to the widest. None of them is blank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceNames {
    /// Landmark.
    pub place_name: Option<String>,
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

/// The end of the chain for the capture time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fallback {
    /// What the uploader said.
    pub file_created_at: Option<CaptureTime>,
    /// When the record was made.
    pub created_at: Instant,
}

named! {
/// Which layer the effective capture time comes from.
pub enum CaptureSource {
    /// A person.
    User = "user",
    /// The file, or its sidecar.
    File = "file",
    /// The upload form.
    Upload = "upload",
    /// The record itself.
    Record = "record",
}
}

/// What is shown, sorted and searched by.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// Caption.
    pub description: Option<String>,
    /// Place.
    pub coordinates: Option<Coordinates>,
    /// Metres; the height the file gives for its own place, hidden beside another (OP-42).
    pub altitude: Option<f64>,
    /// Never missing.
    pub capture: CaptureTime,
    /// Where `capture` comes from.
    pub capture_source: CaptureSource,
    /// Stars.
    pub rating: Option<Rating>,
    /// Names of `coordinates`.
    pub place: PlaceNames,
    /// IANA zone of `coordinates`.
    pub timezone: Option<String>,
}

impl UserLayer {
    /// This layer after `patch`.
    #[must_use]
    pub fn patched(&self, patch: &MetadataPatch) -> Self {
        Self {
            description: patch.description.apply(&self.description),
            coordinates: patch.coordinates.apply(&self.coordinates),
            original: patch.original.apply(&self.original),
            rating: patch.rating.apply(&self.rating),
        }
    }
}

impl FileLayer {
    /// What file and sidecar say together: field by field the sidecar, where it has a value.
    ///
    /// Height and names belong to a place. A sidecar with a place brings its own, or none; one
    /// without adds names to the place of the file. A sidecar that repeats the time of the file and
    /// leaves out the offset, as darktable does, does not take the offset away.
    #[must_use]
    pub fn beneath(&self, sidecar: &Self) -> Self {
        let (coordinates, altitude, place) = if sidecar.coordinates.is_some() {
            (sidecar.coordinates, sidecar.altitude, sidecar.place.clone())
        } else {
            let altitude = sidecar.altitude.or(self.altitude);
            (self.coordinates, altitude, self.place.beneath(&sidecar.place))
        };
        Self {
            description: sidecar.description.clone().or_else(|| self.description.clone()),
            coordinates,
            altitude,
            original: if self.is_repeated_by(sidecar) {
                self.original
            } else {
                sidecar.original.or(self.original)
            },
            rating: sidecar.rating.or(self.rating),
            place,
        }
    }

    /// Whether a sidecar has the capture time of the file, to the second, and no offset.
    pub fn is_repeated_by(&self, sidecar: &Self) -> bool {
        let second = |time: CaptureTime| time.wall.micros().div_euclid(1_000_000);
        sidecar.original.zip(self.original).is_some_and(|(beside, inside)| {
            beside.offset.is_none() && second(beside) == second(inside)
        })
    }
}

impl From<&FileFacts> for FileLayer {
    fn from(facts: &FileFacts) -> Self {
        Self {
            description: facts.description.as_ref().map(|caption| caption.value.clone()),
            coordinates: facts.coordinates.as_ref().map(|place| place.value),
            altitude: facts.altitude,
            original: facts.original.as_ref().map(|time| time.value),
            rating: facts.rating.as_ref().map(|stars| stars.value),
            place: facts.place.clone(),
        }
    }
}

/// The effective values: the first layer that has one, field by field.
pub fn effective(
    user: &UserLayer,
    file: &FileLayer,
    derived: Option<&DerivedPlace>,
    fallback: Fallback,
) -> Effective {
    let coordinates = user.coordinates.or(file.coordinates);
    let (capture, capture_source) = capture(user, file, fallback);
    let derived = derived.filter(|derived| Some(derived.at) == coordinates);
    let embedded = (coordinates == file.coordinates).then_some(&file.place);
    Effective {
        description: match &user.description {
            Some(caption) => Some(caption.as_str().to_owned()),
            None => file.description.clone(),
        },
        coordinates,
        altitude: file.altitude.filter(|_| user.coordinates.is_none()),
        capture,
        capture_source,
        rating: user.rating.or(file.rating.map(Rating::shown_for)),
        place: names(embedded, derived.map(|derived| &derived.names)),
        timezone: derived.and_then(|derived| derived.timezone.clone()),
    }
}

fn capture(user: &UserLayer, file: &FileLayer, fallback: Fallback) -> (CaptureTime, CaptureSource) {
    None.or(user.original.map(|time| (time, CaptureSource::User)))
        .or(file.original.map(|time| (time, CaptureSource::File)))
        .or(fallback.file_created_at.map(|time| (time, CaptureSource::Upload)))
        .unwrap_or((fallback.created_at.as_capture_time(), CaptureSource::Record))
}

/// A name that somebody wrote into the file wins over the geocoder's, as long as the file's place
/// is the effective one (OP-18).
fn names(embedded: Option<&EmbeddedPlace>, derived: Option<&PlaceNames>) -> PlaceNames {
    let mut names = derived.cloned().unwrap_or_default();
    let Some(embedded) = embedded else { return names };
    let written = [
        (&mut names.sublocation, &embedded.sublocation),
        (&mut names.city, &embedded.city),
        (&mut names.state, &embedded.state),
        (&mut names.country, &embedded.country),
        (&mut names.country_code, &embedded.country_code),
    ];
    for (name, written) in written {
        if written.is_some() {
            name.clone_from(written);
        }
    }
    names
}

impl PlaceNames {
    /// The one line for people: the most specific of landmark, spot, city and country, then the
    /// city, then the state or else the country; nothing twice (contract 17.4).
    pub fn display_label(&self) -> Option<String> {
        let specific = [&self.place_name, &self.sublocation, &self.city, &self.country]
            .into_iter()
            .find_map(Option::as_deref)?;
        let mut parts = vec![specific];
        let is_country = self.country.as_deref() == Some(specific) && self.city.is_none();
        if !is_country {
            let wider = self.state.as_deref().or(self.country.as_deref());
            for part in self.city.as_deref().into_iter().chain(wider) {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
        Some(parts.join(", "))
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
