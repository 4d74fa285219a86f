"""What people may change of their own account (contract 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kit import ids
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.strict import moment


def update(person: Account, **fields: Any) -> httpx.Response:
    return person.call("users.update", **fields)


@pytest.fixture
def person(account: Account, signed_in: Callable[[Account], Account]) -> Account:
    return signed_in(account)


def test_everything_at_once(person: Account) -> None:
    before = person.me()
    assert before["face_detection_preference"] is None and before["face_detection_available"] is False
    fields = {
        "demo_mode_enabled": True,
        "favorite_display_mode": "rating",
        "home_country": "US",
        "home_subdivision": "CA",
        "face_detection_preference": False,
        "immich_library_id": person.library(),
    }
    after = accepted(update(person, **fields))
    assert {name: after[name] for name in fields} == fields
    assert moment(after["updated_at"]) > moment(before["updated_at"])
    assert person.me() == after
    assert accepted(update(person, **fields)) == after, "the same again changes nothing"
    assert accepted(person.http.patch("/api/users/me", json={})) == after


def test_what_null_means(person: Account) -> None:
    accepted(update(person, favorite_display_mode="rating", immich_library_id=person.library(), home_country="NO"))
    accepted(update(person, home_subdivision="46"))
    nulls = {"favorite_display_mode": None, "immich_library_id": None, "home_subdivision": None}
    after = accepted(person.http.patch("/api/users/me", json=nulls))
    assert (after["favorite_display_mode"], after["immich_library_id"], after["home_subdivision"]) == ("favorite", None, None)
    for field in ("demo_mode_enabled", "home_country", "face_detection_preference"):
        invalid(person.http.patch("/api/users/me", json={field: None}), ("body", field))
    assert person.me() == after


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"demo_mode_enabled": "yes"}, "demo_mode_enabled"),
        ({"favorite_display_mode": "stars"}, "favorite_display_mode"),
        ({"immich_library_id": "nonsense"}, "immich_library_id"),
        ({"home_country": "us"}, "home_country"),
        ({"home_country": "XX"}, "home_country"),
        ({"home_country": "US"}, "home_subdivision"),
        ({"home_country": "US", "home_subdivision": "ca"}, "home_subdivision"),
        ({"home_country": "US", "home_subdivision": None}, "home_subdivision"),
        ({"home_subdivision": "CA"}, "home_subdivision"),
        ({"face_detection_preference": 1}, "face_detection_preference"),
    ],
    ids=str,
)
def test_what_is_refused(person: Account, body: dict[str, Any], field: str) -> None:
    before = person.me()
    invalid(person.http.patch("/api/users/me", json={"demo_mode_enabled": True} | body), ("body", field))
    assert person.me() == before


def test_another_country_clears_the_subdivision(person: Account) -> None:
    accepted(update(person, home_country="US", home_subdivision="CA"))
    after = accepted(update(person, home_country="NO"))
    assert (after["home_country"], after["home_subdivision"]) == ("NO", None)


def test_faces_are_not_found_here(person: Account) -> None:
    before = person.me()
    answer = update(person, face_detection_preference=True, demo_mode_enabled=True)
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"
    assert person.me() == before


@pytest.mark.parametrize(
    "field", [{"home_country": "NO"}, {"home_subdivision": None}, {"face_detection_preference": False}], ids=str
)
def test_what_programs_may_not_change(account: Account, field: dict[str, Any]) -> None:
    before = account.me()
    refused(account.http.patch("/api/users/me", json={"demo_mode_enabled": True} | field), 403)
    assert account.me() == before
    assert accepted(update(account, demo_mode_enabled=True))["demo_mode_enabled"] is True


def test_a_library_that_cannot_be_preferred(person: Account, stranger: Account) -> None:
    me = person.me()
    for library in (stranger.library(), ids.unknown("lib_")):
        answer = update(person, immich_library_id=library, demo_mode_enabled=True)
        assert refused(answer, 404) == f"Library {library} not found or not accessible by user {me['id']}"
    assert person.me() == me
