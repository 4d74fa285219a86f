"""The feed (contract 9, checklist 9)."""

from __future__ import annotations

import random
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.readers import NewReader, OldReader, listing
from kit.strict import moment
from kit.waiting import eventually


def get(account: Account, **parameters: Any) -> dict[str, Any]:
    return accepted(account.call("events.get", **parameters))


def pairs(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["entity_type"], event["event_type"]) for event in events]


@pytest.fixture(scope="module")
def told(new_account) -> tuple[Account, list[dict[str, Any]]]:
    """An account where a few things happened, and its whole feed."""
    account = new_account()
    made = [account.settled()["id"] for _ in range(4)]
    for asset_id in made:
        account.edit(asset_id, rating=3)
    account.trash(made[0])
    accepted(account.call("assets.restore", ids=[made[0]]))
    accepted(account.call("assets.delete", asset_id=made[1]))
    for asset_id in (made[0], *made[2:]):
        account.settle(asset_id)
    return account, account.events()


def test_a_quiet_library(account: Account) -> None:
    page = get(account)
    assert (page["data"], page["has_more"], page["next_cursor"]) == ([], False, None)


def test_an_upload_is_told(account: Account) -> None:
    asset_id = account.upload(photos.photo(photos.FULL))["id"]
    account.settle(asset_id)
    events = account.events()
    assert pairs(events)[0] == ("asset", "asset_created")
    assert ("metadata", "metadata_updated") in pairs(events)
    assert {event["entity_id"] for event in events} == {asset_id}
    assert {event["payload"] is None for event in events} == {True}


def test_time_never_runs_back_along_the_feed(told: tuple[Account, list[dict[str, Any]]]) -> None:
    _, events = told
    times = [moment(event["created_at"]) for event in events]
    assert times == sorted(times)
    cursors = [event["cursor"] for event in events]
    assert len(set(cursors)) == len(cursors)
    assert not any("|" in cursor for cursor in cursors)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
def test_every_page_size_tells_the_same(told: tuple[Account, list[dict[str, Any]]], limit: int) -> None:
    account, expected = told
    for field in ("cursor", "next_cursor"):
        seen: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = get(account, limit=limit, **after)
            seen += page["data"]
            if not page["has_more"]:
                break
            assert len(page["data"]) == limit
            after = {"after_cursor": page["next_cursor"] if field == "next_cursor" else page["data"][-1]["cursor"]}
        assert seen == expected


def test_each_event_s_cursor_resumes_right_behind_it(told: tuple[Account, list[dict[str, Any]]]) -> None:
    account, events = told
    for position, event in enumerate(events):
        assert account.events(after=event["cursor"]) == events[position + 1 :]


def test_a_cursor_resumes_under_another_filter(told: tuple[Account, list[dict[str, Any]]]) -> None:
    account, events = told
    for entity_type in ("asset", "metadata"):
        rest = [event for event in events[3:] if event["entity_type"] == entity_type]
        assert account.events(after=events[2]["cursor"], entity_types=entity_type) == rest
        assert account.events(after=events[2]["cursor"], entity_types=[entity_type, "album"]) == rest


@pytest.mark.parametrize("entity_type", ["asset", "album", "person", "face", "album_asset", "metadata", "stack"])
def test_all_seven_entity_types_are_known(told: tuple[Account, list[dict[str, Any]]], entity_type: str) -> None:
    account, events = told
    expected = [event for event in events if event["entity_type"] == entity_type]
    assert account.events(entity_types=entity_type) == expected


@pytest.mark.parametrize("entity_type", ["nonsense", "library", "assets", "asset,nonsense"])
def test_an_unknown_entity_type(told: tuple[Account, list[dict[str, Any]]], entity_type: str) -> None:
    account, _ = told
    refused(account.call("events.get", entity_types=entity_type), 400)


@pytest.mark.parametrize("name", ["after_cursor", "as_of"])
@pytest.mark.parametrize("text", ["nonsense", "-1", "0x10", "a|b", "9" * 18, "9" * 40, "x" * 300, ids.absent("asset_")])
def test_a_cursor_that_is_none(told: tuple[Account, list[dict[str, Any]]], name: str, text: str) -> None:
    account, _ = told
    refused(account.http.get("/api/events", params={name: text}), 400)


