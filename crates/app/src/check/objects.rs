//! What the store of objects has.

use model::{TaskKind, VersionId};
use store::blobs::Listed;
use store::versions::{self, Expected};
use store::{assets, tasks};

use super::{Check, Report};
use crate::pictures::off_thread;
use crate::{App, Error, Result, pictures};

impl App {
    /// Lists all objects. Gives the ids, in order, of versions whose original has as many bytes as
    /// its row says.
    pub(super) async fn list_objects(
        &self,
        check: &Check,
        report: &mut Report,
    ) -> Result<Vec<u128>> {
        let (app, handle) = (self.clone(), tokio::runtime::Handle::current());
        let found = off_thread(move || {
            let mut found = Found::default();
            app.blobs().list(|group: &[Listed]| {
                let ids: Vec<VersionId> = group.iter().map(|listed| listed.version).collect();
                let rows = handle.block_on(app.read(move |conn| {
                    let known = versions::known(conn, &ids)?;
                    Ok((versions::expected(conn, &ids)?, known))
                }))?;
                found.take(group, &rows.0, &rows.1);
                Ok::<_, Error>(())
            })?;
            Ok::<_, Error>(found)
        });
        let mut found = found.await?;
        found.whole.sort_unstable();
        report.strays = found.strays;
        report.without_pictures = found.without_pictures.len() as u64;
        if check.repair {
            self.make_pictures_of(found.without_pictures).await?;
            match self.sweep().await {
                Ok(swept) => report.removed = swept.versions,
                // There is something more important to mend.
                Err(Error::StorageTrouble(cause)) => {
                    tracing::warn!("could not remove what nobody needs: {cause:?}");
                }
                Err(err) => return Err(err),
            }
        }
        Ok(found.whole)
    }

    async fn make_pictures_of(&self, shown: Vec<Expected>) -> Result<()> {
        for expected in shown {
            let (asset, now) = (expected.asset_id, self.now());
            self.write_and_wake(move |tx| {
                let Some(head) = assets::lock(tx, asset)? else { return Ok(()) };
                Ok(tasks::enqueue(tx, head.library_id, asset, TaskKind::Thumbhash, now)?)
            })
            .await?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Found {
    whole: Vec<u128>,
    strays: u64,
    without_pictures: Vec<Expected>,
}

impl Found {
    fn take(&mut self, group: &[Listed], rows: &[Expected], known: &[VersionId]) {
        for listed in group {
            let Some(row) = rows.iter().find(|row| row.id == listed.version) else {
                self.strays += u64::from(!known.contains(&listed.version));
                continue;
            };
            if listed.original().is_some_and(|original| original.bytes == row.bytes) {
                self.whole.push(row.id.uuid().as_u128());
            }
            if row.has_pictures
                && !pictures::are_made(listed.variants().map(|variant| &*variant.name))
            {
                self.without_pictures.push(row.clone());
            }
        }
    }
}
