//! One file per subcommand.

pub(crate) mod demo;
mod http;
pub(crate) mod photo;
mod progress;
pub(crate) mod upload;
