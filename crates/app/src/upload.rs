//! A photo arrives (contract 3.5): streamed to disk, hashed on the way, durable before the answer.

use std::io::{BufRead as _, BufReader};

use bytes::Bytes;
use media::Format;
use model::{
    Action, Asset, AssetId, Camera, CaptureSource, CaptureTime, Change, EventKind, Fallback,
    FileData, FileFacts, FileLayer, Instant, Library, LibraryId, MediaType, Metadata, Scope,
    TaskKind, UserLayer, VersionId, VersionKind, display_size, effective,
};
use store::assets::{self, NewAsset};
use store::blobs::{self, Blobs, Sealed, Writer};
use store::db::{Conn, Tx};
use store::versions::Version;
use store::{db, events, layers, libraries, tasks, users, versions};

use crate::Made;
use crate::arrivals::Arrival;
use crate::assets::Found;
use crate::pictures::off_thread;
use crate::worker::GARBAGE_AGE;
use crate::{App, Clock, Error, Result, Viewer, access};

/// How many bytes of a file are gathered before they go to disk.
const AT_ONCE: usize = 256 << 10;

/// What an uploader says about a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// With the extension that says what it is.
    pub file_name: FileName,
    /// The device's own name for it.
    pub device_asset_id: String,
    /// The device.
    pub device_id: String,
    /// The end of the capture-time chain but one.
    pub file_created_at: CaptureTime,
    /// When the file was changed.
    pub file_modified_at: CaptureTime,
}

/// The name of a photo or video file: at most 1024 characters, with a known extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    text: String,
    format: Format,
}

/// Why a text is no name of a photo or video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileNameError {
    /// Longer than 1024 characters.
    #[error("a file name has at most 1024 characters")]
    TooLong,
    /// NUL and the like.
    #[error("a file name cannot contain control characters")]
    Control,
    /// No extension, or one of no photo or video format.
    #[error("the file name needs the extension of a photo or video format, such as .jpg or .mp4")]
    Unsupported,
}

impl FileName {
    /// Takes the name as it is.
    pub fn new(text: &str) -> Result<Self, FileNameError> {
        if text.chars().count() > 1024 {
            return Err(FileNameError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(FileNameError::Control);
        }
        let format = Format::from_file_name(text).ok_or(FileNameError::Unsupported)?;
        Ok(Self { text: text.to_owned(), format })
    }
}

/// A file on its way to disk. Nothing waits on a thread while its sender is silent.
#[derive(Debug)]
pub struct Receiving {
    version: VersionId,
    blobs: Blobs,
    writer: Option<Writer>,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    /// Bytes that have come, and most that may; `None` for no limit.
    received_bytes: u64,
    most_bytes: Option<u64>,
    arrival: Arrival,
    since: Instant,
    clock: Clock,
}

/// A file that is safely on disk and belongs to nothing yet.
#[derive(Debug)]
pub struct Received {
    pub(crate) version: VersionId,
    pub(crate) sealed: Sealed,
    /// Looking into it takes memory, too.
    arrival: Arrival,
    /// When its first byte was waited for.
    pub(crate) since: Instant,
}

/// How long a file may be on its way until it belongs to something, in seconds. Much longer ago, and
/// nobody can tell it from what a crash has left ([`crate::worker::GARBAGE_AGE`]); a bucket may count
/// from the first byte.
const MOST_ARRIVAL: i64 = GARBAGE_AGE / 2;

/// Refuses a file that a sweep may take for garbage: its sender is slow, or this process stood still.
pub(crate) fn check_in_time(since: Instant, now: Instant) -> Result<()> {
    if now <= since.plus_seconds(MOST_ARRIVAL) {
        return Ok(());
    }
    let hours = MOST_ARRIVAL / 3600;
    Err(Error::Unclear(format!("the file took more than {hours} hours to arrive")))
}

impl Receiving {
    /// Takes the next bytes; now and then waits for the disk.
    pub async fn push(&mut self, bytes: Bytes) -> Result<()> {
        self.received_bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if let Some(most) = self.most_bytes.filter(|most| self.received_bytes > *most) {
            return Err(Error::Invalid("file", format!("the file has more than {most} bytes")));
        }
        check_in_time(self.since, self.clock.now())?;
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        if self.waiting_bytes >= AT_ONCE {
            self.writer = Some(self.write(Ok).await?);
        }
        Ok(())
    }

