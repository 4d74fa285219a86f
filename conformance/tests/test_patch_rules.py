"""What surrounds an edit: order of checks, events, times, concurrency (contract 3.1; checklist 6)."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import TOKENS, Account, anonymous
from kit.answers import accepted, invalid, refused
from kit.server import Server
from kit.strict import moment

JSON = {"Content-Type": "application/json"}
EVERYTHING_WRONG = {
    "description": 5,
    "latitude": 91,
    "longitude": "west",
    "original_datetime": "yesterday",
    "rating": 9,
}


@pytest.fixture(scope="module")
def reader(resident: Account, server: Server) -> Account:
    """A key of the same person that may only read."""
    session = Account(server.url, server.session(resident.email))
    body = {"name": "reader", "actions": ["read"], "library_scope_mode": "all_libraries"}
    key = accepted(session.http.post("/api/api-keys/", json=body), 201)["api_key"]
    session.close()
    return Account(server.url, key)


def test_all_field_errors_together(resident: Account) -> None:
    answer = resident.patch_json(resident.upload()["id"], EVERYTHING_WRONG)
    invalid(answer, *(("body", field) for field in EVERYTHING_WRONG))


def test_the_order_of_checks(resident: Account, reader: Account) -> None:
    asset_id, half = resident.upload()["id"], {"latitude": 1}
    with anonymous(resident.url) as nobody:
        refused(nobody.patch(f"/api/assets/{asset_id}", json=EVERYTHING_WRONG), 401)
    refused(reader.patch_json(ids.unknown(), EVERYTHING_WRONG), 403)
    refused(reader.patch_json(asset_id, {"description": "no"}), 403)
    invalid(resident.patch_json(ids.unknown(), []), ("body",))
    invalid(resident.patch_json(ids.unknown(), EVERYTHING_WRONG | half))
    invalid(resident.patch_json(ids.unknown(), half | {"rating": 9}), ("body", "rating"))
    invalid(resident.patch_json(ids.unknown(), half), ("body",))
    refused(resident.patch_json(ids.unknown(), {"rating": 3}), 404)
    assert resident.get(asset_id)["metadata"]["description"] is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"[{}]", b'"text"', b"5", b"true"])
def test_a_body_that_is_no_object(resident: Account, body: bytes) -> None:
    answer = resident.http.patch(f"/api/assets/{resident.upload()['id']}", content=body, headers=JSON)
    invalid(answer, ("body",))


@pytest.mark.parametrize(
    "body", [b"{", b"{'rating': 3}", b'{"rating": 3,}', b'{"rating": 3} x', b'{"description": "\xff"}']
)
def test_a_body_that_is_no_json(resident: Account, body: bytes) -> None:
    problems = invalid(resident.http.patch(f"/api/assets/{resident.upload()['id']}", content=body, headers=JSON))
    assert problems[0]["loc"][0] == "body"


def test_a_form_is_no_json(resident: Account) -> None:
    path = f"/api/assets/{resident.upload()['id']}"
    invalid(resident.http.patch(path, data={"description": "form"}))
    invalid(resident.http.patch(path, data={"description": "form"}, files={"a": ("a", b"a")}))


def test_gone_and_foreign_assets(resident: Account, stranger: Account) -> None:
    gone = resident.upload()["id"]
    accepted(resident.call("assets.delete", asset_id=gone))
    for asset_id in (ids.unknown(), gone, stranger.upload()["id"]):
        refused(resident.patch(asset_id, description="no"), 404)


def test_the_answer_is_what_a_read_would_say(resident: Account) -> None:
    asset_id = resident.settled(photos.photo(photos.FULL))["id"]
    answer = resident.edit(asset_id, description="x", rating=1, original_datetime="2024-05-06T07:08:09+01:00")
    assert answer == resident.get(asset_id, include=TOKENS)
    assert answer["metadata"] and answer["file_data"]
    assert answer["faces"] == [] and answer["people"] == [] and answer["metrics"] is not None
    assert set(answer["asset_urls"]) == {"original", "thumbnail", "small", "preview", "fullsize"}


def test_an_include_narrows_the_answer(resident: Account) -> None:
    asset_id = resident.settled()["id"]
    answer = resident.http.patch(f"/api/assets/{asset_id}", json={"rating": 1}, params={"include": "metadata"})
    narrow = accepted(answer)
    assert narrow["metadata"]["rating"] == 1
    assert narrow["file_data"] is None and narrow["faces"] is None and narrow["people"] is None
    assert set(narrow["asset_urls"]) == {"thumbnail"}


@pytest.mark.parametrize(
    "change",
    [
        {"description": "x"},
        {"description": None},
        {"rating": 3},
        {"original_datetime": "2024-05-06T07:08:09Z"},
        {"latitude": 56.15, "longitude": 10.2},
        {"description": "y", "rating": 0, "original_datetime": "2024-05-06", "latitude": 1, "longitude": 2},
    ],
    ids=str,
)
def test_two_events_for_a_change_and_none_for_its_repetition(account: Account, change: dict[str, Any]) -> None:
    asset_id = account.settled()["id"]
    if change == {"description": None}:
        account.edit(asset_id, description="to be removed")
    end = account.end_of_feed()
    account.edit(asset_id, **change)
    first = account.events(after=end)[:2]
    assert sorted((event["entity_type"], event["event_type"]) for event in first) == [
        ("asset", "asset_updated"),
        ("metadata", "metadata_updated"),
    ]
    assert {event["entity_id"] for event in first} == {asset_id}
    settled = account.settle(asset_id)
    end = account.end_of_feed()
    again = account.edit(asset_id, **change)
    assert account.events(after=end) == []
    for part in (again, settled):
        part["metadata"].pop("updated_at")
        part.pop("updated_at")
    if "latitude" not in change:
        assert again == settled


def test_updated_at_moves_with_every_change_and_only_then(account: Account) -> None:
    asset_id = account.settled()["id"]
    seen = [account.get(asset_id)]
    for rating in (1, 2, 3, 4, 5, 1, 2, 3):
        seen.append(account.edit(asset_id, rating=rating))
    for part in (lambda asset: asset["updated_at"], lambda asset: asset["metadata"]["updated_at"]):
        times = [moment(part(asset)) for asset in seen]
        assert times == sorted(set(times)), "strictly increasing"
    again = account.edit(asset_id, rating=3)
    assert again["updated_at"] == seen[-1]["updated_at"]
    assert again["created_at"] == seen[0]["created_at"]


def test_two_people_on_different_fields(account: Account) -> None:
    asset_id = account.settled()["id"]
    rounds, failures = 20, []
    barrier = threading.Barrier(2)

    def write(field: str, values: list[Any]) -> None:
        with httpx.Client(base_url=account.url, headers=account.http.headers, timeout=30) as client:
            barrier.wait()
            for value in values:
                answer = client.patch(f"/api/assets/{asset_id}", json={field: value})
                if answer.status_code != 200 or answer.json()["metadata"][field] != value:
                    failures.append(answer.text)

    captions = [f"caption {number}" for number in range(rounds)]
    ratings = [number % 6 for number in range(rounds)]
    threads = [
        threading.Thread(target=write, args=("description", captions)),
        threading.Thread(target=write, args=("rating", ratings)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    metadata = account.get(asset_id)["metadata"]
    assert (metadata["description"], metadata["rating"]) == (captions[-1], ratings[-1])


def test_an_asset_in_the_trash_may_be_edited(account: Account) -> None:
    asset_id = account.upload()["id"]
    account.trash(asset_id)
    trashed_at = account.get(asset_id)["trashed_at"]
    edited = account.edit(asset_id, description="in the trash", rating=4)
    assert edited["trashed_at"] == trashed_at
    assert edited["metadata"]["description"] == "in the trash"
    assert accepted(account.bulk((asset_id, {"rating": 5}))) == {}
    assert account.listed() == []
    accepted(account.call("assets.restore", ids=[asset_id]))
    metadata = account.get(asset_id)["metadata"]
    assert (metadata["description"], metadata["rating"]) == ("in the trash", 5)


def test_a_refused_edit_leaves_nothing_behind(account: Account) -> None:
    before = account.settled()
    end = account.end_of_feed()
    for body in (EVERYTHING_WRONG, {"description": "x", "rating": 6}, {"rating": 1, "latitude": 1}):
        invalid(account.patch_json(before["id"], body))
    assert account.get(before["id"]) == before
    assert account.events(after=end) == []
