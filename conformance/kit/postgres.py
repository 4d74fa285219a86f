"""A schema of one's own on a shared PostgreSQL server."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import psycopg


@contextlib.contextmanager
def fresh_schema(url: str) -> Iterator[str]:
    """The URL of a new, empty schema, which is dropped afterwards."""
    name = f"conformance_{uuid.uuid4().hex[:12]}"
    _run(url, f"create schema {name}")
    try:
        separator = "&" if "?" in url else "?"
        yield f"{url}{separator}options={quote(f'-csearch_path={name}', safe='')}"
    finally:
        _run(url, f"drop schema {name} cascade")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
