//! Assets: look at them, list them, correct them.

mod edit;
mod exist;

pub(crate) use edit::{announce_edit, later_than};

use model::{Action, Area, AssetFilter, AssetId, Direction, LibraryId, Position};
use store::assets;
use store::db::Conn;

pub use store::assets::{Fingerprints, Found, Lite};

use crate::{App, Error, Result, Viewer, access};

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether anything comes after.
    pub has_more: bool,
}

/// Which assets to list.
#[derive(Debug, Clone, Default)]
pub struct ListAssets {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: AssetFilter,
    /// In which order.
    pub direction: Direction,
    /// From which asset on, itself excluded.
    pub after: Option<AssetId>,
    /// 1–200.
    pub limit: i64,
    /// Whether to read the facts about the upload too.
    pub with_file: bool,
    /// Whether the request names an album, person or stack of which there is none.
    pub nothing: bool,
}

impl App {
    /// One asset, live or trashed (contract 3.3).
    pub async fn asset(&self, viewer: Viewer, id: AssetId, with_file: bool) -> Result<Found> {
        self.read(move |conn| {
            access::asset(conn, &viewer, id, Action::Read)?;
            assets::get(conn, id, with_file)?.ok_or_else(Error::no_asset)
        })
        .await
    }

    /// A page of assets (contract 3.4).
    pub async fn assets(&self, viewer: Viewer, wanted: ListAssets) -> Result<Page<Found>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let after = match wanted.after {
                Some(id) => Some(
                    assets::position(conn, library, id, wanted.filter.state)?.ok_or_else(|| {
                        Error::Unclear(format!("starting_after_id: there is no asset {id} here"))
                    })?,
                ),
                None => None,
            };
            if wanted.nothing {
                return Ok(Page { items: Vec::new(), has_more: false });
            }
            page(conn, library, &wanted, after)
        })
        .await
    }
}

/// How many assets in the box around a circle are looked at in a round, at least.
const ROUND: i64 = 1000;

/// Asks for one more than wanted, which tells whether there is more. The corners of a circle's box
/// are dropped here, so it may take several rounds.
fn page(
    conn: &mut Conn,
    library: LibraryId,
    wanted: &ListAssets,
    mut after: Option<Position>,
) -> Result<Page<Found>> {
    let limit = usize::try_from(wanted.limit).unwrap_or(1);
    let is_circle = matches!(wanted.filter.area, Some(Area::Circle { .. }));
    let round = if is_circle { ROUND.max(wanted.limit + 1) } else { wanted.limit + 1 };
    let mut items: Vec<Found> = Vec::with_capacity(limit + 1);
    loop {
        let found = assets::list(
            conn,
            library,
            &wanted.filter,
            wanted.direction,
            after,
            round,
            wanted.with_file,
        )?;
        let is_last = i64::try_from(found.len()).is_ok_and(|count| count < round);
        after = found.last().map(|found| position(found, wanted));
        items.extend(found.into_iter().filter(|found| is_inside(found, wanted.filter.area)));
        if is_last || items.len() > limit {
            let has_more = items.len() > limit;
            items.truncate(limit);
            return Ok(Page { items, has_more });
        }
    }
}

fn position(found: &Found, wanted: &ListAssets) -> Position {
    let asset = &found.asset;
    let key = match (wanted.filter.state, asset.trashed_at) {
        (model::TrashState::Trashed, Some(trashed_at)) => trashed_at.micros(),
        _ => asset.capture.wall.micros(),
    };
    Position { key, id: asset.id }
}

fn is_inside(found: &Found, area: Option<Area>) -> bool {
    match area {
        Some(area @ Area::Circle { .. }) => {
            found.asset.metadata.coordinates.is_some_and(|place| area.contains(place))
        }
        _ => true,
    }
}
