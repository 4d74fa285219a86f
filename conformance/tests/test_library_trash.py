"""Libraries in the trash, and their end (contract 11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, refused
from kit.server import Server
from kit.waiting import eventually


def create(account: Account, name: str) -> str:
    return accepted(account.call("libraries.create", name=name), 201)["id"]


def trash(account: Account, library: str) -> httpx.Response:
    return account.call("libraries.trash", library_id=library)


def restore(account: Account, library: str) -> httpx.Response:
    return account.call("libraries.restore", library_id=library)


def delete(account: Account, library: str) -> httpx.Response:
    return account.call("libraries.delete", library_id=library)


def conflict(answer: httpx.Response) -> None:
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


def listed(account: Account, **parameters: Any) -> list[str]:
    return [library["id"] for library in accepted(account.call("libraries.list", **parameters))]


def test_into_the_trash_and_back(account: Account) -> None:
    library = account.library()
    asset = account.upload()["id"]
    spare = create(account, "Spare")
    before = accepted(account.call("libraries.retrieve", library_id=library))
    assert accepted(trash(account, library)) == {}
    assert accepted(trash(account, library)) == {}
    assert (listed(account), listed(account, state="trashed")) == ([spare], [library])
    assert set(listed(account, state="all")) == {library, spare}
    accepted(account.call("libraries.retrieve", library_id=library))
    for answer in (
        account.call("assets.retrieve", asset_id=asset),
        account.call("assets.list", library_id=library),
        account.patch(asset, description="x"),
        account.call("assets.delete", asset_id=asset),
        account.call("events.get", library_id=library),
        account.try_upload(photos.plain(), library_id=library),
        account.http.get(f"/api/tasks/asset/{asset}"),
    ):
        refused(answer, 404)
    assert account.listed() == [], "the spare one is the only one now"
    after = accepted(restore(account, library))
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert accepted(restore(account, library)) == after
    assert account.listed(library_id=library) == [asset]
    told = [event for event in account.events(library_id=library) if event["entity_type"] == "library"]
    assert [event["event_type"] for event in told] == ["library_trashed", "library_restored"]
    assert {event["entity_id"] for event in told} == {library}
    filtered = account.events(library_id=library, entity_types=["asset"])
    assert {event["entity_type"] for event in filtered} == {"asset"}


def test_the_last_live_library_stays(account: Account) -> None:
    library = account.library()
    conflict(trash(account, library))
    spare = create(account, "Spare")
    accepted(trash(account, spare))
    conflict(trash(account, library))
    assert listed(account) == [library]


def test_a_trashed_name_is_reserved(account: Account) -> None:
    spare = create(account, "Reserved")
    accepted(trash(account, spare))
    conflict(account.call("libraries.create", name="reserved"))
    conflict(account.call("libraries.update", library_id=listed(account)[0], name="RESERVED"))


def test_only_a_trashed_library_is_deleted(account: Account) -> None:
    spare = create(account, "Spare")
    conflict(delete(account, spare))
    accepted(trash(account, spare))
    assert accepted(delete(account, spare)) == {}
    assert accepted(delete(account, spare)) == {}
    accepted(restore(account, spare))
    conflict(delete(account, spare))


def test_trashed_libraries_by_latest_trash_time(account: Account) -> None:
    made = [create(account, name) for name in ("a", "b", "c")]
    for library in (made[1], made[0], made[2]):
        accepted(trash(account, library))
    assert listed(account, state="trashed") == [made[2], made[0], made[1]]


@pytest.mark.parametrize("deed", [trash, restore, delete])
def test_whose_it_is_not(account: Account, stranger: Account, deed: Callable[..., httpx.Response]) -> None:
    create(account, "Spare")
    me = stranger.me()["id"]
    for library in (listed(account)[0], ids.unknown("lib_")):
        assert refused(deed(stranger, library), 404) == f"Library {library} not found or not accessible by user {me}"


def test_what_members_may(account: Account, stranger: Account, signed_in: Callable[[Account], Account]) -> None:
    """Nothing of all this; and while it is in the trash they can only leave."""
    library = account.library()
    create(account, "Spare")
    owner, guest = signed_in(account), signed_in(stranger)
    expires_at = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
    terms = {"library_id": library, "role": "collaborator", "max_joiners": 1, "expires_at": expires_at}
    link = accepted(owner.call("libraries.invitations.create", **terms), 201)
    opened = {"invitation_id": link["invitation"]["id"], "secret": link["url"].partition("#")[2]}
    accepted(guest.call("libraries.invitations.join", **opened))
    for deed in (trash, restore, delete):
        refused(deed(guest, library), 403)
    accepted(trash(account, library))
    for deed in (trash, restore, delete):
        refused(deed(guest, library), 404)
    refused(guest.call("libraries.retrieve", library_id=library), 404)
    assert library not in listed(guest, state="all")
    refused(guest.call("libraries.invitations.preview", **opened), 404)
    assert accepted(guest.call("libraries.members.leave", library_id=library))["state"] == "left"


def test_actions_of_keys(account: Account, signed_in: Callable[[Account], Account]) -> None:
    spare, owner = create(account, "Spare"), signed_in(account)

    def key(*actions: str) -> Account:
        body = {"name": "k", "actions": ["read", *actions], "library_scope_mode": "all_libraries"}
        return Account(account.url, accepted(owner.http.post("/api/api-keys/", json=body), 201)["api_key"])

    writer, deleter, purger = key("write"), key("delete"), key("delete_permanently")
    refused(trash(writer, spare), 403)
    refused(trash(purger, spare), 403)
    accepted(trash(deleter, spare))
    refused(delete(deleter, spare), 403)
    refused(restore(deleter, spare), 403)
    accepted(delete(purger, spare))
    accepted(restore(writer, spare))


def test_the_end_of_a_library(launch: Callable[..., Server]) -> None:
    """What was deleted is removed at the next look, which a start brings about."""
    server = launch()
    account = Account(server.url, server.create_user("kim@example.com"), "kim@example.com")
    library = account.library()
    assets = [account.upload() for _ in range(3)]
    create(account, "Spare")
    accepted(trash(account, library))
    accepted(delete(account, library))
    server.stop()
    server.start()
    gone = lambda: account.call("libraries.retrieve", library_id=library).status_code  # noqa: E731
    eventually(gone, lambda status: status == 404, 20, "the end of the library")
    refused(restore(account, library), 404)
    refused(account.call("assets.retrieve", asset_id=assets[0]["id"]), 404)
    assert account.me()["storage_used_bytes"] == 0
    originals = lambda: list((server.data / "objects").rglob("original"))  # noqa: E731
    eventually(originals, lambda left: not left, 20, "the end of its files")
    account.close()
    server.stop()
