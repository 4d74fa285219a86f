//! `/api/assets/{asset_id}/versions…` (contract 3.11).

use app::Made;
use app::upload::Received;
use app::versions::{Params, Place, Rendering, Shown};
use model::{Action, AssetId, MOST_VERSION_BYTES, VersionId, VersionKind};

use super::{ASSET_ID, INCLUDE, INCLUDE_LESS, READ, WRITE, include};
use crate::form::{FileForm, Sent};
use crate::models::{AssetResponse, AssetVersionResponse, Include, Shape, VersionInclude};
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Incoming, Input, Needs, Operation, Reader, Verb};

const PERMANENTLY: Needs = Needs::Action(Action::DeletePermanently);
const VERSION_ID: &str = "The version. Obtain from `list_asset_versions`.";
const ALL: &str = "/api/assets/{asset_id}/versions";
const ONE: &str = "/api/assets/{asset_id}/versions/{version_id}";
const REPLACE: &str = "/api/assets/{asset_id}/versions/{version_id}/replace";
const REVERT: &str = "/api/assets/{asset_id}/versions/{version_id}/revert";
const FILE: &str = "file";

const ABOUT_APPEND: &str = "\
Adds a finished JPEG or PNG above the upload, which must be the version that is shown; edits and \
rotation are in its pixels already. What the upload says of itself (EXIF, XMP, a colour profile \
where there is none) is written into the stored file, so its checksum may differ from that of the \
sent bytes.

The asset follows: size, type, URLs and thumbnail are of the new version, file name and checksums \
stay those of the upload. The same bytes, kind and params once more store nothing.";

const ABOUT_REPLACE: &str = "\
As `append_asset_version`, in the place of the version in the path, which must be shown and not \
the upload. Its file is removed in the background.";

pub(super) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_asset_versions", Verb::Get, ALL, READ, list)
            .about("List the versions of an asset", "The upload first, the one that is shown last.")
            .answers(200, "The versions, by position.")
            .fails(&[404]),
        Operation::upload::<Fields, _, _, _, _>(
            "append_asset_version",
            Verb::Post,
            ALL,
            WRITE,
            append,
        )
        .about("Add a rendering", ABOUT_APPEND)
        .answers(201, "Stored, and shown.")
        .answers(200, "It is shown already.")
        .fails(&[400, 404, 409, 502, 507]),
        Operation::upload::<Fields, _, _, _, _>(
            "replace_asset_version",
            Verb::Post,
            REPLACE,
            WRITE,
            replace,
        )
        .about("Replace a rendering", ABOUT_REPLACE)
        .answers(200, "Stored, or already there.")
        .fails(&[400, 404, 409, 502, 507]),
        Operation::new("delete_asset_version", Verb::Delete, ONE, PERMANENTLY, delete)
            .about(
                "Take back a rendering",
                "The version must be shown and not the upload; the one below is shown then. There \
                 is no way back.",
            )
            .answers(200, "The asset, in full.")
            .fails(&[404, 409]),
        Operation::new("revert_asset_version", Verb::Post, REVERT, PERMANENTLY, revert)
            .about(
                "Go back to a version",
                "Removes for good all versions above it; nothing happens when it is shown already.",
            )
            .answers(200, "The asset, in full.")
            .fails(&[404]),
    ]
    .into_iter()
    .map(|operation| operation.tag("assets"))
    .collect()
}

/// An asset, and what to send of its versions.
struct All {
    asset: AssetId,
    include: Vec<VersionInclude>,
}

impl Input for All {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let asset = r.path("asset_id", ASSET_ID).id();
        let include =
            r.query("include", INCLUDE).choice::<VersionInclude>().list(0..=200).optional();
        Some(Self { asset, include: include?.unwrap_or_default() })
    }
}

/// A version to be replaced.
struct Replaced {
    all: All,
    version: VersionId,
}

impl Input for Replaced {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let version = r.path("version_id", VERSION_ID).id();
        Some(Self { all: All::read(r)?, version })
    }
}

/// A version, and what to send of its asset.
struct One {
    asset: AssetId,
    version: VersionId,
    include: Option<Vec<Include>>,
}

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let asset = r.path("asset_id", ASSET_ID).id();
        let version = r.path("version_id", VERSION_ID).id();
        Some(Self { asset, version, include: include(r, INCLUDE_LESS)? })
    }
}

