"""The strict eyes see what they should see."""

from __future__ import annotations

import copy
from typing import Any, Callable

import pytest
from gumnut.types import AssetResponse, LibraryResponse
from kit import ids, strict

ASSET: dict[str, Any] = {
    "id": ids.unknown(),
    "mime_type": "image/jpeg",
    "original_file_name": "a.jpg",
    "local_datetime": "2024-05-06T07:08:09.123000-07:00",
    "created_at": "2026-01-02T23:03:14Z",
    "updated_at": "2026-01-02T23:03:14.000001Z",
    "trashed_at": None,
    "width": 64,
    "height": 48,
    "duration": None,
    "description": None,
    "thumbhash": None,
    "asset_urls": {"thumbnail": {"url": "http://localhost/x", "mimetype": "image/webp", "width": None}},
    "metadata": None,
    "file_data": {
        "checksum": "A" * 43 + "=",
        "checksum_sha1": "A" * 27 + "=",
        "device_asset_id": "a",
        "device_id": "b",
        "file_created_at": "2024-05-06T07:08:09",
        "file_modified_at": "2024-05-06T07:08:09+05:45",
        "file_size_bytes": 3,
    },
    "faces": [],
    "people": None,
    "metrics": {},
    "current_version_id": ids.unknown("asset_version_"),
    "file_size_bytes": 3,
    "kind": "original",
    "quality_score": 0.5,
    "stack_id": None,
}


def test_a_good_answer_passes() -> None:
    strict.check(AssetResponse, ASSET)


@pytest.mark.parametrize("field", sorted(ASSET))
def test_every_field_must_be_there(field: str) -> None:
    asset = copy.deepcopy(ASSET)
    del asset[field]
    with pytest.raises(strict.Mismatch, match=rf"answer\.{field}: missing"):
        strict.check(AssetResponse, asset)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("id", "asset_version_2222222222222222222222"),
        ("id", "asset_222"),
        ("width", "64"),
        ("width", 64.0),
        ("width", True),
        ("width", 0),
        ("quality_score", "high"),
        ("created_at", "2026-01-02T23:03:14"),
        ("created_at", "2026-01-02T23:03:14+00:00"),
        ("created_at", "2026-01-02T23:03:14.5Z"),
        ("created_at", "2026-01-02T23:03:14.000000Z"),
        ("created_at", "2026-13-02T23:03:14Z"),
        ("created_at", None),
        ("local_datetime", "2026-01-02 23:03:14"),
        ("local_datetime", "2026-01-02T23:03"),
        ("faces", {}),
        ("metrics", []),
        ("asset_urls", {"thumbnail": {"url": "x", "mimetype": "y"}}),
        ("asset_urls", {}),
        ("stack_id", ids.unknown()),
        ("current_version_id", ids.unknown()),
    ],
)
def test_every_deviation_is_seen(where: str, value: Any) -> None:
    with pytest.raises(strict.Mismatch):
        strict.check(AssetResponse, ASSET | {where: value})


def test_nested_models_are_seen() -> None:
    asset = copy.deepcopy(ASSET)
    asset["file_data"]["checksum"] = "AAAA"
    with pytest.raises(strict.Mismatch, match="file_data"):
        strict.check(AssetResponse, asset)


def test_literals_of_the_other_generation_are_seen() -> None:
    library = {
        "id": ids.unknown("lib_"),
        "name": "Photos",
        "asset_count": 0,
        "storage_used_bytes": 0,
        "user_id": ids.unknown("intuser_"),
        "created_at": "2026-01-02T23:03:14Z",
        "updated_at": "2026-01-02T23:03:14Z",
        "description": None,
        "storage_limit_bytes": None,
        "owner": {"id": ids.unknown("intuser_"), "display_name": None},
        "role": "owner",
    }
    strict.check(LibraryResponse, library)
    with pytest.raises(strict.Mismatch, match="role"):
        strict.check(LibraryResponse, library | {"role": "king"})


@pytest.mark.parametrize(
    "change",
    [
        lambda asset: asset.update(local_datetime="2024-05-06T07:08:09Z"),
        lambda asset: asset.update(local_datetime="0001-01-01T00:00:00-23:59"),
        lambda asset: asset.update(trashed_at="2026-01-02T23:03:14Z"),
        lambda asset: asset.update(unknown_to_everybody=1),
    ],
)
def test_what_is_allowed_passes(change: Callable[[dict[str, Any]], None]) -> None:
    asset = copy.deepcopy(ASSET)
    change(asset)
    strict.check(AssetResponse, asset)
