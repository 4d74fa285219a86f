//! Photographs made on demand: painted landscapes with the metadata of real cameras.
//!
//! The demo library and the tests of other crates need pictures whose every tag is known, and the
//! repository should hold none. This crate is the counterpart of the one that reads pictures and
//! shares no code with it, so that neither can hide a mistake of the other; exiftool is the referee.
//!
//! ```
//! use specimen::{ExifTime, Gps, Metadata, Photo};
//!
//! let photo = Photo {
//!     width: 64,
//!     height: 48,
//!     metadata: Metadata {
//!         taken: Some(ExifTime::new("2024:05:06 07:08:09").offset("+02:00")),
//!         gps: Some(Gps::at(-33.8568, 151.2153)),
//!         ..Metadata::default()
//!     },
//!     ..Photo::default()
//! };
//! assert!(photo.bytes()?.starts_with(&[0xFF, 0xD8]));
//! # Ok::<(), specimen::EncodeError>(())
//! ```
//!
//! To read it: [`Photo`] says what is wanted, [`Scene`] what it shows, [`Metadata`] what it tells;
//! `metadata` writes EXIF, XMP and IPTC, `container` puts them where each format keeps them, and
//! [`demo`] plans a whole library.

mod container;
pub mod demo;
mod metadata;
mod photo;
mod random;
mod raster;
mod scene;

pub use metadata::{
    Camera, Directory, ExifTime, Exposure, Gps, Metadata, RawTag,
    tiff::{ByteOrder, Rational, Value},
};
pub use photo::{EncodeError, Format, Photo};
pub use scene::{Motif, Scene};
