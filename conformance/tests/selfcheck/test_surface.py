"""What the client can ask is found, and what nobody asked is missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from kit import coverage, ids, surface
from kit.coverage import Coverage, Seen

LINK: dict[str, Any] = {
    "id": ids.unknown("album_asset_"),
    "album_id": ids.unknown("album_"),
    "asset_id": ids.unknown("asset_"),
    "created_at": "2026-01-02T23:03:14Z",
    "updated_at": "2026-01-02T23:03:14Z",
}


def named(name: str) -> surface.Operation:
    return next(one for one in surface.operations() if one.name == name)


def covered(seen: Seen, *names: str) -> list[str]:
    return list(Coverage(seen, tuple(map(named, names))).gaps())


def look(seen: Seen, verb: str, path: str, answer: Any, status: int = 200, **sent: Any) -> None:
    request = httpx.Request(verb, f"http://nowhere{path}", **sent)
    seen.look(httpx.Response(status, json=answer, request=request))


def test_operations_as_they_show_on_the_wire() -> None:
    update = named("assets.update_asset")
    assert (update.verb, update.path) == ("PATCH", "/api/assets/{asset_id}")
    assert {"path asset_id", "body latitude", "body original_datetime"} <= update.parameters
    assert {"body updates[].id", "body updates[].change.latitude"} <= named("assets.bulk_update_assets").parameters
    assert {"body deviceId", "query library_id"} <= named("assets.check_existence").parameters
    assert {"body asset_data", "body device_id"} <= named("assets.create").parameters
    assert {"body person_ids", "query include"} <= named("search.search_assets").parameters


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("GET", "/api/assets/counts", "assets.counts"),
        ("GET", "/api/assets/asset_x", "assets.retrieve"),
        ("GET", "/api/api-keys", "api_keys.list"),
        ("GET", "/api/assets/a/b", None),
        ("PUT", "/api/assets", None),
    ],
)
def test_which_operation_a_request_is_for(verb: str, path: str, name: str | None) -> None:
    found = surface.operation_of(verb, path)
    assert (found and found.name) == name


def test_what_is_not_asked_is_missed() -> None:
    seen = Seen()
    (gap, *fields) = covered(seen, "album_assets.get")
    assert gap == "album_assets.get (GET /api/album-assets/{album_asset_id}): never succeeded"
    assert fields == [f"AlbumAssetResponse.{name}: never in an answer" for name in sorted(LINK)]
    look(seen, "GET", "/api/album-assets/x", {"detail": "Not found"}, 404)
    assert gap in covered(seen, "album_assets.get")
    look(seen, "GET", "/api/album-assets/x", LINK | {"asset_id": None})
    assert covered(seen, "album_assets.get") == ["AlbumAssetResponse.asset_id: always null or empty"]
    look(seen, "GET", "/api/album-assets/x", LINK)
    assert covered(seen, "album_assets.get") == []


def test_every_parameter_counts() -> None:
    seen = Seen()
    page = {"data": [LINK], "has_more": False}
    look(seen, "GET", "/api/album-assets", page, params={"album_id": "a", "asset_id": "b", "ids[]": "c"})
    look(seen, "GET", "/api/album-assets", {"detail": "No"}, 422, params={"limit": "0"})
    missed = {gap.rpartition(" ")[2] for gap in covered(seen, "album_assets.list")}
    assert missed == {"library_id", "limit", "starting_after_id"}


def test_an_excuse_that_no_longer_holds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(coverage.NOT_BUILT, "album_assets.get", "not yet")
    monkeypatch.setitem(coverage.NEVER_FILLED, ("AlbumAssetResponse", "asset_id"), "never")
    seen = Seen()
    look(seen, "GET", "/api/album-assets/x", LINK)
    assert covered(seen) == ["album_assets.get: succeeds; take it out of NOT_BUILT"]
    monkeypatch.delitem(coverage.NOT_BUILT, "album_assets.get")
    gaps = covered(seen, "album_assets.get")
    assert gaps == ["AlbumAssetResponse.asset_id: filled; take it out of NEVER_FILLED"]
    assert covered(replace(seen, filled=set(seen.present) - {("AlbumAssetResponse", "asset_id")}), "album_assets.get") == []
