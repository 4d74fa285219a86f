//! Pictures of assets: originals as they came, variants made once and kept.

mod make;
mod room;
mod source;
mod studio;
mod turn;

use media::picture;
pub use media::picture::Variant;
use model::{FaceId, Instant, VersionId};
pub use store::blobs::Object;
use store::blobs::{Blobs, ORIGINAL};
use store::versions::{self, Version};

pub(crate) use make::Trouble;
use make::Wish;
pub(crate) use studio::Studio;

use crate::{App, Error, Result};

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
        let wish = if variant == Variant::Fullsize { Wish::FullSize } else { Wish::Ladder };
        let (name_of, made_at) = (object(variant), version.created_at);
        let object = self.there_or_made(version, name_of, wish).await?.ok_or_else(missing)?;
        let tag = format!("{}-{}-{}", model::id::encode(id.uuid()), name(variant), picture::RECIPE);
        let mime_type = picture::MIME_TYPE.to_owned();
        Ok(Delivery { object, mime_type, tag, stored_at: made_at })
    }

    async fn there_or_made(
        &self,
        version: Version,
        name: String,
        wish: Wish,
    ) -> Result<Option<Object>> {
        match self.object(version.id, &name).await? {
            Some(object) => Ok(Some(object)),
            None => self.make_on_the_spot(version, name, wish).await,
        }
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
        let wish = Wish::Crop(face.bounding_box);
        let object = self.there_or_made(version.clone(), name, wish).await?.ok_or_else(missing)?;
        let tag = format!("{}-{}", model::id::encode(face.id.uuid()), picture::RECIPE);
        let mime_type = picture::MIME_TYPE.to_owned();
        Ok(Delivery { object, mime_type, tag, stored_at: version.created_at })
    }
}

/// Runs work that computes or waits for a disk where it does not hold up requests.
pub(crate) async fn off_thread<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|err| Err(Error::Unexpected(err.into()).into()))
}
