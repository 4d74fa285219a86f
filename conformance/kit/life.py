"""A server's life under load: those who use it, whoever follows its feed, and its deaths."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from kit.account import Account
from kit.answers import accepted
from kit.consistency import as_uuid, consistent, database, folder, waived
from kit.follower import Follower
from kit.hand import LARGE, Hand
from kit.ids import decode
from kit.server import Server, panics
from kit.waiting import eventually

KILLS = int(os.environ.get("KILLS", "15"))
SEED = os.environ.get("KILLS_SEED") or secrets.token_hex(4)
HANDS = 3
# The lease of a task, the patrol that finds it, the pauses before it is tried again, and the work.
DRAIN_SECONDS = 60 + 15 + 30 + 60


class Life:
    """A server, those who use it, and who follows its feed."""

    def __init__(self, server: Server, name: str) -> None:
        print(f"KILLS={KILLS} KILLS_SEED={SEED}")
        self.server = server
        self.chance = random.Random(f"{SEED} {name}")
        began = time.monotonic()
        server.start()
        self.startup = time.monotonic() - began
        key = server.owner_key()
        self.owner = Account(server.url, key)
        self.main = main = self.owner.library()
        album = accepted(self.owner.call("albums.create", name="everybody", library_id=main), 201)
        everybody = (album["name"], album["id"])
        people = [Account(server.url, key) for _ in range(HANDS)]
        self.hands = [Hand(f"hand{n}", person, main, everybody, SEED) for n, person in enumerate(people)]
        self.follower = Follower(server.url, key, main)
        self.counted = Counter[str]()

    def traffic(self, end: Callable[[], None]) -> None:
        """Everybody does things until `end` has come about."""
        over: list[bool] = []
        with ThreadPoolExecutor(HANDS + 1) as threads:
            users = [self.follower, *self.hands]
            running = [threads.submit(user.run, lambda: bool(over)) for user in users]
            try:
                end()
            finally:
                over.append(True)
        for user in running:
            user.result()

    def die_at_work(self) -> None:
        """Somewhere in the traffic, or while the pictures of what has just come are made."""
        makes_pictures = self.chance.random() < 0.3
        if makes_pictures:
            for hand in self.hands:
                hand.upload(LARGE)

        def end() -> None:
            time.sleep(self.chance.uniform(0, 0.3 if makes_pictures else 1))
            self.server.kill()

        self.traffic(end)
        self.counted["killed at work"] += 1

    def die_at_the_start(self) -> None:
        self.server.spawn()
        time.sleep(self.chance.uniform(0, 1.2 * self.startup))
        self.server.kill()
        self.counted["killed while starting"] += 1

    def live_on(self) -> None:
        """Starts again; nobody has to help, and nothing is missing."""
        with database(self.server) as ask:
            self.counted["tasks interrupted"] += ask("select count(*) from tasks where status = 'started'")[0][0]
        consistent(self.server)
        self.server.start()
        self.check()

    def check(self) -> None:
        for hand in self.hands:
            hand.check()

    def end(self) -> None:
        """The work is done, the feed has told everything, what was deleted is gone; then the server stops."""
        self._drain()
        # Who died while it removed a library keeps others from it as long as a lease lasts.
        eventually(lambda: waived(self.server), lambda left: not left, DRAIN_SECONDS, "the end of deleted libraries")
        self._drain()
        eventually(self.follower.agrees, seconds=30, what="agreement of feed and lists")
        self.follower.check()
        for hand in self.hands:
            # All bytes once more.
            hand.eye.chains.clear()
            hand.check()
            self.counted["answered"] += hand.deeds
            self.counted["open and done"] += hand.journal.was_done
            self.counted["open and not done"] += hand.journal.was_not_done
        assert self.counted["answered"]
        self.server.stop()
        consistent(self.server)
        self._check_work()
        assert not panics(self.server.log_since(0))
        print(", ".join(f"{what}: {count}" for what, count in self.counted.items()))

    def _drain(self) -> None:
        eventually(self._unfinished, lambda left: not left, DRAIN_SECONDS, "the end of the work")

    def _unfinished(self) -> list[object]:
        libraries = accepted(self.owner.call("libraries.list"))
        return [
            task
            for library in libraries
            for status in ("pending", "started")
            for task in accepted(
                self.owner.http.get("/api/tasks", params={"library_id": library["id"], "status": status})
            )
        ]

    def _check_work(self) -> None:
        with database(self.server) as ask:
            # A picture whose making was interrupted too often is given up, for fear that it is what kills.
            for kind, reason in ask("select kind, error_message from tasks where status = 'failure'"):
                assert (kind, reason) == ("thumbhash", "its worker vanished")
                self.counted["tasks given up"] += 1
            assert ask("select id from discarded_versions") == []
            rows = {as_uuid(id) for (id,) in ask("select id from asset_versions")}
        removed = {decode(version.removeprefix("asset_version_")) for hand in self.hands for version in hand.removed}
        assert not removed & rows
        left = [version for version in removed if folder(self.server.data / "objects", version).exists()]
        assert not left, "the objects of what was deleted are still there"
        self.counted["versions deleted"] = len(removed)
