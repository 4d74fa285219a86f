"""What is backed up comes back; what does not belong together is refused (docs/operations.md)."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import photos
from kit.account import Account, fetched
from kit.readers import listing
from kit.server import Server

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("CONFORMANCE_S3_URL")), reason="it looks into the folder of the objects"
)


def refused(server: Server, *arguments: str) -> str:
    """What a command says that ends with status 1."""
    done = subprocess.run(
        [server.binary, *arguments], env=server.environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "panicked" not in done.stderr
    return done.stdout + done.stderr


def originals(server: Server) -> list[Path]:
    return sorted((server.data / "objects").glob("v/*/*/*/original"))


def test_a_backup_made_while_people_work_comes_back(launch: Callable[[], Server], prepare: Callable[[], Server], tmp_path: Path) -> None:
    server = launch()
    key = server.owner_key()
    account = Account(server.url, key)
    first = photos.photo(photos.FULL)
    uploads = {account.settled(first)["id"]: first.data}
    for _ in range(4):
        photo = photos.plain()
        uploads[account.upload(photo)["id"]] = photo.data
    described = next(iter(uploads))
    account.edit(described, description="Said by somebody")
    stop = threading.Event()

    def work() -> None:
        busy = Account(server.url, key)
        while not stop.is_set():
            busy.edit(busy.upload(photos.plain())["id"], rating=3)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(3):
            said = server.admin("backup", str(tmp_path / "backup"))
    finally:
        stop.set()
        worker.join()
    assert said.startswith("snapshot ") and "originals" in said
    assert len(server.admin("snapshots", str(tmp_path / "backup")).splitlines()) == 3
    old_url = account.get(described)["asset_urls"]["original"]["url"]
    server.stop()

    restored = prepare()
    assert "could be restored" in restored.admin("restore", "--dry-run", str(tmp_path / "backup"))
    assert not (restored.data / "heliograph.db").exists()
    assert "every byte" in restored.admin("restore", "--verify", str(tmp_path / "backup"))
    restored.start()
    again = Account(restored.url, key)
    records = listing(again)
    assert len(records) >= len(uploads)
    for asset_id, data in uploads.items():
        assert fetched(again.get(asset_id)["asset_urls"]["original"]["url"]) == data
    assert records[described]["metadata"]["description"] == "Said by somebody"
    # The same signature, at the new address.
    assert fetched(old_url.replace(server.url, restored.url)) == uploads[described]
    again.upload(photos.plain())
    assert "all there" in restored.admin("check", "--read-data")
    restored.stop()
    assert "not empty" in refused(restored, "admin", "restore", str(tmp_path / "backup"))


def test_damage_is_told_and_put_back_from_a_backup(launch: Callable[[], Server], tmp_path: Path) -> None:
    server = launch()
    account = Account(server.url, server.owner_key())
    for _ in range(3):
        account.settled(photos.plain())
    backup = str(tmp_path / "backup")
    server.admin("backup", backup)
    changed, gone, _ = originals(server)
    sound = changed.read_bytes()
    changed.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    gone.unlink()
    said = refused(server, "admin", "check", "--read-data")
    assert "2 still are" in said and ": changed" in said and ": missing" in said and "--repair --from" in said
    assert "2 originals are not in the backup" in refused(server, "admin", "backup", str(tmp_path / "another"))
    assert "have been put back" in server.admin("check", "--read-data", "--repair", "--from", backup)
    assert changed.read_bytes() == sound and gone.exists()
    assert "all there" in server.admin("check", "--read-data")
    server.stop()


def test_damage_in_a_backup_is_mended_by_the_next_one_that_reads(launch: Callable[[], Server], tmp_path: Path) -> None:
    server = launch()
    account = Account(server.url, server.owner_key())
    for _ in range(3):
        account.upload(photos.plain())
    backup = tmp_path / "backup"
    server.admin("backup", str(backup))
    damaged = sorted(backup.glob("v/*/*/*/original"))[0]
    sound = damaged.read_bytes()
    damaged.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    assert "0 of them new" in server.admin("backup", str(backup))
    assert "admin backup --read-data" in refused(server, "admin", "restore", "--dry-run", str(backup))
    assert "1 of them new" in server.admin("backup", "--read-data", str(backup))
    assert damaged.read_bytes() == sound
    assert "could be restored" in server.admin("restore", "--dry-run", str(backup))
    server.stop()


def test_no_library_begins_where_a_backup_is(
    launch: Callable[[], Server], prepare: Callable[[], Server], tmp_path: Path
) -> None:
    server = launch()
    Account(server.url, server.owner_key()).upload(photos.plain())
    backup = tmp_path / "backup"
    server.admin("backup", str(backup))
    server.stop()
    misled = prepare()
    objects = misled.data / "objects"
    shutil.copytree(backup, objects)
    for original in objects.glob("v/*/*/*/original"):
        os.utime(original, (0, 0))
    assert "there is a backup where the objects should be" in refused(misled, "serve")
    shutil.rmtree(objects / "snapshots")
    assert "nothing says whose" in refused(misled, "serve")
    assert len(list(objects.glob("v/*/*/*/original"))) == 1


def test_an_old_database_is_kept_from_newer_objects(launch: Callable[[], Server], engine: str, tmp_path: Path) -> None:
    if engine != "sqlite":
        pytest.skip("it copies the file of the database")
    server = launch()
    account = Account(server.url, server.owner_key())
    account.upload(photos.plain())
    server.stop()
    shutil.copy(server.data / "heliograph.db", tmp_path / "old.db")
    server.start()
    kept = Account(server.url, server.owner_key()).upload(photos.plain())["id"]
    server.stop()
    shutil.copy(server.data / "heliograph.db", tmp_path / "new.db")

    shutil.copy(tmp_path / "old.db", server.data / "heliograph.db")
    said = refused(server, "serve")
    assert "older than the objects" in said and "heliograph admin adopt" in said
    assert len(originals(server)) == 2

    objects = server.data / "objects"
    objects.rename(tmp_path / "objects")
    shutil.copy(tmp_path / "new.db", server.data / "heliograph.db")
    assert "is the disk mounted" in refused(server, "serve")
    shutil.rmtree(objects)
    (tmp_path / "objects").rename(objects)
    server.start()
    assert Account(server.url, server.owner_key()).get(kept)["id"] == kept
    server.stop()

    shutil.copy(tmp_path / "old.db", server.data / "heliograph.db")
    server.admin("adopt")
    server.start()
    assert len(listing(Account(server.url, server.owner_key()))) == 1
    server.stop()


def test_a_backup_lies_outside_the_library_and_is_made_by_nobody_who_reads(
    launch: Callable[[], Server], tmp_path: Path
) -> None:
    server = launch()
    Account(server.url, server.owner_key()).upload()
    (tmp_path / "link").symlink_to(server.data / "objects")
    for inside in (server.data, server.data / "objects" / "v" / "backup", tmp_path / "link" / "backup"):
        assert "lies in the library itself" in refused(server, "admin", "backup", str(inside))
    assert not (server.data / "snapshots").exists()
    nowhere = tmp_path / "nowhere"
    for command in (["snapshots"], ["restore", "--dry-run"], ["check", "--repair", "--from"]):
        assert "there is no backup in" in refused(server, "admin", *command, str(nowhere))
    assert not nowhere.exists()


def test_only_the_newest_snapshots_are_kept(launch: Callable[[], Server], tmp_path: Path) -> None:
    server = launch()
    account = Account(server.url, server.owner_key())
    gone, _ = account.upload()["id"], account.upload()
    backup = tmp_path / "backup"
    server.admin("backup", str(backup))
    account.call("assets.delete", asset_id=gone)
    server.admin("backup", "--keep", "2", str(backup))
    assert len(list(backup.glob("v/*/*/*/original"))) == 2
    said = server.admin("backup", "--keep", "1", str(backup))
    assert said.endswith("removed: 2 of the older snapshots, 1 originals that only they had")
    assert len(list(backup.glob("v/*/*/*/original"))) == 1
    assert ": 1 originals, " in server.admin("restore", "--dry-run", str(backup))
