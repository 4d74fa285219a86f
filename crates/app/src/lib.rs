//! What people can do, and the machine on their behalf.
//!
//! One file per noun, one transaction per deed. To read it: [`App`] is what everything needs,
//! [`Viewer`] is who asks, `access` decides, `upload` is the use case that touches everything,
//! [`worker`] is how later happens.

mod access;
pub mod accounts;
pub mod albums;
mod arrivals;
pub mod assets;
pub mod backup;
pub mod check;
mod clock;
mod credentials;
mod error;
pub mod events;
pub mod faces;
pub mod feedback;
pub mod formats;
mod instance;
pub mod invitations;
pub mod keys;
pub mod libraries;
pub mod limits;
mod made;
pub mod members;
mod moment;
pub mod moving;
mod page;
pub mod people;
pub mod pictures;
pub mod preferences;
mod purge;
mod scrub;
pub mod search;
mod session;
mod sign_in;
pub mod stacks;
pub mod tasks;
pub mod trash;
pub mod upload;
pub mod versions;
mod viewer;
pub mod vitals;
pub mod worker;

pub use clock::Clock;
pub use credentials::Admitted;
pub use error::{Error, Result};
pub use invitations::InvitationKey;
pub use made::Made;
pub use page::Page;
pub use session::SessionKey;
pub use sign_in::{Granted, Return, SignIn, SignedIn, Way};
pub use viewer::{Credential, Viewer};

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use store::blobs::Blobs;
use store::db::{Conn, Db, Tx};
use tokio::sync::Notify;

/// The library as a whole: everything a deed needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    blobs: Blobs,
    clock: Clock,
    secrets: Secrets,
    limits: Limits,
    known: credentials::Cache,
    geocoder: OnceLock<places::Geocoder>,
    studio: pictures::Studio,
    arrivals: arrivals::Arrivals,
    /// Originals read and compared by this process.
    scrubbed: AtomicU64,
    /// Rings when a task may have become ready.
    work: Notify,
}

impl App {
    /// Everything wired together. `db` has the present schema.
    pub fn new(db: Db, blobs: Blobs, clock: Clock, secrets: Secrets, limits: Limits) -> Self {
        let inner = Inner {
            db,
            blobs,
            clock,
            secrets,
            limits,
            known: credentials::Cache::default(),
            geocoder: OnceLock::new(),
            studio: pictures::Studio::new(limits),
            arrivals: arrivals::Arrivals::new(limits),
            scrubbed: AtomicU64::new(0),
            work: Notify::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.read(|conn| Ok(store::users::owner(conn)?)).await.is_ok()
    }

    /// Sends away whoever would wait too long for the database: better early and with a word than
    /// late, and with everybody behind them. Who only `reads` does not wait for those who write.
    pub fn check_delay(&self, reads: bool) -> Result<()> {
        let db = &self.inner.db;
        let write = if reads { Duration::ZERO } else { db.write_delay() };
        if db.read_delay().max(write) > self.inner.limits.patience {
            return Err(Error::Unavailable("the library has more to do than it can, try again"));
        }
        Ok(())
    }

    pub(crate) fn now(&self) -> model::Instant {
        self.inner.clock.now()
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    fn sessions(&self) -> &SessionKey {
        &self.inner.secrets.sessions
    }

    fn invitation_key(&self) -> &InvitationKey {
        &self.inner.secrets.invitations
    }

    fn geocoder(&self) -> &places::Geocoder {
        self.inner.geocoder.get_or_init(places::Geocoder::load)
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.db.read(work).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.db.write(work).await
    }

    /// As [`Self::write`], for deeds that leave tasks behind: wakes the workers.
    async fn write_and_wake<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.write(work).await?;
        self.inner.work.notify_one();
        self.inner.db.ring();
        Ok(done)
    }
}

/// What must not be known to others.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Signs sessions.
    pub sessions: SessionKey,
    /// Opens invitations.
    pub invitations: InvitationKey,
}

/// Bounds on memory and time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Decoded bytes of all pictures that are worked on at the same time.
    pub decoded_bytes: u64,
    /// Pixels of one picture; larger ones are stored and served, but not rendered.
    pub picture_pixels: u64,
    /// The program ffmpeg, see [`media::picture::Limits::ffmpeg`].
    pub ffmpeg: &'static str,
    /// The program that develops raw files, see [`media::picture::Limits::developer`].
    pub developer: &'static str,
    /// Files that may be on their way in at the same time. Each holds some hundred kilobytes, and up
    /// to 24 MiB on its way into a bucket.
    pub arrivals: usize,
    /// How long who asks for something may have to wait for their turn before they are sent away.
    pub patience: Duration,
    /// How long things stay in the trash; `None` is until somebody removes them.
    pub trash_days: Option<u32>,
    /// In how many days every original is read once and compared; `None` is never.
    pub scrub_days: Option<u32>,
}

impl Limits {
    /// Waits as long as somebody who asks for something may have to; then they are sent away with
    /// this word.
    async fn patiently<T>(&self, turn: impl Future<Output = T>, busy: &'static str) -> Result<T> {
        tokio::time::timeout(self.patience, turn).await.map_err(|_| Error::Unavailable(busy))
    }
}

impl Limits {
    /// What is good for a small server.
    pub const DEFAULT: Self = Self {
        decoded_bytes: 512 << 20,
        picture_pixels: 300_000_000,
        ffmpeg: media::picture::Limits::DEFAULT.ffmpeg,
        developer: media::picture::Limits::DEFAULT.developer,
        arrivals: 64,
        patience: Duration::from_secs(10),
        trash_days: Some(90),
        scrub_days: Some(30),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
