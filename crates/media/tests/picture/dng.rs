//! Raw files out of pictures whose colours are known: DNG 1.7, not packed.

use image::DynamicImage;

/// What the light does to a camera: how much of white each colour of its sensor sees.
const NEUTRAL: [f32; 3] = [0.5, 1.0, 0.625];
const BLACK: u16 = 512;
const WHITE: u16 = 15_000;

/// A camera that sees sRGB but for the light: from XYZ to linear sRGB (IEC 61966-2-1), in
/// ten-thousandths.
const FROM_XYZ: [i32; 9] = [32_406, -15_372, -4_986, -9_689, 18_758, 415, 557, -2_040, 10_570];

/// A raw file of one picture.
pub(crate) struct Dng {
    /// The filter, a square row by row in the numbers of TIFF/EP: red 0, green 1, blue 2. `None` for
    /// pixels that have all three.
    pub(crate) filter: Option<&'static [u8]>,
    /// Rows and columns around the picture that saw no light.
    pub(crate) masked: u32,
    /// Says that the picture is so large, whatever there is.
    pub(crate) claim: Option<(u32, u32)>,
}

impl Default for Dng {
    fn default() -> Self {
        Self { filter: Some(&[0, 1, 1, 2]), masked: 0, claim: None }
    }
}

/// Type, number of values, the values as bytes.
type Value = (u16, u32, Vec<u8>);

fn shorts(numbers: &[u16]) -> Value {
    (3, numbers.len() as u32, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}

fn longs(numbers: &[u32]) -> Value {
    (4, numbers.len() as u32, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}

fn bytes(bytes: &[u8]) -> Value {
    (1, bytes.len() as u32, bytes.to_vec())
}

/// Fractions with ten thousand below, with a sign for type 10 and without for type 5.
fn fractions(kind: u16, above: &[i32]) -> Value {
    let both = above.iter().flat_map(|above| [*above, 10_000]);
    (kind, above.len() as u32, both.flat_map(i32::to_le_bytes).collect())
}

impl Dng {
    pub(crate) fn bytes(&self, picture: &DynamicImage) -> Vec<u8> {
        let (width, height) =
            (picture.width() + 2 * self.masked, picture.height() + 2 * self.masked);
        let samples = self.samples(picture, (width, height));
        let (said_width, said_height) = self.claim.unwrap_or((width, height));
        let channels: u16 = if self.filter.is_some() { 1 } else { 3 };
        let bytes_of_samples = samples.len() as u32;
        let (from, to) = (self.masked, [height - self.masked, width - self.masked]);
        let mut entries: Vec<(u16, Value)> = vec![
            (254, longs(&[0])),
            (256, longs(&[said_width])),
            (257, longs(&[said_height])),
            (258, shorts(&vec![16; usize::from(channels)])),
            (259, shorts(&[1])),
            (262, shorts(&[if self.filter.is_some() { 32_803 } else { 34_892 }])),
            // The samples come right behind the header.
            (273, longs(&[8])),
            (277, shorts(&[channels])),
            (278, longs(&[said_height])),
            (279, longs(&[bytes_of_samples])),
            (50_706, bytes(&[1, 4, 0, 0])),
            (50_714, shorts(&vec![BLACK; usize::from(channels)])),
            (50_717, shorts(&vec![WHITE; usize::from(channels)])),
            (50_721, fractions(10, &FROM_XYZ)),
            (50_728, fractions(5, &NEUTRAL.map(|seen| (seen * 1e4).round() as i32))),
            (50_778, shorts(&[21])),
        ];
        if let Some(filter) = self.filter {
            let side = filter.len().isqrt() as u16;
            entries.push((33_421, shorts(&[side, side])));
            entries.push((33_422, bytes(filter)));
        }
        if self.masked > 0 {
            entries.push((50_829, longs(&[from, from, to[0], to[1]])));
        }
        entries.sort_by_key(|(tag, _)| *tag);
        let directory_at = 8 + bytes_of_samples;
        let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
        let values_at = directory_at + 2 + 12 * entries.len() as u32 + 4;
        let mut values = Vec::new();
        for (tag, (kind, count, mut value)) in entries {
            directory.extend(tag.to_le_bytes());
            directory.extend(kind.to_le_bytes());
            directory.extend(count.to_le_bytes());
            if value.len() > 4 {
                directory.extend((values_at + values.len() as u32).to_le_bytes());
                values.extend(value);
            } else {
                value.resize(4, 0);
                directory.extend(value);
            }
        }
        directory.extend([0; 4]);
        [b"II*\0", &directory_at.to_le_bytes()[..], &samples, &directory, &values].concat()
    }

    /// What the sensor saw of it, dark around.
    fn samples(&self, picture: &DynamicImage, (width, height): (u32, u32)) -> Vec<u8> {
        let picture = picture.to_rgb8();
        let mut samples = Vec::new();
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let place = x.checked_sub(self.masked).zip(y.checked_sub(self.masked));
            let pixel = place.and_then(|(x, y)| picture.get_pixel_checked(x, y));
            let seen = |colour: usize| {
                let light = pixel.map_or(0.0, |pixel| linear(pixel[colour])) * NEUTRAL[colour];
                BLACK + (light * f32::from(WHITE - BLACK)).round() as u16
            };
            match (self.filter, place) {
                // The filter is told from the first pixel of the picture on.
                (Some(filter), Some((x, y))) => {
                    let side = filter.len().isqrt() as u32;
                    let colour = filter[(y % side * side + x % side) as usize];
                    samples.extend(seen(usize::from(colour)).to_le_bytes());
                }
                (Some(_), None) => samples.extend(BLACK.to_le_bytes()),
                (None, _) => (0..3).for_each(|colour| samples.extend(seen(colour).to_le_bytes())),
            }
        }
        samples
    }
}

fn linear(value: u8) -> f32 {
    let value = f32::from(value) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}
