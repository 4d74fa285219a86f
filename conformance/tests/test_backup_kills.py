"""Backups and restores that are killed at any moment: what is there is whole, and the next one goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import photos
from kit.account import Account, fetched
from kit.life import KILLS, SEED
from kit.readers import listing
from kit.server import Server

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("CONFORMANCE_S3_URL")), reason="it looks into the folder of the objects"
)

# Each is waited for: its lease is over after a minute, its place is free three quarters of a minute later.
BACKUPS = 1 + KILLS // 50
PATIENCE = 120


def cut_off(server: Server, begun: Callable[[], bool], seconds: float, *arguments: str) -> bool:
    """Kills a command so many seconds after it has begun; whether it had not ended by itself before."""
    command = [server.binary, "admin", *arguments]
    process = subprocess.Popen(command, env=server.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not begun():
        time.sleep(0.005)
    time.sleep(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def run(server: Server, *arguments: str) -> tuple[bool, str]:
    """Whether a command succeeds, and what it says."""
    command = [server.binary, "admin", *arguments]
    done = subprocess.run(command, env=server.environment(), capture_output=True, text=True, timeout=PATIENCE)
    assert "panicked" not in done.stderr
    return done.returncode == 0, done.stdout + done.stderr


def back_up(server: Server, backup: Path) -> None:
    """Makes a backup as soon as the one that was killed is known to be gone."""
    deadline = time.monotonic() + PATIENCE
    while True:
        done, said = run(server, "backup", "--keep", "1", str(backup))
        if done:
            return
        assert "if one was cut off, try again in a minute" in said and time.monotonic() < deadline, said
        time.sleep(1)


def test_a_backup_and_a_restore_that_are_killed_go_on(
    launch: Callable[[], Server], prepare: Callable[[], Server], tmp_path: Path
) -> None:
    print(f"KILLS={KILLS} KILLS_SEED={SEED}")
    chance = random.Random(SEED)
    server = launch()
    key = server.owner_key()
    account = Account(server.url, key)
    backup = tmp_path / "backup"
    uploads: dict[str, bytes] = {}
    backups = restores = 0
    for _ in range(BACKUPS):
        for _ in range(80):
            photo = photos.plain()
            uploads[account.upload(photo)["id"]] = photo.data
        is_held = (backup / "backup-in-progress").exists
        backups += cut_off(server, is_held, chance.uniform(0, 0.1), "backup", "--keep", "1", str(backup))
        gone = chance.choice(list(uploads))
        account.call("assets.delete", asset_id=gone)
        del uploads[gone]
        back_up(server, backup)
        assert f"{len(uploads)} originals" in server.admin("restore", "--dry-run", str(backup))
        assert len(list(backup.glob("v/*/*/*/original"))) == len(uploads), "nothing is left of what nobody names"
        assert [entry.name for entry in backup.iterdir() if entry.is_file()] == []
    server.stop()

    restored = prepare()
    for _ in range(KILLS):
        killed = cut_off(restored, (restored.data / "objects").exists, chance.uniform(0, 0.06), "restore", str(backup))
        restores += killed
        if not killed:
            # It was faster. Each comes further than the one before.
            restored = prepare()
    done, said = run(restored, "restore", str(backup))
    assert done or "the database is not empty" in said, said
    restored.start()
    again = Account(restored.url, key)
    records = listing(again)
    assert set(records) == set(uploads)
    for asset_id, data in uploads.items():
        assert fetched(again.get(asset_id)["asset_urls"]["original"]["url"]) == data
    assert "all there" in restored.admin("check", "--read-data")
    restored.stop()
    print(f"backups killed: {backups} of {BACKUPS}; restores: {restores} of {KILLS}")
