"""Albums: names, members, covers, dates, and what the feed tells of them (contract 4, 17.8)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kit import ids
from kit.account import Account, fetch
from kit.answers import accepted, invalid, refused
from kit.strict import moment


def create(account: Account, **fields: Any) -> httpx.Response:
    return account.call("albums.create", **fields)


def made(account: Account, *asset_ids: str, **fields: Any) -> dict[str, Any]:
    """A new album with these members."""
    album_id = accepted(create(account, **fields), 201)["id"]
    if asset_ids:
        assert add(account, album_id, *asset_ids)["added_assets"] == list(asset_ids)
    return get(account, album_id)


def get(account: Account, album_id: str) -> dict[str, Any]:
    return accepted(account.call("albums.retrieve", album_id=album_id))


def update(account: Account, album_id: str, **fields: Any) -> httpx.Response:
    return account.call("albums.update", album_id=album_id, **fields)


def add(account: Account, album_id: str, *asset_ids: str) -> dict[str, list[str]]:
    answer = account.call("albums.assets_associations.add", album_id=album_id, asset_ids=list(asset_ids))
    return accepted(answer)


def remove(account: Account, album_id: str, *asset_ids: str) -> None:
    answer = account.call("albums.assets_associations.remove", album_id=album_id, asset_ids=list(asset_ids))
    assert accepted(answer) == {}


def albums(account: Account, **parameters: Any) -> list[str]:
    return [album["id"] for album in accepted(account.call("albums.list", **parameters))["data"]]


def links(account: Account, **parameters: Any) -> list[dict[str, Any]]:
    return accepted(account.call("album_assets.list", **parameters))["data"]


def told(account: Account, after: str | None) -> list[tuple[str, str, Any]]:
    """What the feed tells, but for what the work in the background finds out about assets."""
    return [
        (event["entity_id"], event["event_type"], event["payload"])
        for event in account.events(after=after)
        if event["event_type"] not in ("asset_updated", "metadata_updated")
    ]


def conflict(answer: httpx.Response) -> None:
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


def taken(account: Account, *times: str) -> list[str]:
    """Assets captured at these times."""
    return [account.edit(account.upload()["id"], original_datetime=time)["id"] for time in times]


def test_create_and_fetch(account: Account) -> None:
    end = account.end_of_feed()
    album = accepted(create(account, name="  Été 2024 ", description="by the lake"), 201)
    assert (album["name"], album["description"], album["asset_count"]) == ("Été 2024", "by the lake", 0)
    empty = ("album_cover_asset_id", "asset_urls", "start_date", "end_date")
    assert [album[field] for field in empty] == [None] * 4
    assert album["created_at"] == album["updated_at"] and album["created_at"].endswith("Z")
    assert get(account, album["id"]) == album
    assert told(account, end) == [(album["id"], "album_created", None)]


@pytest.mark.parametrize(
    "again",
    [{"name": "family"}, {"name": " FAMILY "}, {"name": "Family", "description": "all of us"}],
    ids=str,
)
def test_a_name_in_use_gives_the_album_of_that_name(account: Account, again: dict[str, str]) -> None:
    album = made(account, name="Family", description="all of us")
    end = account.end_of_feed()
    assert accepted(create(account, **again)) == album
    assert told(account, end) == []


def test_a_name_in_use_for_something_else(account: Account) -> None:
    album = made(account, name="Family", description="all of us")
    conflict(create(account, name="family", description="others"))
    conflict(update(account, made(account, name="Friends")["id"], name="FAMILY "))
    assert get(account, album["id"]) == album
    assert len(albums(account)) == 2
    library = accepted(account.call("libraries.create", name="Second"), 201)["id"]
    accepted(create(account, name="Family", description="others", library_id=library), 201)


@pytest.mark.parametrize("nothing", [{}, {"name": None}, {"name": ""}, {"name": " \t"}], ids=str)
def test_without_a_name_it_is_always_new(account: Account, nothing: dict[str, None]) -> None:
    made(account, name="new album 3")
    assert [made(account, **nothing)["name"] for _ in range(3)] == ["New Album", "New Album 2", "New Album 4"]


def test_one_name_per_library_and_not_more(account: Account) -> None:
    """A client that made an unnamed album deletes it when a later step fails: it must be its own."""
    mine = made(account, name="New Album")
    other = accepted(create(account), 201)
    assert accepted(account.call("albums.delete", album_id=other["id"])) == {}
    assert get(account, mine["id"]) == mine


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"name": 5}, ("body", "name")),
        ({"name": "x" * 256}, ("body", "name")),
        ({"name": "a\u0000b"}, ("body", "name")),
        ({"name": "x", "description": 5}, ("body", "description")),
        ({"name": "x", "library_id": "lib_1"}, ("body", "library_id")),
        ([], ("body",)),
        (None, ("body",)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_created(resident: Account, body: Any, place: tuple[str, ...]) -> None:
    invalid(resident.http.post("/api/albums", json=body), place)


def test_update(account: Account) -> None:
    album = made(account, name="Before", description="words")
    end = account.end_of_feed()
    assert accepted(update(account, album["id"])) == album
    assert accepted(update(account, album["id"], name=None)) == album
    assert accepted(update(account, album["id"], name="Before", description="words")) == album
    assert told(account, end) == []
    changed = accepted(update(account, album["id"], name=" AFTER "))
    assert (changed["name"], changed["description"]) == ("AFTER", "words")
    assert moment(changed["updated_at"]) > moment(album["updated_at"])
    cleared = accepted(update(account, album["id"], description=None))
    assert (cleared["name"], cleared["description"]) == ("AFTER", None)
    assert get(account, album["id"]) == cleared
    assert told(account, end) == [(album["id"], "album_updated", None)] * 2


@pytest.mark.parametrize("body", [{"name": ""}, {"name": " "}, {"name": 5}, {"album_cover_asset_id": "x"}], ids=str)
def test_what_cannot_be_updated(resident: Account, body: dict[str, Any]) -> None:
    album_id = made(resident)["id"]
    invalid(resident.http.patch(f"/api/albums/{album_id}", json=body), ("body", next(iter(body))))


def test_delete(account: Account) -> None:
    asset_id = account.upload()["id"]
    album = made(account, asset_id, name="Gone")
    (link,) = links(account)
    end = account.end_of_feed()
    assert accepted(account.call("albums.delete", album_id=album["id"])) == {}
    refused(account.call("albums.delete", album_id=album["id"]), 404)
    refused(account.call("albums.retrieve", album_id=album["id"]), 404)
    refused(account.call("album_assets.get", album_asset_id=link["id"]), 404)
    refused(account.http.patch(f"/api/albums/{album['id']}", json={}), 404)
    assert told(account, end) == [(album["id"], "album_deleted", None)]
    assert (albums(account), links(account), account.listed()) == ([], [], [asset_id])
    assert made(account, name="gone")["asset_count"] == 0, "the name is free again"


def test_each_asset_is_in_exactly_one_list(account: Account, stranger: Account) -> None:
    assets = [account.upload()["id"] for _ in range(4)]
    account.trash(assets[3])
    foreign, unknown = stranger.upload()["id"], ids.unknown()
    album_id = made(account, assets[1])["id"]
    end = account.end_of_feed()
    answer = add(account, album_id, assets[3], foreign, assets[1], assets[0], unknown, assets[0])
    assert answer == {
        "added_assets": [assets[3], assets[0]],
        "duplicate_assets": [assets[1]],
        "not_found_assets": [foreign, unknown],
    }
    again = add(account, album_id, assets[0], assets[3])
    assert again == {"added_assets": [], "duplicate_assets": [assets[0], assets[3]], "not_found_assets": []}
    events = told(account, end)
    assert [event[1:] for event in events] == [("album_asset_added", None)] * 2
    assert events[1][0] == links(account, asset_id=assets[0])[0]["id"]
    assert account.listed(album_id=album_id, state="trashed") == [assets[3]]
    assert get(account, album_id)["asset_count"] == 2


def test_assets_of_another_library_are_not_found(account: Account) -> None:
    library = account.library()
    asset_id = account.upload()["id"]
    other = accepted(account.call("libraries.create", name="Other"), 201)["id"]
    album_id = made(account, library_id=other)["id"]
    assert add(account, album_id, asset_id)["not_found_assets"] == [asset_id]
    assert account.listed(album_id=album_id, library_id=library) == []


def test_remove(account: Account) -> None:
    first, second = account.upload()["id"], account.upload()["id"]
    album = made(account, first, second)
    (link,) = links(account, asset_id=first)
    end = account.end_of_feed()
    remove(account, album["id"], first, ids.unknown())
    remove(account, album["id"], first)
    payload = {"album_id": album["id"], "asset_id": first}
    assert told(account, end) == [(link["id"], "album_asset_removed", payload)]
    assert get(account, album["id"])["asset_count"] == 1
    assert account.listed(album_id=album["id"]) == [second]
    assert set(account.listed()) == {first, second}


@pytest.mark.parametrize("verb", ["POST", "DELETE"])
@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ("body", "asset_ids")),
        ({"asset_ids": []}, ("body", "asset_ids")),
        ({"asset_ids": ["asset_1"]}, ("body", "asset_ids", 0)),
        ({"asset_ids": [ids.unknown() for _ in range(201)]}, ("body", "asset_ids")),
        (None, ("body",)),
    ],
    ids=lambda value: str(value)[:30],
)
def test_members_that_are_none(resident: Account, verb: str, body: Any, place: tuple) -> None:
    album_id = made(resident)["id"]
    invalid(resident.http.request(verb, f"/api/albums/{album_id}/assets", json=body), place)
    two_hundred = {"asset_ids": [ids.unknown() for _ in range(200)]}
    accepted(resident.http.request(verb, f"/api/albums/{album_id}/assets", json=two_hundred))


def test_dates_and_cover_are_those_of_live_members(account: Account) -> None:
    old, middle, new = taken(account, "2024-05-01T23:30:00-07:00", "2024-06-01T00:00:00", "2024-07-01T12:00:00Z")
    album_id = made(account, old, middle, new)["id"]

    def summary() -> tuple[Any, ...]:
        album = get(account, album_id)
        fields = ("album_cover_asset_id", "start_date", "end_date", "asset_count")
        return tuple(album[field] for field in fields)

    assert summary() == (new, "2024-05-01T23:30:00-07:00", "2024-07-01T12:00:00Z", 3)
    account.trash(new, old)
    assert summary() == (middle, "2024-06-01T00:00:00", "2024-06-01T00:00:00", 1)
    account.edit(old, original_datetime="2025-01-01T00:00:00")
    accepted(account.call("assets.restore", ids=[new, old]))
    assert summary() == (old, "2024-06-01T00:00:00", "2025-01-01T00:00:00", 3)
    account.edit(old, original_datetime="2024-06-15T00:00:00")
    assert summary()[0] == new, "an edited capture time moves it at once"
    accepted(account.call("assets.delete_list", ids=[new, old, middle]))
    assert summary() == (None, None, None, 0)
    assert get(account, album_id)["asset_urls"] is None


def test_the_cover_has_a_thumbnail(account: Account) -> None:
    asset = account.settled()
    album = made(account, asset["id"])
    assert set(album["asset_urls"]) == {"thumbnail"}
    thumbnail = album["asset_urls"]["thumbnail"]
    assert thumbnail == asset["asset_urls"]["thumbnail"]
    assert fetch(thumbnail["url"]).status_code == 200


def test_a_chosen_cover(account: Account) -> None:
    old, new = taken(account, "2024-05-01T00:00:00", "2024-06-01T00:00:00")
    outside = account.upload()["id"]
    album_id = made(account, old, new)["id"]
    for cover in (outside, ids.unknown()):
        invalid(update(account, album_id, album_cover_asset_id=cover), ("body", "album_cover_asset_id"))
    end = account.end_of_feed()
    album = accepted(update(account, album_id, album_cover_asset_id=old))
    assert album["album_cover_asset_id"] == old
    assert accepted(update(account, album_id, album_cover_asset_id=old)) == album
    assert told(account, end) == [(album_id, "album_updated", {"album_cover_asset_id": old})]

    account.trash(old)
    assert get(account, album_id)["album_cover_asset_id"] == new, "a trashed one is not shown"
    invalid(update(account, album_id, album_cover_asset_id=old), ("body", "album_cover_asset_id"))
    accepted(account.call("assets.restore", ids=[old]))
    assert get(account, album_id) == album

    cleared = accepted(update(account, album_id, album_cover_asset_id=None))
    assert cleared["album_cover_asset_id"] == new
    accepted(update(account, album_id, album_cover_asset_id=old))
    remove(account, album_id, old)
    add(account, album_id, old)
    assert get(account, album_id)["album_cover_asset_id"] == new, "one that left is not the cover again"


def test_a_deleted_asset_leaves_its_albums(account: Account) -> None:
    asset_id = account.settled()["id"]
    album_ids = [made(account, asset_id, name=name)["id"] for name in ("One", "Two")]
    listed = links(account, asset_id=asset_id)
    accepted(update(account, album_ids[1], album_cover_asset_id=asset_id))
    end = account.end_of_feed()
    accepted(account.call("assets.delete", asset_id=asset_id))
    events = told(account, end)
    removed = [(link["id"], "album_asset_removed", {"album_id": link["album_id"], "asset_id": asset_id}) for link in listed]
    assert sorted(events[:2]) == sorted(removed)
    assert events[2] == (album_ids[1], "album_updated", {"album_cover_asset_id": None})
    assert events[3:] == [(asset_id, "asset_deleted", None)]
    assert [get(account, album_id)["asset_count"] for album_id in album_ids] == [0, 0]


def test_trash_and_restore_tell_nothing_of_albums(account: Account) -> None:
    asset_id = account.settled()["id"]
    album = made(account, asset_id)
    (link,) = links(account)
    end = account.end_of_feed()
    account.trash(asset_id)
    assert links(account) == links(account, ids=[link["id"]]) == []
    assert albums(account, asset_id=asset_id) == []
    refused(account.call("album_assets.get", album_asset_id=link["id"]), 404)
    assert add(account, album["id"], asset_id)["duplicate_assets"] == [asset_id]
    accepted(account.call("assets.restore", ids=[asset_id]))
    assert links(account) == [link]
    assert accepted(account.call("album_assets.get", album_asset_id=link["id"])) == link
    assert get(account, album["id"]) == album
    assert [event[1] for event in told(account, end)] == ["asset_trashed", "asset_restored"]


def test_list_filters(account: Account) -> None:
    asset_id = account.upload()["id"]
    names = ["100% Été", "100 été", "a_b", "axb"]
    by_name = {name: made(account, asset_id, name=name)["id"] for name in names[:2]}
    by_name |= {name: made(account, name=name)["id"] for name in names[2:]}
    newest = [by_name[name] for name in reversed(names)]
    assert albums(account) == newest
    assert albums(account, library_id=account.library()) == newest
    assert albums(account, asset_id=asset_id) == newest[2:]
    assert albums(account, asset_id=ids.unknown()) == []
    assert albums(account, ids=[newest[3], ids.unknown("album_"), newest[0]]) == [newest[0], newest[3]]
    assert albums(account, ids=newest[:3], asset_id=asset_id, name="%") == []
    for text, expected in {
        "ÉTÉ": newest[2:], "0% é": newest[3:], " a_B ": newest[1:2], "": newest, "  ": newest, "%%": [], "\\": [],
    }.items():  # fmt: skip
        answer = account.http.get("/api/albums", params={"name": text})
        assert [album["id"] for album in accepted(answer)["data"]] == expected, text
    assert albums(account, name="axb") == newest[:1]


def test_pages(account: Account) -> None:
    assets = [account.upload()["id"] for _ in range(2)]
    newest = [made(account, *assets)["id"] for _ in range(5)][::-1]
    every = links(account, limit=200)
    assert len(every) == 10
    for operation, prefix, expected in (
        ("albums.list", "album_", newest),
        ("album_assets.list", "album_asset_", [link["id"] for link in every]),
    ):
        seen: list[str] = []
        while True:
            after = {"starting_after_id": seen[-1]} if seen else {}
            page = accepted(account.call(operation, limit=2, **after))
            seen += [one["id"] for one in page["data"]]
            assert page["has_more"] == (len(seen) < len(expected))
            if not page["has_more"]:
                break
        assert seen == expected
        refused(account.call(operation, starting_after_id=ids.unknown(prefix)), 400)
        invalid(account.call(operation, starting_after_id=ids.unknown()), ("query", "starting_after_id"))
        for limit in (0, 201):
            invalid(account.call(operation, limit=limit), ("query", "limit"))
    accepted(account.call("albums.delete", album_id=newest[1]))
    refused(account.call("albums.list", starting_after_id=newest[1]), 400)


def test_links_by_album_asset_and_id(account: Account) -> None:
    assets = [account.upload()["id"] for _ in range(2)]
    one, two = made(account, *assets)["id"], made(account, assets[0])["id"]
    listed = links(account)
    assert [(link["album_id"], link["asset_id"]) for link in listed] == [(two, assets[0]), (one, assets[1]), (one, assets[0])]
    assert links(account, album_id=one) == listed[1:]
    assert links(account, asset_id=assets[0]) == [listed[0], listed[2]]
    assert links(account, album_id=one, asset_id=assets[0]) == [listed[2]]
    assert links(account, ids=[listed[2]["id"], ids.unknown("album_asset_")]) == [listed[2]]
    assert links(account, album_id=ids.unknown("album_")) == links(account, asset_id=ids.unknown()) == []


@pytest.mark.parametrize("state", ["live", "trashed", "all"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_assets_of_an_album(account: Account, state: str, order: str) -> None:
    days = [3, 1, 5, 2, 4, 1]
    assets = taken(account, *(f"2024-05-0{day}T00:00:00" for day in days))
    members = assets[:5]
    album_id = made(account, *members)["id"]
    for asset_id in (assets[2], assets[0], assets[5]):
        account.trash(asset_id)
    everything = account.listed(state=state, order=order, limit=200)
    expected = [asset_id for asset_id in everything if asset_id in members]
    assert len(expected) == {"live": 3, "trashed": 2, "all": 5}[state]
    found: list[str] = []
    while True:
        after = {"starting_after_id": found[-1]} if found else {}
        page = account.list(album_id=album_id, state=state, order=order, limit=2, include=["file_data"], **after)
        found += [asset["id"] for asset in page["data"]]
        if not page["has_more"]:
            break
    assert found == expected
    filters = {"local_datetime_after": "2024-05-01T12:00:00", "local_datetime_before": "2024-05-04T00:00:00"}
    narrowed = account.listed(album_id=album_id, state=state, order=order, **filters)
    assert narrowed == [asset_id for asset_id in expected if asset_id in (assets[0], assets[3])]
    assert account.listed(album_id=album_id, state=state, ids=[expected[0], assets[5]]) == expected[:1]


def test_assets_in_any_album(account: Account) -> None:
    assets = [account.upload()["id"] for _ in range(3)]
    album_id = made(account, assets[0], assets[1])["id"]
    made(account, assets[1])
    for album_filter, expected in {"all": assets, "in_album": assets[:2], "not_in_album": assets[2:]}.items():
        assert set(account.listed(album_filter=album_filter)) == set(expected), album_filter
    assert set(account.listed(album_id=album_id, album_filter="in_album")) == set(assets[:2])
    invalid(account.call("assets.list", album_id=album_id, album_filter="not_in_album"))
    invalid(account.call("assets.list", album_filter="somewhere"))
    assert account.listed(album_id=ids.unknown("album_")) == []


def test_the_feed_by_entity(account: Account) -> None:
    album = made(account, account.upload()["id"])
    (link,) = links(account)
    for entity_type, expected in (("album", album["id"]), ("album_asset", link["id"])):
        assert [event["entity_id"] for event in account.events(entity_types=entity_type)] == [expected]


def test_whose_album(account: Account, stranger: Account) -> None:
    """What is somebody else's answers as what does not exist."""
    mine, theirs = account.upload()["id"], stranger.upload()["id"]
    album_id = made(stranger, theirs, name="Theirs")["id"]
    (link,) = links(stranger)
    for wanted in (album_id, ids.unknown("album_")):
        assert account.listed(album_id=wanted) == links(account, album_id=wanted) == albums(account, ids=[wanted]) == []
        for answer in (
            account.call("albums.retrieve", album_id=wanted),
            update(account, wanted, name="Mine"),
            account.call("albums.delete", album_id=wanted),
            account.call("albums.assets_associations.add", album_id=wanted, asset_ids=[mine]),
            account.call("albums.assets_associations.remove", album_id=wanted, asset_ids=[theirs]),
        ):
            assert refused(answer, 404) == "Album not found"
        refused(account.call("albums.list", starting_after_id=wanted), 400)
    for wanted in (link["id"], ids.unknown("album_asset_")):
        assert refused(account.call("album_assets.get", album_asset_id=wanted), 404) == "Album asset not found"
        assert links(account, ids=[wanted]) == []
    assert albums(account, asset_id=theirs) == links(account, asset_id=theirs) == []
    for path in ("/api/albums/nonsense", "/api/album-assets/nonsense", f"/api/album-assets/{album_id}"):
        refused(account.http.get(path), 404)
    made(account, name="Theirs")
    assert get(stranger, album_id)["asset_count"] == 1


def test_of_several_libraries_one_is_named(account: Account) -> None:
    accepted(account.call("libraries.create", name="Second"), 201)
    for answer in (create(account), account.call("albums.list"), account.call("album_assets.list")):
        refused(answer, 400)
    refused(create(account, library_id=ids.unknown("lib_")), 404)
