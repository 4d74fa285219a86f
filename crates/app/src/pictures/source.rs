//! What pictures are made from.

use std::fs::File;
use std::io::Read as _;

use media::Format;
use media::picture::{self, Buffers, Header, Ladder, Rendered, Variant, video};
use model::MediaType;
use store::blobs::{Blobs, Object};
use store::versions::Version;

use super::make::Trouble;
use crate::{Error, Result};

/// An original of which it is known what it is.
pub(super) enum Opened {
    /// What was read of it, and the rest.
    Picture(Vec<u8>, Object),
    Video(Object, Format),
}

/// What pictures are made from.
pub(super) enum Source {
    /// All bytes of it.
    Picture(Vec<u8>),
    /// Read by a program, from a file.
    Video(File, Format),
}

impl Opened {
    /// Looks at the beginning of what a version is made of.
    pub(super) fn new(blobs: &Blobs, version: &Version) -> Result<Self, Trouble> {
        let mut object = blobs
            .open_original(version.id)
            .map_err(Error::from)?
            .ok_or_else(|| Error::NotFound("the original is missing".to_owned()))?;
        let mut bytes = Vec::new();
        object
            .by_ref()
            .take(media::SNIFF_BYTES as u64)
            .read_to_end(&mut bytes)
            .map_err(Error::storage)?;
        let by_name = Format::from_mime_type(&version.mime_type);
        match media::sniff(&bytes).or(by_name) {
            Some(format) if format.media_type() == MediaType::Video => {
                Ok(Self::Video(object, format))
            }
            _ => Ok(Self::Picture(bytes, object)),
        }
    }

    /// Bytes that are held once it has been read.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Picture(_, object) => object.len(),
            Self::Video(..) => 0,
        }
    }

    pub(super) fn read(self) -> Result<Source, Trouble> {
        match self {
            Self::Picture(mut bytes, mut object) => {
                object.read_to_end(&mut bytes).map_err(Error::storage)?;
                Ok(Source::Picture(bytes))
            }
            Self::Video(object, format) => {
                Ok(Source::Video(object.into_file().map_err(Error::storage)?, format))
            }
        }
    }
}

impl Source {
    /// Bytes that are held beside the file while this variant is made.
    pub(super) fn cost(&self, variant: Variant) -> Result<u64, picture::Error> {
        match self {
            Self::Picture(bytes) => Ok(Header::read(bytes)?.cost(variant)),
            Self::Video(..) => Ok(video::COST),
        }
    }

    pub(super) fn ladder(
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

    pub(super) fn one(
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
