"""Whatever dies, and whenever: nothing that was answered is lost, and nothing is done by halves.

Several clients do all kinds of things and keep journals, while the server is killed, while it starts,
or loses its database. What is there afterwards is held against the journals, database and objects
against each other, and the feed against the lists.

`KILLS` says how many deaths; `KILLS_SEED` repeats the deeds and the moments of another run, though not
what happens to be running at them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest

from kit import photos
from kit.account import Account
from kit.consistency import consistent, database
from kit.life import KILLS, SEED, Life
from kit.postgres import cut
from kit.server import Server, panics

pytest.importorskip("schemathesis", reason="how it dies does not show in the client: the newest one suffices")


@pytest.fixture
def life(prepare: Callable[..., Server], request: pytest.FixtureRequest) -> Iterator[Life]:
    life = Life(prepare(), request.node.name)
    yield life
    life.server.kill()


def test_what_was_answered_survives_every_kill(life: Life) -> None:
    for _ in range(KILLS):
        if life.server.process is None and life.chance.random() < 0.4:
            life.die_at_the_start()
            continue
        if life.server.process is None:
            life.live_on()
        life.die_at_work()
    life.live_on()
    life.end()


def test_a_library_whose_making_is_killed(prepare: Callable[..., Server]) -> None:
    """From the first millisecond on: while folders, keys, schema and owner are made."""
    chance = random.Random(f"{SEED} birth")
    print(f"KILLS={KILLS} KILLS_SEED={SEED}")
    server = prepare()
    began = time.monotonic()
    server.start()
    startup = time.monotonic() - began
    server.stop()
    kills = 0
    while kills < KILLS:
        server = prepare()
        for _ in range(chance.randint(1, 3)):
            server.spawn()
            time.sleep(chance.uniform(0, startup))
            server.kill()
            kills += 1
        server.start()
        account = Account(server.url, server.owner_key())
        account.settled(photos.plain())
        assert len(account.libraries()) == 1
        server.stop()
        consistent(server)
        with database(server) as ask:
            assert ask("select count(*) from users") == [(1,)]
        assert not panics(server.log_since(0))
        account.close()


def test_cut_connections_lose_nothing(life: Life, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("its database is no server")
    process, url = life.server.process, life.server.database_url
    assert url is not None

    def end() -> None:
        for _ in range(KILLS):
            time.sleep(life.chance.uniform(0, 0.5))
            life.counted["connections cut"] += cut(url)

    life.traffic(end)
    life.check()
    assert life.server.process is process and process.poll() is None
    life.end()
