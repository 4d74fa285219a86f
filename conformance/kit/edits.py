"""One change of an asset through either of the two operations that share its rules."""

from __future__ import annotations

from typing import Any, Protocol

import httpx

from kit.account import Account
from kit.answers import Loc


class Way(Protocol):
    """Sends a change as JSON, and knows where its fields stand in the body."""

    base: Loc

    def __call__(self, account: Account, asset_id: str, change: Any) -> httpx.Response: ...


class Single:
    base: Loc = ("body",)

    def __call__(self, account: Account, asset_id: str, change: Any) -> httpx.Response:
        return account.patch_json(asset_id, change)


class Bulk:
    base: Loc = ("body", "updates", 0, "change")

    def __call__(self, account: Account, asset_id: str, change: Any) -> httpx.Response:
        return account.http.post("/api/assets/bulk-update", json={"updates": [{"id": asset_id, "change": change}]})


WAYS: list[Way] = [Single(), Bulk()]


def way_name(way: Way) -> str:
    return type(way).__name__.lower()
