//! Pixels: the bytes of a photograph become the pictures people look at.
//!
//! Every [`Variant`] is a JPEG in sRGB, upright, without metadata. Transparency becomes white, an
//! animation its first frame, 16 bits become 8, a raw file its largest preview or what its
//! sensor saw, a video a still.
//! Files are told apart by their bytes.
//!
//! To read it: [`Header`] is what is known before decoding and what decoding will cost; [`ladder`]
//! makes all variants a library needs from one decode, [`one`] makes a single one, [`crop`] cuts a
//! part out; [`video`] does the first two with videos. A file for each way to decode: `jpeg`,
//! `bitmap`, `jxl`, `heif`, `raw`.

mod bitmap;
mod buffers;
mod colour;
mod crop;
mod decoder;
mod error;
mod ffmpeg;
mod flatten;
mod hdr;
mod header;
mod heif;
mod jpeg;
mod jxl;
mod ladder;
mod limits;
mod orient;
mod raster;
mod raw;
mod shrink;
mod variant;
pub mod video;

pub use buffers::Buffers;
pub use crop::{Part, crop};
pub use decoder::Decoder;
pub use error::Error;
pub use header::Header;
pub use ladder::{Ladder, Rendered, ladder, one};
pub use limits::Limits;
pub use raw::{DEVELOP, develop_raw};
pub use variant::{MIME_TYPE, RECIPE, Variant};
