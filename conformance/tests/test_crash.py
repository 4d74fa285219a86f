"""Nothing that was answered is lost, whenever the process dies (checklist 8)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import gumnut
import httpx
import pytest

from kit import photos
from kit.account import Account, fetched
from kit.answers import accepted
from kit.readers import NewReader, listing
from kit.server import Server, panics
from kit.waiting import eventually

DEAD = (gumnut.APIConnectionError, httpx.TransportError)


class Writer:
    """Uploads and edits until the server dies, and remembers what it was told is done."""

    def __init__(self, account: Account, seed: int) -> None:
        self.account = account
        self.chance = random.Random(seed)
        self.uploads: dict[str, bytes] = {}
        self.unread: set[str] = set()
        # What may be the caption: the last one answered, and the one asked for when the server died.
        self.captions: dict[str, set[str | None]] = {}
        self.trashed: dict[str, set[bool]] = {}

    def run(self) -> None:
        try:
            while True:
                self.step()
        except DEAD:
            pass

    def step(self) -> None:
        if len(self.uploads) < 3 or self.chance.random() < 0.4:
            photo = photos.plain()
            asset_id = self.account.upload(photo)["id"]
            self.uploads[asset_id], self.captions[asset_id], self.trashed[asset_id] = photo.data, {None}, {False}
            self.unread.add(asset_id)
            return
        asset_id = self.chance.choice(list(self.uploads))
        if self.chance.random() < 0.2:
            wanted = True
            self.trashed[asset_id].add(wanted)
            self.account.trash(asset_id)
            self.trashed[asset_id] = {wanted}
            return
        caption = f"caption {self.chance.random()}"
        self.captions[asset_id].add(caption)
        if self.chance.random() < 0.5:
            self.account.edit(asset_id, description=caption)
        else:
            accepted(self.account.bulk((asset_id, {"description": caption})))
        self.captions[asset_id] = {caption}

    def check(self, records: dict[str, dict[str, Any]]) -> None:
        """Everything answered is there; the bytes are compared after the first kill they lived through."""
        for asset_id in self.uploads:
            assert asset_id in records, "an answered upload is gone"
            record = records[asset_id]
            assert record["metadata"]["description"] in self.captions[asset_id]
            assert (record["trashed_at"] is not None) in self.trashed[asset_id]
        while self.unread:
            asset = self.account.get(self.unread.pop())
            assert fetched(asset["asset_urls"]["original"]["url"]) == self.uploads[asset["id"]]


@pytest.fixture(scope="module")
def mortal(launch: Callable[[], Server]) -> Server:
    return launch()


def test_answered_work_survives_a_kill(mortal: Server) -> None:
    key = mortal.owner_key()
    account = Account(mortal.url, key)
    reader = NewReader(account)
    writers = [Writer(Account(mortal.url, key), seed) for seed in range(3)]
    for _ in range(3):
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        end = threading.Timer(1, mortal.kill)
        end.start()
        try:
            while True:
                reader.sync()
        except DEAD:
            pass
        for thread in (end, *threads):
            thread.join()
        mortal.start()
        records = listing(account)
        for writer in writers:
            writer.check(records)
    assert any(writer.uploads for writer in writers)

    def agreed() -> bool:
        reader.sync()
        return reader.records == listing(account)

    # Work goes on behind, until the leases of the dead have run out; what it changes is told as well.
    eventually(agreed, seconds=30, what="agreement of feed and listing")
    assert not panics(mortal.log_since(0))
    mortal.stop()


def test_an_upload_cut_off_leaves_nothing(launch: Callable[[], Server]) -> None:
    server = launch()
    account = Account(server.url, server.owner_key())
    photo = photos.plain(size=(400, 300))
    sent = threading.Event()

    def slowly() -> Any:
        head = 'Content-Disposition: form-data; name="asset_data"; filename="a.jpg"'
        yield f"--edge\r\n{head}\r\n\r\n".encode() + photo.data[:100]
        sent.set()
        time.sleep(30)

    def send() -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=edge"}
        try:
            account.http.post("/api/assets", content=slowly(), headers=headers)
        except httpx.TransportError:
            pass

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    sent.wait(10)
    server.kill()
    server.start()
    fresh = Account(server.url, server.owner_key())
    assert fresh.listed(state="all") == [] and fresh.events() == []
    fresh.upload(photo)
    server.stop()


def test_a_restart_keeps_keys_urls_and_cursors(launch: Callable[[], Server]) -> None:
    server = launch()
    account = Account(server.url, server.owner_key())
    asset = account.settled(photos.photo(photos.FULL))
    key = server.owner_key()
    end = account.end_of_feed()
    server.stop()
    server.start()
    assert server.owner_key() == key
    assert account.get(asset["id"]) == asset
    for variant in asset["asset_urls"].values():
        fetched(variant["url"])
    assert account.events(after=end) == []
    account.edit(asset["id"], rating=1)
    assert len(account.events(after=end)) == 2
    server.stop()
