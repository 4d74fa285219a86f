//! Pictures of assets: originals as they came, variants made once and kept.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use media::Format;
pub use media::picture::Variant;
use media::picture::{self, Buffers, Decoder, Header, Ladder, Part, Rendered, video};
use model::{BoundingBox, FaceId, Instant, MediaType, VersionId};
pub use store::blobs::Object;
use store::blobs::{Blobs, ORIGINAL};
use store::versions::{self, Version};
use tokio::sync::{Mutex as Turn, Semaphore};

use crate::versions::whole;
use crate::{App, Error, Limits, Result, vitals};

/// A picture or an original, ready to be sent.
#[derive(Debug)]
pub struct Delivery {
    /// The bytes.
    pub object: Object,
    /// Their type.
    pub mime_type: String,
    /// Names these bytes and no others; free of quotes.
    pub tag: String,
    /// When they were stored.
    pub stored_at: Instant,
}

/// Which rendering of a version is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The bytes as uploaded.
    Original,
    /// A variant of the ladder, or the full size.
    Picture(Variant),
    /// The part around a face.
    Face(FaceId),
}

/// Where pictures are made: bounded in memory, each once however many ask.
pub(crate) struct Studio {
    limits: Limits,
    budget: Semaphore,
    turns: Mutex<HashMap<VersionId, Weak<Turn<()>>>>,
    /// Memory of earlier pictures for the next ones, while there is work.
    spare: Mutex<Vec<Buffers>>,
    /// The version of ffmpeg, once it has been found.
    ffmpeg: OnceLock<String>,
}

/// The budget is handed out in pieces of this size.
const PIECE: u64 = 1 << 20;

impl Studio {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            budget: Semaphore::new(pieces(limits)),
            turns: Mutex::default(),
            spare: Mutex::default(),
            ffmpeg: OnceLock::new(),
        }
    }

    /// The version of a decoder; asks the program again until it is installed.
    pub(crate) fn version(&self, decoder: Decoder) -> Option<String> {
        match (decoder, self.ffmpeg.get()) {
            (Decoder::Ffmpeg, Some(version)) => Some(version.clone()),
            (Decoder::Ffmpeg, None) => {
                let version = decoder.version(self.limits.ffmpeg)?;
                Some(self.ffmpeg.get_or_init(|| version).clone())
            }
            _ => decoder.version(self.limits.ffmpeg),
        }
    }

    pub(crate) fn memory(&self) -> vitals::PictureMemory {
        let (all, free) = (pieces(self.limits), self.budget.available_permits());
        let bytes = |pieces: usize| pieces as u64 * PIECE;
        vitals::PictureMemory { used: bytes(all.saturating_sub(free)), all: bytes(all) }
    }

    /// Gives memory back that is kept for more pictures.
    pub(crate) fn rest(&self) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn with_buffers<T>(&self, work: impl FnOnce(&mut Buffers) -> T) -> T {
        let kept = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut buffers = kept.unwrap_or_default();
        let done = work(&mut buffers);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(buffers);
        done
    }

    /// The turn at making the pictures of one version; whoever waits for it finds them made.
    fn turn(&self, version: VersionId) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(&version).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::new(()));
        turns.insert(version, Arc::downgrade(&turn));
        turn
    }
}

fn pieces(limits: Limits) -> usize {
    usize::try_from(limits.decoded_bytes.div_ceil(PIECE)).unwrap_or(Semaphore::MAX_PERMITS).max(1)
}

/// Whether the names of the variants that the worker makes are all among `names`.
pub(crate) fn are_made<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let mut missing = Variant::LADDER.map(object).to_vec();
    names.for_each(|name| missing.retain(|wanted| wanted != name));
    missing.is_empty()
}

/// The name of a variant's object; a new recipe makes new objects.
fn object(variant: Variant) -> String {
    format!("{}.{}.jpg", name(variant), picture::RECIPE)
}

const fn name(variant: Variant) -> &'static str {
    match variant {
        Variant::Thumbnail => "thumbnail",
        Variant::Small => "small",
        Variant::Preview => "preview",
        Variant::Fullsize => "fullsize",
    }
}

