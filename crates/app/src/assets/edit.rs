//! A person corrects caption, place, capture time or stars (contract 3.1, 3.2).

use std::collections::BTreeMap;

use model::{Action, AssetId, Change, EventKind, Instant, LibraryId, MetadataPatch, TaskKind};
use store::assets::Head;
use store::db::Tx;
use store::{assets, events, layers, tasks};

use super::{Found, Parts};
use crate::{App, Error, Result, Viewer, access};

impl App {
    /// Changes one asset and shows it as it is then.
    pub async fn update_asset(
        &self,
        viewer: Viewer,
        id: AssetId,
        patch: MetadataPatch,
    ) -> Result<Found> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let head = access::lock_asset(tx, &viewer, id, Action::Write)?;
            let library = head.library_id;
            let told = apply(tx, head, &patch, now)?;
            events::append(tx, library, &told, now)?;
            assets::get(tx, id, Parts::ALL)?.ok_or_else(Error::no_asset)
        })
        .await
    }

    /// Changes many assets, all or none. An asset named twice is changed twice, in order.
    pub async fn update_assets(
        &self,
        viewer: Viewer,
        changes: Vec<(AssetId, MetadataPatch)>,
    ) -> Result<()> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            // Locked in the order of ids, so that two batches never wait for each other in a circle.
            let mut ids: Vec<AssetId> = changes.iter().map(|(id, _)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                access::lock_asset(tx, &viewer, id, Action::Write).map_err(|err| match err {
                    Error::NotFound(_) => Error::NotFound(format!("Asset {id} not found")),
                    other => other,
                })?;
            }
            // The feed is locked last, and libraries in the order of their ids.
            let mut told: BTreeMap<LibraryId, Vec<Change>> = BTreeMap::new();
            for (id, patch) in &changes {
                let head = assets::head(tx, *id)?.ok_or_else(Error::no_asset)?;
                told.entry(head.library_id).or_default().extend(apply(tx, head, patch, now)?);
            }
            for (library, changes) in told {
                events::append(tx, library, &changes, now)?;
            }
            Ok(())
        })
        .await
    }
}

/// The USER layer after the patch, the effective values it leads to and the task that follows.
/// Returns what the feed is to be told.
fn apply(tx: &mut Tx<'_>, head: Head, patch: &MetadataPatch, now: Instant) -> Result<Vec<Change>> {
    let mut layers = layers::get(tx, head.id)?.ok_or_else(Error::no_asset)?;
    let user = layers.user.patched(patch);
    let mut told = Vec::new();
    if user != layers.user {
        layers.user = user;
        layers::set_user(tx, head.id, &layers.user)?;
        let now = later_than(head.updated_at, now);
        assets::set_effective(tx, head.id, &layers.effective(), now)?;
        told.extend(edited(head.id));
    }
    if patch.coordinates.is_mentioned() {
        tasks::enqueue(tx, head.library_id, head.id, TaskKind::ReverseGeocoding, now)?;
    }
    Ok(told)
}

/// Sync readers watch metadata and assets separately, so an edit tells both (OP-18).
pub(crate) fn edited(id: AssetId) -> [Change; 2] {
    [EventKind::MetadataUpdated, EventKind::AssetUpdated].map(|kind| Change::new(kind, id.uuid()))
}

/// `updated_at` is strictly increasing per asset, however fast the edits come.
pub(crate) fn later_than(before: Instant, now: Instant) -> Instant {
    now.max(Instant::from_micros(before.micros() + 1))
}
