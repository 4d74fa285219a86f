//! The three dates: when a picture was taken, when it became a file, when that was last changed.
//!
//! **Taken**, the first that is a date:
//!
//! 1. EXIF `DateTimeOriginal` with `SubSecTimeOriginal` and `OffsetTimeOriginal`.
//! 2. XMP `exif:DateTimeOriginal`: the same statement where a format or program has no EXIF.
//! 3. IPTC Date Created (2:55) with Time Created (2:60).
//! 4. XMP `photoshop:DateCreated`.
//! 5. IPTC Date Created alone: midnight, so anything with a time is better.
//!
//! EXIF, IPTC, XMP is the order of the Metadata Working Group (guidelines 2.0, section 3.1), and of
//! exiftool's `DateTimeOriginal` composite.
//! Not believed: EXIF `DateTime` and XMP `ModifyDate` (when somebody edited it), GPS time (UTC, and
//! of the last fix), `xmp:CreateDate` and `DateTimeDigitized` (of the scan, for a scanned slide; they
//! have a field of their own).
//!
//! **Digitized**: EXIF `DateTimeDigitized` with its own tags, XMP `exif:DateTimeDigitized`, XMP
//! `xmp:CreateDate`. **Modified**: EXIF `DateTime` with its own tags, XMP `xmp:ModifyDate`.
//!
//! A date has the offset its own tag says or none: never that of another date, of GPS or of the place
//! (contract 2.2). Editors fill the others with the zone of the desk.

use model::{CaptureTime, Sourced};

use super::super::Said;
use super::super::exif::Tag;
use super::super::iptc::DataSet;
use super::super::xmp::Property;
use super::date;

pub(super) fn original(said: &Said) -> Option<Sourced<CaptureTime>> {
    let sourced = |time: Option<CaptureTime>, tag| Some(Sourced { value: time?, tag });
    let tags = [Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal];
    sourced(of_exif(said, tags), "Exif:DateTimeOriginal")
        .or_else(|| {
            let time = of_xmp(said, Property::ExifDateTimeOriginal);
            sourced(time, "XMP-exif:DateTimeOriginal")
        })
        .or_else(|| sourced(of_iptc(said), "IPTC:DateCreated"))
        .or_else(|| {
            let time = of_xmp(said, Property::PhotoshopDateCreated);
            sourced(time, "XMP-photoshop:DateCreated")
        })
        .or_else(|| {
            let day = said.iptc.text(DataSet::DateCreated)?;
            sourced(date::parse_iptc(day, None), "IPTC:DateCreated")
        })
}

pub(super) fn digitized(said: &Said) -> Option<CaptureTime> {
    let tags = [Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized];
    of_exif(said, tags)
        .or_else(|| of_xmp(said, Property::ExifDateTimeDigitized))
        .or_else(|| of_xmp(said, Property::XmpCreateDate))
}

pub(super) fn modified(said: &Said) -> Option<CaptureTime> {
    of_exif(said, [Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime])
        .or_else(|| of_xmp(said, Property::XmpModifyDate))
}

fn of_exif(said: &Said, [date, fraction, offset]: [Tag; 3]) -> Option<CaptureTime> {
    let time = date::parse(&said.exif.text(date)?)?;
    let micro = said.exif.text(fraction).map_or(0, |digits| date::micros(&digits));
    let offset = said.exif.text(offset).and_then(|text| date::offset(&text));
    let time = date::with_micros(time, micro);
    Some(CaptureTime { offset: offset.or(time.offset), ..time })
}

fn of_xmp(said: &Said, property: Property) -> Option<CaptureTime> {
    date::parse(said.xmp.text(property)?)
}

fn of_iptc(said: &Said) -> Option<CaptureTime> {
    let time = said.iptc.text(DataSet::TimeCreated)?;
    date::parse_iptc(said.iptc.text(DataSet::DateCreated)?, Some(time))
}
