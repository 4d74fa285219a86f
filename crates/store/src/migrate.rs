//! Brings a database to the present schema.
//!
//! The steps are the files of `migrations/`, inside the program. Each runs once, in a transaction,
//! in the order of its number; what ran is kept in the table `schema_migrations`. A step that has
//! run anywhere is never edited: a later one corrects it.

mod error;
mod snapshot;
mod step;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use step::Migration;

use std::path::PathBuf;

use model::Instant;

use crate::db::{Conn, DatabaseUrl, Tx};

/// Every step, by number.
pub const MIGRATIONS: &[Migration] = &[
    Migration::shared(1, "library", include_str!("../migrations/0001_library.sql")),
    Migration::shared(2, "feed", include_str!("../migrations/0002_feed.sql")),
    Migration::shared(3, "asset_days", include_str!("../migrations/0003_asset_days.sql")),
    Migration::shared(4, "members", include_str!("../migrations/0004_members.sql")),
    Migration::shared(5, "people", include_str!("../migrations/0005_people.sql")),
    Migration::shared(6, "versions", include_str!("../migrations/0006_versions.sql")),
    Migration::shared(7, "albums", include_str!("../migrations/0007_albums.sql")),
    Migration::shared(8, "library_trash", include_str!("../migrations/0008_library_trash.sql")),
    Migration::shared(9, "sign_in", include_str!("../migrations/0009_sign_in.sql")),
    Migration::shared(10, "person_assets", include_str!("../migrations/0010_person_assets.sql")),
    Migration::shared(11, "stacks", include_str!("../migrations/0011_stacks.sql")),
    Migration::per_engine(
        12,
        "search",
        include_str!("../migrations/0012_search.sqlite.sql"),
        include_str!("../migrations/0012_search.postgres.sql"),
    ),
    Migration::shared(13, "preferences", include_str!("../migrations/0013_preferences.sql")),
    Migration::shared(14, "sparse_filters", include_str!("../migrations/0014_sparse_filters.sql")),
    Migration::per_engine(
        15,
        "tiles",
        include_str!("../migrations/0015_tiles.sqlite.sql"),
        include_str!("../migrations/0015_tiles.postgres.sql"),
    ),
    Migration::shared(16, "sidecars", include_str!("../migrations/0016_sidecars.sql")),
    Migration::shared(17, "jobs", include_str!("../migrations/0017_jobs.sql")),
];

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The numbers of the steps that ran now.
    pub applied: Vec<i64>,
    /// Where the database as it was before is kept: SQLite only, and only when there was one and
    /// something to do. It may be deleted once the new version has proved itself.
    pub snapshot: Option<PathBuf>,
}

/// Brings the database to the present schema, making it when it is missing. Blocks, while another
/// program does the same as well.
pub fn run(url: &DatabaseUrl, now: Instant) -> Result<Report, Error> {
    run_steps(url, MIGRATIONS, now)
}

/// As [`run`], with other steps.
fn run_steps(url: &DatabaseUrl, steps: &[Migration], now: Instant) -> Result<Report, Error> {
    // A thread, because the PostgreSQL client must not be touched inside a runtime.
    let done = std::thread::scope(|scope| scope.spawn(|| migrate(url, steps, now)).join());
    done.unwrap_or(Err(Error::Panicked))
}

fn migrate(url: &DatabaseUrl, steps: &[Migration], now: Instant) -> Result<Report, Error> {
    let mut conn = Conn::writer(url)?;
    conn.claim_schema()?;
    let before = conn.alone(|tx| {
        tx.batch(JOURNAL)?;
        step::applied(tx)
    })?;
    let pending = step::pending(steps, &before, url)?;
    let mut report = Report { applied: Vec::new(), snapshot: None };
    if let Some(first) = pending.first()
        && !before.is_empty()
    {
        report.snapshot = snapshot::take(&mut conn, url, first.number)?;
    }
    for step in pending {
        let ran = conn.alone(|tx| apply(tx, step, url, now)).map_err(|err| err.during(step))?;
        report.applied.extend(ran.then_some(step.number));
    }
    Ok(report)
}

/// Runs one step, unless another program has done so in the meantime.
fn apply(
    tx: &mut Tx<'_>,
    step: &Migration,
    url: &DatabaseUrl,
    now: Instant,
) -> Result<bool, Error> {
    if step::applied(tx)?.iter().any(|applied| applied.number == step.number) {
        return Ok(false);
    }
    tx.batch(step.sql(url))?;
    if let Some((child, parent)) = tx.broken_reference()? {
        return Err(Error::Reference { child, parent });
    }
    tx.execute(
        "insert into schema_migrations (number, name, applied_at, checksum)
         values ($1, $2, $3, $4)",
        &[&step.number, &step.name, &now, &step.checksum(url)],
    )?;
    Ok(true)
}

/// Times are microseconds since 1970, checksums hexadecimal SHA-256.
const JOURNAL: &str = "create table if not exists schema_migrations (
    number     bigint primary key,
    name       text   not null,
    applied_at bigint not null,
    checksum   text   not null
)";
