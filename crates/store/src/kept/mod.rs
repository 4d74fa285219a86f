//! What is kept ready, so that no read has to go through a whole library: assets per day, tile and
//! stack, what albums and people repeat of their assets, and the words by which assets are found.
//!
//! Whoever changes a row of `assets` takes its [`Standing`] before, and calls [`follow`] after, in
//! the same transaction; whoever removes one calls [`forget`] before.

pub(crate) mod days;
pub(crate) mod documents;
mod members;
mod people;
mod stacks;
pub(crate) mod tiles;

use model::{AssetId, Coordinates, LibraryId, StackId, Tile, WallClock};

use crate::columns;
use crate::db::{FromRow, Result, Row, Tx};

/// All of an asset that something kept ready depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    library: LibraryId,
    wall: WallClock,
    is_live: bool,
    stack: Option<StackId>,
    /// Its place, once that is among the tiles.
    spot: Option<(Tile, Coordinates)>,
    /// Every text it is found by, one a line.
    said: String,
}

impl Standing {
    pub(crate) fn wall(&self) -> WallClock {
        self.wall
    }

    pub(crate) fn tile(&self) -> Option<Tile> {
        self.spot.map(|(tile, _)| tile)
    }
}

const COLUMNS: &str = "library_id, wall, trashed_at is null, stack_id, tile, latitude, longitude,
    original_file_name, description, place_name, sublocation, city, state, country, make, model, lens_model";
/// How many of the columns are texts.
const TEXTS: usize = 10;

impl FromRow for Standing {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (library, wall, is_live, stack) = (row.take()?, row.take()?, row.take()?, row.take()?);
        let tile: Option<Tile> = row.take()?;
        let spot = tile.zip(columns::coordinates(row)?);
        let mut said = String::new();
        for _ in 0..TEXTS {
            if let Some(text) = row.take::<Option<String>>()? {
                said.push_str(&text);
                said.push('\n');
            }
        }
        Ok(Self { library, wall, is_live, stack, spot, said })
    }
}

/// Where the asset stands now; `None` when there is no row.
pub(crate) fn standing(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<Standing>> {
    tx.one(&format!("select {COLUMNS} from assets where id = $1"), &[&id])
}

/// Brings what is kept ready up to the row as it is now; `before` is how it stood when that was
/// done last.
pub(crate) fn follow(tx: &mut Tx<'_>, id: AssetId, before: Option<&Standing>) -> Result<()> {
    let after = standing(tx, id)?;
    each(tx, id, before, after.as_ref())
}

/// The row is about to be removed.
pub(crate) fn forget(tx: &mut Tx<'_>, id: AssetId) -> Result<()> {
    let before = standing(tx, id)?;
    // Whoever comes next as the latest of a tile is looked up among the rows.
    tx.execute("update assets set tile = null where id = $1", &[&id])?;
    each(tx, id, before.as_ref(), None)
}

fn each(
    tx: &mut Tx<'_>,
    id: AssetId,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    people::follow(tx, id, before, after)?;
    stacks::follow(tx, before, after)?;
    days::follow(tx, before, after)?;
    tiles::follow(tx, id, before, after)?;
    members::follow(tx, id, before, after)?;
    documents::follow(tx, id, before, after)
}

/// Lets one transaction at a time count in a library, so that two that touch the same days or
/// tiles in different orders never wait for each other in a circle. Its row is changed by most of
/// them anyway.
fn lock(tx: &mut Tx<'_>, library: LibraryId) -> Result<()> {
    let for_update = tx.for_update();
    if for_update.is_empty() {
        return Ok(());
    }
    let sql = format!("select 1::bigint from libraries where id = $1 {for_update}");
    tx.one::<(i64,)>(&sql, &[&library]).map(drop)
}
