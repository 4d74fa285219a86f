//! `POST /api/assets`: a form with a file in it, streamed (contract 3.5).

use app::Made;
use app::upload::{FileName, Form, Received};
use model::id::LibraryKind;
use model::{CaptureTime, LibraryId};

use super::list::LIBRARY_ID;
use super::{INCLUDE_LESS, include};
use crate::form::{FileForm, Sent};
use crate::models::{AssetResponse, Include, Shape};
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Incoming, Input, Reader};

pub(super) const ABOUT: &str = "\
Streams one file into a library. What it is follows from the extension of its file name. EXIF, \
XMP and IPTC of an image are read before the answer. The file is durable before the answer.

The same bytes (SHA-256) are stored once per library: a repeat answers 200 with the existing asset \
as it is, even when that lies in the trash. Parts may come in any order.";

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
    let mut form = FileForm::new(&cx, body, FILE)?;
    let mut sent = Sent::default();
    let taken = take(&cx, &mut form, &mut sent).await;
    let (fields, received) = sent.read::<Fields>(&cx, taken, FILE).await?;
    finish(cx, fields, received, include).await
}

/// Takes every part. As soon as the library is known, a reason to refuse the upload is found
/// before its bytes are taken.
async fn take(cx: &Cx, form: &mut FileForm, sent: &mut Sent) -> Result<(), ApiError> {
    while let Some(file) = form.next_file(sent).await? {
        let name = file.name().ok_or_else(|| form.refuse_file("the part needs a file name"))?;
        FileName::new(&name).map_err(|err| form.refuse_file(&err.to_string()))?;
        check_target(cx, sent).await?;
        sent.fields.push((FILE.to_owned(), name));
        sent.file = Some(file.receive(cx.state.app.receive(&cx.viewer.0).await?).await?);
    }
    Ok(())
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
