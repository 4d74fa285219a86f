//! What a photograph tells of itself, and the three standards it tells it in.

pub(crate) mod exif;
pub(crate) mod iptc;
pub(crate) mod tiff;
pub(crate) mod xmp;

use tiff::{ByteOrder, Rational, Value};

/// Everything that is written into a file. What is `None` is not written.
///
/// Values are written as given, sensible or not: a reader must survive both.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// Byte order of the EXIF block, and of a TIFF file.
    pub byte_order: ByteOrder,
    /// EXIF 274: 1–8.
    pub orientation: Option<u16>,
    /// EXIF 36867 `DateTimeOriginal`.
    pub taken: Option<ExifTime>,
    /// EXIF 36868 `DateTimeDigitized`.
    pub digitized: Option<ExifTime>,
    /// EXIF 306 `DateTime`.
    pub modified: Option<ExifTime>,
    /// XMP `photoshop:DateCreated`, in ISO 8601.
    pub xmp_taken: Option<String>,
    /// The GPS directory.
    pub gps: Option<Gps>,
    /// EXIF 270 `ImageDescription`, as UTF-8.
    pub image_description: Option<String>,
    /// XMP `dc:description`, as `x-default`.
    pub xmp_description: Option<String>,
    /// IPTC 2:120 `Caption-Abstract`, as UTF-8.
    pub iptc_caption: Option<String>,
    /// XMP `xmp:Rating`: 0–5, −1 for rejected.
    pub rating: Option<i64>,
    /// The camera and its lens.
    pub camera: Camera,
    /// How the picture was exposed.
    pub exposure: Exposure,
    /// IPTC 2:92 and XMP `Iptc4xmpCore:Location`: a district or a spot.
    pub sublocation: Option<String>,
    /// IPTC 2:90 and XMP `photoshop:City`.
    pub city: Option<String>,
    /// IPTC 2:95 and XMP `photoshop:State`.
    pub state: Option<String>,
    /// IPTC 2:101 and XMP `photoshop:Country`.
    pub country: Option<String>,
    /// XMP `Iptc4xmpCore:CountryCode`, ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// A whole XMP packet in place of the one made from the fields above, such as a broken one.
    pub xmp_packet: Option<String>,
    /// EXIF tags written over those made from the fields above.
    pub extra: Vec<RawTag>,
}

/// An EXIF date with its companions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExifTime {
    /// `2024:05:06 07:08:09`.
    pub date: String,
    /// Decimal digits after the second: `"05"` is a twentieth.
    pub subsec: Option<String>,
    /// `+02:00`.
    pub offset: Option<String>,
}

/// A place as GPS receivers write it: degrees, minutes, and ten-thousandths of a second (3 mm).
#[derive(Debug, Clone, PartialEq)]
pub struct Gps {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above sea level, negative below; written to the centimetre with its reference.
    pub altitude: Option<f64>,
    /// `'A'` for a fix, `'V'` for void.
    pub status: Option<char>,
    /// UTC date `2024:05:06` and time of day (hour, minute, second).
    pub utc: Option<(String, [u32; 3])>,
}

/// Who made the picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Camera {
    /// EXIF 271.
    pub make: Option<String>,
    /// EXIF 272.
    pub model: Option<String>,
    /// EXIF 42036.
    pub lens: Option<String>,
}

/// How the picture was exposed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exposure {
    /// Aperture number, to the hundredth.
    pub f_number: Option<f64>,
    /// Millimetres, to the hundredth.
    pub focal_length: Option<f64>,
    /// Seconds, as the fraction that cameras write: `(1, 250)`.
    pub time: Option<(u32, u32)>,
    /// EV, to the hundredth.
    pub bias: Option<f64>,
    /// ISO speed.
    pub iso: Option<u16>,
}

/// A tag written as it is, to break a file in just one place.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTag {
    /// Where.
    pub directory: Directory,
    /// Tag number.
    pub tag: u16,
    /// What; with its type.
    pub value: Value,
}

/// The directories of an EXIF block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directory {
    /// IFD 0.
    Image,
    /// The one tag 34665 points to.
    Exif,
    /// The one tag 34853 points to.
    Gps,
}

impl ExifTime {
    /// A date without sub-seconds and offset, such as `2024:05:06 07:08:09`.
    pub fn new(date: impl Into<String>) -> Self {
        Self { date: date.into(), subsec: None, offset: None }
    }

    /// The same with digits after the second.
    #[must_use]
    pub fn subsec(mut self, digits: impl Into<String>) -> Self {
        self.subsec = Some(digits.into());
        self
    }

    /// The same with a distance from UTC, such as `+02:00`.
    #[must_use]
    pub fn offset(mut self, offset: impl Into<String>) -> Self {
        self.offset = Some(offset.into());
        self
    }
}

impl Gps {
    /// Decimal degrees, north and east positive; nothing else known.
    pub const fn at(latitude: f64, longitude: f64) -> Self {
        Self { latitude, longitude, altitude: None, status: None, utc: None }
    }

    /// The same at a height in metres.
    #[must_use]
    pub const fn altitude(mut self, metres: f64) -> Self {
        self.altitude = Some(metres);
        self
    }
}

impl RawTag {
    /// A text tag.
    pub fn text(directory: Directory, tag: u16, text: impl Into<String>) -> Self {
        Self { directory, tag, value: Value::Ascii(text.into()) }
    }

    /// A tag of fractions, whatever their denominators.
    pub fn rationals(directory: Directory, tag: u16, fractions: &[(u32, u32)]) -> Self {
        let fractions = fractions.iter().map(|&(num, den)| Rational { num, den }).collect();
        Self { directory, tag, value: Value::Rational(fractions) }
    }
}
