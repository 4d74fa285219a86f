"""What a client was told is done, and what it asked for and was not told of.

A client asks for one thing at a time. So whatever happens to the server, what is there is either
what the client was told, or that and the whole of the one thing it was not told of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Asset:
    """What people can say of an asset, and its bytes."""

    # Unknown while nobody was told.
    id: str | None
    library: str
    # SHA-256 in base 64 of each version, the upload first.
    checksums: tuple[str, ...]
    description: str | None = None
    rating: int | None = None
    place: tuple[float, float] | None = None
    taken: str = "2020-01-02T03:04:05+00:00"
    is_trashed: bool = False
    albums: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Album:
    id: str | None
    description: str | None = None


@dataclass(frozen=True)
class Library:
    id: str | None
    is_trashed: bool = False


# By the name of the file, the album, the library; no name is used twice.
State = dict[str, Asset | Album | Library]


def changed(state: State, names: Iterable[str], **fields: Any) -> State:
    """The same with other `fields` in these things."""
    return state | {name: replace(state[name], **fields) for name in names}


def without(state: State, names: Iterable[str]) -> State:
    gone = set(names)
    return {name: thing for name, thing in state.items() if name not in gone}


def visible(state: State) -> State:
    """Without what lies in libraries that are in the trash: nobody can see it."""
    hidden = {name for name, thing in state.items() if isinstance(thing, Library) and thing.is_trashed}
    return {
        name: thing for name, thing in state.items() if not isinstance(thing, Asset) or thing.library not in hidden
    }


class Journal:
    """The state that was told, and the one that was asked for."""

    def __init__(self) -> None:
        self.told: State = {}
        self.asked: State | None = None
        # Of what was asked for and not told: how often it was done, and how often not.
        self.was_done = 0
        self.was_not_done = 0

    def answered(self, name: str | None = None, id: str | None = None) -> None:
        """What was asked for is done; `id` is the one of a new thing."""
        assert self.asked is not None
        self.told, self.asked = self.asked, None
        if name is not None:
            self.told = changed(self.told, [name], id=id)

    def compare(self, found: State) -> None:
        """Fails unless `found` is what was told, or that and all that was asked for; keeps which it is."""
        complaints = differences(visible(self.told), found)
        if complaints:
            otherwise = ["  nothing else"] if self.asked is None else differences(visible(self.asked), found)
            assert not otherwise, "\n".join(["not what was told", *complaints, "nor what was asked for", *otherwise])
            assert self.asked is not None
            self.told = self.asked
            self.was_done += 1
        elif self.asked is not None:
            self.was_not_done += 1
        self.told, self.asked = with_ids(self.told, found), None


def differences(expected: State, found: State) -> list[str]:
    """A line for each thing that is another; an id that nobody was told may be any."""
    expected = with_ids(expected, found)
    return [
        f"  {name}: {expected.get(name)} is {found.get(name)}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def with_ids(state: State, found: State) -> State:
    """With the ids that nobody was told."""
    return {
        name: replace(thing, id=found[name].id) if thing.id is None and name in found else thing
        for name, thing in state.items()
    }
