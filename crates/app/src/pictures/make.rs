//! Makes pictures, each from one decode, and keeps them.

use media::picture::{self, Buffers, Header, Part, Variant};
use model::{BoundingBox, VersionId};
use store::blobs::Object;
use store::versions::Version;
use tokio::sync::OwnedSemaphorePermit;

use super::room::Patience;
use super::source::{Opened, Source};
use super::turn::Turn;
use super::{object, off_thread};
use crate::versions::whole;
use crate::{App, Error, Result};

/// What is made when somebody asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish {
    /// All variants that the worker makes, too.
    Ladder,
    FullSize,
    /// The part around a face.
    Crop(BoundingBox),
}

impl App {
    /// Makes the object of this name for somebody who waits for it, unless it is there by then.
    /// `None` when the file has no such picture.
    pub(super) async fn make_on_the_spot(
        &self,
        version: Version,
        name: String,
        wish: Wish,
    ) -> Result<Option<Object>> {
        let studio = &self.inner.studio;
        let patience = studio.patience();
        let waited = studio.turn(version.id, patience).await;
        if let Some(made) = self.object(version.id, &name).await? {
            return Ok(Some(made));
        }
        if waited.is_impossible(&name) {
            return Ok(None);
        }
        let turn = waited.turn()?;
        let sitting = Sitting { turn, _easel: studio.easel(patience).await?, patience };
        let app = self.clone();
        // What is begun is finished, and counted until then, even if nobody waits any more.
        let making = tokio::spawn(async move { app.fulfil(&version, &name, wish, sitting).await });
        making.await.unwrap_or_else(|err| Err(Error::Unexpected(err.into())))
    }

    async fn fulfil(
        &self,
        version: &Version,
        name: &str,
        wish: Wish,
        sitting: Sitting,
    ) -> Result<Option<Object>> {
        let made = match wish {
            Wish::Ladder => self.render_ladder(version, &sitting).await.map(drop),
            Wish::FullSize => self.render_full_size(version, &sitting).await,
            Wish::Crop(face) => self.render_crop(version, face, name.to_owned(), &sitting).await,
        };
        match made {
            Ok(()) => self.object(version.id, name).await,
            Err(Trouble::Picture(err)) => {
                tracing::debug!(version = %version.id, "no {name} can be made: {err}");
                match wish {
                    Wish::Ladder => sitting.tell_no_ladder(),
                    Wish::FullSize | Wish::Crop(_) => sitting.turn.tell_impossible(name),
                }
                Ok(None)
            }
            // Who looks at a picture brings nothing that needs room, and may come back.
            Err(Trouble::Elsewhere(Error::NoRoom(cause))) => Err(Error::StorageTrouble(cause)),
            Err(Trouble::Elsewhere(err)) => Err(err),
        }
    }

    /// Makes and keeps the ladder of a version. Gives the placeholder, and the display size.
    pub(crate) async fn make_pictures(&self, version: &Version) -> Result<Made, Trouble> {
        let (studio, patience) = (&self.inner.studio, Patience::ENDLESS);
        let turn = studio.turn(version.id, patience).await.turn()?;
        let sitting = Sitting { turn, _easel: studio.easel(patience).await?, patience };
        let made = self.render_ladder(version, &sitting).await;
        if let Err(Trouble::Picture(_)) = made {
            sitting.tell_no_ladder();
        }
        made
    }

    /// Whether the bytes of an object that is to be shown can be decoded to their end. What has no
    /// header is left to others.
    pub(crate) async fn check_decodes(&self, object: VersionId, bytes: u64) -> Result<(), Trouble> {
        let (app, studio) = (self.clone(), &self.inner.studio);
        let patience = studio.patience();
        let held = (studio.easel(patience).await?, studio.file(bytes, patience).await?);
        let (source, held) =
            off_thread(move || whole(app.blobs(), object).map(|bytes| (bytes, held))).await?;
        let Ok(header) = Header::read(&source) else { return Ok(()) };
        let decoded = studio.decoded(header.cost(Variant::Thumbnail), patience).await?;
        let app = self.clone();
        off_thread(move || {
            let (_held, _decoded, studio) = (held, decoded, &app.inner.studio);
            let limits = studio.picture_limits();
            let one = |buffers: &mut Buffers| {
                picture::one(buffers, &source, 1, Variant::Thumbnail, &limits)
            };
            studio.with_buffers(one).map(drop).map_err(Trouble::from)
        })
        .await
    }

