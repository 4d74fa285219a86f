//! A person corrects caption, place, capture time or stars (contract 3.1, 3.2).

use model::{Action, AssetId, Change, EventKind, Instant, MetadataPatch, TaskKind};
use store::assets::Head;
use store::db::Tx;
use store::{assets, events, layers, tasks};

use super::Found;
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
            apply(tx, head, &patch, now)?;
            assets::get(tx, id, true)?.ok_or_else(Error::no_asset)
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
            for (id, patch) in &changes {
                let head = assets::head(tx, *id)?.ok_or_else(Error::no_asset)?;
                apply(tx, head, patch, now)?;
            }
            Ok(())
        })
        .await
    }
}

/// The USER layer after the patch, the effective values it leads to, the events that tell of it
/// and the task that follows, in one transaction.
fn apply(tx: &mut Tx<'_>, head: Head, patch: &MetadataPatch, now: Instant) -> Result<()> {
    let mut layers = layers::get(tx, head.id)?.ok_or_else(Error::no_asset)?;
    let user = layers.user.patched(patch);
    if user != layers.user {
        layers.user = user;
        layers::set_user(tx, head.id, &layers.user)?;
        let now = later_than(head.updated_at, now);
        assets::set_effective(tx, head.id, &layers.effective(), now)?;
        announce_edit(tx, &head, now)?;
    }
    if patch.coordinates.is_mentioned() {
        tasks::enqueue(tx, head.library_id, head.id, TaskKind::ReverseGeocoding, now)?;
    }
    Ok(())
}

/// Sync readers watch metadata and assets separately, so an edit tells both (OP-18).
pub(crate) fn announce_edit(tx: &mut Tx<'_>, head: &Head, now: Instant) -> Result<()> {
    let kinds = [EventKind::MetadataUpdated, EventKind::AssetUpdated];
    let changes = kinds.map(|kind| Change::new(kind, head.id.uuid()));
    Ok(events::append(tx, head.library_id, &changes, now)?)
}

/// `updated_at` is strictly increasing per asset, however fast the edits come.
pub(crate) fn later_than(before: Instant, now: Instant) -> Instant {
    now.max(Instant::from_micros(before.micros() + 1))
}