    /// Ends the file and waits until it is durable.
    pub async fn finish(mut self) -> Result<Received> {
        let sealed = self.write(Writer::seal).await?;
        Ok(Received { version: self.version, sealed, arrival: self.arrival, since: self.since })
    }

    /// Writes what waits, and what comes then, in one hop.
    async fn write<T: Send + 'static>(
        &mut self,
        then: impl FnOnce(Writer) -> blobs::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (blobs, version, writer) = (self.blobs.clone(), self.version, self.writer.take());
        let waiting = std::mem::take(&mut self.waiting);
        let arrival = self.arrival.clone();
        self.waiting_bytes = 0;
        off_thread(move || {
            let _arrival = arrival;
            let mut writer = writer.map_or_else(|| blobs.writer(version), Ok)?;
            for bytes in waiting {
                writer.write(&bytes)?;
            }
            Ok(then(writer)?)
        })
        .await
    }
}

impl App {
    /// Whether an upload that names this library, or none, can be taken: the library is there and
    /// has room.
    pub async fn check_upload(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
    ) -> Result<LibraryId> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, library, Action::Write)?;
            check_room(conn, &library)?;
            Ok(library.id)
        })
        .await
    }

    /// Where an upload goes, which has room. Who owns no library and comes with a credential for
    /// all of them gets one (contract 1.6).
    pub async fn upload_target(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
    ) -> Result<LibraryId> {
        let may_make = library.is_none() && viewer.scope == Scope::All;
        match self.check_upload(viewer.clone(), library).await {
            Err(Error::Unclear(_)) if may_make => {
                let now = self.now();
                self.write(move |tx| only_or_new(tx, &viewer, now)).await
            }
            target => target,
        }
    }

    /// Begins to take in a file, when there is a place for one more. Dropping the result takes away
    /// what has arrived.
    pub async fn receive(&self, sender: &Viewer) -> Result<Receiving> {
        Ok(Receiving {
            version: VersionId::generate(),
            blobs: self.blobs().clone(),
            writer: None,
            waiting: Vec::new(),
            waiting_bytes: 0,
            received_bytes: 0,
            most_bytes: None,
            arrival: self.inner.arrivals.place(sender.user).await?,
            since: self.now(),
            clock: self.inner.clock.clone(),
        })
    }

    /// As [`Self::receive`]; a file of more bytes is refused as soon as they come.
    pub async fn receive_at_most(&self, sender: &Viewer, bytes: u64) -> Result<Receiving> {
        Ok(Receiving { most_bytes: Some(bytes), ..self.receive(sender).await? })
    }

    /// Takes away a file that is not wanted after all.
    pub async fn discard(&self, received: Received) {
        self.take_away(received.version).await;
    }

    /// Takes away an object that no row names.
    pub(crate) async fn take_away(&self, version: VersionId) {
        let blobs = self.blobs().clone();
        let done = off_thread(move || {
            blobs.discard(version);
            Ok::<_, Error>(())
        });
        if let Err(err) = done.await {
            tracing::warn!(%version, "could not discard an upload: {err:#}");
        }
    }

    /// Makes an asset of a received file, or finds the one that has these bytes already.
    pub async fn upload(
        &self,
        viewer: Viewer,
        library: LibraryId,
        form: Form,
        received: Received,
    ) -> Result<Made<Found>> {
        let version = received.version;
        let done = self.store_upload(viewer, library, form, &received).await;
        let is_certain = match &done {
            Ok(Made::New(_)) => false,
            Ok(Made::Existing(found)) => found.asset.version_id != version,
            Err(err) => nothing_was_written(err),
        };
        if is_certain {
            self.discard(received).await;
        }
        done
    }

    async fn store_upload(
        &self,
        viewer: Viewer,
        library: LibraryId,
        form: Form,
        received: &Received,
    ) -> Result<Made<Found>> {
        let (version, sealed) = (received.version, received.sealed);
        if sealed.bytes == 0 {
            return Err(Error::Invalid("asset_data", "the file is empty".to_owned()));
        }
        let sha256 = sealed.sha256.to_vec();
        let here = self.read(move |conn| Ok(assets::with_bytes(conn, library, &sha256)?)).await?;
        if let Some(found) = here {
            return Ok(Made::Existing(found));
        }
        let (facts, is_video) = self.look_into(received, form.file_name.format).await?;
        let new = new_asset(library, version, &form, &sealed, &facts, self.now());
        let sha256 = sealed.sha256.to_vec();
        let (app, since) = (self.clone(), received.since);
        let stored = self
            .write_and_wake(move |tx| {
                check_in_time(since, app.now())?;
                let library = access::library(tx, &viewer, library, Action::Write)?;
                if let Some(found) = assets::with_bytes(tx, library.id, &sha256)? {
                    return Ok(Made::Existing(found));
                }
                check_room(tx, &library)?;
                store_new(tx, &library, &new, &facts, is_video)?;
                let NewAsset { asset, file } = new.clone();
                Ok(Made::New(Found::new(asset, file)))
            })
            .await;
        match stored {
            // Somebody else was quicker with the same bytes.
            Err(Error::Unexpected(cause)) if is_conflict(&*cause) => {
                let sha256 = sealed.sha256.to_vec();
                let found =
                    self.read(move |conn| Ok(assets::with_bytes(conn, library, &sha256)?)).await?;
                found.map(Made::Existing).ok_or(Error::Unexpected(cause))
            }
            stored => stored,
        }
    }

    /// What the file says of itself, and whether its picture is the still of a video: that depends on
    /// its bytes, not on its name.
    async fn look_into(&self, received: &Received, format: Format) -> Result<(FileFacts, bool)> {
        let (app, version, arrival) = (self.clone(), received.version, received.arrival.clone());
        off_thread(move || {
            let _arrival = arrival;
            let missing = || Error::StorageTrouble("a file that was received is gone".into());
            let file = app.blobs().open_original(version)?.ok_or_else(missing)?;
            let mut file = BufReader::new(file);
            let beginning = file.fill_buf().map_err(Error::storage)?;
            let is_video =
                media::sniff(beginning).unwrap_or(format).media_type() == MediaType::Video;
            let facts = media::facts::read(&mut file, format);
            // Facts that could not be read must not pass for a file that says nothing.
            file.get_mut().trouble().map_err(Error::storage)?;
            // Only now the zone of a place is known to anybody.
            let facts = facts.settled(|at, moment| app.geocoder().offset(at, moment));
            Ok((facts, is_video))
        })
        .await
    }
}

