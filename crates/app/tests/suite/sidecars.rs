//! Sidecars lie between the file and what people say.

use app::Error;
use model::{Caption, EventKind, MetadataPatch, Patch, Status, TaskKind};
use store::on_both_engines;

use crate::harness::{Library, bergen, time};

fn packet(properties: &str) -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF
           xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description
           xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'
           xmlns:exif='http://ns.adobe.com/exif/1.0/'>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

on_both_engines! {
    async fn a_sidecar_hides_the_file_and_people_hide_the_sidecar(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let attach = async |properties: &str| {
            let found = library.app.attach_sidecar(library.me.clone(), id, packet(properties)).await.unwrap();
            assert_eq!(found, library.asset(id).await, "the answer equals a later look");
            found.asset
        };
        let caption = "<dc:description>beside</dc:description>";
        let asset = attach(&format!("{caption}<xmp:Rating>5</xmp:Rating>")).await;
        assert_eq!(asset.metadata.description.as_deref(), Some("beside"));
        assert_eq!(asset.metadata.rating.map(model::Rating::stars), Some(5));
        assert_eq!(asset.capture, time("2019-05-06T07:08:09+02:00"), "the rest is the file's");
        let mine = Patch::Set(Caption::new("mine".to_owned()).unwrap());
        let patch = |description| MetadataPatch { description, ..MetadataPatch::default() };
        let me = library.me.clone();
        let shown = library.app.update_asset(me.clone(), id, patch(mine)).await.unwrap();
        assert_eq!(shown.asset.metadata.description.as_deref(), Some("mine"));
        attach(&caption.replace("beside", "again")).await;
        assert_eq!(library.asset(id).await.asset.metadata.description.as_deref(), Some("mine"));
        let shown = library.app.update_asset(me, id, patch(Patch::Clear)).await.unwrap().asset;
        assert_eq!(shown.metadata.description.as_deref(), Some("again"));
        assert_eq!(shown.metadata.rating.map(model::Rating::stars), Some(3), "a new one replaces the old");
    }

    async fn a_sidecar_tells_the_feed_once_and_asks_for_names(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        let before = library.events().await.len();
        let place = "<exif:GPSLatitude>33,51.408S</exif:GPSLatitude><exif:GPSLongitude>151,12.918E</exif:GPSLongitude>";
        for _ in 0..2 {
            library.app.attach_sidecar(library.me.clone(), id, packet(place)).await.unwrap();
        }
        let told: Vec<_> = library.told(before).await.iter().map(|it| it.0).collect();
        assert_eq!(told, [EventKind::MetadataUpdated, EventKind::AssetUpdated]);
        let waiting: Vec<_> = library.tasks(Status::Pending).await.iter().map(|task| task.kind).collect();
        assert_eq!(waiting, [TaskKind::ReverseGeocoding]);
        library.app.work_until_idle().await.unwrap();
        let asset = library.asset(id).await.asset;
        assert_eq!(asset.metadata.place.country_code.as_deref(), Some("AU"));
        assert_eq!(asset.metadata.altitude, None, "the height is of the file's place");
        assert_eq!(asset.capture, time("2019-05-06T07:08:09+02:00"), "and the clock is the file's");
    }

    async fn what_is_taken_along_says_what_is_shown(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        let mine = Patch::Set(Caption::new("Mine & <yours>".to_owned()).unwrap());
        let patch = MetadataPatch { description: mine, ..MetadataPatch::default() };
        library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
        let shown = library.asset(id).await;
        let taken_along = library.app.sidecar(library.me.clone(), id).await.unwrap();
        assert!(taken_along.contains("2019-05-06T07:08:09+02:00"), "never without its offset");
        let bare = specimen::Metadata::default();
        let other = library.photo(bare, 2).await.asset.id;
        let read = library.app.attach_sidecar(library.me.clone(), other, taken_along.clone().into_bytes());
        let read = read.await.unwrap().asset;
        assert_eq!(read.capture, shown.asset.capture);
        let (read, shown) = (read.metadata, shown.asset.metadata);
        assert_eq!((read.description, read.rating), (shown.description, shown.rating));
        assert_eq!((read.coordinates, read.altitude), (shown.coordinates, shown.altitude));
        assert_eq!(read.place, shown.place);
        let again = library.app.sidecar(library.me.clone(), other).await.unwrap();
        assert_eq!(again, taken_along);
    }

    async fn a_time_repeated_without_its_offset_loses_none(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let place = "<exif:GPSLatitude>33,51.408S</exif:GPSLatitude><exif:GPSLongitude>151,12.918E</exif:GPSLongitude>";
        let capture = async |taken: &str| {
            let taken = format!("<exif:DateTimeOriginal>{taken}</exif:DateTimeOriginal>{place}");
            let found = library.app.attach_sidecar(library.me.clone(), id, packet(&taken)).await.unwrap();
            found.asset.capture
        };
        assert_eq!(capture("2019:05:06 07:08:09").await, time("2019-05-06T07:08:09+02:00"));
        assert_eq!(capture("2019:05:06 17:08:09").await, time("2019-05-06T17:08:09+10:00"));
        assert_eq!(capture("2019-05-06T07:08:09-10:00").await, time("2019-05-06T07:08:09-10:00"));
    }

    async fn other_files_are_no_sidecars(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let refused = library.app.attach_sidecar(library.me.clone(), id, b"\xff\xd8\xff".to_vec()).await;
        assert!(matches!(refused, Err(Error::Invalid("sidecar", _))));
    }
}
