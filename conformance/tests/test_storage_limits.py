"""Caps that the owner of the server sets on accounts and libraries (contract 3.5, 1.10)."""

from __future__ import annotations

import httpx

from kit import photos
from kit.account import Account
from kit.answers import accepted, refused
from kit.server import Server


def full(answer: httpx.Response) -> None:
    refused(answer, 507)
    assert answer.headers["x-should-retry"] == "false"


def test_a_full_account(account: Account, server: Server) -> None:
    photo = photos.plain()
    account.upload(photo)
    server.admin("set-limit", "--email", account.email, "0.5kB")
    me = account.me()
    assert me["storage_limit_bytes"] == 500 <= me["storage_used_bytes"]
    full(account.try_upload(photos.plain()))
    full(account.try_upload(photo))  # also what is there already
    spare = accepted(account.call("libraries.create", name="Spare"), 201)["id"]
    full(account.try_upload(photos.plain(), library_id=spare))
    account.call("assets.delete", asset_id=account.listed(library_id=account.libraries()[1]["id"])[0])
    account.upload(photo, library_id=spare)
    server.admin("set-limit", "--email", account.email, "none")
    assert account.me()["storage_limit_bytes"] == 2**53 - 1
    account.upload(library_id=spare)


def test_a_full_library(account: Account, server: Server) -> None:
    library = account.library()
    account.upload()
    server.admin("set-limit", "--library", library, "1")
    assert account.libraries()[0]["storage_limit_bytes"] == 1
    full(account.try_upload(photos.plain()))
    spare = accepted(account.call("libraries.create", name="Spare"), 201)["id"]
    account.upload(library_id=spare)
    listed = server.admin("users")
    assert account.email in listed and library in listed and "of 1 B" in listed
    server.admin("set-limit", "--library", library, "none")
    account.upload(library_id=library)
