use super::jpeg::Frame;
use super::raster::area;
use super::shrink::fit;
use super::{Error, Variant, bitmap, error::guarded, orient};
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
enum Coding {
    Jpeg(Frame),
    Bitmap { bytes_per_pixel: u64 },
}

impl Header {
    /// Reads the header only; the kind of file is told by its bytes.
    ///
    /// Fails when the bytes are of a kind that is not decoded, or end before the size is known.
    pub fn read(source: &[u8]) -> Result<Self, Error> {
        guarded(|| {
            let format = sniff(source)
                .ok_or_else(|| Error::unsupported("the bytes are of no known kind of picture"))?;
            let (size, coding) = if format == Format::Jpeg {
                let frame = Frame::read(source)?;
                (frame.size(), Coding::Jpeg(frame))
            } else {
                let (size, bytes_per_pixel) = bitmap::measure(format, source)?;
                (size, Coding::Bitmap { bytes_per_pixel })
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
        orient::shown_size(self.size(), orientation)
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
            Coding::Jpeg(frame) => {
                let decoded = frame.scaled_size(edge);
                let channels = u64::from(frame.components());
                (decoded, channels, frame.coefficient_bytes() + area(decoded, channels))
            }
            // The decoders of these formats may hold their own copy beside ours.
            Coding::Bitmap { bytes_per_pixel } => {
                (self.size(), 3.min(*bytes_per_pixel), area(self.size(), 2 * bytes_per_pixel))
            }
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

    pub(super) const fn frame(&self) -> Option<&Frame> {
        match &self.coding {
            Coding::Jpeg(frame) => Some(frame),
            Coding::Bitmap { .. } => None,
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
            _ => "picture",
        }
    }
}
