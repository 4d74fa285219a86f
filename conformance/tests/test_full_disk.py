"""A disk that becomes full: what cannot be kept is refused, the rest works, and nobody has to restart."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import photos
from kit.account import fetched
from kit.answers import refused
from kit.eye import patiently
from kit.hand import LARGE
from kit.life import Life
from kit.server import Server

SIZE = "96m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder whose `data` is a small disk of its own."""
    if not os.environ.get("SMALL_DISK"):
        pytest.skip("SMALL_DISK is not set: make test-slow mounts a small disk")
    disk = tmp_path / "data"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "none", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no small disk: {done.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def life(prepare: Callable[..., Server], small_disk: Path) -> Iterator[Life]:
    life = Life(prepare(folder=small_disk), "full disk")
    yield life
    life.server.kill()


class Ballast:
    """What fills a disk to the last byte."""

    def __init__(self, disk: Path) -> None:
        self.path = disk / "ballast"

    def load(self) -> None:
        with self.path.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def drop(self) -> None:
        self.path.unlink()


def test_a_full_disk_costs_nothing_but_what_does_not_fit(life: Life) -> None:
    process, ballast = life.server.process, Ballast(life.server.data)
    mine = [life.owner.upload(library_id=life.main)["id"] for _ in range(5)]
    life.traffic(lambda: time.sleep(1))

    def become_full() -> None:
        # What is removed meanwhile makes room, which is filled again.
        for _ in range(20):
            ballast.load()
            time.sleep(0.1)

    for _ in range(2):
        life.traffic(become_full)
        ballast.load()
        look_around(life, mine)
        ballast.drop()
        patiently(lambda: life.owner.try_upload(photos.plain(size=LARGE), library_id=life.main), 201)
        life.traffic(lambda: time.sleep(1))
        life.check()
    assert life.server.process is process and process is not None and process.poll() is None
    life.end()


def look_around(life: Life, mine: list[str]) -> None:
    """Nothing new fits, which is said; all that is there can be had."""
    answer = life.owner.try_upload(photos.plain(size=(4000, 3000)), library_id=life.main)
    assert answer.status_code in (503, 507), answer.text
    assert refused(answer, answer.status_code)
    for asset_id in mine:
        fetched(life.owner.get(asset_id)["asset_urls"]["original"]["url"])
        # The log of the database may have room for it; otherwise that is said.
        edited = life.owner.patch(asset_id, description="written on the last page")
        assert edited.status_code in (200, 503, 507), edited.text
    assert life.owner.list(library_id=life.main)["data"]
    assert life.owner.events(library_id=life.main)
