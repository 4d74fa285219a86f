//! Ranges of mountains: behind a meadow, in a lake, under snow.

use super::{
    canvas::Canvas,
    colour::{Colour, smoothstep},
    forest,
    land::Ridge,
    noise,
    noise::{plane, slope},
    sky,
    sky::Light,
    water,
};
use crate::random::Random;

const ROCKS: [u32; 4] = [0x5C5A58, 0x6A5E50, 0x4E565C, 0x6B5448];
const MEADOWS: [u32; 4] = [0x5F7A34, 0x6F7F3A, 0x8A7F3C, 0x4E6E3C];

/// One range of several, from the farthest at 0 to the nearest at 1.
struct Range {
    nearness: f32,
    base: f32,
    tall: f32,
    /// Height above the picture's foot from which snow lies; 2 for none.
    snow_line: f32,
    rock: Colour,
}

/// Ranges behind a meadow.
pub(super) fn meadow(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let horizon = random.between(0.60, 0.70);
    sky::paint(canvas, light, horizon, random);
    ranges(canvas, light, horizon, random.between(0.30, 1.0), random);
    forest::row(canvas, light, (horizon + 0.10, 0.05), 0.55, random);
    ground(canvas, light, horizon + 0.09, Colour::hex(*random.pick(&MEADOWS)), random);
}

/// Ranges and their image in a lake.
pub(super) fn lake(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let shore = random.between(0.56, 0.66);
    sky::paint(canvas, light, shore, random);
    ranges(canvas, light, shore, random.between(0.35, 1.0), random);
    forest::row(canvas, light, (shore, 0.045), 0.6, random);
    water::paint(canvas, light, shore, random.between(0.75, 1.0), random);
}

/// Ranges white to the foot, and firs in the snow.
pub(super) fn snow(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let horizon = random.between(0.58, 0.68);
    sky::paint(canvas, light, horizon, random);
    if light.night > 0.5 {
        aurora(canvas, horizon, random);
    }
    ranges(canvas, light, horizon, 0.0, random);
    forest::row(canvas, light, (horizon + 0.06, 0.09), 0.5, random);
    ground(canvas, light, horizon + 0.05, Colour::hex(0xF4F7FC), random);
    forest::row(canvas, light, (horizon + 0.24, 0.22), 0.95, random);
    ground(canvas, light, horizon + 0.22, Colour::hex(0xFAFBFF), random);
}

fn ranges(canvas: &mut Canvas, light: &Light, horizon: f32, snow_line: f32, random: &mut Random) {
    let count = 3 + random.below(3);
    let rock = Colour::hex(*random.pick(&ROCKS));
    let tallest = random.between(0.40, 0.58);
    for layer in 0..count {
        let nearness = layer as f32 / (count - 1) as f32;
        let range = Range {
            nearness,
            base: horizon + 0.11 * nearness,
            tall: tallest * (1.0 - 0.72 * nearness),
            snow_line: snow_line + 0.35 * nearness * f32::from(u8::from(snow_line > 0.0)),
            rock: rock.mix(Colour::hex(0x3E4A36), nearness * 0.7),
        };
        range.paint(canvas, light, random);
    }
}

impl Range {
    fn paint(&self, canvas: &mut Canvas, light: &Light, random: &mut Random) {
        let (seed, offset) = (random.next(), random.between(0.0, 20.0));
        let sun_side =
            if light.disc.0 * canvas.aspect() > canvas.aspect() / 2.0 { 1.0 } else { -1.0 };
        let white = Colour::hex(0xF6F8FC);
        let clearness = 0.46 + 0.48 * self.nearness;
        Ridge {
            edge: &|x| {
                let wide = noise::peaks(seed, offset + x * 1.5, 8);
                let uneven = noise::hills(seed ^ 0x55, offset + x * 0.9, 2);
                self.base - self.tall * (0.25 + 1.15 * wide * uneven)
            },
            // The next range stands at most that much lower.
            down_to: self.base + 0.06,
            colour: &|x, y, depth| {
                // Gullies run down the slopes: noise, stretched along them.
                let (u, v) = (x * 0.55 + depth * 0.12, y * 0.33);
                let relief = slope(u, v) * -sun_side;
                let detail = slope(u * 3.0, v * 3.0) * -sun_side;
                let lit = (0.52 + relief * 6.5 + detail * 2.6).clamp(0.0, 1.0);
                let altitude = (self.base - y) / 0.4 + (plane(u * 2.0, v) - 0.5) * 0.55;
                let cover = smoothstep(self.snow_line, self.snow_line + 0.12, altitude);
                let surface = self.rock.mix(white, cover);
                let shaded = surface.lit(light.shade).mix(surface.lit(light.sun), lit);
                // Haze gathers in the valleys.
                let valley = smoothstep(0.02, 0.34, depth) * 0.42;
                light.haze.mix(shaded, (clearness - valley).max(0.12))
            },
        }
        .paint(canvas);
    }
}

/// The ground at the photographer's feet.
fn ground(canvas: &mut Canvas, light: &Light, top: f32, colour: Colour, random: &mut Random) {
    let (seed, offset) = (random.next(), random.between(0.0, 8.0));
    Ridge {
        edge: &|x| top + 0.05 * (noise::hills(seed, x * 1.1, 3) - 0.5),
        down_to: 1.0,
        colour: &|x, y, depth| {
            let far = 1.0 / (depth + 0.06);
            let tufts = plane(x * far * 0.25 + offset, far * 0.9) - 0.5;
            let blades = plane(x * far * 0.9 + offset, far * 4.1 + x) - 0.5;
            let folds = plane(x * 0.35 + offset, y * 0.8) - 0.5;
            let lit = (0.66 + folds * 0.9 + tufts * 0.6 * (0.3 + depth) + blades * (0.25 + depth))
                .clamp(0.0, 1.0);
            let surface = colour * (0.92 + 0.28 * tufts + 0.2 * blades);
            let shaded = surface.lit(light.shade).mix(surface.lit(light.sun), lit);
            light.haze.mix(shaded, smoothstep(-0.06, 0.07, depth))
        },
    }
    .paint(canvas);
}

/// Curtains of green light.
fn aurora(canvas: &mut Canvas, horizon: f32, random: &mut Random) {
    let (seed, step) = (random.next(), canvas.step());
    let (green, violet) = (Colour::hex(0x4CF2A0), Colour::hex(0x9A5CE8));
    let curtain: Vec<(f32, f32)> = (0..canvas.width)
        .map(|column| column as f32 * step)
        .map(|x| {
            let foot = horizon * (0.45 + 0.5 * noise::hills(seed, x * 1.6, 3));
            (foot, noise::hills(seed ^ 0x77, x * 7.0, 4).powi(2) * 1.5)
        })
        .collect();
    for row in 0..canvas.row_at(horizon) {
        let y = row as f32 * step;
        for (pixel, &(foot, strength)) in canvas.row_mut(row).iter_mut().zip(&curtain) {
            let above = (foot - y) / horizon;
            let amount = smoothstep(-0.04, 0.03, above) * (1.0 - above / 0.62).max(0.0).powi(2);
            let colour = green.mix(violet, smoothstep(0.12, 0.5, above));
            *pixel = *pixel + colour * (amount * strength * 0.75);
        }
    }
}
