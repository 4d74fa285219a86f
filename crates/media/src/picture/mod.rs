//! Pixels: the bytes of a photograph become the pictures people look at.
//!
//! Every [`Variant`] is a JPEG in sRGB, upright, without metadata. Transparency becomes white, an
//! animation its first frame, 16 bits become 8. JPEG, PNG, WebP, GIF, TIFF and BMP are read, told
//! apart by their bytes.
//!
//! To read it: [`Header`] is what is known before decoding and what decoding will cost; [`ladder`]
//! makes all variants a library needs from one decode, [`one`] makes a single one, [`crop`] cuts a
//! part out.

mod bitmap;
mod buffers;
mod colour;
mod crop;
mod error;
mod flatten;
mod header;
mod jpeg;
mod ladder;
mod limits;
mod orient;
mod raster;
mod shrink;
mod variant;

pub use buffers::Buffers;
pub use crop::{Part, crop};
pub use error::Error;
pub use header::Header;
pub use ladder::{Ladder, Rendered, ladder, one};
pub use limits::Limits;
pub use variant::{MIME_TYPE, RECIPE, Variant};
