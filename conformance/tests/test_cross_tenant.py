"""Other people's things answer exactly like things that do not exist (OP-11, checklist 12)."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted
from kit.server import Server

ROUTES: list[tuple[str, str, str, Any]] = [
    ("asset_", "GET", "/api/assets/{id}", None),
    ("asset_", "GET", "/api/assets/{id}?include=metadata", None),
    ("asset_", "PATCH", "/api/assets/{id}", {"description": "mine"}),
    ("asset_", "PATCH", "/api/assets/{id}", {}),
    ("asset_", "DELETE", "/api/assets/{id}", None),
    ("asset_", "POST", "/api/assets/bulk-update", {"updates": [{"id": "{id}", "change": {"rating": 1}}]}),
    ("asset_", "POST", "/api/assets/trash", {"ids": ["{id}"]}),
    ("asset_", "POST", "/api/assets/restore", {"ids": ["{id}"]}),
    ("asset_", "DELETE", "/api/assets", {"ids": ["{id}"]}),
    ("asset_", "GET", "/api/assets?ids={id}&state=all", None),
    ("asset_", "GET", "/api/assets?starting_after_id={id}", None),
    ("asset_", "GET", "/api/tasks/asset/{id}", None),
    ("asset_", "GET", "/api/assets/{id}/versions", None),
    ("asset_", "DELETE", "/api/assets/{id}/versions/asset_version_2222222222222222222222", None),
    ("asset_", "POST", "/api/assets/{id}/versions/asset_version_2222222222222222222222/revert", None),
    ("asset_", "GET", "/api/albums?asset_id={id}", None),
    ("asset_", "GET", "/api/album-assets?asset_id={id}", None),
    ("album_", "GET", "/api/albums/{id}", None),
    ("album_", "PATCH", "/api/albums/{id}", {"name": "mine"}),
    ("album_", "DELETE", "/api/albums/{id}", None),
    ("album_", "POST", "/api/albums/{id}/assets", {"asset_ids": ["asset_2222222222222222222222"]}),
    ("album_", "DELETE", "/api/albums/{id}/assets", {"asset_ids": ["asset_2222222222222222222222"]}),
    ("album_", "GET", "/api/albums?ids={id}", None),
    ("album_", "GET", "/api/albums?starting_after_id={id}", None),
    ("album_", "GET", "/api/album-assets?album_id={id}", None),
    ("album_", "GET", "/api/assets?album_id={id}", None),
    ("album_asset_", "GET", "/api/album-assets/{id}", None),
    ("album_asset_", "GET", "/api/album-assets?ids={id}", None),
    ("album_asset_", "GET", "/api/album-assets?starting_after_id={id}", None),
    ("asset_", "POST", "/api/stacks", {"asset_ids": ["{id}", "asset_2222222222222222222222"]}),
    ("asset_", "GET", "/api/stacks?primary_asset_id={id}", None),
    ("asset_stack_", "GET", "/api/stacks/{id}", None),
    ("asset_stack_", "PATCH", "/api/stacks/{id}", {"primary_asset_id": "asset_2222222222222222222222"}),
    ("asset_stack_", "DELETE", "/api/stacks/{id}", None),
    ("asset_stack_", "POST", "/api/stacks/{id}/assets", {"asset_ids": ["asset_2222222222222222222222"]}),
    ("asset_stack_", "DELETE", "/api/stacks/{id}/assets", {"asset_ids": ["asset_2222222222222222222222"]}),
    ("asset_stack_", "GET", "/api/stacks?ids={id}", None),
    ("asset_stack_", "GET", "/api/stacks?starting_after_id={id}", None),
    ("asset_stack_", "GET", "/api/assets?stack_id={id}&state=all", None),
    ("btask_", "GET", "/api/tasks/{id}", None),
    ("person_", "GET", "/api/people/{id}", None),
    ("person_", "GET", "/api/people?ids={id}", None),
    ("person_", "GET", "/api/people?starting_after_id={id}", None),
    ("person_", "GET", "/api/faces?person_id={id}", None),
    ("person_", "GET", "/api/assets?person_ids={id}", None),
    ("person_", "PATCH", "/api/people/{id}", {"name": "mine"}),
    ("person_", "PATCH", "/api/people/{id}", {}),
    ("person_", "DELETE", "/api/people/{id}", None),
    ("person_", "POST", "/api/people/bulk-update", {"updates": [{"id": "{id}", "change": {"is_hidden": True}}]}),
    ("person_", "POST", "/api/people/{id}/merge", {"source_person_ids": ["person_H9cNmGXLEc8NWcZzSThA9S"]}),
    ("face_", "GET", "/api/faces/{id}", None),
    ("face_", "GET", "/api/faces?ids={id}", None),
    ("face_", "GET", "/api/faces?starting_after_id={id}", None),
    ("face_", "PATCH", "/api/faces/{id}", {"person_id": None}),
    ("face_", "DELETE", "/api/faces/{id}", None),
    ("face_", "POST", "/api/people", {"thumbnail_face_id": "{id}"}),
    ("asset_", "GET", "/api/people?asset_id={id}", None),
    ("asset_", "GET", "/api/faces?asset_id={id}", None),
    ("asset_", "POST", "/api/faces", {"asset_id": "{id}", "bounding_box": {"x": 0, "y": 0, "w": 1, "h": 1}}),
    ("lib_", "GET", "/api/people?library_id={id}", None),
    ("lib_", "GET", "/api/faces?library_id={id}", None),
    ("lib_", "POST", "/api/people", {"library_id": "{id}", "name": "mine"}),
    ("album_", "GET", "/api/people?album_id={id}", None),
    ("album_", "GET", "/api/assets/counts?album_id={id}", None),
    ("lib_", "GET", "/api/libraries/{id}", None),
    ("lib_", "PATCH", "/api/libraries/{id}", {"name": "mine"}),
    ("lib_", "GET", "/api/assets?library_id={id}", None),
    ("lib_", "GET", "/api/assets/counts?library_id={id}", None),
    ("lib_", "GET", "/api/albums?library_id={id}", None),
    ("lib_", "POST", "/api/albums", {"library_id": "{id}"}),
    ("lib_", "GET", "/api/album-assets?library_id={id}", None),
    ("lib_", "GET", "/api/search?query=img&library_id={id}", None),
    ("lib_", "GET", "/api/events?library_id={id}", None),
    ("lib_", "GET", "/api/tasks/?library_id={id}", None),
    ("lib_", "POST", "/api/assets/exist?library_id={id}", {"checksums": []}),
    ("lib_", "POST", "/api/assets/trash?library_id={id}", {"ids": ["asset_2222222222222222222222"]}),
    ("lib_", "POST", "/api/assets/restore?library_id={id}", {"ids": ["asset_2222222222222222222222"]}),
    ("lib_", "DELETE", "/api/assets?library_id={id}", {"ids": ["asset_2222222222222222222222"]}),
    ("lib_", "POST", "/api/assets/empty-trash?library_id={id}", None),
]


@pytest.fixture(scope="module")
def victim(new_account) -> tuple[Account, dict[str, str]]:
    """Somebody with one of everything, and the ids of it."""
    account = new_account()
    asset_id = account.settled(photos.photo(photos.FULL))["id"]
    pair = [asset_id, account.settled()["id"]]
    stack = accepted(account.call("stacks.create_stack", asset_ids=pair), 201)
    person_id = accepted(account.call("people.create", name="Somebody"), 201)["id"]
    box = {"x": 1, "y": 1, "w": 5, "h": 5}
    face = accepted(account.call("faces.create", asset_id=asset_id, person_id=person_id, bounding_box=box), 201)
    album_id = accepted(account.call("albums.create", name="theirs"), 201)["id"]
    accepted(account.call("albums.assets_associations.add", album_id=album_id, asset_ids=[asset_id]))
    return account, {
        "asset_": asset_id,
        "person_": person_id,
        "face_": face["id"],
        "album_": album_id,
        "album_asset_": accepted(account.call("album_assets.list"))["data"][0]["id"],
        "asset_stack_": stack["id"],
        "btask_": account.tasks(asset_id)[0]["id"],
        "lib_": account.library(),
    }


def ask(person: Account, verb: str, path: str, body: Any, entity: str) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer, without what differs between any two requests."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        return value.replace("{id}", entity) if isinstance(value, str) else value

    options = {} if body is None else {"json": filled(body)}
    answer: httpx.Response = person.http.request(verb, filled(path), **options)
    volatile = re.compile("request-id|date|ratelimit")
    headers = {name: value for name, value in answer.headers.items() if not volatile.search(name)}
    return answer.status_code, answer.text.replace(entity, "{id}"), headers


@pytest.mark.parametrize(("prefix", "verb", "path", "body"), ROUTES, ids=lambda value: str(value)[:60])
def test_foreign_is_unknown(
    resident: Account, victim: tuple[Account, dict[str, str]], prefix: str, verb: str, path: str, body: Any
) -> None:
    account, theirs = victim
    before = account.get(theirs["asset_"])
    foreign = ask(resident, verb, path, body, theirs[prefix])
    unknown = ask(resident, verb, path, body, ids.unknown(prefix))
    assert foreign == unknown
    assert account.get(theirs["asset_"]) == before


def test_uploads_into_foreign_libraries(resident: Account, victim: tuple[Account, dict[str, str]]) -> None:
    account, theirs = victim
    before = account.listed()
    answers = []
    for library in (theirs["lib_"], ids.unknown("lib_")):
        answer = resident.try_upload(photos.plain(), library_id=library)
        answers.append((answer.status_code, answer.text.replace(library, "{id}")))
    assert answers[0] == answers[1]
    assert account.listed() == before


def test_keys_of_others(server: Server, resident: Account, victim: tuple[Account, dict[str, str]]) -> None:
    account, _ = victim
    mine = Account(server.url, server.session(resident.email))
    theirs = Account(server.url, server.session(account.email))
    key_id = accepted(theirs.http.post("/api/api-keys/", json={"name": "x"}), 201)["id"]
    for verb, body in (("PATCH", {"name": "mine"}), ("DELETE", None)):
        foreign = ask(mine, verb, "/api/api-keys/{id}", body, key_id)
        assert foreign == ask(mine, verb, "/api/api-keys/{id}", body, ids.unknown("apikey_"))
        assert foreign[0] == 404


def test_nothing_of_others_shows_anywhere(resident: Account, victim: tuple[Account, dict[str, str]]) -> None:
    _, theirs = victim
    pages = [
        "/api/assets?state=all&limit=200&include=metadata,file_data",
        "/api/assets?bbox=-180,-90,180,90",
        "/api/assets?ratings=0,1,2,3,4,5",
        "/api/albums?limit=200",
        "/api/album-assets?limit=200",
        "/api/people?name_filter=all&include_hidden=true",
        "/api/faces?limit=200",
        "/api/events?limit=200",
        "/api/tasks/?limit=200",
        "/api/libraries?state=all",
        "/api/users/me",
    ]
    for page in pages:
        text = resident.http.get(page).text
        assert not [entity for entity in theirs.values() if entity in text], page


def test_bytes_of_others_do_not_deduplicate(resident: Account, victim: tuple[Account, dict[str, str]]) -> None:
    """Whether somebody else has a file must not show in the status of an upload."""
    account, _ = victim
    photo = photos.plain()
    account.upload(photo)
    assert resident.upload(photo, status=201)["id"] != account.upload(photo, status=200)["id"]
