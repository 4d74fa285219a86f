//! Which decoder makes the pixels of which kind of file.

use std::time::Duration;

use crate::Format;
use crate::confined::{self, Bounds, Input, Job};

/// What turns a kind of file into pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decoder {
    /// libjpeg-turbo, linked in; for raw files it gets their largest preview.
    LibjpegTurbo,
    /// The decoders of the `image` family, in Rust.
    Image,
    /// `jxl-oxide`, in Rust.
    JxlOxide,
    /// The program ffmpeg, in a process of its own.
    Ffmpeg,
}

/// The versions of everything linked in.
const LOCKED: &str = include_str!("../../../../Cargo.lock");

impl Decoder {
    /// The one that a kind of file needs.
    pub const fn of(format: Format) -> Self {
        match format {
            Format::Jpeg => Self::LibjpegTurbo,
            Format::Png | Format::WebP | Format::Gif | Format::Tiff | Format::Bmp => Self::Image,
            Format::Jxl => Self::JxlOxide,
            Format::Heic | Format::Heif | Format::Avif => Self::Ffmpeg,
            _ if format.is_raw() => Self::LibjpegTurbo,
            _ => Self::Ffmpeg,
        }
    }

    /// As its makers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LibjpegTurbo => "libjpeg-turbo",
            Self::Image => "image",
            Self::JxlOxide => "jxl-oxide",
            Self::Ffmpeg => "ffmpeg",
        }
    }

    /// Its version, for the binding where it is linked in through one; `None` when it is not
    /// installed. Asking for ffmpeg's runs the program, which is `ffmpeg`.
    pub fn version(self, ffmpeg: &str) -> Option<String> {
        match self {
            Self::LibjpegTurbo => locked("turbojpeg-sys"),
            Self::Image => locked("image"),
            Self::JxlOxide => locked("jxl-oxide"),
            Self::Ffmpeg => ffmpeg_version(ffmpeg),
        }
    }
}

fn locked(package: &str) -> Option<String> {
    let mut lines = LOCKED.lines();
    lines.find(|line| {
        line.strip_prefix("name = ").is_some_and(|name| name.trim_matches('"') == package)
    })?;
    lines.next()?.strip_prefix("version = ").map(|version| version.trim_matches('"').to_owned())
}

fn ffmpeg_version(program: &str) -> Option<String> {
    let arguments = ["-version".to_owned()];
    let bounds =
        Bounds { memory_bytes: 1 << 30, time: Duration::from_secs(10), output_bytes: 64 << 10 };
    let job = Job { program, arguments: &arguments, input: Input::Bytes(&[]), bounds };
    let mut said = Vec::new();
    confined::run(&job, |piece| said.extend_from_slice(piece)).ok()?;
    let said = String::from_utf8_lossy(&said);
    Some(said.strip_prefix("ffmpeg version ")?.split_whitespace().next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_in_has_a_version_and_what_is_missing_has_none() {
        for decoder in [Decoder::LibjpegTurbo, Decoder::Image, Decoder::JxlOxide] {
            let version = decoder.version("").unwrap();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{version}");
        }
        assert_eq!(Decoder::Ffmpeg.version("no-such-program"), None);
        assert_eq!(Decoder::Ffmpeg.version("true"), None, "not everything is ffmpeg");
    }
}
