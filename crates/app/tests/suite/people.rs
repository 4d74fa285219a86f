//! People and faces: who is counted on which asset, what the feed tells, and who may meddle.

use std::collections::BTreeSet;

use app::albums::NewAlbum;
use app::faces::{FaceFilter, ListFaces, NewFace};
use app::people::ListPeople;
use app::{Error, Made};
use model::{
    AssetId, BoundingBox, EventKind, Face, FaceId, Name, Patch, Payload, PeopleFilter, PeopleSort,
    Person, PersonId, PersonPatch,
};
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, viewer};

pub(crate) const BOX: BoundingBox = BoundingBox { x: 4, y: 5, w: 20, h: 30 };

pub(crate) fn called(name: &str) -> PersonPatch {
    PersonPatch { name: Patch::Set(Name::new(name).unwrap()), ..PersonPatch::default() }
}

impl Library {
    pub(crate) async fn somebody(&self, given: PersonPatch) -> PersonId {
        match self.app.create_person(self.me.clone(), None, given).await.unwrap() {
            Made::New(found) => found.person.id,
            Made::Existing(found) => panic!("{found:?} was there already"),
        }
    }

    pub(crate) async fn face(&self, asset: AssetId, person: Option<PersonId>) -> FaceId {
        let new = NewFace { library: None, asset, bounding_box: BOX, person };
        self.app.create_face(self.me.clone(), new).await.unwrap().id
    }

    async fn assign(&self, face: FaceId, person: Option<PersonId>) -> app::Result<Face> {
        let person = person.map_or(Patch::Clear, Patch::Set);
        self.app.update_face(self.me.clone(), None, face, person).await
    }

    async fn person(&self, id: PersonId) -> Person {
        self.app.person(self.me.clone(), id).await.unwrap().person
    }

    async fn faces_of(&self, person: PersonId) -> Vec<Face> {
        let filter = FaceFilter { person: Some(person), ..FaceFilter::default() };
        let wanted = ListFaces { filter, limit: 200, ..ListFaces::default() };
        self.app.faces(self.me.clone(), wanted).await.unwrap().items
    }

    async fn people(&self) -> Vec<Person> {
        let wanted = ListPeople { limit: 200, ..ListPeople::default() };
        let page = self.app.people(self.me.clone(), wanted).await.unwrap();
        page.items.into_iter().map(|found| found.person).collect()
    }
}

/// The count of each person is what their faces say.
async fn check_counts(library: &Library) {
    for person in library.people().await {
        let faces = library.faces_of(person.id).await;
        let assets: BTreeSet<AssetId> = faces.iter().map(|face| face.asset_id).collect();
        assert_eq!(usize::try_from(person.asset_count).unwrap(), assets.len(), "{person:?}");
    }
}

