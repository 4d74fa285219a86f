//! A library of one's own, and somebody who may do everything in it.

use app::Made;
use app::assets::{Found, ListAssets, Parts};
use app::upload::{FileName, Form};
use app::{App, Clock, Credential, InvitationKey, Limits, Secrets, SessionKey, Viewer};
use model::{
    Actions, AssetId, CaptureTime, EventKind, Instant, LibraryId, Name, Payload, Scope, Status,
    Task, UserId, VersionId,
};
use specimen::{ExifTime, Gps, Metadata, Photo};
use store::blobs::{Blobs, StorageUrl};
use store::db::Db;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct Library {
    pub(crate) app: App,
    pub(crate) me: Viewer,
    pub(crate) clock: Clock,
    pub(crate) objects: TempDir,
    pub(crate) db: Db,
}

pub(crate) fn viewer(user: UserId) -> Viewer {
    Viewer { user, actions: Actions::ALL, scope: Scope::All, credential: Credential::Session }
}

impl Library {
    pub(crate) async fn new(db: Db) -> Self {
        Self::with_limits(db, Limits::default()).await
    }

    pub(crate) async fn with_limits(db: Db, limits: Limits) -> Self {
        let objects = tempfile::tempdir().unwrap();
        let url: StorageUrl = objects.path().display().to_string().parse().unwrap();
        Self::begin(db, Blobs::open(&url).unwrap(), limits, objects).await
    }

    /// Over a store of objects that the test looks after.
    pub(crate) async fn over(db: Db, blobs: Blobs) -> Self {
        Self::with(db, blobs, Limits::default()).await
    }

    pub(crate) async fn with(db: Db, blobs: Blobs, limits: Limits) -> Self {
        Self::begin(db, blobs, limits, tempfile::tempdir().unwrap()).await
    }

    async fn begin(db: Db, blobs: Blobs, limits: Limits, objects: TempDir) -> Self {
        let clock = Clock::by_hand(Instant::from_micros(1_700_000_000_000_000));
        let app = wired(db.clone(), blobs, &clock, limits);
        let account = app.create_user("kim@example.org".to_owned()).await.unwrap();
        Self { app, me: viewer(account.user), clock, objects, db }
    }

    /// The same program over another database and other objects.
    pub(crate) fn moved_to(&self, db: Db, blobs: Blobs) -> App {
        wired(db, blobs, &self.clock, Limits::default())
    }

    /// One more library of mine.
    pub(crate) async fn another(&self, name: &str) -> LibraryId {
        let name = Name::new(name).unwrap();
        match self.app.create_library(self.me.clone(), name, None).await.unwrap() {
            Made::New(view) => view.library.id,
            Made::Existing(view) => panic!("{} was there already", view.library.id),
        }
    }

    pub(crate) async fn upload(&self, name: &str, bytes: &[u8]) -> Made<Found> {
        self.try_upload(name, bytes).await.unwrap()
    }

    pub(crate) async fn try_upload(&self, name: &str, bytes: &[u8]) -> app::Result<Made<Found>> {
        let target = self.app.upload_target(self.me.clone(), None).await?;
        self.upload_into(&self.me, target, name, bytes).await
    }

    pub(crate) async fn upload_into(
        &self,
        who: &Viewer,
        library: LibraryId,
        name: &str,
        bytes: &[u8],
    ) -> app::Result<Made<Found>> {
        self.clock.advance(1);
        let mut receiving = self.app.receive(who).await?;
        for chunk in bytes.chunks(1000) {
            receiving.push(chunk.to_vec().into()).await?;
        }
        let received = receiving.finish().await?;
        self.app.upload(who.clone(), library, form(name), received).await
    }

    /// A new asset of a small photograph.
    pub(crate) async fn photo(&self, metadata: Metadata, seed: u64) -> Found {
        match self.upload(&format!("{seed}.jpg"), &small(metadata, seed)).await {
            Made::New(found) => found,
            Made::Existing(found) => panic!("{} was there already", found.asset.id),
        }
    }

    pub(crate) async fn asset(&self, id: AssetId) -> Found {
        self.app.asset(self.me.clone(), id, Parts::ALL).await.unwrap()
    }

    pub(crate) async fn list(&self, wanted: ListAssets) -> Vec<AssetId> {
        let page = self.app.assets(self.me.clone(), wanted).await.unwrap();
        page.items.iter().map(|found| found.asset.id).collect()
    }

