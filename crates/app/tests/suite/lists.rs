//! Pages of assets: the SQL does what the rules of `model` say, and pages hold still.

use app::assets::ListAssets;
use model::{
    Area, Asset, AssetFilter, CaptureBounds, Coordinates, Direction, MetadataPatch, Patch, Rating,
    TrashState,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, time};

fn at(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates::new(latitude, longitude).unwrap()
}

fn any_place() -> impl Strategy<Value = Coordinates> {
    (-3i32..=3, -4i32..=4).prop_map(|(lat, lon)| at(f64::from(lat) * 30.0, f64::from(lon) * 45.0))
}

fn any_time() -> impl Strategy<Value = String> {
    (1u8..=4, 0u8..24, prop_oneof![Just(""), Just("Z"), Just("+10:00"), Just("-07:00")])
        .prop_map(|(day, hour, offset)| format!("2024-05-{day:02}T{hour:02}:00:00{offset}"))
}

prop_compose! {
    pub(crate) fn any_edit()(
        place in proptest::option::of(any_place()),
        taken in any_time(),
        stars in proptest::option::of(0i64..=5),
    ) -> MetadataPatch {
        MetadataPatch {
            coordinates: place.map_or(Patch::Keep, Patch::Set),
            original: Patch::Set(time(&taken)),
            rating: stars.map_or(Patch::Keep, |stars| Patch::Set(Rating::new(stars).unwrap())),
            ..MetadataPatch::default()
        }
    }
}

prop_compose! {
    pub(crate) fn any_filter()(
        state in prop_oneof![Just(TrashState::Live), Just(TrashState::Trashed), Just(TrashState::All)],
        ratings in proptest::collection::vec(0i64..=5, 0..3),
        after in proptest::option::of(any_time()),
        before in proptest::option::of(any_time()),
        corners in proptest::option::of((any_place(), any_place())),
        is_circle in any::<bool>(),
    ) -> AssetFilter {
        let (after, before) = (after.map(|text| time(&text)), before.map(|text| time(&text)));
        let area = corners.map(|(a, b)| if is_circle {
            Area::Circle { center: a, radius: Area::MAX_RADIUS }
        } else {
            let (south, north) = (a.latitude().min(b.latitude()), a.latitude().max(b.latitude()));
            Area::Box { south_west: at(south, a.longitude()), north_east: at(north, b.longitude()) }
        });
        AssetFilter {
            state,
            ratings: ratings.into_iter().map(Rating::shown_for).collect(),
            captured: CaptureBounds::new(after, before)
                .or_else(|_| CaptureBounds::new(after, None)).unwrap(),
            area,
            ..AssetFilter::default()
        }
    }
}

/// The rule, as `model` says it.
pub(crate) fn passes(asset: &Asset, filter: &AssetFilter) -> bool {
    let stars = asset.metadata.rating.map_or(0, Rating::stars);
    (match filter.state {
        TrashState::Live => asset.trashed_at.is_none(),
        TrashState::Trashed => asset.trashed_at.is_some(),
        TrashState::All => true,
    }) && (filter.ratings.is_empty() || filter.ratings.iter().any(|rating| rating.stars() == stars))
        && filter.captured.contain(asset.capture)
        && filter
            .area
            .is_none_or(|area| asset.metadata.coordinates.is_some_and(|at| area.contains(at)))
}

