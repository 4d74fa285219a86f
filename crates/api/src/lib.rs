//! How it is asked: the photos API over HTTP.
//!
//! Every endpoint is declared once, with the kit in [`wire`]: from that declaration come its route,
//! its checks and its page in the OpenAPI document. To read it: [`operations`] is the list of
//! everything that can be asked, `assets` holds the endpoint that all this is about, `models` what
//! is answered, `media` how bytes are served.

pub mod openapi;
pub mod wire;

mod albums;
mod assets;
#[cfg(test)]
mod authorisation_tests;
mod byte_range;
mod cors;
mod events;
mod faces;
mod feedback;
mod form;
mod health;
mod invitations;
mod keys;
mod libraries;
mod media;
mod members;
mod models;
mod pace;
mod people;
mod relief;
mod router;
mod search;
mod server;
mod sign_in;
mod stacks;
mod state;
mod tasks;
mod urls;
mod users;

pub use cors::{NoOrigin, Origins};
pub use router::{operations, router, vitals};
pub use state::{Api, Caller};
pub use urls::{Rendering, Signer};
