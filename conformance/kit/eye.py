"""Looks at what is there of somebody's things, to be held against their journal."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from kit.account import fetch
from kit.answers import described
from kit.journal import Album, Asset, Library, State
from kit.strict import moment
from kit.waiting import eventually

MAIN = "main"
# The server is there and cannot do it now.
TROUBLE = (502, 503, 507)
RECOVERY_SECONDS = 30


@dataclass(frozen=True)
class Chain:
    """The versions of an asset; they never change, so one look is enough."""

    shown: str
    ids: tuple[str, ...]
    checksums: tuple[str, ...]


class Eye:
    """Sees the things whose name begins with `prefix`, in the main library and in those of that prefix."""

    def __init__(self, url: str, key: str, prefix: str, main: str, everybody: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30)
        self.prefix = prefix
        self.main = main
        # The name of an album that is not of this prefix, and whose members may be.
        self.everybody = everybody
        self.chains: dict[str, Chain] = {}

    def look(self, ignored: set[str]) -> State:
        """Everything but what belongs to the `ignored` libraries."""
        found: State = {}
        seen = {MAIN: self.main}
        for state in ("live", "trashed"):
            for library in self.ask("/api/libraries", state=state):
                if library["name"].startswith(self.prefix) and library["id"] not in ignored:
                    found[library["name"]] = Library(library["id"], state == "trashed")
                    if state == "live":
                        seen[library["name"]] = library["id"]
        albums = {album["id"]: album for album in self.pages("/api/albums", library_id=self.main)}
        members = self._members(albums)
        for album in albums.values():
            if album["name"].startswith(self.prefix):
                found[album["name"]] = Album(album["id"], album["description"])
        for name, library_id in seen.items():
            for asset in self.pages("/api/assets", library_id=library_id, state="all", include=["metadata"]):
                if asset["original_file_name"].startswith(self.prefix):
                    found[asset["original_file_name"]] = self._asset(asset, name, members.get(asset["id"], set()))
        return found

    def _members(self, albums: dict[str, Any]) -> dict[str, set[str]]:
        """The names of the albums that each asset is in."""
        members: dict[str, set[str]] = {}
        for album in albums.values():
            if album["name"].startswith(self.prefix) or album["name"] == self.everybody:
                for asset in self.pages("/api/assets", library_id=self.main, album_id=album["id"], state="all"):
                    members.setdefault(asset["id"], set()).add(album["name"])
        return members

    def _asset(self, asset: dict[str, Any], library: str, albums: set[str]) -> Asset:
        said = asset["metadata"]
        return Asset(
            id=asset["id"],
            library=library,
            checksums=self._chain(asset).checksums,
            description=said["description"],
            rating=said["rating"],
            place=None if said["latitude"] is None else (said["latitude"], said["longitude"]),
            taken=moment(asset["local_datetime"]).isoformat(),
            is_trashed=asset["trashed_at"] is not None,
            albums=frozenset(albums),
        )

    def _chain(self, asset: dict[str, Any]) -> Chain:
        """The versions, whose bytes have been read and are what their checksums say."""
        known = self.chains.get(asset["id"])
        if known is not None and known.shown == asset["current_version_id"]:
            return known
        versions = self.ask(f"/api/assets/{asset['id']}/versions", include="variants")
        for version in versions:
            data = self._bytes(version["version_urls"]["original"]["url"])
            assert checksum(data) == version["checksum"], f"other bytes of {version['id']}"
            assert len(data) == version["file_size_bytes"]
        ids, checksums = zip(*((version["id"], version["checksum"]) for version in versions))
        assert ids[-1] == asset["current_version_id"]
        self.chains[asset["id"]] = Chain(ids[-1], ids, checksums)
        return self.chains[asset["id"]]

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Every element of a list that is the hand's own, and of others as many as stay where they are.

        The next page begins behind an own one, since others move and delete theirs meanwhile. Some come twice.
        """
        after: dict[str, str] = {}
        while True:
            answer = self.get(path, 200, 400, limit=200, **parameters, **after)
            if answer.status_code == 400:
                assert after and "there is no" in answer.text, described(answer, ())
                after = {}
                continue
            page = answer.json()
            yield from page["data"]
            if not page["has_more"]:
                return
            own = [one for one in page["data"] if self._is_own(one)]
            after = {"starting_after_id": (own or page["data"])[-1]["id"]}

    def _is_own(self, one: dict[str, Any]) -> bool:
        return (one.get("original_file_name") or one.get("name") or "").startswith(self.prefix)

    def ask(self, path: str, **parameters: Any) -> Any:
        return self.get(path, **parameters).json()

    def get(self, path: str, *statuses: int, **parameters: Any) -> httpx.Response:
        return patiently(lambda: self.http.get(path, params=parameters), *statuses)

    def _bytes(self, url: str) -> bytes:
        return patiently(lambda: fetch(url)).content


def patiently(send: Callable[[], httpx.Response], *statuses: int) -> httpx.Response:
    """Asks again as long as the server cannot now."""
    answer = eventually(send, lambda answer: answer.status_code not in TROUBLE, RECOVERY_SECONDS, "recovery")
    assert answer.status_code in (statuses or (200,)), described(answer, statuses)
    return answer


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
