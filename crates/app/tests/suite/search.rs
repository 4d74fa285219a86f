//! Search: the index of words says the same as the rule, however assets change.

use app::albums::NewAlbum;
use app::search::{Beginning, Search};
use app::{Error, Made};
use model::{
    Asset, AssetFilter, AssetId, Caption, CaptureBounds, LibraryId, MetadataPatch, Patch, Phrase,
    Rating,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, bergen, time};
use crate::people::called;

fn words(text: &str) -> Search {
    Search { phrase: Some(Phrase::new(text)), page: 1, limit: 200, ..Search::default() }
}

async fn found(library: &Library, wanted: Search) -> Vec<AssetId> {
    let page = library.app.search(library.me.clone(), wanted).await.unwrap();
    page.items.iter().map(|found| found.asset.id).collect()
}

async fn edit(library: &Library, id: AssetId, caption: &str, taken: &str) {
    let patch = MetadataPatch {
        description: Patch::Set(Caption::new(caption.to_owned()).unwrap()),
        original: Patch::Set(time(taken)),
        ..MetadataPatch::default()
    };
    library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
}

/// All that the asset is found by.
fn said(asset: &Asset) -> String {
    let metadata = &asset.metadata;
    let (place, camera) = (&metadata.place, &metadata.camera);
    [
        Some(&asset.original_file_name),
        metadata.description.as_ref(),
        place.place_name.as_ref(),
        place.sublocation.as_ref(),
        place.city.as_ref(),
        place.state.as_ref(),
        place.country.as_ref(),
        camera.make.as_ref(),
        camera.model.as_ref(),
        camera.lens_model.as_ref(),
    ]
    .into_iter()
    .flatten()
    .flat_map(|text| [text.as_str(), " "])
    .collect()
}

const VOCABULARY: [&str; 9] =
    ["Ferry", "fern", "sunset", "Sun", "café", "CAFE", "2024", "20", "'\"*:-& NEAR("];

fn any_text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(VOCABULARY.to_vec()), 1..=most)
        .prop_map(|words| words.join(" "))
}

