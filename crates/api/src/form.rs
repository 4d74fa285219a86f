//! A form with one file in it, streamed: no part of the file waits for what comes behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::upload::{Received, Receiving};
use axum::body::Bytes;
use axum::http::header;
use futures_util::StreamExt as _;
use multer::{Constraints, Field, Multipart, SizeLimit};

use crate::state::Cx;
use crate::wire::{ApiError, Incoming, Input, Problem, read_form};

/// Longest text field.
const MOST_FIELD_BYTES: u64 = 64 << 10;
/// Most fields; unknown ones are ignored, but not without end.
const MOST_FIELDS: usize = 64;

/// A form whose parts come one by one.
pub(crate) struct FileForm {
    parts: Multipart<'static>,
    between: Between,
    /// What the field with the file is called.
    file: &'static str,
    count: usize,
    has_file: bool,
}

/// What has come of a form so far.
#[derive(Default)]
pub(crate) struct Sent {
    /// Names and texts, of the file its name.
    pub(crate) fields: Vec<(String, String)>,
    /// The file, once all of it has come.
    pub(crate) file: Option<Received>,
}

/// A file that is about to come.
pub(crate) struct FilePart {
    part: Field<'static>,
    between: Between,
}

impl FileForm {
    /// A form in `body` with a file in the field `file`.
    pub(crate) fn new(
        cx: &Cx,
        Incoming(body): Incoming,
        file: &'static str,
    ) -> Result<Self, ApiError> {
        let content_type =
            cx.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = content_type
            .and_then(|value| multer::parse_boundary(value).ok())
            .ok_or_else(|| malformed("the body must be multipart/form-data with a boundary"))?;
        let limits = SizeLimit::new().per_field(MOST_FIELD_BYTES).for_field(file, u64::MAX);
        let constraints = Constraints::new().size_limit(limits);
        let between = Between::default();
        let counted = between.clone();
        let stream = body.into_data_stream().map(move |piece| counted.check(piece));
        let parts = Multipart::with_constraints(stream, boundary, constraints);
        Ok(Self { parts, between, file, count: 0, has_file: false })
    }

    /// Takes texts into `sent` until the file comes; `None` at the end of the form.
    pub(crate) async fn next_file(
        &mut self,
        sent: &mut Sent,
    ) -> Result<Option<FilePart>, ApiError> {
        while let Some(part) = self.parts.next_field().await.map_err(unreadable)? {
            self.count += 1;
            if self.count > MOST_FIELDS {
                return Err(malformed("the form has too many parts"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            if name == self.file {
                if std::mem::replace(&mut self.has_file, true) {
                    return Err(self.refuse_file("there is more than one file"));
                }
                return Ok(Some(FilePart { part, between: self.between.clone() }));
            }
            let bytes = part.bytes().await.map_err(unreadable)?;
            let Ok(text) = String::from_utf8(bytes.to_vec()) else {
                return Err(ApiError::invalid_field(&name, "not a text in UTF-8"));
            };
            sent.fields.push((name, text));
            self.between.start_anew();
        }
        Ok(None)
    }

    /// What is wrong with the file.
    pub(crate) fn refuse_file(&self, msg: &str) -> ApiError {
        ApiError::invalid_field(self.file, msg)
    }
}

impl FilePart {
    /// The name its sender gave it.
    pub(crate) fn name(&self) -> Option<String> {
        // The HTML standard lets a client write the quotes of a file name as `%22`.
        self.part.file_name().map(|name| name.replace("%22", "\""))
    }

    /// The type its sender says it has.
    pub(crate) fn content_type(&self) -> Option<String> {
        self.part.content_type().map(ToString::to_string)
    }

    /// Reads all of it and keeps its first `kept` bytes; says how long it is. More than `most`
    /// bytes are refused.
    pub(crate) async fn skim(mut self, kept: usize, most: u64) -> Result<(Vec<u8>, u64), ApiError> {
        let (mut beginning, mut length) = (Vec::new(), 0);
        while let Some(bytes) = self.part.chunk().await.map_err(unreadable)? {
            self.between.start_anew();
            length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if length > most {
                let name = self.part.name().unwrap_or_default();
                return Err(ApiError::invalid_field(name, format!("more than {most} bytes")));
            }
            let wanted = kept.saturating_sub(beginning.len()).min(bytes.len());
            beginning.extend_from_slice(&bytes[..wanted]);
        }
        Ok((beginning, length))
    }

    /// Streams it to disk.
    pub(crate) async fn receive(mut self, mut receiving: Receiving) -> Result<Received, ApiError> {
        while let Some(bytes) = self.part.chunk().await.map_err(unreadable)? {
            self.between.start_anew();
            receiving.push(bytes).await?;
        }
        Ok(receiving.finish().await?)
    }
}

impl Sent {
    /// The fields of a form that was `taken`, and its file, which is called `file`. When any of it
    /// is refused, the file is discarded.
    pub(crate) async fn read<F: Input>(
        self,
        cx: &Cx,
        taken: Result<(), ApiError>,
        file: &'static str,
    ) -> Result<(F, Received), ApiError> {
        let fields = match taken {
            Ok(()) => read_form::<F>(self.fields),
            Err(err) => Err(err),
        };
        match (fields, self.file) {
            (Ok(fields), Some(received)) => Ok((fields, received)),
            (Ok(_), None) => Err(missing(file)),
            (Err(err), received) => {
                if let Some(received) = received {
                    cx.state.app.discard(received).await;
                }
                Err(err)
            }
        }
    }
}

/// Bytes that have come since the last that belonged to a part. The reader of the form has to hold
/// them all: what comes before the first part, and the headers of each.
#[derive(Clone, Default)]
struct Between(Arc<AtomicU64>);

/// More than headers and a pause between parts ever need, the largest piece of a stream included.
const MOST_BETWEEN_BYTES: u64 = 1 << 20;

impl Between {
    fn start_anew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn check(&self, piece: Result<Bytes, axum::Error>) -> Result<Bytes, axum::Error> {
        let bytes = piece?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.0.fetch_add(length, Ordering::Relaxed) > MOST_BETWEEN_BYTES {
            return Err(axum::Error::new("the headers of a part are too long"));
        }
        Ok(bytes)
    }
}

fn unreadable(err: multer::Error) -> ApiError {
    match err {
        multer::Error::StreamReadFailed(_) => {
            ApiError::BadRequest("the body ended before it was complete".to_owned())
        }
        multer::Error::FieldSizeExceeded { field_name, .. } => {
            let name = field_name.unwrap_or_default();
            malformed(&format!("the field {name:?} has more than {MOST_FIELD_BYTES} bytes"))
        }
        other => malformed(&format!("the form cannot be read: {other}")),
    }
}

fn malformed(msg: &str) -> ApiError {
    ApiError::invalid_body(msg)
}

fn missing(file: &str) -> ApiError {
    ApiError::Invalid(vec![Problem::missing().within(["body".into(), file.into()])])
}
