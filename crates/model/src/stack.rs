//! Stacks: shots of one moment, shown as one (contract 8).

use crate::named::named;
use crate::{AssetId, Instant, LibraryId, StackId};

named! {
/// Who decides about a stack.
pub enum Origin {
    /// The burst detector made it, and lets it grow.
    AutoBurst = "auto_burst",
    /// A person made or changed it; nobody else touches it.
    User = "user",
}
}

/// A stack. It has at least [`Stack::FEWEST`] members, trashed ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name for ever.
    pub id: StackId,
    /// Where it and all its members live.
    pub library_id: LibraryId,
    /// Who decides about it.
    pub origin: Origin,
    /// The member a person chose as its cover; may be in the trash.
    pub primary: Option<AssetId>,
    /// Live members.
    pub asset_count: i64,
    /// When it was made.
    pub created_at: Instant,
    /// Moves with every change of members, cover or origin.
    pub updated_at: Instant,
}

impl Stack {
    /// With fewer members there is no stack.
    pub const FEWEST: usize = 2;
}

/// The members of a stack, trashed ones included, and its cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pile {
    /// The stack.
    pub id: StackId,
    /// Chosen by a person.
    pub cover: Option<AssetId>,
    /// In any order, each once.
    pub members: Vec<AssetId>,
}

/// What becomes of a stack that members have left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The stack.
    pub id: StackId,
    /// Who is left; when the stack is dissolved, they are in none.
    pub rest: Vec<AssetId>,
    /// Whether too few are left.
    pub is_dissolved: bool,
    /// The cover that is left.
    pub cover: Option<AssetId>,
}

/// What becomes of a stack when `leaving` leave it; `None` when none of them is in it.
pub fn remains(pile: &Pile, leaving: &[AssetId]) -> Option<Remains> {
    let stays = |asset: &AssetId| !leaving.contains(asset);
    let rest: Vec<AssetId> = pile.members.iter().copied().filter(stays).collect();
    (rest.len() < pile.members.len()).then(|| Remains {
        id: pile.id,
        is_dissolved: rest.len() < Stack::FEWEST,
        cover: pile.cover.filter(stays),
        rest,
    })
}

/// What happens when assets come together in one stack: who joins its `members`, and what becomes
/// of the `others`, the stacks the assets were in. A stack whose cover joins comes along whole.
pub fn gather(
    members: &[AssetId],
    wanted: &[AssetId],
    others: &[Pile],
) -> (Vec<AssetId>, Vec<Remains>) {
    let folded = others
        .iter()
        .filter(|pile| pile.cover.is_some_and(|cover| wanted.contains(&cover)))
        .flat_map(|pile| &pile.members);
    let mut joined: Vec<AssetId> = Vec::new();
    for asset in wanted.iter().chain(folded) {
        if !members.contains(asset) && !joined.contains(asset) {
            joined.push(*asset);
        }
    }
    let left = others.iter().filter_map(|pile| remains(pile, &joined)).collect();
    (joined, left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn asset(number: u128) -> AssetId {
        AssetId::from_uuid(Uuid::from_u128(number))
    }

    fn pile(number: u128, cover: Option<u128>, members: &[u128]) -> Pile {
        Pile {
            id: StackId::from_uuid(Uuid::from_u128(number)),
            cover: cover.map(asset),
            members: members.iter().copied().map(asset).collect(),
        }
    }

    fn assets(numbers: &[u128]) -> Vec<AssetId> {
        numbers.iter().copied().map(asset).collect()
    }

    #[test]
    fn who_is_no_cover_comes_alone() {
        let other = pile(1, Some(11), &[10, 11, 12]);
        let (joined, left) = gather(&[], &assets(&[10, 20]), &[other]);
        assert_eq!(joined, assets(&[10, 20]));
        assert_eq!(left[0].rest, assets(&[11, 12]));
        assert!(!left[0].is_dissolved && left[0].cover == Some(asset(11)));
    }

    #[test]
    fn a_cover_brings_its_stack_along() {
        let other = pile(1, Some(11), &[10, 11, 12]);
        let (joined, left) = gather(&[], &assets(&[11, 20]), &[other]);
        assert_eq!(joined, assets(&[11, 20, 10, 12]));
        assert!(left[0].is_dissolved && left[0].rest.is_empty());
    }

    #[test]
    fn one_alone_is_no_stack() {
        let left = remains(&pile(1, Some(10), &[10, 11]), &assets(&[10])).unwrap();
        assert_eq!((left.rest, left.cover), (assets(&[11]), None));
        assert!(left.is_dissolved);
        assert_eq!(remains(&pile(1, None, &[10, 11]), &assets(&[12])), None);
    }

    /// Up to four stacks over sixteen assets, each with or without a cover.
    fn piles() -> impl Strategy<Value = Vec<Pile>> {
        prop::collection::vec((0_usize..5, any::<bool>()), 16).prop_map(|places| {
            (1..5)
                .filter_map(|stack| {
                    let members = || (0..16).filter(|&asset| places[asset].0 == stack);
                    let numbers: Vec<u128> = members().map(|asset| asset as u128).collect();
                    let cover = members().find(|&asset| places[asset].1).map(|asset| asset as u128);
                    (numbers.len() >= Stack::FEWEST).then(|| pile(stack as u128, cover, &numbers))
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn every_asset_is_in_one_place_and_no_stack_is_too_small(
            piles in piles(), wanted in prop::collection::btree_set(0_u128..16, 2..8),
        ) {
            let wanted: Vec<AssetId> = wanted.into_iter().map(asset).collect();
            let (joined, left) = gather(&[], &wanted, &piles);
            prop_assert!(wanted.iter().all(|asset| joined.contains(asset)));
            for pile in &piles {
                let rest = match left.iter().find(|left| left.id == pile.id) {
                    None => &pile.members,
                    Some(left) => {
                        prop_assert_eq!(left.is_dissolved, left.rest.len() < Stack::FEWEST);
                        if !left.is_dissolved {
                            prop_assert_eq!(left.cover, pile.cover, "a cover goes with its stack");
                        }
                        &left.rest
                    }
                };
                for member in &pile.members {
                    prop_assert_ne!(rest.contains(member), joined.contains(member));
                }
            }
        }

        #[test]
        fn those_who_are_there_do_not_join_again(
            piles in piles(), wanted in prop::collection::btree_set(0_u128..16, 1..8),
        ) {
            let wanted: Vec<AssetId> = wanted.into_iter().map(asset).collect();
            let (joined, _) = gather(&[], &wanted, &piles);
            prop_assert_eq!(gather(&joined, &wanted, &[]), (vec![], vec![]));
        }
    }
}
