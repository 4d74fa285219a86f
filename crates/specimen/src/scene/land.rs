//! Land as a line against what is behind it.

use super::{canvas::Canvas, colour::Colour};

/// A piece of land in front of everything painted so far.
pub(super) struct Ridge<'a> {
    /// Its upper edge, from the top of the picture, at a position from the left edge.
    pub(super) edge: &'a dyn Fn(f32) -> f32,
    /// Down to where it is painted; what lies lower is hidden by what comes next.
    pub(super) down_to: f32,
    /// The colour at a position and a depth below the edge.
    pub(super) colour: &'a dyn Fn(f32, f32, f32) -> Colour,
}

impl Ridge<'_> {
    /// Paints it, with an edge as soft as a pixel.
    pub(super) fn paint(&self, canvas: &mut Canvas) {
        let step = canvas.step();
        let edges: Vec<f32> =
            (0..canvas.width).map(|column| (self.edge)(column as f32 * step)).collect();
        let highest = edges.iter().copied().fold(f32::INFINITY, f32::min);
        for row in canvas.row_at(highest - step)..canvas.row_at(self.down_to) {
            let y = row as f32 * step;
            for (column, (pixel, edge)) in canvas.row_mut(row).iter_mut().zip(&edges).enumerate() {
                let depth = y - edge;
                let coverage = (depth / step + 0.5).clamp(0.0, 1.0);
                if coverage > 0.0 {
                    let colour = (self.colour)(column as f32 * step, y, depth.max(0.0));
                    *pixel = pixel.mix(colour, coverage);
                }
            }
        }
    }
}

/// The outline of a row of things standing on a ground line: for every pixel column the height of
/// the tallest one there.
pub(super) struct Outline {
    heights: Vec<f32>,
    step: f32,
}

impl Outline {
    pub(super) fn new(canvas: &Canvas) -> Self {
        Self { heights: vec![0.0; canvas.width], step: canvas.step() }
    }

    /// Adds a thing from `left` to `right` that is `height(t)` tall at share `t` of its width.
    pub(super) fn add(&mut self, left: f32, right: f32, height: impl Fn(f32) -> f32) {
        let column = |x: f32| ((x / self.step).max(0.0) as usize).min(self.heights.len());
        let columns = column(left)..column(right);
        let (first, width) = (columns.start, (right - left).max(self.step));
        for (at, tallest) in self.heights[columns].iter_mut().enumerate() {
            let t = ((first + at) as f32 * self.step - left) / width;
            *tallest = tallest.max(height(t.clamp(0.0, 1.0)));
        }
    }

    /// How tall the outline is at a position; 0 outside the picture.
    pub(super) fn at(&self, x: f32) -> f32 {
        self.heights.get((x / self.step + 0.5).max(0.0) as usize).copied().unwrap_or_default()
    }
}
