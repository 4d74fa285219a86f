//! The sheet that is painted on.

use super::colour::Colour;
use crate::{random::Random, raster::Raster};

/// Pixels as colours, row by row from the top.
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![Colour::default(); width * height] }
    }

    /// Picture heights in one pixel.
    pub(super) fn step(&self) -> f32 {
        1.0 / self.height as f32
    }

    /// Width in picture heights.
    pub(super) fn aspect(&self) -> f32 {
        self.width as f32 * self.step()
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [Colour] {
        &mut self.pixels[row * self.width..(row + 1) * self.width]
    }

    /// The rows above `row`, and that row.
    pub(super) fn above_and_at(&mut self, row: usize) -> (&[Colour], &mut [Colour]) {
        let (above, rest) = self.pixels.split_at_mut(row * self.width);
        (above, &mut rest[..self.width])
    }

    /// The pixel row at a height measured from the top, at most one below the last.
    pub(super) fn row_at(&self, y: f32) -> usize {
        ((y * self.height as f32).max(0.0) as usize).min(self.height)
    }

    /// Mixes `colour` into a rectangle given in pixels, as far as it lies on the canvas.
    pub(super) fn fill(
        &mut self,
        columns: (f32, f32),
        rows: (f32, f32),
        colour: Colour,
        amount: f32,
    ) {
        let (width, height) = (self.width, self.height);
        let whole = |(low, high): (f32, f32), limit: usize| {
            let pixel = |at: f32| (at.max(0.0) as usize).min(limit);
            pixel(low)..pixel(high.max(low))
        };
        for row in whole(rows, height) {
            for pixel in &mut self.row_mut(row)[whole(columns, width)] {
                *pixel = pixel.mix(colour, amount);
            }
        }
    }

    /// Adds what a lens and a sensor add, darker corners and grain, and counts in bytes.
    pub(super) fn finish(self, random: &mut Random) -> Raster {
        let mut rgb = Vec::with_capacity(self.pixels.len() * 3);
        let (width, height) = (self.width as f32, self.height as f32);
        // A generator of its own, small enough to run for every pixel: four numbers at a time.
        let mut state = random.next() | 1;
        let mut grain = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            [0, 16, 32, 48].map(|shift| f32::from((state >> shift) as u16) / 65_536.0 - 0.5)
        };
        for (row, line) in self.pixels.chunks_exact(self.width).enumerate() {
            let down = (row as f32 + 0.5) / height - 0.5;
            for (column, pixel) in line.iter().enumerate() {
                let right = (column as f32 + 0.5) / width - 0.5;
                let corner = 1.0 - 0.42 * (right * right + down * down);
                let [shared, grains @ ..] = grain();
                let channels = [pixel.red, pixel.green, pixel.blue];
                for (channel, own) in channels.into_iter().zip(grains) {
                    let value = channel.min(1.0) * corner + shared * 0.026 + own * 0.014;
                    rgb.push((value * 255.0 + 0.5).clamp(0.0, 255.0) as i32 as u8);
                }
            }
        }
        Raster { width: self.width as u32, height: self.height as u32, rgb }
    }
}
