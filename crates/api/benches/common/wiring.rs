//! The server's parts put together, without its program.

use std::path::Path;

use anyhow::Result;
use api::{Api, Signer};
use app::{App, Clock, InvitationKey, Limits, Secrets, SessionKey};
use axum::Router;
use store::blobs::{Blobs, StorageUrl};
use store::db::{DatabaseUrl, Db};

/// An open library.
pub(crate) struct Wired {
    pub(crate) app: App,
    pub(crate) db: Db,
}

/// Opens the library in this SQLite file and this folder of objects; makes what is missing.
pub(crate) fn wire(database: &Path, objects: &Path) -> Result<Wired> {
    wire_to(&DatabaseUrl::Sqlite(database.to_owned()), objects)
}

/// As [`wire`], on either engine.
pub(crate) fn wire_to(database: &DatabaseUrl, objects: &Path) -> Result<Wired> {
    let clock = Clock::system();
    store::migrate::run(database, clock.now())?;
    let db = Db::open(database)?;
    let blobs = Blobs::open(&StorageUrl::File(objects.to_owned()))?;
    let secrets = Secrets {
        sessions: SessionKey::new(vec![1; 32]),
        invitations: InvitationKey::new(vec![3; 32]),
    };
    Ok(Wired { app: App::new(db.clone(), blobs, clock, secrets, Limits::default()), db })
}

/// Everything the server answers.
pub(crate) fn router(app: &App) -> Router {
    let url = "http://photos.example";
    api::router(&Api::new(app.clone(), Signer::new(url.to_owned(), &[vec![2; 32]])), url)
}
