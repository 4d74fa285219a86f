//! What a change of the schema needs of a connection.

use super::conn::Engine;
use super::{Conn, Error, Result, Tx, WriteError};

/// The oldest PostgreSQL the statements are written for.
const OLDEST_POSTGRES: i64 = 15;

impl Conn {
    /// Keeps other programs from changing the schema until this connection ends. Fails when the
    /// server is too old.
    pub(crate) fn claim_schema(&mut self) -> Result<()> {
        match self.engine {
            // The lock is the transaction's. Without references a table can be rebuilt: they are
            // checked before the commit instead.
            Engine::Sqlite(_) => self.script("pragma foreign_keys = off"),
            Engine::Postgres(_) => {
                let version =
                    "select cast(current_setting('server_version_num') as bigint) / 10000";
                let (version,) = self.one::<(i64,)>(version, &[])?.unwrap_or_default();
                if version < OLDEST_POSTGRES {
                    return Err(Error::driver(format!(
                        "PostgreSQL {version} is too old: {OLDEST_POSTGRES} or newer is needed"
                    )));
                }
                self.script(
                    "select pg_advisory_lock(
                         hashtextextended('heliograph schema ' || current_schema(), 0))",
                )
            }
        }
    }

    /// Does all of `work` or none of it, on a connection that serves nobody else.
    pub(crate) fn alone<T, E: WriteError>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.script(match self.engine {
            Engine::Sqlite(_) => "begin exclusive",
            Engine::Postgres(_) => "begin",
        })?;
        let done = work(&mut Tx::of(self));
        match &done {
            Ok(_) => self.commit()?,
            // The reason is in `done`; a connection that cannot even roll back has gone.
            Err(_) => drop(self.script("rollback")),
        }
        done
    }

    /// A reference to a missing row, if there is one: `(child table, parent table)`. PostgreSQL
    /// has none, it checks each statement.
    pub(crate) fn broken_reference(&mut self) -> Result<Option<(String, String)>> {
        match self.engine {
            Engine::Sqlite(_) => self.one(
                "select \"table\", parent from pragma_foreign_key_check order by 1, 2 limit 1",
                &[],
            ),
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// What an SQLite file says is wrong with itself, a line each; PostgreSQL looks after its own.
    pub fn complaints(&mut self) -> Result<Vec<String>> {
        if matches!(self.engine, Engine::Postgres(_)) {
            return Ok(Vec::new());
        }
        let lines: Vec<(String,)> = self.all("select * from pragma_quick_check", &[])?;
        let mut found: Vec<String> =
            lines.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect();
        found.extend(self.broken_reference()?.map(|(child, parent)| {
            format!("a row of {child} refers to one of {parent} that is not there")
        }));
        Ok(found)
    }

    /// Lists the names of all tables, but for those that the engine itself keeps.
    pub(crate) fn tables_statement(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => {
                "select name from sqlite_schema
                 where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name"
            }
            Engine::Postgres(_) => {
                "select cast(tablename as text) from pg_tables
                 where schemaname = current_schema() order by tablename"
            }
        }
    }

    /// Lists the columns of the table `$1`.
    pub(crate) fn columns_statement(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "select name from pragma_table_info($1)",
            Engine::Postgres(_) => {
                "select cast(column_name as text) from information_schema.columns
                 where table_schema = current_schema() and table_name = $1"
            }
        }
    }

    /// Lists the references between tables: table, name, definition. `None` on SQLite, where
    /// [`Self::claim_schema`] puts them out of force.
    pub(crate) fn references_statement(&self) -> Option<&'static str> {
        match self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(_) => Some(
                "select cast(conrelid::regclass as text), cast(quote_ident(conname) as text),
                        pg_get_constraintdef(oid)
                 from pg_constraint
                 where contype = 'f' and connamespace = current_schema()::regnamespace
                 order by 1, 2",
            ),
        }
    }

    /// Writes a compact copy of an SQLite database to `path`, which is missing or empty.
    pub(crate) fn copy_to(&mut self, path: &str) -> Result<()> {
        Tx::of(self).execute("vacuum into $1", &[&path]).map(drop)
    }
}
