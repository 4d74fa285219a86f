//! Puts the library together from its settings.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};
use app::{App, Clock, InvitationKey, Limits, SessionKey};
use store::blobs::{Blobs, CacheFolder, StorageUrl};
use store::db::{DatabaseUrl, Db};

use crate::secrets::{INVITATION_KEY, SESSION_KEY, Secrets};
use crate::settings::Settings;

/// An open library.
pub(crate) struct Library {
    pub(crate) app: App,
    pub(crate) db: Db,
    pub(crate) secrets: Secrets,
}

/// Opens the library; makes it, or brings it to the present schema, when need be.
pub(crate) fn library(settings: &Settings) -> anyhow::Result<Library> {
    let secrets = Secrets::open(&settings.secrets_dir)?;
    app::backup::remove_abandoned(&settings.data_dir.join("tmp"));
    let database: DatabaseUrl =
        settings.database_url.parse().context("read the setting database_url")?;
    let clock = Clock::system();
    let report = store::migrate::run(&database, clock.now())
        .context("bring the database to the present schema")?;
    if let Some(snapshot) = report.snapshot {
        tracing::info!("the database as it was is kept in {}", snapshot.display());
    }
    let db = Db::open(&database).context("open the database")?;
    let blobs = store(settings)?;
    let keys = app::Secrets {
        sessions: SessionKey::new(secrets.key(SESSION_KEY)?).lasting(settings.session_seconds),
        invitations: InvitationKey::new(secrets.key(INVITATION_KEY)?),
    };
    let limits = Limits {
        arrivals: settings.uploads,
        decoded_bytes: settings.picture_bytes,
        // Once in the life of the program.
        ffmpeg: settings.ffmpeg.clone().leak(),
        trash_days: settings.trash_days,
        scrub_days: settings.scrub_days,
        ..Limits::default()
    };
    let app = App::new(db.clone(), blobs, clock, keys, limits);
    Ok(Library { app, db, secrets })
}

/// Opens the store of objects.
pub(crate) fn store(settings: &Settings) -> anyhow::Result<Blobs> {
    let url: StorageUrl = settings.storage_url.parse().context("read the setting storage_url")?;
    let folder = settings.data_dir.join("cache");
    let cache = settings.storage_cache_bytes.map(|bytes| CacheFolder { folder, bytes });
    Blobs::open_with(&url, cache.as_ref()).context("open the object storage")
}

/// Opens a backup that is to be read. Nothing is made where there is none.
pub(crate) async fn backup(url: String) -> anyhow::Result<Blobs> {
    let parsed: StorageUrl = url.parse().context("read the place of the backup")?;
    if let StorageUrl::File(folder) = &parsed
        && !folder.join("snapshots").is_dir()
    {
        bail!("there is no backup in {}: it would have a folder `snapshots`", folder.display());
    }
    open_at(parsed, url).await
}

/// Opens the place for a backup, and makes it when it is missing. It must not lie in the library
/// itself: what comes to that would come to the backup, and objects that no row names are removed.
pub(crate) async fn destination(url: String, settings: &Settings) -> anyhow::Result<Blobs> {
    let parsed: StorageUrl = url.parse().context("read the place of the backup")?;
    let inside = || format!("{url} lies in the library itself: name another place");
    if let (StorageUrl::S3(to), Ok(StorageUrl::S3(own))) = (&parsed, settings.storage_url.parse())
        && (&to.bucket, &to.endpoint) == (&own.bucket, &own.endpoint)
        && Path::new(&to.prefix).starts_with(Path::new(&own.prefix).join("v"))
    {
        bail!(inside());
    }
    if let StorageUrl::File(folder) = &parsed {
        if !folder.is_dir() && folder.components().any(|part| part == Component::ParentDir) {
            bail!("{url} is not there: name it without `..`");
        }
        let objects = match settings.storage_url.parse() {
            Ok(StorageUrl::File(objects)) => Some(objects),
            _ => None,
        };
        for own in [Some(settings.data_dir.clone()), objects].into_iter().flatten() {
            if lies_in(folder, &own) {
                bail!(inside());
            }
        }
    }
    open_at(parsed, url).await
}

async fn open_at(parsed: StorageUrl, url: String) -> anyhow::Result<Blobs> {
    let opened = tokio::task::spawn_blocking(move || Blobs::open(&parsed)).await?;
    opened.with_context(|| format!("open {url}"))
}

/// Whether a path leads into a folder, by whatever name: a folder that is mounted in two places is
/// the same one.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let place = real(path);
    let same = |above: &Path| {
        let (one, other) = (above.metadata().ok()?, folder.metadata().ok()?);
        Some((one.dev(), one.ino()) == (other.dev(), other.ino()))
    };
    place.starts_with(real(folder)) || place.ancestors().any(|above| same(above) == Some(true))
}

/// Where a path leads in truth, whether or not its end is there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match there {
        Some((above, real)) => real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        None => path,
    }
}

/// The name of the file with the owner's first key.
pub(crate) const OWNER_KEY: &str = "owner-api-key";

/// At the very first start: makes the owner and saves their key. Says where it is.
pub(crate) async fn first_start(library: &Library) -> anyhow::Result<()> {
    let secrets = library.secrets.clone();
    let save = move |key: &str| {
        let path = secrets.save(OWNER_KEY, key).map_err(std::io::Error::other)?;
        tracing::info!("this is the first start; the key to everything is in {}", path.display());
        Ok::<_, std::io::Error>(())
    };
    library.app.create_owner(save).await.context("make the owner's account")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_as_far_as_it_goes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("photos")).unwrap();
        std::os::unix::fs::symlink(root.join("photos"), root.join("link")).unwrap();
        assert_eq!(real(&root.join("link/backup/2026")), root.join("photos/backup/2026"));
        assert!(real(&root.join("link")).starts_with(real(&root.join("photos"))));
        assert!(!real(&root.join("photos-backup")).starts_with(real(&root.join("photos"))));
        assert!(lies_in(&root.join("link/backup/2026"), &root.join("photos")));
        assert!(!lies_in(&root.join("photos-backup"), &root.join("photos")));
    }
}
