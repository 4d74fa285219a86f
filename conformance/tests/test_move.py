"""Assets go from one library to another (contract 3.10, 17.6)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.server import Server


def try_move(account: Account, source: str, destination: str, *asset_ids: str) -> httpx.Response:
    return account.call(
        "assets.move",
        asset_ids=list(asset_ids),
        source_library_id=source,
        destination_library_id=destination,
    )


def move(account: Account, source: str, destination: str, *asset_ids: str) -> list[tuple[str, str | None]]:
    """Outcome and failure of each, which are in the order asked for."""
    results = accepted(try_move(account, source, destination, *asset_ids))["data"]
    assert [result["asset_id"] for result in results] == list(asset_ids)
    return [(result["outcome"], result["failure"]) for result in results]


def another(account: Account, name: str = "Spare") -> str:
    library: str = accepted(account.call("libraries.create", name=name), 201)["id"]
    return library


def library_of(account: Account, library: str) -> dict[str, Any]:
    (found,) = [one for one in account.libraries() if one["id"] == library]
    return found


def told(account: Account, library: str, after: str | None = None) -> list[tuple[str, str, Any]]:
    events = account.events(after=after, library_id=library)
    return [(event["entity_id"], event["event_type"], event["payload"]) for event in events]


def end(account: Account, library: str) -> str | None:
    events = account.events(library_id=library)
    return events[-1]["cursor"] if events else None


@pytest.fixture
def here(account: Account) -> str:
    return account.library()


MOVED = ("moved", None)


def test_an_asset_keeps_what_is_its_own(account: Account, here: str) -> None:
    asset = account.settled(photos.photo(photos.FULL))
    account.edit(asset["id"], description="mine", rating=5)
    before = account.settle(asset["id"])
    there = another(account)
    size = before["file_size_bytes"]
    heard = end(account, here)
    assert move(account, here, there, asset["id"]) == [MOVED]
    after = account.get(asset["id"])
    assert after | {"updated_at": before["updated_at"]} == before
    assert after["updated_at"] > before["updated_at"]
    assert account.listed(library_id=here, state="all") == []
    assert account.listed(library_id=there) == [asset["id"]]
    assert account.listed(library_id=here, state="all", ids=[asset["id"]]) == []
    assert (library_of(account, here)["asset_count"], library_of(account, here)["storage_used_bytes"]) == (0, 0)
    assert (library_of(account, there)["asset_count"], library_of(account, there)["storage_used_bytes"]) == (1, size)
    assert account.me()["storage_used_bytes"] == size
    assert told(account, here, heard) == [(asset["id"], "asset_moved_out", None)]
    assert told(account, there) == [(asset["id"], "asset_moved_in", None)]
    # Once more: a success, and nothing happens.
    assert move(account, here, there, asset["id"]) == [("already_in_destination", None)]
    assert account.get(asset["id"]) == after
    assert len(told(account, there)) == 1
    # And back.
    assert move(account, there, here, asset["id"]) == [MOVED]
    assert account.edit(asset["id"], description=None)["metadata"]["description"] != "mine"


def test_one_result_each_in_order(account: Account, stranger: Account, here: str) -> None:
    fine, trashed, twin = (account.upload()["id"] for _ in range(3))
    photo = photos.plain()
    duplicate = account.upload(photo)["id"]
    foreign, unknown = stranger.upload()["id"], ids.unknown("asset_")
    account.trash(trashed)
    there, third = another(account), another(account, "Third")
    double = account.upload(photo, library_id=there)["id"]
    accepted(account.call("assets.trash", ids=[double], library_id=there))
    assert move(account, here, third, twin) == [MOVED]
    results = move(account, here, there, unknown, fine, foreign, trashed, twin, duplicate)
    assert results == [
        ("failed", "unavailable"),
        MOVED,
        ("failed", "unavailable"),
        ("failed", "unavailable"),
        ("failed", "changed_source"),
        ("failed", "duplicate"),
    ]
    assert sorted(account.listed(library_id=here, state="all")) == sorted([trashed, duplicate])
    body = {"source_library_id": here, "destination_library_id": there, "asset_ids": [fine, unknown, fine]}
    repeated = accepted(account.http.post("/api/assets/move", json=body))["data"]
    assert [result["asset_id"] for result in repeated] == [fine, unknown], "distinct ids"
    assert stranger.listed() == [foreign]


def test_albums_stacks_and_people_are_left(account: Account, here: str) -> None:
    a, b = account.settled()["id"], account.settled()["id"]
    album = accepted(account.call("albums.create", name="Both"), 201)["id"]
    accepted(account.call("albums.assets_associations.add", album_id=album, asset_ids=[a, b]))
    accepted(account.call("albums.update", album_id=album, album_cover_asset_id=a))
    (link,) = accepted(account.call("album_assets.list", asset_id=a))["data"]
    stack = accepted(account.call("stacks.create_stack", asset_ids=[a, b], primary_asset_id=a), 201)["id"]
    person = accepted(account.call("people.create", name="Kim"), 201)["id"]
    box = {"x": 1, "y": 1, "w": 5, "h": 5}
    face = accepted(account.call("faces.create", asset_id=a, person_id=person, bounding_box=box), 201)["id"]
    accepted(account.call("people.update", person_id=person, thumbnail_face_id=face))
    there = another(account)
    heard = end(account, here)
    assert move(account, here, there, a) == [MOVED]

    events = told(account, here, heard)
    assert (link["id"], "album_asset_removed", {"album_id": album, "asset_id": a}) in events
    assert (face, "face_updated", {"person_id": None, "previous_person_id": person}) in events
    gone = events.index((stack, "stack_deleted", None))
    for one in (a, b):
        assert events.index((one, "asset_updated", {"stack_id": None})) < gone
    assert (album, "album_updated", {"album_cover_asset_id": b}) in events
    assert events[-1] == (a, "asset_moved_out", None)
    assert told(account, there)[0] == (a, "asset_moved_in", None)

    assert accepted(account.call("albums.retrieve", album_id=album))["asset_count"] == 1
    refused(account.http.get(f"/api/album-assets/{link['id']}"), 404)
    refused(account.call("stacks.retrieve_stack", stack_id=stack), 404)
    somebody = accepted(account.call("people.retrieve", person_id=person))
    assert (somebody["asset_count"], somebody["thumbnail_face_id"]) == (0, None)
    after = account.get(a)
    assert (after["stack_id"], after["people"]) == (None, [])
    assert [(one["id"], one["person_id"]) for one in after["faces"]] == [(face, None)]
    refused(account.call("faces.retrieve", face_id=face, library_id=here), 404)
    assert accepted(account.call("faces.retrieve", face_id=face, library_id=there))["asset_id"] == a
    refused(account.http.patch(f"/api/faces/{face}?library_id={there}", json={"person_id": person}), 404)


def test_no_room(account: Account, server: Server, here: str) -> None:
    a, b = account.upload(), account.upload()
    there = another(account)
    server.admin("set-limit", "--library", there, str(a["file_size_bytes"] + b["file_size_bytes"] - 1))
    assert move(account, here, there, a["id"], b["id"]) == [MOVED, ("failed", "quota")]
    # The cap of an account plays no part between libraries of its own.
    server.admin("set-limit", "--library", there, "none")
    server.admin("set-limit", "--email", account.email or "", "1")
    assert move(account, here, there, b["id"]) == [MOVED]
    server.admin("set-limit", "--email", account.email or "", "none")


def test_bodies_that_are_none(account: Account, here: str) -> None:
    there, asset_id = another(account), account.upload(library_id=here)["id"]
    whole: dict[str, Any] = {"asset_ids": [asset_id], "source_library_id": here, "destination_library_id": there}
    post = lambda body: account.http.post("/api/assets/move", json=body)  # noqa: E731
    invalid(post(whole | {"destination_library_id": here}), ("body", "destination_library_id"))
    for asset_ids in ([], None, asset_id, [ids.unknown("asset_") for _ in range(201)]):
        invalid(post(whole | {"asset_ids": asset_ids}), ("body", "asset_ids"))
    invalid(post(whole | {"asset_ids": [asset_id, "x"]}), ("body", "asset_ids", 1))
    for field in whole:
        invalid(post({name: value for name, value in whole.items() if name != field}), ("body", field))
    for field in ("source_library_id", "destination_library_id"):
        invalid(post(whole | {field: None}), ("body", field))
        invalid(post(whole | {field: asset_id}), ("body", field))
        refused(post(whole | {field: ids.unknown("lib_")}), 404)
    assert account.http.get("/api/assets/move").status_code in (404, 405)
    assert account.listed(library_id=here) == [asset_id]


def test_foreign_libraries_and_assets_are_unknown(account: Account, stranger: Account, here: str) -> None:
    there, asset_id = another(account), account.upload(library_id=here)["id"]
    foreign, theirs = stranger.library(), stranger.upload()["id"]
    for source, destination in (("{id}", there), (here, "{id}")):
        answers = []
        for library in (foreign, ids.unknown("lib_")):
            answer = try_move(
                account, source.replace("{id}", library), destination.replace("{id}", library), asset_id, theirs
            )
            answers.append(refused(answer, 404).replace(library, "{id}"))
        assert answers[0] == answers[1]
    assert move(account, here, there, theirs) == move(account, here, there, ids.unknown("asset_"))
    assert stranger.listed() == [theirs]


@pytest.mark.parametrize("actions", [["read", "write", "delete"], ["read", "delete", "delete_permanently"]])
def test_a_key_needs_both_actions(account: Account, server: Server, here: str, actions: list[str]) -> None:
    asset_id, there = account.upload()["id"], another(account)
    session = Account(server.url, server.session(account.email or ""))
    key = accepted(session.http.post("/api/api-keys/", json={"name": "less", "actions": actions}), 201)
    lesser = Account(server.url, key["api_key"])
    refused(try_move(lesser, here, there, asset_id), 403)
    lesser.close()
    session.close()
    assert account.listed(library_id=here) == [asset_id]


def test_a_key_reaches_both_libraries_or_moves_nothing(account: Account, server: Server, here: str) -> None:
    asset_id, there = account.upload()["id"], another(account)
    session = Account(server.url, server.session(account.email or ""))
    for libraries, allowed in (([here], False), ([there], False), ([here, there], True)):
        body = {"name": "scoped", "library_scope_mode": "selected_libraries", "library_ids": libraries}
        body["actions"] = ["read", "write", "delete", "delete_permanently"]
        key = accepted(session.http.post("/api/api-keys/", json=body), 201)
        scoped = Account(server.url, key["api_key"])
        answer = try_move(scoped, here, there, asset_id)
        assert answer.status_code == (200 if allowed else 404), answer.text
        scoped.close()
    session.close()
    assert account.listed(library_id=there) == [asset_id]
