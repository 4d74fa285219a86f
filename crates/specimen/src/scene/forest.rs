//! Conifers, row behind row in the mist.

use super::{
    canvas::Canvas,
    colour::{Colour, smoothstep},
    land::{Outline, Ridge},
    noise,
    noise::plane,
    sky,
    sky::Light,
};
use crate::random::Random;

const ROWS: u64 = 6;

/// Hills of trees that grow darker as they come nearer.
pub(super) fn paint(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let horizon = random.between(0.40, 0.52);
    sky::paint(canvas, light, horizon, random);
    for layer in 0..ROWS {
        let nearness = layer as f32 / (ROWS - 1) as f32;
        let ground = horizon + 0.02 + 0.50 * nearness.powf(1.3);
        row(canvas, light, (ground, 0.06 + 0.24 * nearness * nearness), nearness, random);
    }
}

/// One row of trees whose feet stand around a ground line: `(ground, tallest tree)`.
pub(super) fn row(
    canvas: &mut Canvas,
    light: &Light,
    (ground, tall): (f32, f32),
    nearness: f32,
    random: &mut Random,
) {
    let seed = random.next();
    let rolling = |x: f32| 0.5 * tall.max(0.05) * (noise::hills(seed, x * 1.7, 3) - 0.5);
    let trees = trees(canvas, tall, random);
    let needles = Colour::hex(0x2B4230).mix(Colour::hex(0x1A2A24), nearness);
    let clearness = 0.20 + 0.78 * nearness;
    Ridge {
        edge: &|x| ground + rolling(x) - trees.at(x),
        // The next row, or the ground, hides what is lower.
        down_to: (ground + 0.24).min(1.0),
        colour: &|x, y, depth| {
            let twigs = plane(x * 2.2, y * 1.9);
            let lit = (0.18 + 0.6 * twigs - depth * 0.4).clamp(0.0, 1.0);
            let surface = needles * (0.62 + 0.9 * twigs);
            let tree = surface.lit(light.shade).mix(surface.lit(light.sun) * 1.25, lit);
            let mist = smoothstep(tall * 0.4, tall * 1.9, depth) * 0.75 * (1.0 - nearness * 0.55);
            light.haze.mix(tree, (clearness - mist).max(0.06))
        },
    }
    .paint(canvas);
}

/// Pointed crowns with boughs that stick out in steps.
fn trees(canvas: &Canvas, tall: f32, random: &mut Random) -> Outline {
    let mut outline = Outline::new(canvas);
    let mut x = -0.1;
    while x < canvas.aspect() + 0.1 {
        let height = tall * random.between(0.42, 1.0);
        let half = height * random.between(0.15, 0.22);
        let boughs = random.between(7.0, 11.0);
        outline.add(x - half, x + half, |t| {
            let out = (2.0 * t - 1.0).abs();
            let step = (out * boughs).fract() * 0.10 * (0.3 + out);
            height * (1.0 - out - step).max(0.0)
        });
        x += (half * random.between(0.35, 1.3)).max(canvas.step());
    }
    outline
}
