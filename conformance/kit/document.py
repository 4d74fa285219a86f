"""The OpenAPI document that a server serves, as far as tests walk over it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

# What a step into a list is called; every other step is the name of a field.
EACH = "[]"


@dataclass(frozen=True)
class IdPlace:
    """Where a request may carry an id: `body`, `("updates", "[]", "id")`, `asset`."""

    part: str
    steps: tuple[str, ...]
    noun: str

    def __str__(self) -> str:
        return f"{self.part}:{'.'.join(self.steps)}"

    @property
    def is_list(self) -> bool:
        return EACH in self.steps


@dataclass(frozen=True)
class Request:
    """What is sent: the parameters of each part."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    form: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)

    def with_ids(self, place: IdPlace, ids: list[str], keep: bool = False) -> "Request":
        """With these ids in a place, behind or instead of those that stand there; single places take one."""
        part = copy.deepcopy(getattr(self, place.part)) or {}
        _put(part, place.steps, ids, keep)
        return replace(self, **{place.part: part})


@dataclass(frozen=True)
class Described:
    """One operation of the document."""

    name: str
    verb: str
    path: str
    places: tuple[IdPlace, ...]
    needs_session: bool
    statuses: frozenset[int]

    def send(self, client: httpx.Client, request: Request) -> httpx.Response:
        body: dict[str, Any] = {} if request.body is None else {"json": request.body}
        if request.form or request.files:
            texts = [(name, (None, text)) for name, value in request.form.items() for text in _texts(value)]
            body = {"files": [*texts, *request.files.items()]}
        return client.request(self.verb, self.path.format(**request.path), params=request.query, **body)


def served(url: str) -> dict[str, Any]:
    """The document as it is."""
    document: dict[str, Any] = httpx.get(f"{url}/openapi.json").raise_for_status().json()
    return document


def operations(url: str) -> dict[str, Described]:
    """Every operation by its name."""
    found = [
        _described(verb, path, operation)
        for path, verbs in served(url)["paths"].items()
        for verb, operation in verbs.items()
    ]
    return {operation.name: operation for operation in found}


def asking_for(document: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """The document for making requests that get somewhere.

    Known ids, by their nouns, are the only ones to ask for; what removes comes last. Blank fields of
    forms are allowed: OpenAPI has a word for that in queries only.
    """
    document = copy.deepcopy(document)
    for verbs in document["paths"].values():
        for operation in verbs.values():
            body = operation.get("requestBody", {})
            _choose([operation.get("parameters"), body], known)
            form = body.get("content", {}).get("multipart/form-data", {}).get("schema", {})
            for name, schema in form.get("properties", {}).items():
                if name not in form.get("required", []):
                    form["properties"][name] = _or_blank(schema)
    paths = sorted(document["paths"].items(), key=lambda item: _removes(*item))
    return document | {"paths": dict(paths)}


def _removes(path: str, verbs: dict[str, Any]) -> bool:
    return "delete" in verbs or path.endswith(("/trash", "/empty-trash", "/merge", "/leave"))


def _or_blank(schema: dict[str, Any]) -> dict[str, Any]:
    is_narrow = {"pattern", "format", "enum"} & schema.keys()
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]} if is_narrow else schema


def _choose(node: Any, known: dict[str, list[str]]) -> None:
    if isinstance(node, dict):
        if "x-id-of" in node:
            node["enum"] = known[node["x-id-of"]]
            for name in ("pattern", "examples"):
                node.pop(name, None)
        for value in node.values():
            _choose(value, known)
        # What a parameter or a body as a whole is shown with names ids that nothing has.
        if "schema" in node:
            node.pop("example", None)
    elif isinstance(node, list):
        for value in node:
            _choose(value, known)


def _described(verb: str, path: str, operation: dict[str, Any]) -> Described:
    places = [
        IdPlace(parameter["in"], *place)
        for parameter in operation.get("parameters", [])
        for place in _ids(parameter["schema"], (parameter["name"],))
    ]
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        part = "body" if media_type == "application/json" else "form"
        places += [IdPlace(part, *place) for place in _ids(content["schema"], ())]
    return Described(
        operation["operationId"],
        verb.upper(),
        path,
        tuple(places),
        operation.get("x-required-session", False),
        frozenset(map(int, operation["responses"])),
    )


def _ids(schema: dict[str, Any], steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if "x-id-of" in schema:
        yield steps, schema["x-id-of"]
    for name, inner in schema.get("properties", {}).items():
        yield from _ids(inner, (*steps, name))
    if "items" in schema:
        yield from _ids(schema["items"], (*steps, EACH))


def _texts(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _put(part: Any, steps: tuple[str, ...], ids: list[str], keep: bool) -> None:
    name, *rest = steps
    if not rest:
        (part[name],) = ids
    elif rest[0] == EACH:
        before = part.get(name) or []
        part[name] = [*(before if keep else []), *(_element(before, rest[1:], one) for one in ids)]
    else:
        _put(part.setdefault(name, {}), tuple(rest), ids, keep)


def _element(others: list[Any], steps: list[str], one: str) -> Any:
    """An id, or an object like the others with it inside."""
    if not steps:
        return one
    element = copy.deepcopy(others[0])
    _put(element, tuple(steps), [one], keep=False)
    return element