    /// The feed from its beginning.
    pub(crate) async fn events(&self) -> Vec<model::Event> {
        let wanted = app::events::ReadEvents { limit: 200, ..Default::default() };
        self.app.events(self.me.clone(), wanted).await.unwrap().events
    }

    /// What the feed tells after its first `skip` events.
    pub(crate) async fn told(&self, skip: usize) -> Vec<(EventKind, Uuid, Option<Payload>)> {
        let events = self.events().await;
        let tell =
            |event: &model::Event| (event.change.kind, event.change.entity, event.change.payload);
        events[skip..].iter().map(tell).collect()
    }

    pub(crate) async fn tasks(&self, status: Status) -> Vec<Task> {
        let wanted =
            app::tasks::ListTasks { status: Some(status), limit: 200, ..Default::default() };
        self.app.tasks(self.me.clone(), wanted).await.unwrap()
    }
}

/// What a client says of a file.
pub(crate) fn form(name: &str) -> Form {
    Form {
        file_name: FileName::new(name).unwrap(),
        device_asset_id: name.to_owned(),
        device_id: "test".to_owned(),
        file_created_at: time("2020-02-02T02:02:02+02:00"),
        file_modified_at: time("2020-02-02T02:02:03"),
    }
}

/// A program over a library that was there before.
pub(crate) fn over(db: Db, blobs: Blobs, now: Instant) -> App {
    wired(db, blobs, &Clock::by_hand(now), Limits::default())
}

/// Who owns a library that was there before.
pub(crate) async fn owner(db: &Db) -> Viewer {
    viewer(db.read(store::users::owner).await.unwrap().unwrap().id)
}

fn wired(db: Db, blobs: Blobs, clock: &Clock, limits: Limits) -> App {
    let secrets = Secrets {
        sessions: SessionKey::new(vec![1; 32]),
        invitations: InvitationKey::new(vec![2; 32]),
    };
    App::new(db, blobs, clock.clone(), secrets, limits)
}

/// Where the original of a version lies.
pub(crate) fn original(objects: &std::path::Path, version: VersionId) -> std::path::PathBuf {
    let [.., outer, inner] = *version.uuid().as_bytes();
    objects.join(format!("v/{outer:02x}/{inner:02x}/{version}/original"))
}

/// A small photograph; each seed gives another one.
pub(crate) fn small(metadata: Metadata, seed: u64) -> Vec<u8> {
    let photo = Photo {
        width: 64,
        height: 48,
        scene: specimen::Scene::from_seed(seed),
        metadata,
        ..Photo::default()
    };
    photo.bytes().unwrap()
}

pub(crate) fn time(text: &str) -> CaptureTime {
    CaptureTime::parse(text).unwrap()
}

/// What a camera with a clock and a receiver writes: Bergen, in 2019.
pub(crate) fn bergen() -> Metadata {
    Metadata {
        taken: Some(ExifTime::new("2019:05:06 07:08:09").offset("+02:00")),
        gps: Some(Gps::at(60.3913, 5.3221).altitude(12.0)),
        image_description: Some("Bryggen".to_owned()),
        rating: Some(3),
        ..Metadata::default()
    }
}

/// Every file in a folder and the folders in it.
pub(crate) fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The beginning of a film on its side: 75 frames in two and a half seconds, from
/// 2019-07-24T20:25:57Z on, at this place in the notation of ISO 6709.
pub(crate) fn film(place: &str) -> Vec<u8> {
    let part = |kind: &[u8], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&size, kind, content].concat()
    };
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let created = 3_646_844_757;
    let turned = [0, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000];
    let shown = [words(&[7, created, created, 1, 0, 1_500, 0, 0, 0, 0]), words(&turned)].concat();
    let header = part(b"tkhd", &[shown, words(&[640 << 16, 480 << 16])].concat());
    let tables = part(b"stbl", &part(b"stsz", &words(&[0, 1, 75])));
    let media = [
        part(b"mdhd", &words(&[0, created, created, 30_000, 75_000, 0])),
        part(b"hdlr", b"\0\0\0\0mhlrvide\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        part(b"minf", &tables),
    ];
    let track = part(b"trak", &[header, part(b"mdia", &media.concat())].concat());
    let len = u16::try_from(place.len()).unwrap().to_be_bytes();
    let place = part(b"\xa9xyz", &[&len, [0, 0].as_slice(), place.as_bytes()].concat());
    let movie = [
        part(b"mvhd", &words(&[0, created, created, 600, 1_500, 0, 0])),
        track,
        part(b"udta", &place),
    ];
    [part(b"ftyp", b"mp42\0\0\0\0isom"), part(b"moov", &movie.concat())].concat()
}
