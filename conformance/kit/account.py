"""One account on the server, asked through the official client and, where need be, around it."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import gumnut
import httpx

from kit import newer, photos, strict
from kit.answers import accepted, described
from kit.coverage import SEEN
from kit.photos import Photo
from kit.union import TaskResponse
from kit.waiting import eventually

TOKENS = ["metadata", "faces", "people", "file_data", "variants", "metrics"]
# Work that the tests wait for; anything else may stay pending for ever on a small server.
AWAITED_TASKS = {
    "thumbhash",
    "video_thumbnail_extract",
    "reverse_geocoding",
    "display_proxy_generation",
    "burst_detection",
}
WATCHED = {"response": [SEEN.look]}


class Account:
    """A credential, with the calls that many tests make."""

    def __init__(self, url: str, key: str, email: str | None = None) -> None:
        self.url = url
        self.key = key
        self.email = email
        watched = gumnut.DefaultHttpxClient(event_hooks=WATCHED)
        self.sdk = gumnut.Gumnut(api_key=key, base_url=url, max_retries=0, timeout=30, http_client=watched)
        bearer = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=url, headers=bearer, timeout=30, event_hooks=WATCHED)

    def close(self) -> None:
        self.sdk.close()
        self.http.close()

    def call(self, operation: str, **parameters: Any) -> httpx.Response:
        """Calls `assets.list` and the like; a good answer is checked against the client's model.

        Parameters and operations that this client generation does not know are sent all the same.
        """
        if not self._knows(operation):
            return self._sent_by_hand(newer.OPERATIONS[operation], parameters)
        resource, _, name = operation.rpartition(".")
        bound = self.sdk
        for step in resource.split("."):
            bound = getattr(bound, step)
        method = getattr(bound, name)
        known = set(inspect.signature(method).parameters)
        strange = {name: parameters.pop(name) for name in list(parameters) if name not in known}
        if strange:
            reads = name.startswith(("list", "get", "retrieve", "counts", "cluster", "me")) or name == "search"
            parameters["extra_query" if reads else "extra_body"] = strange
        try:
            raw = getattr(bound.with_raw_response, name)(**parameters)
        except gumnut.APIStatusError as error:
            return error.response
        answer = raw.http_response
        declared = typing.get_type_hints(method)["return"]
        if declared is not str and answer.status_code != 204:
            strict.check(declared, answer.json())
        return answer

    def _knows(self, operation: str) -> bool:
        bound: Any = self.sdk
        for step in operation.split("."):
            bound = getattr(bound, step, None)
        return bound is not None

    def _sent_by_hand(self, operation: newer.Operation, parameters: dict[str, Any]) -> httpx.Response:
        path = operation.path.format(**parameters)
        rest = {name: value for name, value in parameters.items() if f"{{{name}}}" not in operation.path}
        query = {name: rest.pop(name) for name in list(rest) if operation.verb == "GET" or name in operation.query}
        if operation.is_form:
            body: dict[str, Any] = {"files": {"file": rest.pop("file")}, "data": rest}
        else:
            body = {"json": rest} if rest else {}
        answer = self.http.request(operation.verb, path, params=query, **body)
        if answer.is_success and operation.answer is not None:
            strict.check(operation.answer, answer.json())
        return answer

    def upload(self, photo: Photo | None = None, *, status: int = 201, **form: Any) -> dict[str, Any]:
        """Stores a photograph, a plain new one if none is given; returns the asset."""
        return accepted(self.try_upload(photo or photos.plain(), **form), status)

    def try_upload(self, photo: Photo, **form: Any) -> httpx.Response:
        form = {
            "device_asset_id": photo.name,
            "device_id": "conformance",
            "file_created_at": "2020-01-02T03:04:05Z",
            "file_modified_at": "2020-01-02T03:04:05Z",
        } | form
        return self.call("assets.create", asset_data=(photo.name, photo.data), **form)

    def settled(self, photo: Photo | None = None, **form: Any) -> dict[str, Any]:
        """An upload whose background work is done."""
        return self.settle(self.upload(photo, **form)["id"])

    def settle(self, asset_id: str, seconds: float = 10) -> dict[str, Any]:
        """Waits for the background work on an asset; returns the asset in full."""
        eventually(lambda: self.unfinished(asset_id), lambda left: not left, seconds, f"the work on {asset_id}")
        return self.get(asset_id)

    def unfinished(self, asset_id: str) -> list[str]:
        return [
            task["task_type"]
            for task in self.tasks(asset_id)
            if task["status"] in ("pending", "started") and task["task_type"] in AWAITED_TASKS
        ]

    def tasks(self, asset_id: str, task_type: str | None = None) -> list[dict[str, Any]]:
        """The tasks of an asset, newest first; the older client has no operation for it."""
        tasks = accepted(self.http.get(f"/api/tasks/asset/{asset_id}"))
        strict.check(typing.List[TaskResponse], tasks)
        return [task for task in tasks if task_type in (None, task["task_type"])]

    def get(self, asset_id: str, include: list[str] | None = None) -> dict[str, Any]:
        """The asset with everything in it, unless told what to include."""
        return accepted(self.call("assets.retrieve", asset_id=asset_id, include=TOKENS if include is None else include))

    def patch(self, asset_id: str, **fields: Any) -> httpx.Response:
        return self.call("assets.update_asset", asset_id=asset_id, **fields)

    def edit(self, asset_id: str, **fields: Any) -> dict[str, Any]:
        """A PATCH that must succeed."""
        return accepted(self.patch(asset_id, **fields))

    def patch_json(self, asset_id: str, body: Any) -> httpx.Response:
        """A PATCH with any JSON for a body."""
        return self.http.patch(f"/api/assets/{asset_id}", json=body)

    def bulk(self, *updates: tuple[str, dict[str, Any]]) -> httpx.Response:
        return self.call("assets.bulk_update_assets", updates=[{"id": id, "change": change} for id, change in updates])

    def list(self, **parameters: Any) -> dict[str, Any]:
        return accepted(self.call("assets.list", **({"limit": 200} | parameters)))

    def listed(self, **parameters: Any) -> list[str]:
        """The ids of one page."""
        return [asset["id"] for asset in self.list(**parameters)["data"]]

    def trash(self, *asset_ids: str) -> None:
        assert accepted(self.call("assets.trash", ids=list(asset_ids))) == {}

    def events(self, after: str | None = None, **parameters: Any) -> list[dict[str, Any]]:
        """Every event behind a cursor, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            cursor = {"after_cursor": after} if after else {}
            page = accepted(self.call("events.get", limit=200, **cursor, **parameters))
            found += page["data"]
            if not page["has_more"]:
                return found
            assert page["data"], "more is promised after an empty page"
            after = page["data"][-1]["cursor"]

    def end_of_feed(self) -> str | None:
        events = self.events()
        return events[-1]["cursor"] if events else None

    def libraries(self) -> list[dict[str, Any]]:
        return accepted(self.call("libraries.list"))

    def library(self) -> str:
        (library,) = self.libraries()
        return library["id"]

    def me(self) -> dict[str, Any]:
        return accepted(self.call("users.me"))


def anonymous(url: str) -> httpx.Client:
    """A client without a credential."""
    return httpx.Client(base_url=url, timeout=30, event_hooks=WATCHED)


def fetch(url: str, **options: Any) -> httpx.Response:
    """The bytes behind a signed URL, asked for without credential."""
    return httpx.get(url, timeout=30, **options)


def fetched(url: str) -> bytes:
    answer = fetch(url)
    assert answer.status_code == 200, described(answer, 200)
    return answer.content
