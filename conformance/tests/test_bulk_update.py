"""Many edits in one call (contract 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused

SEND = "/api/assets/bulk-update"


def captions(account: Account, *asset_ids: str) -> list[str | None]:
    return [account.get(asset_id)["metadata"]["description"] for asset_id in asset_ids]


def test_different_fields_of_different_assets(account: Account) -> None:
    made = [account.settled(photos.photo(photos.FULL))["id"] for _ in range(4)]
    changes: list[dict[str, Any]] = [
        {"description": "one"},
        {"latitude": 1.5, "longitude": 2.5, "rating": 0},
        {"original_datetime": "2024-05-06T07:08:09-07:00"},
        {"description": None, "rating": 5},
    ]
    end = account.end_of_feed()
    assert accepted(account.bulk(*zip(made, changes))) == {}
    for asset_id, change in zip(made, changes):
        metadata = account.get(asset_id)["metadata"]
        expected = {name: value for name, value in change.items() if value is not None}
        assert {name: metadata[name] for name in expected} == expected
    assert captions(account, made[3]) == ["From the file"]
    told = {event["entity_id"] for event in account.events(after=end)}
    assert told == set(made)


def test_each_asset_that_changed_has_its_two_events(account: Account) -> None:
    made = [account.settled()["id"] for _ in range(3)]
    account.edit(made[1], rating=3)
    end = account.end_of_feed()
    accepted(account.bulk(*((asset_id, {"rating": 3}) for asset_id in made)))
    told = sorted((event["entity_id"], event["event_type"]) for event in account.events(after=end))
    wanted = [(made[0], "asset_updated"), (made[0], "metadata_updated")]
    wanted += [(made[2], "asset_updated"), (made[2], "metadata_updated")]
    assert told == sorted(wanted)


def test_it_equals_as_many_single_calls(account: Account) -> None:
    one, other = account.upload()["id"], account.upload()["id"]
    change = {"description": "x", "rating": 2, "original_datetime": "2001-02-03T04:05:06Z"}
    account.edit(one, **change)
    accepted(account.bulk((other, change)))
    left, right = account.get(one)["metadata"], account.get(other)["metadata"]
    own = {"asset_id", "created_at", "updated_at"}
    assert {key: left[key] for key in left if key not in own} == {key: right[key] for key in right if key not in own}


def test_one_bad_item_and_nothing_is_written(account: Account, stranger: Account) -> None:
    good, foreign = account.settled()["id"], stranger.upload()["id"]
    end = account.end_of_feed()
    change = {"description": "written"}
    bad = account.http.post(
        SEND,
        json={"updates": [{"id": good, "change": change}, {"id": good, "change": {"latitude": 95, "longitude": 0}}]},
    )
    invalid(bad, ("body", "updates", 1, "change", "latitude"))
    for other in (ids.unknown(), foreign):
        refused(account.bulk((good, change), (other, change)), 404)
        refused(account.bulk((other, change), (good, change)), 404)
    assert captions(account, good) == [None]
    assert captions(stranger, foreign) == [None]
    assert account.events(after=end) == []


def test_errors_name_the_item(account: Account) -> None:
    asset_id = account.upload()["id"]
    changes = [{"rating": 9}, {}, {"latitude": 1}, {"description": 5, "original_datetime": "no"}]
    answer = account.http.post(SEND, json={"updates": [{"id": asset_id, "change": change} for change in changes]})
    found = {tuple(problem["loc"]) for problem in invalid(answer)}
    assert {
        ("body", "updates", 0, "change", "rating"),
        ("body", "updates", 3, "change", "description"),
        ("body", "updates", 3, "change", "original_datetime"),
    } <= found
    invalid(account.bulk((asset_id, {}), (asset_id, {"latitude": 1})), ("body", "updates", 1, "change"))


def test_the_same_asset_twice_is_applied_in_order(account: Account) -> None:
    asset_id = account.upload()["id"]
    accepted(
        account.bulk(
            (asset_id, {"description": "first", "rating": 1}),
            (asset_id, {"description": "second"}),
            (asset_id, {"rating": None}),
        )
    )
    metadata = account.get(asset_id)["metadata"]
    assert (metadata["description"], metadata["rating"]) == ("second", None)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (None, ("body",)),
        ([], ("body",)),
        ({}, ("body", "updates")),
        ({"updates": None}, ("body", "updates")),
        ({"updates": {}}, ("body", "updates")),
        ({"updates": []}, ("body", "updates")),
        ({"updates": ["x"]}, ("body", "updates", 0)),
        ({"updates": [{"change": {}}]}, ("body", "updates", 0, "id")),
        ({"updates": [{"id": ids.absent("asset_")}]}, ("body", "updates", 0, "change")),
        ({"updates": [{"id": ids.absent("asset_"), "change": None}]}, ("body", "updates", 0, "change")),
        ({"updates": [{"id": ids.absent("asset_"), "change": []}]}, ("body", "updates", 0, "change")),
        ({"updates": [{"id": 5, "change": {}}]}, ("body", "updates", 0, "id")),
    ],
    ids=str,
)
def test_bodies_that_are_none(resident: Account, body: Any, place: tuple[str | int, ...]) -> None:
    invalid(resident.http.post(SEND, json=body), place)


def test_two_hundred_items_and_not_one_more(account: Account) -> None:
    asset_id = account.upload()["id"]
    items = [(asset_id, {"rating": number % 6}) for number in range(200)]
    accepted(account.bulk(*items))
    assert account.get(asset_id)["metadata"]["rating"] == 199 % 6
    invalid(account.bulk(*items, (asset_id, {"rating": 0})), ("body", "updates"))


def test_assets_of_several_libraries(account: Account) -> None:
    first = account.library()
    second = accepted(account.call("libraries.create", name="Second"), 201)["id"]
    made = [account.upload(library_id=library)["id"] for library in (first, second)]
    accepted(account.bulk(*((asset_id, {"description": "both"}) for asset_id in made)))
    assert captions(account, *made) == ["both", "both"]


def test_an_empty_change_is_fine(account: Account) -> None:
    asset_id = account.settled()["id"]
    end = account.end_of_feed()
    assert accepted(account.bulk((asset_id, {}))) == {}
    assert account.events(after=end) == []
