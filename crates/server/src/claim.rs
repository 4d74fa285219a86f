//! One process per task and SQLite file.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use store::db::DatabaseUrl;

use crate::settings::Role;

/// Locks that are held until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Claim {
    locks: Vec<File>,
}

impl Claim {
    /// Whether nobody else can do the same tasks on this database.
    pub(crate) fn is_exclusive(&self) -> bool {
        !self.locks.is_empty()
    }
}

/// Claims the tasks of `role` on an SQLite file. Two processes that answer requests would each
/// believe credentials that the other has revoked, and two that work would only be in each other's
/// way; on PostgreSQL that is what one asks for.
pub(crate) fn claim(database: &DatabaseUrl, role: Role) -> anyhow::Result<Claim> {
    let DatabaseUrl::Sqlite(database) = database else { return Ok(Claim { locks: Vec::new() }) };
    let tasks: &[&str] = match role {
        Role::All => &["api", "worker"],
        Role::Api => &["api"],
        Role::Worker => &["worker"],
    };
    let locks = tasks.iter().map(|task| lock(database, task)).collect::<anyhow::Result<_>>()?;
    Ok(Claim { locks })
}

fn lock(database: &Path, task: &str) -> anyhow::Result<File> {
    if let Some(folder) = database.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("make {}", folder.display()))?;
    }
    // A link to the file is the same file.
    let database = &database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut path = database.as_os_str().to_owned();
    path.push(format!(".{task}.lock"));
    let path = PathBuf::from(path);
    let file = File::create(&path).with_context(|| format!("open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(
            "another heliograph (role {task}) uses {}: stop it first, or give this one another \
             --data-dir",
            database.display()
        ),
        Err(TryLockError::Error(err)) => {
            tracing::warn!("cannot lock {}: {err}; make sure that only one runs", path.display());
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_and_the_next_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let database: DatabaseUrl =
            folder.path().join("new/heliograph.db").display().to_string().parse().unwrap();
        let first = claim(&database, Role::Api).unwrap();
        // The work may be done by another process.
        let worker = claim(&database, Role::Worker).unwrap();
        for role in [Role::All, Role::Api, Role::Worker] {
            let refused = claim(&database, role).unwrap_err().to_string();
            assert!(refused.contains("another heliograph"), "{refused}");
        }
        drop((first, worker));
        let (here, file) = (folder.path().join("new"), folder.path().join("new/heliograph.db"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, here.join("link.db")).unwrap();
        let link: DatabaseUrl = here.join("link.db").display().to_string().parse().unwrap();
        let first = claim(&database, Role::All).unwrap();
        assert!(claim(&link, Role::Api).is_err());
        drop(first);
        claim(&database, Role::All).unwrap();
    }
}