/// Whether an upload that failed so has left no row. When a commit may have come through after all,
/// its object stays; should it be garbage, the daily sweep finds it.
pub(crate) fn nothing_was_written(err: &Error) -> bool {
    match err {
        Error::Down(_) => false,
        Error::Unexpected(cause) => is_conflict(&**cause),
        _ => true,
    }
}

fn is_conflict(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(db::Error::Conflict(_)))
}

/// The only library, or a new one for who has none; of two uploads at once, one makes it.
fn only_or_new(tx: &mut Tx<'_>, viewer: &Viewer, now: Instant) -> Result<LibraryId> {
    users::lock(tx, viewer.user)?;
    let owned = libraries::of_owner(tx, viewer.user)?;
    let library = if owned.iter().any(|library| library.trashed_at.is_none()) {
        access::chosen_library(tx, viewer, None, Action::Write)?
    } else {
        crate::libraries::insert_default(tx, viewer.user, now)?
    };
    check_room(tx, &library)?;
    Ok(library.id)
}

/// A cap counts as reached before a duplicate is looked for (contract 3.5).
pub(crate) fn check_room(conn: &mut Conn, library: &Library) -> Result<()> {
    let is_reached = |limit: Option<i64>, used| limit.is_some_and(|limit| used >= limit);
    if is_reached(library.storage_limit_bytes, library.storage_used_bytes) {
        return Err(Error::StorageFull("this library is at its storage limit"));
    }
    let owner = users::get(conn, library.owner_id)?;
    if owner.is_some_and(|owner| is_reached(owner.storage_limit_bytes, owner.storage_used_bytes)) {
        return Err(Error::StorageFull("the owner of this library is at their storage limit"));
    }
    Ok(())
}

