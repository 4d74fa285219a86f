//! Why a database could not be brought to the present schema.

use std::path::PathBuf;

use super::Migration;
use crate::db::{self, WriteError};

/// Why a database could not be brought to the present schema. It is as it was, except for the
/// steps before the one that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A newer program has worked with the database.
    #[error(
        "the database was changed by a newer Heliograph: it has step {found} of the schema, and \
         this program knows the steps up to {known}. Start the newer program, or put back a copy \
         made before the upgrade{hint}"
    )]
    Newer {
        /// The newest step of the database.
        found: i64,
        /// The newest step of this program.
        known: i64,
        /// Where such a copy may lie, as the end of a sentence.
        hint: String,
    },
    /// The program's text of a step is not the one that ran.
    #[error(
        "step {number} of the schema ({name}) is not the one this database was made with: the \
         program and the database belong to different builds. Start the build that made it"
    )]
    Changed {
        /// Which step.
        number: i64,
        /// Its name.
        name: String,
    },
    /// A step failed and was undone.
    #[error("could not run step {number} of the schema ({name}); it was undone")]
    Step {
        /// Which step.
        number: i64,
        /// Its name.
        name: &'static str,
        /// What went wrong.
        #[source]
        cause: Box<Error>,
    },
    /// A step left a row that refers to a missing one.
    #[error("a row of {child} refers to a missing row of {parent}")]
    Reference {
        /// The table with the reference.
        child: String,
        /// The table without the row.
        parent: String,
    },
    /// The copy before the first step could not be made.
    #[error("could not copy the database to {}", path.display())]
    Snapshot {
        /// Where it was to go.
        path: PathBuf,
        /// What went wrong.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database could not be opened or read.
    #[error("could not read the schema of the database")]
    Database(#[from] db::Error),
    /// A bug.
    #[error("the migration panicked")]
    Panicked,
}

impl Error {
    pub(super) fn during(self, step: &Migration) -> Self {
        Self::Step { number: step.number, name: step.name, cause: Box::new(self) }
    }
}

impl WriteError for Error {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Database(db::Error::Busy(_)))
    }
}
