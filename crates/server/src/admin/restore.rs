//! `heliograph admin restore`.

use std::io;

use anyhow::{Context as _, bail};
use app::Clock;
use app::backup::{Key, Restore, Restored, restore};
use app::check::Check;
use store::db::DatabaseUrl;

use crate::claim::claim;
use crate::open;
use crate::secrets::Secrets;
use crate::settings::{Role, Settings};
use crate::{bytes, print, progress};

/// What was asked for.
pub(crate) struct How {
    pub(crate) snapshot: Option<String>,
    pub(crate) verify: bool,
    pub(crate) dry_run: bool,
}

/// Restores; an error when an original is not what it should be.
pub(crate) async fn run(settings: Settings, backup: String, how: How) -> anyhow::Result<()> {
    let from = open::backup(backup).await?;
    let dry_run = how.dry_run;
    let place = settings.clone();
    let restored = tokio::task::spawn_blocking(move || {
        let database: DatabaseUrl =
            place.database_url.parse().context("read the setting database_url")?;
        // Nobody else may begin to use what is being filled.
        let _claim = if dry_run { None } else { Some(claim(&database, Role::All)?) };
        let secrets_dir = place.secrets_dir.clone();
        let save_keys = move |keys: &[Key]| {
            let saved = Secrets::open(&secrets_dir).and_then(|secrets| secrets.restore(keys));
            saved.map_err(io::Error::other)
        };
        let to = if dry_run { None } else { Some((database, open::store(&place)?)) };
        let wanted = Restore {
            from,
            snapshot: how.snapshot,
            to,
            staging: if dry_run { std::env::temp_dir() } else { place.data_dir.join("tmp") },
            save_keys: Box::new(save_keys),
            now: Clock::system().now(),
            progress: Some(progress::of("originals")),
        };
        restore(&wanted).context("restore the backup")
    })
    .await??;
    print::line(&describe(&restored, dry_run));
    for version in &restored.damaged {
        print::line(&format!("  {version} is missing or damaged in the backup"));
    }
    match (restored.damaged.len(), dry_run) {
        (0, _) => {}
        (lacking, true) => bail!(
            "{lacking} originals could not be restored: as long as the library has them, `heliograph \
             admin backup --read-data` copies them again"
        ),
        (lacking, false) => bail!(
            "{lacking} originals could not be restored: if another backup has them, `heliograph admin \
             check --repair --from` puts them back"
        ),
    }
    if how.verify { verify(settings).await } else { Ok(()) }
}

async fn verify(settings: Settings) -> anyhow::Result<()> {
    let library = tokio::task::spawn_blocking(move || open::library(&settings)).await??;
    let progress = Some(progress::of("originals"));
    let check = Check { read_data: true, progress, ..Check::default() };
    let report = library.app.check(check).await.context("check what was restored")?;
    library.db.close().await;
    if !report.is_clean() {
        bail!("what was restored is damaged already: see `heliograph admin check --read-data`");
    }
    print::line("read back: every byte is as it should be");
    Ok(())
}

fn describe(restored: &Restored, dry_run: bool) -> String {
    let what = if dry_run { "could be restored" } else { "restored" };
    format!(
        "snapshot {} {what}: {} originals, {}",
        restored.snapshot.name,
        restored.originals,
        bytes::show(restored.bytes)
    )
}
