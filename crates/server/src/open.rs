//! Puts the library together from its settings.

use anyhow::Context as _;
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

/// Opens another store, such as that of a backup.
pub(crate) async fn other_store(url: Option<String>) -> anyhow::Result<Option<Blobs>> {
    let Some(url) = url else { return Ok(None) };
    let url: StorageUrl = url.parse().with_context(|| format!("read {url}"))?;
    Ok(Some(tokio::task::spawn_blocking(move || Blobs::open(&url)).await??))
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
