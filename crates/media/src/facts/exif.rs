//! What an EXIF block says (EXIF 2.32, TIFF 6.0): the tags we have a use for.

use super::source::Bytes;
use super::text;
use super::tiff::{self, Entry, Value};

mod maker_note;

/// More than any caption needs: 65,536 characters of four bytes.
const LONGEST_TEXT: u64 = 256 << 10;
/// How Apple's maker notes begin; what follows is byte order and one directory.
pub(super) const APPLE: &[u8] = b"Apple iOS\0";

/// A tag that some rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    ImageDescription,
    Make,
    Model,
    Orientation,
    DateTime,
    XmpPacket,
    Rating,
    RatingPercent,
    ExposureTime,
    FNumber,
    IptcBlock,
    PhotoshopBlock,
    PhotographicSensitivity,
    StandardOutputSensitivity,
    RecommendedExposureIndex,
    IsoSpeed,
    DateTimeOriginal,
    DateTimeDigitized,
    OffsetTime,
    OffsetTimeOriginal,
    OffsetTimeDigitized,
    ExposureBias,
    FocalLength,
    SubSecTime,
    SubSecTimeOriginal,
    SubSecTimeDigitized,
    LensModel,
    GpsLatitudeRef,
    GpsLatitude,
    GpsLongitudeRef,
    GpsLongitude,
    GpsAltitudeRef,
    GpsAltitude,
    GpsTimeStamp,
    GpsStatus,
    GpsDateStamp,
    ImageWidth,
    ImageLength,
    PixelWidth,
    PixelHeight,
    AppleBurst,
    AppleContent,
    CanonTimeInfo,
    CanonLensModel,
    NikonWorldTime,
    NikonLensType,
    NikonLens,
    PanasonicLens,
}

/// The directories of an EXIF block. Raws keep in the first one what belongs into the second
/// (TIFF/EP), so that both are read as one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    Picture,
    Gps,
    Apple,
    Canon,
    Nikon,
    Panasonic,
}

pub(super) const EXIF_POINTER: u16 = 0x8769;
pub(super) const GPS_POINTER: u16 = 0x8825;
pub(super) const MAKER_NOTE: u16 = 0x927c;

/// What an EXIF block says. The first of two values for one tag counts.
#[derive(Debug, Default)]
pub(super) struct Exif(Vec<(Tag, Value)>);

impl Exif {
    fn value(&self, tag: Tag) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == tag).map(|(_, value)| value)
    }

    /// The bytes of a value, as they are.
    pub(super) fn bytes(&self, tag: Tag) -> Option<&[u8]> {
        self.value(tag).map(Value::bytes)
    }

    /// A text, without what follows its first NUL and without space around it. Never blank.
    pub(super) fn text(&self, tag: Tag) -> Option<String> {
        text::presentable(&text::decode(text::before_nul(self.bytes(tag)?)))
    }

    /// The first of whole numbers.
    pub(super) fn integer(&self, tag: Tag) -> Option<i64> {
        self.value(tag)?.integer()
    }

    /// The first of numbers of any type.
    pub(super) fn number(&self, tag: Tag) -> Option<f64> {
        self.value(tag)?.number()
    }

    /// A signed number of two bytes, in the order of the block, and what follows it.
    pub(super) fn short_and_rest(&self, tag: Tag) -> Option<(i16, &[u8])> {
        self.value(tag)?.short_and_rest()
    }

    /// All numbers, `None` in the place of a fraction over zero.
    pub(super) fn numbers(&self, tag: Tag) -> Option<Vec<Option<f64>>> {
        Some(self.value(tag)?.numbers().collect())
    }

    /// Adds what the first directory of a block says, which is of this kind.
    pub(super) fn add(&mut self, bytes: &mut dyn Bytes, directory: Directory) {
        let Some((order, first)) = tiff::header(bytes) else { return };
        for entry in tiff::entries(bytes, order, first) {
            self.take(bytes, directory, &entry);
        }
    }

    /// Adds what the other block says and this one does not.
    pub(super) fn complete(&mut self, other: Self) {
        for (tag, value) in other.0 {
            if self.value(tag).is_none() {
                self.0.push((tag, value));
            }
        }
    }

    fn take(&mut self, bytes: &mut dyn Bytes, directory: Directory, entry: &Entry) {
        let Some(tag) = Tag::of(directory, entry.tag) else { return };
        let longest = match tag {
            Tag::XmpPacket | Tag::IptcBlock | Tag::PhotoshopBlock => u64::MAX,
            _ => LONGEST_TEXT,
        };
        // A directory may claim the same large value a thousand times.
        if self.value(tag).is_none()
            && let Some(value) = entry.value(bytes, longest)
        {
            self.0.push((tag, value));
        }
    }
}

