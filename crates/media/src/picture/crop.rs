//! A part of a picture, as large as a thumbnail.

use super::error::guarded;
use super::ladder::render;
use super::raster::Raster;
use super::shrink::{fit, shrink};
use super::{Buffers, Error, Header, Limits, Variant, jpeg};

/// A part of a picture in pixels as shown, from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From the left edge.
    pub left: u32,
    /// From the top edge.
    pub top: u32,
    /// Pixels across, at least one.
    pub width: u32,
    /// Pixels down, at least one.
    pub height: u32,
}

impl Part {
    /// A square around this part with half as much again on it, for a face to be looked at: as far
    /// as a picture of this size has room.
    #[must_use]
    pub fn with_margin(self, (width, height): (u32, u32)) -> Self {
        let longest = self.width.max(self.height);
        let side = longest.saturating_add(longest / 2);
        let along = |from: u32, length: u32, limit: u32| {
            let side = side.min(limit);
            let middle = u64::from(from) + u64::from(length) / 2;
            let begin = middle.saturating_sub(u64::from(side) / 2);
            (u32::try_from(begin).unwrap_or(limit).min(limit - side), side)
        };
        let (left, width) = along(self.left, self.width, width);
        let (top, height) = along(self.top, self.height, height);
        Self { left, top, width, height }
    }

    /// The same part of a picture that was shrunk from one size to another.
    fn scaled(self, from: (u32, u32), to: (u32, u32)) -> Self {
        let along = |begin: u32, length: u32, from: u32, to: u32| {
            let scale = |at: u32| {
                let at = u64::from(at.min(from)) * u64::from(to) / u64::from(from.max(1));
                u32::try_from(at).unwrap_or(to)
            };
            let begin_scaled = scale(begin).min(to.saturating_sub(1));
            let end = scale(begin.saturating_add(length)).max(begin_scaled + 1);
            (begin_scaled, end - begin_scaled)
        };
        let (left, width) = along(self.left, self.width, from.0, to.0);
        let (top, height) = along(self.top, self.height, from.1, to.1);
        Self { left, top, width, height }
    }
}

/// Cuts a part out of a picture: a JPEG whose longest edge is that of a thumbnail, or less where
/// the source has no more pixels. What lies outside the picture is left out.
///
/// The whole is decoded no larger than the part needs, which a JPEG does at little cost; that costs
/// no more memory than [`Variant::Fullsize`].
pub fn crop(
    buffers: &mut Buffers,
    source: &[u8],
    orientation: u8,
    part: Part,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    guarded(|| {
        let header = Header::read(source)?;
        limits.check_size(&header)?;
        let shown = header.shown_size(orientation);
        // At its own size it loses what lies outside.
        let part = part.scaled(shown, shown);
        let wanted = Variant::Thumbnail.longest_edge().unwrap_or(u32::MAX);
        let edge = whole_edge(shown, part, wanted);
        let whole = render(buffers, source, &header, orientation, edge, limits)?.raster;
        let cut = cut(&whole, part.scaled(shown, whole.size()));
        buffers.give_back(whole.pixels);
        let size = fit(cut.size(), wanted);
        let small = shrink(buffers, cut, size)?;
        let file = jpeg::encode(&small, Variant::Thumbnail.quality())?;
        buffers.give_back(small.pixels);
        Ok(file)
    })
}

/// The longest edge of the whole at which the part has the wanted one; `None` for the source's own.
fn whole_edge(shown: (u32, u32), part: Part, wanted: u32) -> Option<u32> {
    let longest = u64::from(shown.0.max(shown.1));
    let of_part = u64::from(part.width.max(part.height).max(1));
    let edge = (longest * u64::from(wanted)).div_ceil(of_part);
    u32::try_from(edge).ok().filter(|edge| u64::from(*edge) < longest)
}

/// That part of a picture, in which it lies.
pub(super) fn cut(whole: &Raster, part: Part) -> Raster {
    let channels = whole.layout.channels();
    let row = whole.width as usize * channels;
    let (left, length) = (part.left as usize * channels, part.width as usize * channels);
    let rows = whole.pixels.chunks_exact(row).skip(part.top as usize).take(part.height as usize);
    let pixels = rows.flat_map(|row| &row[left..left + length]).copied().collect();
    Raster { width: part.width, height: part.height, layout: whole.layout, pixels }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_margin_makes_a_square_as_far_as_there_is_room() {
        let part = |left, top, width, height| Part { left, top, width, height };
        let around = |face: Part| face.with_margin((400, 300));
        assert_eq!(around(part(100, 100, 40, 60)), part(75, 85, 90, 90));
        assert_eq!(around(part(0, 0, 40, 60)), part(0, 0, 90, 90), "in a corner");
        assert_eq!(around(part(380, 290, 20, 10)), part(370, 270, 30, 30), "in the other");
        assert_eq!(around(part(0, 0, 400, 300)), part(0, 0, 400, 300), "all of it");
    }

    proptest! {
        #[test]
        fn parts_stay_inside(
            (width, height) in (1u32..70_000, 1u32..70_000),
            (left, top, w, h) in (any::<u32>(), any::<u32>(), 1u32.., 1u32..),
            (small_width, small_height) in (1u32..1000, 1u32..1000),
        ) {
            let inside = |part: Part, (width, height): (u32, u32)| {
                part.width > 0 && part.height > 0
                    && u64::from(part.left) + u64::from(part.width) <= u64::from(width)
                    && u64::from(part.top) + u64::from(part.height) <= u64::from(height)
            };
            let part = Part { left, top, width: w, height: h };
            prop_assert!(inside(part.with_margin((width, height)), (width, height)));
            let small = (small_width, small_height);
            prop_assert!(inside(part.scaled((width, height), small), small));
        }
    }
}
