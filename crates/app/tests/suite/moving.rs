//! Assets go into another library: what comes along, what stays behind, what is told, what is
//! counted.

use app::albums::{AlbumPatch, NewAlbum};
use app::assets::{CountAssets, ListAssets, Parts};
use app::events::ReadEvents;
use app::faces::NewFace;
use app::{Error, Made, Viewer};
use model::{
    Action, AlbumId, AssetId, Caption, EventKind, LibraryId, MemberRole, MetadataPatch,
    MoveFailure, MoveOutcome, Named as _, Patch, Payload, PersonPatch, Scope, StackId, Status,
};
use specimen::Metadata;
use store::db::Db;
use store::on_both_engines;
use uuid::Uuid;

use crate::books::audit;
use crate::harness::{Library, bergen, small, time};
use crate::people::{BOX, called};
use crate::sharing::{befriend, only_library, person};

/// Two libraries of one owner. What names none means `here`.
struct Two {
    library: Library,
    here: LibraryId,
    there: LibraryId,
    /// The owner, reaching both.
    me: Viewer,
}

impl Two {
    async fn new(db: Db) -> Self {
        let mut library = Library::new(db).await;
        let here = only_library(&library.app, &library.me).await;
        let there = library.another("There").await;
        let me = library.me.clone();
        library.me.scope = Scope::Selected(vec![here]);
        Self { library, here, there, me }
    }

    async fn photo(&self, seed: u64) -> AssetId {
        self.library.photo(Metadata::default(), seed).await.asset.id
    }

    async fn photos<const COUNT: usize>(&self) -> [AssetId; COUNT] {
        let mut ids = [AssetId::generate(); COUNT];
        for (id, seed) in ids.iter_mut().zip(0..) {
            *id = self.photo(seed).await;
        }
        ids
    }

    async fn moved(&self, ids: &[AssetId]) -> Vec<MoveOutcome> {
        outcomes(self.try_move(&self.me, self.here, self.there, ids).await.unwrap(), ids)
    }

    async fn try_move(
        &self,
        who: &Viewer,
        source: LibraryId,
        destination: LibraryId,
        ids: &[AssetId],
    ) -> app::Result<app::moving::Moved> {
        self.library.clock.advance(1);
        self.library.app.move_assets(who.clone(), source, destination, ids.to_vec()).await
    }

    async fn album(&self, library: LibraryId, ids: &[AssetId]) -> AlbumId {
        let new = NewAlbum { library: Some(library), ..NewAlbum::default() };
        let Made::New(album) = self.library.app.create_album(self.me.clone(), new).await.unwrap()
        else {
            panic!("an album without a name is new")
        };
        let id = album.album.id;
        self.library.app.add_to_album(self.me.clone(), id, ids.to_vec()).await.unwrap();
        id
    }

    async fn stack(&self, ids: &[AssetId], cover: Option<AssetId>) -> StackId {
        let made =
            self.library.app.create_stack(self.library.me.clone(), None, ids.to_vec(), cover);
        made.await.unwrap().id
    }

    async fn told(&self, library: LibraryId, skip: usize) -> Vec<Told> {
        let wanted = ReadEvents { library: Some(library), limit: 200, ..ReadEvents::default() };
        let events = self.library.app.events(self.me.clone(), wanted).await.unwrap().events;
        let tell = |event: &model::Event| {
            let change = event.change;
            (change.kind, change.entity, change.payload)
        };
        events[skip..].iter().map(tell).collect()
    }

    async fn count_told(&self, library: LibraryId) -> usize {
        self.told(library, 0).await.len()
    }

    async fn listed(&self, library: LibraryId) -> Vec<AssetId> {
        let library = Some(library);
        let wanted = ListAssets { library, limit: 200, ..ListAssets::default() };
        let page = self.library.app.assets(self.me.clone(), wanted).await.unwrap();
        page.items.iter().map(|found| found.asset.id).collect()
    }

    /// Live assets and bytes of a library.
    async fn size(&self, library: LibraryId) -> (i64, i64) {
        let seen = self.library.app.library(self.me.clone(), library).await.unwrap().library;
        (seen.asset_count, seen.storage_used_bytes)
    }
}

/// An asset of a photograph that [`Two::photo`] makes for the same seed.
async fn upload_into(two: &Two, who: &Viewer, library: LibraryId, seed: u64) -> AssetId {
    let bytes = small(Metadata::default(), seed);
    match two.library.upload_into(who, library, "twin.jpg", &bytes).await.unwrap() {
        Made::New(found) => found.asset.id,
        Made::Existing(found) => panic!("{} was there already", found.asset.id),
    }
}

