"""What the tests have asked and seen, held against all that the client can ask and understand.

Every answer to an `Account` passes `SEEN`, whether the client or a test itself sent the request.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel

from kit import strict, surface
from kit.surface import Operation

# Operations that the server does not have yet, and why. To be emptied: an entry whose operation
# succeeds is a failure.
NOT_BUILT: dict[str, str] = {}

# Parameters that no good answer follows, and why. One that succeeds is a failure.
ONLY_REFUSED: dict[tuple[str, str], str] = {
    ("oauth.exchange", "body error"): "tells of a sign-in that failed",
    ("search.search_assets", "body image"): "nothing can compare pictures yet",
}

_NO_FACES = "faces are not found by themselves yet"
_NO_SCORES = "pictures are not looked at yet"
_ONLY_LISTED = "members of a stack are sent by lists only (contract 8)"

# Fields that are always null or empty, and why. A field that is filled after all is a failure.
NEVER_FILLED: dict[tuple[str, str], str] = {
    ("APIKeyCreateResponse", "last_used_at"): "nobody has used a key that was made just now",
    ("AssetResponse", "description"): _NO_SCORES,
    ("AssetResponse", "metrics"): _NO_SCORES,
    ("AssetResponse", "quality_score"): _NO_SCORES,
    ("ExchangeResponse.User", "clerk_user_id"): "an id of the vendor (OP-34)",
    ("FaceResponse", "cluster_assignment"): _NO_FACES,
    ("FaceResponse", "confidence"): _NO_FACES,
    ("FaceResponse", "timestamp_ms"): _NO_FACES,
    ("MetadataResponse", "place_name"): "landmarks are not known",
    ("PersonResponse", "cluster_metrics"): _NO_FACES,
    ("SearchResultItem", "distance"): _NO_SCORES,
    ("StackAddAssetsToStackResponse", "asset_ids"): _ONLY_LISTED,
    ("StackCreateStackResponse", "asset_ids"): _ONLY_LISTED,
    ("StackRetrieveStackResponse", "asset_ids"): _ONLY_LISTED,
    ("StackSetCoverResponse", "asset_ids"): _ONLY_LISTED,
    ("TaskResponse", "outcome"): _NO_FACES,
    ("TaskResponse", "result"): "no work leaves more behind than it changed",
    ("UserResponse", "timezone"): "nobody can say theirs yet",
}


@dataclass
class Seen:
    """What has been asked and answered so far."""

    # What succeeded: operations, and parameters of operations.
    operations: set[str] = field(default_factory=set)
    parameters: set[tuple[str, str]] = field(default_factory=set)
    # Parameters of what was refused.
    refused: set[tuple[str, str]] = field(default_factory=set)
    # Model and field: there at all, and there with something in it.
    present: set[tuple[str, str]] = field(default_factory=set)
    filled: set[tuple[str, str]] = field(default_factory=set)

    def look(self, answer: httpx.Response) -> None:
        """An event hook for the clients of the tests."""
        request = answer.request
        operation = surface.operation_of(request.method, request.url.path)
        if operation is None:
            return
        sent = surface.parameters(request) | {name for name in operation.parameters if name.startswith("path ")}
        known = {(operation.name, name) for name in sent & operation.parameters}
        if not answer.is_success:
            self.refused |= known
            return
        self.operations.add(operation.name)
        self.parameters |= known
        if answer.read() and operation.answer is not str:
            self._walk(operation.answer, answer.json())

    def _walk(self, declared: Any, value: Any) -> None:
        origin, arguments = typing.get_origin(declared), typing.get_args(declared)
        if origin in (typing.Union, types.UnionType):
            for one in arguments:
                if not any(strict.problems(one, value, "")):
                    self._walk(one, value)
        elif origin in (list, dict):
            for inner in value.values() if origin is dict else value:
                self._walk(arguments[-1], inner)
        elif isinstance(declared, type) and issubclass(declared, BaseModel):
            name = surface.model_name(declared)
            for key, inner in surface.wire_fields(declared).items():
                if key in value:
                    self.present.add((name, key))
                    if value[key] not in (None, [], {}):
                        self.filled.add((name, key))
                    self._walk(inner, value[key])


SEEN = Seen()


@dataclass(frozen=True)
class Coverage:
    """The surface of the client next to what was seen of it."""

    seen: Seen
    operations: tuple[Operation, ...]

    @classmethod
    def now(cls) -> "Coverage":
        built = tuple(one for one in surface.operations() if one.name not in NOT_BUILT)
        return cls(SEEN, built)

    def gaps(self) -> Iterator[str]:
        """One line for each thing without a test, and for each excuse that no longer holds."""
        for operation in self.operations:
            where = f"{operation.name} ({operation.verb} {operation.path})"
            if operation.name not in self.seen.operations:
                yield f"{where}: never succeeded"
                continue
            for name in sorted(operation.parameters):
                yield from (f"{where}: {gap}" for gap in self._gaps_of_parameter(operation.name, name))
        for model, name in sorted(self._fields()):
            yield from (f"{model}.{name}: {gap}" for gap in self._gaps_of_field((model, name)))
        for name in sorted(self.seen.operations & NOT_BUILT.keys()):
            yield f"{name}: succeeds; take it out of NOT_BUILT"

    def _gaps_of_parameter(self, operation: str, name: str) -> Iterator[str]:
        key = (operation, name)
        if key in ONLY_REFUSED:
            if key in self.seen.parameters:
                yield f"{name} succeeds; take it out of ONLY_REFUSED"
            elif key not in self.seen.refused:
                yield f"never sent with {name}"
        elif key not in self.seen.parameters:
            yield f"never succeeded with {name}"

    def _gaps_of_field(self, key: tuple[str, str]) -> Iterator[str]:
        if key not in self.seen.present:
            yield "never in an answer"
        elif key in self.seen.filled and key in NEVER_FILLED:
            yield "filled; take it out of NEVER_FILLED"
        elif key not in self.seen.filled and key not in NEVER_FILLED:
            yield "always null or empty"

    def summary(self) -> str:
        """`operations 79/81, fields 280/300, parameters 303/304`: seen, of all there are."""
        every = surface.operations()
        parameters = {(one.name, name) for one in every for name in one.parameters}
        fields = surface.fields(every)
        return (
            f"operations {len(self.seen.operations)}/{len(every)},"
            f" fields {len(fields & self.seen.filled)}/{len(fields)},"
            f" parameters {len(parameters & self.seen.parameters)}/{len(parameters)}"
        )

    def _fields(self) -> set[tuple[str, str]]:
        """What is never filled hides the fields of what would be in it."""
        return surface.fields(self.operations, NEVER_FILLED.keys())
