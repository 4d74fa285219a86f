//! The end of what has been in the trash for too long (contract 2.3, 11).
//!
//! In rounds, each a transaction of its own with its events and clean-up tasks: so nobody waits long
//! for the database, and what was interrupted goes on with the next run.

use model::{Instant, LibraryId};
use store::{assets, libraries};

use crate::trash::{ROUND, remove};
use crate::{App, Result};

const DAY: i64 = 24 * 60 * 60;
/// How many events and tasks of a library are forgotten per round.
const RECORDS: i64 = 5_000;

/// What is left after a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

impl App {
    /// Removes for good the assets and the libraries whose time in the trash is over, and the
    /// libraries whose owner waived it. A worker does so once an hour.
    pub async fn purge(&self) -> Result<()> {
        let until = self.trash_until();
        if let Some(until) = until {
            let stale =
                self.read(move |conn| Ok(assets::libraries_with_trash(conn, until)?)).await?;
            for library in stale {
                while self.purge_assets(library, until).await? == Left::Something {}
            }
        }
        for library in self.read(move |conn| Ok(libraries::due(conn, until)?)).await? {
            while self.drain(library, until).await? == Left::Something {}
        }
        Ok(())
    }

    /// What was put into the trash at or before this moment has been there long enough; `None` when
    /// nothing ever has.
    fn trash_until(&self) -> Option<Instant> {
        let days = i64::from(self.inner.limits.trash_days?);
        Some(self.now().plus_seconds(-days * DAY))
    }

    async fn purge_assets(&self, library: LibraryId, until: Instant) -> Result<Left> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let Some(library) = libraries::get(tx, library)? else { return Ok(Left::Nothing) };
            let heads = assets::lock_trashed(tx, library.id, until, ROUND)?;
            remove(tx, &library, &heads, now)?;
            Ok(if heads.is_empty() { Left::Nothing } else { Left::Something })
        })
        .await
    }

    /// One round of the end of a library: first its assets, then its history, then its row. It ends
    /// early when the library comes back.
    async fn drain(&self, library: LibraryId, until: Option<Instant>) -> Result<Left> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let Some(library) = libraries::lock_due(tx, library, until)? else {
                return Ok(Left::Nothing);
            };
            let heads = assets::lock_some(tx, library.id, ROUND)?;
            remove(tx, &library, &heads, now)?;
            if !heads.is_empty() || libraries::forget_some(tx, library.id, RECORDS)? {
                return Ok(Left::Something);
            }
            libraries::delete(tx, library.id)?;
            Ok(Left::Nothing)
        })
        .await
    }
}