    async fn render_ladder(&self, version: &Version, sitting: &Sitting) -> Result<Made, Trouble> {
        let (app, id) = (self.clone(), version.id);
        self.render(
            version,
            Variant::Preview,
            sitting,
            move |buffers, source, orientation, limits| {
                let ladder = source.ladder(buffers, orientation, limits)?;
                let names: Vec<String> =
                    ladder.rungs.iter().map(|rung| object(rung.variant)).collect();
                let objects: Vec<(&str, &[u8])> = names
                    .iter()
                    .zip(&ladder.rungs)
                    .map(|(name, rung)| (name.as_str(), rung.jpeg.as_slice()))
                    .collect();
                app.blobs().put_variants(id, &objects).map_err(Error::from)?;
                let size = Some(ladder.shown_size).filter(|_| !ladder.is_preview);
                Ok(Made { thumbhash: ladder.thumbhash, size })
            },
        )
        .await
    }

    async fn render_full_size(&self, version: &Version, sitting: &Sitting) -> Result<(), Trouble> {
        let (app, id) = (self.clone(), version.id);
        self.render(
            version,
            Variant::Fullsize,
            sitting,
            move |buffers, source, orientation, limits| {
                let made = source.one(buffers, orientation, Variant::Fullsize, limits)?;
                let name = object(Variant::Fullsize);
                Ok(app.blobs().put_variant(id, &name, &made.jpeg).map_err(Error::from)?)
            },
        )
        .await
    }

    async fn render_crop(
        &self,
        version: &Version,
        face: BoundingBox,
        name: String,
        sitting: &Sitting,
    ) -> Result<(), Trouble> {
        let (app, id) = (self.clone(), version.id);
        self.render(
            version,
            Variant::Fullsize,
            sitting,
            move |buffers, source, orientation, limits| {
                let Source::Picture(source) = source else {
                    return Err(Error::NotFound("there are no faces in videos".to_owned()).into());
                };
                let shown = Header::read(source)?.shown_size(orientation);
                let part = part(face).with_margin(shown);
                let jpeg = picture::crop(buffers, source, orientation, part, limits)?;
                Ok(app.blobs().put_variant(id, &name, &jpeg).map_err(Error::from)?)
            },
        )
        .await
    }

    /// Runs `work` on the bytes of a version, on a thread for such work and within its room.
    async fn render<T: Send + 'static>(
        &self,
        version: &Version,
        variant: Variant,
        sitting: &Sitting,
        work: impl FnOnce(&mut Buffers, &Source, u8, &picture::Limits) -> Result<T, Trouble>
        + Send
        + 'static,
    ) -> Result<T, Trouble> {
        let (studio, patience) = (&self.inner.studio, sitting.patience);
        let limits = studio.picture_limits();
        let orientation =
            version.orientation.and_then(|value| u8::try_from(value).ok()).unwrap_or(1);
        let (app, version) = (self.clone(), version.clone());
        let opened = off_thread(move || Opened::new(app.blobs(), &version)).await?;
        limits.check_file(opened.bytes())?;
        let file = studio.file(opened.bytes(), patience).await?;
        // It may have to be fetched first.
        sitting.turn.begin();
        let (source, file) = off_thread(move || opened.read().map(|read| (read, file))).await?;
        // Nobody is to wait for somebody who waits himself.
        sitting.turn.pause();
        let decoded = studio.decoded(source.cost(variant)?, patience).await?;
        sitting.turn.begin();
        let app = self.clone();
        off_thread(move || {
            let _held = (file, decoded);
            app.inner.studio.with_buffers(|buffers| work(buffers, &source, orientation, &limits))
        })
        .await
    }
}

/// Somebody who makes pictures of a version.
struct Sitting {
    turn: Turn,
    _easel: OwnedSemaphorePermit,
    patience: Patience,
}

impl Sitting {
    fn tell_no_ladder(&self) {
        Variant::LADDER.map(object).iter().for_each(|name| self.turn.tell_impossible(name));
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
