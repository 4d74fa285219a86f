//! Stills of videos, by ffmpeg in a process of its own.
//!
//! The video is read as a file, so that only the parts it takes are read. Its picture is upright, and
//! as wide as it is shown.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};

use super::error::guarded;
use super::heif::Codes;
use super::ladder::{LONGEST_JPEG_EDGE, climb, encode};
use super::raster::{Layout, Raster, area};
use super::shrink::{fit, shrink};
use super::{Buffers, Error, Ladder, Limits, Rendered, Variant, colour, ffmpeg, hdr};
use crate::confined::{Ended, Input};
use crate::{Format, SNIFF_BYTES, sniff};

/// Bytes that a still is expected to take at its peak, mostly in the decoder: a dozen frames of 4K.
pub const COST: u64 = 192 << 20;

/// Where to look for a still, in seconds, until there is one that is not black.
const PLACES: [&str; 4] = ["1", "3", "10", "0"];

/// A still whose mean brightness is lower says nothing, of 255.
const BLACK: u64 = 12;

/// Makes all variants of [`Variant::LADDER`] and the `ThumbHash` of a still. `format` is believed when
/// the bytes are of no known kind.
pub fn ladder(
    buffers: &mut Buffers,
    file: &File,
    format: Format,
    limits: &Limits,
) -> Result<Ladder, Error> {
    guarded(|| {
        let edge = Variant::LADDER[0].longest_edge();
        let (raster, shown_size) = still(file, format, edge, limits)?;
        let raster = shrink(buffers, raster, fit(shown_size, edge.unwrap_or(u32::MAX)))?;
        climb(buffers, raster, shown_size)
    })
}

/// Makes a single variant of a still.
pub fn one(
    buffers: &mut Buffers,
    file: &File,
    format: Format,
    variant: Variant,
    limits: &Limits,
) -> Result<Rendered, Error> {
    guarded(|| {
        let edge = variant.longest_edge();
        let (raster, shown_size) = still(file, format, edge, limits)?;
        let size = fit(shown_size, edge.unwrap_or(LONGEST_JPEG_EDGE));
        let raster = shrink(buffers, raster, size)?;
        let rendered = encode(&raster, variant)?;
        buffers.give_back(raster.pixels);
        Ok(rendered)
    })
}

/// A still that is no larger than `edge`, and the size of the video as it is shown.
fn still(
    file: &File,
    format: Format,
    edge: Option<u32>,
    limits: &Limits,
) -> Result<(Raster, (u32, u32)), Error> {
    let format = sniff(&head(file)?).unwrap_or(format);
    let demuxer = demuxer(format)
        .ok_or_else(|| Error::unsupported(format!("{} is no video", format.mime_type())))?;
    let wanted = Wanted { file, demuxer, edge: edge.unwrap_or(LONGEST_JPEG_EDGE), limits };
    let mut darkest = None;
    let mut trouble = Error::corrupt("the video has no picture");
    for place in PLACES {
        match wanted.shot(place) {
            Ok(shot) if brightness(&shot.0) >= BLACK => return Ok(shot),
            Ok(shot) => darkest = darkest.or(Some(shot)),
            Err(err) if err.is_corrupt() => trouble = err,
            Err(err) => return Err(err),
        }
    }
    darkest.ok_or(trouble)
}

struct Wanted<'a> {
    file: &'a File,
    demuxer: &'static str,
    edge: u32,
    limits: &'a Limits,
}

impl Wanted<'_> {
    /// The key frame at or before that second. To look for the very second would decode all that is
    /// between.
    fn shot(&self, second: &str) -> Result<(Raster, (u32, u32)), Error> {
        let (picture, log) = self.run(second, "rgb24", "ppm")?;
        let Some((size, pixels)) = portable_pixmap(&picture) else {
            let complaint = ffmpeg::complaint(&log);
            return Err(Error::corrupt(format!("could not decode the video: {complaint}")));
        };
        let seen = Seen::read(&log.log);
        let shown_size = seen.size.unwrap_or(size);
        let pixels = if matches!(seen.codes.transfer, 16 | 18) {
            hdr::to_sdr(&self.run(second, "rgb48le", "rawvideo")?.0, Some(seen.codes))
        } else {
            pixels.to_vec()
        };
        if pixels.len() as u64 != area(size, 3) {
            return Err(Error::corrupt("the video changes its size"));
        }
        let raster = Raster { width: size.0, height: size.1, layout: Layout::Rgb, pixels };
        Ok((colour::to_srgb(raster, colour::named(seen.codes).as_deref()), shown_size))
    }

    fn run(&self, second: &str, pixels: &str, encoder: &str) -> Result<(Vec<u8>, Ended), Error> {
        // Pixels that are not square become so; then both sides shrink alike.
        let filter = format!(
            "showinfo=checksum=0,scale=w=iw*sar:h=ih,setsar=1,\
             scale=w='min({edge},iw)':h='min({edge},ih)':force_original_aspect_ratio=decrease\
             :out_range=full,format={pixels}",
            edge = self.edge
        );
        let most_pixels = self.limits.max_pixels.to_string();
        let container = if encoder == "ppm" { "image2pipe" } else { "rawvideo" };
        let arguments = [
            "-v",
            "info",
            "-nostats",
            "-max_pixels",
            &most_pixels,
            "-skip_frame",
            "nokey",
            "-noaccurate_seek",
            "-ss",
            second,
            "-f",
            self.demuxer,
            "-i",
            "file:/dev/fd/0",
            "-map",
            "0:V:0",
            "-frames:v",
            "1",
            "-fps_mode",
            "passthrough",
            "-vf",
            &filter,
            "-c:v",
            encoder,
            "-f",
            container,
            "pipe:1",
        ];
        let most =
            area((self.edge, self.edge), 6).min(self.limits.max_decoded_bytes) + HEADER_BYTES;
        let mut picture = Vec::new();
        let input = Input::File(self.file);
        let ended = ffmpeg::run(self.limits, &arguments, input, FRAME_PIXELS, most, |piece| {
            picture.extend_from_slice(piece);
        })?;
        Ok((picture, ended))
    }
}

