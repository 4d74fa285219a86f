//! From the bytes of a file to its variants, as a caller sees it.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and its numbers are small"
)]

mod colours;
mod crop;
mod developed;
mod dng;
mod formats;
mod fullsize;
mod heif;
mod hostile;
mod jxl;
mod make;
mod raws;
mod samples;
mod shown;
mod videos;

/// What a server grants, whose program is another.
const LIMITS: media::picture::Limits = media::picture::Limits {
    developer: env!("CARGO_BIN_EXE_develop-raw"),
    ..media::picture::Limits::DEFAULT
};

/// No test needs more; a decoder that believes a header's lies ends the run.
#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, 1 << 30);
