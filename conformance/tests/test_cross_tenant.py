"""Other people's things answer exactly like things that do not exist (OP-11, checklist 12).

Every operation of the served document is walked, and in it every place where a request may carry
an id, by three who must not see what they ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from kit import document, ids, photos
from kit.account import Account, anonymous
from kit.answers import accepted, refused
from kit.belongings import BOX, Belongings, terms
from kit.document import Described, IdPlace, Request
from kit.server import Server

MASKED = [
    (rf"([a-z]+(?:_[a-z]+)*_)[{ids.ALPHABET}]{{{ids.DIGITS}}}", r"\1"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME"),
    (r"verify=[\w-]+|[A-Za-z0-9+/]{27,43}=", "DIGEST"),
    (r"photo-\d+|Library \d+|New Album \d+|\d+\.[0-9a-z]{6,}", "NUMBERED"),
]
# Whether a connection stays open depends on how much of a refused body had come.
VOLATILE = re.compile("request-id|date|ratelimit|content-length|connection")
FILE = {"device_asset_id": "x", "device_id": "x", "file_created_at": "2020-01-01", "file_modified_at": "2020-01-01"}
VERSION = {"kind": "edit", "params": "{}"}


def picture(name: str) -> dict[str, Any]:
    photo = photos.plain()
    return {name: (photo.name, photo.data, "image/jpeg")}


def version_of(pair: tuple[str, str], **more: Any) -> Request:
    return Request(path={"asset_id": pair[0], "version_id": pair[1]}, **more)


def invited(invitation: tuple[str, str]) -> Request:
    return Request(path={"invitation_id": invitation[0]}, body={"secret": invitation[1]})


def member(own: Belongings, body: Any = None) -> Request:
    return Request(path={"library_id": own.library, "user_id": own.membership()["user"]["id"]}, body=body)


def only(**path: str) -> Request:
    return Request(path=path)


# A request about one's own things for each operation; `library_id` is filled in.
REQUESTS: dict[str, Callable[[Belongings], Request]] = {
    "list_assets": lambda own: Request(),
    "create_asset": lambda own: Request(form=FILE, files=picture("asset_data")),
    "get_asset": lambda own: only(asset_id=own.asset()),
    "update_asset": lambda own: Request({"asset_id": own.asset()}, body={"rating": 1}),
    "bulk_update_assets": lambda own: Request(body={"updates": [{"id": own.asset(), "change": {"rating": 1}}]}),
    "check_asset_existence": lambda own: Request(body={"checksums": []}),
    "trash_assets": lambda own: Request(body={"ids": [own.asset()]}),
    "restore_assets": lambda own: Request(body={"ids": [own.asset()]}),
    "delete_assets": lambda own: Request(body={"ids": [own.asset()]}),
    "delete_asset": lambda own: only(asset_id=own.asset()),
    "empty_trash": lambda own: Request(),
    "count_assets": lambda own: Request(),
    "cluster_assets_by_geo": lambda own: Request(query={"bbox": "-180,-90,180,90", "cell_size": 10}),
    "move_assets": lambda own: moved(own),
    "list_asset_versions": lambda own: only(asset_id=own.asset()),
    "append_asset_version": lambda own: Request({"asset_id": own.asset()}, form=VERSION, files=picture("file")),
    "replace_asset_version": lambda own: version_of(own.edited(), form=VERSION, files=picture("file")),
    "delete_asset_version": lambda own: version_of(own.edited()),
    "revert_asset_version": lambda own: version_of(own.edited()),
    "search_assets": lambda own: Request(query={"query": "jpg"}),
    "search_assets_by_form": lambda own: Request(form={"query": "jpg"}),
    "list_albums": lambda own: Request(),
    "create_album": lambda own: Request(body={}),
    "get_album": lambda own: only(album_id=own.album()),
    "update_album": lambda own: Request({"album_id": own.album()}, body={"description": "x"}),
    "delete_album": lambda own: only(album_id=own.album()),
    "add_assets_to_album": lambda own: Request({"album_id": own.album()}, body={"asset_ids": [own.asset()]}),
    "remove_assets_from_album": lambda own: Request({"album_id": own.album()}, body={"asset_ids": [own.asset()]}),
    "list_album_assets": lambda own: Request(),
    "get_album_asset": lambda own: only(album_asset_id=own.link()),
    "list_people": lambda own: Request(),
    "create_person": lambda own: Request(body={}),
    "get_person": lambda own: only(person_id=own.somebody()),
    "update_person": lambda own: Request({"person_id": own.somebody()}, body={"is_favorite": True}),
    "delete_person": lambda own: only(person_id=own.somebody()),
    "bulk_update_people": lambda own: Request(body={"updates": [{"id": own.somebody(), "change": {"name": None}}]}),
    "merge_people": lambda own: Request({"person_id": own.somebody()}, body={"source_person_ids": [own.somebody()]}),
    "list_faces": lambda own: Request(),
    "create_face": lambda own: Request(body={"asset_id": own.asset(), "bounding_box": BOX}),
    "get_face": lambda own: only(face_id=own.face()),
    "update_face": lambda own: Request({"face_id": own.face()}, body={"person_id": own.somebody()}),
    "delete_face": lambda own: only(face_id=own.face()),
    "list_stacks": lambda own: Request(),
    "create_stack": lambda own: Request(body={"asset_ids": [own.asset(), own.asset()]}),
    "get_stack": lambda own: only(stack_id=own.stack()),
    "set_stack_cover": lambda own: cover(own, own.asset()),
    "delete_stack": lambda own: only(stack_id=own.stack()),
    "add_assets_to_stack": lambda own: Request({"stack_id": own.stack()}, body={"asset_ids": [own.asset()]}),
    "remove_assets_from_stack": lambda own: Request({"stack_id": own.stack()}, body={"asset_ids": [own.asset()]}),
    "get_events": lambda own: Request(),
    "list_tasks": lambda own: Request(),
    "get_task": lambda own: only(task_id=own.task()),
    "list_asset_tasks": lambda own: only(asset_id=own.asset()),
    "list_libraries": lambda own: Request(),
    "create_library": lambda own: Request(body={"name": "Mine"}),
    "get_library": lambda own: only(library_id=own.library),
    "update_library": lambda own: Request({"library_id": own.library}, body={"description": "x"}),
    "trash_library": lambda own: only(library_id=own.another_library()),
    "restore_library": lambda own: only(library_id=own.another_library(in_trash=True)),
    "delete_library": lambda own: only(library_id=own.another_library(in_trash=True)),
    "list_members": lambda own: only(library_id=own.library),
    "update_member": lambda own: member(own, {"role": "viewer"}),
    "remove_member": lambda own: member(own),
    "leave_library": lambda own: only(library_id=own.joined()),
    "list_invitations": lambda own: Request(),
    "create_invitation": lambda own: Request(body=terms(own.library)),
    "get_invitation_link": lambda own: only(invitation_id=own.invitation()[0]),
    "disable_invitation": lambda own: only(invitation_id=own.invitation()[0]),
    "preview_invitation": lambda own: invited(own.offer()),
    "join_library": lambda own: invited(own.offer()),
    "list_api_keys": lambda own: Request(),
    "create_api_key": lambda own: Request(
        body={
            "name": "x",
            "actions": ["read"],
            "library_scope_mode": "selected_libraries",
            "library_ids": [own.library],
        }
    ),
    "update_api_key": lambda own: Request({"key_id": own.key()}, body={"name": "y"}),
    "delete_api_key": lambda own: only(key_id=own.key()),
    "get_me": lambda own: Request(),
    "update_me": lambda own: Request(body={"immich_library_id": own.library}),
    "submit_feedback": lambda own: Request(body={"feedback_type": "other", "message": "x"}),
    "get_auth_url": lambda own: Request(query={"redirect_uri": f"{own.person.url}/in"}),
    "exchange_code": lambda own: Request(body={"error": "access_denied", "state": "x"}),
    "get_logout_endpoint": lambda own: Request(),
    "ping": lambda own: Request(),
    "list_formats": lambda own: Request(),
}
# What cannot succeed here, and what comes instead.
REFUSED = {"exchange_code": 400, "get_auth_url": 503, "get_logout_endpoint": 503}


def moved(own: Belongings) -> Request:
    libraries = {"source_library_id": own.library, "destination_library_id": own.another_library()}
    return Request(body={"asset_ids": [own.asset()]} | libraries)


def cover(own: Belongings, asset: str) -> Request:
    return Request({"stack_id": own.stack(asset)}, body={"primary_asset_id": asset})


@dataclass(frozen=True)
class Outsider:
    """Somebody who may not see the library of the victim, and what is theirs."""

    http: httpx.Client
    own: Belongings
    is_session: bool = True
    # What they are told of after all, and why.
    privileges: frozenset[str] = frozenset()


SignIn = Callable[[Account], Account]


@pytest.fixture(scope="module")
def session(server: Server, new_account: Callable[[], Account]) -> Callable[[], Account]:
    """Makes somebody new who is signed in."""

    def create() -> Account:
        account = new_account()
        return Account(server.url, server.session(account.email), account.email)

    return create


@pytest.fixture(scope="module")
def operations(server: Server) -> dict[str, Described]:
    return document.operations(server.url)


@pytest.fixture(scope="module")
def victim(session: Callable[[], Account]) -> Belongings:
    """Somebody with one of everything, and something in the trash."""
    person = session()
    theirs = Belongings(person, person.library(), session())
    accepted(person.call("assets.trash", ids=[theirs.asset()], library_id=theirs.library))
    for asset in person.listed(library_id=theirs.library, state="all"):
        person.settle(asset)
    assert set(theirs.lasting)
    return theirs


@pytest.fixture(scope="module")
def outsiders(victim: Belongings, session: Callable[[], Account]) -> dict[str, Outsider]:
    stranger, removed = session(), session()
    invitation_id, secret = victim.invitation()
    accepted(removed.call("libraries.invitations.join", invitation_id=invitation_id, secret=secret))
    user = removed.me()["id"]
    accepted(victim.person.call("libraries.members.remove", library_id=victim.library, user_id=user))
    elsewhere = accepted(victim.person.call("libraries.create", name="Elsewhere"), 201)["id"]
    scope = {"library_scope_mode": "selected_libraries", "library_ids": [elsewhere]}
    actions = ["read", "write", "delete", "delete_permanently"]
    key = accepted(victim.person.http.post("/api/api-keys/", json={"name": "x", "actions": actions} | scope), 201)
    return {
        "stranger": Outsider(stranger.http, Belongings(stranger, stranger.library(), session())),
        # Who was a member hears, when they leave, that they were (contract 12).
        "removed": Outsider(
            removed.http, Belongings(removed, removed.library(), session()), privileges=frozenset({"leave_library"})
        ),
        "key": Outsider(
            Account(victim.person.url, key["api_key"]).http,
            Belongings(victim.person, elsewhere, session()),
            is_session=False,
        ),
    }


def filled(operation: Described, own: Belongings) -> Request:
    """A request about one's own things, in one's own library."""
    request = REQUESTS[operation.name](own)
    for place in operation.places:
        if place.steps == ("library_id",) and place.part != "path" and "library_id" not in part(request, place):
            request = request.with_ids(place, [own.library])
    return request


def part(request: Request, place: IdPlace) -> dict[str, Any]:
    return getattr(request, place.part) or {}


def variants(operation: Described) -> list[tuple[str, list[IdPlace], bool]]:
    """Every way to smuggle ids in: each place alone, lists also behind one's own, all path ids, all at once."""
    found = [(str(place), [place], False) for place in operation.places]
    found += [(f"{place} mixed", [place], True) for place in operation.places if place.is_list]
    in_path = [place for place in operation.places if place.part == "path"]
    if len(in_path) > 1:
        found.append(("the whole path", in_path, False))
    if len(operation.places) > len(in_path) > 0 or len(operation.places) > 1:
        found.append(("everywhere", list(operation.places), False))
    return found


