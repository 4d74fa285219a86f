//! Colours as the eye counts them: sRGB values, 0–1 a channel, mixed as they are.

use std::ops::{Add, Mul};

/// Red, green and blue; a light may exceed 1 until the picture is finished.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Colour {
    pub(super) red: f32,
    pub(super) green: f32,
    pub(super) blue: f32,
}

impl Colour {
    /// `0xRRGGBB`.
    pub(super) const fn hex(code: u32) -> Self {
        let [_, red, green, blue] = code.to_be_bytes();
        Self { red: red as f32 / 255.0, green: green as f32 / 255.0, blue: blue as f32 / 255.0 }
    }

    /// This colour at `amount` 0, `other` at 1.
    pub(super) fn mix(self, other: Self, amount: f32) -> Self {
        self * (1.0 - amount) + other * amount
    }

    /// This colour as seen in `light`.
    pub(super) fn lit(self, light: Self) -> Self {
        Self {
            red: self.red * light.red,
            green: self.green * light.green,
            blue: self.blue * light.blue,
        }
    }
}

impl Add for Colour {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            red: self.red + other.red,
            green: self.green + other.green,
            blue: self.blue + other.blue,
        }
    }
}

impl Mul<f32> for Colour {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self { red: self.red * factor, green: self.green * factor, blue: self.blue * factor }
    }
}

/// 0 below `low`, 1 above `high`, smooth between.
pub(super) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
