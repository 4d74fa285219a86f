//! What happens with very many assets.

use model::{AssetFilter, AssetId, Coordinates, LibraryId, UserId};
use uuid::Uuid;

use super::*;
use crate::on_both_engines;

const USER: &str = "insert into users (id, is_active, is_superuser, storage_used_bytes, created_at,
    updated_at) values ($1, true, true, 0, 0, 0)";
const LIBRARY: &str = "insert into libraries (id, owner_id, name, name_folded, storage_used_bytes,
    asset_count, created_at, updated_at) values ($1, $2, 'a', 'a', 0, 0, 0, 0)";
const ASSET: &str = "insert into assets (id, library_id, version_id, media_type, mime_type, kind,
    original_file_name, wall, capture_source, local_day, local_month, created_at, updated_at,
    file_size_bytes, stored_bytes, metadata_updated_at, latitude, longitude, sha256, sha1,
    device_asset_id, device_id, file_created, file_modified, uploaded_bytes)
    values ($1, $2, $1, 'image', 'image/jpeg', 'original', 'a', $3, 'file', 1, 0, 0, 0, 1, 1, 0, $4, $5,
            $6, $6, 'd', 'd', 0, 0, 1)";

const TILE: &str =
    "insert into asset_tiles (library_id, is_live, tile, assets, latitudes, longitudes,
    latest_wall, latest_id) values ($1, true, $2, $3, 0, 0, 0, $4) on conflict do nothing";

/// A library with an asset at each of these places, in their tiles.
async fn filled(db: &crate::db::Db, places: Vec<(f64, f64)>) -> LibraryId {
    let (user, library) = (UserId::generate(), LibraryId::generate());
    db.write(move |tx| {
        tx.execute(USER, &[&user])?;
        tx.execute(LIBRARY, &[&library, &user])?;
        for (number, (latitude, longitude)) in (0_i64..).zip(&places) {
            let (id, hash) = (AssetId::generate(), Uuid::new_v4());
            tx.execute(ASSET, &[&id, &library, &number, latitude, longitude, hash.as_bytes()])?;
        }
        tx.execute("insert into untiled_assets select id from assets", &[])?;
        while catch_up(tx, 500)? > 0 {}
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    library
}

/// A place in the middle of each square of two degrees, row by row.
fn spread(count: u32) -> Vec<(f64, f64)> {
    let middle = |number: u32, first: f64| f64::from(number).mul_add(2.0, first + 1.0);
    (0..count).map(|n| (middle(n / 180, -90.0), middle(n % 180, -180.0))).collect()
}

fn world() -> View {
    let corner = |lat, lon| Coordinates::new(lat, lon).unwrap();
    View::new(corner(-90.0, -180.0), corner(90.0, 180.0))
}

async fn seen(
    db: &crate::db::Db,
    library: LibraryId,
    filter: AssetFilter,
    size: f64,
) -> Option<Vec<Cluster>> {
    let read = move |conn: &mut Conn| clusters(conn, library, &filter, world(), Grid::of(size));
    db.read(read).await.unwrap()
}

on_both_engines! {
    async fn a_thousand_cells_are_shown_and_no_more(db: Db) {
        let library = filled(&db, spread(1000)).await;
        let everything = AssetFilter::default;
        let dated = || AssetFilter { media_type: Some(model::MediaType::Image), ..AssetFilter::default() };
        for filter in [everything(), dated()] {
            assert_eq!(seen(&db, library, filter.clone(), 2.0).await.map(|found| found.len()), Some(1000));
            assert_eq!(seen(&db, library, filter, Grid::SMALLEST).await.map(|found| found.len()), Some(1000));
        }
        let library = filled(&db, spread(1001)).await;
        for filter in [everything(), dated()] {
            assert_eq!(seen(&db, library, filter.clone(), 2.0).await, None);
            assert_eq!(seen(&db, library, filter.clone(), Grid::SMALLEST).await, None);
            assert_eq!(seen(&db, library, filter, 4.0).await.map(|found| found.len()), Some(270));
        }
    }

    async fn far_too_fine_a_grid_is_seen_through_before_assets_are_read(db: Db) {
        let library = filled(&db, Vec::new()).await;
        let is_all = db.write(move |tx| {
            // Only the tiles: whoever went on to their assets would find none, and be content.
            for (latitude, longitude) in spread(5000) {
                let place = Coordinates::new(latitude, longitude).unwrap();
                for (tile, count) in Tile::of(place).line().zip([99_i64, 1]) {
                    let id = AssetId::generate();
                    tx.execute(TILE, &[&library, &tile, &count, &id])?;
                }
            }
            let grid = Grid::of(Grid::SMALLEST);
            let layer = Layer { library, is_live: true };
            Descent { conn: tx, layer, grid, most: MOST_READ, read: 0 }
                .add_all(&mut Clusters::of(world(), grid))
        });
        assert!(!is_all.await.unwrap());
    }

    async fn where_there_is_too_much_small_tiles_are_counted_by_their_middle(db: Db) {
        // Around a line, 24 to the west and 25 to the east, a hair away from it.
        let places: Vec<_> = (0..49).map(|n| (0.0, if n < 24 { 9.999 } else { 10.001 })).collect();
        let library = filled(&db, places).await;
        let counted = async |most| {
            db.read(move |conn| {
                let grid = Grid::of(19.0);
                let mut clusters = Clusters::of(world(), grid);
                let layer = Layer { library, is_live: true };
                assert!(Descent { conn, layer, grid, most, read: 0 }.add_all(&mut clusters)?);
                Ok::<_, Error>(clusters.into_vec().iter().map(|it| it.count).collect::<Vec<_>>())
            }).await.unwrap()
        };
        // 190 degrees from the beginning, 10 cells end.
        assert_eq!(counted(MOST_READ).await, [25, 24]);
        assert_eq!(counted(0).await, [49]);
    }
}
