//! Forgetting old snapshots, and the originals that nobody names any more.

use std::io::Read as _;
use std::num::NonZeroUsize;

use model::VersionId;
use store::blobs::{self, Blobs, is_damage};
use uuid::Uuid;

use super::Snapshot;
use super::claim::Standing;
use super::snapshot::{FOLDER, Snapshots, Unreadable, is_name, record, snapshots};
use super::staging::hash;
use crate::{Error, Result};

/// Bytes of an id in a list of originals.
pub(super) const ID: usize = 16;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Snapshots that were whole.
    pub snapshots: u64,
    /// Originals that no other snapshot names.
    pub originals: u64,
}

/// Removes all but the newest snapshots, what interrupted backups left, and those of the originals
/// `present` that no snapshot names then. `made` is the one just made, which stays: it has to be the
/// newest. Blocks.
pub(super) fn prune(
    backup: &Blobs,
    keep: NonZeroUsize,
    made: &Snapshot,
    present: &[(u128, Option<u64>)],
    standing: &Standing,
) -> Result<Pruned> {
    let Snapshots { whole: all, unreadable } = snapshots(backup)?;
    if let Some(Unreadable { reason, .. }) = unreadable.into_iter().next() {
        let text = format!(
            "{reason}, so nothing was removed: mend that, or delete it if you do not need it"
        );
        return Err(Error::Conflict(text));
    }
    if all.last().is_none_or(|newest| newest.name != made.name) {
        let text = "there is a snapshot of a later time, so nothing was removed: delete it if the \
                    clock was wrong then";
        return Err(Error::Conflict(text.to_owned()));
    }
    let (old, kept) = all.split_at(all.len().saturating_sub(keep.get()));
    let mut gone: Vec<String> = old.iter().map(|snapshot| snapshot.name.clone()).collect();
    gone.extend(
        backup
            .folders(FOLDER)?
            .into_iter()
            .filter(|name| is_name(name) && all.iter().all(|whole| whole.name != *name)),
    );
    // Before anything goes: what cannot be read might name it.
    let named = named(backup, kept)?;
    let mut pruned = Pruned { snapshots: old.len() as u64, originals: 0 };
    standing.confirm()?;
    for name in gone {
        standing.check()?;
        // First what makes it whole, so that no half of it passes for a snapshot, and that who
        // restores it notices.
        backup.remove_file(&record(&name))?;
        backup.remove_folder(&format!("{FOLDER}/{name}"))?;
    }
    for (id, _) in present.iter().filter(|(id, _)| named.binary_search(id).is_err()) {
        standing.check()?;
        backup.delete(VersionId::from_uuid(Uuid::from_u128(*id)))?;
        pruned.originals += 1;
    }
    Ok(pruned)
}

/// The originals of these snapshots, in order.
fn named(backup: &Blobs, snapshots: &[Snapshot]) -> Result<Vec<u128>> {
    let mut named = Vec::new();
    for snapshot in snapshots {
        let unreadable = || {
            let name = &snapshot.name;
            Error::Conflict(format!(
                "the list of originals of snapshot {name} is missing or damaged, so nothing was \
                 removed: delete that snapshot if you do not need it"
            ))
        };
        if snapshot.list_sha256.is_empty() {
            return Err(Error::Conflict(format!(
                "snapshot {} does not say which originals it has, so nothing was removed: delete \
                 that snapshot if you do not need it",
                snapshot.name
            )));
        }
        let mut list = Vec::new();
        let file = match backup.open_file(&snapshot.list()) {
            Err(blobs::Error::Io(err)) if is_damage(&err) => return Err(unreadable()),
            found => found?.ok_or_else(unreadable)?,
        };
        file.take(snapshot.originals.saturating_mul(ID as u64).saturating_add(1))
            .read_to_end(&mut list)
            .map_err(|err| if is_damage(&err) { unreadable() } else { Error::storage(err) })?;
        if hash(&mut list.as_slice())? != snapshot.list_sha256 {
            return Err(unreadable());
        }
        let ids = list.chunks_exact(ID).filter_map(|id| id.try_into().ok());
        named.extend(ids.map(u128::from_be_bytes));
        named.sort_unstable();
        named.dedup();
    }
    Ok(named)
}
