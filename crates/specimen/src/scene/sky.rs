//! The hour's light and the sky it comes from.

use super::{
    canvas::Canvas,
    colour::{Colour, smoothstep},
    noise::plane,
};
use crate::random::Random;

/// What an hour does to a landscape.
pub(super) struct Light {
    zenith: Colour,
    middle: Colour,
    /// The sky above the horizon, and the haze before all that is far.
    pub(super) haze: Colour,
    /// What white snow looks like.
    pub(super) sun: Colour,
    /// What falls on whatever the sun does not reach.
    pub(super) shade: Colour,
    /// 0 by day, 1 in the dark.
    pub(super) night: f32,
    /// Position of the sun or the moon: share of the width, height above the horizon as a share of
    /// the sky.
    pub(super) disc: (f32, f32),
    /// 1 when the sun touches the horizon, 0 when it is high or gone.
    pub(super) low: f32,
    cloud_cover: f32,
    drift: f32,
}

/// (hour, zenith, middle, horizon, sunlight)
const HOURS: [(f32, u32, u32, u32, u32); 12] = [
    (0.0, 0x081028, 0x142048, 0x2A3A68, 0x4A567E),
    (4.6, 0x0A1230, 0x1B2652, 0x444C7C, 0x4E5880),
    (5.6, 0x2A3A70, 0x7A6898, 0xE89780, 0x8E7886),
    (6.5, 0x4474B4, 0xB0AEC4, 0xFFCF96, 0xFFC48A),
    (8.5, 0x3A7CC4, 0x88BAE0, 0xEEE9DA, 0xFFF0D8),
    (12.0, 0x2A6CBC, 0x6AA8DC, 0xCFE4F2, 0xFFFFFA),
    (16.0, 0x3474BE, 0x84B4DA, 0xEFE8D4, 0xFFF2D4),
    (18.0, 0x3E62A2, 0xCAA096, 0xFFBE74, 0xFFB874),
    (19.0, 0x303874, 0xAE5C80, 0xFF8654, 0xD8866E),
    (20.0, 0x181E4C, 0x4A3870, 0xBE6274, 0x6A5A80),
    (21.2, 0x0A102C, 0x1A224C, 0x44487A, 0x4C5480),
    (24.0, 0x081028, 0x142048, 0x2A3A68, 0x4A567E),
];

impl Light {
    /// The light at an hour of 0–24; others are taken to the nearest end.
    pub(super) fn at(hour: f32, random: &mut Random) -> Self {
        let hour = if hour.is_finite() { hour.clamp(0.0, 24.0) } else { 12.0 };
        let next = HOURS.iter().position(|key| key.0 >= hour).unwrap_or(HOURS.len() - 1).max(1);
        let (before, after) = (HOURS[next - 1], HOURS[next]);
        let amount = (hour - before.0) / (after.0 - before.0);
        let between = |a: u32, b: u32| Colour::hex(a).mix(Colour::hex(b), amount);
        let sun = between(before.4, after.4);
        let middle = between(before.2, after.2);
        let elevation = (std::f32::consts::PI * (hour - 5.9) / 13.4).sin();
        let night = smoothstep(-0.06, -0.34, elevation);
        let across = random.between(0.18, 0.82);
        Self {
            zenith: between(before.1, after.1),
            middle,
            haze: between(before.3, after.3),
            sun,
            shade: sun.lit(Colour::hex(0x7A86A8)).mix(middle, 0.25),
            night,
            disc: (across, if night > 0.5 { random.between(0.55, 0.85) } else { elevation * 1.3 }),
            low: smoothstep(0.42, 0.02, elevation.abs()),
            cloud_cover: random.between(0.30, 0.62),
            drift: random.between(0.0, 8.0),
        }
    }

    /// Where the sun or the moon stands, in picture heights, under a horizon at `horizon`.
    fn disc_at(&self, canvas: &Canvas, horizon: f32) -> (f32, f32) {
        (self.disc.0 * canvas.aspect(), horizon * (1.0 - self.disc.1))
    }
}

