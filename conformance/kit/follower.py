"""A sync client that knows only the feed of one library, and lives through whatever the server does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from kit.account import Account
from kit.answers import accepted
from kit.eye import patiently
from kit.hand import DEAD
from kit.readers import NewReader, listing

# What follows from other things and has no events.
FOLLOWS = ("asset_count", "album_cover_asset_id", "asset_urls", "start_date", "end_date", "updated_at")


class Patient(Account):
    """Asks again as long as the server cannot now."""

    def call(self, operation: str, **parameters: Any) -> httpx.Response:
        return patiently(lambda: super(Patient, self).call(operation, **parameters))


class Follower(NewReader):
    """Believes in assets and albums."""

    limit = 50

    def __init__(self, url: str, key: str, library: str) -> None:
        super().__init__(Patient(url, key), library_id=library)
        self.albums: dict[str, Any] = {}

    def run(self, is_over: Callable[[], bool]) -> None:
        try:
            while not is_over():
                self.sync()
        except DEAD:
            pass

    def apply(self, events: list[dict[str, Any]]) -> None:
        named = list({event["entity_id"] for event in events if event["entity_type"] == "album"})
        if named:
            page = accepted(self.account.call("albums.list", ids=named, limit=200, **self.library))
            for album in named:
                self.albums.pop(album, None)
            self.albums |= {album["id"]: _said(album) for album in page["data"]}
        super().apply(events)

    def agrees(self) -> bool:
        """Whether it believes what the lists say."""
        self.sync()
        page = accepted(self.account.call("albums.list", limit=200, **self.library))
        assert not page["has_more"]
        albums = {album["id"]: _said(album) for album in page["data"]}
        return (self.records, self.albums) == (listing(self.account, **self.library), albums)

    def check(self) -> None:
        """It has seen every event, each once and in order, and none that is not there."""
        assert self.seen == [event["cursor"] for event in self.account.events(**self.library)]


def _said(album: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in album.items() if name not in FOLLOWS}
