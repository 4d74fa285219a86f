"""All that the installed client can ask and understand, found by looking at the client itself.

Each method of each resource is called once with one of everything, over a transport that leads
nowhere; what would have gone out says where each parameter travels and under which name.
"""

from __future__ import annotations

import inspect
import json
import re
import types
import typing
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import gumnut
import httpx
from gumnut._resource import SyncAPIResource
from pydantic import BaseModel
from typing_extensions import is_typeddict

# What every method takes besides the parameters of its operation.
_TRANSPORT = {"self", "extra_headers", "extra_query", "extra_body", "timeout", "max_retries"}
_MARK = "probe-"


@dataclass(frozen=True)
class Operation:
    """One method of the client as it shows on the wire."""

    # `assets.list`
    name: str
    verb: str
    # `/api/assets/{asset_id}`
    path: str
    # `path asset_id`, `query ids`, `body updates[].change.rating`
    parameters: frozenset[str]
    answer: Any

    def matches(self, verb: str, path: str) -> bool:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path.rstrip("/")))
        return verb == self.verb and re.fullmatch(pattern, path.rstrip("/")) is not None


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation; where two patterns fit a path, the more literal one comes first."""
    sent: list[httpx.Request] = []

    def nowhere(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    found = []
    with httpx.Client(transport=httpx.MockTransport(nowhere)) as http:
        client = gumnut.Gumnut(api_key="nobody", base_url="http://nowhere", http_client=http)
        for resource_name, resource in _resources(client):
            for name, _ in inspect.getmembers(type(resource), inspect.isfunction):
                if name.startswith(("_", "with_")):
                    continue
                hints = typing.get_type_hints(getattr(resource, name), include_extras=True)
                getattr(resource.with_raw_response, name)(**_one_of_everything(getattr(resource, name), hints))
                found.append(_described(f"{resource_name}.{name}", sent.pop(), hints["return"]))
    return tuple(sorted(found, key=lambda operation: operation.path.count("{")))


def operation_of(verb: str, path: str) -> Operation | None:
    """The operation that a request is for."""
    return next((operation for operation in operations() if operation.matches(verb, path)), None)


def fields(chosen: Iterable[Operation], closed: Collection[tuple[str, str]] = ()) -> set[tuple[str, str]]:
    """The fields of every model that these operations can answer with: model and name on the wire.

    What stands in a field that is `closed` is not looked at.
    """
    models: set[type[BaseModel]] = set()
    for operation in chosen:
        _gather(operation.answer, closed, models)
    return {(model_name(model), field) for model in models for field in wire_fields(model)}


def wire_fields(model: type[BaseModel]) -> dict[str, Any]:
    """The fields of a model under their names on the wire, and their types."""
    return {info.alias or field: info.annotation for field, info in model.model_fields.items()}


def model_name(model: type[BaseModel]) -> str:
    """`AssetResponse`; a part of an answer with a name of many is told apart by its module."""
    name = model.__name__.split("[")[0]
    main = getattr(inspect.getmodule(model), "__all__", [name])[0]
    return f"{main}.{name}" if len(name) < 12 and name != main else name


def parameters(request: httpx.Request) -> set[str]:
    """The parameters in query and body of a request."""
    names = {f"query {_plain(name)}" for name in request.url.params}
    media_type = request.headers.get("content-type", "").split(";")[0]
    if media_type == "multipart/form-data":
        parts = re.findall(rb'content-disposition: form-data; name="([^"]+)"', _sent_bytes(request), re.IGNORECASE)
        names |= {f"body {_plain(part.decode())}" for part in parts}
    elif media_type == "application/json":
        names |= {f"body {name}" for name in _flat(_json(_sent_bytes(request)))}
    return names


def _resources(owner: Any, prefix: str = "") -> Iterator[tuple[str, SyncAPIResource]]:
    for name in dir(type(owner)):
        if name.startswith(("_", "with_")) or inspect.isfunction(inspect.getattr_static(type(owner), name)):
            continue
        resource = getattr(owner, name, None)
        if isinstance(resource, SyncAPIResource):
            yield prefix + name, resource
            yield from _resources(resource, f"{prefix}{name}.")


def _one_of_everything(method: Any, hints: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in inspect.signature(method).parameters if name not in _TRANSPORT]
    return {name: _sample(hints[name], _MARK + name) for name in names}


def _sample(declared: Any, text: str) -> Any:
    """A value of a type, as far as it has to be one to be sent: objects full, lists with one element."""
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if origin is typing.Annotated:
        return _sample(arguments[0], text)
    if origin in (typing.Union, types.UnionType):
        if bytes in arguments:
            return b"bytes"
        samples = [_sample(one, text) for one in arguments if one is not type(None)]
        return next((sample for sample in samples if not isinstance(sample, str)), text)
    if is_typeddict(declared):
        return {name: _sample(hint, text) for name, hint in typing.get_type_hints(declared).items()}
    if typing.get_origin(declared) is not None and origin is not typing.Literal and len(arguments) == 1:
        return [_sample(arguments[0], text)]
    return text


def _described(name: str, request: httpx.Request, answer: Any) -> Operation:
    path = re.sub(rf"{_MARK}(\w+)", r"{\1}", request.url.path)
    placed = {f"path {parameter}" for parameter in re.findall(r"{(\w+)}", path)}
    return Operation(name, request.method, path, frozenset(placed | parameters(request)), answer)


def _gather(declared: Any, closed: Collection[tuple[str, str]], models: set[type[BaseModel]]) -> None:
    if isinstance(declared, type) and issubclass(declared, BaseModel) and declared not in models:
        models.add(declared)
        for field, inner in wire_fields(declared).items():
            if (model_name(declared), field) not in closed:
                _gather(inner, closed, models)
    for argument in typing.get_args(declared):
        _gather(argument, closed, models)


def _sent_bytes(request: httpx.Request) -> bytes:
    try:
        return request.read()
    except httpx.StreamError:
        # A stream that is gone; the test that made it by hand sends nothing that others do not.
        return b""


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        # Tests send what is no JSON, too.
        return None


def _flat(value: Any, at: str = "") -> Iterator[str]:
    """`updates`, `updates[].change`, `updates[].change.rating`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{at}.{name}" if at else name
            yield from _flat(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, f"{at}[]")


def _plain(name: str) -> str:
    """Lists may be sent with brackets behind their name (contract 1.2)."""
    return re.sub(r"\[\d*\]$", "", name)
