//! What only SQLite needs.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::{Cell, Error, Params, Result};

/// A connection to an SQLite file.
pub(super) struct Session(Connection);

/// Distinct statements a connection keeps prepared; a statement takes some kilobytes.
const STATEMENTS: usize = 512;

/// - `synchronous = full`: a commit is on the disk before it is answered.
/// - `wal_autocheckpoint`, in pages of 4 KiB: 32 MiB, where `checkpoint` does not look after it.
/// - `cache_size`, negative in KiB: most reads are found there; with all connections it bounds the
///   memory of the process.
/// - `mmap_size` stays 0: a bad sector should be an error of one statement, not a signal that
///   ends the process.
const SETTINGS: &str = "
    pragma busy_timeout = 5000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma wal_autocheckpoint = 8192;
    pragma journal_size_limit = 67108864;
    pragma cache_size = -8192;
    pragma temp_store = memory;
    pragma mmap_size = 0;";

/// The write-ahead log, right after a commit.
pub(super) struct Log<'w>(&'w mut Wal);

impl Log<'_> {
    /// As [`Session::checkpoint`].
    pub(super) fn checkpoint(&mut self) {
        // The commit has been done; what fails now, a later one does.
        drop(self.0.checkpoint());
    }
}

impl Session {
    /// A connection that cannot write to the file, which exists.
    pub(super) fn reader(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open(path, flags, "pragma query_only = on")
    }

    /// A connection that writes; makes the file.
    pub(super) fn writer(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open(path, flags | OpenFlags::SQLITE_OPEN_CREATE, "pragma cache_size = -16384")
    }

    fn open(path: &Path, flags: OpenFlags, mode: &str) -> Result<Self> {
        let conn = Connection::open_with_flags(path, flags)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        // "x" is a column, as PostgreSQL has it, and never a text.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        add_functions(&conn)?;
        conn.execute_batch(SETTINGS)?;
        conn.execute_batch(mode)?;
        Ok(Self(conn))
    }

    pub(super) fn each(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut take: impl FnMut(&rusqlite::Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        Ok(statement.raw_execute()? as u64)
    }

    /// Calls `told` after each commit of this connection with the pages in the write-ahead log,
    /// instead of emptying it from time to time.
    pub(super) fn after_commit(
        &mut self,
        mut told: impl FnMut(&mut Log<'_>, i64) + Send + 'static,
    ) -> Result<()> {
        Ok(self.0.wal_hook(Some(move |wal: &mut Wal, pages: i32| {
            told(&mut Log(wal), pages.into());
            Ok(())
        }))?)
    }

    /// Writes as much of the log into the file as nobody is in the way of.
    pub(super) fn checkpoint(&mut self) -> Result<()> {
        Ok(self.0.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?)
    }

    pub(super) fn script(&mut self, script: &str) -> Result<()> {
        Ok(self.0.execute_batch(script)?)
    }

    pub(super) fn in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }

    /// Leaves one file behind, with statistics for the planner.
    pub(super) fn tidy(&mut self) -> Result<()> {
        self.script("pragma optimize; pragma wal_checkpoint(truncate);")
    }
}

/// The mathematics that statements use and this build of SQLite leaves out, as PostgreSQL has it.
fn add_functions(conn: &Connection) -> Result<()> {
    type Function = fn(f64) -> f64;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, function) in
        [("sin", f64::sin as Function), ("cos", f64::cos), ("radians", f64::to_radians)]
    {
        conn.create_scalar_function(name, 1, flags, move |row| {
            Ok(row.get::<Option<f64>>(0)?.map(function))
        })?;
    }
    Ok(())
}

/// SQLite numbers `$n` by first appearance, so they are bound by name. As on PostgreSQL there must
/// be as many values as the highest number says.
fn bind(statement: &mut rusqlite::Statement<'_>, params: Params<'_>) -> Result<()> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|name| name.parse::<usize>().ok()).unwrap_or_default();
        let param = number.checked_sub(1).and_then(|number| params.get(number));
        let param = param.ok_or_else(|| Error::driver("a placeholder without a value"))?;
        let cell = param.to_cell();
        statement.raw_bind_parameter(index, ToSqlOutput::Borrowed((&cell).into()))?;
        highest = highest.max(number);
    }
    if highest == params.len() {
        Ok(())
    } else {
        Err(Error::driver("a value without a placeholder"))
    }
}

impl<'a> TryFrom<ValueRef<'a>> for Cell<'a> {
    type Error = std::str::Utf8Error;

    fn try_from(value: ValueRef<'a>) -> Result<Self, Self::Error> {
        Ok(match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(v) => Cell::Int(v),
            ValueRef::Real(v) => Cell::Real(v),
            ValueRef::Text(v) => Cell::Text(std::str::from_utf8(v)?),
            ValueRef::Blob(v) => Cell::Blob(v),
        })
    }
}

impl<'a> From<&'a Cell<'_>> for ValueRef<'a> {
    fn from(cell: &'a Cell<'_>) -> Self {
        match cell {
            Cell::Null => ValueRef::Null,
            Cell::Bool(v) => ValueRef::Integer((*v).into()),
            Cell::Int(v) => ValueRef::Integer(*v),
            Cell::Real(v) => ValueRef::Real(*v),
            Cell::Text(v) => ValueRef::Text(v.as_bytes()),
            Cell::Blob(v) => ValueRef::Blob(v),
            Cell::Uuid(v) => ValueRef::Blob(v.as_bytes()),
        }
    }
}