/// The fields of the form.
struct Fields {
    kind: VersionKind,
    params: Params,
}

impl Input for Fields {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let file = r.form(FILE, "A JPEG or PNG of at most 100 MiB.").file().required();
        let kind = r
            .form("kind", "What produced it: `edit`, or `external:` and the name of a service.")
            .text(VersionKind::MAX_CHARS)
            .then(VersionKind::new)
            .example("edit")
            .required();
        let params = r
            .form("params", "How: a JSON object of at most 64 KiB, kept and sent back unread.")
            .text(Params::MOST_BYTES)
            .then(Params::new)
            .example("{\"rotate\": 90}")
            .required();
        let (_, kind, params) = (file?, kind?, params?);
        Some(Self { kind, params })
    }
}

async fn list(cx: Cx, input: All) -> Result<Answer<Vec<AssetVersionResponse>>, ApiError> {
    let (asset, versions) = cx.state.app.versions(cx.viewer.0, input.asset).await?;
    let response =
        |version| AssetVersionResponse::new(version, &asset, &input.include, &cx.state.urls);
    Ok(Answer::ok(versions.into_iter().map(response).collect()))
}

async fn append(
    cx: Cx,
    input: All,
    body: Incoming,
) -> Result<Answer<AssetVersionResponse>, ApiError> {
    let made = add(&cx, input.asset, Place::Above, body).await?;
    let response = |Shown { asset, version }: Shown| {
        AssetVersionResponse::new(version, &asset, &input.include, &cx.state.urls)
    };
    Ok(match made {
        Made::New(shown) => Answer::created(response(shown)),
        Made::Existing(shown) => Answer::ok(response(shown)),
    })
}

async fn replace(
    cx: Cx,
    input: Replaced,
    body: Incoming,
) -> Result<Answer<AssetVersionResponse>, ApiError> {
    let All { asset, include } = input.all;
    let (Made::New(shown) | Made::Existing(shown)) =
        add(&cx, asset, Place::InsteadOf(input.version), body).await?;
    let Shown { asset, version } = shown;
    Ok(Answer::ok(AssetVersionResponse::new(version, &asset, &include, &cx.state.urls)))
}

/// Whether the asset can have a version is known before the bytes are taken.
async fn add(
    cx: &Cx,
    asset: AssetId,
    place: Place,
    body: Incoming,
) -> Result<Made<Shown>, ApiError> {
    let (app, viewer) = (&cx.state.app, &cx.viewer.0);
    app.version_target(viewer.clone(), asset).await?;
    let mut form = FileForm::new(cx, body, FILE)?;
    let (mut sent, mut declared) = (Sent::default(), None);
    let taken = take(cx, &mut form, &mut sent, &mut declared).await;
    let (fields, received): (Fields, Received) = sent.read(cx, taken, FILE).await?;
    let rendering = Rendering { kind: fields.kind, params: fields.params, declared };
    Ok(app.add_version(viewer.clone(), asset, place, rendering, received).await?)
}

async fn take(
    cx: &Cx,
    form: &mut FileForm,
    sent: &mut Sent,
    declared: &mut Option<String>,
) -> Result<(), ApiError> {
    while let Some(file) = form.next_file(sent).await? {
        *declared = file.content_type();
        // What it is called does not matter here.
        sent.fields.push((FILE.to_owned(), FILE.to_owned()));
        let receiving = cx.state.app.receive_at_most(&cx.viewer.0, MOST_VERSION_BYTES).await?;
        sent.file = Some(file.receive(receiving).await?);
    }
    Ok(())
}

async fn delete(cx: Cx, input: One) -> Result<Answer<AssetResponse>, ApiError> {
    let app = &cx.state.app;
    let found = app.delete_version(cx.viewer.0, input.asset, input.version).await?;
    let shape = Shape::full(input.include);
    Ok(Answer::ok(AssetResponse::new(found, &shape, &cx.state.urls)))
}

async fn revert(cx: Cx, input: One) -> Result<Answer<AssetResponse>, ApiError> {
    let app = &cx.state.app;
    let found = app.revert_to_version(cx.viewer.0, input.asset, input.version).await?;
    let shape = Shape::full(input.include);
    Ok(Answer::ok(AssetResponse::new(found, &shape, &cx.state.urls)))
}
