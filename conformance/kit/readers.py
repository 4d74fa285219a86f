"""Two sync clients that know only the feed: each follows the recipe of its generation (contract 9)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from kit.account import Account
from kit.answers import accepted

Records = dict[str, dict[str, Any]]


class Reader:
    """What a client believes to be in the library, kept right by events alone."""

    # Events per page: few, so that there are many pages.
    limit = 7

    def __init__(self, account: Account, **library: str) -> None:
        self.account = account
        # `library_id`, where there are several.
        self.library = library
        self.records: Records = {}
        self.seen: list[str] = []

    def sync(self) -> None:
        raise NotImplementedError

    def apply(self, events: list[dict[str, Any]]) -> None:
        """Reads again what is named; what is not returned is gone."""
        named = list({event["entity_id"] for event in events if event["entity_type"] in ("asset", "metadata")})
        if named:
            page = self.account.list(ids=named, state="all", include=["metadata", "file_data"], **self.library)
            for asset_id in named:
                self.records.pop(asset_id, None)
            self.records |= {asset["id"]: asset for asset in page["data"]}
        self.seen += [event["cursor"] for event in events]


class OldReader(Reader):
    """0.122: one walk per entity type, from the cursor of the last event, up to the start of the sync."""

    def __init__(self, account: Account, **library: str) -> None:
        super().__init__(account, **library)
        self.cursors: dict[str, str] = {}

    def sync(self) -> None:
        start = datetime.now(timezone.utc).isoformat()
        for entity_type in ("asset", "metadata"):
            while True:
                after = self.cursors.get(entity_type)
                page = accepted(
                    self.account.call(
                        "events.get",
                        entity_types=entity_type,
                        created_at_lt=start,
                        limit=self.limit,
                        **({"after_cursor": after} if after else {}),
                        **self.library,
                    )
                )
                self.apply(page["data"])
                if page["data"]:
                    self.cursors[entity_type] = page["data"][-1]["cursor"]
                if not page["data"] or not page["has_more"]:
                    break


class NewReader(Reader):
    """0.178: one walk over everything, by `next_cursor` and bounded by the `as_of` of its first page."""

    def __init__(self, account: Account, **library: str) -> None:
        super().__init__(account, **library)
        self.cursor: str | None = None

    def sync(self) -> None:
        bound: dict[str, str] = {}
        while True:
            after = {"after_cursor": self.cursor} if self.cursor else {}
            page = accepted(self.account.call("events.get", limit=self.limit, **after, **bound, **self.library))
            self.apply(page["data"])
            self.cursor = page["next_cursor"] or self.cursor
            bound = {"as_of": page["as_of"]}
            if not page["has_more"]:
                break


def listing(account: Account, **library: str) -> Records:
    """The truth that readers must end with."""
    records: Records = {}
    after: dict[str, str] = {}
    while True:
        page = account.list(state="all", include=["metadata", "file_data"], **after, **library)
        records |= {asset["id"]: asset for asset in page["data"]}
        if not page["has_more"]:
            return records
        after = {"starting_after_id": page["data"][-1]["id"]}