/// Row, layers, version, events and tasks: together, or not at all.
fn store_new(
    tx: &mut Tx<'_>,
    library: &Library,
    new: &NewAsset,
    facts: &FileFacts,
    is_video: bool,
) -> Result<()> {
    let asset = &new.asset;
    let now = asset.created_at;
    assets::insert(tx, new, library.owner_id)?;
    layers::insert_file(tx, asset.id, facts)?;
    let version = Version {
        id: asset.version_id,
        asset_id: asset.id,
        position: 0,
        kind: asset.kind.clone(),
        params: None,
        mime_type: asset.mime_type.clone(),
        file_size_bytes: asset.file_size_bytes,
        checksum: new.file.sha256.clone(),
        received: new.file.sha256.clone(),
        size: asset.size,
        orientation: asset.metadata.camera.orientation,
        replaced: None,
        created_at: now,
    };
    versions::insert(tx, &version)?;
    let kinds = [EventKind::AssetCreated, EventKind::MetadataUpdated];
    events::append(tx, library.id, &kinds.map(|kind| Change::new(kind, asset.id.uuid())), now)?;
    if asset.metadata.coordinates.is_some() {
        tasks::enqueue(tx, library.id, asset.id, TaskKind::ReverseGeocoding, now)?;
    }
    let picture = if is_video { TaskKind::VideoThumbnailExtract } else { TaskKind::Thumbhash };
    tasks::enqueue(tx, library.id, asset.id, picture, now)?;
    if may_be_in_a_burst(asset) {
        tasks::enqueue(tx, library.id, asset.id, TaskKind::BurstDetection, now)?;
    }
    Ok(())
}

/// Only shots whose camera and time the file says are looked for.
fn may_be_in_a_burst(asset: &Asset) -> bool {
    let camera = &asset.metadata.camera;
    asset.media_type == MediaType::Image
        && asset.capture_source == CaptureSource::File
        && camera.make.is_some()
        && camera.model.is_some()
}

fn new_asset(
    library: LibraryId,
    version: VersionId,
    form: &Form,
    sealed: &Sealed,
    facts: &FileFacts,
    now: Instant,
) -> NewAsset {
    let fallback = Fallback { file_created_at: Some(form.file_created_at), created_at: now };
    let shown = effective(&UserLayer::default(), &FileLayer::from(facts), None, fallback);
    let format = form.file_name.format;
    let bytes = i64::try_from(sealed.bytes).unwrap_or(i64::MAX);
    let asset = Asset {
        id: AssetId::generate(),
        library_id: library,
        version_id: version,
        media_type: format.media_type(),
        mime_type: format.mime_type().to_owned(),
        kind: VersionKind::original(),
        original_file_name: form.file_name.text.clone(),
        capture: shown.capture,
        capture_source: shown.capture_source,
        created_at: now,
        updated_at: now,
        trashed_at: None,
        size: facts.raw_size.map(|raw| wide(display_size(raw, facts.orientation))),
        duration: facts.duration.filter(|_| format.media_type() == MediaType::Video),
        thumbhash: None,
        file_size_bytes: bytes,
        stack: None,
        metadata: Metadata {
            updated_at: now,
            description: shown.description,
            coordinates: shown.coordinates,
            altitude: shown.altitude,
            rating: shown.rating,
            place: shown.place,
            timezone: shown.timezone,
            camera: camera(facts, format.media_type()),
        },
    };
    let file = FileData {
        sha256: sealed.sha256.to_vec(),
        sha1: sealed.sha1.to_vec(),
        device_asset_id: form.device_asset_id.clone(),
        device_id: form.device_id.clone(),
        file_created_at: form.file_created_at,
        file_modified_at: form.file_modified_at,
        file_size_bytes: bytes,
    };
    NewAsset { asset, file }
}

/// Pixels as they are stored.
pub(crate) fn wide((width, height): (u32, u32)) -> (i64, i64) {
    (i64::from(width), i64::from(height))
}

/// Players turn films themselves, and whether one was turned is in its size: encoded size and
/// orientation are of stills only (contract 17.4).
fn camera(facts: &FileFacts, media_type: MediaType) -> Camera {
    let is_still = media_type == MediaType::Image;
    Camera {
        digitized: facts.digitized,
        modified: facts.modified,
        make: facts.make.clone(),
        model: facts.model.clone(),
        lens_model: facts.lens_model.clone(),
        f_number: facts.f_number,
        focal_length: facts.focal_length,
        exposure_time: facts.exposure_time,
        exposure_bias: facts.exposure_bias,
        iso: facts.iso,
        fps: facts.frame_rate.filter(|_| !is_still),
        orientation: facts.orientation.filter(|_| is_still).map(i64::from),
        raw_size: facts.raw_size.filter(|_| is_still).map(wide),
        projection_type: facts.projection_type.clone(),
        live_photo_cid: facts.live_photo_cid.clone(),
        auto_stack_id: facts.burst_id.clone(),
    }
}
