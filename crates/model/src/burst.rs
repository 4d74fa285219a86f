//! Which shots are one burst (contract 8; docs/stacks.md).
//!
//! Frames of one camera (same maker, same model) whose capture time the file says. They belong
//! together when each follows the one before within a second, three of them at least; or
//! when the camera gave them the same burst id, two at least. What a person has decided about is
//! left alone, and does not count.

use crate::{AssetId, StackId, WallClock};

/// Longest time from one frame to the next, in microseconds by the wall clock: 1 s.
const LONGEST_GAP: i64 = 1_000_000;
/// So many frames make a burst by their times alone.
const FEWEST_BY_TIME: usize = 3;
/// So many frames make a burst by the camera's id.
const FEWEST_BY_ID: usize = 2;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A shot of the camera in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The asset.
    pub id: AssetId,
    /// When it was taken, as the file says.
    pub wall: WallClock,
    /// What the camera calls its burst.
    pub burst_id: Option<String>,
    /// Who has it.
    pub hold: Hold,
}

/// Who has decided about a shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Nobody.
    Free,
    /// It is in a stack that was detected.
    Burst(StackId),
    /// A person, who stacked it or took it out of a stack.
    Person,
}

/// Frames that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burst {
    /// By capture time; none of them is a person's.
    pub frames: Vec<AssetId>,
    /// The stack they are to be in: the oldest that some are in already. `None`: a new one.
    pub stack: Option<StackId>,
}

/// The burst that the frame `id` is in. `frames` are those of its camera around it, by capture time.
pub fn burst_of(frames: &[Frame], id: AssetId) -> Option<Burst> {
    let at = frames.iter().position(|frame| frame.id == id)?;
    let (by_time, by_id) = (run(frames, at), same_id(frames, at));
    let free = |indices: Vec<usize>| -> Vec<usize> {
        indices.into_iter().filter(|&index| frames[index].hold != Hold::Person).collect()
    };
    let stack_in = |indices: &[usize]| {
        let known = |&index: &usize| match frames[index].hold {
            Hold::Burst(stack) => Some(stack),
            Hold::Free | Hold::Person => None,
        };
        indices.iter().filter_map(known).min()
    };
    let mut together = Vec::new();
    for (indices, fewest) in [(free(by_time), FEWEST_BY_TIME), (free(by_id), FEWEST_BY_ID)] {
        if indices.len() >= fewest {
            together.extend(indices);
        }
    }
    together.sort_unstable();
    together.dedup();
    together.contains(&at).then(|| Burst {
        stack: stack_in(&together),
        frames: together.iter().map(|&index| frames[index].id).collect(),
    })
}

/// Each frame within the gap of the next, around the one at `at`.
fn run(frames: &[Frame], at: usize) -> Vec<usize> {
    let follows = |index: &usize| {
        let (before, after) = (&frames[*index - 1], &frames[*index]);
        has_time_of_day(before)
            && has_time_of_day(after)
            && after.wall.micros() - before.wall.micros() <= LONGEST_GAP
    };
    let first = (1..=at).rev().take_while(follows).last().map_or(at, |index| index - 1);
    let last = (at + 1..frames.len()).take_while(follows).last().unwrap_or(at);
    (first..=last).collect()
}

/// Midnight to the microsecond is what scanners and programs write that know the day only.
fn has_time_of_day(frame: &Frame) -> bool {
    frame.wall.micros().rem_euclid(DAY) != 0
}

