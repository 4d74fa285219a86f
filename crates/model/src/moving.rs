//! Assets go from one library into another (contract 3.10).

use crate::named::named;

named! {
/// Why an asset stays where it is.
pub enum MoveFailure {
    /// Unknown, in the trash, or not theirs to know.
    Unavailable = "unavailable",
    /// It is not in the source library, nor in the destination.
    ChangedSource = "changed_source",
    /// The destination holds the same upload, be it in its trash.
    Duplicate = "duplicate",
    /// The destination has no room for it.
    Quota = "quota",
}
}

/// What became of an asset that was to go into another library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveOutcome {
    /// It is in the destination now.
    Moved,
    /// It was there already.
    AlreadyThere,
    /// It is where it was.
    Failed(MoveFailure),
}

/// Where an asset is, as far as whoever moves it may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// Live in the library it is to leave.
    Source {
        /// Bytes of all its versions.
        bytes: i64,
        /// Whether the destination holds the same upload.
        is_duplicate: bool,
    },
    /// Live in the library it is to go to.
    Destination,
    /// Live in another library they read.
    Elsewhere,
    /// In the trash, in a library they do not read, or nowhere at all.
    Nowhere,
}

/// How many bytes still fit into a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// `None`: as many as there may be.
    left: Option<i64>,
}

impl Room {
    /// What these caps leave: each a limit, if there is one, and the bytes that count against it.
    pub fn under(caps: impl IntoIterator<Item = (Option<i64>, i64)>) -> Self {
        let left =
            |(limit, used): (Option<i64>, i64)| limit.map(|limit| limit.saturating_sub(used));
        Self { left: caps.into_iter().filter_map(left).min() }
    }

    /// Takes `bytes` of it; does nothing and says no when they do not fit.
    fn take(&mut self, bytes: i64) -> bool {
        match &mut self.left {
            Some(left) if *left < bytes => return false,
            Some(left) => *left -= bytes,
            None => {}
        }
        true
    }
}

/// What becomes of an asset. One that moves takes its part of `room`, so those that are asked for
/// first get it.
pub fn move_outcome(whereabouts: Whereabouts, room: &mut Room) -> MoveOutcome {
    let failed = MoveOutcome::Failed;
    match whereabouts {
        Whereabouts::Nowhere => failed(MoveFailure::Unavailable),
        Whereabouts::Elsewhere => failed(MoveFailure::ChangedSource),
        Whereabouts::Destination => MoveOutcome::AlreadyThere,
        Whereabouts::Source { is_duplicate: true, .. } => failed(MoveFailure::Duplicate),
        Whereabouts::Source { bytes, .. } if !room.take(bytes) => failed(MoveFailure::Quota),
        Whereabouts::Source { .. } => MoveOutcome::Moved,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn here(bytes: i64) -> Whereabouts {
        Whereabouts::Source { bytes, is_duplicate: false }
    }

    const FULL: MoveOutcome = MoveOutcome::Failed(MoveFailure::Quota);

    #[test]
    fn the_first_ones_get_the_room() {
        let mut room = Room::under([(Some(100), 40), (None, 7), (Some(1000), 10)]);
        let outcomes = [50, 20, 10, 1].map(|bytes| move_outcome(here(bytes), &mut room));
        assert_eq!(outcomes, [MoveOutcome::Moved, FULL, MoveOutcome::Moved, FULL]);
        let mut unlimited = Room::under([(None, i64::MAX)]);
        assert_eq!(move_outcome(here(i64::MAX), &mut unlimited), MoveOutcome::Moved);
        let mut over = Room::under([(Some(10), 50)]);
        assert_eq!(move_outcome(here(1), &mut over), FULL);
    }

    #[test]
    fn what_does_not_move_takes_no_room() {
        let mut room = Room::under([(Some(10), 0)]);
        let duplicate = Whereabouts::Source { bytes: 10, is_duplicate: true };
        for other in [duplicate, Whereabouts::Destination, Whereabouts::Elsewhere] {
            assert_ne!(move_outcome(other, &mut room), MoveOutcome::Moved);
        }
        assert_eq!(move_outcome(here(10), &mut room), MoveOutcome::Moved);
    }

    proptest! {
        #[test]
        fn no_cap_is_overrun(
            caps in prop::collection::vec((prop::option::of(0..1000_i64), 0..1000_i64), 0..3),
            sizes in prop::collection::vec(1..300_i64, 0..20),
        ) {
            let mut room = Room::under(caps.clone());
            let moved: i64 = sizes.iter().copied()
                .filter(|&bytes| move_outcome(here(bytes), &mut room) == MoveOutcome::Moved)
                .sum();
            for (limit, used) in caps {
                prop_assert!(moved == 0 || limit.is_none_or(|limit| used + moved <= limit));
            }
        }
    }
}
