//! EXIF orientation (tag 0x0112): how stored pixels become the picture as it was seen.

use super::raster::{Layout, Raster};

/// Rows and columns handled together, so that both sides of a turn stay in the cache.
const TILE: usize = 32;

/// The size at which a stored picture is shown. Values outside 1–8 mean "as stored".
pub(super) const fn shown_size((width, height): (u32, u32), orientation: u8) -> (u32, u32) {
    if swaps_axes(orientation) { (height, width) } else { (width, height) }
}

/// The picture upright.
pub(super) fn upright(raster: Raster, orientation: u8) -> Raster {
    if !matches!(orientation, 2..=8) {
        return raster;
    }
    let turn = Turn {
        width: raster.width as usize,
        height: raster.height as usize,
        swap: swaps_axes(orientation),
        flip_x: matches!(orientation, 2 | 3 | 7 | 8),
        flip_y: matches!(orientation, 3 | 4 | 6 | 7),
    };
    let mut pixels = vec![0; raster.pixels.len()];
    match raster.layout {
        Layout::Gray => turn.copy::<1>(&raster.pixels, &mut pixels),
        Layout::Rgb => turn.copy::<3>(&raster.pixels, &mut pixels),
        Layout::Cmyk => turn.copy::<4>(&raster.pixels, &mut pixels),
    }
    let (width, height) = shown_size(raster.size(), orientation);
    Raster { width, height, layout: raster.layout, pixels }
}

/// The orientation that does both, one after the other.
pub(super) fn both(first: u8, then: u8) -> u8 {
    // Four different corners tell all eight apart.
    let corners = || Raster { width: 2, height: 2, layout: Layout::Gray, pixels: vec![0, 1, 2, 3] };
    let shown = upright(upright(corners(), first), then);
    (1..=8).find(|both| upright(corners(), *both) == shown).unwrap_or(1)
}

const fn swaps_axes(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

struct Turn {
    width: usize,
    height: usize,
    swap: bool,
    flip_x: bool,
    flip_y: bool,
}

impl Turn {
    fn copy<const CHANNELS: usize>(&self, from: &[u8], to: &mut [u8]) {
        let from = from.as_chunks::<CHANNELS>().0;
        let to = to.as_chunks_mut::<CHANNELS>().0;
        let (width, height) =
            if self.swap { (self.height, self.width) } else { (self.width, self.height) };
        for top in (0..height).step_by(TILE) {
            for left in (0..width).step_by(TILE) {
                for y in top..height.min(top + TILE) {
                    for x in left..width.min(left + TILE) {
                        to[y * width + x] = from[self.source_of(x, y)];
                    }
                }
            }
        }
    }

    /// Where the pixel shown at `x`, `y` is stored.
    fn source_of(&self, x: usize, y: usize) -> usize {
        let (x, y) = if self.swap { (y, x) } else { (x, y) };
        let x = if self.flip_x { self.width - 1 - x } else { x };
        let y = if self.flip_y { self.height - 1 - y } else { y };
        y * self.width + x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every orientation of an F, as a camera held that way stores it (EXIF 2.32, 4.6.4 A).
    const STORED: [(u8, &str); 8] = [
        (1, "###\n#..\n##.\n#..\n#.."),
        (2, "###\n..#\n.##\n..#\n..#"),
        (3, "..#\n..#\n.##\n..#\n###"),
        (4, "#..\n#..\n##.\n#..\n###"),
        (5, "#####\n#.#..\n#...."),
        (6, "#....\n#.#..\n#####"),
        (7, "....#\n..#.#\n#####"),
        (8, "#####\n..#.#\n....#"),
    ];

    fn picture(text: &str, layout: Layout) -> Raster {
        let rows: Vec<_> = text.lines().collect();
        let side = |count: usize| u32::try_from(count).unwrap();
        let pixels = rows
            .concat()
            .bytes()
            .flat_map(|dot| {
                (0..layout.channels())
                    .map(move |channel| dot.wrapping_add(u8::try_from(channel).unwrap()))
            })
            .collect();
        Raster { width: side(rows[0].len()), height: side(rows.len()), layout, pixels }
    }

    #[test]
    fn all_eight_show_the_same_f() {
        for layout in [Layout::Gray, Layout::Rgb, Layout::Cmyk] {
            for (orientation, stored) in STORED {
                let shown = upright(picture(stored, layout), orientation);
                assert_eq!(shown, picture(STORED[0].1, layout), "{orientation} {layout:?}");
            }
        }
    }

    #[test]
    fn other_values_mean_as_stored() {
        for orientation in [0, 9, 255] {
            let stored = picture(STORED[5].1, Layout::Rgb);
            assert_eq!(upright(stored.clone(), orientation), stored);
            assert_eq!(shown_size((5, 3), orientation), (5, 3));
        }
    }

    #[test]
    fn two_turns_are_one() {
        for (first, then) in (1..=8).flat_map(|first| (1..=8).map(move |then| (first, then))) {
            let stored = picture(STORED[0].1, Layout::Gray);
            let shown = upright(upright(stored.clone(), first), then);
            assert_eq!(upright(stored, both(first, then)), shown, "{first} {then}");
        }
        assert_eq!((both(6, 8), both(6, 6), both(1, 7)), (1, 3, 7));
    }

    #[test]
    fn pictures_larger_than_a_tile_turn_back_again() {
        let pixels: Vec<u8> = (0..71 * 45).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let stored = Raster { width: 71, height: 45, layout: Layout::Gray, pixels };
        for (there, back) in [(2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6)] {
            let turned = upright(stored.clone(), there);
            assert_ne!(turned, stored, "{there}");
            assert_eq!(upright(turned, back), stored, "{there}");
        }
    }
}
