"""Query parameters: arrays, booleans, caps, limits (contract 1.2, 1.5, 1.7; checklist 13, 14)."""

from __future__ import annotations

from typing import Any

import pytest

from kit import ids
from kit.account import Account
from kit.answers import accepted, invalid, refused

Pairs = list[tuple[str, str]]


def forms(name: str, values: list[str]) -> dict[str, Pairs]:
    """Every way to write a list of at least three values."""
    first, *rest = values
    return {
        "repeated": [(name, value) for value in values],
        "comma": [(name, ",".join(values))],
        "mixed": [(name, first), (name, ",".join(rest))],
        "bracketed": [(f"{name}[]", value) for value in values],
        "bracketed comma": [(f"{name}[]", ",".join(values))],
        "blanks": [(name, f" {first} , ,{', '.join(rest)},"), (name, "")],
        "repeats": [(name, ",".join(values + values)), (name, first)],
    }


FORMS = list(forms("ids", ["a", "b", "c"]))


def get(account: Account, pairs: Pairs) -> Any:
    return accepted(account.http.get("/api/assets", params=[*pairs, ("limit", "200")]))


@pytest.fixture(scope="module")
def five(resident: Account) -> list[str]:
    """Five assets, rated 0 to 4."""
    made = [resident.settled()["id"] for _ in range(5)]
    for rating, asset_id in enumerate(made):
        resident.edit(asset_id, rating=rating)
    return made


@pytest.mark.parametrize("form", FORMS)
def test_ids(resident: Account, five: list[str], form: str) -> None:
    page = get(resident, forms("ids", five[:3])[form])
    assert {asset["id"] for asset in page["data"]} == set(five[:3])


@pytest.mark.parametrize("form", FORMS)
def test_ratings(resident: Account, five: list[str], form: str) -> None:
    page = get(resident, forms("ratings", ["1", "2", "4"])[form])
    assert {asset["id"] for asset in page["data"]} == {five[1], five[2], five[4]}


@pytest.mark.parametrize("form", FORMS)
def test_include(resident: Account, five: list[str], form: str) -> None:
    pairs = forms("include", ["metadata", "people", "file_data"])[form]
    (asset,) = get(resident, [*pairs, ("ids", five[0])])["data"]
    assert asset["metadata"] and asset["people"] == [] and asset["file_data"]
    assert asset["faces"] is None
    answer = resident.http.get(f"/api/assets/{five[0]}", params=pairs)
    assert accepted(answer)["metadata"]


@pytest.mark.parametrize("form", FORMS)
def test_entity_types(resident: Account, five: list[str], form: str) -> None:
    pairs = forms("entity_types", ["asset", "album", "person"])[form]
    page = accepted(resident.http.get("/api/events", params=pairs))
    assert {event["entity_type"] for event in page["data"]} == {"asset"}


@pytest.mark.parametrize("token", ["nonsense", "Metadata", "metadata;faces"])
def test_unknown_include_token(resident: Account, five: list[str], token: str) -> None:
    for path in ("/api/assets", f"/api/assets/{five[0]}"):
        problems = invalid(resident.http.get(path, params={"include": f"metadata,{token}"}))
        assert problems[0]["loc"][:2] == ["query", "include"]


def test_two_hundred_ids_and_not_one_more(resident: Account, five: list[str]) -> None:
    many = [five[0], *(ids.unknown() for _ in range(199))]
    assert resident.listed(ids=many) == [five[0]]
    assert resident.listed(ids=[*many, *many]) == [five[0]], "the cap counts distinct values"
    problems = invalid(resident.call("assets.list", ids=[*many, ids.unknown()]))
    assert problems[0]["loc"][:2] == ["query", "ids"]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "abc", "1.5", "99999999999999999999"])
def test_limit_outside_its_bounds(resident: Account, limit: str) -> None:
    for path in ("/api/assets", "/api/events"):
        invalid(resident.http.get(path, params={"limit": limit}), ("query", "limit"))


@pytest.mark.parametrize("limit", ["1", "200"])
def test_limit_at_its_bounds(resident: Account, limit: str) -> None:
    for path in ("/api/assets", "/api/events"):
        accepted(resident.http.get(path, params={"limit": limit}))


def test_the_default_page_has_twenty(account: Account) -> None:
    for _ in range(21):
        account.upload()
    page = accepted(account.call("assets.list"))
    assert (len(page["data"]), page["has_more"]) == (20, True)


def test_an_empty_value_counts_as_not_given(resident: Account, five: list[str]) -> None:
    names = ("ids", "include", "library_id", "local_datetime_after", "bbox", "media_type", "starting_after_id")
    page = accepted(resident.http.get("/api/assets", params={name: "" for name in names}))
    assert {asset["id"] for asset in page["data"]} == set(five)


def test_a_cursor_that_is_unknown_is_a_bad_request(resident: Account, stranger: Account) -> None:
    detail = refused(resident.call("assets.list", starting_after_id=ids.unknown()), 400)
    assert isinstance(detail, str)
    refused(resident.call("assets.list", starting_after_id=stranger.upload()["id"]), 400)


@pytest.mark.parametrize(
    "pairs",
    [
        {"state": "gone"},
        {"order": "up"},
        {"media_type": "sound"},
        {"album_filter": "some"},
        {"ratings": "6"},
        {"ratings": "-1"},
        {"ratings": "2.5"},
        {"ratings": "four"},
        {"local_datetime_after": "yesterday"},
        {"album_id": ids.absent("album_"), "album_filter": "not_in_album"},
        {"person_id": ids.absent("person_"), "person_ids": "person_2222222222222222222222"},
    ],
    ids=str,
)
def test_values_outside_the_contract(resident: Account, pairs: dict[str, str]) -> None:
    invalid(resident.http.get("/api/assets", params=pairs))


def test_members_of_what_does_not_exist_are_nobody(resident: Account, five: list[str]) -> None:
    for name, prefix in (("album_id", "album_"), ("person_id", "person_"), ("person_ids", "person_")):
        assert resident.listed(**{name: ids.unknown(prefix)}) == []
    assert resident.listed(stack_id=ids.unknown("asset_stack_")) == []


def test_one_person_under_both_names(resident: Account) -> None:
    person = ids.unknown("person_")
    answer = resident.http.get("/api/assets", params={"person_id": person, "person_ids": person})
    assert accepted(answer)["data"] == []
