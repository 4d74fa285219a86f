"""Trash, restore, permanent deletion (contract 2.3, 3.7)."""

from __future__ import annotations

import httpx
import pytest

from kit import ids
from kit.account import TOKENS, Account, fetch
from kit.answers import accepted, invalid, refused
from kit.waiting import eventually

BULK = [("POST", "/api/assets/trash"), ("POST", "/api/assets/restore"), ("DELETE", "/api/assets")]


def gone(account: Account, asset_id: str) -> None:
    refused(account.call("assets.retrieve", asset_id=asset_id), 404)
    refused(account.patch(asset_id, description="x"), 404)
    refused(account.call("assets.delete", asset_id=asset_id), 404)
    refused(account.http.get(f"/api/tasks/asset/{asset_id}"), 404)
    assert account.listed(state="all", ids=[asset_id]) == []


def event_types(account: Account, after: str | None) -> list[tuple[str, str]]:
    return [(event["entity_id"], event["event_type"]) for event in account.events(after=after)]


def test_there_and_back(account: Account) -> None:
    asset_id = account.settled()["id"]
    before = account.settle(account.edit(asset_id, description="kept", rating=3)["id"])
    end = account.end_of_feed()
    assert accepted(account.call("assets.trash", ids=[asset_id])) == {}
    trashed = account.get(asset_id)
    assert trashed["trashed_at"] is not None
    assert account.listed() == [] and account.listed(state="trashed") == [asset_id]
    assert accepted(account.call("assets.restore", ids=[asset_id])) == {}
    restored = account.get(asset_id)
    assert restored | {"updated_at": None} == before | {"updated_at": None}
    assert event_types(account, end) == [(asset_id, "asset_trashed"), (asset_id, "asset_restored")]


def test_repetition_changes_nothing(account: Account) -> None:
    asset_id = account.settled()["id"]
    account.trash(asset_id)
    first, end = account.get(asset_id), account.end_of_feed()
    account.trash(asset_id)
    assert account.get(asset_id) == first
    accepted(account.call("assets.restore", ids=[asset_id]))
    live, after = account.get(asset_id), account.end_of_feed()
    accepted(account.call("assets.restore", ids=[asset_id]))
    assert account.get(asset_id) == live
    assert event_types(account, end) == [(asset_id, "asset_restored")]
    assert event_types(account, after) == []


def test_several_at_once_with_unknown_ones_among_them(account: Account) -> None:
    made = [account.upload()["id"] for _ in range(3)]
    account.trash(made[0], ids.unknown(), made[1], made[0])
    assert set(account.listed(state="trashed")) == set(made[:2])
    accepted(account.call("assets.restore", ids=[ids.unknown(), *made]))
    assert set(account.listed()) == set(made)
    accepted(account.call("assets.delete_list", ids=[made[0], ids.unknown(), made[2]]))
    assert account.listed(state="all") == [made[1]]


@pytest.mark.parametrize("trashed", [False, True])
def test_deletion_is_for_ever(account: Account, trashed: bool) -> None:
    asset = account.settled()
    if trashed:
        account.trash(asset["id"])
    urls = [variant["url"] for variant in asset["asset_urls"].values()]
    end = account.end_of_feed()
    assert accepted(account.call("assets.delete", asset_id=asset["id"])) == {}
    gone(account, asset["id"])
    assert event_types(account, end) == [(asset["id"], "asset_deleted")]
    for url in urls:
        assert fetch(url).status_code in (403, 404)


def test_deletion_of_several(account: Account) -> None:
    made = [account.upload()["id"] for _ in range(3)]
    account.trash(made[0])
    accepted(account.call("assets.delete_list", ids=made[:2]))
    for asset_id in made[:2]:
        gone(account, asset_id)
    assert account.listed(state="all") == made[2:]
    assert accepted(account.call("assets.delete_list", ids=made[:2])) == {}, "already gone: skipped"


def test_empty_trash(account: Account) -> None:
    made = [account.settled()["id"] for _ in range(4)]
    assert accepted(account.call("assets.empty_trash")) == {}
    account.trash(*made[:3])
    end = account.end_of_feed()
    assert accepted(account.call("assets.empty_trash")) == {}
    assert account.listed(state="all") == made[3:]
    assert sorted(event_types(account, end)) == sorted((asset_id, "asset_deleted") for asset_id in made[:3])
    assert accepted(account.call("assets.empty_trash")) == {}


def test_events_of_the_deleted_remain(account: Account) -> None:
    asset_id = account.settled()["id"]
    accepted(account.call("assets.delete", asset_id=asset_id))
    told = [event["event_type"] for event in account.events() if event["entity_id"] == asset_id]
    assert told[0] == "asset_created" and told[-1] == "asset_deleted"


def test_bytes_in_the_trash_count_until_they_are_gone(account: Account) -> None:
    asset = account.upload()
    size = asset["file_size_bytes"]
    account.trash(asset["id"])
    (library,) = account.libraries()
    assert (library["asset_count"], library["storage_used_bytes"]) == (0, size)
    assert account.me()["storage_used_bytes"] == size
    accepted(account.call("assets.empty_trash"))
    eventually(lambda: account.me()["storage_used_bytes"], lambda used: used == 0)
    (library,) = account.libraries()
    assert library["storage_used_bytes"] == 0


def bulk(account: Account, verb: str, path: str, body: object) -> httpx.Response:
    return account.http.request(verb, path, json=body)


@pytest.mark.parametrize(("verb", "path"), BULK)
@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ("body", "ids")),
        ({"ids": None}, ("body", "ids")),
        ({"ids": []}, ("body", "ids")),
        ({"ids": "asset_2222222222222222222222"}, ("body", "ids")),
        ({"ids": [5]}, ("body", "ids", 0)),
        ({"ids": [None]}, ("body", "ids", 0)),
        ({"ids": [ids.unknown() for _ in range(201)]}, ("body", "ids")),
        ([], ("body",)),
        (None, ("body",)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bodies_that_are_none(resident: Account, verb: str, path: str, body: object, place: tuple) -> None:
    invalid(bulk(resident, verb, path, body), place)


@pytest.mark.parametrize(("verb", "path"), BULK)
def test_two_hundred_ids_are_fine(resident: Account, verb: str, path: str) -> None:
    assert accepted(bulk(resident, verb, path, {"ids": [ids.unknown() for _ in range(200)]})) == {}


def test_a_delete_without_a_body_deletes_nothing(account: Account) -> None:
    asset_id = account.upload()["id"]
    invalid(account.http.delete("/api/assets"))
    assert account.listed() == [asset_id]


@pytest.mark.parametrize(("verb", "path"), [*BULK, ("POST", "/api/assets/empty-trash")])
def test_a_library_that_is_not_there(account: Account, stranger: Account, verb: str, path: str) -> None:
    asset_id = account.upload()["id"]
    for library in (ids.unknown("lib_"), stranger.library()):
        answer = account.http.request(verb, path, json={"ids": [asset_id]}, params={"library_id": library})
        assert library in refused(answer, 404)
    assert account.get(asset_id, include=TOKENS)["trashed_at"] is None
