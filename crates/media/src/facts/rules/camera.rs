//! Camera, lens and exposure: EXIF first, then what XMP repeats of it.
//!
//! Zero is how cameras say "unknown", so a zero aperture, focal length, exposure time or speed is
//! none. Names stay as they are written ("NIKON CORPORATION"), without the padding.

use super::super::Said;
use super::super::container::Turn;
use super::super::container::clip::Word;
use super::super::exif::Tag;
use super::super::text;
use super::super::xmp::Property;
use super::maker;

/// The largest number of the 16-bit tag; says that the speed is in another tag.
const SPEED_OVERFLOW: i64 = 65_535;

/// 1–8 (0x0112), or none.
///
/// HEIF, AVIF, JPEG XL and films turn their pictures themselves, whatever EXIF says of it; where
/// they do not, an EXIF orientation only tells that there is nothing to turn.
pub(super) fn orientation(said: &Said) -> Option<u8> {
    let of_exif = exif_orientation(said);
    match said.turn.map(Turn::orientation) {
        Some(1) => of_exif.map(|_| 1),
        Some(turned) => Some(turned),
        None => of_exif,
    }
}

fn exif_orientation(said: &Said) -> Option<u8> {
    let valid = |number: i64| u8::try_from(number).ok().filter(|number| (1..=8).contains(number));
    said.exif
        .integer(Tag::Orientation)
        .and_then(valid)
        .or_else(|| said.xmp.text(Property::TiffOrientation)?.parse().ok().and_then(valid))
}

pub(super) fn make(said: &Said) -> Option<String> {
    named(said, Tag::Make, &[Property::TiffMake]).or_else(|| word(said, Word::Make))
}

pub(super) fn model(said: &Said) -> Option<String> {
    named(said, Tag::Model, &[Property::TiffModel]).or_else(|| word(said, Word::Model))
}

/// What the lens is called. Maker notes come last: some have a name, others what makes one up; those
/// that only number lenses are not asked.
pub(super) fn lens_model(said: &Said) -> Option<String> {
    named(said, Tag::LensModel, &[Property::ExifExLensModel, Property::AuxLens])
        .or_else(|| maker::lens(said))
        .or_else(|| word(said, Word::Lens))
}

pub(super) fn f_number(said: &Said) -> Option<f64> {
    positive(said, Tag::FNumber, Property::ExifFNumber)
}

pub(super) fn focal_length(said: &Said) -> Option<f64> {
    positive(said, Tag::FocalLength, Property::ExifFocalLength)
}

pub(super) fn exposure_time(said: &Said) -> Option<f64> {
    positive(said, Tag::ExposureTime, Property::ExifExposureTime)
}

pub(super) fn exposure_bias(said: &Said) -> Option<f64> {
    let said = said.exif.number(Tag::ExposureBias).or(said.xmp.number(Property::ExifExposureBias));
    // Adding zero turns -0.0 into 0.0.
    said.map(|bias| bias + 0.0)
}

/// `PhotographicSensitivity`; where that is full or missing, the tags that have room for more.
pub(super) fn iso(said: &Said) -> Option<i64> {
    let speed = |tag| said.exif.integer(tag).filter(|&speed| speed > 0);
    let plain = speed(Tag::PhotographicSensitivity);
    plain
        .filter(|&speed| speed < SPEED_OVERFLOW)
        .or_else(|| speed(Tag::IsoSpeed))
        .or_else(|| speed(Tag::RecommendedExposureIndex))
        .or_else(|| speed(Tag::StandardOutputSensitivity))
        .or(plain)
}

pub(super) fn projection_type(said: &Said) -> Option<String> {
    said.xmp.text(Property::PanoProjectionType).and_then(text::name)
}

/// Apple's content identifier: maker note tag 0x0011 of the still, a `QuickTime` key of the film.
pub(super) fn live_photo_cid(said: &Said) -> Option<String> {
    let still = said.exif.text(Tag::AppleContent).as_deref().and_then(text::name);
    still.or_else(|| word(said, Word::ContentId))
}

/// Google's burst id (`GCamera:BurstID`) or Apple's (maker note tag 0x000B).
pub(super) fn burst_id(said: &Said) -> Option<String> {
    let apple = || said.exif.text(Tag::AppleBurst).as_deref().and_then(text::name);
    said.xmp.text(Property::CameraBurstId).and_then(text::name).or_else(apple)
}

fn word(said: &Said, word: Word) -> Option<String> {
    said.clip.word(word).and_then(|(said, _)| text::name(said))
}

fn named(said: &Said, tag: Tag, properties: &[Property]) -> Option<String> {
    let exif = said.exif.text(tag).as_deref().and_then(text::name);
    exif.or_else(|| {
        properties.iter().find_map(|&property| said.xmp.text(property).and_then(text::name))
    })
}

fn positive(said: &Said, tag: Tag, property: Property) -> Option<f64> {
    let is_known = |number: &f64| *number > 0.0;
    let exif = said.exif.number(tag).filter(is_known);
    exif.or_else(|| said.xmp.number(property).filter(is_known))
}