on_both_engines! {
    async fn the_index_says_what_the_rule_says(db: Db) {
        let library = Library::new(db).await;
        let mut runner = TestRunner::deterministic();
        let mut ids = Vec::new();
        for seed in 0..16 {
            ids.push(library.photo(Metadata::default(), seed).await.asset.id);
        }
        for round in 0..6 {
            for (number, id) in ids.iter().enumerate() {
                let caption = any_text(4).new_tree(&mut runner).unwrap().current();
                // Many share a second, some the very moment.
                let taken = format!("2024-05-06T07:08:{:02}.{:06}", number % 3, number % 2 + round);
                edit(&library, *id, &caption, &taken).await;
            }
            let me = || library.me.clone();
            library.app.restore_assets(me(), None, ids.clone()).await.unwrap();
            library.app.trash_assets(me(), None, vec![ids[round], ids[round + 1]]).await.unwrap();
            if round == 3 {
                library.app.delete_assets(me(), None, vec![ids.pop().unwrap(), ids[0]]).await.unwrap();
                ids.remove(0);
            }
            let mut all = Vec::new();
            for id in &ids {
                all.push(library.asset(*id).await.asset);
            }
            all.sort_by_key(|asset| std::cmp::Reverse((asset.capture.wall, asset.id)));
            for _ in 0..30 {
                let asked = any_text(2).new_tree(&mut runner).unwrap().current();
                let asked = &asked[..asked.floor_char_boundary(asked.len().max(3) - 1)];
                let phrase = Phrase::new(asked);
                let expected: Vec<AssetId> = all.iter()
                    .filter(|asset| asset.trashed_at.is_none() && phrase.matches(&said(asset)))
                    .map(|asset| asset.id)
                    .collect();
                assert_eq!(found(&library, words(asked)).await, expected, "{asked}");
            }
        }
    }

    async fn everything_known_of_an_asset_finds_it(db: Db) {
        let library = Library::new(db).await;
        let camera = specimen::Camera {
            make: Some("Acme".into()), model: Some("Acme Nine".into()), lens: Some("35mm".into()),
        };
        let metadata = Metadata { camera, ..bergen() };
        let id = library.photo(metadata, 7).await.asset.id;
        library.photo(Metadata::default(), 8).await;
        assert!(found(&library, words("Norway")).await.is_empty());
        library.app.work_until_idle().await.unwrap();
        let asset = library.asset(id).await.asset;
        for text in ["7.jpg", "Bryggen", "bergen NORWAY", "acme nine", "brygg", &said(&asset)] {
            assert_eq!(found(&library, words(text)).await, [id], "{text}");
        }
        for text in ["8 bergen", "norwa bergen", "bergenhus9", "", "¡!"] {
            assert!(found(&library, words(text)).await.is_empty(), "{text}");
        }
        let elsewhere = MetadataPatch {
            coordinates: Patch::Set(model::Coordinates::new(-33.86, 151.21).unwrap()),
            ..MetadataPatch::default()
        };
        library.app.update_asset(library.me.clone(), id, elsewhere).await.unwrap();
        assert!(found(&library, words("norway")).await.is_empty(), "names vanish with the place");
    }

    async fn people_and_albums_are_found_by_their_names(db: Db) {
        let library = Library::new(db).await;
        let me = || library.me.clone();
        let mut ids = Vec::new();
        for seed in 0..4 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            edit(&library, id, if seed < 2 { "ferry" } else { "harbour" }, &format!("2024-05-0{}", seed + 1)).await;
            ids.push(id);
        }
        let name = |text: &str| Some(model::Name::new(text).unwrap());
        let anna = library.app.create_person(me(), None, called("Anna Berg")).await.unwrap();
        let Made::New(anna) = anna else { panic!() };
        let anna = anna.person.id;
        for id in [ids[0], ids[2]] { library.face(id, Some(anna)).await; }
        let trip = NewAlbum { name: name("Summer trip"), ..NewAlbum::default() };
        let Made::New(trip) = library.app.create_album(me(), trip).await.unwrap() else { panic!() };
        let trip = trip.album.id;
        library.app.add_to_album(me(), trip, ids[1..3].to_vec()).await.unwrap();
        assert_eq!(found(&library, words("anna")).await, [ids[2], ids[0]]);
        assert_eq!(found(&library, words("berg ann")).await, [ids[2], ids[0]]);
        assert_eq!(found(&library, words("anna ferry")).await, [ids[0]]);
        assert_eq!(found(&library, words("summer")).await, [ids[2], ids[1]]);
        assert_eq!(found(&library, words("trip harbour")).await, [ids[2]]);
        assert!(found(&library, words("anna boat")).await.is_empty());
        let in_album = AssetFilter { album: Some(trip), ..AssetFilter::default() };
        assert_eq!(found(&library, Search { filter: in_album, ..words("anna") }).await, [ids[2]]);
        library.app.delete_person(me(), anna).await.unwrap();
        assert!(found(&library, words("anna")).await.is_empty());
    }

    async fn filters_narrow_and_search_by_themselves(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for seed in 0..7 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            edit(&library, id, if seed % 2 == 0 { "even" } else { "odd" }, &format!("2024-05-0{}", seed + 1)).await;
            ids.insert(0, id);
        }
        let captured = CaptureBounds::new(Some(time("2024-05-02")), None).unwrap();
        let filter = AssetFilter { captured, ..AssetFilter::default() };
        let narrowed = Search { filter: filter.clone(), ..words("even") };
        assert_eq!(found(&library, narrowed).await, [ids[0], ids[2], ids[4]]);
        let mut paged = Vec::new();
        for page in 1..=4 {
            let wanted = Search { filter: filter.clone(), page, limit: 2, ..Search::default() };
            let answer = library.app.search(library.me.clone(), wanted).await.unwrap();
            assert_eq!(answer.has_more, page < 3);
            paged.extend(answer.items.into_iter().map(|found| found.asset.id));
        }
        assert_eq!(paged, ids[..5]);
        let rated = AssetFilter { ratings: vec![Rating::shown_for(5)], ..AssetFilter::default() };
        assert!(found(&library, Search { filter: rated, page: 1, limit: 9, ..Search::default() }).await.is_empty());
        let nothing = Search { page: 1, limit: 9, ..Search::default() };
        let refused = library.app.search(library.me.clone(), nothing).await;
        assert!(matches!(refused, Err(app::Error::Unclear(_))));
    }

    async fn words_rank_two_hundred_at_most(db: Db) {
        let library = Library::new(db).await;
        let mut newest = Vec::new();
        for seed in 0..203 {
            newest.insert(0, library.photo(Metadata::default(), seed).await.asset.id);
        }
        let page = async |page, limit| {
            let wanted = Search { page, limit, ..words("jpg") };
            library.app.search(library.me.clone(), wanted).await.unwrap()
        };
        let all = page(1, 200).await;
        assert_eq!((all.items.len(), all.has_more), (200, false));
        assert!(page(2, 200).await.items.is_empty());
        assert!(page(i64::from(i32::MAX), 200).await.items.is_empty());
        let second = page(2, 150).await;
        assert_eq!((second.items.len(), second.has_more), (50, false));
        assert_eq!(second.items, all.items[150..]);
    }

    async fn a_picture_is_a_criterion_that_nothing_answers_yet(db: Db) {
        let library = Library::new(db).await;
        let refused = async |bytes: &[u8], more: Search| {
            let wanted = Search { picture: Some(Beginning(bytes.to_vec())), ..more };
            library.app.search(library.me.clone(), wanted).await.unwrap_err()
        };
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
        for more in [Search { page: 1, limit: 9, ..Search::default() }, words("even")] {
            assert!(matches!(refused(&jpeg, more.clone()).await, Error::Unavailable(_)));
            assert!(matches!(refused(b"words", more.clone()).await, Error::Invalid("image", _)));
            let elsewhere = Search { library: Some(LibraryId::generate()), ..more };
            assert!(matches!(refused(&jpeg, elsewhere).await, Error::NotFound(_)));
        }
    }
}
