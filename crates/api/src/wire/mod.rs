//! The kit every endpoint is declared with.
//!
//! An [`Operation`] is declared once. From that one declaration come its route, the reading and
//! checking of its path, query and body, the action it needs, and its page in the OpenAPI document.
//!
//! What an operation takes implements [`Input`]: a list of lines that each read one value from a
//! [`Reader`] and, when the reader is asked to describe instead, say what that value is. What an
//! operation returns is an [`Answer`] or an [`ApiError`]; the table from error to status stands in
//! one place, in `error`.

mod access;
mod admission;
mod answer;
mod body;
mod check;
mod description;
mod error;
mod field;
pub mod format;
mod nested;
mod operation;
mod problem;
mod reader;
mod request;
mod request_id;
mod route;
#[cfg(test)]
pub(crate) mod tests;

pub use access::{Authenticate, Cx, Guest, Needs, Permits, Weight};
pub(crate) use admission::{NEW_TOKEN, RATE_HEADERS};
pub use answer::{Ack, Answer, Payload, Text};
pub use body::{Incoming, JSON_LIMIT_BYTES, read_urlencoded};
pub use check::check;
pub use description::{Described, Description, Place, Presence};
pub(crate) use error::SHOULD_RETRY;
pub use error::{ApiError, ErrorBody};
pub use field::Field;
pub use format::{Format, Show};
pub use operation::{Operation, Verb};
pub use problem::{LocPart, Problem, Problems, ValidationErrorBody};
pub use reader::{Input, Reader, Slot, describe, read, read_form};
pub use request::Request;
pub(crate) use request_id::HEADER as REQUEST_ID;
pub use request_id::RequestId;
pub use route::{OperationId, enclose, routes};
