//! Behind a filter each sample is of one colour; here pixels get all three.
//!
//! A smaller picture takes blocks of samples as its pixels, which is both the fastest and the best. A
//! whole one guesses the two colours that are missing: for the filter of Bayer as H. Malvar, L. He and
//! R. Cutler do ("High-quality linear interpolation for demosaicing of Bayer-patterned color images",
//! 2004), for others by the mean of what is near.

use super::sensor::Sensor;

/// How far around a pixel the whole picture looks, in samples.
const REACH: usize = 2;
/// Rows and columns that it looks at.
const WINDOW: usize = 2 * REACH + 1;
/// Rows and columns that a sensor has at least, to be developed.
pub(super) const SMALLEST_SIDE: usize = 2 * WINDOW;

/// How many pixels stand for one when a picture of this longest edge is wanted: 1 for all that is
/// there, as for an edge of 0.
pub(super) fn block(sensor: &Sensor<'_>, longest_edge: usize) -> usize {
    let (width, height) = sensor.size();
    let fitting = width.max(height).checked_div(longest_edge).unwrap_or(1);
    let fitting = fitting.min(width).min(height);
    let smallest = smallest_block(sensor);
    (fitting / smallest * smallest).max(1)
}

/// The side of a block that has all colours, in pixels. In six by six of Fujifilm's there are four.
pub(super) fn smallest_block(sensor: &Sensor<'_>) -> usize {
    match (sensor.channels, sensor.period()) {
        (3, _) => 1,
        (_, (6, 6)) => 3,
        (_, (width, height)) => width.max(height),
    }
}

/// Gives row by row a picture that is so many times smaller; what is left at the edges is dropped.
pub(super) fn blocks(sensor: &Sensor<'_>, across: usize, add: &mut impl FnMut(&[[f32; 3]])) {
    let (width, height) = (sensor.size().0 / across, sensor.size().1 / across);
    let mut samples = Vec::new();
    let mut sums = vec![[(0.0_f32, 0.0_f32); 3]; width];
    let mut row = Vec::with_capacity(width);
    for y in 0..height {
        sums.fill([(0.0, 0.0); 3]);
        for y in y * across..(y + 1) * across {
            sensor.read_row(y, &mut samples);
            let of_block = samples.chunks_exact(across * sensor.channels);
            for (n, (samples, sums)) in of_block.zip(&mut sums).enumerate() {
                for (x, sample) in samples.iter().enumerate() {
                    let colour =
                        if sensor.channels == 3 { x % 3 } else { sensor.colour(n * across + x, y) };
                    sums[colour].0 += sample;
                    sums[colour].1 += 1.0;
                }
            }
        }
        row.clear();
        row.extend(sums.iter().map(|sums| sums.map(|(sum, count)| sum / count.max(1.0))));
        add(&row);
    }
}

/// Gives the picture row by row.
pub(super) fn whole(sensor: &Sensor<'_>, add: &mut impl FnMut(&[[f32; 3]])) {
    let (width, height) = sensor.size();
    let (across, down) = sensor.period();
    let recipes = if sensor.channels == 3 { Vec::new() } else { recipes(sensor) };
    let mut rows: [Vec<f32>; WINDOW] = Default::default();
    let mut read = 0;
    let mut row = Vec::with_capacity(width);
    for y in 0..height {
        if sensor.channels == 3 {
            sensor.read_row(y, &mut rows[0]);
            add(rows[0].as_chunks::<3>().0);
            continue;
        }
        // At the edges there is nothing beyond: they look like what is next to them.
        let y = y.clamp(REACH, height - 1 - REACH);
        while read <= y + REACH {
            sensor.read_row(read, &mut rows[read % WINDOW]);
            read += 1;
        }
        let window: [&[f32]; WINDOW] =
            std::array::from_fn(|line| rows[(y - REACH + line) % WINDOW].as_slice());
        row.clear();
        row.extend((0..width).map(|x| {
            let x = x.clamp(REACH, width - 1 - REACH);
            let recipe = &recipes[y % down * across + x % across];
            recipe.each_ref().map(|parts| {
                let part = |part: &Part| window[part.line][x + part.column - REACH] * part.weight;
                parts.iter().map(part).sum::<f32>().clamp(0.0, 1.0)
            })
        }));
        add(&row);
    }
}

/// A sample of the window and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    line: usize,
    column: usize,
    weight: f32,
}

/// What red, green and blue are made of at each place of the pattern.
fn recipes(sensor: &Sensor<'_>) -> Vec<[Vec<Part>; 3]> {
    let (across, down) = sensor.period();
    let is_bayer = (across, down) == (2, 2);
    let places = (0..down).flat_map(|y| (0..across).map(move |x| (x, y)));
    places
        .map(|(x, y)| {
            // One period further on, so that nothing lies before the first.
            let (x, y) = (x + across * REACH, y + down * REACH);
            let at =
                |line: usize, column: usize| sensor.colour(x + column - REACH, y + line - REACH);
            [0, 1, 2].map(|colour| if is_bayer { bayer(&at, colour) } else { nearby(&at, colour) })
        })
        .collect()
}

