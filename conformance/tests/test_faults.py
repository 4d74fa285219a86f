"""A disk that fails: nothing that was answered is lost, what fails is said, and nobody has to restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import photos
from kit import server as servers
from kit.eye import patiently
from kit.faults import KINDS, Faults
from kit.life import KILLS, Life
from kit.server import Server

pytest.importorskip("schemathesis", reason="how a disk fails does not show in the client: the newest one suffices")
pytestmark = pytest.mark.skipif(servers.S3_URL is not None, reason="the objects are on no disk")

ROUNDS = 1 + KILLS // 10
SECONDS = 1.5


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    return Faults(tmp_path, tmp_path / "data")


@pytest.fixture
def life(prepare: Callable[..., Server], faults: Faults, tmp_path: Path) -> Iterator[Life]:
    server = prepare(folder=tmp_path)
    server.faults = faults
    life = Life(server, "faults")
    yield life
    life.server.kill()


def test_a_failing_disk_costs_nothing_but_what_is_refused(life: Life, faults: Faults) -> None:
    process = life.server.process
    life.traffic(lambda: time.sleep(SECONDS))
    for _ in range(ROUNDS):
        for kind in KINDS:

            def suffer() -> None:
                with faults.happening(kind):
                    time.sleep(SECONDS)

            life.traffic(suffer)
            patiently(lambda: life.owner.try_upload(photos.plain(), library_id=life.main), 201)
            life.check()
            life.counted[f"survived: {kind}"] += 1
        assert life.server.process is process and process is not None and process.poll() is None
    # What the memory of the system still knew, a disk may not.
    life.server.kill()
    life.live_on()
    life.end()
