//! A variant as it looks.

use media::picture::{Buffers, Ladder, Rendered, Variant, ladder};
use turbojpeg::{Image, PixelFormat};

use crate::LIMITS;

pub(crate) struct Shown(Image<Vec<u8>>);

pub(crate) fn shown(rendered: &Rendered) -> Shown {
    let image = turbojpeg::decompress(&rendered.jpeg, PixelFormat::RGB).unwrap();
    assert_eq!((image.width, image.height), (rendered.width as usize, rendered.height as usize));
    Shown(image)
}

impl Shown {
    /// The middle of each quarter: above left, above right, below left, below right.
    pub(crate) fn quarters(&self) -> [[u8; 3]; 4] {
        let (w, h) = (self.0.width, self.0.height);
        [(w / 4, h / 4), (w * 3 / 4, h / 4), (w / 4, h * 3 / 4), (w * 3 / 4, h * 3 / 4)]
            .map(|(x, y)| self.at(x, y))
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = y * self.0.pitch + 3 * x;
        [0, 1, 2].map(|channel| self.0.pixels[start + channel])
    }

    /// The mean colours of so many tiles across and down, row by row.
    pub(crate) fn tiles(&self, count: usize) -> Vec<[f64; 3]> {
        let (w, h) = (self.0.width, self.0.height);
        let places = (0..count).flat_map(|down| (0..count).map(move |across| (across, down)));
        places
            .map(|(across, down)| {
                let (from, to) = (across * w / count, (across + 1) * w / count);
                let rows = down * h / count..(down + 1) * h / count;
                let pixels: Vec<_> =
                    rows.flat_map(|y| (from..to).map(move |x| self.at(x, y))).collect();
                [0, 1, 2].map(|channel| {
                    let sum: f64 = pixels.iter().map(|pixel| f64::from(pixel[channel])).sum();
                    sum / pixels.len() as f64
                })
            })
            .collect()
    }

    /// The mean difference of the channels to another picture of the same size.
    pub(crate) fn difference(&self, other: &Self) -> f64 {
        assert_eq!((self.0.width, self.0.height), (other.0.width, other.0.height));
        let pairs = self.0.pixels.iter().zip(&other.0.pixels);
        pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / self.0.pixels.len() as f64
    }
}

/// All variants, checked for what holds of every ladder.
#[track_caller]
pub(crate) fn climb(source: &[u8], orientation: u8) -> Ladder {
    let ladder = ladder(&mut Buffers::new(), source, orientation, &LIMITS).unwrap();
    assert_eq!(ladder.rungs.each_ref().map(|rung| rung.variant), Variant::LADDER);
    for rung in &ladder.rungs {
        shown(rung);
        assert_no_metadata(&rung.jpeg);
    }
    assert!((5..=25).contains(&ladder.thumbhash.len()), "{:?}", ladder.thumbhash);
    ladder
}

#[track_caller]
pub(crate) fn assert_close(is: [u8; 3], expected: [u8; 3]) {
    let close = is.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 6);
    assert!(close, "{is:?} is not {expected:?}");
}

/// Nothing but JFIF's and Adobe's segments beside the picture, and nothing behind it.
#[track_caller]
pub(crate) fn assert_no_metadata(jpeg: &[u8]) {
    assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]));
    let mut rest = &jpeg[2..];
    while let [0xff, marker, high, low, ..] = rest {
        assert!(!matches!(marker, 0xe1..=0xed | 0xef | 0xfe), "segment {marker:#x}");
        if *marker == 0xda {
            break;
        }
        rest = &rest[2 + usize::from(u16::from_be_bytes([*high, *low]))..];
    }
}
