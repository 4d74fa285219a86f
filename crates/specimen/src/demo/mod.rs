//! A demo library: what fifteen years of travelling with several cameras leave behind.
//!
//! `places`, `captions` and `cameras` are the material, `plan` draws a photograph from it, and
//! `expected` says what a reader of that photograph must find.

mod cameras;
mod captions;
mod expected;
mod places;
mod plan;

pub use expected::Expected;
pub use places::{PLACES, Place};
pub use plan::{DemoPhoto, library};