impl App {
    /// The bytes of a rendering of a version. A variant that is not there yet is made on the spot.
    pub async fn deliver(&self, id: VersionId, wanted: Wanted) -> Result<Delivery> {
        let missing = || Error::NotFound("there is no such picture".to_owned());
        let version =
            self.read(move |conn| Ok(versions::get(conn, id)?)).await?.ok_or_else(missing)?;
        let variant = match wanted {
            Wanted::Original => {
                let object = self.object(id, ORIGINAL).await?.ok_or_else(missing)?;
                let tag = format!("{}-original", model::id::encode(id.uuid()));
                let (mime_type, stored_at) = (version.mime_type, version.created_at);
                return Ok(Delivery { object, mime_type, tag, stored_at });
            }
            Wanted::Face(face) => return self.deliver_face(version, face).await,
            Wanted::Picture(variant) => variant,
        };
        let object = match self.object(id, &object(variant)).await? {
            Some(object) => object,
            None => self.make_on_the_spot(&version, variant).await?.ok_or_else(missing)?,
        };
        let tag = format!("{}-{}-{}", model::id::encode(id.uuid()), name(variant), picture::RECIPE);
        let mime_type = picture::MIME_TYPE.to_owned();
        Ok(Delivery { object, mime_type, tag, stored_at: version.created_at })
    }

    /// An object of a version. A disk is asked at once; whatever takes longer is waited for where
    /// it does not hold up requests.
    async fn object(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        let open = move |blobs: &Blobs, name: &str| match name {
            ORIGINAL => Ok::<_, Error>(blobs.open_original(version)?),
            name => Ok(blobs.open_variant(version, name)?),
        };
        if self.blobs().is_near() {
            return open(self.blobs(), name);
        }
        let (blobs, name) = (self.blobs().clone(), name.to_owned());
        off_thread(move || open(&blobs, &name)).await
    }

    /// The part of a picture around a face, made when it is first asked for and kept as long as the
    /// picture; a face that is gone has none.
    async fn deliver_face(&self, version: Version, face: FaceId) -> Result<Delivery> {
        let missing = || Error::NotFound("there is no such picture".to_owned());
        let face = self.read(move |conn| Ok(store::faces::get(conn, face)?)).await?;
        let face = face.filter(|face| face.version_id == Some(version.id)).ok_or_else(missing)?;
        let name = format!("face-{}.{}.jpg", face.id.uuid().simple(), picture::RECIPE);
        let object = match self.object(version.id, &name).await? {
            Some(object) => object,
            None => match self.make_crop(&version, face.bounding_box, name.clone()).await {
                Ok(()) => self.object(version.id, &name).await?.ok_or_else(missing)?,
                Err(Trouble::Elsewhere(err)) => return Err(for_a_reader(err)),
                Err(Trouble::Picture(err)) => {
                    tracing::debug!(face = %face.id, "no crop can be made: {err}");
                    return Err(missing());
                }
            },
        };
        let tag = format!("{}-{}", model::id::encode(face.id.uuid()), picture::RECIPE);
        let mime_type = picture::MIME_TYPE.to_owned();
        Ok(Delivery { object, mime_type, tag, stored_at: version.created_at })
    }

    async fn make_crop(
        &self,
        version: &Version,
        face: BoundingBox,
        name: String,
    ) -> Result<(), Trouble> {
        let turn = self.inner.studio.turn(version.id);
        let _turn = turn.lock().await;
        if self.object(version.id, &name).await?.is_some() {
            return Ok(());
        }
        let (app, id) = (self.clone(), version.id);
        self.render(version, Variant::Fullsize, move |buffers, source, orientation, limits| {
            let Source::Picture(source) = source else {
                return Err(Error::NotFound("there are no faces in videos".to_owned()).into());
            };
            let shown = Header::read(source)?.shown_size(orientation);
            let part = part(face).with_margin(shown);
            let jpeg = picture::crop(buffers, source, orientation, part, limits)?;
            Ok(app.blobs().put_variant(id, &name, &jpeg).map_err(Error::from)?)
        })
        .await
    }

    async fn make_on_the_spot(
        &self,
        version: &Version,
        variant: Variant,
    ) -> Result<Option<Object>> {
        let made = match variant {
            Variant::Fullsize => self.make_full_size(version).await,
            _ => self.make_pictures(version).await.map(|_| ()),
        };
        match made {
            Ok(()) => self.object(version.id, &object(variant)).await,
            Err(Trouble::Picture(err)) => {
                tracing::debug!(version = %version.id, "no {} can be made: {err}", name(variant));
                Ok(None)
            }
            Err(Trouble::Elsewhere(err)) => Err(for_a_reader(err)),
        }
    }

