//! Renderings of an asset above its upload: sent, replaced, taken back (contract 3.11).

use std::io::Read as _;

use media::facts::carry;
use media::picture::{self, Header};
use media::{Format, SNIFF_BYTES, sniff};
use model::{
    Action, Asset, AssetId, Change, EventKind, Instant, Library, MOST_VERSION_BYTES, MediaType,
    Rank, TaskKind, VersionId, VersionKind,
};
use serde_json::{Map, Value};
use store::assets::{self, Head, Parts};
use store::blobs::{Blobs, Sealed};
use store::db::{Conn, Tx};
use store::{events, tasks, versions};

pub use store::versions::Version;

use crate::assets::{Found, later_than};
use crate::pictures::{Trouble, off_thread};
use crate::upload::{Received, check_in_time, check_room, nothing_was_written, wide};
use crate::{App, Error, Made, Result, Viewer, access};

/// What is sent beside the bytes of a rendering.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendering {
    /// What produced it.
    pub kind: VersionKind,
    /// How.
    pub params: Params,
    /// The type its sender says it has; the bytes may not disagree with a concrete one.
    pub declared: Option<String>,
}

/// How a rendering was made: any JSON object, kept as the text it came as.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    text: String,
    object: Map<String, Value>,
}

/// A text is not the JSON of an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON object: {0}")]
pub struct ParamsError(String);

impl Params {
    /// Longest text.
    pub const MOST_BYTES: usize = 64 << 10;

    /// Reads the text of an object.
    pub fn new(text: String) -> Result<Self, ParamsError> {
        if text.len() > Self::MOST_BYTES {
            return Err(ParamsError(format!("longer than {} bytes", Self::MOST_BYTES)));
        }
        let object = serde_json::from_str(&text).map_err(|err| ParamsError(err.to_string()))?;
        Ok(Self { text, object })
    }

    /// The object.
    pub fn into_object(self) -> Map<String, Value> {
        self.object
    }
}

/// Where a rendering is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Above the upload, while that is shown.
    Above,
    /// In the place of this one, while that is shown.
    InsteadOf(VersionId),
}

/// A version and its asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The asset, which may show another version.
    pub asset: Asset,
    /// The version.
    pub version: Version,
}

impl App {
    /// An asset and all its versions, the upload first.
    pub async fn versions(&self, viewer: Viewer, id: AssetId) -> Result<(Asset, Vec<Version>)> {
        self.read(move |conn| {
            access::asset(conn, &viewer, id, Action::Read)?;
            Ok((asset(conn, id)?, versions::of_asset(conn, id)?))
        })
        .await
    }

    /// Whether a rendering of an asset may be sent at all, before its bytes are taken.
    pub async fn version_target(&self, viewer: Viewer, id: AssetId) -> Result<()> {
        self.read(move |conn| {
            let head = access::asset(conn, &viewer, id, Action::Write)?;
            target(conn, &head).map(drop)
        })
        .await
    }

    /// Makes a version of a received file, or finds that it is the one that is shown.
    pub async fn add_version(
        &self,
        viewer: Viewer,
        id: AssetId,
        place: Place,
        sent: Rendering,
        received: Received,
    ) -> Result<Made<Shown>> {
        let as_sent = received.sealed.sha256;
        let (asker, wanted) = (viewer.clone(), sent.clone());
        let early = self.read(move |conn| {
            let head = access::asset(conn, &asker, id, Action::Write)?;
            let asset = target(conn, &head)?.0;
            let all = versions::of_asset(conn, id)?;
            Ok((decide(&all, place, &wanted, &as_sent)?, asset, all))
        });
        let finished = match early.await {
            Ok((Some(version), asset, _)) => {
                self.discard(received).await;
                return Ok(Made::Existing(Shown { asset, version }));
            }
            Ok((None, asset, all)) => {
                let original = all.first().map(|version| version.id);
                self.finish(&sent, &received, &asset, original).await
            }
            Err(err) => Err(err),
        };
        let finished = match finished {
            Ok(finished) => finished,
            Err(err) => {
                self.discard(received).await;
                return Err(err);
            }
        };
        let object = finished.version;
        if object != received.version {
            self.take_away(received.version).await;
        }
        let (now, app, since) = (self.now(), self.clone(), received.since);
        let done = self
            .write_and_wake(move |tx| {
                check_in_time(since, app.now())?;
                let head = access::lock_asset(tx, &viewer, id, Action::Write)?;
                let (asset, library) = target(tx, &head)?;
                let all = versions::of_asset(tx, id)?;
                if let Some(version) = decide(&all, place, &sent, &as_sent)? {
                    return Ok(Made::Existing(Shown { asset, version }));
                }
                let mut deed = Deed { tx, head, library, now };
                let version = deed.add(&all, place, &sent, &finished, &as_sent)?;
                Ok(Made::New(version))
            })
            .await;
        let is_garbage = match &done {
            Ok(Made::New(_)) => false,
            Ok(Made::Existing(_)) => true,
            Err(err) => nothing_was_written(err),
        };
        if is_garbage {
            self.take_away(object).await;
        }
        done
    }

