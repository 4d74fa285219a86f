//! What bytes say: kinds of file, the metadata inside them, and their pixels.
//!
//! Knows nothing of assets, libraries or users, does not wait, and does not panic on any input.
//!
//! To read it: [`Format`] is what a file is, [`facts`] what it says of itself, [`picture`] what it
//! shows. Decoders that are not safe by their language run apart, in `confined`.

mod bmff;
mod bytes;
mod confined;
pub mod facts;
mod format;
pub mod picture;

pub use confined::{Protection, protection};
pub use format::{Format, SNIFF_BYTES, sniff};
