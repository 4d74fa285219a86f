//! From the bytes of a file to its variants, as a caller sees it.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and its numbers are small"
)]

mod colours;
mod crop;
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

/// No test needs more; a decoder that believes a header's lies ends the run.
#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, 1 << 30);
