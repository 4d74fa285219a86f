//! The whole database in a file of its own: what a backup holds. The file is an SQLite database,
//! whatever the engine it was taken from, so it can be put into either, and a later version brings
//! it to its own schema first.

mod rows;
mod tables;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io;
use std::path::Path;

use model::Instant;

use crate::db::{Conn, DatabaseUrl, Tx, WriteError};
use crate::migrate;

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
pub fn take(from: &DatabaseUrl, to: &Path, now: Instant) -> Result<(), Error> {
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

/// Fills the database `to`, which must be missing or empty, with what a dump holds. `from` is
/// brought to the present schema on the way: it should be a copy. Blocks.
pub fn load(from: &Path, to: &DatabaseUrl, now: Instant) -> Result<(), Error> {
    let file = DatabaseUrl::Sqlite(from.to_owned());
    apart(|| {
        migrate::run(&file, now)?;
        if let DatabaseUrl::Sqlite(path) = to {
            if path.exists() && !is_empty(to, now)? {
                return Err(Error::NotEmpty);
            }
            Tx::of(&mut Conn::writer(&file)?).batch("pragma journal_mode = delete")?;
            for suffix in ["-wal", "-shm"] {
                let mut beside = path.as_os_str().to_owned();
                beside.push(suffix);
                drop(fs::remove_file(&beside));
            }
            fs::copy(from, path)?;
            File::open(path)?.sync_all()?;
            return Ok(());
        }
        if !is_empty(to, now)? {
            return Err(Error::NotEmpty);
        }
        pour(&mut Conn::reader(&file)?, to)
    })
}

/// Whether nobody has an account; makes the tables when they are missing.
fn is_empty(url: &DatabaseUrl, now: Instant) -> Result<bool, Error> {
    migrate::run(url, now)?;
    let mut conn = Conn::writer(url)?;
    Ok(conn.one::<(i64,)>("select cast(count(*) as bigint) from users", &[])? == Some((0,)))
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
