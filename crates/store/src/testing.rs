//! Databases and stores of objects of their own for tests, and tests that run on all kinds of them.
//!
//! PostgreSQL is the server of `TEST_POSTGRES_URL`, S3 that of `TEST_S3_URL`. Without them that half
//! of a test says that it is skipped and passes, unless `REQUIRE_POSTGRES=1` or `REQUIRE_S3=1`.

mod faults;
mod line;
mod objects;
mod wire;

pub use faults::{Faults, Seeded};
pub use line::{Disturbance, Line};
pub use objects::TestStore;
pub use wire::Wire;

use model::Instant;
use tempfile::TempDir;
use uuid::Uuid;

use crate::db::{Conn, DatabaseUrl, Db, Pool, Tx};
#[cfg(test)]
use crate::db::{Query, Result};
use crate::migrate;

/// A database with the present schema, gone when the test is.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Where it is, for a second look at it.
    pub url: DatabaseUrl,
    _place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Schema { _schema: Schema },
}

/// A schema of the test server; dropping it drops the schema.
pub(crate) struct Schema {
    server: DatabaseUrl,
    name: String,
}

const POOL: Pool = Pool { readers: 2, writers: 2 };

impl TestDb {
    /// An SQLite file in a folder of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn sqlite() -> Self {
        let (folder, url) = empty_sqlite();
        Self::migrated(url, Place::Folder { _folder: folder })
    }

    /// A schema of its own in the test server, or `None` when there is no server.
    ///
    /// # Panics
    /// When it cannot be made, or there is no server and `REQUIRE_POSTGRES=1`.
    pub fn postgres() -> Option<Self> {
        let (schema, url) = empty_postgres()?;
        Some(Self::migrated(url, Place::Schema { _schema: schema }))
    }

    /// As [`Self::postgres`], through a wire that can be cut; `None` also when the server is not
    /// reached by TCP.
    ///
    /// # Panics
    /// As [`Self::postgres`].
    pub fn postgres_by_wire() -> Option<(Self, Wire)> {
        let (schema, url) = empty_postgres()?;
        let (wire, url) = Wire::lay(&url)?;
        Some((Self::migrated(url, Place::Schema { _schema: schema }), wire))
    }

    fn migrated(url: DatabaseUrl, place: Place) -> Self {
        migrate::run(&url, Instant::from_micros(0)).expect("the schema can be made");
        let db = Db::open_with(&url, POOL).expect("the database can be opened");
        Self { db, url, _place: place }
    }
}

/// An SQLite database without any table.
pub(crate) fn empty_sqlite() -> (TempDir, DatabaseUrl) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    (folder, url)
}

/// A PostgreSQL schema without any table.
pub(crate) fn empty_postgres() -> Option<(Schema, DatabaseUrl)> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "REQUIRE_POSTGRES=1, and TEST_POSTGRES_URL is not set");
        eprintln!("skipped on PostgreSQL: TEST_POSTGRES_URL is not set");
        return None;
    };
    let name = format!("test_{}", Uuid::new_v4().simple());
    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options=-c%20search_path%3D{name}");
    let server: DatabaseUrl = server.parse().expect("TEST_POSTGRES_URL is a database URL");
    on_server(&server, &format!("create schema {name}")).expect("a schema can be made");
    let url = url.parse().expect("the URL with a search path is one");
    Some((Schema { server, name }, url))
}

impl Drop for Schema {
    fn drop(&mut self) {
        if let Err(err) = on_server(&self.server, &format!("drop schema {} cascade", self.name)) {
            eprintln!("schema {} stays behind: {err}", self.name);
        }
    }
}

fn on_server(server: &DatabaseUrl, script: &str) -> crate::db::Result<()> {
    // A thread, because the PostgreSQL client must not be touched inside a runtime.
    let work = || Tx::of(&mut Conn::writer(server)?).batch(script);
    std::thread::scope(|scope| scope.spawn(work).join()).expect("the thread does not panic")
}

/// Writes a test once and runs it on both engines: `name::sqlite` and `name::postgres`. The crate
/// of the test needs `tokio` with `macros` and `rt`.
///
/// ```ignore
/// on_both_engines! {
///     async fn an_empty_library_has_no_assets(db: Db) {
///         assert_eq!(db.read(assets::count).await.unwrap(), 0);
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Db) $body:block)*) => { $(
        async fn $name($db: $crate::db::Db) $body

        $(#[$meta])*
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                let test = $crate::testing::TestDb::sqlite();
                super::$name(test.db.clone()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(test) = $crate::testing::TestDb::postgres() {
                    super::$name(test.db.clone()).await;
                }
            }
        }
    )* };
}

/// The plan, when tables are so large that nobody reads them whole.
#[cfg(test)]
pub(crate) async fn plan(db: &Db, query: impl Fn() -> Query + Send + 'static) -> String {
    let explained = db.write(move |tx| -> Result<Vec<String>> {
        if !tx.for_update().is_empty() {
            tx.batch("set local enable_seqscan = off; set local enable_bitmapscan = off")?;
        }
        query().explain(tx)
    });
    explained.await.unwrap().join("\n")
}

/// A plan that walks this index and sorts nothing.
#[cfg(test)]
pub(crate) fn assert_ordered(plan: &str, index: &str) {
    assert!(plan.contains(index), "{plan}");
    assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{plan}");
}
