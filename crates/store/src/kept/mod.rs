//! What is kept ready, so that no read has to count or to sort a whole library: assets per day and
//! stack, and what the members of albums repeat of themselves.
//!
//! Whoever changes a row of `assets` takes its [`Standing`] before, and calls [`follow`] after, in
//! the same transaction.

pub(crate) mod days;
mod members;
mod stacks;

use model::{AssetId, LibraryId, StackId, WallClock};

use crate::db::{FromRow, Result, Row, Tx};

/// All of an asset that something kept ready depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    library: LibraryId,
    wall: WallClock,
    is_live: bool,
    stack: Option<StackId>,
}

const COLUMNS: &str = "library_id, wall, trashed_at is null, stack_id";

impl FromRow for Standing {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            library: row.take()?,
            wall: row.take()?,
            is_live: row.take()?,
            stack: row.take()?,
        })
    }
}

/// Where the asset stands now; `None` when there is no row.
pub(crate) fn standing(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<Standing>> {
    tx.one(&format!("select {COLUMNS} from assets where id = $1"), &[&id])
}

/// Brings what is kept ready up to the row as it is now; `before` is where it stood when it was
/// counted last.
pub(crate) fn follow(tx: &mut Tx<'_>, id: AssetId, before: Option<&Standing>) -> Result<()> {
    let after = standing(tx, id)?;
    stacks::follow(tx, before, after.as_ref())?;
    days::follow(tx, before, after.as_ref())?;
    members::follow(tx, id, before, after.as_ref())
}
