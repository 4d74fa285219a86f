//! Where: the pair, and the height.
//!
//! EXIF's GPS directory first, then XMP `exif:GPSLatitude` and `exif:GPSLongitude`, then what the
//! container of a film says (`QuickTime`'s location, 3GPP's `loci`), where 0/0 is how phones say
//! nothing. Always both halves from one source, or no place at all:
//!
//! - degrees, and minutes and seconds if they are there, none negative, minutes and seconds below
//!   60, no fraction over zero;
//! - a hemisphere (N or S, E or W). Without one the place could be in either, so there is none; XMP
//!   may also write a signed decimal number;
//! - within ±90 and ±180;
//! - not 0/0 while `GPSStatus` is `V` (void): that is how receivers say "no fix". With valid
//!   hemispheres and no such remark, 0/0 is a place in the Gulf of Guinea.
//!
//! Height: metres, negative when the reference says "below" (1 or 3); XMP likewise. Heights no
//! camera gets to are dropped.

use model::{Coordinates, Instant, Sourced};

use super::super::Said;
use super::super::exif::Tag;
use super::super::xmp::Property;
use super::date;

/// From below the deepest trench to above every space station, in metres.
const HEIGHTS: std::ops::RangeInclusive<f64> = -12_000.0..=1_000_000.0;

pub(super) fn coordinates(said: &Said) -> Option<Sourced<Coordinates>> {
    let status = said.exif.text(Tag::GpsStatus);
    let status = status.as_deref().or(said.xmp.text(Property::ExifGpsStatus));
    let is_void = status.is_some_and(|status| status.starts_with(['V', 'v']));
    let sourced = |pair: Option<Coordinates>, tag| Some(Sourced { value: pair?, tag });
    let is_place = |place: &Sourced<Coordinates>| {
        let pair = place.value;
        !is_void || pair.latitude().abs() > 0.0 || pair.longitude().abs() > 0.0
    };
    sourced(of_exif(said), "Exif:GPSLatitude")
        .filter(is_place)
        .or_else(|| sourced(of_xmp(said), "XMP-exif:GPSLatitude").filter(is_place))
        .or_else(|| {
            let spot = said.clip.spot()?;
            let is_said = spot.latitude.abs() > 0.0 || spot.longitude.abs() > 0.0;
            let pair = Coordinates::new(spot.latitude, spot.longitude).ok();
            sourced(pair.filter(|_| is_said), spot.tag)
        })
}

/// What the satellites' clock showed: GPS date and time, which are UTC.
pub(super) fn instant(said: &Said) -> Option<Instant> {
    let day = date::parse(&said.exif.text(Tag::GpsDateStamp)?)?.wall;
    let time: Option<Vec<f64>> = said.exif.numbers(Tag::GpsTimeStamp)?.into_iter().collect();
    let [hours, minutes, seconds] = *time? else { return None };
    let is_time = (0.0..24.0).contains(&hours)
        && (0.0..60.0).contains(&minutes)
        && (0.0..61.0).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, reason = "a time of day is small")]
    let micros = ((hours * 3600.0 + minutes * 60.0 + seconds) * 1e6) as i64;
    is_time.then(|| Instant::from_micros(day.micros() + micros))
}

pub(super) fn altitude(said: &Said) -> Option<f64> {
    let exif =
        || signed(said.exif.number(Tag::GpsAltitude)?, said.exif.integer(Tag::GpsAltitudeRef));
    let xmp = || {
        let reference = said.xmp.text(Property::ExifGpsAltitudeRef);
        signed(
            said.xmp.number(Property::ExifGpsAltitude)?,
            reference.and_then(|text| text.parse().ok()),
        )
    };
    let film = || signed(said.clip.spot()?.altitude?, None);
    exif().or_else(xmp).or_else(film)
}

fn signed(height: f64, reference: Option<i64>) -> Option<f64> {
    let height = if matches!(reference, Some(1 | 3)) { -height.abs() } else { height };
    // Adding zero turns -0.0 into 0.0.
    HEIGHTS.contains(&height).then_some(height + 0.0)
}

