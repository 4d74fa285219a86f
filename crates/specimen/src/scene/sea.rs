//! The open sea.

use super::{canvas::Canvas, colour::Colour, land::Ridge, noise, sky, sky::Light, water};
use crate::random::Random;

/// Sky, headlands on one side or both, water, and sometimes a sail.
pub(super) fn paint(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let horizon = random.between(0.46, 0.60);
    sky::paint(canvas, light, horizon, random);
    for layer in 0..random.below(3) {
        headland(canvas, light, horizon, layer as f32, random);
    }
    water::paint(canvas, light, horizon, random.between(0.0, 0.45), random);
    if random.chance(0.6) {
        sail(canvas, light, horizon, random);
    }
}

fn headland(canvas: &mut Canvas, light: &Light, horizon: f32, nearness: f32, random: &mut Random) {
    let (seed, aspect) = (random.next(), canvas.aspect());
    let from_left = random.chance(0.5);
    let reach = aspect * random.between(0.25, 0.55);
    let tall = 0.06 + 0.06 * nearness + random.between(0.0, 0.05);
    let ground = Colour::hex(0x3D4A3F).lit(light.sun).mix(light.shade, 0.3);
    let colour = light.haze.mix(ground, 0.45 + 0.25 * nearness);
    Ridge {
        edge: &|x| {
            let along = if from_left { x } else { aspect - x };
            let slope = (1.0 - along / reach).clamp(0.0, 1.0).powf(0.6);
            horizon + 0.004 - slope * tall * (0.45 + 0.75 * noise::hills(seed, x * 5.0, 6))
        },
        down_to: horizon + 0.004,
        colour: &|x, y, _| colour * (0.84 + 0.32 * noise::plane(x * 1.3, y * 2.4)),
    }
    .paint(canvas);
}

/// A small boat under two sails, far enough out to need no more strokes.
fn sail(canvas: &mut Canvas, light: &Light, horizon: f32, random: &mut Random) {
    let size = random.between(0.035, 0.075);
    let centre = random.between(0.2, 0.8) * canvas.aspect();
    let water_line = horizon + size * 0.35;
    let cloth = Colour::hex(0xF4EFE4).lit(light.sun).mix(light.shade, 0.12);
    let hull = Colour::hex(0x2A2524).lit(light.sun);
    let step = canvas.step();
    for row in canvas.row_at(water_line - size)..canvas.row_at(water_line) {
        let share = (row as f32 * step - (water_line - size)) / size;
        let middle = centre * canvas.height as f32;
        let (left, right) = (share * 0.22, share * 0.38);
        let scale = size * canvas.height as f32;
        let rows = (row as f32, row as f32 + 1.0);
        if share < 0.86 {
            canvas.fill((middle - left * scale, middle - 0.012 * scale), rows, cloth * 0.86, 1.0);
            canvas.fill((middle + 0.012 * scale, middle + right * scale), rows, cloth, 1.0);
        } else if share > 0.9 {
            let half = 0.46 - (share - 0.9) * 1.2;
            canvas.fill((middle - half * scale, middle + half * scale), rows, hull, 1.0);
        }
    }
}
