//! How the library is doing, for whoever looks after it.

use std::sync::atomic::Ordering;

use model::{Status, TaskKind};
use prometheus::HistogramVec;
use store::{damage, tasks};

use crate::pictures::off_thread;
use crate::{App, Error, Result};

/// Tasks of one kind that wait, or that run.
#[derive(Debug, Clone, PartialEq)]
pub struct Backlog {
    /// Which kind.
    pub kind: TaskKind,
    /// Waiting or running.
    pub status: Status,
    /// How many.
    pub count: i64,
    /// Seconds since the first of them was due, or was asked for if it runs.
    pub age_seconds: f64,
}

/// Bytes of pictures that are being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureMemory {
    /// What for: `files` as they are, or what is `decoded` of them.
    pub room: &'static str,
    /// In use, to a megabyte.
    pub used: u64,
    /// As many as there may be.
    pub all: u64,
}

/// Originals read to see whether they are what they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scrubbed {
    /// How many this process has read.
    pub read: u64,
    /// How many are known to be missing, changed or unreadable.
    pub damaged: i64,
}

impl App {
    /// How many tasks wait and run.
    pub async fn task_backlog(&self) -> Result<Vec<Backlog>> {
        let found = self.read(|conn| Ok(tasks::backlog(conn)?)).await?;
        let now = self.now().micros();
        let one = |backlog: tasks::Backlog| {
            let age = u32::try_from((now - backlog.since.micros()).max(0) / 1000);
            let tasks::Backlog { kind, status, count, .. } = backlog;
            Backlog { kind, status, count, age_seconds: f64::from(age.unwrap_or(u32::MAX)) / 1e3 }
        };
        Ok(found.into_iter().map(one).collect())
    }

    /// How many units of work wait for the database.
    pub fn database_backlog(&self) -> usize {
        self.inner.db.backlog()
    }

    /// Seconds from asking for units of work until they were done: label `kind`, `read` or `write`.
    pub fn database_seconds(&self) -> HistogramVec {
        self.inner.db.seconds()
    }

    /// Seconds of calls to the store of objects: label `call`.
    pub fn object_seconds(&self) -> HistogramVec {
        self.blobs().seconds()
    }

    /// Memory of pictures.
    pub fn picture_memory(&self) -> [PictureMemory; 2] {
        self.inner.studio.memory()
    }

    /// What is known about originals.
    pub async fn scrubbed(&self) -> Result<Scrubbed> {
        let damaged = self.read(|conn| Ok(damage::count(conn)?)).await?;
        Ok(Scrubbed { read: self.inner.scrubbed.load(Ordering::Relaxed), damaged })
    }

    /// Bytes that still have room beside the objects; `None` where nobody knows a bound.
    pub async fn free_bytes(&self) -> Result<Option<u64>> {
        let blobs = self.blobs().clone();
        off_thread(move || Ok::<_, Error>(blobs.free_bytes()?)).await
    }
}
