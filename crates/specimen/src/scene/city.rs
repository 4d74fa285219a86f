//! A skyline behind a river.

use super::{
    canvas::Canvas,
    colour::Colour,
    land::{Outline, Ridge},
    noise::plane,
    sky,
    sky::Light,
    water,
};
use crate::random::Random;

const FACADES: [u32; 5] = [0x4A5566, 0x6B625C, 0x5A5F68, 0x7A6A60, 0x3F4C60];
const LAMPS: [u32; 4] = [0xFFD98A, 0xFFC466, 0xFFEEC8, 0xBFD8FF];

/// A house, in picture heights.
struct House {
    left: f32,
    width: f32,
    height: f32,
}

/// Three rows of houses and their lights in the water.
pub(super) fn paint(canvas: &mut Canvas, light: &Light, random: &mut Random) {
    let shore = random.between(0.64, 0.74);
    sky::paint(canvas, light, shore, random);
    for layer in 0..3_u8 {
        row(canvas, light, shore, f32::from(layer) / 2.0, random);
    }
    water::paint(canvas, light, shore, random.between(0.55, 0.85), random);
}

fn row(canvas: &mut Canvas, light: &Light, shore: f32, nearness: f32, random: &mut Random) {
    let houses = houses(canvas, nearness, random);
    let mut outline = Outline::new(canvas);
    for house in &houses {
        outline.add(house.left, house.left + house.width, |_| house.height);
        if house.height > 0.34 {
            let middle = house.left + house.width / 2.0;
            outline.add(middle - 0.002, middle + 0.002, |_| house.height + 0.06);
        }
    }
    let facade = Colour::hex(*random.pick(&FACADES));
    let clearness = 0.45 + 0.5 * nearness;
    Ridge {
        edge: &|x| shore - outline.at(x),
        down_to: shore,
        colour: &|x, y, depth| {
            // Neighbours differ, and the foot of a street is darker than its roofs.
            let wall = facade * (0.75 + 0.5 * plane(outline.at(x) * 7.0, 0.3));
            let lit = (0.75 - depth * 0.9 + 0.1 * plane(x, y)).clamp(0.1, 1.0);
            light.haze.mix(wall.lit(light.shade).mix(wall.lit(light.sun), lit), clearness)
        },
    }
    .paint(canvas);
    for house in &houses {
        windows(canvas, light, shore, house, nearness, random);
    }
}

/// Houses from left to right; towers gather around a centre.
fn houses(canvas: &Canvas, nearness: f32, random: &mut Random) -> Vec<House> {
    let centre = random.between(0.3, 0.7) * canvas.aspect();
    let mut houses = Vec::new();
    let mut left = -0.03;
    while left < canvas.aspect() {
        let width = random.between(0.030, 0.075);
        let off = (left - centre) / 0.38;
        let tower = 0.36 * random.unit() / (1.0 + off * off);
        let height = (0.07 + 0.08 * random.unit() + tower) * (1.15 - 0.45 * nearness);
        houses.push(House { left, width, height });
        left += width * random.between(0.82, 1.12);
    }
    houses
}

fn windows(
    canvas: &mut Canvas,
    light: &Light,
    shore: f32,
    house: &House,
    nearness: f32,
    random: &mut Random,
) {
    let scale = canvas.height as f32;
    let (across, down) = (0.0085, 0.0125);
    let burning = 0.04 + 0.46 * light.night.max(light.low * 0.55);
    let dark = Colour::hex(0x1E2838).lit(light.shade);
    let columns = (house.width / across) as u32;
    let floors = (house.height / down) as u32;
    for floor in 1..floors {
        for column in 0..columns.saturating_sub(1) {
            let left = house.left + (column as f32 + 0.75) * across;
            let top = shore - house.height + floor as f32 * down;
            let colour = Colour::hex(*random.pick(&LAMPS));
            let (colour, amount) = if random.chance(burning) {
                (colour, (0.35 + 0.6 * random.unit()) * (0.5 + 0.5 * nearness))
            } else {
                (dark, 0.34 * nearness)
            };
            let (x, y) = (left * scale, top * scale);
            canvas.fill(
                (x, x + across * scale * 0.55),
                (y, y + down * scale * 0.55),
                colour,
                amount,
            );
        }
    }
}
