//! A few operations in the manner of the real ones.

use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use model::id::{AssetKind, LibraryKind};
use model::{Action, Allowance, AssetId, Caption, CaptureTime, Direction, LibraryId, Named, Patch};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::{
    Ack, Answer, ApiError, Authenticate, Cx, Guest, Incoming, Input, Needs, Operation, Permits,
    Reader, Text, Verb, Weight,
};

/// The state: knows four keys, one of them too fast.
#[derive(Debug, Clone)]
pub(crate) struct Api;

#[derive(Debug, Clone)]
pub(crate) struct Key(&'static str);

impl Permits for Key {
    fn permits(&self, action: Action) -> bool {
        self.0 == "writer" || action == Action::Read
    }

    fn is_session(&self) -> bool {
        self.0 == "session"
    }
}

impl Authenticate for Api {
    type Viewer = Key;

    async fn authenticate(&self, headers: &HeaderMap) -> Result<Key, ApiError> {
        let sent = headers.get(header::AUTHORIZATION).and_then(|text| text.to_str().ok());
        match sent.and_then(|text| text.strip_prefix("Bearer ")) {
            Some("reader") => Ok(Key("reader")),
            Some("writer") => Ok(Key("writer")),
            Some("session") => Ok(Key("session")),
            Some("hasty") => Ok(Key("hasty")),
            _ => Err(ApiError::Unauthorized),
        }
    }

    fn charge(&self, viewer: &Key, _: Weight) -> Option<Allowance> {
        let retry_in_seconds = (viewer.0 == "hasty").then_some(7);
        Some(Allowance { limit: 4, remaining: 3, full_in_seconds: 9, retry_in_seconds })
    }
}

/// An asset of a library.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetResponse {
    /// Its id.
    #[schemars(example = &"asset_BM3nUmJ6fkBqBADyz5FEiu")]
    pub id: String,
    /// What a person says about it.
    pub description: Option<String>,
    /// Stars, 0–5.
    pub rating: Option<u8>,
    /// The people it shows; null unless asked for.
    pub people: Option<Vec<PersonResponse>>,
    /// Where its bytes are.
    pub cover: Option<PersonResponse>,
}

/// Somebody.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PersonResponse {
    /// What they are called.
    pub name: String,
}

/// A page of assets.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetPage {
    /// The assets, in order.
    pub data: Vec<AssetResponse>,
    /// Whether there are more.
    pub has_more: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Include {
    Metadata,
    People,
}

impl Named for Include {
    const ALL: &'static [Self] = &[Self::Metadata, Self::People];

    fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::People => "people",
        }
    }
}

#[derive(Debug)]
pub(crate) struct ListAssets {
    pub library: Option<LibraryId>,
    pub limit: usize,
    pub order: Direction,
    pub ids: Option<Vec<AssetId>>,
    pub include: Vec<Include>,
    pub after: Option<CaptureTime>,
    pub bbox: Option<[f64; 4]>,
    pub radius: Option<f64>,
}

impl Input for ListAssets {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library =
            r.query("library_id", "The library to look into.").id::<LibraryKind>().optional();
        let limit = r.query("limit", "How many at most.").integer(1..=200).default(20);
        let order = r
            .query("order", "Direction of time: `desc` begins with the newest.")
            .choice()
            .default(Direction::Descending);
        let ids = r.query("ids", "Only these.").id::<AssetKind>().list(1..=200).optional();
        let include = r
            .query("include", "What to fill in.")
            .choice::<Include>()
            .list(0..=200)
            .default(vec![]);
        let after = r.query("local_datetime_after", "Taken later than this.").datetime().optional();
        let bbox = r
            .query("bbox", "Taken inside this box.")
            .numbers(["min_lon", "min_lat", "max_lon", "max_lat"])
            .example("5.9,45.8,10.5,47.8")
            .optional();
        let radius = r
            .query("radius", "Metres around `center`.")
            .number((std::ops::Bound::Excluded(0.0), std::ops::Bound::Included(50_000.0)))
            .optional();
        let (bbox, radius) = (bbox?, radius?);
        if bbox.is_some() && radius.is_some() {
            return r.refuse_query("bbox", "bbox and radius exclude each other");
        }
        Some(Self {
            library: library?,
            limit: limit?,
            order: order?,
            ids: ids?,
            include: include?,
            after: after?,
            bbox,
            radius,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Change {
    pub description: Patch<Caption>,
    pub latitude: Patch<f64>,
    pub longitude: Patch<f64>,
    pub original: Patch<CaptureTime>,
    pub rating: Patch<u8>,
}

impl Input for Change {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let description = r
            .field("description", "The caption; `null` lets the one in the file show through.")
            .text(Caption::MAX_CHARS)
            .then(Caption::new)
            .example("Breakfast at the lake")
            .patch();
        let latitude = r.field("latitude", "Degrees north.").number(-90.0..=90.0).patch();
        let longitude = r.field("longitude", "Degrees east.").number(-180.0..=180.0).patch();
        let original = r.field("original_datetime", "When it was taken.").datetime().patch();
        let rating = r.field("rating", "Stars.").integer(0..=5).example(5).patch();
        let (latitude, longitude) = (latitude?, longitude?);
        if model::pair(latitude, longitude).is_err() {
            return r.refuse("latitude and longitude go together");
        }
        Some(Self {
            description: description?,
            latitude,
            longitude,
            original: original?,
            rating: rating?,
        })
    }
}

#[derive(Debug)]
pub(crate) struct UpdateAsset {
    pub id: AssetId,
    pub change: Change,
}

impl Input for UpdateAsset {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("asset_id", "The asset.").id::<AssetKind>();
        let change = Change::read(r);
        Some(Self { id, change: change? })
    }
}

#[derive(Debug)]
pub(crate) struct BulkItem {
    pub id: AssetId,
    pub change: Change,
}

impl Input for BulkItem {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.field("id", "Which asset.").id::<AssetKind>().required();
        let change = r.field("change", "What becomes of it.").object();
        Some(Self { id: id?, change: change? })
    }
}