fn same_id(frames: &[Frame], at: usize) -> Vec<usize> {
    let Some(id) = &frames[at].burst_id else { return Vec::new() };
    (0..frames.len()).filter(|&index| frames[index].burst_id.as_ref() == Some(id)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const NOON: i64 = DAY / 2;

    fn asset(number: usize) -> AssetId {
        AssetId::from_uuid(Uuid::from_u128(number as u128))
    }

    fn stack(number: usize) -> StackId {
        StackId::from_uuid(Uuid::from_u128(number as u128))
    }

    fn frame(number: usize, milliseconds: i64, burst_id: Option<&str>, hold: Hold) -> Frame {
        let wall = WallClock::from_micros(NOON + milliseconds * 1000);
        Frame { id: asset(number), wall, burst_id: burst_id.map(str::to_owned), hold }
    }

    /// Frames at these milliseconds, with nothing else known.
    fn at(times: &[i64]) -> Vec<Frame> {
        times.iter().enumerate().map(|(index, &ms)| frame(index, ms, None, Hold::Free)).collect()
    }

    #[track_caller]
    fn check(frames: &[Frame], of: usize, expected: &[usize]) {
        let found = burst_of(frames, asset(of)).map(|burst| burst.frames).unwrap_or_default();
        assert_eq!(found, expected.iter().copied().map(asset).collect::<Vec<_>>());
    }

    #[test]
    fn three_within_a_second_of_each_other() {
        check(&at(&[0, 1000, 2000]), 1, &[0, 1, 2]);
        check(&at(&[0, 1000, 2001]), 1, &[]);
        check(&at(&[0, 900]), 0, &[]);
        check(&at(&[0, 300, 600, 5000, 5300]), 2, &[0, 1, 2]);
        check(&at(&[0, 300, 600, 5000, 5300]), 4, &[]);
        check(&at(&[0, 0, 0]), 0, &[0, 1, 2]);
    }

    #[test]
    fn the_cameras_word_is_enough_for_two() {
        let named = |ids: &[Option<&str>]| -> Vec<Frame> {
            let far = |index: usize| 10_000 * i64::try_from(index).unwrap();
            let all = ids.iter().copied().enumerate();
            all.map(|(index, id)| frame(index, far(index), id, Hold::Free)).collect()
        };
        check(&named(&[Some("a"), None, Some("a"), Some("b")]), 0, &[0, 2]);
        check(&named(&[Some("a"), None, Some("a"), Some("b")]), 3, &[]);
        check(&named(&[None, None]), 0, &[]);
    }

    #[test]
    fn a_day_is_no_time() {
        let midnight = |number: usize| Frame {
            wall: WallClock::from_micros(DAY),
            ..frame(number, 0, None, Hold::Free)
        };
        check(&[midnight(0), midnight(1), midnight(2)], 1, &[]);
    }

    #[test]
    fn what_is_a_persons_is_left_alone() {
        let mut frames = at(&[0, 500, 1000, 1500]);
        frames[1].hold = Hold::Person;
        check(&frames, 0, &[0, 2, 3]);
        check(&frames, 1, &[]);
        frames[2].hold = Hold::Person;
        check(&frames, 0, &[]);
    }

    #[test]
    fn a_known_burst_grows_and_two_become_the_older() {
        let mut frames = at(&[0, 500, 1000, 1500]);
        frames[0].hold = Hold::Burst(stack(7));
        frames[3].hold = Hold::Burst(stack(5));
        let found = burst_of(&frames, asset(1)).unwrap();
        assert_eq!((found.frames.len(), found.stack), (4, Some(stack(5))));
    }

    /// Frames arrive one after the other, and each is looked at when it does.
    fn arrive(order: &[usize], all: &[Frame]) -> BTreeSet<BTreeSet<AssetId>> {
        let mut here: Vec<Frame> = Vec::new();
        for (number, &index) in order.iter().enumerate() {
            here.push(all[index].clone());
            here.sort_by_key(|frame| (frame.wall.micros(), frame.id));
            if let Some(burst) = burst_of(&here, all[index].id) {
                let into = burst.stack.unwrap_or(stack(number));
                let merged: Vec<Hold> = here
                    .iter()
                    .filter(|frame| burst.frames.contains(&frame.id))
                    .map(|frame| frame.hold)
                    .filter(|hold| *hold != Hold::Free)
                    .collect();
                for frame in &mut here {
                    if burst.frames.contains(&frame.id) || merged.contains(&frame.hold) {
                        frame.hold = Hold::Burst(into);
                    }
                }
            }
        }
        let mut stacks = std::collections::BTreeMap::<StackId, BTreeSet<AssetId>>::new();
        for frame in here {
            if let Hold::Burst(stack) = frame.hold {
                stacks.entry(stack).or_default().insert(frame.id);
            }
        }
        stacks.into_values().collect()
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            gaps in prop::collection::vec(0_i64..2500, 1..12),
            names in prop::collection::vec(prop::option::weighted(0.2, 0..2_usize), 12),
            shuffle in prop::collection::vec(any::<u32>(), 12),
        ) {
            let mut time = 0;
            let all: Vec<Frame> = gaps.iter().enumerate().map(|(index, gap)| {
                time += gap;
                frame(index, time, names[index].map(|name| ["a", "b"][name]), Hold::Free)
            }).collect();
            let in_order: Vec<usize> = (0..all.len()).collect();
            let mut any_order = in_order.clone();
            any_order.sort_by_key(|&index| shuffle[index]);
            prop_assert_eq!(arrive(&in_order, &all), arrive(&any_order, &all));
        }

        #[test]
        fn looking_twice_finds_the_same(times in prop::collection::vec(0_i64..9000, 1..12)) {
            let mut times = times;
            times.sort_unstable();
            let frames = at(&times);
            for index in 0..frames.len() {
                let Some(found) = burst_of(&frames, asset(index)) else { continue };
                let mut known = frames.clone();
                for frame in &mut known {
                    if found.frames.contains(&frame.id) {
                        frame.hold = Hold::Burst(stack(1));
                    }
                }
                let again = burst_of(&known, asset(index)).unwrap();
                prop_assert_eq!((again.frames, again.stack), (found.frames, Some(stack(1))));
            }
        }
    }
}
