"""Fields that only one client generation knows.

One server serves both generations, so every answer carries the sum of both field sets (contract
18.3). The client's own models say what *it* expects; this table adds what the other one does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Dict, List, Literal, Optional

from pydantic import BaseModel


class UserSummary(BaseModel):
    id: str
    display_name: Optional[str] = None


class TaskResponse(BaseModel):
    """Tasks are unknown to the older client (contract 17.12)."""

    id: str
    task_type: Literal[
        "embedding", "face_detection", "face_clustering", "asset_description", "asset_storage_cleanup",
        "asset_version_storage_cleanup", "reverse_geocoding", "video_thumbnail_extract", "video_metadata_extract",
        "thumbhash", "display_proxy_generation", "burst_detection", "product_update_subscription",
        "person_metrics_refresh", "quality_scoring",
    ]  # fmt: skip
    status: Literal["pending", "started", "success", "failure"]
    created_at: str
    retry_count: int
    celery_task_id: str
    asset_id: Optional[str] = None
    started_at: Optional[str] = None
    completed_at: Optional[str] = None
    error_message: Optional[str] = None
    result: Optional[str] = None
    outcome: Optional[str] = None


_KEY = {
    "actions": Optional[List[Literal["read", "write", "delete", "delete_permanently"]]],
    "library_scope_mode": Optional[Literal["all_libraries", "selected_libraries"]],
    "selected_library_count": Optional[int],
    "last_used_at": Optional[datetime],
}

UNION: dict[str, dict[str, object]] = {
    "AssetResponse": {
        "metrics": Optional[Dict[str, Optional[float]]],
        "current_version_id": str,
        "file_size_bytes": int,
        "kind": str,
        "quality_score": Optional[float],
        "stack_id": Optional[str],
    },
    "EventsResponse": {"as_of": str, "next_cursor": Optional[str]},
    "SearchResponse": {"has_more": bool},
    "LibraryResponse": {"owner": UserSummary, "role": Literal["owner", "viewer", "collaborator"]},
    "APIKeyResponse": _KEY,
    "APIKeyCreateResponse": _KEY,
    "UserResponse": {
        "demo_mode_enabled": bool,
        "face_detection_available": bool,
        "face_detection_preference": Optional[bool],
        "favorite_display_mode": Literal["favorite", "rating"],
        "home_country": Optional[str],
        "home_subdivision": Optional[str],
        "immich_library_id": Optional[str],
    },
    # A page without `has_more` makes the client ask once more, for ever (contract 1.5).
    "SyncCursorPage": {"has_more": bool},
}
