//! Connections: enough to read with.

use super::{DatabaseUrl, Error, FromRow, Result, ToCell, on_postgres, on_sqlite};

/// The values of `$1`, `$2` and so on.
pub type Params<'a> = &'a [&'a (dyn ToCell + Sync)];

/// A connection; enough to read with.
pub struct Conn {
    pub(super) engine: Engine,
    /// The first refusal of the running unit of work.
    pub(super) refused: Option<Error>,
}

pub(super) enum Engine {
    Sqlite(on_sqlite::Session),
    Postgres(Box<on_postgres::Session>),
}

impl Conn {
    /// A connection that cannot write.
    pub(crate) fn reader(url: &DatabaseUrl) -> Result<Self> {
        Ok(Self::from(match url {
            DatabaseUrl::Sqlite(path) => Engine::Sqlite(on_sqlite::Session::reader(path)?),
            DatabaseUrl::Postgres(url) => {
                Engine::Postgres(on_postgres::Session::reader(url)?.into())
            }
        }))
    }

    /// A connection that can; makes a missing SQLite file.
    pub(crate) fn writer(url: &DatabaseUrl) -> Result<Self> {
        Ok(Self::from(match url {
            DatabaseUrl::Sqlite(path) => Engine::Sqlite(on_sqlite::Session::writer(path)?),
            DatabaseUrl::Postgres(url) => {
                Engine::Postgres(on_postgres::Session::writer(url)?.into())
            }
        }))
    }

    /// Every row the statement gives.
    pub fn all<T: FromRow>(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(row);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row, if there is one.
    pub fn one<T: FromRow>(&mut self, sql: &str, params: Params<'_>) -> Result<Option<T>> {
        let mut first = None;
        self.each(sql, params, |row| {
            first.get_or_insert(row);
            Ok(())
        })?;
        Ok(first)
    }

    /// Gives the rows to `take` one by one, without holding them all. Ends early when `take`
    /// fails.
    pub fn each<T: FromRow>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let done = match &mut self.engine {
            Engine::Sqlite(session) => {
                session.each(sql, params, |row| take(T::from_row(&mut row.into())?))
            }
            Engine::Postgres(session) => {
                session.each(sql, params, |row| take(T::from_row(&mut row.into())?))
            }
        };
        self.noting(done)
    }

    /// Reads everything as it is at one moment: what others commit meanwhile is not seen. Not inside
    /// another transaction.
    pub(crate) fn at_one_moment<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.script(match self.engine {
            Engine::Sqlite(_) => "begin",
            Engine::Postgres(_) => "begin isolation level repeatable read, read only",
        })?;
        let done = work(self);
        // There is nothing to be kept.
        self.script("rollback")?;
        done
    }

    /// How the engine would run the statement, a line a step: the `detail` of SQLite's
    /// `explain query plan`, or PostgreSQL's `explain (costs off)`.
    pub fn explain(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<String>> {
        match self.engine {
            Engine::Sqlite(_) => {
                let steps = self.all(&format!("explain query plan {sql}"), params)?;
                Ok(steps.into_iter().map(|Step(detail)| detail).collect())
            }
            Engine::Postgres(_) => {
                let lines = self.all(&format!("explain (costs off) {sql}"), params)?;
                Ok(lines.into_iter().map(|(line,)| line).collect())
            }
        }
    }

    /// Whether full text is FTS5 with documents numbered by capture time; else it is a `tsvector`.
    pub(crate) fn has_numbered_documents(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Remembers a refusal: PostgreSQL then refuses to commit, and so do we on SQLite.
    pub(super) fn noting<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(err) = &done
            && err.is_refusal()
        {
            self.refused.get_or_insert_with(|| err.clone());
        }
        done
    }

    /// Runs a script of statements without parameters.
    pub(super) fn script(&mut self, script: &str) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.script(script),
            Engine::Postgres(session) => session.script(script),
        }
    }

    /// Ends the transaction well. Any error but `Busy` and `Conflict` leaves open whether it did.
    pub(super) fn commit(&mut self) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.execute("commit", &[]).map(drop),
            Engine::Postgres(session) => session.commit(),
        }
    }

    /// Whether the next unit of work can begin on this connection: it stands, and on SQLite no
    /// transaction is open.
    pub(super) fn is_idle(&mut self) -> bool {
        match &mut self.engine {
            Engine::Sqlite(session) => !session.in_transaction(),
            Engine::Postgres(session) => session.is_open(),
        }
    }
}

impl From<Engine> for Conn {
    fn from(engine: Engine) -> Self {
        Self { engine, refused: None }
    }
}

/// A row of `explain query plan`: id, parent, unused, detail.
struct Step(String);

impl FromRow for Step {
    fn from_row(row: &mut super::Row<'_>) -> Result<Self> {
        let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
        Ok(Self(row.take()?))
    }
}
