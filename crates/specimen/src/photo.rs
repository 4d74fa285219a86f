//! One photograph: what it shows, what it tells, and in which format.

use crate::{Metadata, Scene, container};

/// A photograph that can be asked for its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Pixels across, as displayed.
    pub width: u32,
    /// Pixels down, as displayed.
    pub height: u32,
    /// What it shows.
    pub scene: Scene,
    /// How it is encoded.
    pub format: Format,
    /// What it tells of itself. With an orientation other than 1 the stored pixels are turned, so
    /// that the displayed picture is upright.
    pub metadata: Metadata,
    /// JPEG quality, 1–100; the other formats are without loss (GIF but for its 256 colours).
    pub quality: u8,
}

/// The formats a photograph can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// EXIF and XMP in APP1, IPTC in APP13.
    Jpeg,
    /// EXIF in `eXIf`, XMP in `iTXt`; no IPTC.
    Png,
    /// Lossless, EXIF and XMP in chunks of their own; no IPTC.
    WebP,
    /// Uncompressed, everything in the first directory.
    Tiff,
    /// XMP only.
    Gif,
}

/// Why a photograph cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("a picture of {width}×{height} pixels cannot be written as {format:?}: {reason}")]
pub struct EncodeError {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The encoder's own words.
    pub(crate) reason: String,
}

impl Default for Photo {
    /// 1600 × 1200 JPEG of a scene of its own, without metadata.
    fn default() -> Self {
        Self {
            width: 1600,
            height: 1200,
            scene: Scene::from_seed(0),
            format: Format::Jpeg,
            metadata: Metadata::default(),
            quality: 85,
        }
    }
}

impl Photo {
    /// The largest number of pixels that is painted: 200 million.
    pub const MAX_PIXELS: u64 = 200_000_000;

    /// The whole file. The same photograph gives the same bytes.
    ///
    /// Fails when a side is zero or beyond what the format can say, when there are more than
    /// [`Self::MAX_PIXELS`], or when a piece of metadata is longer than its place in the format.
    pub fn bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let fail = |reason: String| EncodeError {
            format: self.format,
            width: self.width,
            height: self.height,
            reason,
        };
        if self.width == 0 || self.height == 0 {
            return Err(fail("a side is zero".into()));
        }
        if u64::from(self.width) * u64::from(self.height) > Self::MAX_PIXELS {
            return Err(fail("it has too many pixels".into()));
        }
        let view = self.scene.paint(self.width, self.height);
        let stored = view.stored_as(self.metadata.orientation.unwrap_or(1));
        container::write(self.format, &stored, &self.metadata, self.quality).map_err(fail)
    }
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::WebP, Self::Tiff, Self::Gif];

    /// The usual file name extension, lower case, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Tiff => "tif",
            Self::Gif => "gif",
        }
    }

    /// The format a file name extension stands for, in any case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Self::Jpeg,
            "png" => Self::Png,
            "webp" => Self::WebP,
            "tif" | "tiff" => Self::Tiff,
            "gif" => Self::Gif,
            _ => return None,
        })
    }
}
