//! A desert: crest behind crest, each with a side in the sun and a side in the shade.

use super::{
    canvas::Canvas,
    colour::{Colour, smoothstep},
    land::Ridge,
    noise,
    noise::plane,
    sky,
    sky::Light,
};
use crate::random::Random;

const SANDS: [u32; 4] = [0xE2A862, 0xD98F4E, 0xE8C088, 0xC97C4A];

/// How far beyond the picture a crest is known, in picture heights, for its shade falls into it.
const MARGIN: f32 = 1.5;
/// Known points of a crest in a picture height.
const SAMPLES: f32 = 600.0;

/// Sky over four to six crests.
pub(super) fn paint(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let horizon = random.between(0.42, 0.52);
    let sand = Colour::hex(*random.pick(&SANDS));
    sky::paint(canvas, light, horizon, random);
    let count = 4 + random.below(3);
    let base = |layer: u64| {
        let nearness = layer as f32 / (count - 1) as f32;
        horizon + 0.40 * nearness * nearness
    };
    for layer in 0..count {
        let nearness = layer as f32 / (count - 1) as f32;
        crest(canvas, light, (base(layer), nearness), base(layer + 1) + 0.03, sand, random);
    }
}

fn crest(
    canvas: &mut Canvas,
    light: &Light,
    (base, nearness): (f32, f32),
    down_to: f32,
    sand: Colour,
    random: &mut Random,
) {
    let (seed, offset) = (random.next(), random.between(0.0, 8.0));
    let tall = 0.07 + 0.20 * nearness;
    let wide = 2.3 - 1.5 * nearness;
    let profile: Vec<f32> = (0..((canvas.aspect() + 2.0 * MARGIN) * SAMPLES) as usize + 2)
        .map(|at| at as f32 / SAMPLES - MARGIN)
        .map(|x| base + 0.02 - tall * noise::peaks(seed, offset + x * wide, 2))
        .collect();
    let edge = |x: f32| {
        let at = ((x + MARGIN) * SAMPLES).clamp(0.0, (profile.len() - 2) as f32);
        let (left, share) = (at as usize, at.fract());
        profile[left] * (1.0 - share) + profile[left + 1] * share
    };
    let clearness = 0.45 + 0.55 * nearness;
    // Each crest throws its shade down the slope at a slant, softer the farther it falls.
    let slant = if light.disc.0 > 0.5 { -1.1 } else { 1.1 };
    let parting = |x: f32, depth: f32| {
        let wind = (plane(x * 0.3 + offset, depth * 0.5) - 0.5) * 0.3;
        let above = x + depth * slant + wind * depth.sqrt();
        let reach = 0.012 + depth * 0.22;
        let slope = (edge(above + reach) - edge(above - reach)) / (2.0 * reach);
        slope * (2.6 + 3.0 * depth) + wind
    };
    let sun_side = if light.disc.0 > 0.5 { 1.0 } else { -1.0 };
    Ridge {
        edge: &edge,
        down_to,
        colour: &|x, y, depth| {
            let facing = parting(x, depth) * sun_side;
            let lit = smoothstep(-0.35, 0.45, facing + 0.15);
            let far = 1.0 / (depth + 0.08 + 0.1 * nearness);
            let ripples =
                (plane(x * 0.5 + offset, y * 3.2 * far.min(4.0) + x * 0.9) - 0.5) * nearness;
            let surface = sand * (1.0 + 0.22 * ripples);
            let shaded = surface.lit(light.shade) * 0.82;
            let bright = surface.lit(light.sun) * 1.04;
            light.haze.mix(shaded.mix(bright, lit), clearness)
        },
    }
    .paint(canvas);
}
