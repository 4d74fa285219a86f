"""Members and invitations: who else is in a library, and how they came (contract 12)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.server import Server

SignIn = Callable[[Account], Account]


def soon(days: float = 30, **more: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days, **more)).isoformat()


def try_invite(owner: Account, **terms: Any) -> httpx.Response:
    terms = {"library_id": None, "role": "viewer", "max_joiners": 5, "expires_at": soon()} | terms
    terms["library_id"] = terms["library_id"] or owner.library()
    return owner.call("libraries.invitations.create", **terms)


def invite(owner: Account, status: int = 201, **terms: Any) -> dict[str, Any]:
    """An invitation with its `url`, `id` and `secret`."""
    link = accepted(try_invite(owner, **terms), status)
    page, _, secret = link["url"].partition("#")
    assert page == f"{owner.url}/join/{link['invitation']['id']}"
    return link | {"id": link["invitation"]["id"], "secret": secret}


def preview(guest: Account, link: dict[str, Any]) -> dict[str, Any]:
    answer = guest.call("libraries.invitations.preview", invitation_id=link["id"], secret=link["secret"])
    return accepted(answer)


def join(guest: Account, link: dict[str, Any]) -> httpx.Response:
    return guest.call("libraries.invitations.join", invitation_id=link["id"], secret=link["secret"])


def conflict(answer: httpx.Response) -> None:
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


@pytest.fixture
def owner(account: Account, signed_in: SignIn) -> Account:
    return signed_in(account)


@pytest.fixture
def guest(stranger: Account, signed_in: SignIn) -> Account:
    return signed_in(stranger)


def test_from_invitation_to_farewell(owner: Account, guest: Account) -> None:
    library = owner.library()
    asset = owner.upload()
    link = invite(owner, role="collaborator", max_joiners=2)
    made = link["invitation"]
    assert (made["state"], made["joiner_count"], made["remaining_places"]) == ("active", 0, 2)
    assert made["created_by"]["id"] == owner.me()["id"]

    offer = preview(guest, link)
    assert (offer["eligibility"], offer["offered_role"], offer["current_role"]) == ("joinable", "collaborator", None)
    assert offer["library"]["id"] == library
    assert set(offer["library"]) == {"id", "name", "owner"}, "nothing about the content"
    refused(guest.call("assets.list", library_id=library), 404)

    joined = accepted(join(guest, link))
    assert joined["outcome"] == "joined"
    assert (joined["library"]["role"], joined["membership"]["state"]) == ("collaborator", "active")
    again = accepted(join(guest, link))
    assert (again["outcome"], again["membership"]) == ("already_member", joined["membership"])
    assert preview(guest, link)["eligibility"] == "already_member"
    assert preview(guest, link)["current_role"] == "collaborator"

    assert guest.listed(library_id=library) == [asset["id"]]
    assert [one["role"] for one in guest.libraries()] in (["owner", "collaborator"], ["collaborator", "owner"])
    assert guest.listed() == [], "the default stays their own"
    accepted(guest.patch(asset["id"], description="by a friend"))
    refused(guest.call("assets.delete", asset_id=asset["id"]), 403)
    theirs = guest.upload(library_id=library)
    assert theirs["id"] in owner.listed()

    user = guest.me()["id"]
    (member,) = accepted(owner.call("libraries.members.list", library_id=library))["data"]
    assert member == joined["membership"] and member["user"]["id"] == user
    left = accepted(guest.call("libraries.members.leave", library_id=library))
    assert (left["state"], left["last_removed_at"]) == ("left", None) and left["ended_at"]
    assert accepted(guest.call("libraries.members.leave", library_id=library)) == left
    refused(guest.call("assets.retrieve", asset_id=theirs["id"]), 404)
    assert accepted(owner.call("libraries.members.list", library_id=library))["data"] == []
    listed = accepted(owner.call("libraries.members.list", library_id=library, state="all"))["data"]
    assert listed == [left]


def test_a_viewer_only_looks(owner: Account, guest: Account) -> None:
    library = owner.library()
    asset = owner.upload()["id"]
    accepted(join(guest, invite(owner)))
    assert guest.get(asset)["id"] == asset
    for answer in (
        guest.patch(asset, description="x"),
        guest.call("assets.trash", ids=[asset], library_id=library),
        guest.call("assets.restore", ids=[asset], library_id=library),
        guest.call("assets.delete", asset_id=asset),
        guest.call("libraries.update", library_id=library, name="mine"),
        guest.try_upload(photos.plain(), library_id=library),
    ):
        refused(answer, 403)
    user = guest.me()["id"]
    changed = accepted(owner.call("libraries.members.update", library_id=library, user_id=user, role="collaborator"))
    assert changed["role"] == "collaborator"
    accepted(guest.patch(asset, description="x"))
    assert accepted(guest.call("libraries.retrieve", library_id=library))["role"] == "collaborator"


def test_who_was_removed_stays_out(owner: Account, guest: Account) -> None:
    library, user = owner.library(), guest.me()["id"]
    link = invite(owner)
    accepted(join(guest, link))
    removed = accepted(owner.call("libraries.members.remove", library_id=library, user_id=user))
    assert removed["state"] == "removed" and removed["last_removed_at"] == removed["ended_at"]
    assert accepted(owner.call("libraries.members.remove", library_id=library, user_id=user)) == removed
    assert accepted(guest.call("libraries.members.leave", library_id=library)) == removed
    refused(guest.call("assets.list", library_id=library), 404)
    assert preview(guest, link)["eligibility"] == "new_invitation_required"
    conflict(join(guest, link))
    conflict(owner.call("libraries.members.update", library_id=library, user_id=user, role="viewer"))
    back = accepted(join(guest, invite(owner, max_joiners=7)))
    assert back["membership"]["last_removed_at"] == removed["last_removed_at"]
    assert back["membership"]["id"] == removed["id"]


def test_places_run_out(owner: Account, new_account: Callable[[], Account], signed_in: SignIn) -> None:
    link = invite(owner, max_joiners=2)
    guests = [signed_in(new_account()) for _ in range(5)]
    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(lambda guest: guest.http.post(
            f"/api/libraries/invitations/{link['id']}/join", json={"secret": link["secret"]}
        ), guests * 2))  # fmt: skip
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 4 + [409] * 6
    assert sum(answer.json().get("outcome") == "joined" for answer in answers) == 2
    (listed,) = accepted(owner.call("libraries.invitations.list", state="exhausted"))["data"]
    assert (listed["id"], listed["joiner_count"], listed["remaining_places"]) == (link["id"], 2, 0)


def test_the_same_terms_are_the_same_link(owner: Account) -> None:
    terms = {"role": "viewer", "max_joiners": 3, "expires_at": soon()}
    link = invite(owner, **terms)
    assert invite(owner, 200, **terms) == link
    again = accepted(owner.call("libraries.invitations.link", invitation_id=link["id"]))
    assert again == {"invitation": link["invitation"], "url": link["url"]}
    ended = accepted(owner.call("libraries.invitations.disable", invitation_id=link["id"]))
    assert ended["state"] == "disabled" and ended["disabled_at"]
    assert accepted(owner.call("libraries.invitations.disable", invitation_id=link["id"])) == ended
    conflict(owner.call("libraries.invitations.link", invitation_id=link["id"]))
    conflict(try_invite(owner, **terms))


def test_lists_of_invitations(owner: Account, guest: Account) -> None:
    made = [invite(owner, max_joiners=number)["id"] for number in (1, 2, 3)]
    accepted(owner.call("libraries.invitations.disable", invitation_id=made[0]))
    first = accepted(owner.call("libraries.invitations.list", limit=1))
    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([made[2]], True)
    rest = accepted(owner.call("libraries.invitations.list", limit=1, starting_after_id=made[2]))
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([made[1]], False)
    everything = owner.call("libraries.invitations.list", state="all", library_id=owner.library())
    assert [one["id"] for one in accepted(everything)["data"]] == made[::-1]
    assert "secret" not in everything.text and "#" not in everything.text
    assert accepted(guest.call("libraries.invitations.list", state="all"))["data"] == []
    refused(guest.call("libraries.invitations.list", library_id=owner.library()), 404)
    refused(owner.call("libraries.invitations.list", starting_after_id=ids.unknown("libinv_")), 400)


def test_lists_of_members(owner: Account, new_account: Callable[[], Account], signed_in: SignIn) -> None:
    link, library = invite(owner), owner.library()
    came = [accepted(join(signed_in(new_account()), link))["membership"]["id"] for _ in range(3)]

    def page(**parameters: Any) -> tuple[list[str], bool]:
        answer = accepted(owner.call("libraries.members.list", library_id=library, **parameters))
        return [member["id"] for member in answer["data"]], answer["has_more"]

    assert page(limit=2) == (came[:0:-1], True)
    assert page(limit=2, starting_after_id=came[1]) == ([came[0]], False)
    unknown = ids.unknown("libmem_")
    refused(owner.call("libraries.members.list", library_id=library, starting_after_id=unknown), 400)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "owner"}, "role"),
        ({"role": None}, "role"),
        ({"max_joiners": 0}, "max_joiners"),
        ({"max_joiners": 1.5}, "max_joiners"),
        ({"expires_at": "2199-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"library_id": "lib_x"}, "library_id"),
    ],
    ids=str,
)
def test_what_cannot_be_invited(owner: Account, change: dict[str, Any], field: str) -> None:
    body = {"library_id": owner.library(), "role": "viewer", "max_joiners": 1, "expires_at": soon()} | change
    invalid(owner.http.post("/api/libraries/invitations", json=body), ("body", field))


def test_nothing_opens_without_the_secret(owner: Account, guest: Account) -> None:
    link, other = invite(owner, max_joiners=1), invite(owner, max_joiners=2)
    for deed in ("preview", "join"):
        texts = {
            refused(guest.call(f"libraries.invitations.{deed}", invitation_id=invitation, secret=secret), 404)
            for invitation, secret in (
                (link["id"], other["secret"]),
                (link["id"], link["secret"][:-2]),
                (link["id"], ""),
                (ids.unknown("libinv_"), link["secret"]),
                ("nonsense", link["secret"]),
            )
        }
        assert len(texts) == 1
        invalid(guest.http.post(f"/api/libraries/invitations/{link['id']}/{deed}", json={}), ("body", "secret"))
    assert preview(guest, link)["eligibility"] == "joinable"


def test_the_owner_is_no_member(owner: Account) -> None:
    library, me = owner.library(), owner.me()["id"]
    joined = accepted(join(owner, invite(owner)))
    assert (joined["outcome"], joined["membership"], joined["library"]["role"]) == ("already_member", None, "owner")
    conflict(owner.call("libraries.members.remove", library_id=library, user_id=me))
    conflict(owner.call("libraries.members.update", library_id=library, user_id=me, role="viewer"))
    conflict(owner.call("libraries.members.leave", library_id=library))
    refused(owner.call("libraries.members.remove", library_id=library, user_id=ids.unknown("intuser_")), 404)


def test_members_look_after_nothing(owner: Account, guest: Account) -> None:
    library, me = owner.library(), guest.me()["id"]
    accepted(join(guest, invite(owner, role="collaborator")))
    for answer in (
        guest.call("libraries.members.list", library_id=library),
        guest.call("libraries.members.update", library_id=library, user_id=me, role="viewer"),
        guest.call("libraries.members.remove", library_id=library, user_id=me),
        try_invite(guest, library_id=library),
    ):
        assert refused(answer, 404) == f"Library {library} not found or not accessible by user {me}"


def test_keys_may_not_share(account: Account, owner: Account) -> None:
    library, link = account.library(), invite(owner)
    opened = {"secret": link["secret"]}
    for verb, path, body in (
        ("GET", f"/api/libraries/{library}/members", None),
        ("PATCH", f"/api/libraries/{library}/members/{ids.unknown('intuser_')}", {"role": "viewer"}),
        ("DELETE", f"/api/libraries/{library}/members/{ids.unknown('intuser_')}", None),
        ("POST", f"/api/libraries/{library}/leave", None),
        ("GET", "/api/libraries/invitations", None),
        ("POST", "/api/libraries/invitations", link["invitation"] | {"max_joiners": 9}),
        ("GET", f"/api/libraries/invitations/{link['id']}/link", None),
        ("POST", f"/api/libraries/invitations/{link['id']}/disable", None),
        ("POST", f"/api/libraries/invitations/{link['id']}/preview", opened),
        ("POST", f"/api/libraries/invitations/{link['id']}/join", opened),
    ):
        refused(account.http.request(verb, path, **({"json": body} if body else {})), 403)


def test_a_key_for_a_joined_library(server: Server, owner: Account, guest: Account) -> None:
    """What a key reaches ends with what its person reaches."""
    library, asset = owner.library(), owner.upload()["id"]
    body = {"name": "k", "actions": ["read"], "library_scope_mode": "selected_libraries", "library_ids": [library]}
    refused(guest.http.post("/api/api-keys/", json=body), 404)
    accepted(join(guest, invite(owner)))
    made = accepted(guest.http.post("/api/api-keys/", json=body), 201)
    assert made["selected_library_count"] == 1
    program = Account(server.url, made["api_key"])
    assert program.listed() == [asset], "the one selected library is the default"
    accepted(guest.call("libraries.members.leave", library_id=library))
    refused(program.call("assets.retrieve", asset_id=asset), 404)
    program.close()
