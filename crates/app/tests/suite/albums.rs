//! Albums keep true what they say about their members, and the feed tells of what changes.

use app::albums::{Added, AlbumPatch, Filter, Found, LinkFilter, ListAlbums, ListLinks, NewAlbum};
use app::assets::{CountAssets, ListAssets, Parts};
use app::{Error, Made};
use model::{
    AlbumFilter, AlbumId, AssetFilter, AssetId, Direction, EventKind, MetadataPatch, Name, Patch,
    Payload, Period, TrashState,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, time};

impl Library {
    async fn try_album(&self, name: &str, about: Option<&str>) -> app::Result<Made<Found>> {
        let name = (!name.is_empty()).then(|| Name::new(name).unwrap());
        let description = about.map(str::to_owned);
        let new = NewAlbum { name, description, ..NewAlbum::default() };
        self.app.create_album(self.me.clone(), new).await
    }

    async fn album(&self, name: &str) -> AlbumId {
        match self.try_album(name, None).await.unwrap() {
            Made::New(found) => found.album.id,
            Made::Existing(found) => panic!("{} was there already", found.album.id),
        }
    }

    async fn look(&self, id: AlbumId) -> Found {
        self.app.album(self.me.clone(), id).await.unwrap()
    }

    async fn put(&self, id: AlbumId, assets: &[AssetId]) -> Added {
        self.app.add_to_album(self.me.clone(), id, assets.to_vec()).await.unwrap()
    }

    async fn take(&self, id: AlbumId, assets: &[AssetId]) {
        self.app.remove_from_album(self.me.clone(), id, assets.to_vec()).await.unwrap();
    }

    async fn change(&self, id: AlbumId, patch: AlbumPatch) -> app::Result<Found> {
        self.app.update_album(self.me.clone(), id, patch).await
    }

    async fn photos(&self, count: u64) -> Vec<AssetId> {
        let mut ids = Vec::new();
        for seed in 0..count {
            ids.push(self.photo(Metadata::default(), seed).await.asset.id);
        }
        ids
    }

    async fn take_at(&self, id: AssetId, taken: &str) {
        let patch = MetadataPatch { original: Patch::Set(time(taken)), ..MetadataPatch::default() };
        self.app.update_asset(self.me.clone(), id, patch).await.unwrap();
    }

    /// How many assets the counts of all days come to.
    async fn counted(&self, filter: AssetFilter) -> usize {
        let wanted =
            CountAssets { filter, period: Period::Day, limit: 200, ..CountAssets::default() };
        let page = self.app.asset_counts(self.me.clone(), wanted).await.unwrap();
        page.items.iter().map(|bucket| usize::try_from(bucket.count).unwrap()).sum()
    }

    async fn links(&self, filter: LinkFilter) -> Vec<model::AlbumAsset> {
        let wanted = ListLinks { filter, limit: 200, ..ListLinks::default() };
        self.app.album_assets(self.me.clone(), wanted).await.unwrap().items
    }

    async fn named(&self, text: &str) -> Vec<String> {
        let filter = Filter { name: Some(text.to_owned()), ..Filter::default() };
        let wanted = ListAlbums { filter, limit: 200, ..ListAlbums::default() };
        let page = self.app.albums(self.me.clone(), wanted).await.unwrap();
        page.items.iter().map(|found| found.album.name.as_str().to_owned()).collect()
    }
}

fn cover(id: AssetId) -> AlbumPatch {
    AlbumPatch { cover: Patch::Set(id), ..AlbumPatch::default() }
}

fn shown(found: &Found) -> Option<AssetId> {
    found.cover.map(|cover| cover.asset)
}

