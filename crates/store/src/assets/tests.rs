//! How the engines run the statements that every page needs.

use model::{
    AlbumId, Area, AssetFilter, AssetId, Coordinates, Direction, LibraryId, MediaType, PersonId,
    Position, Rating, Tile, TrashState, View,
};

use super::list::nearby;
use super::{Parts, clusters, counts, page};
use crate::albums::tests::filled;
use crate::db::{Conn, Error, Query};
use crate::kept::tiles::{self, Layer};
use crate::testing::{assert_ordered, plan};
use crate::{on_both_engines, search};

fn library() -> LibraryId {
    LibraryId::generate()
}

on_both_engines! {
    async fn filtered_counts_walk_an_index_that_holds_all_they_ask(db: Db) {
        for state in [TrashState::Live, TrashState::Trashed, TrashState::All] {
            let filter = move || AssetFilter {
                state,
                ratings: vec![Rating::shown_for(5)],
                media_type: Some(MediaType::Image),
                ..AssetFilter::default()
            };
            let rows = move || counts::rows(library(), &filter(), Direction::Descending, (0, 20_000), 50);
            let plan = plan(&db, rows).await;
            assert_ordered(&plan, "assets_by_day");
            assert!(plan.contains("COVERING INDEX") || plan.contains("Index Only Scan"), "{plan}");
        }
    }

    async fn days_are_read_in_order(db: Db) {
        let page = || crate::kept::days::page(library(), TrashState::Live, Direction::Descending, (0, 20_000), 50);
        assert_ordered(&plan(&db, page).await, "asset_days");
    }

    async fn words_give_the_newest_first(db: Db) {
        let fts5 = || search::in_fts5(library(), &["a".to_owned()], "b", &AssetFilter::default(), 200);
        let tsvector = || search::in_tsvector(library(), &["a".to_owned()], "b", &AssetFilter::default(), 200);
        let is_sqlite = db.read(|conn| Ok::<_, Error>(conn.has_numbered_documents())).await.unwrap();
        if is_sqlite {
            let plan = plan(&db, fts5).await;
            assert_ordered(&plan, "VIRTUAL TABLE INDEX");
            assert!(!plan.contains("SCAN assets"), "{plan}");
        } else {
            let plan = plan(&db, tsvector).await;
            assert!(plan.contains("assets_live") || plan.contains("by_word"), "{plan}");
        }
    }

    async fn filters_alone_give_the_newest_first(db: Db) {
        let page = || search::filtered(library(), &AssetFilter::default(), 1000, 200);
        assert_ordered(&plan(&db, page).await, "assets_live");
    }

    async fn filters_that_let_few_through_have_an_order_of_their_own(db: Db) {
        let page = |filter: AssetFilter| {
            let after = Some(Position { key: 5, id: AssetId::generate() });
            page(library(), &filter, Direction::Descending, after, 20, Parts::default())
        };
        let videos = AssetFilter { media_type: Some(MediaType::Video), ..AssetFilter::default() };
        assert_ordered(&plan(&db, move || page(videos.clone())).await, "assets_by_media_type");
        let ratings = vec![Rating::shown_for(4), Rating::shown_for(5)];
        let rated = AssetFilter { ratings, ..AssetFilter::default() };
        let plan = plan(&db, move || page(rated.clone())).await;
        // Two orders are put together, so one small sort is left.
        assert_eq!(plan.matches("assets_by_rating").count(), 2, "{plan}");
        assert!(!plan.contains("assets_live"), "{plan}");
    }

    async fn a_small_area_is_read_by_its_tiles_until_it_has_many_assets(db: Db) {
        let corner = |lat, lon| Coordinates::new(lat, lon).unwrap();
        let area = Some(Area::Box { south_west: corner(60.3, 5.2), north_east: corner(60.5, 5.5) });
        let filter = AssetFilter { area, ..AssetFilter::default() };
        let library = filled(&db).await.library;
        let few = {
            let filter = filter.clone();
            move |conn: &mut Conn| nearby::few(conn, library, &filter)
        };
        let codes = db.read(few.clone()).await.unwrap().unwrap();
        let page = move || {
            let mut query = Query::new("select id from ");
            let after = Some(Position { key: 5, id: AssetId::generate() });
            nearby::drive(&mut query, &codes, library, &filter, Direction::Descending, after, 20);
            query
        };
        let plan = plan(&db, page).await;
        assert!(plan.contains("assets_live_by_tile"), "{plan}");
        db.write(move |tx| {
            let many = "insert into asset_tiles (library_id, is_live, tile, assets, latitudes, longitudes,
                latest_wall, latest_id) values ($1, true, $2, 20001, 0, 0, 0, $3)";
            for tile in Tile::of(corner(60.4, 5.3)).line().map(Tile::code) {
                tx.execute(many, &[&library, &tile, &AssetId::generate()])?;
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
        assert_eq!(db.read(few).await.unwrap(), None);
    }

    async fn a_part_of_a_day_is_counted_in_an_index(db: Db) {
        let library = filled(&db).await.library;
        let query = move || counts::span(library, TrashState::Live, 0, (0, 1));
        let plan = plan(&db, query).await;
        let indexes = ["assets_by_day", "assets_live", "assets_all"];
        assert!(indexes.iter().any(|index| plan.contains(index)), "{plan}");
    }

    async fn tiles_and_their_assets_are_read_where_they_lie(db: Db) {
        for is_live in [true, false] {
            let layer = move || Layer { library: library(), is_live };
            let tile = || Tile::of(Coordinates::new(60.39, 5.32).unwrap());
            let plan_of = async |query: fn(Layer, Tile) -> Query| {
                plan(&db, move || query(layer(), tile())).await
            };
            let index = if is_live { "assets_live_by_tile" } else { "assets_trashed_by_tile" };
            let counted = plan_of(|layer, tile| tiles::counted(layer, &[tile.parts(), Tile::widest()])).await;
            assert!(counted.contains("tile>? AND tile<?") || counted.contains("asset_tiles_pkey"), "{counted}");
            let singles = plan_of(|layer, tile| tiles::singles(layer, &[tile.finest(), tile.finest()])).await;
            assert!(singles.contains(index), "{singles}");
            assert!(singles.contains("COVERING INDEX") || singles.contains("Index Only Scan"), "{singles}");
            // Very many may lie in one of the finest.
            assert_ordered(&plan_of(tiles::latest).await, index);
            let parts = plan_of(|layer, tile| tiles::latest(layer, tile.line().next().unwrap())).await;
            assert!(parts.contains("PRIMARY KEY") || parts.contains("asset_tiles_pkey"), "{parts}");
        }
    }

    async fn a_filtered_map_reads_an_index_that_holds_all_it_asks(db: Db) {
        let rows = || {
            let ratings = vec![Rating::shown_for(5)];
            let media_type = Some(MediaType::Image);
            let filter = AssetFilter { ratings, media_type, ..AssetFilter::default() };
            let corner = |lat, lon| Coordinates::new(lat, lon).unwrap();
            clusters::rows(library(), &filter, View::new(corner(1.0, 1.0), corner(2.0, 2.0)))
        };
        let plan = plan(&db, rows).await;
        assert_ordered(&plan, "assets_by_day");
        assert!(plan.contains("COVERING INDEX") || plan.contains("Index Only Scan"), "{plan}");
    }

    async fn pictures_of_people_are_paged_by_what_shows_them(db: Db) {
        for album in [None, Some(AlbumId::generate())] {
            let query = move || {
                let people = vec![PersonId::generate(), PersonId::generate()];
                let filter = AssetFilter { album, people, ..AssetFilter::default() };
                let after = Some(Position { key: 5, id: AssetId::generate() });
                page(library(), &filter, Direction::Descending, after, 20, Parts::default())
            };
            let driver = if album.is_some() { "album_assets_live" } else { "person_assets_live" };
            assert_ordered(&plan(&db, query).await, driver);
        }
    }
}
