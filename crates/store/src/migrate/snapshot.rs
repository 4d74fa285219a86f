//! A copy of an SQLite database before its schema is changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::Error;
use crate::db::{Conn, DatabaseUrl};

/// Copies the database to a file beside it, before step `number`. `None` on PostgreSQL, whose
/// backups are its administrator's.
pub(super) fn take(
    conn: &mut Conn,
    url: &DatabaseUrl,
    number: i64,
) -> Result<Option<PathBuf>, Error> {
    let Some(path) = path(url, number) else { return Ok(None) };
    match copy(conn, &path) {
        Ok(()) => Ok(Some(path)),
        Err(cause) => Err(Error::Snapshot { path, cause }),
    }
}

/// Where to look for a copy made before step `number`, as the end of a sentence.
pub(super) fn hint(url: &DatabaseUrl, number: i64) -> String {
    path(url, number)
        .filter(|path| path.exists())
        .map_or_else(String::new, |path| format!(", such as {}", path.display()))
}

fn path(url: &DatabaseUrl, number: i64) -> Option<PathBuf> {
    let DatabaseUrl::Sqlite(database) = url else { return None };
    let mut name = database.file_name()?.to_owned();
    name.push(format!(".before-{number:04}"));
    Some(database.with_file_name(name))
}

/// A copy that has its name is whole, and replaces one of an earlier try.
fn copy(conn: &mut Conn, path: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".tmp");
    let unfinished = PathBuf::from(unfinished);
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    let name = unfinished.to_str().ok_or("the path of the database is not UTF-8")?;
    if let Err(err) = conn.copy_to(name) {
        drop(fs::remove_file(&unfinished));
        return Err(err.into());
    }
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}