    /// Takes back the version that is shown; the one below is shown then.
    pub async fn delete_version(
        &self,
        viewer: Viewer,
        id: AssetId,
        version: VersionId,
    ) -> Result<Found> {
        self.back_to(viewer, id, move |all| {
            let index = find(all, version)?;
            let last = all.last().map_or(0, |shown| shown.position);
            match Rank::of(all[index].position, last) {
                Rank::Current => Ok(index.saturating_sub(1)),
                Rank::Original => Err(Error::Unfit("version_id", IS_UPLOAD.to_owned())),
                Rank::Buried => Err(buried()),
            }
        })
        .await
    }

    /// Shows an earlier version and removes for good all that are above it.
    pub async fn revert_to_version(
        &self,
        viewer: Viewer,
        id: AssetId,
        version: VersionId,
    ) -> Result<Found> {
        self.back_to(viewer, id, move |all| find(all, version)).await
    }

    /// Removes the versions above the one that `choose` finds among all.
    async fn back_to(
        &self,
        viewer: Viewer,
        id: AssetId,
        choose: impl Fn(&[Version]) -> Result<usize> + Send + 'static,
    ) -> Result<Found> {
        let now = self.now();
        self.write_and_wake(move |tx| {
            let head = access::lock_asset(tx, &viewer, id, Action::DeletePermanently)?;
            let library = access::within(
                tx,
                &viewer,
                head.library_id,
                Action::DeletePermanently,
                Error::no_asset,
            )?;
            let all = versions::of_asset(tx, id)?;
            let (kept, above) = all.split_at(choose(&all)? + 1);
            if let (Some(shown), false) = (kept.last(), above.is_empty()) {
                let mut deed = Deed { tx, head, library, now };
                for version in above {
                    deed.remove(version)?;
                }
                deed.show(shown)?;
            }
            assets::get(tx, id, Parts::ALL)?.ok_or_else(Error::no_asset)
        })
        .await
    }

