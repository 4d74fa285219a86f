//! Water that mirrors what is above its shore.

use super::{canvas::Canvas, colour::Colour, noise::plane, sky::Light};
use crate::random::Random;

/// Paints water from `shore` down to the lower edge. `calm` is 1 for a mirror, 0 for open sea.
pub(super) fn paint(
    canvas: &mut Canvas,
    light: &Light,
    shore: f32,
    calm: f32,
    random: &mut Random,
) {
    let (step, width, height) = (canvas.step(), canvas.width, canvas.height);
    let first = canvas.row_at(shore);
    if first == 0 {
        return;
    }
    let deep = Colour::hex(0x14405A).lit(light.sun).mix(light.shade, 0.12);
    let sparkle = light.sun.mix(Colour::hex(0xFFF4DC), 0.5);
    let path = light.disc.0 * canvas.aspect();
    let path_strength = (0.15 + 0.85 * light.low.max(light.night * 0.7)).min(1.0);
    let drift = random.between(0.0, 8.0);
    for row in first..height {
        let depth = ((row - first) as f32 + 0.5) / (height - first).max(1) as f32;
        // Rows near the shore are far away, and their waves small.
        let far = 1.0 / (depth + 0.045);
        let wave = (1.0 - calm * 0.8) * (0.25 + depth);
        let mirrored = (row - first) as f32 * (1.0 - 0.25 * (1.0 - calm));
        let absorbed = (0.10 + 0.58 * depth) * (1.15 - 0.55 * calm);
        let (above, line) = canvas.above_and_at(row);
        for (column, pixel) in line.iter_mut().enumerate() {
            let x = column as f32 * step;
            let (u, v) = ((x - path) * far * 0.09, far * 0.55 + drift);
            let swell = plane(u + drift, v) - 0.5;
            let chop = plane(u * 3.7 + drift, v * 2.9) - 0.5;
            let ripple = plane(u * 9.0, v * 7.3) - 0.5;
            let tilt = (swell * 0.6 + chop * 0.6 + ripple * 0.5) * wave;
            let from =
                (mirrored + (0.02 + tilt.abs()) * 0.35 * height as f32 * wave).max(0.0) as usize;
            let source_row = first - 1 - from.min(first - 1);
            let sideways = (tilt * 0.05 / step) as isize;
            let source_column = column.saturating_add_signed(sideways).min(width - 1);
            let mirror = above[source_row * width + source_column];
            let face = (absorbed + tilt * 1.3).clamp(0.0, 0.93);
            let mut colour = mirror.mix(deep, face);
            let off_path = (x - path) / (0.035 + 0.16 * depth);
            let glint = (chop + swell * 0.5) * 3.4 - 0.55 + path_strength * 0.5;
            if glint > 0.0 {
                let part = path_strength / (1.0 + off_path * off_path * 2.2);
                colour = colour.mix(sparkle, (glint * part * (1.15 - 0.6 * calm)).clamp(0.0, 0.9));
            }
            *pixel = colour;
        }
    }
}
