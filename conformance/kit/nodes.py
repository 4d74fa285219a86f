"""Several processes on one PostgreSQL and one store of objects: some answer, some work."""

from __future__ import annotations

import json
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from kit.ids import decode
from kit.server import Server, free_port

# What a process promises of itself: see crates/app/src/worker/mod.rs.
LEASE_SECONDS = 60
PATROL_SECONDS = 15
UNKNOWN_YET = float("inf")


@dataclass(frozen=True)
class Span:
    """When a process was at a task or a job, in seconds since 1970."""

    node: str
    what: str
    begun: float
    ended: float


class Node(Server):
    """One of several processes."""

    def __init__(self, binary: Path, folder: Path, name: str, role: str, shared: dict[str, str]) -> None:
        separator = "&" if "?" in shared["database_url"] else "?"
        database = f"{shared['database_url']}{separator}application_name={name}"
        settings = shared | {"database_url": database, "role": role, "log": "info,app=debug", "log_format": "json"}
        super().__init__(binary, folder / name, settings=settings)
        self.name = name
        self.role = role
        # Since when it does nothing.
        self.still: float | None = None

    def kill(self) -> None:
        if self.process is not None:
            self.still = self.still or time.time()
        super().kill()

    def freeze(self) -> None:
        """Stops it in the middle of whatever it is doing; it does not notice."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.still = time.time()

    def wake(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def thaw(self) -> None:
        """Wakes it at once, as if nothing had been."""
        self.wake()
        self.still = None

    def tasks(self) -> list[Span]:
        return list(self._spans("task"))

    def jobs(self) -> list[Span]:
        return list(self._spans("job"))

    def held(self) -> set[uuid.UUID]:
        """The tasks it has begun and not ended."""
        return {decode(span.what.removeprefix("btask_")) for span in self.tasks() if span.ended == UNKNOWN_YET}

    def _spans(self, kind: str) -> Iterator[Span]:
        begun: dict[str, list[float]] = {}
        # The last line may be half-written.
        for line in self.log_since(0).split("\n")[:-1]:
            if f'"a {kind} ' not in line:
                continue
            entry = json.loads(line)
            at = datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00")).timestamp()
            if entry["message"] == f"a {kind} begins":
                begun.setdefault(entry[kind], []).append(at)
            else:
                yield Span(self.name, entry[kind], begun[entry[kind]].pop(0), at)
        for what, times in begun.items():
            for at in times:
                yield Span(self.name, what, at, UNKNOWN_YET)

    def _ready(self) -> bool:
        # A worker has no port to ask at.
        return self.role == "worker" or super()._ready()


class Nodes:
    """The processes, and the database they share."""

    def __init__(self, binary: Path, folder: Path, database_url: str, storage_url: str | None) -> None:
        self.database_url = database_url
        port = free_port()
        shared = {
            "database_url": database_url,
            "storage_url": under(storage_url, f"nodes-{uuid.uuid4().hex[:12]}") if storage_url else str(folder / "objects"),
            "secrets_dir": str(folder / "secrets"),
            # That of a proxy before them, so to say.
            "public_url": f"http://127.0.0.1:{port}",
        }
        self.secrets = folder / "secrets"
        self.answering = [Node(binary, folder, f"api-{number}", "api", shared) for number in (1, 2)]
        self.working = [Node(binary, folder, f"worker-{number}", "worker", shared) for number in (1, 2, 3)]
        self.answering[0].port, self.answering[0].url = port, shared["public_url"]
        self.all = [*self.answering, *self.working]

    def start(self) -> "Nodes":
        """All at once, on an empty database."""
        with ThreadPoolExecutor(len(self.all)) as hands:
            list(hands.map(Node.start, self.all))
        return self

    def kill(self) -> None:
        for node in self.all:
            node.kill()

    def owner_key(self) -> str:
        return (self.secrets / "owner-api-key").read_text().strip()

    def rows(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement)

    def in_database(self, node: Node) -> bool:
        """Whether a process has a transaction open."""
        busy = self.rows(
            "select pid from pg_stat_activity where application_name = %s and state <> 'idle'", node.name
        )
        return bool(busy)


def overlaps(nodes: list[Node], kind: str) -> list[tuple[Span, Span]]:
    """Where two processes were at the same thing at the same time. Who is killed or frozen is at nothing."""
    found = []
    spans: dict[str, list[Span]] = {}
    for node in nodes:
        for span in node.tasks() if kind == "task" else node.jobs():
            if node.still is not None and span.begun <= node.still < span.ended:
                span = replace(span, ended=node.still)
            spans.setdefault(span.what, []).append(span)
    for of_one in spans.values():
        of_one.sort(key=lambda span: span.begun)
        found += [(one, next) for one, next in zip(of_one, of_one[1:]) if next.begun < one.ended]
    return found


def at(node: Node, url: str) -> str:
    """The same URL, asked of this process."""
    return urlunsplit(urlsplit(url)._replace(netloc=urlsplit(node.url).netloc))


def under(url: str, folder: str) -> str:
    """A folder of its own in an S3 bucket."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{folder}"))