fn of_exif(said: &Said) -> Option<Coordinates> {
    let half = |value, reference, letters| {
        let degrees = sexagesimal(&said.exif.numbers(value)?)?;
        Some(degrees * sign(&said.exif.text(reference)?, letters)?)
    };
    let latitude = half(Tag::GpsLatitude, Tag::GpsLatitudeRef, ['N', 'S'])?;
    let longitude = half(Tag::GpsLongitude, Tag::GpsLongitudeRef, ['E', 'W'])?;
    Coordinates::new(latitude, longitude).ok()
}

fn of_xmp(said: &Said) -> Option<Coordinates> {
    let half = |property, letters| parse(said.xmp.text(property)?, letters);
    let latitude = half(Property::ExifGpsLatitude, ['N', 'S'])?;
    let longitude = half(Property::ExifGpsLongitude, ['E', 'W'])?;
    Coordinates::new(latitude, longitude).ok()
}

/// One or minus one, as the first letter says.
fn sign(reference: &str, [plus, minus]: [char; 2]) -> Option<f64> {
    let letter = reference.chars().next()?.to_ascii_uppercase();
    if letter == plus {
        Some(1.0)
    } else if letter == minus {
        Some(-1.0)
    } else {
        None
    }
}

/// Degrees out of degrees, minutes and seconds, of which the last ones may be missing.
fn sexagesimal(parts: &[Option<f64>]) -> Option<f64> {
    let mut parts = parts.iter();
    let degrees = (*parts.next()?)?;
    let mut part = || parts.next().map_or(Some(0.0), |part| *part);
    let (minutes, seconds) = (part()?, part()?);
    let below_60 = 0.0..60.0;
    (degrees >= 0.0 && below_60.contains(&minutes) && below_60.contains(&seconds))
        .then_some(degrees + minutes / 60.0 + seconds / 3600.0)
}

/// `48,49.325N`, `48,49,19.5N`, `48.8221N` or `-48.8221` (XMP specification part 2, `GPSCoordinate`).
pub(in super::super) fn parse(text: &str, letters: [char; 2]) -> Option<f64> {
    let text = text.trim();
    let Some(numbers) = text.strip_suffix(|letter: char| letter.is_ascii_alphabetic()) else {
        return text.parse().ok().filter(|degrees: &f64| degrees.is_finite());
    };
    let sign = sign(&text[numbers.len()..], letters)?;
    let mut parts = Vec::with_capacity(3);
    for number in numbers.splitn(3, ',') {
        parts.push(Some(number.trim().parse::<f64>().ok().filter(|part| part.is_finite())?));
    }
    Some(sign * sexagesimal(&parts)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_add_up() {
        assert_eq!(sexagesimal(&[Some(48.0), Some(30.0), Some(36.0)]), Some(48.51));
        assert_eq!(sexagesimal(&[Some(48.5)]), Some(48.5));
        assert_eq!(sexagesimal(&[Some(48.0), Some(60.0)]), None);
        assert_eq!(sexagesimal(&[Some(48.0), Some(0.0), Some(60.0)]), None);
        assert_eq!(sexagesimal(&[Some(48.0), None, Some(1.0)]), None);
        assert_eq!(sexagesimal(&[Some(-48.0)]), None);
        assert_eq!(sexagesimal(&[]), None);
    }

    #[test]
    fn xmp_has_a_notation_of_its_own() {
        let latitude = |text| parse(text, ['N', 'S']);
        assert_eq!(latitude("48,30N"), Some(48.5));
        assert_eq!(latitude("48,30.6S"), Some(-48.51));
        assert_eq!(latitude("48,30,36n"), Some(48.51));
        assert_eq!(latitude("-48.5"), Some(-48.5));
        for text in ["", "N", "48,30E", "48,61N", "48,x,N", "nan", "infN", "48,30"] {
            assert_eq!(latitude(text), None, "{text:?}");
        }
    }

    #[test]
    fn heights_have_a_sign_and_a_limit() {
        assert_eq!(signed(12.5, Some(0)), Some(12.5));
        assert_eq!(signed(12.5, Some(1)), Some(-12.5));
        assert_eq!(signed(12.5, None), Some(12.5));
        assert_eq!(signed(4e9, None), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text: String, like in "[0-9.,]{0,12}[NSEW]?") {
            parse(&text, ['N', 'S']);
            if let Some(degrees) = parse(&like, ['E', 'W']) {
                prop_assert!(degrees.is_finite());
            }
        }
    }
}
