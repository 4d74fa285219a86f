//! Shots of one moment: grouped by people, found by the machine, told in the feed.

use app::Error;
use app::assets::ListAssets;
use app::stacks::ListStacks;
use model::{
    Action, Actions, AssetFilter, AssetId, Direction, EventKind, MetadataPatch, Origin, Patch,
    Payload, Stack, StackId, TrashState,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use specimen::{Camera, ExifTime, Metadata};
use store::on_both_engines;

use crate::harness::{Library, time, viewer};

impl Library {
    async fn plain(&self, count: u64) -> Vec<AssetId> {
        self.plain_from(0, count).await
    }

    async fn plain_from(&self, first: u64, count: u64) -> Vec<AssetId> {
        let mut ids = Vec::new();
        for seed in first..first + count {
            ids.push(self.photo(Metadata::default(), 1000 + seed).await.asset.id);
        }
        ids
    }

    async fn stack(&self, ids: &[AssetId], cover: Option<AssetId>) -> Stack {
        self.clock.advance(1);
        self.app.create_stack(self.me.clone(), None, ids.to_vec(), cover).await.unwrap()
    }

    async fn join_stack(&self, stack: StackId, ids: &[AssetId]) -> app::Result<Stack> {
        self.clock.advance(1);
        self.app.add_to_stack(self.me.clone(), stack, ids.to_vec()).await
    }

    async fn leave_stack(&self, stack: StackId, ids: &[AssetId]) {
        self.clock.advance(1);
        self.app.remove_from_stack(self.me.clone(), stack, ids.to_vec()).await.unwrap();
    }

    async fn find(&self, stack: StackId) -> app::Result<Stack> {
        self.app.stack(self.me.clone(), stack).await
    }

    async fn all_stacks(&self) -> Vec<Stack> {
        let wanted = ListStacks { limit: 200, with_members: true, ..ListStacks::default() };
        let page = self.app.stacks(self.me.clone(), wanted).await.unwrap();
        for listed in &page.items {
            let members = listed.members.clone().unwrap();
            assert_eq!(i64::try_from(members.len()).unwrap(), listed.stack.asset_count);
            assert_eq!(self.members(listed.stack.id, TrashState::Live).await, members);
        }
        page.items.into_iter().map(|listed| listed.stack).collect()
    }

    async fn members(&self, stack: StackId, state: TrashState) -> Vec<AssetId> {
        let filter = AssetFilter { stack: Some(stack), state, ..AssetFilter::default() };
        let direction = Direction::Ascending;
        self.list(ListAssets { filter, direction, limit: 200, ..ListAssets::default() }).await
    }

    async fn stack_of(&self, id: AssetId) -> Option<StackId> {
        self.asset(id).await.asset.stack
    }

    async fn trash(&self, ids: &[AssetId]) {
        self.app.trash_assets(self.me.clone(), None, ids.to_vec()).await.unwrap();
    }

    /// What the feed says after its first `count` events.
    async fn told_of_stacks(&self, count: usize) -> Vec<(EventKind, Option<Payload>)> {
        let events = self.events().await;
        events[count..].iter().map(|event| (event.change.kind, event.change.payload)).collect()
    }

    /// A shot of a camera with a clock.
    async fn shot(&self, seed: u64, taken: &str, subsec: &str) -> AssetId {
        self.shot_by("Acme", seed, taken, subsec).await
    }

    async fn shot_by(&self, make: &str, seed: u64, taken: &str, subsec: &str) -> AssetId {
        let camera = Camera {
            make: Some(make.to_owned()),
            model: Some("Nine".to_owned()),
            ..Camera::default()
        };
        let taken = Some(ExifTime::new(taken).subsec(subsec));
        self.photo(Metadata { taken, camera, ..Metadata::default() }, seed).await.asset.id
    }
}

const IN: fn(StackId) -> Option<Payload> = |stack| Some(Payload::Stacked { stack: Some(stack) });
const OUT: Option<Payload> = Some(Payload::Stacked { stack: None });

on_both_engines! {
    async fn assets_come_together_and_part_again(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(4).await;
        let before = library.events().await.len();
        let stack = library.stack(&ids[..3], Some(ids[1])).await;
        assert_eq!((stack.origin, stack.primary, stack.asset_count), (Origin::User, Some(ids[1]), 3));
        assert_eq!(library.told_of_stacks(before).await, [
            (EventKind::StackCreated, None),
            (EventKind::AssetUpdated, IN(stack.id)),
            (EventKind::AssetUpdated, IN(stack.id)),
            (EventKind::AssetUpdated, IN(stack.id)),
        ]);
        assert_eq!(library.all_stacks().await, std::slice::from_ref(&stack));

        let before = library.events().await.len();
        let grown = library.join_stack(stack.id, &[ids[3], ids[0]]).await.unwrap();
        assert_eq!(grown.asset_count, 4);
        assert!(grown.updated_at > stack.updated_at);
        assert_eq!(library.told_of_stacks(before).await, [
            (EventKind::AssetUpdated, IN(stack.id)), (EventKind::StackUpdated, None),
        ]);

        let before = library.events().await.len();
        library.leave_stack(stack.id, &[ids[1], ids[2]]).await;
        let left = library.find(stack.id).await.unwrap();
        assert_eq!((left.primary, left.asset_count), (None, 2), "the cover has left");
        library.leave_stack(stack.id, &[ids[3]]).await;
        assert!(matches!(library.find(stack.id).await, Err(Error::NotFound(_))));
        assert_eq!(library.told_of_stacks(before).await, [
            (EventKind::AssetUpdated, OUT), (EventKind::AssetUpdated, OUT), (EventKind::StackUpdated, None),
            (EventKind::AssetUpdated, OUT), (EventKind::AssetUpdated, OUT), (EventKind::StackDeleted, None),
        ]);
        for id in ids { assert_eq!(library.stack_of(id).await, None); }
    }

    async fn a_cover_brings_its_stack_and_others_come_alone(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(8).await;
        let covered = library.stack(&ids[..3], Some(ids[0])).await;
        let bare = library.stack(&ids[3..6], None).await;
        let before = library.events().await.len();
        let new = library.stack(&[ids[0], ids[3], ids[7]], None).await;
        assert_eq!(new.asset_count, 5);
        assert!(library.find(covered.id).await.is_err(), "folded whole");
        let rest = library.find(bare.id).await.unwrap();
        assert_eq!(rest.asset_count, 2);
        let told = library.told_of_stacks(before).await;
        let kinds: Vec<EventKind> = told.iter().map(|(kind, _)| *kind).collect();
        let mut expected = vec![EventKind::AssetUpdated; 5];
        expected.insert(0, EventKind::StackCreated);
        expected.extend([EventKind::StackUpdated, EventKind::StackDeleted]);
        assert_eq!(kinds, expected);
        // The same once more: the members move on.
        let again = library.stack(&[ids[0], ids[3], ids[7], ids[1], ids[2]], None).await;
        assert!(library.find(new.id).await.is_err());
        assert_eq!(library.members(again.id, TrashState::Live).await.len(), 5);
    }

    async fn what_changes_nothing_tells_nothing(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(3).await;
        let stack = library.stack(&ids, Some(ids[0])).await;
        let outside = library.plain_from(50, 1).await;
        let before = library.events().await.len();
        assert_eq!(library.join_stack(stack.id, &ids[1..]).await.unwrap(), stack);
        let covered = library.app.set_stack_cover(library.me.clone(), stack.id, ids[0]).await.unwrap();
        assert_eq!(covered, stack);
        library.leave_stack(stack.id, &outside).await;
        assert_eq!(library.told_of_stacks(before).await, []);
        assert_eq!(library.find(stack.id).await.unwrap(), stack);
    }

    async fn the_trash_counts_for_the_stack_and_not_for_its_number(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(3).await;
        let stack = library.stack(&ids, Some(ids[0])).await;
        library.trash(&ids).await;
        let trashed = library.find(stack.id).await.unwrap();
        assert_eq!((trashed.asset_count, trashed.primary), (0, Some(ids[0])));
        assert_eq!(library.members(stack.id, TrashState::All).await.len(), 3);
        let cover = library.app.set_stack_cover(library.me.clone(), stack.id, ids[1]).await;
        assert!(matches!(cover, Err(Error::Invalid("primary_asset_id", _))), "{cover:?}");
        library.app.restore_assets(library.me.clone(), None, ids[..2].to_vec()).await.unwrap();
        assert_eq!(library.find(stack.id).await.unwrap().asset_count, 2);
        library.all_stacks().await;
    }

    async fn who_is_gone_has_left(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(4).await;
        let stack = library.stack(&ids, Some(ids[0])).await;
        library.trash(&ids[..1]).await;
        let before = library.events().await.len();
        library.app.empty_trash(library.me.clone(), None).await.unwrap();
        assert_eq!(library.told_of_stacks(before).await, [
            (EventKind::StackUpdated, None), (EventKind::AssetDeleted, None),
        ]);
        let left = library.find(stack.id).await.unwrap();
        assert_eq!((left.primary, left.asset_count, left.origin), (None, 3, Origin::User));
        let before = library.events().await.len();
        library.app.delete_assets(library.me.clone(), None, ids[1..3].to_vec()).await.unwrap();
        assert_eq!(library.told_of_stacks(before).await, [
            (EventKind::AssetUpdated, OUT), (EventKind::StackDeleted, None),
            (EventKind::AssetDeleted, None), (EventKind::AssetDeleted, None),
        ]);
        assert_eq!(library.stack_of(ids[3]).await, None);
        assert_eq!(library.all_stacks().await, []);
    }

    async fn strangers_and_mere_readers(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(3).await;
        let stack = library.stack(&ids[..2], None).await;
        let stranger = library.app.create_user("eve@example.org".to_owned()).await.unwrap();
        let eve = || viewer(stranger.user);
        let app = &library.app;
        assert!(matches!(app.stack(eve(), stack.id).await, Err(Error::NotFound(_))));
        assert!(matches!(app.delete_stack(eve(), stack.id).await, Err(Error::NotFound(_))));
        assert!(matches!(app.add_to_stack(eve(), stack.id, ids.clone()).await, Err(Error::NotFound(_))));
        assert!(matches!(app.create_stack(eve(), None, ids.clone(), None).await, Err(Error::NotFound(_))));
        let reader = app::Viewer {
            actions: [Action::Read, Action::Write].into_iter().collect::<Actions>(), ..library.me.clone()
        };
        assert!(matches!(app.delete_stack(reader, stack.id).await, Err(Error::Forbidden(_))));
        assert_eq!(library.find(stack.id).await.unwrap(), stack);
    }

    async fn two_regroupings_at_once_leave_everything_in_one_place(db: Db) {
        let library = Library::new(db).await;
        let ids = library.plain(9).await;
        let one = library.stack(&ids[..3], Some(ids[0])).await;
        let two = library.stack(&ids[3..6], Some(ids[3])).await;
        let (app, me) = (&library.app, || library.me.clone());
        let (a, b, c, d) = tokio::join!(
            app.create_stack(me(), None, vec![ids[0], ids[3], ids[6]], None),
            app.create_stack(me(), None, vec![ids[3], ids[1], ids[7]], None),
            app.add_to_stack(me(), one.id, vec![ids[4], ids[8]]),
            app.delete_assets(me(), None, vec![ids[5], ids[2]]),
        );
        a.unwrap();
        b.unwrap();
        d.unwrap();
        assert!(c.is_ok() || matches!(c, Err(Error::NotFound(_) | Error::Conflict(_))), "{c:?}");
        let mut seen = Vec::new();
        for stack in library.all_stacks().await {
            let members = library.members(stack.id, TrashState::All).await;
            assert!(members.len() >= 2, "{stack:?}");
            seen.extend(members);
        }
        for id in ids.iter().filter(|id| **id != ids[5] && **id != ids[2]) {
            let stack = library.stack_of(*id).await;
            assert_eq!(stack.is_some(), seen.contains(id));
        }
        let _ = two;
    }

    async fn a_burst_is_found_as_it_arrives(db: Db) {
        let library = Library::new(db).await;
        let a = library.shot(1, "2024:05:06 07:08:09", "10").await;
        let b = library.shot(2, "2024:05:06 07:08:09", "90").await;
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.all_stacks().await, [], "two are no burst");
        let far = library.shot(3, "2024:05:06 07:08:12", "00").await;
        let other = library.shot_by("Other", 4, "2024:05:06 07:08:09", "50").await;
        let c = library.shot(5, "2024:05:06 07:08:10", "80").await;
        library.app.work_until_idle().await.unwrap();
        let all = library.all_stacks().await;
        assert_eq!(all.len(), 1);
        let stack = &all[0];
        assert_eq!((stack.origin, stack.primary), (Origin::AutoBurst, None));
        assert_eq!(library.members(stack.id, TrashState::Live).await, [a, b, c]);
        assert_eq!((library.stack_of(far).await, library.stack_of(other).await), (None, None));

        let events = library.events().await.len();
        let d = library.shot(6, "2024:05:06 07:08:11", "40").await;
        library.app.work_until_idle().await.unwrap();
        // The new one bridges the gap to the last.
        assert_eq!(library.members(stack.id, TrashState::Live).await, [a, b, c, d, far]);
        let told = library.told_of_stacks(events).await;
        assert!(told.contains(&(EventKind::StackUpdated, None)));
        assert_eq!(told.iter().filter(|(_, payload)| *payload == IN(stack.id)).count(), 2);
        assert_eq!(library.find(stack.id).await.unwrap().origin, Origin::AutoBurst);
    }

    async fn what_a_person_decided_stays(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for seed in 0..4 {
            ids.push(library.shot(seed, "2024:05:06 07:08:09", &format!("{seed}0")).await);
        }
        library.app.work_until_idle().await.unwrap();
        let stack = library.all_stacks().await.pop().unwrap();
        library.leave_stack(stack.id, &ids[..1]).await;
        assert_eq!(library.find(stack.id).await.unwrap().origin, Origin::User);
        let late = library.shot(9, "2024:05:06 07:08:09", "45").await;
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.find(stack.id).await.unwrap().asset_count, 3, "a person's stack does not grow");
        assert_eq!((library.stack_of(ids[0]).await, library.stack_of(late).await), (None, None));
        library.app.delete_stack(library.me.clone(), stack.id).await.unwrap();
        for seed in 10..12 {
            library.shot(seed, "2024:05:06 07:08:09", &format!("{seed}")).await;
        }
        library.app.work_until_idle().await.unwrap();
        let found = library.all_stacks().await.pop().unwrap();
        assert_eq!(found.asset_count, 3, "only those that nobody has decided about");
        assert_eq!(library.stack_of(late).await, Some(found.id));
    }

    async fn an_edited_time_is_no_signal(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for (seed, second) in [(0, "01"), (1, "05"), (2, "09")] {
            ids.push(library.shot(seed, &format!("2024:05:06 07:08:{second}"), "00").await);
        }
        library.app.work_until_idle().await.unwrap();
        for id in &ids {
            let patch = MetadataPatch {
                original: Patch::Set(time("2024-05-06T07:08:01")), ..MetadataPatch::default()
            };
            library.app.update_asset(library.me.clone(), *id, patch).await.unwrap();
        }
        library.shot(5, "2024:05:06 07:08:01", "00").await;
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.all_stacks().await, []);
    }

    async fn any_order_of_arrival_gives_the_same_bursts(db: Db) {
        let library = Library::new(db).await;
        let order = Just((0_u64..12).collect::<Vec<_>>()).prop_shuffle();
        let order = order.new_tree(&mut TestRunner::deterministic()).unwrap().current();
        // Three bursts of four, each a minute after the other.
        let mut shots = vec![None; 12];
        for (number, index) in order.into_iter().enumerate() {
            let taken = format!("2024:05:06 07:0{}:00", index / 4);
            let id = library.shot(index, &taken, &format!("{}0", index % 4 + 1)).await;
            shots[usize::try_from(index).unwrap()] = Some(id);
            if number % 3 == 0 { library.app.work_until_idle().await.unwrap(); }
        }
        library.app.work_until_idle().await.unwrap();
        let mut found = Vec::new();
        for stack in library.all_stacks().await {
            found.push(library.members(stack.id, TrashState::Live).await);
        }
        found.sort_unstable_by_key(|members| shots.iter().position(|id| *id == Some(members[0])));
        let expected: Vec<Vec<AssetId>> =
            shots.chunks(4).map(|burst| burst.iter().map(|id| id.unwrap()).collect()).collect();
        assert_eq!(found, expected);
    }
}
