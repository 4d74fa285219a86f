//! From linear light to what is seen on a screen.

use super::colours;
use super::mosaic;
use super::sensor::Sensor;

/// Steps of linear light that are told apart.
const STEPS: usize = 1 << 14;
/// How many times brighter a dark picture gets at most.
const MOST_GAIN: f32 = 8.0;
/// The part of the pixels that may become white.
const BLOWN_OUT: f64 = 0.01;
/// How long the edge of the picture is that decides about brightness, in pixels.
const GLANCE: usize = 256;

/// Colours and brightness of one picture.
#[derive(Debug)]
pub(super) struct Tone {
    to_srgb: colours::Matrix,
    gain: f32,
    table: Vec<u8>,
}

impl Tone {
    /// Cameras leave room above what they mean to be white. So the brightest pixels are looked for, and
    /// all is made brighter until one in a hundred is white, as `dcraw` does.
    pub(super) fn of(sensor: &Sensor<'_>) -> Self {
        let mut brightest = Vec::new();
        let across = mosaic::block(sensor, GLANCE).max(mosaic::smallest_block(sensor));
        mosaic::blocks(sensor, across, &mut |row| {
            let linear = row.iter().map(|pixel| colours::apply(&sensor.to_srgb, *pixel));
            brightest.extend(linear.map(|pixel| pixel.into_iter().fold(0.0, f32::max)));
        });
        Self::new(sensor.to_srgb, gain(&mut brightest))
    }

    fn new(to_srgb: colours::Matrix, gain: f32) -> Self {
        let table = (0..=STEPS).map(|step| encoded(step as f32 / STEPS as f32)).collect();
        Self { to_srgb, gain, table }
    }

    /// A balanced colour of the camera in sRGB.
    pub(super) fn seen(&self, colour: [f32; 3]) -> [u8; 3] {
        colours::apply(&self.to_srgb, colour).map(|linear| {
            let step = (linear * self.gain).clamp(0.0, 1.0) * STEPS as f32 + 0.5;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it lies between 0 and the number of steps; not a number becomes 0"
            )]
            self.table[step as usize]
        })
    }
}

fn gain(brightest: &mut [f32]) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a hundredth of a length"
    )]
    let blown_out = (brightest.len() as f64 * BLOWN_OUT) as usize;
    let Some(place) = brightest.len().checked_sub(1 + blown_out) else { return 1.0 };
    let (_, white, _) = brightest.select_nth_unstable_by(place, f32::total_cmp);
    (1.0 / *white).clamp(1.0, MOST_GAIN)
}

/// IEC 61966-2-1.
fn encoded(linear: f32) -> u8 {
    let encoded =
        if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and 255"
    )]
    let byte = (encoded * 255.0).round() as u8;
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pixel_in_a_hundred_becomes_white() {
        let mut dark: Vec<f32> = (0..1000u16).map(|n| f32::from(n) / 4000.0).collect();
        let gain = gain(&mut dark);
        assert!((gain - 4000.0 / 989.0).abs() < 1e-3, "{gain}");
    }

    #[test]
    fn nothing_gets_darker_and_night_stays_night() {
        assert!((gain(&mut [1.0; 300]) - 1.0).abs() < 1e-6);
        for mut dark in [vec![1e-4; 300], vec![0.0; 300]] {
            assert!((gain(&mut dark) - MOST_GAIN).abs() < 1e-6);
        }
        assert!((gain(&mut []) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn light_is_encoded_as_srgb_has_it() {
        let tone = Tone::new(colours::NONE, 1.0);
        assert_eq!(tone.seen([0.0, 0.215_861, 1.0]), [0, 128, 255]);
        assert_eq!(tone.seen([-1.0, 2.0, 0.0]), [0, 255, 0]);
        assert_eq!(tone.seen([f32::NAN; 3]), [0; 3]);
        assert_eq!(Tone::new(colours::NONE, 2.0).seen([0.107_93; 3]), [128; 3]);
    }
}
