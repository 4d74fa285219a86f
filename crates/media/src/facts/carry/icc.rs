//! ICC profiles: put together, taken apart, and whether one fits some pixels.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::super::container::jpeg::PROFILE;
use super::super::source::piece;

/// Real ones have a few kilobytes, those of printers a few megabytes.
const LONGEST: usize = 4 << 20;
/// What a segment holds beside the signature, its number and the number of all.
const PIECE: usize = 65_533 - PROFILE.len() - 2;

/// The pieces of a profile in the segments of a JPEG (ICC.1:2022, B.4).
#[derive(Default)]
pub(super) struct Pieces(Vec<(u8, u8, Vec<u8>)>);

impl Pieces {
    /// Takes the content of a segment.
    pub(super) fn take(&mut self, content: &[u8]) {
        let piece = content.strip_prefix(PROFILE).and_then(<[u8]>::split_first_chunk);
        self.0.extend(piece.map(|([number, count], data)| (*number, *count, data.to_vec())));
    }

    /// The profile, unless a piece is missing.
    pub(super) fn joined(mut self) -> Option<Vec<u8>> {
        self.0.sort_by_key(|(number, ..)| *number);
        let count = self.0.len();
        let is_whole =
            self.0.iter().zip(1_usize..).all(|((number, of, _), due)| {
                usize::from(*number) == due && usize::from(*of) == count
            });
        (is_whole && count > 0).then(|| self.0.into_iter().flat_map(|(.., data)| data).collect())
    }
}

/// The contents of the segments of a profile; none when there would be too many.
pub(super) fn segments(profile: &[u8]) -> Vec<Vec<u8>> {
    let pieces = profile.chunks(PIECE);
    let Ok(count) = u8::try_from(pieces.len()) else { return Vec::new() };
    pieces.zip(1_u8..).map(|(data, number)| [PROFILE, &[number, count], data].concat()).collect()
}

/// The profile in a chunk of a PNG: a name, a method, and the compressed bytes.
pub(super) fn inflated(chunk: &[u8]) -> Option<Vec<u8>> {
    let end = chunk.iter().take(80).position(|&byte| byte == 0)?;
    let compressed = chunk.get(end + 1..)?.strip_prefix(&[0])?;
    decompress_to_vec_zlib_with_limit(compressed, LONGEST).ok()
}

/// A chunk of a PNG with the profile.
pub(super) fn deflated(profile: &[u8]) -> Vec<u8> {
    [b"ICC profile\0\0".as_slice(), &compress_to_vec_zlib(profile, 6)].concat()
}

/// Whether a profile is one for pixels with this many colour channels.
pub(super) fn fits(profile: &[u8], channels: u8) -> bool {
    let space: Option<&[u8]> = match channels {
        1 => Some(b"GRAY"),
        3 => Some(b"RGB "),
        4 => Some(b"CMYK"),
        _ => None,
    };
    profile.len() <= LONGEST
        && piece::of(profile, 36, 4) == Some(b"acsp")
        && space.is_some()
        && piece::of(profile, 16, 4) == space
}
