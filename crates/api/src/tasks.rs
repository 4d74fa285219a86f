//! `/api/tasks/…` (contract 10).

use app::tasks::ListTasks;
use model::id::LibraryKind;
use model::{Action, AssetId, LibraryId, Named, Status, TaskId, TaskKind, named};

use crate::models::TaskResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_tasks", Verb::Get, "/api/tasks/", READ, list)
            .tag("tasks")
            .about(
                "List background work",
                "Newest first, over all reachable libraries unless one is named. An upload is \
                 ready for display when no task of it is `pending` or `started`.",
            )
            .answers(200, "The tasks.")
            .fails(&[404]),
        Operation::new("get_task", Verb::Get, "/api/tasks/{task_id}", READ, get)
            .tag("tasks")
            .about("Fetch one task", "Its `error_message` says why the last failed try failed.")
            .answers(200, "The task.")
            .fails(&[404]),
        Operation::new(
            "list_asset_tasks",
            Verb::Get,
            "/api/tasks/asset/{asset_id}",
            READ,
            of_asset,
        )
        .tag("tasks")
        .about("List the work on one asset", "Newest first.")
        .answers(200, "The tasks.")
        .fails(&[404]),
    ]
}

named! {
/// Every type of task the API knows; some have none as yet.
pub enum TaskType {
    /// Content vector for search.
    Embedding = "embedding",
    /// Finds faces.
    FaceDetection = "face_detection",
    /// Groups faces.
    FaceClustering = "face_clustering",
    /// Text about the content.
    AssetDescription = "asset_description",
    /// Removes files of a deleted asset.
    AssetStorageCleanup = "asset_storage_cleanup",
    /// Removes files of a superseded version.
    AssetVersionStorageCleanup = "asset_version_storage_cleanup",
    /// Coordinates to names.
    ReverseGeocoding = "reverse_geocoding",
    /// Still of a video.
    VideoThumbnailExtract = "video_thumbnail_extract",
    /// Time, place and camera of a video.
    VideoMetadataExtract = "video_metadata_extract",
    /// Pictures and placeholder.
    Thumbhash = "thumbhash",
    /// Displayable copy of an original.
    DisplayProxyGeneration = "display_proxy_generation",
    /// Finds bursts.
    BurstDetection = "burst_detection",
    /// Mailing of the vendor.
    ProductUpdateSubscription = "product_update_subscription",
    /// Summary of a person.
    PersonMetricsRefresh = "person_metrics_refresh",
    /// Photographic quality.
    QualityScoring = "quality_scoring",
}
}

/// Which tasks.
struct List {
    library: Option<LibraryId>,
    status: Option<Status>,
    kind: Option<TaskType>,
    limit: i64,
}

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r
            .query("library_id", "Of this library; else of all that can be reached.")
            .id::<LibraryKind>()
            .optional();
        let status = r.query("status", "Only this far.").choice::<Status>().optional();
        let kind = r.query("task_type", "Only of this type.").choice::<TaskType>().optional();
        let limit = r.query("limit", "At most this many.").integer(1..=200).default(50);
        Some(Self { library: library?, status: status?, kind: kind?, limit: limit? })
    }
}

async fn list(cx: Cx, input: List) -> Result<Answer<Vec<TaskResponse>>, ApiError> {
    let List { library, status, kind, limit } = input;
    let wanted = ListTasks {
        library,
        status,
        kind: kind.and_then(|kind| TaskKind::from_name(kind.name())),
        limit,
    };
    let is_possible = kind.is_none() || wanted.kind.is_some();
    let tasks = cx.state.app.tasks(cx.viewer.0, wanted).await?;
    let tasks = tasks.into_iter().filter(|_| is_possible).map(TaskResponse::from);
    Ok(Answer::ok(tasks.collect()))
}

/// A task.
struct One(TaskId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("task_id", "The task.").id()))
    }
}

async fn get(cx: Cx, One(id): One) -> Result<Answer<TaskResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.task(cx.viewer.0, id).await?.into()))
}

/// An asset.
struct OfAsset(AssetId);

impl Input for OfAsset {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("asset_id", "The asset.").id()))
    }
}

async fn of_asset(cx: Cx, OfAsset(id): OfAsset) -> Result<Answer<Vec<TaskResponse>>, ApiError> {
    let tasks = cx.state.app.tasks_of_asset(cx.viewer.0, id).await?;
    Ok(Answer::ok(tasks.into_iter().map(TaskResponse::from).collect()))
}
