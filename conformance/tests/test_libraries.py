"""Who one is, and the libraries one has (contract 11, 13)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kit import ids
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.strict import moment


def create(account: Account, **fields: Any) -> httpx.Response:
    return account.call("libraries.create", **fields)


def update(account: Account, library: str, **fields: Any) -> httpx.Response:
    return account.call("libraries.update", library_id=library, **fields)


def conflict(answer: httpx.Response) -> None:
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


def test_me(account: Account) -> None:
    me = account.me()
    assert me["email"] == account.email
    assert me["is_active"] is True
    assert me["storage_used_bytes"] == 0
    assert me["storage_limit_bytes"] == 2**53 - 1, "no limit (OP-43)"
    assert me["favorite_display_mode"] == "favorite"


def test_everybody_starts_with_a_library(account: Account) -> None:
    (library,) = account.libraries()
    assert (library["asset_count"], library["storage_used_bytes"], library["storage_limit_bytes"]) == (0, 0, None)
    assert library["user_id"] == library["owner"]["id"] == account.me()["id"]
    assert library["role"] == "owner"
    assert accepted(account.call("libraries.retrieve", library_id=library["id"])) == library


def test_create_and_list(account: Account) -> None:
    default = account.library()
    first = accepted(create(account, name="First", description="with words"), 201)
    second = accepted(create(account, name="  Second  "), 201)
    assert (first["name"], first["description"]) == ("First", "with words")
    assert (second["name"], second["description"]) == ("Second", None)
    assert [library["id"] for library in account.libraries()] == [second["id"], first["id"], default]
    for state, expected in (("live", 3), ("all", 3), ("trashed", 0)):
        assert len(accepted(account.call("libraries.list", state=state))) == expected
    invalid(account.http.get("/api/libraries", params={"state": "gone"}), ("query", "state"))


@pytest.mark.parametrize(
    "again",
    [
        {"name": "Holidays"},
        {"name": "  holidays "},
        {"name": "HOLIDAYS", "description": "sun"},
    ],
    ids=str,
)
def test_a_name_that_exists_is_reused(account: Account, again: dict[str, str]) -> None:
    made = accepted(create(account, name="Holidays", description="sun"), 201)
    assert accepted(create(account, **again), 200) == made
    assert len(account.libraries()) == 2


def test_a_name_that_exists_with_another_description(account: Account) -> None:
    accepted(create(account, name="Holidays", description="sun"), 201)
    conflict(create(account, name="holidays", description="rain"))
    assert len(account.libraries()) == 2


def test_names_are_unique_per_person_only(account: Account, stranger: Account) -> None:
    mine = accepted(create(account, name="Shared name"), 201)
    theirs = accepted(create(stranger, name="Shared name"), 201)
    assert mine["id"] != theirs["id"]


def test_update(account: Account) -> None:
    library = account.library()
    end = account.me()["updated_at"]
    changed = accepted(update(account, library, name=" Renamed ", description="words"))
    assert (changed["name"], changed["description"]) == ("Renamed", "words")
    for nothing in ({}, {"name": None}, {"description": None}, {"name": None, "description": None}):
        same = accepted(account.http.patch(f"/api/libraries/{library}", json=nothing))
        assert same == changed
    assert accepted(update(account, library, description=""))["description"] in (None, "")
    assert accepted(update(account, library, name="RENAMED"))["name"] == "RENAMED", "its own name is no collision"
    assert moment(account.me()["updated_at"]) >= moment(end)


def test_a_name_that_is_taken(account: Account) -> None:
    library = account.library()
    accepted(create(account, name="Taken"), 201)
    conflict(update(account, library, name=" taken "))
    (before,) = [one for one in account.libraries() if one["id"] == library]
    assert before["name"] != "taken"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ("body", "name")),
        ({"name": None}, ("body", "name")),
        ({"name": ""}, ("body", "name")),
        ({"name": "   "}, ("body", "name")),
        ({"name": 5}, ("body", "name")),
        ({"name": "x", "description": 5}, ("body", "description")),
        ([], ("body",)),
    ],
    ids=str,
)
def test_what_cannot_be_created(resident: Account, body: Any, place: tuple[str, ...]) -> None:
    invalid(resident.http.post("/api/libraries", json=body), place)


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "  "}, {"name": 5}], ids=str)
def test_what_cannot_be_updated(resident: Account, body: Any) -> None:
    invalid(resident.http.patch(f"/api/libraries/{resident.library()}", json=body), ("body", "name"))


def test_what_is_not_there(account: Account, stranger: Account) -> None:
    user = account.me()["id"]
    for library in (ids.unknown("lib_"), stranger.library()):
        for answer in (
            account.call("libraries.retrieve", library_id=library),
            update(account, library, name="Mine now"),
        ):
            detail = refused(answer, 404)
            assert detail == f"Library {library} not found or not accessible by user {user}"
    refused(account.http.get("/api/libraries/nonsense"), 404)


def test_counts_follow_the_content(account: Account) -> None:
    made = [account.upload() for _ in range(2)]
    account.trash(made[0]["id"])
    (library,) = account.libraries()
    assert library["asset_count"] == 1
    assert library["storage_used_bytes"] == sum(asset["file_size_bytes"] for asset in made)
