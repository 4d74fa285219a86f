//! Facts of whole files: real ones, built ones and hostile ones.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod build;
mod carry;
mod compare;
mod containers;
mod exif;
mod films;
mod heif;
mod hostile;
mod offsets;
mod precedence;
mod raws;
mod referee;
mod truth;

use std::io::Cursor;

use media::{Format, facts};
use model::FileFacts;

/// The facts of these bytes, whatever they are called.
fn facts_of(bytes: &[u8]) -> FileFacts {
    facts::read(&mut Cursor::new(bytes), Format::Jpeg)
}
