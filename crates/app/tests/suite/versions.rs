//! Renderings above the upload: sent, replaced, taken back.

use std::io::Read as _;

use app::pictures::{Variant, Wanted};
use app::versions::{Params, Place, Rendering, Shown};
use app::{Error, Made, Viewer};
use model::{Action, Actions, AssetId, EventKind, Status, TaskKind, VersionId, VersionKind};
use specimen::{Metadata, Photo, Scene};
use store::on_both_engines;

use crate::harness::{Library, bergen};

/// An edited picture: smaller, and silent about itself.
fn edited(seed: u64) -> Vec<u8> {
    let photo = Photo { width: 40, height: 30, scene: Scene::from_seed(seed), ..Photo::default() };
    photo.bytes().unwrap()
}

fn as_edit(params: &str) -> Rendering {
    Rendering {
        kind: VersionKind::new("edit".to_owned()).unwrap(),
        params: Params::new(params.to_owned()).unwrap(),
        declared: Some("image/jpeg".to_owned()),
    }
}

impl Library {
    async fn add(
        &self,
        who: Viewer,
        id: AssetId,
        place: Place,
        how: Rendering,
        bytes: &[u8],
    ) -> app::Result<Made<Shown>> {
        self.clock.advance(1);
        let mut receiving = self.app.receive_at_most(&self.me, model::MOST_VERSION_BYTES).await?;
        receiving.push(bytes.to_vec().into()).await?;
        let received = receiving.finish().await?;
        self.app.add_version(who, id, place, how, received).await
    }

    pub(crate) async fn edit(&self, id: AssetId, seed: u64) -> Shown {
        let made = self.try_edit(self.me.clone(), id, seed).await;
        let Made::New(shown) = made.unwrap() else { panic!("it was there") };
        shown
    }

    pub(crate) async fn try_edit(
        &self,
        who: Viewer,
        id: AssetId,
        seed: u64,
    ) -> app::Result<Made<Shown>> {
        self.add(who, id, Place::Above, as_edit("{}"), &edited(seed)).await
    }

    async fn used(&self) -> i64 {
        let all = self.app.libraries(self.me.clone(), model::TrashState::Live).await.unwrap();
        let me = self.app.me(self.me.clone()).await.unwrap();
        assert_eq!(me.storage_used_bytes, all[0].library.storage_used_bytes);
        me.storage_used_bytes
    }

    async fn chain(&self, id: AssetId) -> Vec<VersionId> {
        let (_, all) = self.app.versions(self.me.clone(), id).await.unwrap();
        let positions: Vec<i64> = all.iter().map(|version| version.position).collect();
        assert_eq!(positions, (0..).take(all.len()).collect::<Vec<i64>>());
        all.iter().map(|version| version.id).collect()
    }

