//! How a picture is to be turned, put together from mirrorings and quarter turns.

/// First perhaps mirrored left to right, then turned clockwise. The default leaves it as it is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Turn {
    is_mirrored: bool,
    /// 0–3, clockwise.
    quarters: u8,
}

impl Turn {
    /// What an EXIF orientation from 1 to 8 stands for.
    pub(super) fn of_orientation(orientation: u8) -> Option<Self> {
        let (is_mirrored, quarters) = match orientation {
            1 => (false, 0),
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => return None,
        };
        Some(Self { is_mirrored, quarters })
    }

    /// The same in EXIF's numbers, 1–8.
    pub(in super::super) fn orientation(self) -> u8 {
        match (self.is_mirrored, self.quarters) {
            (false, 1) => 6,
            (false, 2) => 3,
            (false, 3) => 8,
            (false, _) => 1,
            (true, 1) => 7,
            (true, 2) => 4,
            (true, 3) => 5,
            (true, _) => 2,
        }
    }

    /// Then turned by so many quarters against the clock.
    pub(super) fn anticlockwise(self, quarters: u8) -> Self {
        Self { quarters: (self.quarters + 4 - quarters % 4) % 4, ..self }
    }

    /// Then turned upside down.
    pub(super) fn half(self) -> Self {
        self.anticlockwise(2)
    }

    /// Then mirrored left to right.
    pub(super) fn mirrored(self) -> Self {
        Self { is_mirrored: !self.is_mirrored, quarters: (4 - self.quarters) % 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_comes_back() {
        for orientation in 1..=8 {
            let turn = Turn::of_orientation(orientation).unwrap();
            assert_eq!(turn.orientation(), orientation);
            assert_eq!(turn.mirrored().mirrored(), turn);
            assert_eq!(turn.anticlockwise(3).anticlockwise(1), turn);
            assert_eq!(turn.half().half(), turn);
        }
        assert_eq!(Turn::of_orientation(0).or(Turn::of_orientation(9)), None);
    }

    #[test]
    fn order_matters() {
        let turned_first = Turn::default().anticlockwise(1).mirrored();
        let mirrored_first = Turn::default().mirrored().anticlockwise(1);
        assert_eq!((turned_first.orientation(), mirrored_first.orientation()), (7, 5));
    }
}
