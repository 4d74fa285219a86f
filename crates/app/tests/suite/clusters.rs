//! Clusters on a map: the tiles that are kept ready and the rows say the same as the list.

use std::collections::BTreeMap;

use app::assets::ClusterAssets;
use model::{
    Asset, AssetFilter, AssetId, Cluster, Clusters, Coordinates, Grid, Members, MetadataPatch,
    Patch, Tile, TrashState, View,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use specimen::Metadata;
use store::db::{Db, Error};
use store::on_both_engines;

use crate::harness::{Library, time};
use crate::lists::{any_filter, passes};

/// The parts of a tile with more assets than these have rows of their own.
const FEW: usize = 16;

fn at(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates::new(latitude, longitude).unwrap()
}

fn world() -> View {
    View::new(at(-90.0, -180.0), at(90.0, 180.0))
}

/// Most lie where others lie, or some metres, kilometres or countries away.
fn any_place() -> impl Strategy<Value = Coordinates> {
    let near = (0u8..3, prop::sample::select(vec![0.0, 0.000_01, 0.001, 0.3, 9.0])).prop_map(
        |(steps, step)| {
            at(f64::from(steps).mul_add(step, 60.39), f64::from(steps).mul_add(step, 5.32))
        },
    );
    let ends = (
        prop::sample::select(vec![-90.0, -17.0, 90.0]),
        prop::sample::select(vec![-180.0, -179.999_99, 0.0, 179.999_99, 180.0]),
    );
    prop_oneof![8 => near, 1 => ends.prop_map(|(lat, lon)| at(lat, lon))]
}

fn any_view() -> impl Strategy<Value = View> {
    prop_oneof![
        Just(world()),
        (any_place(), any_place()).prop_map(|(a, b)| {
            let (south, north) = (a.latitude().min(b.latitude()), a.latitude().max(b.latitude()));
            View::new(at(south, a.longitude()), at(north, b.longitude()))
        }),
    ]
}

fn any_size() -> impl Strategy<Value = f64> {
    prop_oneof![Just(10.0), Just(360.0), (-4.0..2.6).prop_map(|exponent| 10_f64.powf(exponent))]
}

fn any_edit() -> impl Strategy<Value = MetadataPatch> {
    let place = prop_oneof![6 => any_place().prop_map(Patch::Set), 1 => Just(Patch::Clear), 1 => Just(Patch::Keep)];
    (place, proptest::option::of(1u8..5)).prop_map(|(coordinates, day)| MetadataPatch {
        coordinates,
        original: day
            .map_or(Patch::Keep, |day| Patch::Set(time(&format!("2024-05-{day:02}T12:00:00Z")))),
        ..MetadataPatch::default()
    })
}

/// Draws one value after the other, the same in each run.
struct Dice(TestRunner);

impl Dice {
    fn draw<T: std::fmt::Debug>(&mut self, of: &impl Strategy<Value = T>) -> T {
        of.new_tree(&mut self.0).unwrap().current()
    }

    fn some_of(&mut self, ids: &[AssetId], most: usize) -> Vec<AssetId> {
        let picked = proptest::collection::vec(prop::sample::select(ids.to_vec()), 1..=most);
        self.draw(&picked)
    }
}

async fn clustered(library: &Library, filter: AssetFilter, view: View, size: f64) -> Vec<Cluster> {
    let wanted = ClusterAssets { library: None, filter, view, grid: Grid::of(size) };
    library.app.asset_clusters(library.me.clone(), wanted).await.unwrap()
}

/// The rule: the assets that pass, one by one.
fn expected(all: &[Asset], filter: &AssetFilter, view: View, size: f64) -> Vec<Cluster> {
    let mut clusters = Clusters::of(view, Grid::of(size));
    for asset in all.iter().filter(|asset| passes(asset, filter)) {
        if let Some(place) = asset.metadata.coordinates {
            clusters.add_one(place, asset.capture.wall, asset.id);
        }
    }
    clusters.into_vec()
}

async fn assert_clusters_agree(
    library: &Library,
    all: &[Asset],
    filter: &AssetFilter,
    view: View,
    size: f64,
) {
    assert_eq!(
        clustered(library, filter.clone(), view, size).await,
        expected(all, filter, view, size),
        "{filter:?} {view:?} {size}"
    );
}

type Rows = BTreeMap<i64, Members>;

/// The rows that tiles should have.
fn tiles_of(all: &[Asset], is_live: bool) -> Rows {
    let mut rows = Rows::new();
    let assets = all.iter().filter(|asset| asset.trashed_at.is_none() == is_live);
    let members: Vec<(Tile, Members)> = assets
        .filter_map(|asset| {
            let place = asset.metadata.coordinates?;
            Some((Tile::of(place), Members::one(place, asset.capture.wall, asset.id)))
        })
        .collect();
    count(&mut rows, &members, 0);
    rows
}

fn count(rows: &mut Rows, members: &[(Tile, Members)], level: usize) {
    let mut tiles: BTreeMap<i64, Vec<(Tile, Members)>> = BTreeMap::new();
    for (tile, member) in members {
        if let Some(within) = tile.line().nth(level) {
            tiles.entry(within.code()).or_default().push((*tile, *member));
        }
    }
    for (code, members) in tiles {
        let mut sum = members[0].1;
        members[1..].iter().for_each(|(_, member)| sum.add(member));
        rows.insert(code, sum);
        if members.len() > FEW {
            count(rows, &members, level + 1);
        }
    }
}

/// The rows that tiles have.
async fn kept(db: &Db, is_live: bool) -> Rows {
    db.read(move |conn| {
        let sql = "select tile, assets, latitudes, longitudes, latest_wall, latest_id
                   from asset_tiles where is_live = $1";
        let rows = conn.all(sql, &[&is_live])?;
        Ok::<_, Error>(
            rows.into_iter()
                .map(|(tile, count, latitudes, longitudes, wall, id)| {
                    (tile, Members { count, latitudes, longitudes, latest: (wall, id) })
                })
                .collect(),
        )
    })
    .await
    .unwrap()
}

async fn assert_tiles_say_what_the_rows_say(db: &Db, all: &[Asset]) {
    for is_live in [true, false] {
        assert_eq!(kept(db, is_live).await, tiles_of(all, is_live), "live: {is_live}");
    }
}

async fn seen(library: &Library, ids: &[AssetId]) -> Vec<Asset> {
    let mut all = Vec::new();
    for id in ids {
        all.push(library.asset(*id).await.asset);
    }
    all
}

async fn located(library: &Library, seed: u64, place: Coordinates) -> AssetId {
    let id = library.photo(Metadata::default(), seed).await.asset.id;
    let patch = MetadataPatch { coordinates: Patch::Set(place), ..MetadataPatch::default() };
    library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
    id
}

on_both_engines! {
    async fn tiles_follow_every_change(db: Db) {
        let library = Library::new(db.clone()).await;
        let mut dice = Dice(TestRunner::deterministic());
        let mut ids = Vec::new();
        for seed in 0..44 {
            ids.push(library.photo(Metadata::default(), seed).await.asset.id);
        }
        let me = || library.me.clone();
        for round in 0..16 {
            let edits: Vec<_> = dice.some_of(&ids, 40).into_iter().map(|id| (id, dice.draw(&any_edit()))).collect();
            library.app.update_assets(me(), edits).await.unwrap();
            library.app.trash_assets(me(), None, dice.some_of(&ids, 12)).await.unwrap();
            library.app.restore_assets(me(), None, dice.some_of(&ids, 20)).await.unwrap();
            if round % 6 == 5 {
                let gone = dice.some_of(&ids, 2);
                library.app.delete_assets(me(), None, gone.clone()).await.unwrap();
                ids.retain(|id| !gone.contains(id));
            }
            let all = seen(&library, &ids).await;
            assert_tiles_say_what_the_rows_say(&db, &all).await;
            for _ in 0..6 {
                let (view, size) = (dice.draw(&any_view()), dice.draw(&any_size()));
                for state in [TrashState::Live, TrashState::Trashed, TrashState::All] {
                    let filter = AssetFilter { state, ..AssetFilter::default() };
                    assert_clusters_agree(&library, &all, &filter, view, size).await;
                }
                let filter = AssetFilter { area: None, ..dice.draw(&any_filter()) };
                assert_clusters_agree(&library, &all, &filter, view, size).await;
            }
        }
    }

    async fn many_in_one_place_come_and_go(db: Db) {
        let library = Library::new(db.clone()).await;
        let mut ids = Vec::new();
        for seed in 0..20 {
            ids.push(located(&library, seed, at(60.39, 5.32)).await);
        }
        let me = || library.me.clone();
        assert_tiles_say_what_the_rows_say(&db, &seen(&library, &ids).await).await;
        assert_eq!(kept(&db, true).await.len(), Tile::LEVELS);
        library.app.trash_assets(me(), None, ids.split_off(FEW)).await.unwrap();
        assert_eq!(kept(&db, true).await.len(), 1);
        library.app.trash_assets(me(), None, ids).await.unwrap();
        assert_eq!(kept(&db, true).await.len(), 0);
        assert_eq!(kept(&db, false).await.len(), Tile::LEVELS);
        library.app.empty_trash(me(), None).await.unwrap();
        assert_eq!(kept(&db, false).await.len(), 0);
    }

    async fn assets_from_before_there_were_tiles_are_seen_at_once(db: Db) {
        let library = Library::new(db.clone()).await;
        let mut ids = Vec::new();
        for seed in 0..20 {
            ids.push(located(&library, seed, at(60.39, 5.32)).await);
        }
        ids.push(library.photo(Metadata::default(), 20).await.asset.id);
        db.write(|tx| {
            tx.execute("insert into untiled_assets select id from assets where latitude is not null", &[])?;
            tx.execute("update assets set tile = null", &[])?;
            tx.execute("delete from asset_tiles", &[])
        }).await.unwrap();
        let me = || library.me.clone();
        library.app.trash_assets(me(), None, ids[..2].to_vec()).await.unwrap();
        let patch = MetadataPatch { coordinates: Patch::Set(at(1.0, 1.0)), ..MetadataPatch::default() };
        library.app.update_asset(me(), ids[3], patch.clone()).await.unwrap();
        library.app.update_asset(me(), ids[20], patch).await.unwrap();
        library.app.delete_assets(me(), None, vec![ids.remove(4)]).await.unwrap();
        for _ in 0..2 {
            let all = seen(&library, &ids).await;
            for state in [TrashState::Live, TrashState::Trashed, TrashState::All] {
                let filter = AssetFilter { state, ..AssetFilter::default() };
                assert_clusters_agree(&library, &all, &filter, world(), 10.0).await;
            }
            library.app.work_until_idle().await.unwrap();
        }
        assert_tiles_say_what_the_rows_say(&db, &seen(&library, &ids).await).await;
    }
}