/// More than a PPM has before its pixels.
const HEADER_BYTES: u64 = 64;

/// Pixels of the largest frame that has memory: more than 5K.
const FRAME_PIXELS: u64 = 16 << 20;

fn head(file: &File) -> Result<Vec<u8>, Error> {
    let trouble = |err: io::Error| Error::failed(format!("could not read the video: {err}"));
    let mut file = file;
    file.rewind().map_err(trouble)?;
    let mut head = Vec::new();
    file.take(SNIFF_BYTES as u64).read_to_end(&mut head).map_err(trouble)?;
    Ok(head)
}

/// What ffmpeg calls the container. It reads no other one, so that no file can pass for a list of
/// others.
const fn demuxer(format: Format) -> Option<&'static str> {
    match format {
        Format::Mp4 | Format::Mov | Format::M4v | Format::ThreeGp => Some("mov"),
        Format::Avi => Some("avi"),
        Format::Mkv | Format::WebM => Some("matroska"),
        Format::Mts => Some("mpegts"),
        Format::Mpeg => Some("mpeg"),
        Format::Wmv => Some("asf"),
        _ => None,
    }
}

/// Size and pixels of a PPM with 8 bits.
fn portable_pixmap(bytes: &[u8]) -> Option<((u32, u32), &[u8])> {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let (magic, size, most) = (parts.next()?, parts.next()?, parts.next()?);
    let (width, height) = std::str::from_utf8(size).ok()?.split_once(' ')?;
    let size = (width.parse().ok()?, height.parse().ok()?);
    let pixels = parts.next()?;
    let is_whole = magic == b"P6" && most == b"255" && area(size, 3) == pixels.len() as u64;
    (is_whole && size.0 > 0 && size.1 > 0).then_some((size, pixels))
}

/// What the filter `showinfo` tells of a frame before it is shrunk.
struct Seen {
    /// Upright, in pixels that are square.
    size: Option<(u32, u32)>,
    codes: Codes,
}

impl Seen {
    fn read(log: &str) -> Self {
        let mut lines = log.lines().filter(|line| line.starts_with("[Parsed_showinfo_0 "));
        let mut words = lines.clone().flat_map(str::split_whitespace);
        let mut value = |key: &str| words.find_map(|word| word.strip_prefix(key));
        let aspect = value("sar:").and_then(|ratio| ratio.split_once('/'));
        let size = value("s:").and_then(|size| size.split_once('x'));
        let colours = lines.find(|line| line.contains("color_trc:")).unwrap_or_default();
        let codes = Codes {
            primaries: match colours {
                text if text.contains("color_primaries:bt2020") => 9,
                text if text.contains("color_primaries:smpte43") => 12,
                _ => 1,
            },
            transfer: match colours {
                text if text.contains("color_trc:smpte2084") => 16,
                text if text.contains("color_trc:arib-std-b67") => 18,
                _ => 1,
            },
            matrix: 2,
            is_full_range: true,
        };
        Self { size: size.and_then(|size| squared(size, aspect)), codes }
    }
}

/// The size of a picture whose pixels have that shape, when they are square.
fn squared((width, height): (&str, &str), aspect: Option<(&str, &str)>) -> Option<(u32, u32)> {
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let aspect = aspect
        .and_then(|(over, under)| Some((over.parse::<u64>().ok()?, under.parse::<u64>().ok()?)));
    let width = match aspect {
        Some((over, under)) if over > 0 && under > 0 => {
            u32::try_from(u64::from(width) * over / under).ok()?
        }
        _ => width,
    };
    (width > 0 && height > 0).then_some((width, height))
}

/// The mean of all values.
fn brightness(raster: &Raster) -> u64 {
    let sum: u64 = raster.pixels.iter().map(|value| u64::from(*value)).sum();
    sum / (raster.pixels.len() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_tell_their_size_and_colours() {
        let log = "Input #0, mov, from 's:9x9'\n\
            [Parsed_showinfo_0 @ 0x55] n:   0 pts:  0 fmt:yuv420p sar:4/3 s:1440x1080 i:P\n\
            [Parsed_showinfo_0 @ 0x55] color_range:tv color_primaries:bt2020 color_trc:smpte2084\n";
        let seen = Seen::read(log);
        assert_eq!(seen.size, Some((1920, 1080)));
        assert_eq!((seen.codes.primaries, seen.codes.transfer), (9, 16));
        let nothing = Seen::read("");
        assert_eq!((nothing.size, nothing.codes.transfer), (None, 1));
    }

    #[test]
    fn pixmaps_are_read() {
        assert_eq!(portable_pixmap(b"P6\n1 2\n255\nab\ncde"), Some(((1, 2), &b"ab\ncde"[..])));
        for broken in [&b"P6\n1 2\n255\nabcde"[..], b"P6\n0 2\n255\n", b"P6\n1", b""] {
            assert_eq!(portable_pixmap(broken), None);
        }
    }
}
