"""Checks an answer against the client's own model, to the letter.

The client does not: a missing field becomes null there, a wrong type stays as it came. Here every
field of the model must be in the JSON and of the declared type; dates must have the printed form
of contract 1.4, ids that of 1.3, and the fields of the other generation must be there too.
"""

from __future__ import annotations

import base64
import math
import re
import types
import typing
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from kit import ids
from kit.union import UNION

PRINTED = re.compile(
    r"(?P<wall>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<fraction>\.\d{6})?(?P<zone>Z|[+-]\d\d:\d\d)?"
)

# Moments of the server's own clock: always UTC.
SERVER_TIMES = {
    "created_at", "updated_at", "trashed_at", "last_used_at", "started_at", "completed_at", "joined_at", "ended_at",
    "last_removed_at", "expires_at", "disabled_at",
}  # fmt: skip

ID_OF_MODEL = {
    "AssetResponse": "asset_",
    "AssetLiteResponse": "asset_",
    "AssetVersionResponse": "asset_version_",
    "Stack": "asset_stack_",
    "StackCreateStackResponse": "asset_stack_",
    "StackRetrieveStackResponse": "asset_stack_",
    "StackSetCoverResponse": "asset_stack_",
    "StackAddAssetsToStackResponse": "asset_stack_",
    "StackListStacksResponse": "asset_stack_",
    "LibraryResponse": "lib_",
    "UserResponse": "intuser_",
    "UserSummary": "intuser_",
    "APIKeyResponse": "apikey_",
    "APIKeyCreateResponse": "apikey_",
    "TaskResponse": "btask_",
    "PersonResponse": "person_",
    "FaceResponse": "face_",
    "MembershipResponse": "libmem_",
    "InvitationResponse": "libinv_",
}
ID_OF_FIELD = {
    "asset_id": "asset_",
    "current_version_id": "asset_version_",
    "stack_id": "asset_stack_",
    "primary_asset_id": "asset_",
    "user_id": "intuser_",
    "person_id": "person_",
    "thumbnail_face_id": "face_",
    "library_id": "lib_",
    "invitation_id": "libinv_",
    "immich_library_id": "lib_",
}


class Mismatch(AssertionError):
    """All that is wrong with one answer."""


def check(declared: Any, value: Any) -> None:
    """Raises `Mismatch` with everything in `value` that is not as `declared` says."""
    wrong = list(problems(declared, value, "answer"))
    if wrong:
        raise Mismatch("not what the client declares:\n  " + "\n  ".join(wrong))


def problems(declared: Any, value: Any, at: str) -> typing.Iterator[str]:
    """Yields one line for each deviation of `value` from the type `declared`."""
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if declared in (Any, object):
        return
    if origin is typing.Annotated:
        yield from problems(arguments[0], value, at)
    elif origin in (typing.Union, types.UnionType):
        yield from _union(arguments, value, at)
    elif origin is typing.Literal:
        if value not in arguments:
            yield f"{at}: {value!r} is none of {arguments}"
    elif origin is list:
        yield from _list(arguments[0], value, at)
    elif origin is dict:
        yield from _map(arguments[1], value, at)
    elif isinstance(declared, type) and issubclass(declared, BaseModel):
        yield from _model(declared, value, at)
    elif not _is_plain(declared, value):
        yield f"{at}: {value!r} is no {getattr(declared, '__name__', declared)}"


def _union(arguments: tuple[Any, ...], value: Any, at: str) -> typing.Iterator[str]:
    if value is None and type(None) in arguments:
        return
    attempts = [list(problems(one, value, at)) for one in arguments if one is not type(None)]
    if all(attempts):
        yield from min(attempts, key=len)


def _list(element: Any, value: Any, at: str) -> typing.Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: {value!r} is no list"
        return
    for position, one in enumerate(value):
        yield from problems(element, one, f"{at}[{position}]")


def _map(element: Any, value: Any, at: str) -> typing.Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is no object"
        return
    for key, one in value.items():
        yield from problems(element, one, f"{at}.{key}")


def _model(model: type[BaseModel], value: Any, at: str) -> typing.Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is no {model.__name__}"
        return
    name = model.__name__.split("[")[0]
    wrong: list[str] = []
    for field, declared in _fields(model, name).items():
        wrong += _field(name, field, declared, value, at)
    yield from wrong
    if not wrong and name in RULES:
        yield from (f"{at}: {broken}" for broken in RULES[name](value))