on_both_engines! {
    async fn counts_follow_whatever_happens(db: Db) {
        let library = Library::new(db).await;
        let mut random = fastrand::Rng::with_seed(7);
        let (mut assets, mut people, mut faces) = (Vec::new(), Vec::new(), Vec::new());
        for seed in 0..6 {
            assets.push(library.photo(Metadata::default(), seed).await.asset.id);
            people.push(library.somebody(PersonPatch::default()).await);
        }
        let (app, me) = (library.app.clone(), library.me.clone());
        for round in 0..150 {
            let (asset, person) = (assets[random.usize(..assets.len())], people[random.usize(..people.len())]);
            let done = match random.u8(..20) {
                0..8 => {
                    let person = random.bool().then_some(person);
                    let new = NewFace { library: None, asset, bounding_box: BOX, person };
                    app.create_face(me.clone(), new).await.map(|face| faces.push(face.id))
                }
                8..12 if !faces.is_empty() => {
                    let face = faces[random.usize(..faces.len())];
                    library.assign(face, random.bool().then_some(person)).await.map(drop)
                }
                12 | 13 if !faces.is_empty() => {
                    let face = faces.swap_remove(random.usize(..faces.len()));
                    app.delete_face(me.clone(), None, face).await
                }
                14 | 15 => app.trash_assets(me.clone(), None, vec![asset]).await,
                16 | 17 => app.restore_assets(me.clone(), None, vec![asset]).await,
                18 => {
                    let source = people[random.usize(..people.len())];
                    if source == person { continue }
                    app.merge_people(me.clone(), person, vec![source]).await.map(drop)
                }
                _ if round % 3 == 0 => app.delete_asset(me.clone(), asset).await,
                _ => app.delete_person(me.clone(), person).await,
            };
            // What was deleted earlier is asked for again now and then.
            assert!(matches!(done, Ok(()) | Err(Error::NotFound(_))), "{done:?}");
            check_counts(&library).await;
        }
        assert!(library.people().await.iter().any(|person| person.asset_count > 0), "a fair test");
    }

    async fn concurrent_deeds_leave_the_counts_right(db: Db) {
        let library = Library::new(db).await;
        let (mut assets, mut people) = (Vec::new(), Vec::new());
        for seed in 0..8 {
            assets.push(library.photo(Metadata::default(), seed).await.asset.id);
            people.push(library.somebody(PersonPatch::default()).await);
        }
        for &asset in &assets {
            for &person in &people {
                library.face(asset, Some(person)).await;
            }
        }
        let (app, me) = (&library.app, &library.me);
        let backwards: Vec<AssetId> = assets.iter().rev().copied().collect();
        let face = library.faces_of(people[2]).await[0].id;
        let done = tokio::join!(
            app.trash_assets(me.clone(), None, assets[..6].to_vec()),
            app.restore_assets(me.clone(), None, backwards.clone()),
            app.trash_assets(me.clone(), None, backwards[..5].to_vec()),
            app.delete_assets(me.clone(), None, vec![assets[4], assets[1]]),
            app.merge_people(me.clone(), people[7], vec![people[0], people[3]]),
            app.merge_people(me.clone(), people[6], vec![people[5], people[4]]),
            app.delete_person(me.clone(), people[1]),
            library.assign(face, Some(people[7])),
        );
        done.0.and(done.1).and(done.2).and(done.3).and(done.6).unwrap();
        assert!(done.4.unwrap().is_some() && done.5.unwrap().is_some());
        assert!(matches!(done.7, Ok(_) | Err(Error::NotFound(_))));
        check_counts(&library).await;
    }

    async fn the_feed_tells_of_faces_before_whom_they_showed(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let (kim, sam) = (library.somebody(called("Kim")).await, library.somebody(called("Sam")).await);
        let one = library.face(asset, Some(kim)).await;
        let two = library.face(asset, None).await;
        let start = library.events().await.len();

        library.assign(two, Some(sam)).await.unwrap();
        library.assign(two, Some(sam)).await.unwrap();
        library.app.merge_people(library.me.clone(), kim, vec![sam]).await.unwrap().unwrap();
        library.app.delete_person(library.me.clone(), kim).await.unwrap();
        library.app.delete_asset(library.me.clone(), asset).await.unwrap();
        let moved = |person, previous| Some(Payload::Reassigned { person, previous });
        let told = library.told(start).await;
        assert_eq!(told, [
            (EventKind::FaceUpdated, two.uuid(), moved(Some(sam), None)),
            (EventKind::FaceUpdated, two.uuid(), moved(Some(kim), Some(sam))),
            (EventKind::PersonDeleted, sam.uuid(), None),
            (EventKind::FaceUpdated, one.uuid(), moved(None, Some(kim))),
            (EventKind::FaceUpdated, two.uuid(), moved(None, Some(kim))),
            (EventKind::PersonDeleted, kim.uuid(), None),
            (EventKind::FaceDeleted, two.uuid(), Some(Payload::Unassigned { previous: None })),
            (EventKind::FaceDeleted, one.uuid(), Some(Payload::Unassigned { previous: None })),
            (EventKind::AssetDeleted, asset.uuid(), None),
        ]);
    }

    async fn trash_hides_faces_and_restore_brings_them_back(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let kim = library.somebody(called("Kim")).await;
        let face = library.face(asset, Some(kim)).await;
        let start = library.events().await.len();
        library.app.trash_assets(library.me.clone(), None, vec![asset]).await.unwrap();
        assert_eq!((library.person(kim).await.asset_count, library.faces_of(kim).await), (0, vec![]));
        assert_eq!(library.asset(asset).await.faces.unwrap().len(), 1, "by id all is seen");
        library.app.restore_assets(library.me.clone(), None, vec![asset]).await.unwrap();
        assert_eq!(library.person(kim).await.asset_count, 1);
        assert_eq!(library.faces_of(kim).await[0].id, face);
        let kinds: Vec<EventKind> = library.told(start).await.iter().map(|told| told.0).collect();
        assert_eq!(kinds, [EventKind::AssetTrashed, EventKind::AssetRestored], "nothing else is told");
    }

    async fn a_thumbnail_that_is_gone_is_told(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let face = library.face(asset, None).await;
        let patch = PersonPatch { thumbnail_face_id: Patch::Set(face), ..called("Kim") };
        let kim = library.somebody(patch.clone()).await;
        let before = library.person(kim).await;
        let start = library.events().await.len();
        library.app.delete_face(library.me.clone(), None, face).await.unwrap();
        let after = library.person(kim).await;
        assert_eq!(after.thumbnail_face_id, None);
        assert!(after.updated_at > before.updated_at);
        let kinds: Vec<EventKind> = library.told(start).await.iter().map(|told| told.0).collect();
        assert_eq!(kinds, [EventKind::FaceDeleted, EventKind::PersonUpdated]);
        let gone = library.app.update_person(library.me.clone(), kim, patch).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
    }

    async fn many_changes_are_made_in_order_or_not_at_all(db: Db) {
        let library = Library::new(db).await;
        let (a, b) = (library.somebody(called("A")).await, library.somebody(called("B")).await);
        let (app, me) = (&library.app, &library.me);
        let swap = vec![(a, called("b")), (b, called("a"))];
        assert!(matches!(app.update_people(me.clone(), swap).await, Err(Error::Conflict(_))));
        assert_eq!(library.person(a).await.name.unwrap().as_str(), "A");
        let free_first = vec![(a, called("C")), (b, called("A"))];
        app.update_people(me.clone(), free_first).await.unwrap();
        assert_eq!(library.person(b).await.name.unwrap().as_str(), "A");
        let start = library.events().await.len();
        let unknown = vec![(a, called("D")), (PersonId::generate(), called("E"))];
        assert!(matches!(app.update_people(me.clone(), unknown).await, Err(Error::NotFound(_))));
        assert_eq!(library.person(a).await.name.unwrap().as_str(), "C");
        assert_eq!(library.events().await.len(), start);
    }

    async fn one_name_is_one_person_however_many_ask_at_once(db: Db) {
        let library = Library::new(db).await;
        let (app, me) = (&library.app, &library.me);
        let ask = |name: &str| app.create_person(me.clone(), None, called(name));
        let made = tokio::join!(ask("Kim"), ask("kim"), ask(" KIM "), ask("kiM"));
        let people = [made.0, made.1, made.2, made.3].map(|made| match made.unwrap() {
            Made::New(found) | Made::Existing(found) => found.person.id,
        });
        assert!(people.iter().all(|id| *id == people[0]), "{people:?}");
        assert_eq!(library.people().await.len(), 1);
        let other = PersonPatch { is_favorite: Some(true), ..called("KIM") };
        let refused = app.create_person(me.clone(), None, other).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }

    async fn every_order_pages_without_gaps(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        for name in ["zoe", "Åse", "Eric", "Émile", "ase"] {
            let id = library.somebody(called(name)).await;
            if name.len() == 4 {
                library.face(asset, Some(id)).await;
            }
            library.somebody(PersonPatch::default()).await;
        }
        for &sort in <PeopleSort as model::Named>::ALL {
            let page = |after, limit| {
                let wanted = ListPeople { sort, after, limit, ..ListPeople::default() };
                library.app.people(library.me.clone(), wanted)
            };
            let all: Vec<Person> =
                page(None, 200).await.unwrap().items.into_iter().map(|found| found.person).collect();
            assert_eq!(all.len(), 10);
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = page(after, 3).await.unwrap();
                after = page.items.last().map(|found| found.person.id);
                paged.extend(page.items.into_iter().map(|found| found.person));
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(paged, all, "{sort:?}");
            let names: Vec<&str> = all.iter().flat_map(|p| &p.name).map(Name::as_str).collect();
            match sort {
                PeopleSort::NameAscending => {
                    assert_eq!(names, ["ase", "Åse", "Émile", "Eric", "zoe"]);
                    assert!(all[5..].iter().all(|person| person.name.is_none()));
                }
                PeopleSort::NameDescending => {
                    assert_eq!(names, ["zoe", "Eric", "Émile", "Åse", "ase"]);
                    assert!(all[5..].iter().all(|person| person.name.is_none()));
                }
                PeopleSort::MostAssets => assert!(all.is_sorted_by(|a, b| a.asset_count >= b.asset_count)),
                PeopleSort::FewestAssets => assert!(all.is_sorted_by_key(|person| person.asset_count)),
                PeopleSort::Newest => assert!(all.is_sorted_by(|a, b| a.id > b.id)),
                PeopleSort::Oldest => assert!(all.is_sorted_by_key(|person| person.id)),
            }
        }
    }

    async fn people_are_found_by_asset_and_by_part_of_a_name(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let odd = library.somebody(called("100% _Ödön\\")).await;
        let kim = library.somebody(called("Kim")).await;
        library.face(asset, Some(kim)).await;
        let find = async |filter: PeopleFilter| {
            let wanted = ListPeople { filter, limit: 200, ..ListPeople::default() };
            let page = library.app.people(library.me.clone(), wanted).await.unwrap();
            page.items.iter().map(|found| found.person.id).collect::<Vec<_>>()
        };
        let part = |text: &str| PeopleFilter { name: Some(text.to_owned()), ..PeopleFilter::default() };
        for (text, found) in [("KI", vec![kim]), ("%", vec![odd]), ("_ö", vec![odd]), ("\\", vec![odd]), ("k%m", vec![])] {
            assert_eq!(find(part(text)).await, found, "{text}");
        }
        let on = PeopleFilter { asset: Some(asset), ..PeopleFilter::default() };
        assert_eq!(find(on.clone()).await, [kim]);
        assert_eq!(find(PeopleFilter { ids: Some(vec![odd]), ..on }).await, []);

        let (app, me) = (&library.app, &library.me);
        let album = match app.create_album(me.clone(), NewAlbum::default()).await.unwrap() {
            Made::New(found) | Made::Existing(found) => found.album.id,
        };
        let of = PeopleFilter { album: Some(album), ..PeopleFilter::default() };
        assert_eq!(find(of.clone()).await, []);
        app.add_to_album(me.clone(), album, vec![asset]).await.unwrap();
        assert_eq!(find(of.clone()).await, [kim]);
        app.trash_assets(me.clone(), None, vec![asset]).await.unwrap();
        assert_eq!(find(of).await, []);
    }

    async fn what_is_merged_could_be_taken_apart_again(db: Db) {
        let library = Library::new(db.clone()).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let (kim, sam) = (library.somebody(called("Kim")).await, library.somebody(called("Sam")).await);
        let face = library.face(asset, Some(sam)).await;
        let after = library.app.merge_people(library.me.clone(), kim, vec![sam]).await.unwrap().unwrap().person;
        assert_eq!((after.name.unwrap().as_str(), after.asset_count), ("Kim", 1));
        let noted: Option<(String, PersonId, FaceId)> = db.read(move |conn| {
            conn.one("select m.name, m.person_id, f.face_id from person_merges m
                      join person_merge_faces f on f.source_id = m.source_id
                      where m.source_id = $1", &[&sam])
        }).await.unwrap();
        assert_eq!(noted, Some(("Sam".to_owned(), kim, face)));
    }

    async fn nobody_merged_with_nobody_leaves_nobody(db: Db) {
        let library = Library::new(db).await;
        let nobody = async || library.somebody(PersonPatch::default()).await;
        let (a, b, c) = (nobody().await, nobody().await, nobody().await);
        let start = library.events().await.len();
        let merged = library.app.merge_people(library.me.clone(), a, vec![b, c]).await.unwrap();
        assert_eq!((merged, library.people().await), (None, vec![]));
        assert_eq!(library.told(start).await.len(), 3);
        assert!(matches!(library.app.person(library.me.clone(), a).await, Err(Error::NotFound(_))));
        // A face is enough to stay, be it in the trash.
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let (a, b) = (nobody().await, nobody().await);
        library.face(asset, Some(a)).await;
        library.app.trash_assets(library.me.clone(), None, vec![asset]).await.unwrap();
        let merged = library.app.merge_people(library.me.clone(), b, vec![a]).await.unwrap();
        assert_eq!(merged.map(|found| found.person.id), Some(b));
    }

    async fn strangers_meet_nobody(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset.id;
        let kim = library.somebody(called("Kim")).await;
        let face = library.face(asset, Some(kim)).await;
        let stranger = viewer(library.app.create_user("sam@example.org".into()).await.unwrap().user);
        let theirs = match library.app.create_person(stranger.clone(), None, called("Kim")).await.unwrap() {
            Made::New(found) => found.person.id,
            Made::Existing(_) => panic!("a name is unique in its library only"),
        };
        let app = &library.app;
        let new = |asset, person| NewFace { library: None, asset, bounding_box: BOX, person };
        let thumbnail = PersonPatch { thumbnail_face_id: Patch::Set(face), ..PersonPatch::default() };
        for (what, done) in [
            ("get", app.person(stranger.clone(), kim).await.map(drop)),
            ("update", app.update_person(stranger.clone(), kim, called("X")).await.map(drop)),
            ("bulk", app.update_people(stranger.clone(), vec![(kim, called("X"))]).await),
            ("delete", app.delete_person(stranger.clone(), kim).await),
            ("merge", app.merge_people(stranger.clone(), kim, vec![theirs]).await.map(drop)),
            ("merge from", app.merge_people(stranger.clone(), theirs, vec![kim]).await.map(drop)),
            ("thumbnail", app.update_person(stranger.clone(), theirs, thumbnail).await.map(drop)),
            ("face", app.face(stranger.clone(), None, face).await.map(drop)),
            ("assign", app.update_face(stranger.clone(), None, face, Patch::Clear).await.map(drop)),
            ("delete face", app.delete_face(stranger.clone(), None, face).await),
            ("draw", app.create_face(stranger.clone(), new(asset, None)).await.map(drop)),
            ("draw mine", app.create_face(library.me.clone(), new(asset, Some(theirs))).await.map(drop)),
        ] {
            assert!(matches!(done, Err(Error::NotFound(_))), "{what}: {done:?}");
        }
        let after = ListPeople { after: Some(kim), limit: 1, ..ListPeople::default() };
        assert!(matches!(app.people(stranger.clone(), after).await, Err(Error::Unclear(_))));
        let after = ListFaces { after: Some(face), limit: 1, ..ListFaces::default() };
        assert!(matches!(app.faces(stranger.clone(), after).await, Err(Error::Unclear(_))));
        for filter in [
            FaceFilter { asset: Some(asset), ..FaceFilter::default() },
            FaceFilter { person: Some(kim), ..FaceFilter::default() },
            FaceFilter { ids: Some(vec![face]), ..FaceFilter::default() },
        ] {
            let wanted = ListFaces { filter, limit: 5, ..ListFaces::default() };
            assert_eq!(app.faces(stranger.clone(), wanted).await.unwrap().items, []);
        }
        let filter = PeopleFilter { asset: Some(asset), ..PeopleFilter::default() };
        let wanted = ListPeople { filter, limit: 5, ..ListPeople::default() };
        assert_eq!(app.people(stranger, wanted).await.unwrap().items, []);
    }
}
