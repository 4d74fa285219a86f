//! A clean aperture: what of a coded picture is meant to be seen (ISO/IEC 14496-12, 12.1.4).

use crate::bytes::Fields;

/// Width, height, and how far its middle lies from the middle of the picture, each as numerator and
/// denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aperture([(i32, i32); 4]);

impl Aperture {
    /// Reads the content of a `clap` box.
    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let mut fields = Fields(content);
        let mut number = || Some(fields.number32()?.cast_signed());
        let mut fraction = || Some((number()?, number()?));
        Some(Self([fraction()?, fraction()?, fraction()?, fraction()?]))
    }

    /// Left edge, top edge, width and height in pixels. `None` when it does not lie inside a picture of
    /// that size.
    pub(crate) fn of(self, (width, height): (u32, u32)) -> Option<(u32, u32, u32, u32)> {
        let [length, depth, across, down] = self.0;
        let (left, length) = along(length, across, width)?;
        let (top, depth) = along(depth, down, height)?;
        Some((left, top, length, depth))
    }
}

fn along(length: (i32, i32), offset: (i32, i32), whole: u32) -> Option<(u32, u32)> {
    let ratio =
        |(over, under): (i32, i32)| (under != 0).then(|| f64::from(over) / f64::from(under));
    let (length, whole) = (ratio(length)?.round(), f64::from(whole));
    let begin = (ratio(offset)? + (whole - length) / 2.0).round();
    let inside = length >= 1.0 && begin >= 0.0 && begin + length <= whole;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both lie between 0 and a u32"
    )]
    inside.then_some((begin as u32, length as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lies_inside_the_picture_or_is_none() {
        let of = |numbers| Aperture(numbers).of((160, 120));
        assert_eq!(of([(40, 1), (120, 2), (40, 1), (0, 1)]), Some((100, 30, 40, 60)));
        assert_eq!(of([(160, 1), (120, 1), (0, 1), (0, 1)]), Some((0, 0, 160, 120)));
        assert_eq!(of([(161, 1), (120, 1), (0, 1), (0, 1)]), None);
        assert_eq!(of([(40, 1), (60, 1), (80, 1), (0, 1)]), None);
        assert_eq!(of([(40, 0), (60, 1), (0, 1), (0, 1)]), None);
        assert_eq!(of([(-40, 1), (60, 1), (0, 1), (0, 1)]), None);
        assert_eq!(of([(i32::MAX, 1), (60, 1), (i32::MIN, 1), (0, 1)]), None);
        assert_eq!(Aperture::read(&[0; 31]), None);
    }
}
