//! How far the clock of a camera was from UTC, and that correcting a place never moves it.

use model::{Coordinates, MetadataPatch, Patch};
use specimen::{ExifTime, Gps, Metadata};
use store::on_both_engines;

use crate::harness::{Library, film, time};

/// Sydney, without a word about the offset.
fn sydney(taken: &str) -> Metadata {
    Metadata {
        taken: Some(ExifTime::new(taken)),
        gps: Some(Gps::at(-33.8568, 151.2153)),
        ..Metadata::default()
    }
}

on_both_engines! {
    async fn the_place_in_the_file_knows_its_offset_on_that_day(db: Db) {
        let library = Library::new(db).await;
        let winter = library.photo(sydney("2020:09:19 20:55:57"), 1).await.asset;
        assert_eq!(winter.capture, time("2020-09-19T20:55:57+10:00"));
        let summer = library.photo(sydney("2020:12:19 20:55:57"), 2).await.asset;
        assert_eq!(summer.original(), Some(time("2020-12-19T20:55:57+11:00")));
    }

    async fn what_the_file_says_itself_counts_before_the_place(db: Db) {
        let library = Library::new(db).await;
        let taken = Some(ExifTime::new("2020:09:19 20:55:57").offset("+02:00"));
        let metadata = Metadata { taken, ..sydney("") };
        assert_eq!(library.photo(metadata, 1).await.asset.capture, time("2020-09-19T20:55:57+02:00"));
        let nowhere = Metadata { gps: None, ..sydney("2020:09:19 20:55:57") };
        assert_eq!(library.photo(nowhere, 2).await.asset.capture, time("2020-09-19T20:55:57"));
    }

    async fn correcting_a_place_moves_no_time(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(sydney("2020:09:19 20:55:57"), 1).await.asset.id;
        let patch = |coordinates| MetadataPatch { coordinates, ..MetadataPatch::default() };
        let berlin = Patch::Set(Coordinates::new(52.52, 13.405).unwrap());
        for coordinates in [berlin, Patch::Clear] {
            library.app.update_asset(library.me.clone(), id, patch(coordinates)).await.unwrap();
            library.app.work_until_idle().await.unwrap();
            let capture = library.asset(id).await.asset.capture;
            assert_eq!(capture, time("2020-09-19T20:55:57+10:00"));
        }
    }

    async fn a_film_is_shown_on_the_clock_of_its_place(db: Db) {
        let library = Library::new(db).await;
        let app::Made::New(found) = library.upload("a.mp4", &film("-33.8568+151.2153/")).await else { panic!() };
        let asset = found.asset;
        // 2019-07-24T20:25:57Z, when it is winter there.
        assert_eq!(asset.capture, time("2019-07-25T06:25:57+10:00"));
        assert_eq!((asset.size, asset.duration), (Some((480, 640)), Some(2.5)));
        assert_eq!(asset.metadata.camera.fps, Some(30.0));
        assert_eq!((asset.metadata.camera.raw_size, asset.metadata.camera.orientation), (None, None));
        let app::Made::New(found) = library.upload("b.mp4", &film("")).await else { panic!() };
        assert_eq!(found.asset.capture, time("2019-07-24T20:25:57Z"));
    }
}