on_both_engines! {
    async fn a_name_is_used_again_when_nothing_differs(db: Db) {
        let library = Library::new(db).await;
        let id = library.album("Été").await;
        let before = library.events().await.len();
        let Made::Existing(again) = library.try_album(" éTÉ ", None).await.unwrap() else { panic!() };
        assert_eq!((again.album.id, again.album.name.as_str()), (id, "Été"));
        assert!(matches!(library.try_album("été", Some("differs")).await, Err(Error::Conflict(_))));
        assert_eq!(library.told(before).await, []);
        let other = library.album("Winter").await;
        let renamed = AlbumPatch { name: Some(Name::new("ÉTÉ").unwrap()), ..AlbumPatch::default() };
        assert!(matches!(library.change(other, renamed.clone()).await, Err(Error::Conflict(_))));
        assert_eq!(library.look(other).await.album.name.as_str(), "Winter");
        assert_eq!(library.change(id, renamed).await.unwrap().album.name.as_str(), "ÉTÉ", "its own name");
    }

    async fn an_album_without_a_name_is_always_new(db: Db) {
        let library = Library::new(db).await;
        library.album("new album 3").await;
        let mut ids = Vec::new();
        for expected in ["New Album", "New Album 2", "New Album 4"] {
            let id = library.album("").await;
            assert_eq!(library.look(id).await.album.name.as_str(), expected);
            ids.push(id);
        }
        library.app.delete_album(library.me.clone(), ids[1]).await.unwrap();
        let again = library.album("").await;
        assert_eq!(library.look(again).await.album.name.as_str(), "New Album 2");
        library.app.delete_album(library.me.clone(), ids[0]).await.unwrap();
        let first = library.album("").await;
        assert_eq!(library.look(first).await.album.name.as_str(), "New Album");
    }

    async fn many_at_once_find_different_names(db: Db) {
        let library = Library::new(db).await;
        let create = || library.try_album("", None);
        let made = tokio::join!(create(), create(), create(), create(), create(), create());
        let made = [made.0, made.1, made.2, made.3, made.4, made.5];
        assert!(made.iter().all(|made| matches!(made, Ok(Made::New(_)))), "{made:?}");
        let same = || library.try_album("Same", None);
        let (a, b, c) = tokio::join!(same(), same(), same());
        let new = [a, b, c].into_iter().filter(|made| matches!(made, Ok(Made::New(_)))).count();
        assert_eq!(new, 1);
        assert_eq!(library.named("new album").await.len(), 6);
    }

    async fn each_asset_is_in_one_list_in_the_order_asked_for(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(4).await;
        let id = library.album("A").await;
        library.put(id, &ids[1..2]).await;
        library.app.trash_assets(library.me.clone(), None, vec![ids[3]]).await.unwrap();
        let unknown = AssetId::generate();
        let before = library.events().await.len();
        let came = library.put(id, &[ids[3], ids[1], unknown, ids[0]]).await;
        assert_eq!(came, Added { added: vec![ids[3], ids[0]], duplicates: vec![ids[1]], not_found: vec![unknown] });
        let links = library.links(LinkFilter { album: Some(id), ..LinkFilter::default() }).await;
        assert_eq!(links.iter().map(|link| link.asset_id).collect::<Vec<_>>(), [ids[0], ids[1]], "newest first, the trash is hidden");
        let told = library.told(before).await;
        assert!(told.iter().all(|event| event.0 == EventKind::AlbumAssetAdded && event.2.is_none()));
        assert_eq!((told.len(), told[1].1), (2, links[0].id.uuid()));
        assert_eq!(library.look(id).await.album.asset_count, 2);
    }

    async fn cover_dates_and_count_follow_the_live_members(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(3).await;
        let id = library.album("A").await;
        let empty = library.look(id).await;
        assert_eq!((shown(&empty), empty.oldest, empty.newest, empty.album.asset_count), (None, None, None, 0));
        library.put(id, &ids).await;
        for (asset, taken) in ids.iter().zip(["2024-05-01T00:00:00+02:00", "2024-06-01", "2024-07-01T00:00:00Z"]) {
            library.take_at(*asset, taken).await;
        }
        let all = library.look(id).await;
        assert_eq!(shown(&all), Some(ids[2]));
        assert_eq!((all.oldest, all.newest), (Some(time("2024-05-01T00:00:00+02:00")), Some(time("2024-07-01T00:00:00Z"))));
        library.app.trash_assets(library.me.clone(), None, vec![ids[2], ids[0]]).await.unwrap();
        let one = library.look(id).await;
        assert_eq!((shown(&one), one.oldest, one.newest, one.album.asset_count), (Some(ids[1]), Some(time("2024-06-01")), Some(time("2024-06-01")), 1));
        library.take_at(ids[0], "2025-01-01").await;
        library.app.restore_assets(library.me.clone(), None, ids.clone()).await.unwrap();
        let back = library.look(id).await;
        assert_eq!((shown(&back), back.newest, back.album.asset_count), (Some(ids[0]), Some(time("2025-01-01")), 3));
        library.app.delete_assets(library.me.clone(), None, vec![ids[0], ids[2]]).await.unwrap();
        assert_eq!(library.look(id).await, one);
        let listed = library.app.albums(library.me.clone(), ListAlbums { limit: 5, ..ListAlbums::default() }).await.unwrap();
        assert_eq!(listed.items, [one]);
    }

    async fn a_chosen_cover_hides_in_the_trash_and_goes_with_its_membership(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(3).await;
        let id = library.album("A").await;
        library.put(id, &ids[..2]).await;
        assert!(matches!(library.change(id, cover(ids[2])).await, Err(Error::Invalid("album_cover_asset_id", _))));
        let before = library.events().await.len();
        assert_eq!(shown(&library.change(id, cover(ids[0])).await.unwrap()), Some(ids[0]));
        let again = library.change(id, cover(ids[0])).await.unwrap();
        let payload = |asset| Some(Payload::Cover { asset });
        assert_eq!(library.told(before).await, [(EventKind::AlbumUpdated, id.uuid(), payload(Some(ids[0])))]);

        library.app.trash_assets(library.me.clone(), None, vec![ids[0]]).await.unwrap();
        assert_eq!(shown(&library.look(id).await), Some(ids[1]));
        assert!(matches!(library.change(id, cover(ids[0])).await, Err(Error::Invalid(..))), "it is in the trash");
        library.app.restore_assets(library.me.clone(), None, vec![ids[0]]).await.unwrap();
        assert_eq!(library.look(id).await, again);

        let before = library.events().await.len();
        let link = library.links(LinkFilter { asset: Some(ids[0]), ..LinkFilter::default() }).await[0];
        library.take(id, &ids[..1]).await;
        let removed = (EventKind::AlbumAssetRemoved, link.id.uuid(), Some(Payload::Link { album: id, asset: ids[0] }));
        let updated = (EventKind::AlbumUpdated, id.uuid(), payload(Some(ids[1])));
        assert_eq!(library.told(before).await, [removed, updated]);
        library.put(id, &ids[..1]).await;
        let bare = library.look(id).await;
        assert_eq!(bare.album.cover, None, "who comes back is not the cover again");
        assert!(bare.album.updated_at > again.album.updated_at);
    }

    async fn a_deleted_asset_leaves_its_albums_first(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(2).await;
        let (a, b) = (library.album("A").await, library.album("B").await);
        library.put(a, &ids).await;
        library.put(b, &ids[..1]).await;
        library.change(b, cover(ids[0])).await.unwrap();
        let before = library.events().await.len();
        library.app.delete_assets(library.me.clone(), None, vec![ids[0]]).await.unwrap();
        let told = library.told(before).await;
        let link = |album| Some(Payload::Link { album, asset: ids[0] });
        let kinds: Vec<_> = told.iter().map(|event| (event.0, event.2)).collect();
        assert_eq!(kinds, [
            (EventKind::AlbumAssetRemoved, link(a)),
            (EventKind::AlbumAssetRemoved, link(b)),
            (EventKind::AlbumUpdated, Some(Payload::Cover { asset: None })),
            (EventKind::AssetDeleted, None),
        ]);
        assert_eq!((library.look(a).await.album.asset_count, library.look(b).await.album.asset_count), (1, 0));
        let before = library.events().await.len();
        library.app.delete_album(library.me.clone(), a).await.unwrap();
        assert_eq!(library.told(before).await, [(EventKind::AlbumDeleted, a.uuid(), None)]);
        assert!(matches!(library.app.delete_album(library.me.clone(), a).await, Err(Error::NotFound(_))));
        assert_eq!(library.links(LinkFilter::default()).await, []);
        assert_eq!(library.asset(ids[1]).await.asset.trashed_at, None);
    }

    async fn what_does_not_change_is_not_told(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(1).await;
        let id = library.album("A").await;
        library.put(id, &ids).await;
        let (album, before) = (library.look(id).await, library.events().await.len());
        library.put(id, &ids).await;
        library.change(id, AlbumPatch::default()).await.unwrap();
        let same = AlbumPatch { name: Some(Name::new("A").unwrap()), description: Patch::Clear, cover: Patch::Clear };
        library.change(id, same).await.unwrap();
        assert_eq!((library.look(id).await, library.told(before).await), (album, vec![]));
        library.take(id, &ids).await;
        let before = library.events().await.len();
        library.take(id, &ids).await;
        assert_eq!(library.told(before).await, []);
    }

    async fn names_are_searched_as_they_are(db: Db) {
        let library = Library::new(db).await;
        for name in ["100% Été", "100 été", "a_b", "axb", "back\\slash", "quote'd"] {
            library.album(name).await;
        }
        assert_eq!(library.named("0% é").await, ["100% Été"]);
        assert_eq!(library.named("ÉTÉ").await, ["100 été", "100% Été"]);
        assert_eq!(library.named("A_B").await, ["a_b"]);
        assert_eq!(library.named("\\").await, ["back\\slash"]);
        assert_eq!(library.named("'").await, ["quote'd"]);
        assert_eq!(library.named("%%").await, Vec::<String>::new());
    }

    async fn people_are_found_by_album(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(2).await;
        let (id, other) = (library.album("A").await, library.album("B").await);
        library.put(id, &ids[..1]).await;
        library.put(other, &ids[1..]).await;
        let somebody = library.somebody(model::PersonPatch::default()).await;
        library.face(ids[0], Some(somebody)).await;
        let found = async |album| {
            let filter = model::PeopleFilter { album: Some(album), ..model::PeopleFilter::default() };
            let wanted = app::people::ListPeople { filter, limit: 5, ..Default::default() };
            let page = library.app.people(library.me.clone(), wanted).await.unwrap();
            page.items.iter().map(|found| found.person.id).collect::<Vec<_>>()
        };
        assert_eq!(found(id).await, [somebody]);
        assert_eq!(found(other).await, []);
        library.app.trash_assets(library.me.clone(), None, vec![ids[0]]).await.unwrap();
        assert_eq!(found(id).await, []);
        for (album, people, expected) in [(None, vec![somebody], 1), (Some(id), vec![somebody], 1), (Some(other), vec![somebody], 0)] {
            let filter = AssetFilter { state: TrashState::All, album, people, ..AssetFilter::default() };
            assert_eq!(library.list(ListAssets { filter, limit: 5, ..ListAssets::default() }).await.len(), expected);
        }
    }

    async fn pages_of_albums_and_links_are_stable(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(3).await;
        let mut albums = Vec::new();
        for name in ["A", "B", "C", "D"] {
            let id = library.album(name).await;
            library.put(id, &ids).await;
            albums.insert(0, id);
        }
        let page = async |after, limit| {
            let wanted = ListAlbums { after, limit, ..ListAlbums::default() };
            let page = library.app.albums(library.me.clone(), wanted).await.unwrap();
            (page.items.iter().map(|found| found.album.id).collect::<Vec<_>>(), page.has_more)
        };
        assert_eq!(page(None, 2).await, (albums[..2].to_vec(), true));
        assert_eq!(page(Some(albums[1]), 2).await, (albums[2..].to_vec(), false));
        let filter = Filter { asset: Some(ids[0]), ids: Some(vec![albums[3], albums[1], AlbumId::generate()]), ..Filter::default() };
        let wanted = ListAlbums { filter, limit: 5, ..ListAlbums::default() };
        let found = library.app.albums(library.me.clone(), wanted).await.unwrap().items;
        assert_eq!(found.iter().map(|found| found.album.id).collect::<Vec<_>>(), [albums[1], albums[3]]);
        library.app.delete_album(library.me.clone(), albums[1]).await.unwrap();
        let gone = ListAlbums { after: Some(albums[1]), limit: 2, ..ListAlbums::default() };
        assert!(matches!(library.app.albums(library.me.clone(), gone).await, Err(Error::Unclear(_))));

        let all = library.links(LinkFilter::default()).await;
        assert!(all.len() == 9 && all.windows(2).all(|pair| pair[0].id > pair[1].id));
        library.app.trash_assets(library.me.clone(), None, vec![all[3].asset_id]).await.unwrap();
        let wanted = ListLinks { after: Some(all[3].id), limit: 200, ..ListLinks::default() };
        let rest = library.app.album_assets(library.me.clone(), wanted).await.unwrap().items;
        let expected: Vec<_> = all[4..].iter().filter(|link| link.asset_id != all[3].asset_id).copied().collect();
        assert_eq!(rest, expected, "a hidden one still marks a position");
        assert!(matches!(library.app.album_asset(library.me.clone(), all[3].id).await, Err(Error::NotFound(_))));
        assert_eq!(library.app.album_asset(library.me.clone(), all[4].id).await.unwrap(), all[4]);
        let both = LinkFilter { album: Some(albums[0]), asset: Some(all[4].asset_id), ids: None };
        assert_eq!(library.links(both).await.len(), 1);
        let named = LinkFilter { ids: Some(vec![all[4].id, all[3].id]), ..LinkFilter::default() };
        assert_eq!(library.links(named).await, [all[4]]);
    }

    async fn an_asset_is_in_an_album_until_it_leaves_its_last_one(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(3).await;
        let (a, b) = (library.album("A").await, library.album("B").await);
        let inside = || AssetFilter { album_filter: AlbumFilter::InAlbum, ..AssetFilter::default() };
        let outside = || AssetFilter { album_filter: AlbumFilter::NotInAlbum, ..AssetFilter::default() };
        library.put(a, &ids[..2]).await;
        library.put(b, &ids[1..2]).await;
        assert_eq!((library.counted(inside()).await, library.counted(outside()).await), (2, 1));
        library.app.remove_from_album(library.me.clone(), a, ids[..2].to_vec()).await.unwrap();
        assert_eq!((library.counted(inside()).await, library.counted(outside()).await), (1, 2));
        library.put(a, &ids[1..]).await;
        library.app.delete_album(library.me.clone(), a).await.unwrap();
        assert_eq!((library.counted(inside()).await, library.counted(outside()).await), (1, 2));
        library.app.delete_album(library.me.clone(), b).await.unwrap();
        assert_eq!((library.counted(inside()).await, library.counted(outside()).await), (0, 3));
    }

    async fn assets_are_listed_by_album_as_the_rules_say(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(12).await;
        let (a, b) = (library.album("A").await, library.album("B").await);
        let mut runner = TestRunner::deterministic();
        let mut draw = |most: usize| (0..most).new_tree(&mut runner).unwrap().current();
        let (mut in_a, mut in_b) = (Vec::new(), Vec::new());
        for (index, &id) in ids.iter().enumerate() {
            library.take_at(id, &format!("2024-05-{:02}", draw(5) + 1)).await;
            if index % 3 != 0 { in_a.push(id); }
            if draw(4) == 0 { in_b.push(id); }
            if draw(3) == 0 {
                library.app.trash_assets(library.me.clone(), None, vec![id]).await.unwrap();
            }
            library.clock.advance(1);
        }
        library.put(a, &in_a).await;
        library.put(b, &in_b).await;
        library.take_at(ids[1], "2024-05-31").await;
        let mut all = Vec::new();
        for &id in &ids { all.push(library.asset(id).await.asset); }
        let bound = model::CaptureBounds::new(Some(time("2024-05-02T00:00:00Z")), None).unwrap();
        for state in [TrashState::Live, TrashState::Trashed, TrashState::All] {
            for captured in [model::CaptureBounds::default(), bound] {
                for (album, album_filter) in [
                    (Some(a), AlbumFilter::All), (Some(b), AlbumFilter::All), (Some(a), AlbumFilter::InAlbum),
                    (None, AlbumFilter::InAlbum), (None, AlbumFilter::NotInAlbum), (Some(AlbumId::generate()), AlbumFilter::All),
                ] {
                    for direction in [Direction::Descending, Direction::Ascending] {
                        let filter = AssetFilter { state, captured, album, album_filter, ..AssetFilter::default() };
                        let mut expected: Vec<_> = all.iter().filter(|asset| {
                            let (is_a, is_b) = (in_a.contains(&asset.id), in_b.contains(&asset.id));
                            (match state {
                                TrashState::Live => asset.trashed_at.is_none(),
                                TrashState::Trashed => asset.trashed_at.is_some(),
                                TrashState::All => true,
                            }) && captured.contain(asset.capture) && (match album {
                                None => true,
                                Some(id) if id == a => is_a,
                                Some(id) => id == b && is_b,
                            }) && (match album_filter {
                                AlbumFilter::All => true,
                                AlbumFilter::InAlbum => is_a || is_b,
                                AlbumFilter::NotInAlbum => !is_a && !is_b,
                            })
                        }).map(|asset| (match state {
                            TrashState::Trashed => asset.trashed_at.unwrap().micros(),
                            _ => asset.capture.wall.micros(),
                        }, asset.id)).collect();
                        expected.sort_unstable();
                        if direction == Direction::Descending { expected.reverse(); }
                        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
                        let mut paged: Vec<AssetId> = Vec::new();
                        loop {
                            let wanted = ListAssets {
                                filter: filter.clone(), direction, after: paged.last().copied(), limit: 2,
                                parts: Parts { file: paged.is_empty(), ..Parts::default() }, ..ListAssets::default()
                            };
                            let page = library.app.assets(library.me.clone(), wanted).await.unwrap();
                            paged.extend(page.items.iter().map(|found| found.asset.id));
                            if !page.has_more { break; }
                        }
                        assert_eq!(paged, expected, "{filter:?} {direction:?}");
                        assert_eq!(library.counted(filter.clone()).await, expected.len());
                    }
                }
            }
        }
    }

    async fn counts_stay_right_under_concurrent_change(db: Db) {
        let library = Library::new(db).await;
        let ids = library.photos(6).await;
        let (a, b) = (library.album("A").await, library.album("B").await);
        let me = || library.me.clone();
        for round in 0..8 {
            let part = |from: usize| ids.iter().copied().cycle().skip(round + from).take(3).collect::<Vec<_>>();
            let done = tokio::join!(
                library.app.add_to_album(me(), a, part(0)),
                library.app.add_to_album(me(), b, part(1)),
                library.app.trash_assets(me(), None, part(2)),
                library.app.remove_from_album(me(), a, part(3)),
                library.app.restore_assets(me(), None, part(4)),
                library.app.update_asset(me(), ids[round % 6], MetadataPatch { original: Patch::Set(time(&format!("2024-05-{:02}", round + 1))), ..MetadataPatch::default() }),
            );
            done.0.unwrap();
            done.1.unwrap();
            done.2.and(done.3).and(done.4).unwrap();
            done.5.unwrap();
        }
        for album in [a, b] {
            let found = library.look(album).await;
            let filter = AssetFilter { album: Some(album), ..AssetFilter::default() };
            let live = library.list(ListAssets { filter, limit: 200, ..ListAssets::default() }).await;
            assert_eq!(found.album.asset_count, i64::try_from(live.len()).unwrap());
            assert_eq!(shown(&found), live.first().copied());
        }
    }
}
