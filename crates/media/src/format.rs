//! The kinds of file the server takes in.
//!
//! What a file may be is decided by its name (contract 3.5); how it is read, by its first bytes.

use model::MediaType;

mod sniff;

pub use sniff::{SNIFF_BYTES, sniff};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, with whatever pictures and videos follow the first one.
    Jpeg,
    /// PNG, animated or not.
    Png,
    /// WebP, animated or not.
    WebP,
    /// GIF, animated or not.
    Gif,
    /// TIFF.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// HEIF with HEVC inside.
    Heic,
    /// HEIF with any codec.
    Heif,
    /// HEIF with AV1 inside.
    Avif,
    /// JPEG XL.
    Jxl,
    /// Adobe digital negative.
    Dng,
    /// Canon raw, TIFF based.
    Cr2,
    /// Canon raw, MP4 based.
    Cr3,
    /// Nikon raw.
    Nef,
    /// Sony raw.
    Arw,
    /// Fujifilm raw.
    Raf,
    /// Olympus raw.
    Orf,
    /// Panasonic raw.
    Rw2,
    /// Pentax raw.
    Pef,
    /// Samsung raw.
    Srw,
    /// MPEG-4.
    Mp4,
    /// `QuickTime`.
    Mov,
    /// Apple's MPEG-4.
    M4v,
    /// 3GPP.
    ThreeGp,
    /// AVI.
    Avi,
    /// Matroska.
    Mkv,
    /// `WebM`.
    WebM,
    /// MPEG transport stream, as camcorders write it.
    Mts,
    /// MPEG program stream.
    Mpeg,
    /// Windows Media.
    Wmv,
}

/// Extensions in lower case, and what they mean.
const EXTENSIONS: &[(&str, Format)] = &[
    ("jpg", Format::Jpeg),
    ("jpeg", Format::Jpeg),
    ("jpe", Format::Jpeg),
    ("jfif", Format::Jpeg),
    ("jif", Format::Jpeg),
    ("png", Format::Png),
    ("apng", Format::Png),
    ("webp", Format::WebP),
    ("gif", Format::Gif),
    ("tif", Format::Tiff),
    ("tiff", Format::Tiff),
    ("bmp", Format::Bmp),
    ("heic", Format::Heic),
    ("heif", Format::Heif),
    ("hif", Format::Heif),
    ("avif", Format::Avif),
    ("jxl", Format::Jxl),
    ("dng", Format::Dng),
    ("cr2", Format::Cr2),
    ("cr3", Format::Cr3),
    ("nef", Format::Nef),
    ("arw", Format::Arw),
    ("raf", Format::Raf),
    ("orf", Format::Orf),
    ("rw2", Format::Rw2),
    ("pef", Format::Pef),
    ("srw", Format::Srw),
    ("mp4", Format::Mp4),
    ("mov", Format::Mov),
    ("qt", Format::Mov),
    ("m4v", Format::M4v),
    ("3gp", Format::ThreeGp),
    ("3gpp", Format::ThreeGp),
    ("avi", Format::Avi),
    ("mkv", Format::Mkv),
    ("webm", Format::WebM),
    ("mts", Format::Mts),
    ("m2ts", Format::Mts),
    ("mpg", Format::Mpeg),
    ("mpeg", Format::Mpeg),
    ("wmv", Format::Wmv),
];