on_both_engines! {
    async fn filters_and_pages_do_what_the_rules_say(db: Db) {
        let library = Library::new(db).await;
        let mut runner = TestRunner::deterministic();
        let mut draw = |edits: bool| {
            let edit = any_edit().new_tree(&mut runner).unwrap().current();
            let filter = any_filter().new_tree(&mut runner).unwrap().current();
            if edits { (Some(edit), filter) } else { (None, filter) }
        };
        let mut all = Vec::new();
        for seed in 0..24 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            let patch = draw(true).0.unwrap();
            library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
            if seed % 4 == 0 {
                library.app.trash_assets(library.me.clone(), None, vec![id]).await.unwrap();
            }
            all.push(library.asset(id).await.asset);
        }
        for _ in 0..60 {
            let filter = draw(false).1;
            for direction in [Direction::Descending, Direction::Ascending] {
                let mut expected: Vec<&Asset> = all.iter().filter(|asset| passes(asset, &filter)).collect();
                let key = |asset: &Asset| match filter.state {
                    TrashState::Trashed => asset.trashed_at.unwrap().micros(),
                    _ => asset.capture.wall.micros(),
                };
                expected.sort_by_key(|asset| (key(asset), asset.id));
                if direction == Direction::Descending { expected.reverse(); }
                let expected: Vec<_> = expected.into_iter().map(|asset| asset.id).collect();
                let mut paged = Vec::new();
                loop {
                    let wanted = ListAssets {
                        filter: filter.clone(), direction, after: paged.last().copied(), limit: 3,
                        ..ListAssets::default()
                    };
                    let page = library.app.assets(library.me.clone(), wanted).await.unwrap();
                    paged.extend(page.items.iter().map(|found| found.asset.id));
                    assert!(page.items.len() == 3 || !page.has_more, "a page with more is full");
                    if !page.has_more { break; }
                }
                assert_eq!(paged, expected, "{filter:?} {direction:?}");
            }
        }
    }

    async fn a_circle_is_round(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for seed in 0..12 {
            ids.push(library.photo(Metadata::default(), seed).await.asset.id);
        }
        for (north, east) in [(60.39, 5.32), (0.0, 180.0), (-17.0, -179.9), (89.8, 40.0), (-89.99, 0.0)] {
            let (center, radius) = (at(north, east), 30_000.0);
            let area = Area::Circle { center, radius };
            let mut inside = Vec::new();
            for (index, &id) in ids.iter().enumerate() {
                // Around the middle, alternately a little nearer and a little farther than the edge:
                // the corners of the box lie between.
                let bearing = f64::from(u8::try_from(index).unwrap()) * 30_f64.to_radians();
                let away = radius * if index % 2 == 0 { 0.98 } else { 1.02 } / model::EARTH_RADIUS;
                let phi = north.to_radians();
                let up = phi.sin() * away.cos() + phi.cos() * away.sin() * bearing.cos();
                let aside = (bearing.sin() * away.sin() * phi.cos()).atan2(away.cos() - phi.sin() * up);
                let around = (east + aside.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
                let place = at(up.asin().to_degrees(), around);
                let patch = MetadataPatch { coordinates: Patch::Set(place), ..MetadataPatch::default() };
                library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
                if area.contains(place) { inside.push(id); }
            }
            assert_eq!(inside.len(), 6, "half of them lie inside of {north},{east}");
            let filter = AssetFilter { area: Some(area), ..AssetFilter::default() };
            let mut found = library.list(ListAssets { filter, limit: 200, ..ListAssets::default() }).await;
            found.sort_unstable();
            assert_eq!(found, inside);
        }
    }

    async fn pages_hold_still_while_the_library_moves(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for seed in 0..9 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            let original = Patch::Set(time(&format!("2024-05-{:02}", seed + 1)));
            let patch = MetadataPatch { original, ..MetadataPatch::default() };
            library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
            ids.push(id);
        }
        ids.reverse();
        let page = async |after| library.list(ListAssets { after, limit: 3, ..ListAssets::default() }).await;
        let first = page(None).await;
        assert_eq!(first, ids[..3]);
        // The last of the page goes to the trash, a new one comes at the front, one behind vanishes.
        library.app.trash_assets(library.me.clone(), None, vec![first[2]]).await.unwrap();
        library.photo(Metadata::default(), 100).await;
        library.app.delete_asset(library.me.clone(), ids[4]).await.unwrap();
        let second = page(Some(first[2])).await;
        assert_eq!(second, [ids[3], ids[5], ids[6]]);
        library.app.delete_asset(library.me.clone(), second[2]).await.unwrap();
        let err = library.app.assets(library.me.clone(), ListAssets { after: Some(second[2]), limit: 3, ..ListAssets::default() }).await;
        assert!(matches!(err, Err(app::Error::Unclear(_))), "a vanished position is said, not guessed");
    }

    async fn pages_of_the_trash_go_on_behind_what_was_restored(db: Db) {
        let library = Library::new(db).await;
        let mut ids = Vec::new();
        for seed in 0..6 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            library.app.trash_assets(library.me.clone(), None, vec![id]).await.unwrap();
            ids.push(id);
        }
        for direction in [Direction::Ascending, Direction::Descending] {
            let filter = AssetFilter { state: TrashState::Trashed, ..AssetFilter::default() };
            let page = async |after| {
                library.list(ListAssets { filter: filter.clone(), direction, after, limit: 2, ..ListAssets::default() }).await
            };
            let first = page(None).await;
            library.app.restore_assets(library.me.clone(), None, vec![first[1]]).await.unwrap();
            let restored = first[1];
            let second = page(Some(restored)).await;
            let mut expected = ids.clone();
            if direction == Direction::Descending {
                expected.reverse();
            }
            assert_eq!((first, second), (expected[..2].to_vec(), expected[2..4].to_vec()));
            library.clock.advance(1);
            library.app.trash_assets(library.me.clone(), None, vec![restored]).await.unwrap();
            ids.retain(|id| *id != restored);
            ids.push(restored);
        }
    }
}
