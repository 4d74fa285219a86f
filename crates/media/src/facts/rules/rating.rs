//! The stars.
//!
//! XMP `xmp:Rating` (−1 means rejected; decimals are rounded), then EXIF `Rating` (0x4746), then a
//! percentage: XMP `MicrosoftPhoto:Rating`, EXIF `RatingPercent` (0x4749). Windows writes 1, 25, 50,
//! 75 and 99 per cent for one to five stars; what lies between goes to the nearest, and nought per
//! cent is how Windows says nothing.

use model::Sourced;

use super::super::Said;
use super::super::exif::Tag;
use super::super::xmp::Property;

/// Beyond this nothing is a number of stars.
const LIMIT: f64 = 1e6;

pub(super) fn rating(said: &Said) -> Option<Sourced<i64>> {
    let sourced = |stars: Option<i64>, tag| Some(Sourced { value: stars?, tag });
    let exif = |tag| said.exif.integer(tag);
    sourced(said.xmp.number(Property::XmpRating).and_then(rounded), "XMP-xmp:Rating")
        .or_else(|| sourced(exif(Tag::Rating), "Exif:Rating"))
        .or_else(|| {
            let percent = said.xmp.number(Property::MicrosoftRating).and_then(rounded);
            sourced(percent.and_then(stars), "XMP-microsoft:RatingPercent")
        })
        .or_else(|| sourced(exif(Tag::RatingPercent).and_then(stars), "Exif:RatingPercent"))
}

#[expect(clippy::cast_possible_truncation, reason = "within the limit nothing is lost")]
fn rounded(number: f64) -> Option<i64> {
    (number.abs() <= LIMIT).then_some(number.round() as i64)
}

fn stars(percent: i64) -> Option<i64> {
    Some(match percent {
        ..=0 => return None,
        1..=12 => 1,
        13..=37 => 2,
        38..=62 => 3,
        63..=87 => 4,
        88.. => 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_stars() {
        assert_eq!([1, 25, 50, 75, 99, 100].map(stars), [1, 2, 3, 4, 5, 5].map(Some));
        assert_eq!(stars(0), None);
    }

    #[test]
    fn decimals_are_rounded() {
        assert_eq!(rounded(3.5), Some(4));
        assert_eq!(rounded(-1.0), Some(-1));
        assert_eq!(rounded(1e300), None);
    }
}
