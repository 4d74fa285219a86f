//! Whether the database and the objects belong together: an old database beside newer objects, or a
//! disk that is not mounted, must not look like a library.
//!
//! The same identity and position stand in the database and, a little later, beside the objects.

use serde::{Deserialize, Serialize};
use store::blobs::{Blobs, RECORD};
use store::instance::{self, Instance};
use store::versions;
use uuid::Uuid;

use crate::pictures::off_thread;
use crate::{App, Error, Result, backup};

/// How often the position moves on, in seconds; what is older than that is noticed.
pub(crate) const PAUSE: i64 = 60;

const REMEDY: &str = "If they do belong together, run `heliograph admin adopt`";

/// They would all be garbage.
const UNKNOWN: &str = "there are objects already, and nothing says whose: is database_url right? \
                       For a new library, name a storage_url of its own";

#[derive(Serialize, Deserialize)]
struct Record {
    library: Uuid,
    position: i64,
}

impl App {
    /// Makes sure that database and objects belong together, and founds a new library when both
    /// are new. [`Error::Conflict`] says what is wrong.
    pub async fn recognise(&self) -> Result<()> {
        // First, since the database is always ahead.
        let beside = self.record().await?;
        let found = self.read(|conn| Ok((instance::get(conn)?, versions::count(conn)?))).await?;
        let wrong = match (beside, found) {
            (None, (None, count)) => return self.found_beside(count).await,
            (None, (Some(_), 0)) => return self.found_beside(0).await,
            (None, (Some(_), count)) => format!(
                "the database knows {count} originals, and where the objects should be there is \
                 no library: is the disk mounted, and storage_url right?"
            ),
            (Some(_), (None, _)) => {
                // Nothing is said of what would found a new library: that sweeps these objects.
                let text = "the objects belong to a library that this database does not know: is \
                            database_url right, or was a restore cut off? Begin that again.";
                return Err(Error::Conflict(text.to_owned()));
            }
            (Some(beside), (Some(own), _)) if beside.library != own.id => {
                "database and objects belong to different libraries: are database_url and \
                 storage_url right?"
                    .to_owned()
            }
            (Some(beside), (Some(own), _)) if own.position < beside.position => {
                "the database is older than the objects: what was uploaded since would be removed \
                 as garbage. Put back the newer database."
                    .to_owned()
            }
            _ => return Ok(()),
        };
        Err(Error::Conflict(format!("{wrong} {REMEDY}")))
    }

    /// Takes database and objects as belonging together, whatever they say.
    pub async fn adopt(&self) -> Result<()> {
        // One that is damaged says nothing, and is written anew.
        let beside: Option<Record> =
            self.said().await?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let adopted = self
            .write(move |tx| {
                let own = instance::found(tx, Uuid::new_v4())?;
                let position = beside.as_ref().map_or(0, |beside| beside.position);
                let adopted = Instance { id: own.id, position: own.position.max(position) + 1 };
                instance::succeed(tx, adopted)?;
                Ok(adopted)
            })
            .await?;
        self.note(adopted).await
    }

    /// Moves the position on, when anything has happened.
    pub(crate) async fn advance(&self) -> Result<()> {
        let Some(instance) = self.write(|tx| Ok(instance::advance(tx)?)).await? else {
            return Ok(());
        };
        let is_noted =
            self.record().await?.is_some_and(|beside| beside.position >= instance.position);
        if is_noted { Ok(()) } else { self.note(instance).await }
    }

    /// Founds a library, or goes on where that was cut off: beside `count` originals that the database
    /// knows already, or beside nothing at all.
    async fn found_beside(&self, count: i64) -> Result<()> {
        let blobs = self.blobs().clone();
        let is_taken = off_thread(move || Ok::<_, Error>(count == 0 && blobs.has_versions()?));
        // Another process may have founded it meanwhile, and have got as far as an upload.
        if is_taken.await? && self.record().await?.is_none() {
            return Err(Error::Conflict(UNKNOWN.to_owned()));
        }
        self.found().await
    }

    async fn found(&self) -> Result<()> {
        let id = Uuid::new_v4();
        let instance = self.write(move |tx| Ok(instance::found(tx, id)?)).await?;
        self.note(instance).await
    }

    async fn record(&self) -> Result<Option<Record>> {
        let damaged =
            |_| Error::Conflict(format!("{RECORD} beside the objects is damaged. {REMEDY}"));
        let said = self.said().await?;
        said.map(|bytes| serde_json::from_slice(&bytes).map_err(damaged)).transpose()
    }

    /// What is said beside the objects; an error when they are those of a backup.
    async fn said(&self) -> Result<Option<Vec<u8>>> {
        let blobs = self.blobs().clone();
        off_thread(move || {
            let said = blobs.read_file(RECORD)?;
            if said.is_none() {
                check_is_no_backup(&blobs)?;
            }
            Ok(said)
        })
        .await
    }

    async fn note(&self, instance: Instance) -> Result<()> {
        let blobs = self.blobs().clone();
        off_thread(move || note(&blobs, instance)).await
    }
}

/// Writes down whose objects these are. Blocks.
pub(crate) fn note(blobs: &Blobs, instance: Instance) -> Result<()> {
    let record = Record { library: instance.id, position: instance.position };
    let text = serde_json::to_vec(&record).map_err(|err| Error::Unexpected(err.into()))?;
    Ok(blobs.put_file(RECORD, &mut text.as_slice())?)
}

/// Refuses a backup, which has the same layout: what only older snapshots name would be removed as
/// garbage. Blocks.
fn check_is_no_backup(blobs: &Blobs) -> Result<()> {
    if blobs.folders(backup::FOLDER)?.is_empty() {
        return Ok(());
    }
    let text = "there is a backup where the objects should be: name another storage_url, and use \
                `heliograph admin restore`";
    Err(Error::Conflict(text.to_owned()))
}

/// Takes a place for the objects of a library that is about to be restored, to a position once that is
/// known. Refuses the place of a backup, another library's, and newer objects. Blocks.
pub(crate) fn take_place(blobs: &Blobs, id: Uuid, position: Option<i64>) -> Result<()> {
    let refuse = |text: &str| Err(Error::Conflict(text.to_owned()));
    check_is_no_backup(blobs)?;
    let Some(bytes) = blobs.read_file(RECORD)? else {
        // Whatever is restored is newer than that, should it be cut off.
        let begun = Instance { id, position: 0 };
        return if blobs.has_versions()? { refuse(UNKNOWN) } else { note(blobs, begun) };
    };
    let found: Option<Record> = serde_json::from_slice(&bytes).ok();
    match found.filter(|found| found.library == id) {
        None => refuse("another library keeps its objects there: name a storage_url of its own"),
        Some(found) if position.is_some_and(|position| position < found.position) => refuse(
            "the objects are newer than the snapshot: what was uploaded since would be removed as \
             garbage. Name another storage_url",
        ),
        Some(_) => Ok(()),
    }
}
