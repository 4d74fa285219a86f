//! One step of the schema, and which of them a database still lacks.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Error, snapshot};
use crate::db::{Conn, DatabaseUrl};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: i64,
    /// What it is about, in a word or two.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Migration {
    /// A step with one text for both engines: `NNNN_name.sql`.
    pub const fn shared(number: i64, name: &'static str, sql: &'static str) -> Self {
        Self { number, name, sqlite: sql, postgres: sql }
    }

    /// A step that uses what only one engine has: `NNNN_name.sqlite.sql` and
    /// `NNNN_name.postgres.sql`.
    pub const fn per_engine(
        number: i64,
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self { number, name, sqlite, postgres }
    }

    pub(super) fn sql(&self, url: &DatabaseUrl) -> &'static str {
        match url {
            DatabaseUrl::Sqlite(_) => self.sqlite,
            DatabaseUrl::Postgres(_) => self.postgres,
        }
    }

    /// The same on every machine, whatever its ends of lines.
    pub(super) fn checksum(&self, url: &DatabaseUrl) -> String {
        let digest = Sha256::digest(self.sql(url).replace("\r\n", "\n"));
        digest.iter().fold(String::new(), |mut text, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// A step that has run.
pub(super) struct Applied {
    pub(super) number: i64,
    checksum: String,
}

/// The steps that have run, by number.
pub(super) fn applied(conn: &mut Conn) -> Result<Vec<Applied>, Error> {
    let rows = conn.all("select number, checksum from schema_migrations order by number", &[])?;
    Ok(rows.into_iter().map(|(number, checksum)| Applied { number, checksum }).collect())
}

/// The steps that have not, by number; an error when those that have are not ours.
pub(super) fn pending<'s>(
    steps: &'s [Migration],
    applied: &[Applied],
    url: &DatabaseUrl,
) -> Result<Vec<&'s Migration>, Error> {
    for done in applied {
        let Some(step) = steps.iter().find(|step| step.number == done.number) else {
            let known = steps.last().map_or(0, |step| step.number);
            return Err(Error::Newer {
                found: done.number,
                known,
                hint: snapshot::hint(url, known + 1),
            });
        };
        if step.checksum(url) != done.checksum {
            return Err(Error::Changed { number: step.number, name: step.name.to_owned() });
        }
    }
    let is_done = |step: &&Migration| applied.iter().any(|done| done.number == step.number);
    Ok(steps.iter().filter(|step| !is_done(step)).collect())
}