/// Reads a block as JPEG, PNG and WebP hold it, with or without `Exif\0\0` before it.
pub(super) fn read_block(block: &[u8]) -> Exif {
    let mut block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    read(&mut block)
}

/// Reads the first directory and those it points to. Thumbnails are not looked at.
pub(super) fn read(bytes: &mut dyn Bytes) -> Exif {
    let mut exif = Exif::default();
    let Some((order, first)) = tiff::header(bytes) else { return exif };
    for entry in tiff::entries(bytes, order, first) {
        let target = u64::from(entry.offset());
        match entry.tag {
            EXIF_POINTER => {
                for entry in tiff::entries(bytes, order, target) {
                    if entry.tag == MAKER_NOTE {
                        maker_note::read(bytes, order, &entry, &mut exif);
                    } else {
                        exif.take(bytes, Directory::Picture, &entry);
                    }
                }
            }
            GPS_POINTER => {
                for entry in tiff::entries(bytes, order, target) {
                    exif.take(bytes, Directory::Gps, &entry);
                }
            }
            _ => exif.take(bytes, Directory::Picture, &entry),
        }
    }
    exif
}

impl Tag {
    fn of(directory: Directory, number: u16) -> Option<Self> {
        match directory {
            Directory::Picture => Self::of_picture(number),
            Directory::Gps => Self::of_gps(number),
            Directory::Apple => match number {
                0x000b => Some(Self::AppleBurst),
                0x0011 => Some(Self::AppleContent),
                _ => None,
            },
            Directory::Canon => match number {
                0x0035 => Some(Self::CanonTimeInfo),
                0x0095 => Some(Self::CanonLensModel),
                _ => None,
            },
            Directory::Nikon => match number {
                0x0024 => Some(Self::NikonWorldTime),
                0x0083 => Some(Self::NikonLensType),
                0x0084 => Some(Self::NikonLens),
                _ => None,
            },
            Directory::Panasonic => (number == 0x0051).then_some(Self::PanasonicLens),
        }
    }

    fn of_picture(number: u16) -> Option<Self> {
        Some(match number {
            0x0100 => Self::ImageWidth,
            0x0101 => Self::ImageLength,
            0x010e => Self::ImageDescription,
            0x010f => Self::Make,
            0x0110 => Self::Model,
            0x0112 => Self::Orientation,
            0x0132 => Self::DateTime,
            0x02bc => Self::XmpPacket,
            0x4746 => Self::Rating,
            0x4749 => Self::RatingPercent,
            0x829a => Self::ExposureTime,
            0x829d => Self::FNumber,
            0x83bb => Self::IptcBlock,
            0x8649 => Self::PhotoshopBlock,
            0x8827 => Self::PhotographicSensitivity,
            0x8831 => Self::StandardOutputSensitivity,
            0x8832 => Self::RecommendedExposureIndex,
            0x8833 => Self::IsoSpeed,
            0x9003 => Self::DateTimeOriginal,
            0x9004 => Self::DateTimeDigitized,
            0x9010 => Self::OffsetTime,
            0x9011 => Self::OffsetTimeOriginal,
            0x9012 => Self::OffsetTimeDigitized,
            0x9204 => Self::ExposureBias,
            0x920a => Self::FocalLength,
            0x9290 => Self::SubSecTime,
            0x9291 => Self::SubSecTimeOriginal,
            0x9292 => Self::SubSecTimeDigitized,
            0xa002 => Self::PixelWidth,
            0xa003 => Self::PixelHeight,
            0xa434 => Self::LensModel,
            _ => return None,
        })
    }

    fn of_gps(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::GpsLatitudeRef,
            2 => Self::GpsLatitude,
            3 => Self::GpsLongitudeRef,
            4 => Self::GpsLongitude,
            5 => Self::GpsAltitudeRef,
            6 => Self::GpsAltitude,
            7 => Self::GpsTimeStamp,
            9 => Self::GpsStatus,
            29 => Self::GpsDateStamp,
            _ => return None,
        })
    }
}
