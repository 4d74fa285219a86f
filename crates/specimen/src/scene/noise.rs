//! Smooth noise along a line, and a tile of it in the plane.

use std::sync::OnceLock;

use crate::random::mixed;

/// Pixels along a side of the tile: a power of two.
const SIDE: usize = 512;
/// Moves positions into the positive, where truncation is rounding down.
const SHIFT: f32 = 32.0;

/// Ragged like a mountain range against the sky: 0–1, sharp at the tops.
pub(super) fn peaks(seed: u64, x: f32, octaves: u32) -> f32 {
    octave_sum(octaves, 0.48, |octave, scale| {
        1.0 - (2.0 * line(seed.wrapping_add(octave), x * scale) - 1.0).abs()
    })
}

/// Rolling like hills: 0–1.
pub(super) fn hills(seed: u64, x: f32, octaves: u32) -> f32 {
    octave_sum(octaves, 0.45, |octave, scale| line(seed.wrapping_add(octave), x * scale))
}

fn octave_sum(octaves: u32, persistence: f32, value: impl Fn(u64, f32) -> f32) -> f32 {
    let (mut sum, mut total, mut weight, mut scale) = (0.0, 0.0, 1.0, 1.0);
    for octave in 0..octaves {
        sum += weight * value(u64::from(octave), scale);
        total += weight;
        weight *= persistence;
        scale *= 2.03;
    }
    sum / total
}

/// Value noise of one octave, 0–1, with a knot at every whole number.
fn line(seed: u64, x: f32) -> f32 {
    let cell = x.floor();
    let t = x - cell;
    let knot = |offset: i64| unit(mixed(seed ^ mixed((cell as i64 + offset).cast_unsigned())));
    knot(0) + (knot(1) - knot(0)) * (t * t * (3.0 - 2.0 * t))
}

fn unit(bits: u64) -> f32 {
    (bits >> 40) as f32 / 16_777_216.0
}

/// Clouds of noise in the plane: 0–1, repeating at every whole number in both directions.
///
/// Made once and looked up, because millions of pixels ask.
pub(super) fn plane(x: f32, y: f32) -> f32 {
    static TILE: OnceLock<Vec<f32>> = OnceLock::new();
    look_up(TILE.get_or_init(tile), x, y)
}

/// How steeply [`plane`] rises towards the right, over a hundredth of its period.
pub(super) fn slope(x: f32, y: f32) -> f32 {
    static TILE: OnceLock<Vec<f32>> = OnceLock::new();
    look_up(TILE.get_or_init(slope_tile), x, y)
}

fn slope_tile() -> Vec<f32> {
    let tile = tile();
    let row = |row: usize| &tile[row * SIDE..(row + 1) * SIDE];
    let rise = |at: usize| row(at / SIDE)[(at + SIDE / 100) % SIDE] - tile[at];
    (0..tile.len()).map(rise).collect()
}

#[inline]
fn look_up(tile: &[f32], x: f32, y: f32) -> f32 {
    let (x, y) = ((x + SHIFT) * SIDE as f32, (y + SHIFT) * SIDE as f32);
    // Through `i32`, for which processors have an instruction.
    let (column, row) = (x as i32, y as i32);
    let (right, below) = (x - column as f32, y - row as f32);
    let (column, row) = (column as usize, row as usize);
    let at = |row: usize, column: usize| tile[(row % SIDE) * SIDE + column % SIDE];
    let upper = at(row, column) * (1.0 - right) + at(row, column.wrapping_add(1)) * right;
    let lower = at(row.wrapping_add(1), column) * (1.0 - right)
        + at(row.wrapping_add(1), column.wrapping_add(1)) * right;
    upper * (1.0 - below) + lower * below
}

fn tile() -> Vec<f32> {
    let mut tile = vec![0.0_f32; SIDE * SIDE];
    let mut weight = 1.0;
    for octave in 2..8 {
        add_octave(&mut tile, 1 << octave, weight);
        weight *= 0.52;
    }
    let low = tile.iter().copied().fold(f32::INFINITY, f32::min);
    let high = tile.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    tile.iter().map(|value| (value - low) / (high - low)).collect()
}

/// Adds value noise with `cells` knots along a side.
fn add_octave(tile: &mut [f32], cells: usize, weight: f32) {
    let knots: Vec<f32> =
        (0..cells * cells).map(|at| unit(mixed((at * 8 + cells * 0x10_0001) as u64))).collect();
    let knot = |row: usize, column: usize| knots[(row % cells) * cells + column % cells];
    let step = SIDE / cells;
    let smooth: Vec<f32> =
        (0..step).map(|at| at as f32 / step as f32).map(|t| t * t * (3.0 - 2.0 * t)).collect();
    for (at, value) in tile.iter_mut().enumerate() {
        let (y, x) = (at / SIDE, at % SIDE);
        let (row, column) = (y / step, x / step);
        let (down, right) = (smooth[y % step], smooth[x % step]);
        let upper = knot(row, column) * (1.0 - right) + knot(row, column + 1) * right;
        let lower = knot(row + 1, column) * (1.0 - right) + knot(row + 1, column + 1) * right;
        *value += weight * (upper * (1.0 - down) + lower * down);
    }
}
