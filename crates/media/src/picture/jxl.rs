//! JPEG XL, through `jxl-oxide`.

use jxl_oxide::{
    AllocTracker, EnumColourEncoding, ImageStream, InitializeResult, JxlImage, JxlImageBuilder,
    JxlThreadPool, PixelFormat, RenderingIntent,
};

use super::Error;
use super::flatten::on_white;
use super::raster::{Layout, Raster, area};

/// What is known of a picture from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    width: u32,
    height: u32,
    /// All of them, alpha and depth and whatever else there is.
    channels: u32,
}

/// What the decoder may hold beside its channels: tables, and what is not decoded yet.
const WORKING_BYTES: u64 = 48 << 20;

impl Shape {
    /// Reads the header only.
    pub(super) fn read(source: &[u8]) -> Result<Self, Error> {
        let mut waiting = builder(WORKING_BYTES).build_uninit();
        let (mut rest, mut piece) = (source, 64 << 10);
        loop {
            // A header that takes long to come is read from its beginning each time.
            let taken =
                waiting.feed_bytes(&rest[..rest.len().min(piece)]).map_err(|err| sorted(&*err))?;
            (rest, piece) = (&rest[taken..], 2 * piece);
            match waiting.try_init().map_err(|err| sorted(&*err))? {
                InitializeResult::Initialized(image) => return Ok(Self::of(&image)),
                InitializeResult::NeedMoreData(more) if taken > 0 => waiting = more,
                InitializeResult::NeedMoreData(_) => {
                    return Err(Error::corrupt("the JPEG XL ends before its picture begins"));
                }
            }
        }
    }

    fn of(image: &JxlImage) -> Self {
        let metadata = &image.image_header().metadata;
        let extra = u32::try_from(metadata.ec_info.len()).unwrap_or(u32::MAX);
        Self {
            width: image.width(),
            height: image.height(),
            channels: extra.saturating_add(if metadata.grayscale() { 1 } else { 3 }),
        }
    }

    /// Width and height as shown: the decoder turns the picture.
    pub(super) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Bytes that decoding holds: floating point, in the decoder and while filters run over it.
    pub(super) fn cost(&self) -> u64 {
        area(self.size(), 3 + 12 * u64::from(self.channels)).saturating_add(WORKING_BYTES)
    }
}

/// The first frame, upright, and its ICC profile unless it is sRGB by now.
pub(super) fn decode(source: &[u8], shape: &Shape) -> Result<(Raster, Option<Vec<u8>>), Error> {
    let mut image = builder(shape.cost()).read(source).map_err(|err| sorted(&*err))?;
    let profile = image.original_icc().map(<[u8]>::to_vec);
    if profile.is_none() {
        let is_gray = image.image_header().metadata.grayscale();
        let encoding =
            if is_gray { EnumColourEncoding::gray_srgb } else { EnumColourEncoding::srgb };
        image.request_color_encoding(encoding(RenderingIntent::Relative));
    }
    let layout = match image.pixel_format() {
        PixelFormat::Gray | PixelFormat::Graya => Layout::Gray,
        PixelFormat::Rgb | PixelFormat::Rgba => Layout::Rgb,
        PixelFormat::Cmyk | PixelFormat::Cmyka => Layout::Cmyk,
    };
    let render = image.render_frame(0).map_err(|err| sorted(&*err))?;
    Ok((rows(&mut render.stream(), layout)?, profile))
}

/// The samples, row by row, laid on white.
fn rows(stream: &mut ImageStream<'_>, layout: Layout) -> Result<Raster, Error> {
    let (width, height) = (stream.width(), stream.height());
    let (channels, samples) = (layout.channels(), stream.channels() as usize);
    if samples < channels {
        return Err(Error::unsupported("JPEG XL with such channels is not decoded"));
    }
    let mut pixels = Vec::with_capacity(width as usize * height as usize * channels);
    let mut row = vec![0u8; width as usize * samples];
    for _ in 0..height {
        stream.write_to_buffer(&mut row);
        for pixel in row.chunks_exact(samples) {
            let (colour, alpha) = pixel.split_at(channels);
            let alpha = alpha.first().copied().unwrap_or(u8::MAX);
            // Here as there 255 is white: JPEG XL counts inks down.
            pixels.extend(colour.iter().map(|value| on_white(*value, alpha)));
        }
    }
    if layout == Layout::Cmyk {
        for ink in &mut pixels {
            *ink = !*ink;
        }
    }
    Ok(Raster { width, height, layout, pixels })
}

fn builder(bytes: u64) -> JxlImageBuilder {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    JxlImage::builder().pool(JxlThreadPool::none()).alloc_tracker(AllocTracker::with_limit(bytes))
}

fn sorted(err: &(dyn std::error::Error + Send + Sync)) -> Error {
    Error::corrupt(format!("could not decode the JPEG XL: {err}"))
}