def _field(model: str, field: str, declared: Any, value: dict[str, Any], at: str) -> typing.Iterator[str]:
    at = f"{at}.{field}"
    if field not in value:
        yield f"{at}: missing"
        return
    wrong = list(problems(declared, value[field], at))
    yield from wrong or _form(model, field, value[field], at)


def _fields(model: type[BaseModel], name: str) -> dict[str, Any]:
    own = {info.alias or field: info.annotation for field, info in model.model_fields.items()}
    return own | UNION.get(name, {})


def _form(model: str, field: str, value: Any, at: str) -> typing.Iterator[str]:
    """What a field's name promises beyond its type."""
    if value is None:
        return
    prefix = ID_OF_MODEL.get(model) if field == "id" else ID_OF_FIELD.get(field)
    if prefix and not ids.is_id(value, prefix):
        yield f"{at}: {value!r} is no {prefix} id"
    if field in SERVER_TIMES and not (is_printed_time(value) and value.endswith("Z")):
        yield f"{at}: {value!r} is no UTC time"


def _is_plain(declared: Any, value: Any) -> bool:
    if declared is datetime:
        return is_printed_time(value)
    if declared is date:
        return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and _parses(value)
    if declared is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if declared is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if declared in (str, bool, type(None)):
        return isinstance(value, declared)
    raise TypeError(f"no rule for {declared!r}: teach kit/strict.py")


def is_printed_time(value: Any) -> bool:
    """Whether `value` is a time exactly as contract 1.4 prints it."""
    found = PRINTED.fullmatch(value) if isinstance(value, str) else None
    return (
        found is not None
        and found["fraction"] != ".000000"
        and found["zone"] not in ("+00:00", "-00:00")
        and _parses(value)
    )


def moment(text: str) -> datetime:
    """A printed time, to be compared."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _parses(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _asset(asset: dict[str, Any]) -> typing.Iterator[str]:
    for side in ("width", "height"):
        if asset.get(side) == 0:
            yield f"{side} is 0 instead of null"
    metadata = asset.get("metadata")
    if metadata and metadata.get("original_datetime") not in (None, asset.get("local_datetime")):
        yield "local_datetime is not the effective original_datetime"
    urls = asset.get("asset_urls") or {}
    if not {"thumbnail", "thumbnail_image"} & set(urls):
        yield f"asset_urls has no lean picture: {sorted(urls)}"
    quality = asset.get("quality_score")
    if quality is not None and not 0 <= quality <= 1:
        yield f"quality_score {quality} is outside 0–1"


def _metadata(metadata: dict[str, Any]) -> typing.Iterator[str]:
    if (metadata.get("latitude") is None) != (metadata.get("longitude") is None):
        yield "half a coordinate pair"
    if metadata.get("rating") not in (None, 0, 1, 2, 3, 4, 5):
        yield f"rating {metadata['rating']} is outside 0–5"
    if metadata.get("orientation") not in (None, 1, 2, 3, 4, 5, 6, 7, 8):
        yield f"orientation {metadata['orientation']} is outside 1–8"
    for name in ("place_name", "sublocation", "city", "state", "country", "country_code", "display_label", "timezone"):
        if metadata.get(name) == "":
            yield f"{name} is empty instead of null"


def _digests(file: dict[str, Any]) -> typing.Iterator[str]:
    for field, size in (("checksum", 32), ("checksum_sha1", 20)):
        digest = file.get(field)
        if digest is not None and len(base64.b64decode(digest, validate=True)) != size:
            yield f"{field} {digest!r} is no base64 of {size} bytes"


def _events(answer: dict[str, Any]) -> typing.Iterator[str]:
    for event in answer["data"]:
        cursor = event.get("cursor") or ""
        if not 1 <= len(cursor) <= 200 or re.search(r"[^A-Za-z0-9._~-]", cursor):
            yield f"cursor {cursor!r} is no URL-safe text of at most 200 characters"


RULES: dict[str, typing.Callable[[dict[str, Any]], typing.Iterable[str]]] = {
    "AssetResponse": _asset,
    "MetadataResponse": _metadata,
    "FileDataResponse": _digests,
    "AssetLiteResponse": _digests,
    "EventsResponse": _events,
}