/// Figure 2 of the paper, in sixteenths.
fn bayer(at: &impl Fn(usize, usize) -> usize, wanted: usize) -> Vec<Part> {
    const GREEN_AT_OTHERS: [[i8; 5]; 5] =
        [[0, 0, -2, 0, 0], [0, 0, 4, 0, 0], [-2, 4, 8, 4, -2], [0, 0, 4, 0, 0], [0, 0, -2, 0, 0]];
    const BESIDE_GREEN: [[i8; 5]; 5] = [
        [0, 0, 1, 0, 0],
        [0, -2, 0, -2, 0],
        [-2, 8, 10, 8, -2],
        [0, -2, 0, -2, 0],
        [0, 0, 1, 0, 0],
    ];
    const ACROSS: [[i8; 5]; 5] =
        [[0, 0, -3, 0, 0], [0, 4, 0, 4, 0], [-3, 0, 12, 0, -3], [0, 4, 0, 4, 0], [0, 0, -3, 0, 0]];
    const ITSELF: [[i8; 5]; 5] = {
        let mut only = [[0; 5]; 5];
        only[REACH][REACH] = 16;
        only
    };
    let here = at(REACH, REACH);
    let (table, is_turned) = if here == wanted {
        (ITSELF, false)
    } else if wanted == 1 {
        (GREEN_AT_OTHERS, false)
    } else if here == 1 {
        (BESIDE_GREEN, at(REACH, REACH + 1) != wanted)
    } else {
        (ACROSS, false)
    };
    let weight = |line: usize, column: usize| {
        f32::from(if is_turned { table[column][line] } else { table[line][column] }) / 16.0
    };
    window()
        .map(|(line, column)| Part { line, column, weight: weight(line, column) })
        .filter(|part| part.weight != 0.0)
        .collect()
}

/// The samples of that colour around a pixel, the nearer the more; its own where it has that colour.
fn nearby(at: &impl Fn(usize, usize) -> usize, wanted: usize) -> Vec<Part> {
    if at(REACH, REACH) == wanted {
        return vec![Part { line: REACH, column: REACH, weight: 1.0 }];
    }
    let mut parts: Vec<Part> = window()
        .filter(|(line, column)| at(*line, *column) == wanted)
        .map(|(line, column)| {
            let (down, across) = (line.abs_diff(REACH), column.abs_diff(REACH));
            #[expect(clippy::cast_precision_loss, reason = "at most eight")]
            let weight = 1.0 / (down * down + across * across) as f32;
            Part { line, column, weight }
        })
        .collect();
    let sum: f32 = parts.iter().map(|part| part.weight).sum();
    for part in &mut parts {
        part.weight /= sum;
    }
    parts
}

fn window() -> impl Iterator<Item = (usize, usize)> {
    (0..WINDOW).flat_map(|line| (0..WINDOW).map(move |column| (line, column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAYER: [&str; 4] = ["RGGB", "BGGR", "GRBG", "GBRG"];
    const XTRANS: &str = "GBGGRGRGRBGBGBGGRGGRGGBGBGBRGRGRGGBG";

    fn place(letter: char) -> usize {
        "RGB".find(letter).unwrap()
    }

    /// The colours around each place of a pattern.
    fn around(pattern: &str, side: usize) -> Vec<impl Fn(usize, usize) -> usize + use<>> {
        let colours: Vec<usize> = pattern.chars().map(place).collect();
        let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        places
            .map(|(x, y)| {
                let colours = colours.clone();
                move |line: usize, column: usize| {
                    let (x, y) =
                        (x + column + side * REACH - REACH, y + line + side * REACH - REACH);
                    colours[y % side * side + x % side]
                }
            })
            .collect()
    }

    #[test]
    fn an_even_colour_stays_what_it_is() {
        let colour = [0.7, 0.4, 0.2];
        let seen = |at: &dyn Fn(usize, usize) -> usize, parts: &[Part]| -> f32 {
            parts.iter().map(|part| colour[at(part.line, part.column)] * part.weight).sum()
        };
        let check = |at: &dyn Fn(usize, usize) -> usize, parts: &[Part], wanted: usize| {
            let is = seen(at, parts);
            assert!((is - colour[wanted]).abs() < 1e-6, "{wanted}: {is}");
        };
        for at in BAYER.into_iter().flat_map(|pattern| around(pattern, 2)) {
            (0..3).for_each(|wanted| check(&at, &bayer(&at, wanted), wanted));
        }
        for at in around(XTRANS, 6) {
            (0..3).for_each(|wanted| check(&at, &nearby(&at, wanted), wanted));
        }
    }

    #[test]
    fn colours_of_bayer_are_taken_from_where_they_are() {
        // Green with red on both sides: red comes from left and right.
        let at = &around("RGGB", 2)[1];
        let red: Vec<_> = bayer(at, 0).into_iter().filter(|part| part.weight > 0.4).collect();
        let places: Vec<_> = red.iter().map(|part| (part.line, part.column)).collect();
        assert_eq!(places, [(2, 1), (2, 2), (2, 3)]);
        let blue: Vec<_> = bayer(at, 2).into_iter().filter(|part| part.weight > 0.4).collect();
        let places: Vec<_> = blue.iter().map(|part| (part.line, part.column)).collect();
        assert_eq!(places, [(1, 2), (2, 2), (3, 2)]);
    }
}
