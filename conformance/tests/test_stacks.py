"""Stacks and bursts (contract 8, 9, 17.10, OP-30)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.waiting import eventually


def create(account: Account, *asset_ids: str, **fields: Any) -> dict[str, Any]:
    return accepted(account.call("stacks.create_stack", asset_ids=list(asset_ids), **fields), 201)


def get(account: Account, stack_id: str) -> dict[str, Any]:
    return accepted(account.call("stacks.retrieve_stack", stack_id=stack_id))


def add(account: Account, stack_id: str, *asset_ids: str) -> dict[str, Any]:
    return accepted(account.call("stacks.add_assets_to_stack", stack_id=stack_id, asset_ids=list(asset_ids)))


def remove(account: Account, stack_id: str, *asset_ids: str) -> None:
    assert accepted(account.call("stacks.remove_assets", stack_id=stack_id, asset_ids=list(asset_ids))) == {}


def listed(account: Account, **parameters: Any) -> list[dict[str, Any]]:
    page = accepted(account.call("stacks.list_stacks", **({"limit": 200} | parameters)))
    assert [stack["id"] for stack in page["data"]] == sorted(stack["id"] for stack in page["data"])
    return page["data"]


def members(account: Account, stack_id: str, state: str = "live") -> list[str]:
    return account.listed(stack_id=stack_id, order="asc", state=state)


def stack_of(account: Account, asset_id: str) -> str | None:
    found: str | None = account.get(asset_id, include=[])["stack_id"]
    return found


def told(account: Account, after: str | None) -> list[tuple[str, str, Any]]:
    return [(event["entity_id"], event["event_type"], event["payload"]) for event in account.events(after=after)]


@pytest.fixture
def made(account: Account) -> Callable[[int], list[str]]:
    """Uploads some pictures, the first one captured first, and waits for the work on them."""

    def make(count: int) -> list[str]:
        uploaded = []
        for number in range(count):
            taken = f"2020-01-02T03:{number:02}:00Z"
            uploaded.append(account.settled(file_created_at=taken)["id"])
        return uploaded

    return make


def test_made_read_and_dissolved(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c = made(3)
    end = account.end_of_feed()
    stack = create(account, a, b, c, primary_asset_id=b)
    assert (stack["origin"], stack["primary_asset_id"], stack["asset_count"]) == ("user", b, 3)
    assert stack["asset_ids"] is None
    assert get(account, stack["id"]) == stack
    assert members(account, stack["id"]) == [a, b, c]
    for asset_id in (a, b, c):
        assert account.get(asset_id, include=[])["stack_id"] == stack["id"], "also in the lean form"
    events = told(account, end)
    assert events[0] == (stack["id"], "stack_created", None)
    assert sorted(events[1:]) == sorted((one, "asset_updated", {"stack_id": stack["id"]}) for one in (a, b, c))

    end = account.end_of_feed()
    assert accepted(account.call("stacks.delete", stack_id=stack["id"])) == {}
    refused(account.call("stacks.retrieve_stack", stack_id=stack["id"]), 404)
    refused(account.call("stacks.delete", stack_id=stack["id"]), 404)
    events = told(account, end)
    assert events[-1] == (stack["id"], "stack_deleted", None), "after its assets have left it"
    assert sorted(events[:-1]) == sorted((one, "asset_updated", {"stack_id": None}) for one in (a, b, c))
    assert account.listed() == [c, b, a], "the pictures stay"


def test_lists(account: Account, made: Callable[[int], list[str]]) -> None:
    pictures = made(6)
    stacks = [create(account, *pictures[at : at + 2], primary_asset_id=pictures[at]) for at in (4, 0, 2)]
    by_id = sorted(stack["id"] for stack in stacks)
    assert [stack["id"] for stack in listed(account)] == by_id
    first = accepted(account.call("stacks.list_stacks", limit=2))
    assert [stack["id"] for stack in first["data"]] == by_id[:2] and first["has_more"]
    last = accepted(account.call("stacks.list_stacks", limit=2, starting_after_id=by_id[1]))
    assert [stack["id"] for stack in last["data"]] == by_id[2:] and not last["has_more"]
    assert [stack["id"] for stack in listed(account, ids=[by_id[0], ids.unknown("asset_stack_")])] == by_id[:1]
    assert [stack["id"] for stack in listed(account, primary_asset_id=pictures[2])] == [stacks[2]["id"]]
    assert listed(account, primary_asset_id=pictures[3]) == []
    assert len(listed(account, origin="user")) == 3 and listed(account, origin="auto_burst") == []
    account.trash(pictures[1])
    full = {stack["id"]: stack["asset_ids"] for stack in listed(account, include=["asset_ids"])}
    assert full == {
        stacks[0]["id"]: pictures[4:6],
        stacks[1]["id"]: pictures[:1],
        stacks[2]["id"]: pictures[2:4],
    }
    assert {stack["asset_ids"] for stack in listed(account)} == {None}


def test_queries_that_are_none(resident: Account) -> None:
    ask = resident.http.get
    invalid(ask("/api/stacks", params={"include": "assets"}), ("query", "include", 0))
    invalid(ask("/api/stacks", params={"origin": "other"}), ("query", "origin"))
    invalid(ask("/api/stacks", params={"limit": 0}), ("query", "limit"))
    invalid(ask("/api/stacks", params={"ids": ",".join(ids.unknown("asset_stack_") for _ in range(201))}))
    refused(ask("/api/stacks", params={"starting_after_id": ids.unknown("asset_stack_")}), 400)
    refused(ask("/api/stacks", params={"library_id": ids.unknown("lib_")}), 404)
    for unknown in (ids.unknown("asset_stack_"), ids.unknown(), "x"):
        refused(ask(f"/api/stacks/{unknown}"), 404)
    assert resident.listed(stack_id=ids.unknown("asset_stack_")) == []


def test_bodies_that_are_none(resident: Account) -> None:
    one = resident.upload()["id"]
    post = lambda body: resident.http.post("/api/stacks", json=body)  # noqa: E731
    place = ("body", "asset_ids")
    for asset_ids in ([], [one], [one, one], [ids.unknown() for _ in range(201)], None, one):
        invalid(post({"asset_ids": asset_ids}), place)
    invalid(post({"asset_ids": [one, "x"]}), ("body", "asset_ids", 1))
    invalid(post({}), place)
    other = resident.upload()["id"]
    invalid(post({"asset_ids": [one, other], "primary_asset_id": ids.unknown()}), ("body", "primary_asset_id"))
    refused(post({"asset_ids": [one, ids.unknown()]}), 404)
    assert stack_of(resident, one) is None, "all or nothing"
    stack = create(resident, one, other)
    path = f"/api/stacks/{stack['id']}"
    invalid(resident.http.patch(path, json={}), ("body", "primary_asset_id"))
    invalid(resident.http.patch(path, json={"primary_asset_id": None}), ("body", "primary_asset_id"))
    invalid(resident.http.patch(path, json={"primary_asset_id": resident.upload()["id"]}), ("body", "primary_asset_id"))
    for verb in ("POST", "DELETE"):
        invalid(resident.http.request(verb, path + "/assets", json={"asset_ids": []}), place)
        invalid(resident.http.request(verb, path + "/assets", json={}), place)
    refused(resident.http.post(path + "/assets", json={"asset_ids": [ids.unknown()]}), 404)
    remove(resident, stack["id"], ids.unknown())
    assert get(resident, stack["id"]) == stack


def test_an_asset_is_in_one_stack(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c, d, e, f = made(6)
    bare = create(account, a, b, c)
    covered = create(account, d, e, primary_asset_id=d)
    end = account.end_of_feed()
    new = create(account, a, d, f)
    assert members(account, new["id"]) == [a, d, e, f], "a cover brings its stack along"
    assert get(account, bare["id"])["asset_count"] == 2
    refused(account.call("stacks.retrieve_stack", stack_id=covered["id"]), 404)
    events = told(account, end)
    assert [kind for _, kind, _ in events].count("asset_updated") == 4
    assert events[0][:2] == (new["id"], "stack_created")
    assert events[-1][:2] == (covered["id"], "stack_deleted")
    assert (bare["id"], "stack_updated", None) in events
    # Taking one of the last two dissolves the rest.
    add(account, new["id"], b)
    refused(account.call("stacks.retrieve_stack", stack_id=bare["id"]), 404)
    assert stack_of(account, c) is None
    # The same members once more: yet another stack, and the former one dissolves.
    again = create(account, a, b, d, e, f)
    refused(account.call("stacks.retrieve_stack", stack_id=new["id"]), 404)
    assert get(account, again["id"])["asset_count"] == 5


def test_what_changes_nothing_tells_nothing(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c = made(3)
    stack = create(account, a, b, primary_asset_id=a)
    end = account.end_of_feed()
    assert add(account, stack["id"], a, b) == stack
    remove(account, stack["id"], c)
    same = account.call("stacks.set_cover", stack_id=stack["id"], primary_asset_id=a)
    assert accepted(same) == stack
    assert told(account, end) == []


def test_covers(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c = made(3)
    stack = create(account, a, b, c)
    assert stack["primary_asset_id"] is None, "never chosen by the server"
    end = account.end_of_feed()
    cover = accepted(account.call("stacks.set_cover", stack_id=stack["id"], primary_asset_id=b))
    assert (cover["primary_asset_id"], cover["origin"]) == (b, "user")
    assert cover["updated_at"] > stack["updated_at"]
    assert told(account, end) == [(stack["id"], "stack_updated", None)]
    account.trash(b)
    assert get(account, stack["id"]) | {"asset_count": 3} == cover
    invalid(account.call("stacks.set_cover", stack_id=stack["id"], primary_asset_id=b), ("body", "primary_asset_id"))
    accepted(account.call("assets.empty_trash"))
    assert get(account, stack["id"])["primary_asset_id"] is None
    accepted(account.call("stacks.set_cover", stack_id=stack["id"], primary_asset_id=a))
    remove(account, stack["id"], a)
    refused(account.call("stacks.retrieve_stack", stack_id=stack["id"]), 404)


def test_the_trash_counts(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c = made(3)
    stack = create(account, a, b, c)
    end = account.end_of_feed()
    account.trash(a, b, c)
    assert {kind for _, kind, _ in told(account, end)} == {"asset_trashed"}, "nothing for stacks"
    assert get(account, stack["id"])["asset_count"] == 0
    assert members(account, stack["id"]) == [] and members(account, stack["id"], "all") == [a, b, c]
    remove(account, stack["id"], c)
    assert get(account, stack["id"])["asset_count"] == 0, "two in the trash are two"
    accepted(account.call("assets.restore", ids=[a, b]))
    assert get(account, stack["id"])["asset_count"] == 2
    assert stack_of(account, a) == stack["id"], "everything as it was"


def test_deletion_counts_as_removal(account: Account, made: Callable[[int], list[str]]) -> None:
    a, b, c = made(3)
    stack = create(account, a, b, c)
    accepted(account.call("assets.delete", asset_id=a))
    assert get(account, stack["id"])["asset_count"] == 2
    end = account.end_of_feed()
    accepted(account.call("assets.delete", asset_id=b))
    events = told(account, end)
    assert events.index((c, "asset_updated", {"stack_id": None})) < events.index((stack["id"], "stack_deleted", None))
    assert (b, "asset_deleted", None) in events
    assert stack_of(account, c) is None and listed(account) == []


def test_strangers_see_no_stacks(account: Account, stranger: Account, made: Callable[[int], list[str]]) -> None:
    a, b = made(2)
    stack = create(account, a, b)
    mine = [stranger.upload()["id"] for _ in range(2)]
    for operation, more in [
        ("stacks.retrieve_stack", {}),
        ("stacks.delete", {}),
        ("stacks.set_cover", {"primary_asset_id": a}),
        ("stacks.add_assets_to_stack", {"asset_ids": mine}),
        ("stacks.remove_assets", {"asset_ids": [a]}),
    ]:
        foreign = refused(stranger.call(operation, stack_id=stack["id"], **more), 404)
        assert foreign == refused(stranger.call(operation, stack_id=ids.unknown("asset_stack_"), **more), 404)
    refused(stranger.call("stacks.create_stack", asset_ids=[a, mine[0]]), 404)
    assert listed(stranger, ids=[stack["id"]]) == []
    refused(stranger.call("stacks.list_stacks", starting_after_id=stack["id"]), 400)
    assert get(account, stack["id"]) == stack


def test_many_hands(account: Account, made: Callable[[int], list[str]]) -> None:
    pictures = made(8)
    people = [Account(account.url, account.key) for _ in range(4)]
    statuses: list[int] = []

    def run(number: int) -> None:
        for step in range(4):
            chosen = [pictures[(number + step + offset) % 8] for offset in (0, 2, 3)]
            answer = people[number].call("stacks.create_stack", asset_ids=chosen, primary_asset_id=chosen[0])
            statuses.append(answer.status_code)
            if answer.status_code == 201:
                stack_id = answer.json()["id"]
                gone = people[number].call("stacks.remove_assets", stack_id=stack_id, asset_ids=chosen[1:2])
                statuses.append(gone.status_code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        person.close()
    assert set(statuses) <= {200, 201, 404, 409}, statuses
    seen: list[str] = []
    for stack in listed(account, include=["asset_ids"]):
        assert stack["asset_count"] == len(stack["asset_ids"]) >= 2
        assert members(account, stack["id"]) == stack["asset_ids"]
        seen += stack["asset_ids"]
    assert len(seen) == len(set(seen))
    # Whoever follows the feed knows who is where.
    known: dict[str, str | None] = {}
    alive: set[str] = set()
    for event in account.events():
        if event["event_type"] == "asset_updated" and event["payload"]:
            known[event["entity_id"]] = event["payload"]["stack_id"]
        elif event["event_type"] == "stack_created":
            alive.add(event["entity_id"])
        elif event["event_type"] == "stack_deleted":
            alive.remove(event["entity_id"])
    assert alive == {stack["id"] for stack in listed(account)}
    for picture in pictures:
        assert stack_of(account, picture) == known.get(picture)


SHOT = photos.Facts(taken="2021:06:07 08:09:10", taken_subsec="100", make="Acme", model="Acme Nine")


def shot(account: Account, subsec: str, **facts: Any) -> str:
    asset_id: str = account.upload(photos.photo(replace(SHOT, taken_subsec=subsec, **facts)))["id"]
    return asset_id


def searched(account: Account, *asset_ids: str) -> None:
    """Waits until bursts were looked for around these."""

    def states() -> list[str]:
        return [task["status"] for one in asset_ids for task in account.tasks(one, "burst_detection")]

    eventually(states, lambda found: found == ["success"] * len(asset_ids))


def test_a_burst_is_found_and_grows(account: Account) -> None:
    burst = [shot(account, subsec) for subsec in ("700", "100", "400")]
    other = shot(account, "500", model="Acme Ten")
    later = shot(account, "300", taken="2021:06:07 08:10:10")
    searched(account, *burst, other, later)
    (stack,) = listed(account)
    assert (stack["origin"], stack["primary_asset_id"], stack["asset_count"]) == ("auto_burst", None, 3)
    assert members(account, stack["id"]) == [burst[1], burst[2], burst[0]]
    assert [stack_of(account, one) for one in (other, later)] == [None, None]
    for one in [*burst, other, later]:
        account.settle(one)
    end = account.end_of_feed()
    late = shot(account, "900")
    searched(account, late)
    account.settle(late)
    (grown,) = listed(account)
    assert (grown["id"], grown["asset_count"], grown["origin"]) == (stack["id"], 4, "auto_burst")
    events = told(account, end)
    assert (late, "asset_updated", {"stack_id": stack["id"]}) in events
    assert (stack["id"], "stack_updated", None) in events
    # A person takes over.
    remove(account, stack["id"], late)
    assert get(account, stack["id"])["origin"] == "user"
    last = shot(account, "800")
    searched(account, last)
    assert stack_of(account, last) is None and get(account, stack["id"])["asset_count"] == 3


def test_an_edited_time_is_no_signal(account: Account) -> None:
    frames = [shot(account, "100", taken=f"2021:06:07 08:09:{second}") for second in ("10", "20", "30")]
    searched(account, *frames)
    for one in frames:
        account.edit(one, original_datetime="2021-06-07T08:09:10")
        account.settle(one)
        assert len(account.tasks(one, "burst_detection")) == 1
    assert listed(account) == []
