"""A schema of one's own on a shared PostgreSQL server."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import psycopg

from kit.waiting import eventually

# Connections of whoever has the same URL: each schema has a name of its own for its programs.
_OTHERS = (
    "from pg_stat_activity where pid <> pg_backend_pid() and application_name = current_setting('application_name')"
)


@contextlib.contextmanager
def fresh_schema(url: str) -> Iterator[str]:
    """The URL of a new, empty schema, which is dropped afterwards."""
    name = f"conformance_{uuid.uuid4().hex[:12]}"
    _run(url, f"create schema {name}")
    try:
        separator = "&" if "?" in url else "?"
        options = quote(f"-csearch_path={name}", safe="")
        yield f"{url}{separator}application_name={name}&options={options}"
    finally:
        _run(url, f"drop schema {name} cascade")


def cut(url: str) -> int:
    """Ends every connection that was made with this URL; how many there were."""
    with psycopg.connect(url, autocommit=True) as connection:
        return len(connection.execute(f"select pg_terminate_backend(pid) {_OTHERS}").fetchall())


def wait_until_alone(url: str) -> None:
    """Until PostgreSQL has noticed that a program is dead: what it had sent is done until then."""
    with psycopg.connect(url, autocommit=True) as connection:
        count = lambda: connection.execute(f"select count(*) {_OTHERS}").fetchone()  # noqa: E731
        eventually(count, lambda found: found == (0,), 30, "the end of the dead program's connections")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