#[derive(Debug)]
pub(crate) struct BulkUpdate(pub Vec<BulkItem>);

impl Input for BulkUpdate {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let updates = r.field("updates", "What to change, in this order.").objects(1..=200);
        Some(Self(updates?))
    }
}

#[derive(Debug)]
pub(crate) struct UploadForm {
    pub file_name: String,
    pub device: String,
    pub created: CaptureTime,
}

impl Input for UploadForm {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let file_name = r.form("asset_data", "The file.").file().required();
        let device = r.form("device_id", "Where it comes from.").text(1024).required();
        let created = r.form("file_created_at", "The file's own time.").datetime().required();
        Some(Self { file_name: file_name?, device: device?, created: created? })
    }
}

async fn ping(_: Guest<Api>, (): ()) -> Result<Answer<Text>, ApiError> {
    Ok(Answer::ok(Text("pong".into())))
}

async fn list(_: Cx<Api>, input: ListAssets) -> Result<Answer<AssetPage>, ApiError> {
    assert!(input.limit != 199, "a handler that panics");
    Ok(Answer::ok(AssetPage { data: vec![], has_more: input.limit == 1 }))
}

async fn update(_: Cx<Api>, input: UpdateAsset) -> Result<Answer<AssetResponse>, ApiError> {
    if input.id == AssetId::NONE {
        return Err(ApiError::NotFound("Asset not found".into()));
    }
    let description = match input.change.description {
        Patch::Set(caption) => Some(caption.as_str().to_owned()),
        Patch::Keep | Patch::Clear => None,
    };
    let id = input.id.to_string();
    Ok(Answer::ok(AssetResponse { id, description, rating: None, people: None, cover: None }))
}

async fn bulk_update(_: Cx<Api>, _: BulkUpdate) -> Result<Answer<Ack>, ApiError> {
    Ok(Answer::empty())
}

async fn upload(_: Cx<Api>, (): (), body: Incoming) -> Result<Answer<Text>, ApiError> {
    let bytes = body.0.collect().await.map_err(ApiError::internal)?.to_bytes();
    Ok(Answer::created(Text(bytes.len().to_string())))
}

async fn merge(_: Cx<Api>, (): ()) -> Result<Answer<PersonResponse>, ApiError> {
    Ok(Answer::no_content())
}

async fn keys(_: Cx<Api>, (): ()) -> Result<Answer<Vec<PersonResponse>>, ApiError> {
    Ok(Answer::ok(vec![]))
}

pub(crate) fn operations() -> Vec<Operation<Api>> {
    let write = Needs::Action(Action::Write);
    vec![
        Operation::public("ping", Verb::Get, "/api/server/ping", ping)
            .about("Ask whether the server is there", "")
            .tag("server")
            .answers(200, "It is."),
        Operation::new("list_assets", Verb::Get, "/api/assets", Needs::Action(Action::Read), list)
            .about("List assets", "A page of assets.\n\nFilters combine by **and**.")
            .tag("assets")
            .answers(200, "A page."),
        Operation::upload::<UploadForm, _, _, _, _>(
            "create_asset", Verb::Post, "/api/assets", write, upload)
            .about("Upload a file", "The same bytes are stored once.")
            .tag("assets")
            .answers(201, "Stored.")
            .fails(&[502, 507]),
        Operation::new("update_asset", Verb::Patch, "/api/assets/{asset_id}", write, update)
            .about(
                "Update an asset",
                "Changes what a *person* may say of one asset: caption, place, capture time, rating.\n\n\
                 A field that is left out stays as it is. `null` takes the person's value away, and \
                 what the file says shows through again. `latitude` and `longitude` go together.\n\n\
                 Writing or clearing the place queues the lookup of place names; the call does not \
                 wait for it.",
            )
            .tag("assets")
            .answers(200, "The asset as it is now.")
            .fails(&[404, 503]),
        Operation::new("bulk_update_assets", Verb::Post, "/api/assets/bulk-update", write, bulk_update)
            .about("Update many assets", "All or nothing.")
            .tag("assets")
            .answers(200, "Done.")
            .fails(&[404]),
        Operation::new("merge_people", Verb::Post, "/api/people/merge", write, merge)
            .about("Merge people", "")
            .tag("people")
            .answers(200, "The person that is left.")
            .answers(204, "Nobody is left."),
        Operation::new("list_keys", Verb::Get, "/api/api-keys/", Needs::Session, keys)
            .about("List API keys", "")
            .tag("API keys")
            .answers(200, "All of them."),
    ]
}
