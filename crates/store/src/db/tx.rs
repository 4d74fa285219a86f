//! Connections inside a transaction: what it takes to write.

use std::ops::{Deref, DerefMut};

use super::conn::Engine;
use super::{Conn, Params, Result, WriteError};

/// A connection inside a transaction; what it takes to write. Derefs to [`Conn`].
pub struct Tx<'c>(&'c mut Conn);

impl<'c> Tx<'c> {
    /// `conn` has begun a transaction.
    pub(crate) fn of(conn: &'c mut Conn) -> Self {
        Self(conn)
    }

    /// Runs one statement. Returns how many rows it changed.
    pub fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let done = match &mut self.0.engine {
            Engine::Sqlite(session) => session.execute(sql, params),
            Engine::Postgres(session) => session.execute(sql, params),
        };
        self.0.noting(done)
    }

    /// Runs a script of statements without parameters, as migrations are.
    pub fn batch(&mut self, script: &str) -> Result<()> {
        let done = self.0.script(script);
        self.0.noting(done)
    }

    /// Does all of `work` or, when it fails, none of it, and lets the transaction go on either
    /// way: for a statement whose refusal is an answer, such as [`super::Error::Conflict`].
    pub fn attempt<T, E: WriteError>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.batch("savepoint attempt")?;
        let earlier = self.0.refused.take();
        let done = work(&mut Tx(self.0));
        let refused = std::mem::replace(&mut self.0.refused, earlier);
        match (done, refused) {
            (Ok(done), None) => {
                self.batch("release savepoint attempt")?;
                Ok(done)
            }
            (done, refused) => {
                self.batch("rollback to savepoint attempt; release savepoint attempt")?;
                match refused {
                    Some(refused) if done.is_ok() => Err(refused.into()),
                    _ => done,
                }
            }
        }
    }

    /// Ends a `select` of rows to be claimed: those that others hold are passed over. SQLite has
    /// one writer, so there is never such a row.
    pub fn skip_locked(&self) -> &'static str {
        match self.0.engine {
            Engine::Sqlite(_) => "",
            Engine::Postgres(_) => "for update skip locked",
        }
    }

    /// Ends a `select` of rows that are to be changed by what they hold: nobody else changes or
    /// locks them until this transaction ends. SQLite has one writer, so nobody can.
    ///
    /// Keys never change, so others may meanwhile add rows that refer to these. Otherwise two that
    /// have added one each, and then want the row referred to, would wait for each other.
    pub fn for_update(&self) -> &'static str {
        match self.0.engine {
            Engine::Sqlite(_) => "",
            Engine::Postgres(_) => "for no key update",
        }
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}
