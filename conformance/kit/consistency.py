"""Whether database and objects of a stopped server fit together."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from kit.ids import encode
from kit.postgres import wait_until_alone
from kit.server import Server

Ask = Callable[[str], list[tuple[Any, ...]]]

# Each statement finds rows that must not be.
NEVER = {
    "an asset shows a version that is not its highest": """
        select a.id from assets a left join asset_versions v on v.id = a.version_id
        where v.asset_id is null or v.asset_id <> a.id
           or v.position <> (select max(position) from asset_versions where asset_id = a.id)""",
    "the first version is not the upload": """
        select a.id from assets a left join asset_versions v on v.asset_id = a.id and v.position = 0
        where v.checksum is null or v.checksum <> a.sha256""",
    "an asset has no event of its creation, or one of its deletion": """
        select id from assets a
        where not exists (select 1 from events where entity_id = a.id and kind = 'asset_created')
           or exists (select 1 from events where entity_id = a.id and kind = 'asset_deleted')""",
    "an event tells of an asset that is not there": """
        select number from events e
        where kind = 'asset_created' and not exists (select 1 from assets where id = e.entity_id)
          and not exists (select 1 from events where entity_id = e.entity_id and kind = 'asset_deleted')""",
    "an event tells of an album that is not there": """
        select number from events e
        where kind = 'album_created' and not exists (select 1 from albums where id = e.entity_id)
          and not exists (select 1 from events where entity_id = e.entity_id and kind = 'album_deleted')
          and exists (select 1 from libraries where id = e.library_id)""",
    "a link has another number of events than one more of adding than of removing": """
        select l.id from album_assets l
        where 1 <> (select count(*) from events where entity_id = l.id and kind = 'album_asset_added')
                 - (select count(*) from events where entity_id = l.id and kind = 'album_asset_removed')""",
    "a feed has a gap, or another end than it says": """
        select f.library_id from feeds f join events e on e.library_id = f.library_id
        group by f.library_id, f.last
        having count(*) <> f.last or min(e.number) <> 1 or max(e.number) <> f.last""",
    "an asset has no work behind it": """
        select id from assets a where not exists (select 1 from tasks where asset_id = a.id)""",
    "what is removed has no task that removes it": """
        select id from discarded_versions d
        where not exists (select 1 from tasks where asset_id = d.asset_id and kind like 'asset%storage_cleanup')""",
    "a version is both there and discarded": """
        select v.id from asset_versions v join discarded_versions d on d.id = v.id""",
    "a library counts other assets or bytes than it has": """
        select id from libraries l
        where asset_count <> (select count(*) from assets where library_id = l.id and trashed_at is null)
           or storage_used_bytes <> (select coalesce(sum(v.file_size_bytes), 0) from asset_versions v
                                     join assets a on a.id = v.asset_id where a.library_id = l.id)""",
    "an album counts other members than it has": """
        select id from albums a
        where asset_count <> (select count(*) from album_assets where album_id = a.id and asset_is_live)""",
}


def consistent(server: Server) -> None:
    """Fails with whatever does not fit together. The server must not run."""
    assert server.process is None
    with database(server) as ask:
        found = [f"{what}: {rows[:3]}" for what, statement in NEVER.items() if (rows := ask(statement))]
        found += holes(server.data / "objects", ask)
    assert not found, "\n".join(found)
    # And by its own judgement.
    server.admin("check", "--read-data")


def waived(server: Server) -> list[tuple[Any, ...]]:
    """The libraries that are to go, of a server that runs."""
    statement = "select id from libraries where trash_waived"
    if server.database_url is not None:
        with psycopg.connect(server.database_url, autocommit=True) as connection:
            return connection.execute(statement).fetchall()
    with contextlib.closing(sqlite3.connect(server.data / "heliograph.db", timeout=10)) as connection:
        return connection.execute(statement).fetchall()


def holes(objects: Path, ask: Ask) -> list[str]:
    """Versions whose object is missing, or is another."""
    found = []
    for number, size, digest in ask("select id, file_size_bytes, checksum from asset_versions"):
        path = folder(objects, as_uuid(number)) / "original"
        if not path.exists():
            found.append(f"no object: {path}")
        elif path.stat().st_size != size or hashlib.sha256(path.read_bytes()).digest() != bytes(digest):
            found.append(f"another object: {path}")
    return found


def folder(objects: Path, version: uuid.UUID) -> Path:
    """Where the objects of a version are."""
    return objects / "v" / version.hex[-4:-2] / version.hex[-2:] / f"asset_version_{encode(version)}"


def as_uuid(value: uuid.UUID | bytes) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value)


@contextlib.contextmanager
def database(server: Server) -> Iterator[Ask]:
    """The database of a server, to be asked in SQL. SQLite's is a copy: reading it mends it."""
    if server.database_url is not None:
        wait_until_alone(server.database_url)
        with psycopg.connect(server.database_url, autocommit=True) as connection:
            yield lambda statement: connection.execute(statement).fetchall()
        return
    with tempfile.TemporaryDirectory() as copies:
        for end in ("", "-wal"):
            original = server.data / f"heliograph.db{end}"
            if original.exists():
                shutil.copy(original, copies)
        with contextlib.closing(sqlite3.connect(Path(copies) / "heliograph.db")) as connection:
            ask: Ask = lambda statement: connection.execute(statement).fetchall()  # noqa: E731
            assert ask("pragma integrity_check") == [("ok",)]
            assert ask("pragma foreign_key_check") == []
            yield ask