    /// Makes and keeps the ladder of a version from one decode. Gives the placeholder, and the
    /// display size.
    pub(crate) async fn make_pictures(&self, version: &Version) -> Result<Made, Trouble> {
        let turn = self.inner.studio.turn(version.id);
        let _turn = turn.lock().await;
        let (app, version) = (self.clone(), version.clone());
        self.render(
            &version.clone(),
            Variant::Preview,
            move |buffers, source, orientation, limits| {
                let ladder = source.ladder(buffers, orientation, limits)?;
                let names: Vec<String> =
                    ladder.rungs.iter().map(|rung| object(rung.variant)).collect();
                let objects: Vec<(&str, &[u8])> = names
                    .iter()
                    .zip(&ladder.rungs)
                    .map(|(name, rung)| (name.as_str(), rung.jpeg.as_slice()))
                    .collect();
                app.blobs().put_variants(version.id, &objects).map_err(Error::from)?;
                let size = Some(ladder.shown_size).filter(|_| !ladder.is_preview);
                Ok(Made { thumbhash: ladder.thumbhash, size })
            },
        )
        .await
    }

    /// Whether the bytes of an object that is to be shown can be decoded to their end. What has no
    /// header is left to others.
    pub(crate) async fn check_decodes(&self, object: VersionId, bytes: u64) -> Result<(), Trouble> {
        let blobs = self.blobs().clone();
        let source = {
            let _permit = self.inner.studio.acquire(bytes).await?;
            off_thread(move || whole(&blobs, object)).await?
        };
        let Ok(header) = Header::read(&source) else { return Ok(()) };
        let cost = header.cost(Variant::Thumbnail) + bytes;
        let _permit = self.inner.studio.acquire(cost).await?;
        let app = self.clone();
        off_thread(move || {
            let studio = &app.inner.studio;
            let limits = studio.picture_limits();
            let one = |buffers: &mut Buffers| {
                picture::one(buffers, &source, 1, Variant::Thumbnail, &limits)
            };
            studio.with_buffers(one).map(drop).map_err(Trouble::from)
        })
        .await
    }

    async fn make_full_size(&self, version: &Version) -> Result<(), Trouble> {
        let turn = self.inner.studio.turn(version.id);
        let _turn = turn.lock().await;
        if self.object(version.id, &object(Variant::Fullsize)).await?.is_some() {
            return Ok(());
        }
        let (app, id) = (self.clone(), version.id);
        self.render(version, Variant::Fullsize, move |buffers, source, orientation, limits| {
            let made = source.one(buffers, orientation, Variant::Fullsize, limits)?;
            let name = object(Variant::Fullsize);
            Ok(app.blobs().put_variant(id, &name, &made.jpeg).map_err(Error::from)?)
        })
        .await
    }

    /// Runs `work` on the bytes of a version, on a thread for such work and within the budget.
    async fn render<T: Send + 'static>(
        &self,
        version: &Version,
        variant: Variant,
        work: impl FnOnce(&mut Buffers, &Source, u8, &picture::Limits) -> Result<T, Trouble>
        + Send
        + 'static,
    ) -> Result<T, Trouble> {
        let studio = &self.inner.studio;
        let app = self.clone();
        let orientation =
            version.orientation.and_then(|value| u8::try_from(value).ok()).unwrap_or(1);
        let file_bytes = u64::try_from(version.file_size_bytes).unwrap_or(0);
        let source = {
            // The file itself is held in memory too.
            let _permit = studio.acquire(file_bytes.min(PIECE)).await?;
            let version = version.clone();
            off_thread(move || app.source(&version)).await?
        };
        let _permit = studio.acquire(source.cost(variant)?).await?;
        let app = self.clone();
        off_thread(move || {
            let studio = &app.inner.studio;
            let limits = studio.picture_limits();
            studio.with_buffers(|buffers| work(buffers, &source, orientation, &limits))
        })
        .await
    }

    fn source(&self, version: &Version) -> Result<Source, Trouble> {
        let trouble = |err: std::io::Error| Error::StorageTrouble(err.into());
        let mut object = self
            .blobs()
            .open_original(version.id)
            .map_err(Error::from)?
            .ok_or_else(|| Error::NotFound("the original is missing".to_owned()))?;
        let mut bytes = Vec::new();
        object.by_ref().take(media::SNIFF_BYTES as u64).read_to_end(&mut bytes).map_err(trouble)?;
        let by_name = Format::from_mime_type(&version.mime_type);
        match media::sniff(&bytes).or(by_name) {
            Some(format) if format.media_type() == MediaType::Video => {
                Ok(Source::Video(object.into_file().map_err(trouble)?, format))
            }
            _ => {
                object.read_to_end(&mut bytes).map_err(trouble)?;
                Ok(Source::Picture(bytes))
            }
        }
    }
}

