//! The three dates: when a picture was taken, when it became a file, when that was last changed.
//!
//! **Taken**, the first that is a date:
//!
//! 1. EXIF `DateTimeOriginal` with `SubSecTimeOriginal`.
//! 2. The text of a film's container: `QuickTime` `creationdate`, Sony's `CreationDate`.
//! 3. XMP `exif:DateTimeOriginal`: the same statement where a format or program has no EXIF.
//! 4. IPTC Date Created (2:55) with Time Created (2:60).
//! 5. XMP `photoshop:DateCreated`.
//! 6. IPTC Date Created alone: midnight, so anything with a time is better.
//! 7. EXIF `DateTimeDigitized` with `SubSecTimeDigitized`: of a camera the same moment, of a scanner
//!    that of the scan, so only where nobody says anything better.
//! 8. The number of a film's container, which counts in UTC: `QuickTime` `mvhd`, Matroska `DateUTC`.
//!    Programs that cut or send films set it anew.
//!
//! EXIF, IPTC, XMP is the order of the Metadata Working Group (guidelines 2.0, section 3.1), and of
//! exiftool's `DateTimeOriginal` composite.
//! Not believed: EXIF `DateTime` and XMP `ModifyDate` (when somebody edited it), GPS time (of the
//! last fix), `xmp:CreateDate` (when a program made the file).
//!
//! **Digitized**: EXIF `DateTimeDigitized` with its own tags, XMP `exif:DateTimeDigitized`, XMP
//! `xmp:CreateDate`. **Modified**: EXIF `DateTime` with its own tags, XMP `xmp:ModifyDate`. These two
//! have the offset their own tag says or none.
//!
//! The **offset** of the first date is decided by [`model::ClockClues`], which are gathered here.

use model::{CaptureTime, ClockClues, Instant, Offset, Sourced};

use super::super::Said;
use super::super::container::clip::Word;
use super::super::exif::Tag;
use super::super::iptc::DataSet;
use super::super::xmp::Property;
use super::{date, gps, maker};

/// When it was taken, as the clock showed it, and what is known about that clock.
pub(super) fn original(said: &Said) -> (Option<Sourced<CaptureTime>>, ClockClues) {
    let mut clues = ClockClues {
        own: None,
        digitized: offset(said, Tag::OffsetTimeDigitized, "Exif:OffsetTimeDigitized"),
        maker_note: maker::offset(said),
        satellites: gps::instant(said),
        modified: offset(said, Tag::OffsetTime, "Exif:OffsetTime"),
        universal: None,
    };
    if let Some(written) = written(said) {
        clues.own = written.value.offset.map(|value| Sourced { value, tag: written.tag });
        if written.tag == EXIF_ORIGINAL {
            let own = offset(said, Tag::OffsetTimeOriginal, "Exif:OffsetTimeOriginal");
            clues.own = own.or(clues.own);
        }
        return (Some(written), clues);
    }
    let Some((micros, tag)) = said.clip.created() else { return (None, clues) };
    let instant = Instant::from_micros(micros);
    clues.universal = Some(instant);
    (Some(Sourced { value: instant.as_capture_time(), tag }), clues)
}

const EXIF_ORIGINAL: &str = "Exif:DateTimeOriginal";

/// The date that somebody wrote down, with the offset at its end if there is one.
fn written(said: &Said) -> Option<Sourced<CaptureTime>> {
    let sourced = |time: Option<CaptureTime>, tag| Some(Sourced { value: time?, tag });
    let exif = [Tag::DateTimeOriginal, Tag::SubSecTimeOriginal];
    sourced(exif_date(said, exif), EXIF_ORIGINAL)
        .or_else(|| {
            let (text, tag) = said.clip.word(Word::Created)?;
            sourced(date::parse(text), tag)
        })
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
        .or_else(|| {
            let digitized = [Tag::DateTimeDigitized, Tag::SubSecTimeDigitized];
            sourced(exif_date(said, digitized), "Exif:DateTimeDigitized")
        })
}

fn offset(said: &Said, tag: Tag, name: &'static str) -> Option<Sourced<Offset>> {
    let value = said.exif.text(tag).and_then(|text| date::offset(&text))?;
    Some(Sourced { value, tag: name })
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
    let time = exif_date(said, [date, fraction])?;
    let offset = said.exif.text(offset).and_then(|text| date::offset(&text));
    Some(CaptureTime { offset: offset.or(time.offset), ..time })
}

fn exif_date(said: &Said, [date, fraction]: [Tag; 2]) -> Option<CaptureTime> {
    let time = date::parse(&said.exif.text(date)?)?;
    let micro = said.exif.text(fraction).map_or(0, |digits| date::micros(&digits));
    Some(date::with_micros(time, micro))
}

fn of_xmp(said: &Said, property: Property) -> Option<CaptureTime> {
    date::parse(said.xmp.text(property)?)
}

fn of_iptc(said: &Said) -> Option<CaptureTime> {
    let time = said.iptc.text(DataSet::TimeCreated)?;
    date::parse_iptc(said.iptc.text(DataSet::DateCreated)?, Some(time))
}