type Told = (EventKind, Uuid, Option<Payload>);

/// The outcomes, which are of these assets in this order.
fn outcomes(moved: app::moving::Moved, ids: &[AssetId]) -> Vec<MoveOutcome> {
    assert_eq!(moved.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    moved.into_iter().map(|(_, outcome)| outcome).collect()
}

const MOVED: MoveOutcome = MoveOutcome::Moved;
const UNAVAILABLE: MoveOutcome = MoveOutcome::Failed(MoveFailure::Unavailable);
const DUPLICATE: MoveOutcome = MoveOutcome::Failed(MoveFailure::Duplicate);
const QUOTA: MoveOutcome = MoveOutcome::Failed(MoveFailure::Quota);

on_both_engines! {
    async fn all_that_is_its_own_comes_along(db: Db) {
        let two = Two::new(db.clone()).await;
        let (app, me) = (&two.library.app, || two.me.clone());
        let id = two.library.photo(bergen(), 1).await.asset.id;
        let stays = two.photo(2).await;
        let caption = Caption::new("Harbour".to_owned()).unwrap();
        let patch = MetadataPatch {
            description: Patch::Set(caption),
            original: Patch::Set(time("2018-01-02T03:04:05+01:00")),
            ..MetadataPatch::default()
        };
        app.update_asset(me(), id, patch).await.unwrap();
        let face = two.library.face(id, None).await;
        two.library.edit(id, 7).await;
        let before = two.library.asset(id).await;
        let versions = app.versions(me(), id).await.unwrap().1;
        let bytes: i64 = versions.iter().map(|version| version.file_size_bytes).sum();
        let sizes = (two.size(two.here).await, two.size(two.there).await);
        let account = app.me(me()).await.unwrap();

        assert_eq!(two.moved(&[id]).await, [MOVED]);
        let after = app.asset(me(), id, Parts::ALL).await.unwrap();
        let mut expected = before.clone();
        expected.asset.library_id = two.there;
        expected.asset.updated_at = after.asset.updated_at;
        for face in expected.faces.iter_mut().flatten() {
            face.library_id = two.there;
        }
        assert_eq!(after, expected);
        assert!(after.asset.updated_at > before.asset.updated_at);
        assert_eq!(app.versions(me(), id).await.unwrap().1, versions);
        assert_eq!(app.face(me(), Some(two.there), face).await.unwrap().asset_id, id);
        assert!(matches!(app.face(me(), Some(two.here), face).await, Err(Error::NotFound(_))));
        assert_eq!((two.listed(two.here).await, two.listed(two.there).await), (vec![stays], vec![id]));

        let (here, there) = (two.size(two.here).await, two.size(two.there).await);
        assert_eq!(here, (sizes.0.0 - 1, sizes.0.1 - bytes));
        assert_eq!(there, (1, bytes));
        assert_eq!(app.me(me()).await.unwrap(), account, "the bytes stay with their owner");
        let count = async |library| {
            let wanted = CountAssets { library: Some(library), limit: 5, ..CountAssets::default() };
            app.asset_counts(me(), wanted).await.unwrap().items.len()
        };
        assert_eq!((count(two.here).await, count(two.there).await), (1, 1));
        // What was still to be done is done, and told where the asset is now.
        let pending = two.library.app.tasks_of_asset(me(), id).await.unwrap();
        assert!(pending.iter().any(|task| task.status == Status::Pending));
        assert!(pending.iter().all(|task| task.library_id == two.there));
        let (heard_here, heard_there) = (two.count_told(two.here).await, two.count_told(two.there).await);
        app.work_until_idle().await.unwrap();
        assert!(two.told(two.here, heard_here).await.iter().all(|told| told.1 == stays.uuid()));
        assert!(two.count_told(two.there).await > heard_there);
        assert!(app.asset(me(), id, Parts::default()).await.unwrap().asset.metadata.place.city.is_some());
        // What people said can be taken back as ever.
        let patch = MetadataPatch { description: Patch::Clear, ..MetadataPatch::default() };
        let cleared = app.update_asset(me(), id, patch).await.unwrap();
        assert_eq!(cleared.asset.metadata.description, Some("Bryggen".to_owned()));
        audit(&db).await;
    }

    async fn what_stays_behind_is_left_and_told(db: Db) {
        let two = Two::new(db.clone()).await;
        let (app, me) = (&two.library.app, || two.me.clone());
        let [a, b, c, d, e] = two.photos().await;
        let album = two.album(two.here, &[a, b]).await;
        let cover = AlbumPatch { cover: Patch::Set(a), ..AlbumPatch::default() };
        app.update_album(me(), album, cover).await.unwrap();
        let (small, large) = (two.stack(&[a, b], None).await, two.stack(&[c, d, e], Some(c)).await);
        let kim = two.library.somebody(called("Kim")).await;
        let (shown, unknown) = (two.library.face(a, Some(kim)).await, two.library.face(a, None).await);
        two.library.face(b, Some(kim)).await;
        let portrait = PersonPatch { thumbnail_face_id: Patch::Set(unknown), ..PersonPatch::default() };
        app.update_person(me(), kim, portrait).await.unwrap();
        let link = app.album_assets(me(), app::albums::ListLinks {
            library: Some(two.here), limit: 5, ..Default::default()
        }).await.unwrap().items.into_iter().find(|link| link.asset_id == a).unwrap();
        let heard = two.count_told(two.here).await;

        assert_eq!(two.moved(&[c, a]).await, [MOVED, MOVED]);
        let out = |id: AssetId| (EventKind::AssetUpdated, id.uuid(), Some(Payload::Stacked { stack: None }));
        let told = two.told(two.here, heard).await;
        let (stacks, others): (Vec<Told>, Vec<Told>) =
            told.iter().partition(|told| matches!(told.0, EventKind::AssetUpdated | EventKind::StackUpdated));
        assert_eq!(others, [
            (EventKind::AlbumAssetRemoved, link.id.uuid(), Some(Payload::Link { album, asset: a })),
            (EventKind::AlbumUpdated, album.uuid(), Some(Payload::Cover { asset: Some(b) })),
            (EventKind::StackDeleted, small.uuid(), None),
            (EventKind::FaceUpdated, shown.uuid(), Some(Payload::Reassigned { person: None, previous: Some(kim) })),
            (EventKind::PersonUpdated, kim.uuid(), None),
            (EventKind::AssetMovedOut, a.uuid(), None),
            (EventKind::AssetMovedOut, c.uuid(), None),
        ]);
        assert_eq!(stacks.len(), 4);
        for id in [a, b, c] {
            let place = |told: &Told| told.0 == EventKind::StackDeleted;
            let left = told.iter().position(|told| *told == out(id)).unwrap();
            assert!(left < told.iter().position(place).unwrap(), "assets leave before the stack goes");
        }
        assert!(stacks.contains(&(EventKind::StackUpdated, large.uuid(), None)));
        assert_eq!(two.told(two.there, 0).await, [
            (EventKind::AssetMovedIn, a.uuid(), None), (EventKind::AssetMovedIn, c.uuid(), None),
        ]);

        assert_eq!(app.stack(me(), large).await.unwrap().primary, None);
        assert!(matches!(app.stack(me(), small).await, Err(Error::NotFound(_))));
        let person = app.person(me(), kim).await.unwrap().person;
        assert_eq!((person.asset_count, person.thumbnail_face_id), (1, None));
        let after = app.asset(me(), a, Parts::ALL).await.unwrap();
        assert_eq!((after.asset.stack, after.people.unwrap()), (None, vec![]));
        assert!(after.faces.unwrap().iter().all(|face| face.person_id.is_none()));
        assert_eq!(app.album(me(), album).await.unwrap().album.cover, None);
        audit(&db).await;
    }

    async fn each_asset_says_what_became_of_it(db: Db) {
        let two = Two::new(db.clone()).await;
        let (app, me) = (&two.library.app, || two.me.clone());
        let [moves, trashed, same, gone, elsewhere] = two.photos().await;
        let third = two.library.app.create_library(me(), model::Name::new("Third").unwrap(), None).await;
        let Made::New(third) = third.unwrap() else { panic!() };
        let stranger = person(app, "stranger").await;
        let foreign = upload_into(&two, &stranger, only_library(app, &stranger).await, 77).await;
        // The same bytes lie in the trash of the destination, and once more in this library.
        let twin = upload_into(&two, &me(), two.there, 2).await;
        app.trash_assets(me(), Some(two.there), vec![twin]).await.unwrap();
        app.trash_assets(me(), Some(two.here), vec![trashed]).await.unwrap();
        app.delete_asset(me(), gone).await.unwrap();
        two.try_move(&me(), two.here, third.library.id, &[elsewhere]).await.unwrap();
        let (heard_here, heard_there) = (two.count_told(two.here).await, two.count_told(two.there).await);

        let asked = [gone, foreign, moves, same, twin, trashed, elsewhere, AssetId::generate()];
        let changed_source = MoveOutcome::Failed(MoveFailure::ChangedSource);
        let expected = [
            UNAVAILABLE, UNAVAILABLE, MOVED, DUPLICATE, UNAVAILABLE, UNAVAILABLE, changed_source, UNAVAILABLE,
        ];
        assert_eq!(two.moved(&asked).await, expected);
        // Once more: what is there is a success, and nothing is told.
        let mut again = expected;
        again[2] = MoveOutcome::AlreadyThere;
        let updated_at = two.library.app.asset(me(), moves, Parts::default()).await.unwrap().asset.updated_at;
        assert_eq!(two.moved(&asked).await, again);
        let after = app.asset(me(), moves, Parts::default()).await.unwrap().asset;
        assert_eq!(after.updated_at, updated_at);
        assert_eq!(two.count_told(two.here).await, heard_here + 1);
        assert_eq!(two.count_told(two.there).await, heard_there + 1);
        // In the trash of the destination it is not available either; the third library is out of reach.
        app.trash_assets(me(), Some(two.there), vec![moves]).await.unwrap();
        assert_eq!(two.moved(&[moves]).await, [UNAVAILABLE]);
        let narrow = Viewer { scope: Scope::Selected(vec![two.here, two.there]), ..me() };
        let blind = two.try_move(&narrow, two.here, two.there, &[elsewhere]).await.unwrap();
        assert_eq!(outcomes(blind, &[elsewhere]), [UNAVAILABLE]);
        audit(&db).await;
    }

    async fn bytes_count_where_they_go(db: Db) {
        let two = Two::new(db.clone()).await;
        let app = &two.library.app;
        let [a, b, c] = two.photos().await;
        two.library.edit(a, 9).await;
        let used = two.size(two.here).await.1;
        let heads = async |id| app.versions(two.me.clone(), id).await.unwrap().1.iter().map(|v| v.file_size_bytes).sum::<i64>();
        let (of_a, of_b) = (heads(a).await, heads(b).await);

        // The cap of a library: the first ones get the room.
        app.set_library_limit(two.there, Some(of_a + of_b - 1)).await.unwrap();
        assert_eq!(two.moved(&[a, b]).await, [MOVED, QUOTA]);
        assert_eq!(two.size(two.there).await, (1, of_a));
        app.set_library_limit(two.there, Some(of_a + of_b)).await.unwrap();
        assert_eq!(two.moved(&[b, c]).await, [MOVED, QUOTA]);
        // The cap of an owner counts only when the bytes come to them.
        app.set_library_limit(two.there, None).await.unwrap();
        app.set_account_limit(Some("kim@example.org".to_owned()), Some(1)).await.unwrap();
        assert_eq!(two.moved(&[c]).await, [MOVED]);

        let friend = person(app, "friend").await;
        let theirs = only_library(app, &friend).await;
        befriend(&two.library, &friend, theirs, &two.me, MemberRole::Collaborator).await;
        app.set_account_limit(Some("friend@example.org".to_owned()), Some(of_a)).await.unwrap();
        let moved = two.try_move(&two.me, two.there, theirs, &[a, b]).await.unwrap();
        assert_eq!(outcomes(moved, &[a, b]), [MOVED, QUOTA]);
        let accounts = (app.me(two.me.clone()).await.unwrap(), app.me(friend.clone()).await.unwrap());
        assert_eq!((accounts.0.storage_used_bytes, accounts.1.storage_used_bytes), (used - of_a, of_a));
        // It is their asset now.
        app.delete_asset(friend.clone(), a).await.unwrap();
        assert_eq!(app.me(friend).await.unwrap().storage_used_bytes, 0);
        audit(&db).await;
    }

    async fn owners_move_into_what_they_may_write_to(db: Db) {
        let two = Two::new(db).await;
        let app = &two.library.app;
        let id = two.photo(1).await;
        let friend = person(app, "friend").await;
        let theirs = only_library(app, &friend).await;
        let attempt = async |who: &Viewer, from, to| match two.try_move(who, from, to, &[id]).await {
            Ok(_) => panic!("it was allowed"),
            Err(Error::NotFound(text)) => text,
            Err(Error::Forbidden(_)) => "403".to_owned(),
            Err(Error::Invalid(field, _)) => field.to_owned(),
            Err(other) => panic!("{other:?}"),
        };
        let unknown = |id: LibraryId, who: &Viewer| {
            format!("Library {id} not found or not accessible by user {}", who.user)
        };
        let me = &two.me;
        assert_eq!(attempt(me, two.here, two.here).await, "destination_library_id");
        assert_eq!(attempt(me, two.here, theirs).await, unknown(theirs, me));
        assert_eq!(attempt(&friend, two.here, theirs).await, unknown(two.here, &friend));
        let nowhere = LibraryId::generate();
        assert_eq!(attempt(me, nowhere, two.there).await, unknown(nowhere, me));
        // A collaborator of the source does not take its assets away.
        befriend(&two.library, me, two.here, &friend, MemberRole::Collaborator).await;
        assert_eq!(attempt(&friend, two.here, theirs).await, "403");
        // A mere viewer of the destination puts nothing there.
        befriend(&two.library, &friend, theirs, me, MemberRole::Viewer).await;
        assert_eq!(attempt(me, two.here, theirs).await, "403");
        // The credential: both libraries, both actions.
        let narrow = |libraries: &[LibraryId]| Viewer { scope: Scope::Selected(libraries.to_vec()), ..me.clone() };
        assert_eq!(attempt(&narrow(&[two.here]), two.here, two.there).await, unknown(two.there, me));
        assert_eq!(attempt(&narrow(&[two.there]), two.here, two.there).await, unknown(two.here, me));
        for lacking in [Action::Write, Action::DeletePermanently] {
            let actions = Action::ALL.iter().copied().filter(|action| *action != lacking).collect();
            assert_eq!(attempt(&Viewer { actions, ..me.clone() }, two.here, two.there).await, "403");
        }
        app.trash_library(me.clone(), two.there).await.unwrap();
        assert_eq!(attempt(me, two.here, two.there).await, unknown(two.there, me));
        assert_eq!(two.listed(two.here).await, [id]);
        app.restore_library(me.clone(), two.there).await.unwrap();
        let both = narrow(&[two.here, two.there]);
        assert_eq!(outcomes(two.try_move(&both, two.here, two.there, &[id]).await.unwrap(), &[id]), [MOVED]);
    }

    async fn opposite_moves_at_once_lose_nothing(db: Db) {
        let two = Two::new(db.clone()).await;
        let (app, library) = (&two.library.app, &two.library);
        let here: [AssetId; 6] = two.photos().await;
        let mut there = Vec::new();
        for seed in 100..106 {
            there.push(upload_into(&two, &two.me, two.there, seed).await);
        }
        let kim = library.somebody(called("Kim")).await;
        for id in here {
            library.face(id, Some(kim)).await;
        }
        two.stack(&here[..3], None).await;
        for _ in 0..6 {
            let send = |from, to, ids: Vec<AssetId>| app.move_assets(two.me.clone(), from, to, ids);
            let all: Vec<AssetId> = here.iter().chain(&there).copied().collect();
            // Everything there is, each way twice, in opposite orders.
            let backwards: Vec<AssetId> = all.iter().rev().copied().collect();
            let done = tokio::join!(
                send(two.here, two.there, all.clone()), send(two.there, two.here, all.clone()),
                send(two.there, two.here, backwards.clone()), send(two.here, two.there, backwards),
            );
            for done in [done.0, done.1, done.2, done.3] {
                assert!(matches!(done, Ok(_) | Err(Error::Overtaken(_))), "{done:?}");
            }
            let mut seen = [two.listed(two.here).await, two.listed(two.there).await].concat();
            seen.sort_unstable();
            let mut expected = all.clone();
            expected.sort_unstable();
            assert_eq!(seen, expected, "each is in one library");
            audit(&db).await;
        }
    }

    async fn whatever_happens_at_the_same_time_the_books_balance(db: Db) {
        let two = Two::new(db.clone()).await;
        let (app, library) = (&two.library.app, &two.library);
        let (me, scoped) = (|| two.me.clone(), || library.me.clone());
        for round in 0..8 {
            let mut ids = Vec::new();
            for seed in 0..4 {
                ids.push(two.photo(round * 10 + seed).await);
            }
            let somebody = async || library.somebody(PersonPatch::default()).await;
            let (kim, sam) = (somebody().await, somebody().await);
            let face = library.face(ids[0], Some(kim)).await;
            let album = two.album(two.here, &ids[..2]).await;
            let bytes = small(Metadata::default(), round * 10);
            let done = tokio::join!(
                app.move_assets(me(), two.here, two.there, ids.clone()),
                app.merge_people(me(), sam, vec![kim]),
                app.trash_assets(scoped(), None, ids[1..3].to_vec()),
                app.create_stack(scoped(), None, ids[..3].to_vec(), None),
                app.add_to_album(me(), album, ids[2..].to_vec()),
                app.update_face(scoped(), None, face, Patch::Clear),
                library.upload_into(&two.me, two.there, "same.jpg", &bytes),
                app.delete_asset(me(), ids[3]),
            );
            let moved = done.0.unwrap();
            assert_eq!(moved.len(), 4);
            done.1.unwrap();
            done.2.unwrap();
            assert!(matches!(done.3, Ok(_) | Err(Error::NotFound(_))), "{:?}", done.3);
            done.4.unwrap();
            assert!(matches!(done.5, Ok(_) | Err(Error::NotFound(_))), "{:?}", done.5);
            done.6.unwrap();
            assert!(matches!(done.7, Ok(())), "{:?}", done.7);
            audit(&db).await;
        }
    }

    async fn random_deeds_keep_the_books(db: Db) {
        let two = Two::new(db.clone()).await;
        let app = &two.library.app;
        let mut random = fastrand::Rng::with_seed(11);
        let friend = person(app, "friend").await;
        let theirs = only_library(app, &friend).await;
        befriend(&two.library, &friend, theirs, &two.me, MemberRole::Collaborator).await;
        let all = [two.here, two.there, theirs];
        let mut ids = two.photos::<12>().await.to_vec();
        let mut seed = 1000;
        for round in 0..140 {
            two.library.clock.advance(1);
            let who = if random.u8(..4) == 0 { &friend } else { &two.me };
            let library = all[random.usize(..3)];
            let within = Viewer { scope: Scope::Selected(vec![library]), ..who.clone() };
            random.shuffle(&mut ids);
            let some = ids[..random.usize(1..4)].to_vec();
            let done = match random.u8(..16) {
                0..6 => {
                    let to = all[random.usize(..3)];
                    app.move_assets(who.clone(), library, to, some).await.map(drop)
                }
                6 => app.trash_assets(within, None, some).await,
                7 => app.restore_assets(within, None, some).await,
                8 => {
                    let day = random.u8(1..5);
                    let original = Patch::Set(time(&format!("2024-05-{day:02}T01:02:03")));
                    let patch = MetadataPatch { original, ..MetadataPatch::default() };
                    app.update_asset(within, some[0], patch).await.map(drop)
                }
                9 => {
                    let given = PersonPatch::default();
                    let made = app.create_person(within.clone(), None, given).await;
                    match made {
                        Ok(Made::New(found) | Made::Existing(found)) => {
                            let person = Some(found.person.id);
                            let new = NewFace { library: None, asset: some[0], bounding_box: BOX, person };
                            app.create_face(within, new).await.map(drop)
                        }
                        Err(err) => Err(err),
                    }
                }
                10 => match app.create_album(within.clone(), NewAlbum::default()).await {
                    Ok(Made::New(found) | Made::Existing(found)) => {
                        app.add_to_album(within, found.album.id, some).await.map(drop)
                    }
                    Err(err) => Err(err),
                },
                11 if some.len() > 1 => app.create_stack(within, None, some, None).await.map(drop),
                12 => two.library.try_edit(within, some[0], round).await.map(drop),
                13 if ids.len() > 6 => {
                    let done = app.delete_assets(within.clone(), None, vec![some[0]]).await;
                    if app.asset(two.me.clone(), some[0], Parts::default()).await.is_err() {
                        ids.retain(|id| *id != some[0]);
                    }
                    done
                }
                _ => {
                    seed += 1;
                    let bytes = small(Metadata::default(), seed);
                    match two.library.upload_into(who, library, "new.jpg", &bytes).await {
                        Ok(Made::New(found) | Made::Existing(found)) => {
                            ids.push(found.asset.id);
                            Ok(())
                        }
                        Err(err) => Err(err),
                    }
                }
            };
            let is_refusal = |err: &Error| matches!(
                err,
                Error::NotFound(_) | Error::Forbidden(_) | Error::Invalid(..) | Error::Conflict(_)
            );
            assert!(done.as_ref().err().is_none_or(is_refusal), "{done:?}");
            audit(&db).await;
        }
        app.work_until_idle().await.unwrap();
        audit(&db).await;
    }
}
