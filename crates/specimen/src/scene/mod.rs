//! Painted landscapes: pictures that compress, scale and look like photographs.
//!
//! A painting is made back to front: `sky` lays the light, a motif of its own file lays land, water
//! or houses before it, and `Canvas::finish` adds what a lens and a sensor add. Lengths are in
//! picture heights, so a motif looks the same at every size.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixel positions are small"
)]
#![expect(clippy::unreadable_literal, reason = "colours read as RRGGBB")]

mod canvas;
mod city;
mod colour;
mod dunes;
mod forest;
mod land;
mod mountains;
mod noise;
mod sea;
mod sky;
mod water;

use crate::{
    random::{Random, mixed},
    raster::Raster,
};
use canvas::Canvas;

/// What a photograph shows. The same scene gives the same picture for ever.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// The subject.
    pub motif: Motif,
    /// Time of day, 0–24, which decides the light: dawn near 6, noon, dusk near 19, night.
    pub hour: f32,
    /// Everything else: ridges, clouds, where the sun stands.
    pub seed: u64,
}

/// The subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motif {
    /// Ranges of mountains behind a meadow.
    Mountains,
    /// Mountains mirrored in a lake.
    Lake,
    /// The open sea, with headlands and a sail.
    Sea,
    /// A desert of dunes.
    Dunes,
    /// Conifers in the mist.
    Forest,
    /// Snow-covered peaks; an aurora at night.
    Snow,
    /// A skyline behind water; lit windows in the dark.
    City,
}

impl Scene {
    /// A scene whose motif and hour are drawn from the seed too.
    pub fn from_seed(seed: u64) -> Self {
        let mut random = Random::new(mixed(seed));
        Self { motif: *random.pick(&Motif::ALL), hour: random.between(5.0, 21.5), seed }
    }

    /// The picture. Neither side may be zero.
    pub(crate) fn paint(&self, width: u32, height: u32) -> Raster {
        let mut random = Random::new(mixed(self.seed ^ 0xA076_1D64_78BD_642F));
        let light = sky::Light::at(self.hour, &mut random);
        let mut canvas = Canvas::new(width, height);
        let painter = match self.motif {
            Motif::Mountains => mountains::meadow,
            Motif::Lake => mountains::lake,
            Motif::Snow => mountains::snow,
            Motif::Sea => sea::paint,
            Motif::Dunes => dunes::paint,
            Motif::Forest => forest::paint,
            Motif::City => city::paint,
        };
        painter(&mut canvas, &light, &mut random);
        canvas.finish(&mut random)
    }
}

impl Motif {
    /// Every motif.
    pub const ALL: [Self; 7] =
        [Self::Mountains, Self::Lake, Self::Sea, Self::Dunes, Self::Forest, Self::Snow, Self::City];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_scene_is_the_same_picture_and_another_seed_another() {
        let scene = Scene { motif: Motif::Lake, hour: 18.5, seed: 7 };
        let picture = scene.paint(80, 60);
        assert_eq!(picture, scene.paint(80, 60));
        assert_ne!(picture, Scene { seed: 8, ..scene }.paint(80, 60));
        assert_eq!(picture.rgb.len(), 80 * 60 * 3);
    }

    #[test]
    fn every_motif_can_be_painted_at_any_size_and_hour() {
        for motif in Motif::ALL {
            for (width, height) in [(1, 1), (1, 40), (40, 1), (33, 17), (17, 33)] {
                for hour in [0.0, 6.0, 12.0, 19.0, 23.9, 24.0, -1.0, f32::NAN] {
                    let picture = Scene { motif, hour, seed: 3 }.paint(width, height);
                    assert_eq!((picture.width, picture.height), (width, height));
                }
            }
        }
    }

    #[test]
    fn noon_is_brighter_than_midnight() {
        let mean = |hour| {
            let picture = Scene { motif: Motif::Mountains, hour, seed: 1 }.paint(60, 40);
            picture.rgb.iter().map(|&sample| u64::from(sample)).sum::<u64>() / (60 * 40 * 3)
        };
        assert!(mean(12.0) > 2 * mean(0.0));
    }
}
