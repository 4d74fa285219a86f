"""API keys: their life, and what they open (contract 1.9, 14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gumnut
import httpx
import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.server import Server
from kit.waiting import eventually

PATH = "/api/api-keys/"
ALL = ["read", "write", "delete", "delete_permanently"]


@pytest.fixture
def session(account: Account, server: Server) -> Iterator[Account]:
    """The same person as `account`, signed in."""
    signed_in = Account(server.url, server.session(account.email), account.email)
    yield signed_in
    signed_in.close()


def create(session: Account, *, status: int = 201, **fields: Any) -> dict[str, Any]:
    fields = {"name": "a key", "actions": ALL, "library_scope_mode": "all_libraries"} | fields
    return accepted(session.call("api_keys.create", **fields), status)


def holder(session: Account, **fields: Any) -> Account:
    """Somebody with a new key of these powers."""
    return Account(session.url, create(session, **fields)["api_key"])


def listed(session: Account) -> dict[str, dict[str, Any]]:
    keys = accepted(session.call("api_keys.list"))
    return {key["id"]: key for key in keys}


def test_a_session_is_the_person(account: Account, session: Account) -> None:
    assert session.me() == account.me()


def test_api_keys_may_not_manage_api_keys(account: Account, session: Account) -> None:
    key_id = create(session)["id"]
    for answer in (
        account.http.get(PATH),
        account.http.post(PATH, json={"name": "x"}),
        account.http.patch(f"{PATH}{key_id}", json={"name": "x"}),
        account.http.delete(f"{PATH}{key_id}"),
    ):
        refused(answer, 403)
    assert listed(session)[key_id]["is_active"]


def test_create_list_rename_revoke(session: Account) -> None:
    made = create(session, name="first", actions=["read", "write"])
    assert made["api_key"].startswith("apikey_") and made["api_key"] != made["id"]
    assert (made["name"], made["is_active"], made["last_used_at"]) == ("first", True, None)
    assert sorted(made["actions"]) == ["read", "write"]
    assert made["library_scope_mode"] == "all_libraries"
    assert listed(session)[made["id"]] == {name: value for name, value in made.items() if name != "api_key"}
    renamed = accepted(session.call("api_keys.update", key_id=made["id"], name="second"))
    assert renamed["name"] == "second"
    person = Account(session.url, made["api_key"])
    assert person.me()["email"] == session.email
    assert accepted(session.call("api_keys.delete", key_id=made["id"])) == {}
    refused(person.http.get("/api/users/me"), 401)
    assert listed(session)[made["id"]]["is_active"] is False, "revoked keys stay listed (OP-26)"


def test_newest_first(session: Account) -> None:
    made = [create(session, name=f"{number}")["id"] for number in range(3)]
    assert list(listed(session))[:3] == made[::-1]


def test_both_spellings(session: Account) -> None:
    for path in (PATH, PATH.rstrip("/")):
        answer = session.http.post(path, json={"name": "x"}, follow_redirects=False)
        assert accepted(answer, 201)["actions"] is not None
        accepted(session.http.get(path, follow_redirects=False))


def test_revocation_takes_effect_at_once(session: Account) -> None:
    made = create(session)
    person = Account(session.url, made["api_key"])
    for _ in range(5):
        person.me()
    accepted(session.call("api_keys.delete", key_id=made["id"]))
    for _ in range(5):
        refused(person.http.get("/api/users/me"), 401)
    with pytest.raises(gumnut.AuthenticationError):
        person.sdk.users.me()


def test_the_form_of_the_older_client(session: Account) -> None:
    """Only a name: everything is allowed, everywhere (OP-26)."""
    made = accepted(session.http.post(PATH, json={"name": "old"}), 201)
    assert sorted(made["actions"]) == sorted(ALL)
    assert made["library_scope_mode"] == "all_libraries"
    person = Account(session.url, made["api_key"])
    asset_id = person.upload()["id"]
    accepted(person.call("assets.delete", asset_id=asset_id))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"actions": []}, "actions"),
        ({"actions": ["write"]}, "actions"),
        ({"actions": ["delete", "delete_permanently"]}, "actions"),
        ({"actions": ["read", "fly"]}, "actions"),
        ({"library_scope_mode": "some"}, "library_scope_mode"),
        ({"library_scope_mode": "selected_libraries"}, "library_ids"),
        ({"library_scope_mode": "selected_libraries", "library_ids": []}, "library_ids"),
        ({"library_scope_mode": "all_libraries", "library_ids": [ids.absent("lib_")]}, "library_ids"),
    ],
    ids=str,
)
def test_what_cannot_be_created(session: Account, change: dict[str, Any], field: str) -> None:
    body = {"name": "x", "actions": ["read"], "library_scope_mode": "all_libraries"} | change
    before = listed(session)
    problems = invalid(session.http.post(PATH, json=body))
    assert problems[0]["loc"][1:2] in ([field], []), problems
    assert listed(session) == before


def test_libraries_one_cannot_reach(session: Account, stranger: Account) -> None:
    body = {"name": "x", "actions": ["read"], "library_scope_mode": "selected_libraries"}
    for library in (ids.unknown("lib_"), stranger.library()):
        refused(session.http.post(PATH, json=body | {"library_ids": [library]}), 404)


def test_keys_of_others(session: Account, stranger: Account, server: Server) -> None:
    other = Account(server.url, server.session(stranger.email))
    foreign = create(other)["id"]
    for key_id in (foreign, ids.unknown("apikey_"), "nonsense"):
        refused(session.http.patch(f"{PATH}{key_id}", json={"name": "mine"}), 404)
        refused(session.http.delete(f"{PATH}{key_id}"), 404)
    assert foreign not in listed(session)
    assert listed(other)[foreign]["is_active"]


NEEDS: dict[str, list[tuple[str, str, Any]]] = {
    "read": [
        ("GET", "/api/assets", None),
        ("GET", "/api/assets/{id}", None),
        ("GET", "/api/events", None),
        ("GET", "/api/tasks/", None),
        ("GET", "/api/libraries", None),
        ("GET", "/api/users/me", None),
        ("POST", "/api/assets/exist", {"checksums": []}),
    ],
    "write": [
        ("PATCH", "/api/assets/{id}", {"rating": 1}),
        ("POST", "/api/assets/bulk-update", {"updates": [{"id": "{id}", "change": {"rating": 2}}]}),
        ("POST", "/api/assets/restore", {"ids": ["{id}"]}),
        ("POST", "/api/libraries", {"name": "default"}),
        ("PATCH", "/api/libraries/{library}", {"description": "x"}),
    ],
    "delete": [("POST", "/api/assets/trash", {"ids": ["{id}"]})],
    "delete_permanently": [
        ("POST", "/api/assets/empty-trash", None),
        ("DELETE", "/api/assets", {"ids": ["{id}"]}),
        ("DELETE", "/api/assets/{id}", None),
    ],
}


def send(person: Account, verb: str, path: str, body: Any, names: dict[str, str]) -> httpx.Response:
    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{id}", names["id"]).replace("{library}", names["library"])
        if isinstance(value, list):
            return [filled(one) for one in value]
        return {key: filled(one) for key, one in value.items()} if isinstance(value, dict) else value

    options = {} if body is None else {"json": filled(body)}
    return person.http.request(verb, filled(path), **options)


@pytest.mark.parametrize("held", [["read"], ["read", "write"], ["read", "delete"], ["read", "delete_permanently"], ALL])
def test_actions(account: Account, session: Account, held: list[str]) -> None:
    library = account.library()
    accepted(account.call("libraries.update", library_id=library, name="default"))
    person = holder(session, actions=held)
    names = {"id": account.upload()["id"], "library": library}
    for action, requests in NEEDS.items():
        for verb, path, body in requests:
            answer = send(person, verb, path, body, names)
            assert (answer.status_code == 403) == (action not in held), (verb, path, answer.status_code, answer.text)
            assert answer.status_code < 500
            if action not in held:
                refused(answer, 403)
    uploaded = person.try_upload(photos.plain()).status_code
    assert (uploaded == 403) == ("write" not in held)


def test_a_key_for_one_library(account: Account, session: Account) -> None:
    first = account.library()
    second = accepted(account.call("libraries.create", name="Second"), 201)["id"]
    inside, outside = account.upload(library_id=first)["id"], account.upload(library_id=second)["id"]
    made = create(session, actions=ALL, library_scope_mode="selected_libraries", library_ids=[first])
    assert (made["library_scope_mode"], made["selected_library_count"]) == ("selected_libraries", 1)
    person = Account(session.url, made["api_key"])
    assert [library["id"] for library in person.libraries()] == [first]
    assert person.listed() == [inside], "the one library is the default"
    assert person.upload()["id"] in account.listed(library_id=first)
    unknown = ids.unknown()
    for asset_id in (outside, unknown):
        for answer in (
            person.call("assets.retrieve", asset_id=asset_id),
            person.patch(asset_id, rating=1),
            person.call("assets.delete", asset_id=asset_id),
            person.bulk((asset_id, {"rating": 1})),
            person.http.get(f"/api/tasks/asset/{asset_id}"),
        ):
            refused(answer, 404)
    assert person.listed(ids=[outside], state="all") == []
    refused(person.call("assets.list", library_id=second), 404)
    refused(person.call("events.get", library_id=second), 404)
    refused(person.call("libraries.retrieve", library_id=second), 404)
    assert {event["entity_id"] for event in person.events()} == set(person.listed())
    refused(person.call("assets.list", starting_after_id=outside), 400)
    person.trash(inside, outside)
    assert account.get(outside)["trashed_at"] is None


def test_last_use_is_noted(session: Account) -> None:
    made = create(session)
    Account(session.url, made["api_key"]).me()
    eventually(lambda: listed(session)[made["id"]]["last_used_at"], what="a time of last use")


def test_the_raw_key_is_shown_once(session: Account) -> None:
    raw = create(session)["api_key"]
    assert raw not in session.http.get(PATH).text