    async fn bytes_of(&self, version: VersionId) -> Vec<u8> {
        let mut delivery = self.app.deliver(version, Wanted::Original).await.unwrap();
        let mut bytes = Vec::new();
        delivery.object.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

fn folders(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(
            |path| {
                if path.is_dir() { folders(&path) } else { usize::from(path.ends_with("original")) }
            },
        )
        .sum()
}

on_both_engines! {
    async fn the_asset_follows_its_current_version(db: Db) {
        let library = Library::new(db).await;
        let upload = library.photo(bergen(), 1).await;
        let id = upload.asset.id;
        library.app.work_until_idle().await.unwrap();
        let before = library.asset(id).await;
        let events = library.events().await.len();

        let Shown { asset, version } = library.edit(id, 2).await;
        assert_eq!((version.position, version.size), (1, Some((40, 30))));
        assert_eq!(asset.version_id, version.id);
        assert_eq!((asset.size, asset.kind.as_str()), (Some((40, 30)), "edit"));
        assert_eq!(asset.file_size_bytes, version.file_size_bytes);
        assert_eq!(asset.thumbhash, None, "that of the upload is not shown");
        assert_eq!(asset.original_file_name, upload.asset.original_file_name);
        assert_eq!(library.asset(id).await.file, upload.file);
        assert_eq!(asset.metadata, before.asset.metadata, "a rendering is not read for facts");
        let told: Vec<_> = library.events().await[events..].iter().map(|event| event.change.kind).collect();
        assert_eq!(told, [EventKind::AssetUpdated]);
        assert_eq!(library.used().await, upload.asset.file_size_bytes + version.file_size_bytes);

        library.app.work_until_idle().await.unwrap();
        let after = library.asset(id).await.asset;
        assert!(after.thumbhash.is_some() && after.thumbhash != before.asset.thumbhash);
        assert_eq!(after.size, Some((40, 30)));
        let small = library.app.deliver(version.id, Wanted::Picture(Variant::Small)).await;
        assert!(small.is_ok());

        let back = library.app.delete_version(library.me.clone(), id, version.id).await.unwrap();
        assert_eq!(back.asset.version_id, upload.asset.version_id);
        assert_eq!((back.asset.size, back.asset.kind.as_str()), (Some((64, 48)), "original"));
        assert_eq!(back.file, upload.file);
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.asset(id).await.asset.thumbhash, before.asset.thumbhash);
        assert_eq!(library.used().await, upload.asset.file_size_bytes);
        assert_eq!(folders(library.objects.path()), 1, "its files are gone");
        let gone = library.app.deliver(version.id, Wanted::Original).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
    }

    async fn what_the_upload_says_is_in_the_stored_file(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let sent = edited(2);
        let version = library.edit(id, 2).await.version;
        let stored = library.bytes_of(version.id).await;
        assert_ne!(stored, sent);
        assert_eq!(stored.len(), usize::try_from(version.file_size_bytes).unwrap());
        let facts = media::facts::read(&mut std::io::Cursor::new(&stored), media::Format::Jpeg);
        assert_eq!(facts.original.unwrap().value, crate::harness::time("2019-05-06T07:08:09+02:00"));
        assert_eq!(facts.description.unwrap().value, "Bryggen");
        assert_eq!(facts.raw_size, Some((40, 30)));
        assert_eq!(folders(library.objects.path()), 2, "the bytes as sent are not kept");
        assert_eq!(library.chain(id).await.len(), 2);

        let silent = library.photo(Metadata::default(), 3).await.asset.id;
        let version = library.edit(silent, 4).await.version;
        assert_eq!(library.bytes_of(version.id).await, edited(4), "nothing to be carried");
        assert_eq!(version.checksum, version.received);
    }

    async fn the_same_once_more_stores_nothing(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let first = library.edit(id, 2).await;
        let (events, used) = (library.events().await.len(), library.used().await);
        let me = || library.me.clone();
        for place in [Place::Above, Place::InsteadOf(first.version.id)] {
            let again = library.add(me(), id, place, as_edit(" {} "), &edited(2)).await.unwrap();
            assert_eq!(again, Made::Existing(first.clone()));
        }
        assert_eq!((library.events().await.len(), library.used().await), (events, used));
        assert_eq!(folders(library.objects.path()), 2);
        // Anything else is another rendering.
        for (how, bytes) in [(as_edit("{\"a\":1}"), edited(2)), (as_edit("{}"), edited(3))] {
            let other = library.add(me(), id, Place::Above, how, &bytes).await;
            assert!(matches!(other, Err(Error::Conflict(_))), "{other:?}");
        }
        assert_eq!(folders(library.objects.path()), 2);
    }

    async fn a_replacement_takes_the_place(db: Db) {
        let library = Library::new(db).await;
        let upload = library.photo(bergen(), 1).await.asset;
        let (id, me) = (upload.id, || library.me.clone());
        let first = library.edit(id, 2).await.version;
        library.app.work_until_idle().await.unwrap();
        let place = Place::InsteadOf(first.id);
        let made = library.add(me(), id, place, as_edit("{}"), &edited(3)).await.unwrap();
        let Made::New(second) = made else { panic!() };
        assert_eq!(second.version.position, 1);
        assert_eq!(library.chain(id).await, [upload.version_id, second.version.id]);
        assert_eq!(library.used().await, upload.file_size_bytes + second.version.file_size_bytes);
        // The answer was lost, and the client asks again for the version that it knows.
        let again = library.add(me(), id, place, as_edit("{}"), &edited(3)).await.unwrap();
        assert_eq!(again, Made::Existing(second.clone()));
        let other = library.add(me(), id, place, as_edit("{}"), &edited(4)).await;
        assert!(matches!(other, Err(Error::NotFound(_))), "{other:?}");
        library.app.work_until_idle().await.unwrap();
        assert_eq!(folders(library.objects.path()), 2);
        let done = library.tasks(Status::Success).await;
        assert!(done.iter().any(|task| task.kind == TaskKind::AssetVersionStorageCleanup));
    }

    async fn only_what_is_shown_can_be_replaced_or_taken_back(db: Db) {
        let library = Library::new(db).await;
        let upload = library.photo(bergen(), 1).await.asset;
        let (id, me) = (upload.id, || library.me.clone());
        let original = library.add(me(), id, Place::InsteadOf(upload.version_id), as_edit("{}"), &edited(2)).await;
        assert!(matches!(original, Err(Error::Unfit("version_id", _))), "{original:?}");
        let taken = library.app.delete_version(me(), id, upload.version_id).await;
        assert!(matches!(taken, Err(Error::Unfit("version_id", _))), "{taken:?}");
        for unknown in [VersionId::generate(), library.photo(bergen(), 5).await.asset.version_id] {
            assert!(matches!(library.app.delete_version(me(), id, unknown).await, Err(Error::NotFound(_))));
            assert!(matches!(library.app.revert_to_version(me(), id, unknown).await, Err(Error::NotFound(_))));
        }
        let events = library.events().await.len();
        let same = library.app.revert_to_version(me(), id, upload.version_id).await.unwrap();
        assert_eq!(same.asset.updated_at, upload.updated_at, "nothing happens");
        assert_eq!(library.events().await.len(), events);
        library.edit(id, 2).await;
        let back = library.app.revert_to_version(me(), id, upload.version_id).await.unwrap();
        assert_eq!(back.asset.version_id, upload.version_id);
        assert_eq!(library.chain(id).await, [upload.version_id]);
    }

    async fn two_renderings_at_once_are_one(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let me = || library.me.clone();
        let (one, two) = (edited(2), edited(3));
        let (a, b) = tokio::join!(
            library.add(me(), id, Place::Above, as_edit("{}"), &one),
            library.add(me(), id, Place::Above, as_edit("{}"), &two),
        );
        let new = [&a, &b].iter().filter(|made| matches!(made, Ok(Made::New(_)))).count();
        let refused = [&a, &b].iter().filter(|made| matches!(made, Err(Error::Conflict(_)))).count();
        assert_eq!((new, refused), (1, 1), "{a:?} {b:?}");
        let other = library.photo(bergen(), 4).await.asset.id;
        let (a, b) = tokio::join!(
            library.add(me(), other, Place::Above, as_edit("{}"), &one),
            library.add(me(), other, Place::Above, as_edit("{}"), &one),
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_ne!(matches!(a, Made::New(_)), matches!(b, Made::New(_)));
        assert_eq!(folders(library.objects.path()), 4);
    }

    async fn what_is_no_rendering_is_refused_and_leaves_nothing(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let me = || library.me.clone();
        let gif = Photo { format: specimen::Format::Gif, width: 40, height: 30, ..Photo::default() };
        let cut = edited(2)[..200].to_vec();
        for bytes in [vec![], b"no picture".to_vec(), gif.bytes().unwrap(), cut] {
            let how = Rendering { declared: None, ..as_edit("{}") };
            let refused = library.add(me(), id, Place::Above, how, &bytes).await;
            assert!(matches!(refused, Err(Error::Invalid("file", _))), "{refused:?}");
        }
        let wrong = Rendering { declared: Some("image/png".to_owned()), ..as_edit("{}") };
        let refused = library.add(me(), id, Place::Above, wrong, &edited(2)).await;
        assert!(matches!(refused, Err(Error::Invalid("file", _))), "{refused:?}");
        let mut receiving = library.app.receive_at_most(&library.me, 10).await.unwrap();
        receiving.push(vec![1; 10].into()).await.unwrap();
        assert!(matches!(receiving.push(vec![1].into()).await, Err(Error::Invalid("file", _))));
        drop(receiving);
        assert_eq!(library.chain(id).await.len(), 1);
        assert_eq!(folders(library.objects.path()), 1);
    }

    async fn deletion_takes_all_versions_along(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let version = library.edit(id, 2).await.version;
        library.app.work_until_idle().await.unwrap();
        library.app.delete_asset(library.me.clone(), id).await.unwrap();
        assert_eq!(library.used().await, 0);
        library.app.work_until_idle().await.unwrap();
        assert_eq!(folders(library.objects.path()), 0);
        assert!(library.app.deliver(version.id, Wanted::Original).await.is_err());
    }

    async fn reading_and_writing_do_not_remove(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let version = library.edit(id, 2).await.version;
        let actions = [Action::Read, Action::Write, Action::Delete].into_iter().collect::<Actions>();
        let some = Viewer { actions, ..library.me.clone() };
        let refused = library.app.delete_version(some.clone(), id, version.id).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let stranger = library.app.create_user("eve@example.org".to_owned()).await.unwrap();
        let eve = || crate::harness::viewer(stranger.user);
        assert!(matches!(library.app.versions(eve(), id).await, Err(Error::NotFound(_))));
        let sent = library.add(eve(), id, Place::Above, as_edit("{}"), &edited(3)).await;
        assert!(matches!(sent, Err(Error::NotFound(_))), "{sent:?}");
        assert_eq!(folders(library.objects.path()), 2);
    }
}