def smuggled(request: Request, places: list[IdPlace], chosen: dict[str, str], own: Belongings, mixed: bool) -> Request:
    for place in places:
        if mixed and not part(request, place).get(place.steps[0]):
            request = request.with_ids(place, [own.lasting[place.noun]])
        request = request.with_ids(place, [chosen[place.noun]], keep=mixed)
    return request


def seen(answer: httpx.Response, sent: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer, without what differs between any two requests."""
    text = answer.text
    for noun, entity in sent.items():
        text = text.replace(entity, f"{{{noun}}}")
    for pattern, name in MASKED:
        text = re.sub(pattern, name, text)
    headers = {name: value for name, value in answer.headers.items() if not VOLATILE.search(name)}
    return answer.status_code, text, headers


def state_of(victim: Belongings) -> dict[str, Any]:
    """All that the victim has in the library, and the feed of it."""
    library, asset = victim.library, victim.lasting["asset"]
    pages = [
        "/api/assets?state=all&include=metadata,faces,people,file_data,variants",
        f"/api/assets/{asset}/versions?",
        "/api/albums?",
        "/api/album-assets?",
        "/api/people?name_filter=all&include_hidden=true",
        "/api/faces?",
        "/api/stacks?include=asset_ids",
        "/api/tasks/?",
        "/api/events?",
        f"/api/libraries/{library}?",
        f"/api/libraries/{library}/members?state=all",
        "/api/libraries/invitations?state=all",
    ]
    state = {page: accepted(victim.person.http.get(f"{page}&limit=200&library_id={library}")) for page in pages}
    keys = accepted(victim.person.http.get("/api/api-keys/"))
    state["key"] = [key for key in keys if key["id"] == victim.lasting["API key"]]
    return state


def test_no_operation_is_left_out(operations: dict[str, Described]) -> None:
    assert set(operations) == set(REQUESTS)


@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_about_ones_own_is_done(
    operations: dict[str, Described], outsiders: dict[str, Outsider], name: str
) -> None:
    """Otherwise the refusals below would say nothing."""
    stranger = outsiders["stranger"]
    answer = operations[name].send(stranger.http, filled(operations[name], stranger.own))
    assert answer.is_success or answer.status_code == REFUSED.get(name), (answer.status_code, answer.text)


@pytest.mark.parametrize("who", ["stranger", "removed", "key"])
@pytest.mark.parametrize("name", REQUESTS)
def test_foreign_is_unknown(
    operations: dict[str, Described], outsiders: dict[str, Outsider], victim: Belongings, who: str, name: str
) -> None:
    operation, outsider = operations[name], outsiders[who]
    if not operation.places or name in outsider.privileges:
        return
    before = state_of(victim)
    for what, places, mixed in variants(operation):
        foreign = {place.noun: victim.lasting[place.noun] for place in places}
        unknown = {noun: ids.unknown(entity[: -ids.DIGITS]) for noun, entity in foreign.items()}
        answers = []
        for chosen in (foreign, unknown):
            request = smuggled(filled(operation, outsider.own), places, chosen, outsider.own, mixed)
            answers.append(operation.send(outsider.http, request))
        assert seen(answers[0], foreign) == seen(answers[1], unknown), what
        leaked = set(victim.lasting.values()) - set(foreign.values())
        assert not [entity for entity in leaked if entity in answers[0].text], what
    assert state_of(victim) == before


@pytest.mark.parametrize("who", ["stranger", "removed", "key"])
def test_cursors_of_a_foreign_feed(outsiders: dict[str, Outsider], victim: Belongings, who: str) -> None:
    outsider = outsiders[who]
    page = accepted(victim.person.call("events.get", library_id=victim.library, limit=200))
    cursors = {event["cursor"] for event in page["data"]} | {page["as_of"], page["next_cursor"]}
    for name in ("after_cursor", "as_of"):
        for cursor in cursors:
            query = {"library_id": outsider.own.library, name: cursor}
            answer = outsider.http.get("/api/events", params=query)
            detail = refused(answer, 400)
            assert cursor not in detail
            number, _, moment = cursor.partition(".")
            query[name] = f"{number}.{moment[:-1]}{'0' if moment[-1] != '0' else '1'}"
            assert refused(outsider.http.get("/api/events", params=query), 400) == detail


def test_signed_urls_of_other_assets(outsiders: dict[str, Outsider], victim: Belongings) -> None:
    """A signature of one's own opens nothing else, whether that is there or not."""
    own = outsiders["stranger"].own
    asset = own.person.get(own.lasting["asset"])
    face = accepted(own.person.call("faces.retrieve", face_id=own.lasting["face"], library_id=own.library))
    urls = [one["url"] for one in [*asset["asset_urls"].values(), *face["asset_urls"].values()]]
    assert len(urls) > 4
    with anonymous(own.person.url) as client:
        for url in urls:
            swaps = [(asset["current_version_id"], "asset version"), (own.lasting["face"], "face")]
            for mine, noun in swaps:
                if mine not in url:
                    continue
                foreign, unknown = victim.lasting[noun], ids.unknown(victim.lasting[noun][: -ids.DIGITS])
                answers = [client.get(url.replace(mine, other)) for other in (foreign, unknown)]
                assert refused(answers[0], 403) == refused(answers[1], 403)


def test_bytes_of_others_do_not_deduplicate(outsiders: dict[str, Outsider], victim: Belongings) -> None:
    """Whether somebody else has a file must not show in the status of an upload."""
    photo = photos.plain()
    theirs = victim.person.upload(photo, library_id=victim.library)
    own = outsiders["stranger"].own
    assert own.person.upload(photo, status=201, library_id=own.library)["id"] != theirs["id"]
    assert victim.person.upload(photo, status=200, library_id=victim.library)["id"] == theirs["id"]


@pytest.mark.parametrize("who", ["stranger", "removed"])
def test_nothing_of_others_shows_anywhere(outsiders: dict[str, Outsider], victim: Belongings, who: str) -> None:
    pages = [
        "/api/assets?state=all&include=metadata,file_data",
        "/api/assets?bbox=-180,-90,180,90",
        "/api/assets?ratings=0,1,2,3,4,5",
        "/api/albums?",
        "/api/album-assets?",
        "/api/people?name_filter=all&include_hidden=true",
        "/api/faces?",
        "/api/stacks?include=asset_ids",
        "/api/events?",
        "/api/search?query=jpg",
        "/api/libraries/invitations?state=all",
    ]
    outsider = outsiders[who]
    texts = {page: outsider.http.get(f"{page}&limit=200&library_id={outsider.own.library}").text for page in pages}
    for page in ("/api/tasks/?limit=200", "/api/libraries?state=all", "/api/users/me", "/api/api-keys/"):
        texts[page] = outsider.http.get(page).text
    for page, text in texts.items():
        assert not [entity for entity in victim.lasting.values() if entity in text], page
