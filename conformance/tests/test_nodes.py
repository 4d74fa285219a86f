"""Several processes on one database and one store: nothing is done twice, missed or stuck, whoever dies.

Only PostgreSQL can be shared. The store is a folder, or an S3 bucket with CONFORMANCE_S3_URL.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gumnut
import httpx
import pytest

from kit import photos
from kit.account import Account, fetched
from kit.answers import accepted, refused
from kit.nodes import LEASE_SECONDS, PATROL_SECONDS, Node, Nodes, at, overlaps
from kit.photos import Photo
from kit.postgres import fresh_schema
from kit.readers import NewReader, OldReader, Reader, listing
from kit.server import panics
from kit.waiting import eventually

DEAD = (gumnut.APIConnectionError, httpx.TransportError)
# How long a revoked key may be believed elsewhere (docs/operations.md), and time to ask.
BELIEVED_SECONDS = 5 + 2
JOBS = ("purge", "sweep", "scrub")
HANDS = 4
DEEDS = 240


@pytest.fixture(scope="module")
def nodes(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    if engine != "postgres":
        pytest.skip("a database in a file has one process")
    binary, folder = Path(os.environ["HELIOGRAPH_BIN"]), tmp_path_factory.mktemp("nodes")
    with fresh_schema(os.environ["CONFORMANCE_POSTGRES_URL"]) as database:
        nodes = Nodes(binary, folder, database, os.environ.get("CONFORMANCE_S3_URL"))
        try:
            yield nodes.start()
        finally:
            nodes.kill()
        assert not [line for node in nodes.all for line in panics(node.log_since(0))]


@pytest.fixture(scope="module")
def here(nodes: Nodes) -> Account:
    """The owner, asking the first process."""
    return Account(nodes.answering[0].url, nodes.owner_key())


@pytest.fixture(scope="module")
def there(nodes: Nodes) -> Account:
    """The owner, asking the second one."""
    return Account(nodes.answering[1].url, nodes.owner_key())


def test_five_first_starts_make_one_owner(nodes: Nodes, here: Account, there: Account) -> None:
    assert here.me() == there.me()
    assert nodes.rows("select count(*) from users") == nodes.rows("select count(*) from libraries") == [(1,)]


def test_each_job_is_done_by_one_process(nodes: Nodes) -> None:
    def done() -> Counter[str]:
        return Counter(span.what for node in nodes.working for span in node.jobs() if span.what in JOBS)

    for times in (1, 2):
        expected = {job: times for job in JOBS}
        eventually(done, lambda seen: all(seen[job] >= times for job in JOBS), PATROL_SECONDS + 15, "all jobs")
        held = "select count(*) from jobs where name = any(%s) and leased_until is not null"
        eventually(lambda: nodes.rows(held, list(JOBS)), lambda rows: rows == [(0,)], what="the end of the jobs")
        assert done() == expected
        if times == 1:
            nodes.change("update jobs set due_at = 0 where name in ('purge', 'sweep', 'scrub')")
    assert not overlaps(nodes.working, "job")


def test_what_one_process_hands_out_is_good_at_the_other(nodes: Nodes, here: Account, there: Account) -> None:
    asset = here.settled(photos.photo(photos.FULL))
    assert there.get(asset["id"]) == asset
    for variant in asset["asset_urls"].values():
        assert fetched(at(nodes.answering[0], variant["url"])) == fetched(at(nodes.answering[1], variant["url"]))
    session = Account(there.url, nodes.answering[0].session())
    assert session.me() == here.me()
    session.close()


def test_a_key_revoked_at_one_process_is_refused_by_the_other(nodes: Nodes, here: Account, there: Account) -> None:
    session = Account(here.url, nodes.answering[0].session())
    wanted = {"name": "to be revoked", "actions": ["read"], "library_scope_mode": "all_libraries"}
    made = accepted(session.call("api_keys.create", **wanted), 201)
    holders = [Account(url, made["api_key"]) for url in (here.url, there.url)]
    for holder in holders:
        holder.listed()
    accepted(session.call("api_keys.delete", key_id=made["id"]))
    revoked = time.monotonic()
    refused(holders[0].call("assets.list"), 401)
    eventually(lambda: holders[1].call("assets.list").status_code, lambda status: status == 401, BELIEVED_SECONDS)
    print(f"a revoked key was refused by the other process after {time.monotonic() - revoked:.1f} s")
    for account in (session, *holders):
        account.close()


class Hand:
    """Uploads and edits through any process that answers; repeats at the other one what was not answered."""

    def __init__(self, nodes: Nodes, key: str, seed: int, is_done: Callable[[], bool]) -> None:
        self.accounts = [Account(node.url, key) for node in nodes.answering]
        self.chance = random.Random(seed)
        self.is_done = is_done
        self.photos: dict[str, Photo] = {}
        self.captions: dict[str, str | None] = {}
        self.deeds = 0
        self.repeats = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.is_done():
                self.step()
                self.deeds += 1
        except BaseException as error:  # a thread's assertion must reach the test
            self.error = error

    def step(self) -> None:
        if len(self.photos) < 3 or self.chance.random() < 0.5:
            photo = photos.plain(size=(1600, 1200))
            asset_id = self.somewhere(lambda account: stored(account, photo))["id"]
            self.photos[asset_id], self.captions[asset_id] = photo, None
            # Whoever is asked now knows it.
            self.somewhere(lambda account: account.get(asset_id))
            return
        asset_id, caption = self.chance.choice(list(self.photos)), f"caption {self.chance.random()}"
        place = {"latitude": self.chance.uniform(-60, 60), "longitude": self.chance.uniform(-170, 170)}
        self.somewhere(lambda account: account.edit(asset_id, description=caption, **place))
        self.captions[asset_id] = caption

    def somewhere(self, deed: Callable[[Account], Any]) -> Any:
        first, second = self.chance.sample(self.accounts, 2)
        try:
            return deed(first)
        except DEAD:
            self.repeats += 1
            return deed(second)

    def check(self, records: dict[str, dict[str, Any]]) -> None:
        for asset_id, photo in self.photos.items():
            assert records[asset_id]["metadata"]["description"] == self.captions[asset_id]
            assert records[asset_id]["file_size_bytes"] == len(photo.data)


def stored(account: Account, photo: Photo) -> dict[str, Any]:
    """An upload, or the finding of one that was done and not answered."""
    answer = account.try_upload(photo)
    return accepted(answer, 200 if answer.status_code == 200 else 201)


class Follower(threading.Thread):
    """Keeps readers at the feed of one process, and all they saw of it."""

    def __init__(self, readers: list[Reader], is_done: Callable[[], bool]) -> None:
        super().__init__()
        self.readers = readers
        self.is_done = is_done
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.is_done():
                for reader in self.readers:
                    reader.sync()
        except BaseException as error:  # a thread's assertion must reach the test
            self.error = error


def stopped_at_work(nodes: Nodes, node: Node) -> set[uuid.UUID]:
    """Freezes a worker that holds tasks, and no transaction; the tasks."""

    def try_it() -> set[uuid.UUID]:
        node.freeze()
        held = node.held()
        if held and not nodes.in_database(node) and nodes.rows(STARTED, list(held)) == [(len(held),)]:
            return held
        node.thaw()
        return set()

    return eventually(try_it, seconds=30, what=f"work of {node.name}")


def test_nothing_is_missed_done_twice_or_stuck(
    nodes: Nodes, here: Account, there: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = nodes.answering
    steady, frozen, killed = nodes.working
    over, followed = threading.Event(), threading.Event()
    hands = [Hand(nodes, here.key, seed, over.is_set) for seed in range(HANDS)]
    readers: list[Reader] = [NewReader(there), OldReader(Account(there.url, there.key))]
    follower = Follower(readers, followed.is_set)
    threads = [follower, *(threading.Thread(target=hand.run) for hand in hands)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()

    def done(share: float) -> None:
        """Waits for a share of the deeds."""
        eventually(
            lambda: [hand.error for hand in hands if hand.error] or sum(hand.deeds for hand in hands),
            lambda seen: isinstance(seen, list) or seen >= share * DEEDS,
            seconds=120,
            what="the deeds of the clients",
        )
        assert not [hand.error for hand in hands if hand.error]

    try:
        done(0.2)
        held_by_frozen = stopped_at_work(nodes, frozen)
        held_by_killed = stopped_at_work(nodes, killed)
        killed.kill()
        leases = dict(nodes.rows(LEASES, list(held_by_frozen | held_by_killed)))
        died = time.time()
        done(0.5)
        first.kill()
        done(1)
    finally:
        over.set()
        for thread in threads[1:]:
            thread.join()
    written = time.monotonic() - begun
    assert sum(hand.repeats for hand in hands) > 0, "no client met the process that died"

    # One worker is left, and leases of the others that run out.
    limit = LEASE_SECONDS + PATROL_SECONDS + 60
    open_tasks = "select count(*) from tasks where status in ('pending', 'started')"
    eventually(lambda: nodes.rows(open_tasks), lambda rows: rows == [(0,)], limit, "the end of all work")
    worked = time.monotonic() - begun
    assert nodes.rows("select kind, error_message from tasks where status <> 'success'") == []
    ended = dict(nodes.rows(ENDED, list(leases)))
    assert all(ended[task] >= lease for task, lease in leases.items()), "a task was taken from its worker too early"
    freed = max(ended.values()) / 1e6 - died

    # Who comes back after its lease changes nothing.
    rows = "select * from tasks where id = any(%s) order by id"
    before = nodes.rows(rows, list(leases))
    frozen.wake()
    eventually(lambda: held_by_frozen & frozen.held(), lambda left: not left, 30, "the end of what was frozen")
    late = here_again(nodes, first).settled()
    assert nodes.rows(rows, list(leases)) == before
    assert not overlaps(nodes.working, "task")

    records = listing(there)
    for hand in hands:
        hand.check(records)
        asset_id, photo = hand.chance.choice(list(hand.photos.items()))
        asset = there.get(asset_id)
        assert fetched(at(second, asset["asset_urls"]["original"]["url"])) == photo.data
        fetched(at(second, asset["asset_urls"]["preview"]["url"]))
    eventually(
        lambda: [late["id"] in reader.records and reader.records == records for reader in readers],
        all,
        seconds=30,
        what="agreement of feed and listing",
    )
    followed.set()
    follower.join()
    assert follower.error is None
    everything = [event["cursor"] for event in there.events()]
    assert readers[0].seen == everything, "the feed told a reader something else than it tells now"
    assert listing(here) == listing(there)

    by_node = {node.name: len(node.tasks()) for node in nodes.working}
    assert all(by_node.values()), "a worker did nothing"
    with capsys.disabled():
        print(
            f"\nnodes: {sum(len(hand.photos) for hand in hands)} photos and {sum(hand.deeds for hand in hands)} deeds "
            f"in {written:.0f} s, all work done after {worked:.0f} s; tasks {by_node}; 2 kills and 1 freeze, "
            f"{len(leases)} tasks taken over, the last done {freed:.0f} s later; "
            f"{sum(hand.repeats for hand in hands)} requests repeated at the other process; "
            f"{len(everything)} events followed"
        )


STARTED = "select count(*) from tasks where status = 'started' and id = any(%s)"
LEASES = "select id, leased_until from tasks where id = any(%s)"
ENDED = "select id, completed_at from tasks where id = any(%s)"


def here_again(nodes: Nodes, node: Node) -> Account:
    """The owner, asking a process that was killed and started again."""
    node.still = None
    node.start()
    return Account(node.url, nodes.owner_key())

