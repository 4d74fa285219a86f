"""What a death or a restart must leave as it is (checklist 8); `test_kills.py` does the killing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from kit import photos
from kit.account import Account, fetched
from kit.server import Server


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
