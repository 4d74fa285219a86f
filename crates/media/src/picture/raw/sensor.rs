//! What the sensor saw, as numbers from 0 to 1.

use rawler::imgop::xyz::Illuminant;
use rawler::rawimage::RawPhotometricInterpretation as Meaning;
use rawler::{CFA, RawImage, RawImageData};

use super::colours::{self, Matrix};
use super::mosaic::SMALLEST_SIDE;

/// Longer patterns are in no camera.
const LONGEST_PERIOD: usize = 48;

/// A rectangle of samples, and what is needed to understand them.
#[derive(Debug)]
pub(super) struct Sensor<'a> {
    samples: &'a RawImageData,
    /// Samples from one row to the next.
    stride: usize,
    /// Samples per pixel: one behind a filter, or three.
    pub(super) channels: usize,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    /// One for each place of the pattern, row by row.
    cells: Vec<Cell>,
    /// Width and height of the pattern in samples.
    period: (usize, usize),
    pub(super) to_srgb: Matrix,
}

/// What samples at one place of the pattern mean.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Red, green, blue.
    colour: usize,
    black: f32,
    gain: f32,
}

impl<'a> Sensor<'a> {
    /// Fails, with a reason, for what is not known to look right.
    pub(super) fn of(image: &'a RawImage) -> Result<Self, &'static str> {
        if image.fuji_rotation_width.is_some() {
            return Err("its sensor is turned by 45 degrees");
        }
        let channels = image.cpp;
        let filter = match (&image.photometric, channels) {
            (Meaning::Cfa(filter), 1) if filter.cfa.is_rgb() => Some(&filter.cfa),
            (Meaning::LinearRaw, 3) => None,
            _ => return Err("its colours are not red, green and blue"),
        };
        let samples = match &image.data {
            RawImageData::Integer(samples) => samples.len(),
            RawImageData::Float(samples) => samples.len(),
        };
        let stride = image.width.checked_mul(channels).ok_or("it has no pixels")?;
        if stride.checked_mul(image.height).is_none_or(|wanted| wanted > samples) {
            return Err("it lacks samples");
        }
        let (left, top, width, height) = shown(image)
            .filter(|(.., width, height)| *width.min(height) >= SMALLEST_SIDE)
            .ok_or("it has hardly a pixel")?;
        let (cells, period) = cells(image, filter)?;
        let to_srgb = matrix(image).map_or(colours::NONE, colours::to_srgb);
        let samples = &image.data;
        Ok(Self { samples, stride, channels, left, top, width, height, cells, period, to_srgb })
    }

    /// Width and height in pixels.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Width and height of the pattern of colours in pixels.
    pub(super) const fn period(&self) -> (usize, usize) {
        (self.period.0 / self.channels, self.period.1)
    }

    /// Which colour the sample of a pixel has: 0 red, 1 green, 2 blue.
    pub(super) fn colour(&self, x: usize, y: usize) -> usize {
        self.row_cells(y)[(self.left + x) % self.period.0].colour
    }

    fn row_cells(&self, y: usize) -> &[Cell] {
        let row = (self.top + y) % self.period.1;
        &self.cells[row * self.period.0..][..self.period.0]
    }

    /// The samples of a row that are shown: black is 0, white and all beyond it 1, gray is the same in
    /// all colours.
    pub(super) fn read_row(&self, y: usize, row: &mut Vec<f32>) {
        let from = (self.top + y) * self.stride + self.left * self.channels;
        let range = from..from + self.width * self.channels;
        let cells = self.row_cells(y);
        let cells = cells.iter().cycle().skip(self.left * self.channels % self.period.0);
        let value =
            |(sample, cell): (f32, &Cell)| ((sample - cell.black) * cell.gain).clamp(0.0, 1.0);
        row.clear();
        match self.samples {
            RawImageData::Integer(all) => {
                row.extend(
                    all[range].iter().map(|sample| f32::from(*sample)).zip(cells).map(value),
                );
            }
            RawImageData::Float(all) => {
                let finite = |sample: &f32| if sample.is_finite() { *sample } else { 0.0 };
                row.extend(all[range].iter().map(finite).zip(cells).map(value));
            }
        }
    }
}

/// What the camera means to be shown, as far as it lies on the sensor: left, top, width, height.
fn shown(image: &RawImage) -> Option<(usize, usize, usize, usize)> {
    let whole = (0, 0, image.width, image.height);
    let said = image.crop_area.or(image.active_area);
    let (left, top, width, height) =
        said.map_or(whole, |area| (area.p.x, area.p.y, area.d.w, area.d.h));
    let width = width.min(image.width.checked_sub(left)?);
    let height = height.min(image.height.checked_sub(top)?);
    (width > 0 && height > 0).then_some((left, top, width, height))
}

/// The pattern of colours and that of black levels, laid over each other.
fn cells(
    image: &RawImage,
    filter: Option<&CFA>,
) -> Result<(Vec<Cell>, (usize, usize)), &'static str> {
    let black = &image.blacklevel;
    let levels = black.as_vec();
    let white = image.whitelevel.as_vec();
    let filter_size = filter.map_or((3, 1), |filter| (filter.width, filter.height));
    let black_size = (black.width * black.cpp, black.height);
    let together = |a: usize, b: usize| (1..=LONGEST_PERIOD).find(|n| n % a == 0 && n % b == 0);
    if [filter_size.0, filter_size.1, black_size.0, black_size.1].contains(&0) {
        return Err("its pattern of colours makes no sense");
    }
    let period = together(filter_size.0, black_size.0)
        .zip(together(filter_size.1, black_size.1))
        .ok_or("its pattern of colours makes no sense")?;
    let balance = balance(image);
    let mut cells = Vec::with_capacity(period.0 * period.1);
    for (y, x) in (0..period.1).flat_map(|y| (0..period.0).map(move |x| (y, x))) {
        let colour = filter.map_or(x % 3, |filter| filter.color_at(y, x)).min(2);
        let level = y % black_size.1 * black_size.0 + x % black_size.0;
        let black = levels.get(level).or(levels.first()).copied().unwrap_or_default();
        // Four levels are of the four places of a pattern of two by two, three of three colours.
        let white = match white.len() {
            4 => white[y % 2 * 2 + x % 2],
            3 => white[colour],
            _ => white.first().copied().unwrap_or(65_535.0),
        };
        // Floating point has no largest number; 1 is white.
        let is_float = matches!(image.data, RawImageData::Float(_));
        let white = if is_float && white >= 65_535.0 { 1.0 } else { white };
        let gain = balance[colour] / (white - black).max(f32::MIN_POSITIVE);
        if !black.is_finite() || !gain.is_finite() {
            return Err("its levels make no sense");
        }
        cells.push(Cell { colour, black, gain });
    }
    Ok((cells, period))
}

/// By what each colour is multiplied for gray to be gray: the smallest factor is 1, so that what is
/// white in all colours stays so.
fn balance(image: &RawImage) -> [f32; 3] {
    let [red, green, blue, _] = image.wb_coeffs;
    let factors = [red, green, blue];
    let smallest = factors.into_iter().fold(f32::INFINITY, f32::min);
    let is_sensible = factors.iter().all(|factor| *factor > 0.0 && *factor <= 64.0 * smallest);
    if is_sensible { factors.map(|factor| factor / smallest) } else { [1.0; 3] }
}

/// How the camera sees XYZ, in the daylight of sRGB or the light that is next to it.
fn matrix(image: &RawImage) -> Option<Matrix> {
    let nearest = [
        Illuminant::D65,
        Illuminant::D55,
        Illuminant::D50,
        Illuminant::D75,
        Illuminant::Daylight,
        Illuminant::FineWeather,
        Illuminant::Flash,
        Illuminant::C,
        Illuminant::B,
        Illuminant::A,
    ];
    let numbers = nearest.iter().find_map(|light| image.color_matrix.get(light))?;
    let rows = numbers.as_chunks::<3>().0;
    rows.try_into().ok().filter(|_| numbers.len() == 9)
}
