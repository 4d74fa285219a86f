//! The whole database in a file of its own: what a backup holds. The file is an SQLite database,
//! whatever the engine it was taken from, so it can be put into either, and a later version brings
//! it to its own schema first.

mod rows;
mod tables;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use model::{Instant as Moment, VersionId};

use crate::db::{Conn, DatabaseUrl, Tx, WriteError};
use crate::instance::{self, Instance};
use crate::migrate;
use crate::versions::{self, Expected};

/// Why a database could not be dumped or filled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database to be filled holds accounts already.
    #[error("the database is not empty: it belongs to somebody")]
    NotEmpty,
    /// The file lacks a table or a column of the present schema, or has one more.
    #[error("the table {0} is not as this version knows it")]
    Table(String),
    /// One of the two has another schema than it should.
    #[error(transparent)]
    Schema(#[from] migrate::Error),
    /// A database does not do what it is asked for.
    #[error(transparent)]
    Database(#[from] crate::db::Error),
    /// The file cannot be written or read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl WriteError for Error {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Database(err) if err.is_busy())
    }
}

/// Copies a database of the present schema, as it is at one moment, into the file `to`, which must
/// be missing. Others go on reading and writing. Durable when it returns; blocks.
pub fn take(from: &DatabaseUrl, to: &Path, now: Moment) -> Result<(), Error> {
    let work = || match from {
        DatabaseUrl::Sqlite(_) => {
            let name = to.to_str().ok_or_else(|| io::Error::other("a path that is not UTF-8"))?;
            // A connection that cannot write cannot write another file either.
            Ok(Conn::writer(from)?.copy_to(name)?)
        }
        DatabaseUrl::Postgres(_) => {
            let file = DatabaseUrl::Sqlite(to.to_owned());
            migrate::run(&file, now)?;
            let mut source = Conn::reader(from)?;
            pour(&mut source, &file)?;
            // One file, without a log beside it.
            Ok(Tx::of(&mut Conn::writer(&file)?).batch("pragma journal_mode = delete")?)
        }
    };
    apart(work)?;
    File::open(to)?.sync_all()?;
    Ok(())
}

/// Brings a dump of this or an earlier version to the present schema: it should be a copy. Blocks.
pub fn upgrade(file: &Path, now: Moment) -> Result<(), Error> {
    let url = DatabaseUrl::Sqlite(file.to_owned());
    apart(|| {
        migrate::run(&url, now)?;
        Ok(Tx::of(&mut Conn::writer(&url)?).batch("pragma journal_mode = delete")?)
    })
}

/// Up to `limit` originals that a dump names, in the order of their ids, after this one. The dump
/// has the present schema. Blocks.
pub fn originals(file: &Path, after: VersionId, limit: i64) -> Result<Vec<Expected>, Error> {
    let url = DatabaseUrl::Sqlite(file.to_owned());
    apart(|| Ok(versions::after(&mut Conn::reader(&url)?, after, limit)?))
}

/// What a dump of the present schema says of itself. Blocks.
pub fn instance(file: &Path) -> Result<Option<Instance>, Error> {
    let url = DatabaseUrl::Sqlite(file.to_owned());
    apart(|| Ok(instance::get(&mut Conn::reader(&url)?)?))
}

/// Whether a database is missing, or nobody has an account in it; makes the tables in one of
/// PostgreSQL that has none. Blocks.
pub fn is_vacant(url: &DatabaseUrl, now: Moment) -> Result<bool, Error> {
    if matches!(url, DatabaseUrl::Sqlite(path) if !path.exists()) {
        return Ok(true);
    }
    apart(|| {
        migrate::run(url, now)?;
        let users = "select cast(count(*) as bigint) from users";
        Ok(Conn::writer(url)?.one::<(i64,)>(users, &[])? == Some((0,)))
    })
}

/// Fills the database `to`, which must be vacant, with what a dump of the present schema holds.
/// Durable when it returns; blocks.
pub fn load(from: &Path, to: &DatabaseUrl, now: Moment) -> Result<(), Error> {
    if !is_vacant(to, now)? {
        return Err(Error::NotEmpty);
    }
    match to {
        DatabaseUrl::Sqlite(path) => Ok(replace(from, path)?),
        DatabaseUrl::Postgres(_) => {
            let file = DatabaseUrl::Sqlite(from.to_owned());
            apart(|| pour(&mut Conn::reader(&file)?, to))
        }
    }
}

/// Puts a copy of the file in the place of another, which nobody uses, all at once.
fn replace(from: &Path, path: &Path) -> io::Result<()> {
    let beside = |suffix: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        PathBuf::from(beside)
    };
    for log in ["-wal", "-shm"] {
        fs::remove_file(beside(log)).or_else(unless_gone)?;
    }
    let draft = beside(".restored");
    fs::copy(from, &draft)?;
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn unless_gone(err: io::Error) -> io::Result<()> {
    if err.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(err) }
}

/// All rows of one database into the empty tables of another, in one transaction.
fn pour(from: &mut Conn, to: &DatabaseUrl) -> Result<(), Error> {
    let mut target = Conn::writer(to)?;
    target.claim_schema()?;
    target.alone(|tx| {
        let references = tables::set_references_aside(tx)?;
        let tables = tables::all(tx)?;
        from.at_one_moment(|from| {
            Ok(tables.iter().try_for_each(|table| rows::copy(from, tx, table)))
        })??;
        // Each engine has words of its own.
        tx.batch(
            "insert into unread_documents (asset_id)
             select id from assets where trashed_at is null on conflict do nothing",
        )?;
        tables::put_references_back(tx, &references)?;
        match tx.broken_reference()? {
            Some((child, _)) => Err(Error::Table(child)),
            None => Ok(()),
        }
    })
}

/// A thread, because the PostgreSQL client must not be touched inside a runtime.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    std::thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or(Err(Error::Schema(migrate::Error::Panicked)))
}
