//! How the engines find albums and their members: by seeks, however large the library.

use model::{
    Album, AlbumAsset, AlbumAssetId, AlbumFilter, AlbumId, AssetFilter, AssetId, CaptureBounds,
    CaptureTime, Direction, Instant, LibraryId, Position, TrashState, UserId,
};

use super::{Filter, LinkFilter};
use crate::assets::{self, Parts};
use crate::db::{Db, Error, Query};
use crate::on_both_engines;

/// A library with a large album, half of what there is, and a small one, a hundredth of it.
pub(crate) struct Place {
    pub(crate) library: LibraryId,
    small: AlbumId,
    asset: AssetId,
}

const ASSETS: i64 = 2000;
const USER: &str = "insert into users (id, is_active, is_superuser, storage_used_bytes, created_at,
    updated_at) values ($1, true, false, 0, 0, 0)";
const LIBRARY: &str = "insert into libraries (id, owner_id, name, name_folded, storage_used_bytes,
    asset_count, created_at, updated_at) values ($1, $2, 'L', 'l', 0, 0, 0, 0)";
const ASSET: &str = "insert into assets (id, library_id, version_id, media_type, mime_type,
    original_file_name, wall, capture_source, local_day, local_month, created_at, updated_at,
    trashed_at, file_size_bytes, metadata_updated_at, sha256, sha1, device_asset_id, device_id,
    file_created, file_modified, uploaded_bytes)
    values ($1, $2, $1, 'image', 'image/jpeg', 'a', $3, 'created', 0, 0, 0, 0, $4, 0, 0, $5, $5,
            'a', 'b', 0, 0, 0)";

pub(crate) async fn filled(db: &Db) -> Place {
    let (library, small, first) = (LibraryId::generate(), AlbumId::generate(), AssetId::generate());
    let fill = db.write(move |tx| {
        let owner = UserId::generate();
        tx.execute(USER, &[&owner])?;
        tx.execute(LIBRARY, &[&library, &owner])?;
        let large = AlbumId::generate();
        for number in 1..300 {
            let id = match number {
                1 => small,
                2 => large,
                _ => AlbumId::generate(),
            };
            super::insert(tx, &album(library, id, number))?;
        }
        for wall in 0..ASSETS {
            let id = if wall == 0 { first } else { AssetId::generate() };
            let trashed_at = (wall % 7 == 6).then_some(wall);
            let bytes = id.uuid().into_bytes();
            tx.execute(ASSET, &[&id, &library, &wall, &trashed_at, &bytes])?;
            for (album, every) in [(small, 100), (large, 2)] {
                if wall % every == 0 {
                    super::add(tx, album, &[link(library, album, id)])?;
                }
            }
        }
        // SQLite gathers no statistics before it is closed.
        if tx.for_update().is_empty() { Ok(()) } else { tx.batch("analyze") }
    });
    fill.await.unwrap();
    Place { library, small, asset: first }
}

const START: Instant = Instant::from_micros(0);

fn album(library_id: LibraryId, id: AlbumId, number: i64) -> Album {
    Album {
        id,
        library_id,
        name: Album::unnamed(number),
        description: None,
        cover: None,
        asset_count: 0,
        created_at: START,
        updated_at: START,
    }
}

fn link(library_id: LibraryId, album_id: AlbumId, asset_id: AssetId) -> AlbumAsset {
    let id = AlbumAssetId::generate();
    AlbumAsset { id, library_id, album_id, asset_id, created_at: START, updated_at: START }
}

/// How an engine finds what a query asks for; it reads no table from end to end.
struct Plan(String);

async fn plan(db: &Db, query: Query) -> Plan {
    let lines = db.read(move |conn| query.explain(conn)).await;
    let lines = lines.map_err(|err: Error| err).unwrap();
    // `a` is the page itself.
    let walks = |line: &&String| {
        line.contains("Seq Scan") || line.starts_with("SCAN ") && *line != "SCAN a"
    };
    assert_eq!(lines.iter().find(walks), None, "{lines:#?}");
    Plan(lines.join("\n"))
}

impl Plan {
    fn names(self, index: &str) -> Self {
        assert!(self.0.contains(index), "{index}: {}", self.0);
        self
    }

    fn in_order(self) -> Self {
        let sorts = self.0.contains("Sort") || self.0.contains("TEMP B-TREE");
        assert!(!sorts, "{}", self.0);
        self
    }
}

on_both_engines! {
    async fn an_album_is_paged_by_its_members(db: Db) {
        let Place { library, small, asset } = filled(&db).await;
        let page = |state, captured| {
            let filter = AssetFilter { state, captured, album: Some(small), ..AssetFilter::default() };
            let after = Some(Position { key: ASSETS, id: asset });
            assets::page(library, &filter, Direction::Descending, after, 20, Parts::default())
        };
        let any = CaptureBounds::default();
        plan(&db, page(TrashState::Live, any)).await.names("album_assets_live").in_order();
        plan(&db, page(TrashState::All, any)).await.names("album_assets_all").in_order();
        plan(&db, page(TrashState::Trashed, any)).await.names("album_assets_trashed");
        let since = CaptureBounds::new(CaptureTime::parse("1970-01-01").ok(), None).unwrap();
        plan(&db, page(TrashState::Live, since)).await.names("album_assets_live").in_order();
        for album_filter in [AlbumFilter::InAlbum, AlbumFilter::NotInAlbum] {
            let filter = AssetFilter { album_filter, ..AssetFilter::default() };
            let page = assets::page(library, &filter, Direction::Descending, None, 20, Parts::default());
            plan(&db, page).await.names("assets_by_membership").in_order();
        }
    }

    async fn albums_are_listed_covered_and_dated_by_seeks(db: Db) {
        let Place { library, small, asset } = filled(&db).await;
        let page = |filter: Filter| super::list::page(library, &filter, Some(small), 20);
        let ids = (0..200).map(|_| AlbumId::generate()).collect();
        for filter in [
            Filter::default(),
            Filter { ids: Some(ids), ..Filter::default() },
            Filter { name: Some("x".to_owned()), ..Filter::default() },
        ] {
            plan(&db, page(filter)).await.names("album_assets_live").in_order();
        }
        let of_asset = Filter { asset: Some(asset), ..Filter::default() };
        plan(&db, page(of_asset)).await.names("album_assets_live").names("album_assets_of_asset");
    }

    async fn links_are_listed_by_seeks(db: Db) {
        let Place { library, small, asset } = filled(&db).await;
        let page = |filter: LinkFilter| {
            super::links::page(library, &filter, Some(AlbumAssetId::generate()), 20)
        };
        let (all, album, of) = (LinkFilter::default(), Some(small), Some(asset));
        let ids = Some((0..200).map(|_| AlbumAssetId::generate()).collect());
        plan(&db, page(all.clone())).await.in_order();
        plan(&db, page(LinkFilter { ids, ..all.clone() })).await.in_order();
        plan(&db, page(LinkFilter { album, ..all.clone() })).await.names("album_assets_of_album").in_order();
        plan(&db, page(LinkFilter { asset: of, ..all.clone() })).await.names("album_assets_of_asset").in_order();
        plan(&db, page(LinkFilter { asset: of, album, ids: None })).await;
    }
}
