use super::{Error, Header};

/// What one picture may cost; checked against its header before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of the source, width times height.
    pub max_pixels: u64,
    /// Bytes held at the peak, as [`Header::cost`] counts them.
    pub max_decoded_bytes: u64,
    /// The program ffmpeg, which decodes HEIC, AVIF and videos: a name to be looked for in `PATH`,
    /// or a path.
    pub ffmpeg: &'static str,
    /// The program that develops raw files, a path: it runs [`develop_raw`](super::develop_raw) when it is
    /// called with [`DEVELOP`](super::DEVELOP) and an edge. Where it is missing, or another program,
    /// such files are shown by a small preview or not at all.
    pub developer: &'static str,
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Limits {
    /// 300 million pixels, 1 GiB: above every camera on sale, below what a small server has.
    ///
    /// Raw files are developed by the program that asks for it. Linux knows it by that path even when
    /// its file has been replaced meanwhile.
    pub const DEFAULT: Self = Self {
        max_pixels: 300_000_000,
        max_decoded_bytes: 1 << 30,
        ffmpeg: "ffmpeg",
        developer: "/proc/self/exe",
    };

    /// Refuses a file that is larger than all that may be decoded: it is read as a whole.
    pub fn check_file(&self, bytes: u64) -> Result<(), Error> {
        if bytes <= self.max_decoded_bytes {
            return Ok(());
        }
        Err(Error::too_large(format!(
            "the file has {} bytes, more than the {} granted",
            in_words(bytes),
            in_words(self.max_decoded_bytes)
        )))
    }

    pub(super) fn check_size(&self, header: &Header) -> Result<(), Error> {
        let (width, height) = header.size();
        if u64::from(width) * u64::from(height) <= self.max_pixels {
            return Ok(());
        }
        Err(Error::too_large(format!(
            "the {} header says {width} x {height} pixels, more than the {} that are decoded",
            header.format_name(),
            in_words(self.max_pixels)
        )))
    }

    pub(super) fn check_cost(&self, header: &Header, edge: Option<u32>) -> Result<(), Error> {
        let cost = header.cost_at(edge);
        if cost <= self.max_decoded_bytes {
            return Ok(());
        }
        let (width, height) = header.size();
        Err(Error::too_large(format!(
            "decoding this {} of {width} x {height} pixels takes {} bytes, more than the {} granted",
            header.format_name(),
            in_words(cost),
            in_words(self.max_decoded_bytes)
        )))
    }
}

fn in_words(number: u64) -> String {
    const MILLION: u64 = 1_000_000;
    if number < 10 * MILLION { number.to_string() } else { format!("{} million", number / MILLION) }
}