    /// Checks what was received and writes into it what the original says of itself.
    async fn finish(
        &self,
        sent: &Rendering,
        received: &Received,
        asset: &Asset,
        original: Option<VersionId>,
    ) -> Result<Finished> {
        let (object, sealed) = (received.version, received.sealed);
        self.check_decodes(object, sealed.bytes).await.map_err(|err| match err {
            Trouble::Picture(err) => unreadable(err),
            Trouble::Elsewhere(err) => err,
        })?;
        // The file and its copy are held in memory.
        let studio = &self.inner.studio;
        let permit = studio.file(sealed.bytes.saturating_mul(2), studio.patience()).await?;
        let (blobs, declared) = (self.blobs().clone(), sent.declared.clone());
        let format_by_name = Format::from_file_name(&asset.original_file_name);
        off_thread(move || {
            let _permit = permit;
            let file = whole(&blobs, object)?;
            let format = recognised(&file, declared.as_deref())?;
            let size = Header::read(&file).map_err(unreadable)?.size();
            let carried = match original {
                Some(original) => match blobs.open_original(original)? {
                    Some(mut original) => {
                        let format = format_by_name.unwrap_or(Format::Jpeg);
                        let carried = carry::read(&mut original, format);
                        original.trouble().map_err(Error::storage)?;
                        Some(carried)
                    }
                    None => None,
                },
                None => None,
            };
            let copy = carried.unwrap_or_default().into_copy_of(&file);
            let (version, sealed) = match copy {
                Some(copy) if copy.len() as u64 > MOST_VERSION_BYTES => {
                    return Err(refused(format!(
                        "with the metadata of the original the file has more than \
                         {MOST_VERSION_BYTES} bytes"
                    )));
                }
                Some(copy) => stored(&blobs, &copy)?,
                None => (object, sealed),
            };
            Ok(Finished { version, sealed, format, size })
        })
        .await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unreadable(err: picture::Error) -> Error {
    refused(format!("the picture cannot be read: {err}"))
}

/// A checked rendering on disk.
struct Finished {
    version: VersionId,
    sealed: Sealed,
    format: Format,
    size: (u32, u32),
}

/// A change of the versions of a locked asset.
struct Deed<'t, 'c> {
    tx: &'t mut Tx<'c>,
    head: Head,
    library: Library,
    now: Instant,
}

impl Deed<'_, '_> {
    fn add(
        &mut self,
        all: &[Version],
        place: Place,
        sent: &Rendering,
        finished: &Finished,
        as_sent: &[u8],
    ) -> Result<Shown> {
        let mut position = all.last().map_or(0, |shown| shown.position);
        match (place, all.last()) {
            (Place::InsteadOf(_), Some(replaced)) => self.remove(replaced)?,
            _ => position += 1,
        }
        let sealed = &finished.sealed;
        let version = Version {
            id: finished.version,
            asset_id: self.head.id,
            position,
            kind: sent.kind.clone(),
            params: Some(sent.params.text.clone()),
            mime_type: finished.format.mime_type().to_owned(),
            file_size_bytes: i64::try_from(sealed.bytes).unwrap_or(i64::MAX),
            checksum: sealed.sha256.to_vec(),
            received: as_sent.to_vec(),
            size: Some(wide(finished.size)),
            // Rotation is in the pixels.
            orientation: None,
            replaced: match place {
                Place::Above => None,
                Place::InsteadOf(replaced) => Some(replaced),
            },
            created_at: self.now,
        };
        versions::insert(self.tx, &version)?;
        self.occupy(version.file_size_bytes)?;
        self.show(&version)?;
        Ok(Shown { asset: asset(self.tx, self.head.id)?, version })
    }

    /// Row first, object after: a crash between leaves garbage and never a hole.
    fn remove(&mut self, version: &Version) -> Result<()> {
        versions::delete(self.tx, version)?;
        let kind = TaskKind::AssetVersionStorageCleanup;
        tasks::enqueue(self.tx, self.library.id, self.head.id, kind, self.now)?;
        self.occupy(-version.file_size_bytes)
    }

    fn show(&mut self, version: &Version) -> Result<()> {
        let (id, now) = (self.head.id, later_than(self.head.updated_at, self.now));
        assets::show(self.tx, version, now)?;
        // What has a known size can be decoded.
        if version.size.is_some() {
            tasks::enqueue(self.tx, self.library.id, id, TaskKind::Thumbhash, self.now)?;
        }
        let change = Change::new(EventKind::AssetUpdated, id.uuid());
        Ok(events::append(self.tx, self.library.id, &[change], now)?)
    }

    fn occupy(&mut self, bytes: i64) -> Result<()> {
        let (id, library) = (self.head.id, &self.library);
        Ok(assets::occupy(self.tx, id, library.id, library.owner_id, bytes, self.now)?)
    }
}

const IS_UPLOAD: &str = "this version is the upload itself";

fn asset(conn: &mut Conn, id: AssetId) -> Result<Asset> {
    Ok(assets::get(conn, id, Parts::default())?.ok_or_else(Error::no_asset)?.asset)
}

/// The asset and its library, when it can have versions and there is room for one.
fn target(conn: &mut Conn, head: &Head) -> Result<(Asset, Library)> {
    let asset = asset(conn, head.id)?;
    if asset.media_type == MediaType::Video {
        return Err(Error::Unfit("asset_id", "a video has no versions but the upload".to_owned()));
    }
    let library = store::libraries::get(conn, head.library_id)?.ok_or_else(Error::no_asset)?;
    check_room(conn, &library)?;
    Ok((asset, library))
}

/// The version that is there already, just as sent; `None` when the rendering may be stored.
fn decide(
    all: &[Version],
    place: Place,
    sent: &Rendering,
    as_sent: &[u8],
) -> Result<Option<Version>> {
    let current = all.last().ok_or_else(Error::no_asset)?;
    let is_there = is_same(current, sent, as_sent);
    match place {
        Place::Above if is_there => Ok(Some(current.clone())),
        Place::Above if current.position == 0 => Ok(None),
        Place::Above => Err(Error::Conflict(format!(
            "the upload is not shown any more: replace {} instead",
            current.id
        ))),
        // The answer to an equal replacement was lost (OP-47).
        Place::InsteadOf(target) if is_there && current.replaced == Some(target) => {
            Ok(Some(current.clone()))
        }
        Place::InsteadOf(target) => {
            let found = &all[find(all, target)?];
            match Rank::of(found.position, current.position) {
                Rank::Original => Err(Error::Unfit("version_id", IS_UPLOAD.to_owned())),
                Rank::Buried => Err(buried()),
                Rank::Current => Ok(is_there.then(|| current.clone())),
            }
        }
    }
}

/// Bytes are compared as they were sent: the stored ones have more metadata (OP-47).
fn is_same(current: &Version, sent: &Rendering, as_sent: &[u8]) -> bool {
    let params = || current.params.clone().and_then(|text| Params::new(text).ok());
    current.received == as_sent
        && current.kind == sent.kind
        && params().is_some_and(|params| params.object == sent.params.object)
}

fn find(all: &[Version], id: VersionId) -> Result<usize> {
    let missing = || Error::NotFound("Version not found".to_owned());
    all.iter().position(|version| version.id == id).ok_or_else(missing)
}

fn buried() -> Error {
    Error::Conflict("this version is not shown any more".to_owned())
}

fn refused(why: String) -> Error {
    Error::Invalid("file", why)
}

/// What the bytes are: JPEG or PNG, and what its sender says, if that is anything concrete.
fn recognised(file: &[u8], declared: Option<&str>) -> Result<Format> {
    let format = sniff(&file[..file.len().min(SNIFF_BYTES)])
        .filter(|format| matches!(format, Format::Jpeg | Format::Png))
        .ok_or_else(|| refused("neither a JPEG nor a PNG".to_owned()))?;
    let essence = declared.unwrap_or_default().split(';').next().unwrap_or_default();
    let agrees = match essence.trim().to_ascii_lowercase().as_str() {
        "" | "application/octet-stream" => true,
        "image/jpg" | "image/pjpeg" => format == Format::Jpeg,
        other if other.ends_with("/*") => true,
        other => other == format.mime_type(),
    };
    if agrees {
        Ok(format)
    } else {
        Err(refused(format!("declared as {essence}, but the bytes are {}", format.mime_type())))
    }
}

/// All bytes of an object that has been received.
pub(crate) fn whole(blobs: &Blobs, version: VersionId) -> Result<Vec<u8>> {
    let missing = || refused("the file is empty".to_owned());
    let mut file = blobs.open_original(version)?.ok_or_else(missing)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(Error::storage)?;
    Ok(bytes)
}

/// A new object with these bytes.
fn stored(blobs: &Blobs, bytes: &[u8]) -> Result<(VersionId, Sealed)> {
    let version = VersionId::generate();
    let mut writer = blobs.writer(version)?;
    writer.write(bytes)?;
    Ok((version, writer.seal()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_are_an_object() {
        let params = |text: &str| Params::new(text.to_owned());
        assert_eq!(params(r#" {"b": [1, null], "a": "ü"} "#).unwrap().object.len(), 2);
        for wrong in ["", "null", "[]", "5", "\"{}\"", "{", "{}x", "{'a':1}", "{\"a\":NaN}"] {
            assert!(params(wrong).is_err(), "{wrong}");
        }
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(Params::MOST_BYTES));
        assert!(params(&long).is_err());
    }

    #[test]
    fn a_concrete_type_has_to_agree() {
        let jpeg = b"\xff\xd8\xff\xe0";
        for fine in [None, Some(""), Some("image/jpeg; q=1"), Some("IMAGE/JPG"), Some("image/*")] {
            assert_eq!(recognised(jpeg, fine).unwrap(), Format::Jpeg, "{fine:?}");
        }
        for wrong in ["image/png", "text/plain", "image/heic", "jpeg"] {
            assert!(recognised(jpeg, Some(wrong)).is_err(), "{wrong}");
        }
        assert!(recognised(b"GIF89a", Some("image/gif")).is_err());
        assert!(recognised(b"", None).is_err());
    }
}
