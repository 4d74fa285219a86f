"""Waiting for what happens behind an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], until: Callable[[T], bool] = bool, seconds: float = 5, what: str = "") -> T:
    """Looks again and again until `until` likes what it sees; returns that."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if until(seen):
            return seen
        assert time.monotonic() < deadline, f"{what or 'it'} did not happen within {seconds} s; last seen: {seen!r}"
        time.sleep(0.05)
