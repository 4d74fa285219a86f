//! Pictures brighter than white paper (ITU-R BT.2100), brought down to sRGB.
//!
//! White paper is taken to have 203 cd/m² (ITU-R BT.2408) and becomes a light gray; what is brighter
//! is squeezed into what is left above it, and keeps its hue.

use super::heif::Codes;

/// The brightness of white paper, in cd/m².
const PAPER: f32 = 203.0;
/// The brightest that a display for HLG is made for, in cd/m².
const HLG_PEAK: f32 = 1000.0;
/// Up to here, of white, light stays as it is.
const KNEE: f32 = 0.6;

/// From three channels of 16 bits, the low byte first, to three of 8.
pub(super) fn to_sdr(wide: &[u8], codes: Option<Codes>) -> Vec<u8> {
    let codes = codes.map(|codes| (codes.primaries, codes.transfer));
    let is_hlg = codes.is_some_and(|(_, transfer)| transfer == 18);
    let matrix = matrix(codes.map_or(9, |(primaries, _)| primaries));
    let light: Vec<f32> =
        (0..=u16::MAX).map(|code| light(f32::from(code) / 65_535.0, is_hlg)).collect();
    let curve: Vec<u8> = (0..=STEPS).map(|step| srgb(f32::from(step) / f32::from(STEPS))).collect();
    let mut narrow = Vec::with_capacity(wide.len() / 2);
    for pixel in wide.as_chunks::<6>().0 {
        let code = |at: usize| u16::from_le_bytes([pixel[at], pixel[at + 1]]);
        let seen = [0, 2, 4].map(|at| light[usize::from(code(at))]);
        let seen = if is_hlg { displayed(seen) } else { seen };
        let here = matrix.map(|row| row.iter().zip(seen).map(|(m, v)| m * v).sum::<f32>().max(0.0));
        let brightest = here[0].max(here[1]).max(here[2]);
        let scale = if brightest > KNEE { squeezed(brightest) / brightest } else { 1.0 };
        narrow.extend(here.map(|value| curve[step(value * scale)]));
    }
    narrow
}

/// Steps of the table that ends in sRGB.
const STEPS: u16 = 4095;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to 0-1 before; NaN becomes 0"
)]
fn step(value: f32) -> usize {
    (value.clamp(0.0, 1.0) * f32::from(STEPS)).round() as usize
}

/// What a code stands for, in units of white paper; with HLG the light of the scene, from 0 to 1.
fn light(code: f32, is_hlg: bool) -> f32 {
    if is_hlg {
        let (a, b, c) = (0.178_832_77, 0.284_668_92, 0.559_910_7);
        return if code <= 0.5 { code * code / 3.0 } else { (((code - c) / a).exp() + b) / 12.0 };
    }
    let (m1, m2, c1, c2, c3) = (0.159_301_76, 78.843_75, 0.835_937_5, 18.851_563, 18.6875);
    let root = code.powf(1.0 / m2);
    10_000.0 / PAPER * ((root - c1).max(0.0) / (c2 - c3 * root)).powf(1.0 / m1)
}

/// The light of a scene as a display shows it, in units of white paper (BT.2100, table 5, note 5e).
fn displayed(scene: [f32; 3]) -> [f32; 3] {
    let [r, g, b] = scene;
    let luminance = 0.2627 * r + 0.6780 * g + 0.0593 * b;
    scene.map(|value| HLG_PEAK / PAPER * luminance.max(1e-6).powf(0.2) * value)
}

/// Rises ever more slowly to 1.
fn squeezed(brightness: f32) -> f32 {
    let beyond = (brightness - KNEE) / (1.0 - KNEE);
    KNEE + (1.0 - KNEE) * beyond / (1.0 + beyond)
}

/// Linear light to linear light with the primaries of sRGB.
fn matrix(primaries: u16) -> [[f32; 3]; 3] {
    match primaries {
        11 | 12 => [
            [1.224_940_2, -0.224_940_18, 0.0],
            [-0.042_056_955, 1.042_057, 0.0],
            [-0.019_637_555, -0.078_636_05, 1.098_273_6],
        ],
        9 => [
            [1.660_491, -0.587_641_1, -0.072_849_86],
            [-0.124_550_47, 1.132_899_9, -0.008_349_42],
            [-0.018_150_763, -0.100_578_9, 1.118_729_7],
        ],
        _ => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    }
}

/// IEC 61966-2-1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in 0-255")]
fn srgb(light: f32) -> u8 {
    let code =
        if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (code * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(codes: [u16; 3], primaries: u16, transfer: u16) -> [u8; 3] {
        let wide: Vec<u8> = codes.iter().flat_map(|code| code.to_le_bytes()).collect();
        let codes = Codes { primaries, transfer, matrix: 9, is_full_range: true };
        to_sdr(&wide, Some(codes)).try_into().unwrap()
    }

    #[test]
    fn paper_is_light_and_a_lamp_is_white() {
        // 203 cd/m² is 58 % of the codes of PQ (BT.2408, table 1), 75 % of those of HLG.
        for (transfer, code) in [(16, 38_010), (18, 49_151)] {
            let [r, g, b] = shown([code; 3], 9, transfer);
            assert!(r.abs_diff(g) <= 1 && g.abs_diff(b) <= 1, "{r} {g} {b}");
            assert!((222..=240).contains(&g), "{transfer}: {g}");
            assert_eq!(shown([0; 3], 9, transfer), [0; 3]);
            assert!(shown([65_535; 3], 9, transfer)[0] >= 245);
        }
    }

    #[test]
    fn it_never_falls_and_keeps_the_hue() {
        let grays: Vec<u8> = (0..64).map(|step| shown([step * 1000; 3], 12, 16)[0]).collect();
        assert!(grays.is_sorted());
        let [r, g, b] = shown([50_000, 40_000, 30_000], 9, 16);
        assert!(r > g && g > b, "{r} {g} {b}");
    }
}
