//! Pixels on their way into a file.

/// Eight-bit RGB, row by row from the top, without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Raster {
    /// The pixels a camera held at `orientation` (EXIF 274, 1–8) would have stored for this view.
    ///
    /// Any other value leaves them as they are, as it does for those who display them.
    pub(crate) fn stored_as(self, orientation: u16) -> Self {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let (width, height) = (self.width as usize, self.height as usize);
        let turned = orientation >= 5;
        let (stored_width, stored_height) = if turned { (height, width) } else { (width, height) };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..stored_height {
            for x in 0..stored_width {
                let (from_x, from_y) = match orientation {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (width - 1 - y, x),
                    7 => (width - 1 - y, height - 1 - x),
                    _ => (y, height - 1 - x),
                };
                let start = (from_y * width + from_x) * 3;
                rgb.extend_from_slice(&self.rgb[start..start + 3]);
            }
        }
        let (width, height) =
            if turned { (self.height, self.width) } else { (self.width, self.height) };
        Self { width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three by two: A B C over D E F.
    fn letters() -> Raster {
        Raster { width: 3, height: 2, rgb: b"ABCDEF".iter().flat_map(|l| [*l; 3]).collect() }
    }

    fn rows(raster: &Raster) -> Vec<String> {
        raster
            .rgb
            .chunks(3 * raster.width as usize)
            .map(|row| row.chunks(3).map(|pixel| char::from(pixel[0])).collect())
            .collect()
    }

    /// EXIF 2.32, tag 274: where the 0th row and the 0th column of the file lie in the view.
    #[test]
    fn the_zeroth_row_and_column_lie_where_exif_says() {
        let expected: [(u16, &str, &str); 8] = [
            (1, "ABC", "AD"),
            (2, "CBA", "CF"),
            (3, "FED", "FC"),
            (4, "DEF", "DA"),
            (5, "AD", "ABC"),
            (6, "CF", "CBA"),
            (7, "FC", "FED"),
            (8, "DA", "DEF"),
        ];
        for (orientation, row, column) in expected {
            let stored = rows(&letters().stored_as(orientation));
            let first_column: String = stored.iter().filter_map(|row| row.chars().next()).collect();
            assert_eq!((stored[0].as_str(), first_column.as_str()), (row, column), "{orientation}");
        }
    }

    #[test]
    fn an_unknown_orientation_changes_nothing() {
        assert_eq!(letters().stored_as(0), letters());
        assert_eq!(letters().stored_as(9), letters());
    }
}
