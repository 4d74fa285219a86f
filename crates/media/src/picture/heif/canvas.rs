//! A picture that comes in tiles.

/// Rows of pixels that are filled tile by tile, in whatever pieces the bytes come.
#[derive(Debug)]
pub(super) struct Canvas {
    size: (usize, usize),
    tile: (usize, usize),
    columns: usize,
    bytes_per_pixel: usize,
    pixels: Vec<u8>,
    /// Bytes that have come.
    filled: usize,
}

impl Canvas {
    /// Gray wherever no tile comes to lie. No side is 0.
    pub(super) fn new(
        size: (usize, usize),
        tile: (usize, usize),
        columns: usize,
        bytes_per_pixel: usize,
    ) -> Self {
        let pixels = vec![128; size.0 * size.1 * bytes_per_pixel];
        Self { size, tile, columns, bytes_per_pixel, pixels, filled: 0 }
    }

    /// The next bytes, of tiles from left to right and from top to bottom. What sticks out of the
    /// picture is dropped.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        let row_bytes = self.tile.0 * self.bytes_per_pixel;
        while !bytes.is_empty() {
            let (row, within) = (self.filled / row_bytes, self.filled % row_bytes);
            let (piece, rest) = bytes.split_at(bytes.len().min(row_bytes - within));
            let (tile, y) = (row / self.tile.1, row % self.tile.1);
            let y = tile / self.columns * self.tile.1 + y;
            let left = tile % self.columns * row_bytes + within;
            let across = self.size.0 * self.bytes_per_pixel;
            let room = across.saturating_sub(left).min(piece.len());
            if y < self.size.1 && room > 0 {
                self.pixels[y * across + left..][..room].copy_from_slice(&piece[..room]);
            }
            self.filled += piece.len();
            bytes = rest;
        }
    }

    pub(super) const fn filled(&self) -> usize {
        self.filled
    }

    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_come_to_lie_side_by_side_in_whatever_pieces() {
        // Four tiles of 2 x 2 for a picture of 3 x 3.
        let tiles = b"aaaabbbbccccdddd";
        for length in 1..=16 {
            let mut canvas = Canvas::new((3, 3), (2, 2), 2, 1);
            tiles.chunks(length).for_each(|piece| canvas.push(piece));
            assert_eq!(canvas.filled(), 16);
            assert_eq!(canvas.into_pixels(), b"aabaabccd", "{length}");
        }
    }

    #[test]
    fn too_much_is_dropped_and_too_little_stays_gray() {
        let mut canvas = Canvas::new((2, 2), (2, 2), 1, 1);
        canvas.push(b"abcdefghijkl");
        assert_eq!(canvas.into_pixels(), b"abcd");
        let mut canvas = Canvas::new((2, 2), (1, 1), 2, 1);
        canvas.push(b"a");
        assert_eq!(canvas.into_pixels(), [b'a', 128, 128, 128]);
    }
}
