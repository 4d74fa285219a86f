use super::jpeg::Frame;
use super::raster::area;
use super::shrink::fit;
use super::{Error, Variant, bitmap, error::guarded, heif, jxl, orient, raw};
use crate::{Format, sniff};

/// What is known of a picture before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    format: Format,
    width: u32,
    height: u32,
    coding: Coding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Jpeg(Frame),
    Bitmap {
        size: (u32, u32),
        bytes_per_pixel: u64,
    },
    Heif(heif::Plan),
    Jxl(jxl::Shape),
    /// A JPEG that begins that far into a raw file.
    Preview(usize, Frame),
    /// A raw file that is developed.
    Raw(raw::Plan),
}

impl Header {
    /// Reads the header only; the kind of file is told by its bytes.
    ///
    /// Fails when the bytes are of a kind that is not decoded, or end before the size is known.
    pub fn read(source: &[u8]) -> Result<Self, Error> {
        guarded(|| {
            let format = sniff(source)
                .ok_or_else(|| Error::unsupported("the bytes are of no known kind of picture"))?;
            let coding = coding(format, source)?;
            let size = match &coding {
                Coding::Jpeg(frame) | Coding::Preview(_, frame) => frame.size(),
                Coding::Bitmap { size, .. } => *size,
                Coding::Heif(plan) => plan.size(),
                Coding::Jxl(shape) => shape.size(),
                Coding::Raw(plan) => plan.size(),
            };
            match size {
                (0, _) | (_, 0) => Err(Error::corrupt("the header says the picture has no pixels")),
                (width, height) => Ok(Self { format, width, height, coding }),
            }
        })
    }

    /// Encoded width and height in pixels, before orientation. Never zero.
    pub const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Width and height as shown, for an EXIF orientation of 1–8; other values mean 1.
    pub const fn shown_size(&self, orientation: u8) -> (u32, u32) {
        orient::shown_size(self.size(), self.orientation(orientation))
    }

    /// How the decoded pixels are turned, in the numbers of EXIF, when EXIF itself says `by_exif`.
    /// HEIF and JPEG XL have their own way to say it, and it is the only one that counts there.
    pub(super) const fn orientation(&self, by_exif: u8) -> u8 {
        match &self.coding {
            Coding::Heif(plan) => plan.orientation,
            Coding::Jxl(_) => 1,
            Coding::Jpeg(_) | Coding::Bitmap { .. } | Coding::Preview(..) | Coding::Raw(_) => {
                by_exif
            }
        }
    }

    /// Bytes that making this variant holds at its peak, the source not counted; a caller that runs
    /// several at once budgets with it. [`ladder`](super::ladder()) costs as much as
    /// [`Variant::Preview`].
    pub fn cost(&self, variant: Variant) -> u64 {
        self.cost_at(variant.longest_edge())
    }

    /// As [`Self::cost`], of a picture with this longest edge; `None` for the size of the source.
    pub(super) fn cost_at(&self, edge: Option<u32>) -> u64 {
        let (decoded, channels, decoding) = match &self.coding {
            Coding::Jpeg(frame) | Coding::Preview(_, frame) => {
                let decoded = frame.scaled_size(edge);
                let channels = u64::from(frame.components());
                (decoded, channels, frame.coefficient_bytes() + area(decoded, channels))
            }
            // The decoders of these formats may hold their own copy beside ours.
            Coding::Bitmap { bytes_per_pixel, .. } => {
                (self.size(), 3.min(*bytes_per_pixel), area(self.size(), 2 * bytes_per_pixel))
            }
            Coding::Heif(plan) => (self.size(), 3, plan.cost()),
            Coding::Jxl(shape) => (self.size(), 3, shape.cost()),
            Coding::Raw(plan) => (self.size(), 3, plan.cost()),
        };
        let result = fit(self.size(), edge.unwrap_or(u32::MAX));
        let shrunk_across =
            if result == decoded { 0 } else { area((result.0, decoded.1), channels) };
        let upright = area(result, 2 * channels);
        let compressed = area(result, 3);
        decoding + shrunk_across + upright + compressed
    }

    pub(super) const fn format(&self) -> Format {
        self.format
    }

    pub(super) const fn coding(&self) -> &Coding {
        &self.coding
    }

    /// Whether the picture stands for a larger one that is not decoded.
    pub(super) const fn is_preview(&self) -> bool {
        matches!(self.coding, Coding::Preview(..))
    }

    /// What a raw file that cannot be developed is shown by instead.
    pub(super) fn of_preview(&self) -> Option<Self> {
        let Coding::Raw(raw::Plan { small: Some((offset, frame)), .. }) = self.coding else {
            return None;
        };
        let (width, height) = frame.size();
        Some(Self { width, height, coding: Coding::Preview(offset, frame), ..*self })
    }

    /// Where the picture is a JPEG, that JPEG.
    pub(super) fn jpeg<'a>(&self, source: &'a [u8]) -> Option<(&'a [u8], &Frame)> {
        match &self.coding {
            Coding::Jpeg(frame) => Some((source, frame)),
            Coding::Preview(offset, frame) => Some((source.get(*offset..)?, frame)),
            Coding::Bitmap { .. } | Coding::Heif(_) | Coding::Jxl(_) | Coding::Raw(_) => None,
        }
    }

    /// The kind of file, as people write it.
    pub(super) const fn format_name(&self) -> &'static str {
        match self.format {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::WebP => "WebP",
            Format::Gif => "GIF",
            Format::Tiff => "TIFF",
            Format::Bmp => "BMP",
            Format::Heic | Format::Heif | Format::Avif => "HEIF",
            Format::Jxl => "JPEG XL",
            format if format.is_raw() => "raw file",
            _ => "picture",
        }
    }
}

fn coding(format: Format, source: &[u8]) -> Result<Coding, Error> {
    match format {
        Format::Jpeg => Ok(Coding::Jpeg(Frame::read(source)?)),
        Format::Heic | Format::Heif | Format::Avif => Ok(Coding::Heif(heif::Plan::read(source)?)),
        Format::Jxl => Ok(Coding::Jxl(jxl::Shape::read(source)?)),
        format if raw::is_raw(format, source) => raw::coding(format, source),
        _ => {
            let bitmap = bitmap::measure(format, source)
                .map(|(size, bytes_per_pixel)| Coding::Bitmap { size, bytes_per_pixel });
            // Some raws pass for a TIFF whose first picture no TIFF reader knows.
            match bitmap {
                Err(err) if format == Format::Tiff => raw::preview(source)
                    .map(|(offset, frame)| Coding::Preview(offset, frame))
                    .ok_or(err),
                bitmap => bitmap,
            }
        }
    }
}