def test_the_end_of_the_feed_is_a_place_too(told: tuple[Account, list[dict[str, Any]]]) -> None:
    account, events = told
    page = get(account, after_cursor=events[-1]["cursor"])
    assert (page["data"], page["has_more"]) == ([], False)
    assert page["next_cursor"] is not None
    assert get(account, after_cursor=page["next_cursor"])["data"] == []


def test_created_at_bounds_the_read_as_a_prefix(told: tuple[Account, list[dict[str, Any]]]) -> None:
    account, events = told
    for event in (events[0], events[len(events) // 2], events[-1]):
        before = [one for one in events if moment(one["created_at"]) < moment(event["created_at"])]
        page = get(account, created_at_lt=event["created_at"], limit=200)
        assert page["data"] == before and page["has_more"] is False
        since = events[len(before) :]
        assert get(account, created_at_gte=event["created_at"], limit=200)["data"] == since
    past = datetime.now(timezone.utc) - timedelta(days=1)
    assert get(account, created_at_lt=past)["data"] == []
    assert get(account, created_at_gte=past, limit=200)["data"] == events
    invalid(account.http.get("/api/events", params={"created_at_lt": "yesterday"}), ("query", "created_at_lt"))


def test_as_of_keeps_later_events_out(account: Account) -> None:
    first = account.settled()["id"]
    page = get(account, limit=1)
    bound = page["as_of"]
    account.upload()
    seen = account.events(as_of=bound)
    assert {event["entity_id"] for event in seen} == {first}
    assert len(account.events()) > len(seen)


def test_the_library_is_chosen_like_everywhere(told: tuple[Account, list[dict[str, Any]]], stranger: Account) -> None:
    account, events = told
    assert account.events(library_id=account.library()) == events
    refused(account.call("events.get", library_id=stranger.library()), 404)
    assert stranger.events() == []


def test_what_an_event_announces_is_readable(account: Account) -> None:
    """Nobody may learn of an asset that a read does not show yet."""
    stop, failures = threading.Event(), []

    def follow() -> None:
        after: str | None = None
        reader = Account(account.url, account.key)
        while not stop.is_set():
            for event in reader.events(after=after):
                after = event["cursor"]
                if event["event_type"] == "asset_created" and not reader.listed(ids=[event["entity_id"]], state="all"):
                    failures.append(event)
        reader.close()

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        for _ in range(15):
            account.upload()
    finally:
        stop.set()
        thread.join()
    assert not failures


def write_things(account: Account, seconds: float, seed: int) -> None:
    """Uploads, edits, trashes, restores and deletes, at random."""
    chance, deadline, mine = random.Random(seed), time.monotonic() + seconds, []
    while time.monotonic() < deadline:
        deed = chance.randrange(8)
        if deed < 2 or not mine:
            mine.append(account.upload()["id"])
            continue
        asset_id = chance.choice(mine)
        if deed == 2:
            account.edit(asset_id, description=f"{chance.random()}")
        elif deed == 3:
            account.edit(asset_id, latitude=chance.uniform(-60, 60), longitude=chance.uniform(-170, 170))
        elif deed == 4:
            accepted(account.bulk(*((one, {"rating": chance.randrange(6)}) for one in mine[:5])))
        elif deed == 5:
            account.trash(asset_id)
        elif deed == 6:
            accepted(account.call("assets.restore", ids=[asset_id]))
        elif len(mine) > 4:
            mine.remove(asset_id)
            accepted(account.call("assets.delete", asset_id=asset_id))


def test_both_recipes_end_with_the_truth(account: Account) -> None:
    readers = [OldReader(account), NewReader(account)]
    hands = [Account(account.url, account.key) for _ in range(3)]
    failures: list[BaseException] = []

    def write(hand: Account, seed: int) -> None:
        try:
            write_things(hand, 4, seed)
        except BaseException as error:  # a thread's assertion must reach the test
            failures.append(error)

    threads = [threading.Thread(target=write, args=(hand, seed)) for seed, hand in enumerate(hands)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for reader in readers:
            reader.sync()
    for hand in hands:
        hand.close()
    assert not failures
    for asset_id in listing(account):
        account.settle(asset_id, seconds=30)

    def synced() -> bool:
        for reader in readers:
            reader.sync()
        return all(reader.records == listing(account) for reader in readers)

    eventually(synced, seconds=10, what="agreement of feed and listing")
    for reader in readers:
        assert len(set(reader.seen)) == len(reader.seen), "each event once"
    assert sorted(readers[0].seen) == sorted(readers[1].seen)
