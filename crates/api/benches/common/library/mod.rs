//! Libraries with very many assets, filled once and kept in the cache folder for the next run.

mod fill;
mod photos;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use app::{App, Clock};
use model::AssetId;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};
use store::db::DatabaseUrl;
use tempfile::TempDir;
use uuid::Uuid;

use crate::machine::cache_folder;
use crate::wiring::{Wired, wire_to};

pub(crate) use photos::Mix;

/// Whose library it is.
const OWNER: &str = "bench@example.org";

/// An open library.
pub(crate) struct Library {
    pub(crate) app: App,
    pub(crate) database: PathBuf,
    pub(crate) api_key: String,
    /// Every asset.
    pub(crate) ids: Vec<AssetId>,
    /// There are rows only; nothing is ever put here.
    _objects: TempDir,
}

impl Library {
    /// The library of `size` assets; fills it when there is none yet. It is copied `elsewhere` when an
    /// empty database is named.
    pub(crate) async fn open(
        mix: Mix,
        size: usize,
        elsewhere: Option<DatabaseUrl>,
    ) -> Result<Self> {
        let folder = cache_folder()?;
        let database = folder.join(format!("{}-{size}-{}.db", mix.name, fingerprint()));
        if !database.exists() {
            remove(&folder, &format!("{}-{size}-", mix.name))?;
            let unfinished = database.with_extension("part");
            fill::fill(&unfinished, mix, size, |_, _| ()).await?;
            fs::rename(&unfinished, &database)?;
        }
        let objects = tempfile::tempdir_in(&folder)?;
        let ids = ids(&database)?;
        let url = if let Some(url) = elsewhere {
            let (from, to) = (database.clone(), url.clone());
            let now = Clock::system().now();
            tokio::task::spawn_blocking(move || store::dump::load(&from, &to, now)).await??;
            url
        } else {
            DatabaseUrl::Sqlite(database.clone())
        };
        let Wired { app, .. } = wire_to(&url, objects.path())?;
        let api_key = app.create_key_for(Some(OWNER.to_owned()), "bench").await?;
        Ok(Self { app, database, api_key, ids, _objects: objects })
    }
}

/// Changes with the schema and with what is filled in.
fn fingerprint() -> String {
    let recipe = format!("{} {:?}", photos::RECIPE, store::migrate::MIGRATIONS);
    Sha256::digest(recipe).iter().take(4).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Removes the files of `folder` whose name begins like this: libraries of an older schema, and
/// what an interrupted run has left.
fn remove(folder: &Path, beginning: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(beginning) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn ids(database: &Path) -> Result<Vec<AssetId>> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = conn.prepare("select id from assets")?;
    let ids = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    ids.map(|id| {
        let id = Uuid::from_slice(&id?).context("an id has 16 bytes")?;
        Ok(AssetId::from_uuid(id))
    })
    .collect()
}
