//! Videos, and what becomes of files whose decoder is missing or misbehaves.
//!
//! A script stands for ffmpeg, so that every machine has one.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;

use app::pictures::{Variant, Wanted};
use app::{Limits, Made};
use model::{AssetId, Status, TaskKind};
use store::on_both_engines;
use tempfile::TempDir;

use crate::harness::Library;

/// The beginning of a video, and something that makes it like no other.
const VIDEO: &[u8] = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2";

/// Doubles what it says until it is ended.
const FLOOD: &str = "x=flood; while :; do x=$x$x; echo $x; done";

/// A library whose ffmpeg is that script.
async fn with_decoder(db: store::db::Db, folder: &TempDir, script: &str) -> Library {
    let program = folder.path().join("ffmpeg");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    // Once in a test is no leak to speak of.
    let ffmpeg = program.to_str().unwrap().to_owned().leak();
    Library::with_limits(db, Limits { ffmpeg, ..Limits::default() }).await
}

async fn video(library: &Library) -> AssetId {
    match library.upload("clip.mp4", VIDEO).await {
        Made::New(found) => found.asset.id,
        Made::Existing(found) => panic!("{} was there already", found.asset.id),
    }
}

async fn kinds(library: &Library, status: Status) -> Vec<TaskKind> {
    let mut kinds: Vec<_> = library.tasks(status).await.iter().map(|task| task.kind).collect();
    kinds.sort_by_key(|kind| kind.urgency());
    kinds
}

on_both_engines! {
    async fn a_video_gets_a_still_and_its_hash(db: Db) {
        let folder = tempfile::tempdir().unwrap();
        let picture = "printf 'P6\\n4 2\\n255\\nabcdefghijklmnopqrstuvwx'";
        let library = with_decoder(db, &folder, picture).await;
        let id = video(&library).await;
        assert_eq!(kinds(&library, Status::Pending).await, [TaskKind::VideoThumbnailExtract]);
        library.app.work_until_idle().await.unwrap();
        let done = [TaskKind::VideoThumbnailExtract, TaskKind::Thumbhash];
        assert_eq!(kinds(&library, Status::Success).await, done);
        let asset = library.asset(id).await.asset;
        assert!(asset.thumbhash.is_some());
        assert_eq!(asset.size, Some((4, 2)));
        for variant in [Variant::Thumbnail, Variant::Preview, Variant::Fullsize] {
            let mut still = Vec::new();
            let sent = library.app.deliver(asset.version_id, Wanted::Picture(variant)).await;
            sent.unwrap().object.read_to_end(&mut still).unwrap();
            assert!(still.starts_with(&[0xff, 0xd8]), "{variant:?}");
        }
        let original = library.app.deliver(asset.version_id, Wanted::Original).await.unwrap();
        assert_eq!(original.object.len(), VIDEO.len() as u64);
    }

    async fn without_a_decoder_it_is_stored_and_said_why(db: Db) {
        let limits = Limits { ffmpeg: "/nowhere/ffmpeg", ..Limits::default() };
        let library = Library::with_limits(db, limits).await;
        let id = video(&library).await;
        library.app.work_until_idle().await.unwrap();
        let failed = library.tasks(Status::Failure).await;
        assert_eq!(failed.len(), 1);
        let reason = failed[0].error_message.as_deref().unwrap();
        assert!(reason.contains("/nowhere/ffmpeg is not installed"), "{reason}");
        let asset = library.asset(id).await.asset;
        let still = library.app.deliver(asset.version_id, Wanted::Picture(Variant::Small)).await;
        assert!(matches!(still, Err(app::Error::NotFound(_))));
        let original = library.app.deliver(asset.version_id, Wanted::Original).await.unwrap();
        assert_eq!(original.object.len(), VIDEO.len() as u64);
    }

    async fn a_decoder_gone_mad_blocks_nobody(db: Db) {
        let folder = tempfile::tempdir().unwrap();
        let library = with_decoder(db, &folder, FLOOD).await;
        video(&library).await;
        let photo = library.photo(specimen::Metadata::default(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        assert_eq!(kinds(&library, Status::Failure).await, [TaskKind::VideoThumbnailExtract]);
        assert!(library.asset(photo).await.asset.thumbhash.is_some());
        assert!(library.tasks(Status::Started).await.is_empty());
    }

    async fn the_formats_say_whether_the_decoder_is_there(db: Db) {
        let folder = tempfile::tempdir().unwrap();
        let library = with_decoder(db.clone(), &folder, "echo 'ffmpeg version 7.1-test Copyright'").await;
        let formats = library.app.formats().await.unwrap();
        let version = |mime: &str| {
            let found = formats.iter().find(|format| format.mime_type == mime).unwrap();
            found.decoder_version.clone()
        };
        assert_eq!(version("video/mp4").as_deref(), Some("7.1-test"));
        assert_eq!(version("image/heic"), version("video/mp4"));
        assert!(version("image/jxl").is_some());
    }
}
