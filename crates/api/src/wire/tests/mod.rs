//! The kit, asked through sample operations.

mod check;
mod describe;
mod error;
mod formats;
mod laws;
mod lists;
mod nested;
mod router;
pub(crate) mod sample;
