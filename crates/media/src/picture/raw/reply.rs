//! What the developing process writes for the server to read.

use std::io::{self, Write};

use crate::picture::raster::{Layout, Raster};

/// What came of a development.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Picture(Developed),
    /// No decoder knows this camera, or this way to write it.
    Unsupported(String),
    /// The bytes are damaged.
    Corrupt(String),
}

/// A picture in sRGB, not yet turned.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Developed {
    /// Width and height of the whole, of which the raster may be a smaller version.
    pub(in super::super) size: (u32, u32),
    pub(in super::super) raster: Raster,
}

const PICTURE: u8 = b'P';
const UNSUPPORTED: u8 = b'U';
const CORRUPT: u8 = b'C';

/// One byte says what follows: a text, or four numbers and the pixels.
pub(super) const HEAD: usize = 1 + 4 * 4;

impl Reply {
    pub(super) fn write(&self, output: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Picture(Developed { size, raster }) => {
                output.write_all(&[PICTURE])?;
                for side in [size.0, size.1, raster.width, raster.height] {
                    output.write_all(&side.to_le_bytes())?;
                }
                output.write_all(&raster.pixels)
            }
            Self::Unsupported(reason) => write!(output, "{}{reason}", char::from(UNSUPPORTED)),
            Self::Corrupt(reason) => write!(output, "{}{reason}", char::from(CORRUPT)),
        }
    }

    /// `None` when the bytes are no whole reply.
    pub(super) fn read(mut bytes: Vec<u8>) -> Option<Self> {
        let reason = |bytes: &[u8]| String::from_utf8_lossy(&bytes[1..]).into_owned();
        match *bytes.first()? {
            PICTURE => {
                let head: &[[u8; 4]; 4] = bytes.get(1..HEAD)?.as_chunks::<4>().0.try_into().ok()?;
                let [whole_width, whole_height, width, height] = head.map(u32::from_le_bytes);
                let size = (whole_width, whole_height);
                let expected = 3 * u64::from(width) * u64::from(height);
                let is_whole = (bytes.len() - HEAD) as u64 == expected
                    && width > 0
                    && height > 0
                    && size.0 >= width
                    && size.1 >= height;
                bytes.drain(..HEAD);
                let raster = Raster { width, height, layout: Layout::Rgb, pixels: bytes };
                is_whole.then_some(Self::Picture(Developed { size, raster }))
            }
            UNSUPPORTED => Some(Self::Unsupported(reason(&bytes))),
            CORRUPT => Some(Self::Corrupt(reason(&bytes))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply) -> Vec<u8> {
        let mut bytes = Vec::new();
        reply.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        let raster = Raster { width: 2, height: 1, layout: Layout::Rgb, pixels: vec![7; 6] };
        for reply in [
            Reply::Picture(Developed { size: (5, 3), raster }),
            Reply::Unsupported("no such camera".to_owned()),
            Reply::Corrupt(String::new()),
        ] {
            let bytes = written(&reply);
            assert_eq!(Reply::read(bytes), Some(reply));
        }
    }

    #[test]
    fn nonsense_is_no_reply() {
        let raster = Raster { width: 2, height: 1, layout: Layout::Rgb, pixels: vec![7; 6] };
        let whole = written(&Reply::Picture(Developed { size: (5, 3), raster }));
        for cut in 0..whole.len() {
            assert_eq!(Reply::read(whole[..cut].to_vec()), None, "{cut}");
        }
        assert_eq!(Reply::read([&whole[..], &[0]].concat()), None, "too long");
        assert_eq!(Reply::read(b"\nrunning 0 tests\n".to_vec()), None);
        let mut smaller = whole;
        smaller[1] = 1;
        assert_eq!(Reply::read(smaller), None, "the whole is smaller than its smaller version");
    }
}
