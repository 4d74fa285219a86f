//! `POST /api/assets`: a form with a file in it, streamed (contract 3.5).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::Made;
use app::upload::{FileName, Form, Received};
use axum::body::Bytes;
use axum::http::header;
use futures_util::StreamExt as _;
use model::id::LibraryKind;
use model::{CaptureTime, LibraryId};
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::list::LIBRARY_ID;
use super::{INCLUDE_LESS, include};
use crate::models::{AssetResponse, Include, Shape};
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Incoming, Input, Problem, Reader, read_form};

pub(super) const ABOUT: &str = "\
Streams one file into a library. What it is follows from the extension of its file name. EXIF, \
XMP and IPTC of an image are read before the answer. The file is durable before the answer.

The same bytes (SHA-256) are stored once per library: a repeat answers 200 with the existing asset \
as it is, even when that lies in the trash. Parts may come in any order.";

/// Longest text field.
const MOST_FIELD_BYTES: u64 = 64 << 10;
/// Most fields; unknown ones are ignored, but not without end.
const MOST_FIELDS: usize = 64;
const FILE: &str = "asset_data";

/// The fields of the form.
pub(super) struct Fields {
    form: Form,
    library: Option<LibraryId>,
}

impl Input for Fields {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let file_name = r
            .form(FILE, "The file, with a file name whose extension says what it is.")
            .file()
            .then(|name: String| FileName::new(&name))
            .required();
        let device_asset_id = r
            .form("device_asset_id", "The device's own name for the file.")
            .text(1024)
            .example("IMG_0042.JPG-2831456")
            .required();
        let device_id = r.form("device_id", "The device.").text(1024).example("phone").required();
        let file_created_at = r
            .form("file_created_at", "When it was taken as far as the device knows; used when the file does not say. Keeps its offset.")
            .datetime()
            .example("2024-05-06T07:08:09-07:00")
            .required();
        let file_modified_at = r
            .form("file_modified_at", "When the file was changed.")
            .datetime()
            .example("2024-05-06T07:08:09-07:00")
            .required();
        let library = r.form("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let form = Form {
            file_name: file_name?,
            device_asset_id: device_asset_id?,
            device_id: device_id?,
            file_created_at: file_created_at? as CaptureTime,
            file_modified_at: file_modified_at?,
        };
        Some(Self { form, library: library? })
    }
}

/// What the query may narrow.
pub(super) struct Answered(Option<Vec<Include>>);

impl Input for Answered {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        include(r, INCLUDE_LESS).map(Self)
    }
}

pub(super) async fn create(
    cx: Cx,
    Answered(include): Answered,
    body: Incoming,
) -> Result<Answer<AssetResponse>, ApiError> {
    let between = Between::default();
    let mut parts = multipart(&cx, body, &between)?;
    let mut sent = Sent::default();
    let taken = take(&cx, &mut parts, &mut sent, &between).await;
    let fields = match taken {
        Ok(()) => read_form::<Fields>(sent.fields),
        Err(err) => Err(err),
    };
    let (fields, received) = match (fields, sent.file) {
        (Ok(fields), Some(received)) => (fields, received),
        (Ok(_), None) => return Err(missing_file()),
        (Err(err), received) => {
            if let Some(received) = received {
                cx.state.app.discard(received).await;
            }
            return Err(err);
        }
    };
    finish(cx, fields, received, include).await
}

async fn finish(
    cx: Cx,
    fields: Fields,
    received: Received,
    include: Option<Vec<Include>>,
) -> Result<Answer<AssetResponse>, ApiError> {
    let (app, viewer) = (&cx.state.app, cx.viewer.0);
    let library = match app.upload_target(viewer.clone(), fields.library).await {
        Ok(library) => library,
        Err(err) => {
            app.discard(received).await;
            return Err(err.into());
        }
    };
    let made = app.upload(viewer, library, fields.form, received).await?;
    let shape = Shape::full(include);
    Ok(match made {
        Made::New(found) => Answer::created(AssetResponse::new(found, &shape, &cx.state.urls)),
        Made::Existing(found) => Answer::ok(AssetResponse::new(found, &shape, &cx.state.urls)),
    })
}

/// What has come so far.
#[derive(Default)]
struct Sent {
    fields: Vec<(String, String)>,
    file: Option<Received>,
}

/// Takes every part. As soon as the library is known, a reason to refuse the upload is found
/// before its bytes are taken.
async fn take(
    cx: &Cx,
    parts: &mut Multipart<'_>,
    sent: &mut Sent,
    between: &Between,
) -> Result<(), ApiError> {
    let mut count = 0;
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        count += 1;
        if count > MOST_FIELDS {
            return Err(malformed("the form has too many parts"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name != FILE {
            let bytes = part.bytes().await.map_err(unreadable)?;
            let Ok(text) = String::from_utf8(bytes.to_vec()) else {
                return Err(ApiError::invalid_field(&name, "not a text in UTF-8"));
            };
            sent.fields.push((name, text));
            between.start_anew();
        } else if sent.file.is_none() {
            let Some(file_name) = part.file_name().map(unquoted) else {
                return Err(malformed_field("the part needs a file name"));
            };
            FileName::new(&file_name).map_err(|err| malformed_field(&err.to_string()))?;
            check_target(cx, sent).await?;
            sent.fields.push((name, file_name));
            sent.file = Some(receive(cx, part, between).await?);
        } else {
            return Err(malformed_field("there is more than one file"));
        }
    }
    Ok(())
}

/// The HTML standard lets a client write the quotes of a file name as `%22`.
fn unquoted(name: &str) -> String {
    name.replace("%22", "\"")
}

async fn check_target(cx: &Cx, sent: &Sent) -> Result<(), ApiError> {
    let named = sent.fields.iter().find(|(name, _)| name == "library_id");
    // A name that is no id is reported with everything else that is wrong, at the end.
    let library = named.and_then(|(_, text)| LibraryId::parse(text).ok());
    match cx.state.app.check_upload(cx.viewer.0.clone(), library).await {
        // The library may be named behind the file.
        Err(app::Error::Unclear(_)) if named.is_none() => Ok(()),
        target => Ok(target.map(drop)?),
    }
}

async fn receive(cx: &Cx, mut part: Field<'_>, between: &Between) -> Result<Received, ApiError> {
    let mut receiving = cx.state.app.receive();
    while let Some(bytes) = part.chunk().await.map_err(unreadable)? {
        between.start_anew();
        receiving.push(bytes).await?;
    }
    Ok(receiving.finish().await?)
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

fn multipart<'b>(
    cx: &Cx,
    Incoming(body): Incoming,
    between: &Between,
) -> Result<Multipart<'b>, ApiError> {
    let content_type = cx.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = content_type
        .and_then(|value| multer::parse_boundary(value).ok())
        .ok_or_else(|| malformed("the body must be multipart/form-data with a boundary"))?;
    let limits = SizeLimit::new().per_field(MOST_FIELD_BYTES).for_field(FILE, u64::MAX);
    let constraints = Constraints::new().size_limit(limits);
    let between = between.clone();
    let stream = body.into_data_stream().map(move |piece| between.check(piece));
    Ok(Multipart::with_constraints(stream, boundary, constraints))
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

fn malformed_field(msg: &str) -> ApiError {
    ApiError::invalid_field(FILE, msg)
}

fn missing_file() -> ApiError {
    ApiError::Invalid(vec![Problem::missing().within(["body".into(), FILE.into()])])
}
