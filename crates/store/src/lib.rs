//! Where things are kept: rows and blobs.
//!
//! [`db`] is one SQL dialect over SQLite and PostgreSQL, [`migrate`] brings a database to the
//! present schema, [`blobs`] keeps originals and pictures. Every other module is the statements of
//! one noun: plain functions over a connection. Reading functions take a `Conn`, writing ones a
//! `Tx`, so a write inside a read does not compile.
//!
//! Nothing here decides who may do what, knows HTTP, or asks the time.

pub mod albums;
pub mod assets;
pub mod blobs;
pub mod damage;
pub mod db;
pub mod dump;
pub mod events;
pub mod faces;
pub mod feedback;
pub mod identities;
pub mod instance;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod layers;
pub mod libraries;
pub mod memberships;
pub mod migrate;
pub mod passwords;
pub mod people;
pub mod search;
pub mod sign_ins;
pub mod stacks;
pub mod tasks;
pub mod users;
pub mod versions;

mod columns;
mod kept;
mod measures;
mod plain_path;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