/// What pictures are made from.
enum Source {
    /// All bytes of it.
    Picture(Vec<u8>),
    /// Read by a program, from a file.
    Video(File, Format),
}

impl Source {
    /// Bytes that are held while this variant is made.
    fn cost(&self, variant: Variant) -> Result<u64, picture::Error> {
        match self {
            Self::Picture(bytes) => Ok(Header::read(bytes)?.cost(variant) + bytes.len() as u64),
            Self::Video(..) => Ok(video::COST),
        }
    }

    fn ladder(
        &self,
        buffers: &mut Buffers,
        orientation: u8,
        limits: &picture::Limits,
    ) -> Result<Ladder, picture::Error> {
        match self {
            Self::Picture(bytes) => picture::ladder(buffers, bytes, orientation, limits),
            Self::Video(file, format) => video::ladder(buffers, file, *format, limits),
        }
    }

    fn one(
        &self,
        buffers: &mut Buffers,
        orientation: u8,
        variant: Variant,
        limits: &picture::Limits,
    ) -> Result<Rendered, picture::Error> {
        match self {
            Self::Picture(bytes) => picture::one(buffers, bytes, orientation, variant, limits),
            Self::Video(file, format) => video::one(buffers, file, *format, variant, limits),
        }
    }
}

impl Studio {
    fn picture_limits(&self) -> picture::Limits {
        picture::Limits {
            max_pixels: self.limits.picture_pixels,
            max_decoded_bytes: self.limits.decoded_bytes,
            ffmpeg: self.limits.ffmpeg,
            developer: self.limits.developer,
        }
    }

    /// Waits until this many bytes of the budget are free; one picture may take all of it.
    pub(crate) async fn acquire(&self, bytes: u64) -> Result<tokio::sync::SemaphorePermit<'_>> {
        let wanted = usize::try_from(bytes.div_ceil(PIECE)).unwrap_or(usize::MAX);
        let wanted = u32::try_from(wanted.min(pieces(self.limits))).unwrap_or(u32::MAX);
        self.budget.acquire_many(wanted).await.map_err(|err| Error::Unexpected(err.into()))
    }
}

fn part(face: BoundingBox) -> Part {
    let pixels = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Part {
        left: pixels(face.x),
        top: pixels(face.y),
        width: pixels(face.w),
        height: pixels(face.h),
    }
}

/// What came of making the pictures of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Binary ThumbHash.
    pub(crate) thumbhash: Vec<u8>,
    /// Display pixels, when it is the picture itself that was decoded.
    pub(crate) size: Option<(u32, u32)>,
}

/// Why no picture came of it.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The bytes are at fault, and trying again will not help.
    Picture(picture::Error),
    /// Anything else.
    Elsewhere(Error),
}

impl From<picture::Error> for Trouble {
    fn from(err: picture::Error) -> Self {
        Self::Picture(err)
    }
}

impl From<Error> for Trouble {
    fn from(err: Error) -> Self {
        Self::Elsewhere(err)
    }
}

/// Runs work that computes or waits for a disk where it does not hold up requests.
pub(crate) async fn off_thread<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|err| Err(Error::Unexpected(err.into()).into()))
}

/// A picture that cannot be kept for want of room: whoever looks at it brings nothing, and may come
/// back.
fn for_a_reader(err: Error) -> Error {
    match err {
        Error::NoRoom(cause) => Error::StorageTrouble(cause),
        other => other,
    }
}
