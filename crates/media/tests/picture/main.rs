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
mod hostile;
mod make;
mod samples;
mod shown;

/// No test needs more; a decoder that believes a header's lies ends the run.
#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, 1 << 30);
