//! Signing in: `/api/oauth/…` (contract 15) for clients, and the page where people type their
//! password when there is no identity provider (OP-34).

mod oauth;
mod page;
mod target;

pub(crate) use oauth::operations;
pub(crate) use page::routes;