impl Format {
    /// What the extension of a file name promises, in whatever case it is written. `None` for a
    /// name without extension, with an unknown one, or with nothing before it.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() || stem.ends_with(['/', '\\']) {
            return None;
        }
        EXTENSIONS
            .iter()
            .find_map(|(known, format)| known.eq_ignore_ascii_case(extension).then_some(*format))
    }

    /// The media type to serve such a file with (IANA where registered, else what browsers and
    /// photo programs agree on).
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::Bmp => "image/bmp",
            Self::Heic => "image/heic",
            Self::Heif => "image/heif",
            Self::Avif => "image/avif",
            Self::Jxl => "image/jxl",
            Self::Dng => "image/x-adobe-dng",
            Self::Cr2 => "image/x-canon-cr2",
            Self::Cr3 => "image/x-canon-cr3",
            Self::Nef => "image/x-nikon-nef",
            Self::Arw => "image/x-sony-arw",
            Self::Raf => "image/x-fuji-raf",
            Self::Orf => "image/x-olympus-orf",
            Self::Rw2 => "image/x-panasonic-rw2",
            Self::Pef => "image/x-pentax-pef",
            Self::Srw => "image/x-samsung-srw",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::M4v => "video/x-m4v",
            Self::ThreeGp => "video/3gpp",
            Self::Avi => "video/x-msvideo",
            Self::Mkv => "video/x-matroska",
            Self::WebM => "video/webm",
            Self::Mts => "video/mp2t",
            Self::Mpeg => "video/mpeg",
            Self::Wmv => "video/x-ms-wmv",
        }
    }

    /// Whether it is what a sensor saw, before any picture was made of it.
    pub const fn is_raw(self) -> bool {
        matches!(
            self,
            Self::Dng
                | Self::Cr2
                | Self::Cr3
                | Self::Nef
                | Self::Arw
                | Self::Raf
                | Self::Orf
                | Self::Rw2
                | Self::Pef
                | Self::Srw
        )
    }

    /// Whether every such file begins in a way that [`sniff`] knows.
    pub const fn has_signature(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Gif | Self::Tiff | Self::Bmp)
    }

    /// Whether [`crate::facts`] reads what such a file says of itself.
    pub const fn has_facts(self) -> bool {
        !matches!(self, Self::Mpeg | Self::Wmv)
    }

    /// The kind of file that is served with that media type.
    pub fn from_mime_type(mime_type: &str) -> Option<Self> {
        EXTENSIONS
            .iter()
            .find_map(|(_, format)| (format.mime_type() == mime_type).then_some(*format))
    }

    /// Every kind of file, each once, in the order of [`Format`].
    pub fn all() -> impl Iterator<Item = Self> {
        let mut last = None;
        EXTENSIONS.iter().filter_map(move |(_, format)| {
            let is_new = last.replace(*format) != Some(*format);
            is_new.then_some(*format)
        })
    }

    /// The extensions of such files, in lower case, the usual one first.
    pub fn extensions(self) -> impl Iterator<Item = &'static str> {
        EXTENSIONS
            .iter()
            .filter(move |(_, format)| *format == self)
            .map(|(extension, _)| *extension)
    }

    /// Still or moving. An animated GIF, PNG, WebP or AVIF is a still (its first frame is shown).
    pub const fn media_type(self) -> MediaType {
        match self {
            Self::Mp4
            | Self::Mov
            | Self::M4v
            | Self::ThreeGp
            | Self::Avi
            | Self::Mkv
            | Self::WebM
            | Self::Mts
            | Self::Mpeg
            | Self::Wmv => MediaType::Video,
            _ => MediaType::Image,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_in_any_case() {
        assert_eq!(Format::from_file_name("IMG_0042.JPG"), Some(Format::Jpeg));
        assert_eq!(Format::from_file_name("a.b.HeIc"), Some(Format::Heic));
        assert_eq!(Format::from_file_name("00042.M2TS"), Some(Format::Mts));
        assert_eq!(Format::from_file_name("фото.3gp"), Some(Format::ThreeGp));
    }

    #[test]
    fn other_names_are_no_media() {
        for name in ["", ".", "jpg", ".jpg", "folder/.jpg", "a.jpg.exe", "a.", "a.jpg ", "a.xmp"] {
            assert_eq!(Format::from_file_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn every_kind_is_there_once_and_found_by_its_type() {
        let all: std::collections::HashSet<_> = Format::all().collect();
        assert_eq!((all.len(), Format::all().count()), (30, 30));
        for format in Format::all() {
            assert_eq!(Format::from_mime_type(format.mime_type()), Some(format));
            assert!(format.extensions().next().is_some());
        }
        assert_eq!(Format::from_mime_type("text/plain"), None);
    }

    #[test]
    fn the_class_and_the_mime_type_agree() {
        for (extension, format) in EXTENSIONS {
            let is_video = format.mime_type().starts_with("video/");
            assert_eq!(is_video, format.media_type() == MediaType::Video, "{extension}");
        }
    }
}
