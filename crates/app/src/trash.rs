//! Into the trash, back, and out for good (contract 2.3, 3.7).

use model::{Action, AssetId, Change, EventKind, Instant, Library, LibraryId, TaskKind};
use store::assets::{self, Head};
use store::db::Tx;
use store::{events, libraries, people, tasks};

use crate::assets::later_than;
use crate::{App, Error, Result, Viewer, access, albums, faces, stacks};

/// How many assets are removed per round.
pub(crate) const ROUND: i64 = 500;

impl App {
    /// Puts assets into the trash; those already there and those unknown are skipped.
    pub async fn trash_assets(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        ids: Vec<AssetId>,
    ) -> Result<()> {
        self.turn_assets(viewer, library, ids, EventKind::AssetTrashed, Action::Delete).await
    }

    /// Brings assets back; those already live and those unknown are skipped.
    pub async fn restore_assets(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        ids: Vec<AssetId>,
    ) -> Result<()> {
        self.turn_assets(viewer, library, ids, EventKind::AssetRestored, Action::Write).await
    }

    /// Into the trash or out of it; what is on that side already stays as it is.
    async fn turn_assets(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        ids: Vec<AssetId>,
        kind: EventKind,
        action: Action,
    ) -> Result<()> {
        let now = self.now();
        let trashed_at = (kind == EventKind::AssetTrashed).then_some(now);
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, action)?.id;
            let heads = assets::lock_many(tx, library, ids.clone())?;
            lock_people(tx, &heads)?;
            stacks::lock_of(tx, &heads)?;
            let mut changes = Vec::new();
            for head in heads {
                if head.trashed_at.is_some() != trashed_at.is_some() {
                    assets::set_trashed(tx, &head, trashed_at, later_than(head.updated_at, now))?;
                    changes.push(Change::new(kind, head.id.uuid()));
                }
            }
            Ok(events::append(tx, library, &changes, now)?)
        })
        .await
    }

    /// Removes one asset for good.
    pub async fn delete_asset(&self, viewer: Viewer, id: AssetId) -> Result<()> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let head = access::lock_asset(tx, &viewer, id, Action::DeletePermanently)?;
            let library = libraries::get(tx, head.library_id)?.ok_or_else(Error::no_asset)?;
            remove(tx, &library, &[head], now)
        })
        .await
    }

    /// Removes assets for good; unknown ones are skipped.
    pub async fn delete_assets(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        ids: Vec<AssetId>,
    ) -> Result<()> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::DeletePermanently)?;
            let heads = assets::lock_many(tx, library.id, ids.clone())?;
            remove(tx, &library, &heads, now)
        })
        .await
    }

    /// Removes for good everything that is in the trash now.
    pub async fn empty_trash(&self, viewer: Viewer, library: Option<LibraryId>) -> Result<()> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::DeletePermanently)?;
            // Not by this machine's clock: another one may have put something there.
            let Some(last) = assets::last_trashed(tx, library.id)? else { return Ok(()) };
            loop {
                let heads = assets::lock_trashed(tx, library.id, last, ROUND)?;
                if heads.is_empty() {
                    return Ok(());
                }
                remove(tx, &library, &heads, now)?;
            }
        })
        .await
    }
}

/// Locks whoever is on these assets: their assets are counted.
fn lock_people(tx: &mut Tx<'_>, heads: &[Head]) -> Result<()> {
    let ids: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
    people::lock_shown(tx, &ids)?;
    Ok(())
}

/// Rows first, objects after: a crash between leaves garbage and never a hole.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    library: &Library,
    heads: &[Head],
    now: Instant,
) -> Result<()> {
    lock_people(tx, heads)?;
    stacks::lock_of(tx, heads)?;
    libraries::lock(tx, library.id)?;
    let ids: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
    let shown = store::faces::of_assets(tx, &ids)?;
    let mut changes = albums::leave_all(tx, ids, now)?;
    changes.extend(stacks::bereave(tx, library.id, heads, now)?);
    for head in heads {
        assets::delete(tx, head, library.owner_id, now)?;
        tasks::forget(tx, head.id)?;
        tasks::enqueue(tx, library.id, head.id, TaskKind::AssetStorageCleanup, now)?;
    }
    changes.extend(faces::gone(tx, &shown, now)?);
    changes.extend(heads.iter().map(|head| Change::new(EventKind::AssetDeleted, head.id.uuid())));
    Ok(events::append(tx, library.id, &changes, now)?)
}