/// Paints the sky from the top down to `horizon`, and a little beyond it.
pub(super) fn paint(canvas: &mut Canvas, light: &Light, horizon: f32, random: &mut Random) {
    let step = canvas.step();
    let (disc_x, disc_y) = light.disc_at(canvas, horizon);
    let glow = Colour::hex(0xFFE2B0).mix(light.haze, 0.4);
    let glow_strength = 0.30 * (1.0 - light.night) + 0.55 * light.low;
    let radius = if light.night > 0.5 { 0.022 } else { 0.030 + 0.012 * light.low };
    let disc_colour = Colour::hex(if light.night > 0.5 { 0xF2EFE2 } else { 0xFFF8E0 });
    for row in 0..canvas.row_at(horizon + 0.02) {
        let y = row as f32 * step;
        let height = (y / horizon).min(1.0);
        let base = if height < 0.58 {
            light.zenith.mix(light.middle, height / 0.58)
        } else {
            light.middle.mix(light.haze, (height - 0.58) / 0.42)
        };
        for (column, pixel) in canvas.row_mut(row).iter_mut().enumerate() {
            let (right, down) = (column as f32 * step - disc_x, y - disc_y);
            let near = right * right + down * down * (1.0 + light.low);
            let halo = glow_strength / (1.0 + near * 9.0) + 0.5 / (1.0 + near * 400.0);
            let distance = (right * right + down * down).sqrt();
            let disc = smoothstep(radius + step, radius - step, distance);
            *pixel =
                base.mix(glow, halo.min(0.92) * (1.0 - 0.8 * light.night)).mix(disc_colour, disc);
        }
    }
    stars(canvas, light, horizon, random);
    clouds(canvas, light, horizon, (disc_x, disc_y));
}

fn stars(canvas: &mut Canvas, light: &Light, horizon: f32, random: &mut Random) {
    if light.night < 0.4 {
        return;
    }
    let count = (700.0 * canvas.aspect()) as u64;
    let size = (1.6 * canvas.height as f32 / 1200.0).max(1.0);
    for _ in 0..count {
        let x = random.unit() * canvas.width as f32;
        let y = random.unit() * horizon * canvas.height as f32;
        let brightness = random.unit().powi(4) * 0.85 + 0.12;
        let extent = if brightness > 0.7 { size * 1.7 } else { size };
        let colour = Colour::hex(*random.pick(&[0xFFFFFF, 0xDCE6FF, 0xFFEED4]));
        canvas.fill((x, x + extent), (y, y + extent), colour, brightness * light.night);
    }
}

/// Clouds on a plane overhead, lit from where the sun stands.
fn clouds(canvas: &mut Canvas, light: &Light, horizon: f32, disc: (f32, f32)) {
    let step = canvas.step();
    // Clouds are soft: a few pixels share a look at them.
    let grain = (canvas.width / 400).max(1);
    let bright = light.sun.mix(light.haze, 0.45) * (1.0 + 0.12 * light.low);
    let dark = light.middle.mix(light.shade, 0.5).mix(light.zenith, 0.35);
    for row in 0..canvas.row_at(horizon) {
        let y = row as f32 * step;
        let above = (1.0 - y / horizon).max(0.0);
        // The lower above the horizon, the farther away and the smaller.
        let far = 1.0 / (above + 0.16);
        let fade = smoothstep(0.0, 0.22, above) * (1.0 - 0.35 * above);
        for (at, pixels) in canvas.row_mut(row).chunks_mut(grain).enumerate() {
            let x = (at * grain) as f32 * step;
            let (u, v) = ((x - disc.0) * far * 0.115 + light.drift, far * 0.23 + light.drift);
            let density = plane(u, v) * 0.72 + plane(u * 3.1, v * 3.1) * 0.28;
            let cover = smoothstep(light.cloud_cover, light.cloud_cover + 0.3, density);
            if cover <= 0.0 {
                continue;
            }
            let towards = ((disc.0 - x) * 4.0).clamp(-1.0, 1.0) * 0.016;
            let relief = density - plane(u + towards, v - 0.018);
            let lit = (0.62 + relief * 2.1 - cover * 0.22).clamp(0.0, 1.0);
            let colour = dark.mix(bright, lit);
            for pixel in pixels {
                *pixel = pixel.mix(colour, cover * fade * 0.9);
            }
        }
    }
}
