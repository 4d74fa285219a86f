"""A large import on a small machine: every file is taken in and worked on, within 512 MiB."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from kit.account import Account
from kit.memory import MIB, Cage, Watch, cage
from kit.photos import Photo, with_segment
from kit.samples import SAMPLES, truths
from kit.server import Server

pytest.importorskip("schemathesis", reason="memory does not show in the client: the newest one suffices")

LIMIT = 512 * MIB
COUNT = int(os.environ.get("IMPORT", "100"))
CLIENTS = 6
# Photographs of twelve megapixels that are painted; the others are these with another comment.
PAINTED = 6
COMMENT = 0xFE
FOLDERS = ("jpeg", "png", "webp", "tiff", "gif", "heic", "avif", "jxl", "raw", "video")


@pytest.fixture
def caged() -> Iterator[Cage | None]:
    with cage(LIMIT) as made:
        yield made


@pytest.fixture
def server(prepare: Callable[..., Server], caged: Cage | None) -> Iterator[Server]:
    server = prepare()
    server.cage = caged
    yield server.start()
    server.kill()
    # It may be 20 GB.
    shutil.rmtree(server.data)


def test_an_import_fits_into_little_memory(server: Server, caged: Cage | None, tmp_path: Path) -> None:
    assert server.process is not None
    owner, painted = Account(server.url, server.owner_key()), paintings(tmp_path)
    start = time.monotonic()
    with Watch(server.process.pid) as watch, ThreadPoolExecutor(CLIENTS) as clients:
        for answer in clients.map(lambda number: owner.try_upload(file(painted, number)), range(COUNT)):
            assert answer.status_code in (200, 201), answer.text
        stored = time.monotonic() - start
        while waiting(server):
            assert server.process.poll() is None, server.log_tail()
            time.sleep(1)
        done = time.monotonic() - start
    owner.close()
    assert caged is None or caged.killed() == 0, "something was killed for memory"
    assert watch.peak <= LIMIT
    print(
        f"\n{COUNT} files stored after {stored:.0f} s, all done after {done:.0f} s, "
        f"peak {watch.peak / MIB:.0f} MiB{'' if caged else ', without a cage'}"
    )


def paintings(folder: Path) -> list[bytes]:
    """Photographs as a telephone takes them."""
    made = []
    for seed in range(PAINTED):
        path = folder / f"{seed}.jpg"
        options = {"out": path, "width": 4032, "height": 3024, "seed": seed, "lat": 60.39, "lon": 5.32}
        command = [os.environ["SPECIMEN_BIN"], "photo", *(f"--{name}={value}" for name, value in options.items())]
        subprocess.run(command, check=True)
        made.append(path.read_bytes())
    return made


def file(painted: list[bytes], number: int) -> Photo:
    """Each of the samples, if there are any, spread over the whole; photographs otherwise."""
    samples = sorted(truths(*FOLDERS))
    every = max(COUNT // max(len(samples), 1), 1)
    if number % every == 0 and number // every < len(samples):
        assert SAMPLES is not None
        name = samples[number // every]
        return Photo(name.rpartition("/")[2], (SAMPLES / name).read_bytes())
    data = with_segment(painted[number % len(painted)], COMMENT, f"number {number}".encode())
    return Photo(f"IMG_{number:05}.JPG", data)


def waiting(server: Server) -> int:
    """Tasks that wait or run."""
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith("heliograph_tasks{"))
