//! One dialect of SQL over two engines.
//!
//! A statement is written once, with `$1` placeholders, in the SQL that SQLite and PostgreSQL
//! share. Everything that differs between them is in this folder and nowhere else.
//!
//! Threads own the connections. A unit of work is one closure: it hops to such a thread once, runs
//! there as ordinary blocking code, and its answer comes back when what it wrote is durable.
//!
//! To read it: [`Cell`] is a value, [`Conn`] reads, [`Tx`] writes, [`Query`] is a statement put
//! together at run time; `unit` is one closure, `group` commits many of them at once on SQLite,
//! `attempts` repeats one on PostgreSQL.

mod attempts;
mod bell;
mod cell;
mod checkpoint;
mod conn;
mod error;
mod group;
mod line;
mod on_postgres;
mod on_sqlite;
mod query;
mod queue;
mod row;
mod tls;
mod tx;
mod unit;
mod upkeep;
mod url;
mod vocabulary;
mod workers;

#[cfg(test)]
mod tests;

pub use cell::{Cell, FromCell, ToCell};
pub use conn::{Conn, Params};
pub use error::{Error, Result, WriteError};
pub use query::{Query, containing};
pub use row::{FromRow, Row};
pub use tx::Tx;
pub use url::{DatabaseUrl, UrlError};

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::measures;

use bell::Bell;
use line::Line;
use prometheus::HistogramVec;
use queue::Inbox;
use unit::{Read, Unit, Work};
use workers::Workers;

/// The database: many readers, and as many writers as the engine allows. Cheap to clone.
///
/// When the last clone is dropped the threads finish what is queued and end; [`Db::close`] does
/// the same and waits for it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    url: DatabaseUrl,
    readers: Workers<Read>,
    writers: Workers<Box<dyn Unit>>,
    /// SQLite only.
    emptier: Option<Arc<checkpoint::Emptier>>,
    /// PostgreSQL only.
    bell: Option<Bell>,
    seconds: HistogramVec,
}

/// How many connections, which are threads, serve a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// At least one.
    pub readers: usize,
    /// At least one; SQLite has one writer whatever is asked for.
    pub writers: usize,
}

impl Default for Pool {
    /// Two readers per core, between 2 and 8, and four writers.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { readers: (2 * cores).clamp(2, 8), writers: 4 }
    }
}

impl Db {
    /// Opens the database, which has to have the present schema: see [`crate::migrate`].
    ///
    /// An SQLite file that is missing is made, its folder is not. Blocks until every connection
    /// stands, at the longest some seconds.
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        Self::open_with(url, Pool::default())
    }

    /// As [`Self::open`], with this many connections.
    pub fn open_with(url: &DatabaseUrl, pool: Pool) -> Result<Self> {
        let (read, write) = (url.clone(), url.clone());
        // The writer comes first: it makes the file that readers only open.
        let (writers, emptier) = match url {
            DatabaseUrl::Sqlite(_) => {
                let emptier = checkpoint::start(url)?;
                let told = Arc::clone(&emptier);
                let open = move || checkpoint::writer(&write, &told);
                (Workers::start("db-write", 1, open, group::serve)?, Some(emptier))
            }
            DatabaseUrl::Postgres(_) => {
                let open = move || Conn::writer(&write);
                (Workers::start("db-write", pool.writers.max(1), open, attempts::serve)?, None)
            }
        };
        let open = move || Conn::reader(&read);
        let readers = Workers::start("db-read", pool.readers.max(1), open, read_each)?;
        let bell = match url {
            DatabaseUrl::Sqlite(_) => None,
            DatabaseUrl::Postgres(at) => Some(Bell::hang(at)?),
        };
        let url = url.clone();
        Ok(Self {
            inner: Arc::new(Inner {
                url,
                readers,
                writers,
                emptier,
                bell,
                seconds: measures::database(),
            }),
        })
    }

    /// Where it is, password included.
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }

    /// Whether [`Self::ring`] is heard in other processes.
    pub fn rings(&self) -> bool {
        self.inner.bell.is_some()
    }

    /// Tells all processes on the same PostgreSQL database, this one too, that there is something
    /// to do; soon, and not for certain. Nothing happens on SQLite.
    pub fn ring(&self) {
        if let Some(bell) = &self.inner.bell {
            bell.ring();
        }
    }

    /// Has `hear` called whenever a process may have rung, as long as there is a `listener`.
    /// Nothing happens on SQLite.
    pub fn on_ring<T: Send + Sync + 'static>(&self, listener: Weak<T>, hear: fn(&T)) -> Result<()> {
        self.inner.bell.as_ref().map_or(Ok(()), |bell| bell.on_ring(listener, hear))
    }

    /// Reads. Each statement sees every write that was answered before it began; two statements
    /// of one closure may see different states.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _timer = self.inner.seconds.with_label_values(&["read"]).start_timer();
        let (read, answer) = unit::read(work);
        self.inner.readers.send(read)?;
        answer.await.unwrap_or_else(|_| Err(Error::panicked().into()))
    }

    /// Does all of `work` or, when it fails, none of it. What is answered is durable.
    ///
    /// `work` may run more than once (PostgreSQL may ask for that), so it must change nothing but
    /// the database. It is carried out even when the caller stops waiting.
    ///
    /// A statement that fails dooms the whole unit on both engines, even if `work` swallows the
    /// error: see [`Tx::attempt`] for statements that may.
    pub async fn write<T, E>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let _timer = self.inner.seconds.with_label_values(&["write"]).start_timer();
        let (unit, answer) = Work::new(work);
        self.inner.writers.send(Box::new(unit))?;
        answer.await.unwrap_or_else(|_| Err(Error::panicked().into()))
    }

    /// Seconds from asking for units of work until they were done: label `kind`, `read` or
    /// `write`.
    pub fn seconds(&self) -> HistogramVec {
        self.inner.seconds.clone()
    }

    /// How many units of work wait for a connection.
    pub fn backlog(&self) -> usize {
        self.inner.readers.waiting() + self.inner.writers.waiting()
    }

    /// How long a read that is asked for now waits for a connection at the least.
    pub fn read_delay(&self) -> Duration {
        self.inner.readers.delay()
    }

    /// How long a write that is asked for now waits for a connection at the least.
    pub fn write_delay(&self) -> Duration {
        self.inner.writers.delay()
    }

    /// Finishes what is queued, tidies the database up and ends the threads. Every later call
    /// on any clone fails.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        if let Some(emptier) = &self.inner.emptier {
            emptier.close().await;
        }
        // The last one, which tidies up alone.
        self.inner.writers.close().await;
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("backlog", &self.backlog()).finish_non_exhaustive()
    }
}

fn read_each(mut line: Line, queue: Inbox<Read>) {
    for read in queue {
        line.calmly(read);
    }
}
