"""People (contract 5)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kit import ids
from kit.account import Account
from kit.answers import accepted, invalid, refused

SORTS = ["created_at_desc", "created_at_asc", "name_asc", "name_desc", "asset_count_desc", "asset_count_asc"]
BOX = {"x": 1, "y": 2, "w": 30, "h": 20}


def create(account: Account, **fields: Any) -> httpx.Response:
    return account.call("people.create", **fields)


def somebody(account: Account, name: str | None = None, **fields: Any) -> str:
    return accepted(create(account, **({"name": name} if name else {}), **fields), 201)["id"]


def update(account: Account, person: str, **fields: Any) -> httpx.Response:
    return account.call("people.update", person_id=person, **fields)


def get(account: Account, person: str) -> dict[str, Any]:
    return accepted(account.call("people.retrieve", person_id=person))


def listed(account: Account, **parameters: Any) -> list[str]:
    page = accepted(account.call("people.list", **({"limit": 200} | parameters)))
    return [person["id"] for person in page["data"]]


def draw(account: Account, asset: str, person: str | None = None) -> str:
    who = {"person_id": person} if person else {}
    return accepted(account.call("faces.create", asset_id=asset, bounding_box=BOX, **who), 201)["id"]


def conflict(answer: httpx.Response) -> None:
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


def told(account: Account, after: str | None) -> list[tuple[str, str, Any]]:
    """What was told of people and faces; work on assets goes on meanwhile."""
    events = account.events(after, entity_types=["person", "face"])
    return [(event["event_type"], event["entity_id"], event["payload"]) for event in events]


def test_a_person_in_full(account: Account) -> None:
    face = draw(account, account.upload()["id"])
    fields = {"name": " Kim ", "birth_date": "1984-05-06", "is_favorite": True, "thumbnail_face_id": face}
    person = accepted(create(account, **fields), 201)
    assert person | fields | {"name": "Kim"} == person
    assert (person["is_hidden"], person["asset_count"], person["cluster_metrics"]) == (False, 0, None)
    assert get(account, person["id"]) == person
    assert told(account, account.end_of_feed()) == []
    assert told(account, None)[-1] == ("person_created", person["id"], None)
    assert account.call("people.retrieve", person_id=person["id"], include=["cluster_metrics"]).json() == person
    assert accepted(account.call("people.list", include=["cluster_metrics"]))["data"] == [person]
    invalid(account.http.get(f"/api/people/{person['id']}?include=faces"), ("query", "include", 0))


def test_nothing_is_asked_of_a_new_person(account: Account) -> None:
    first, second = accepted(create(account), 201), accepted(create(account, name=None), 201)
    assert first["id"] != second["id"] and first["name"] is None


@pytest.mark.parametrize(
    ("again", "status"),
    [
        ({"name": "kim"}, 200),
        ({"name": " KIM ", "birth_date": "1984-05-06", "is_hidden": True}, 200),
        ({"name": "Kim", "birth_date": None, "is_favorite": None}, 200),
        ({"name": "Kim", "birth_date": "1984-05-07"}, 409),
        ({"name": "Kim", "is_hidden": False}, 409),
        ({"name": "Kim", "is_favorite": True}, 409),
    ],
    ids=str,
)
def test_a_name_that_exists(account: Account, again: dict[str, Any], status: int) -> None:
    kim = accepted(create(account, name="Kim", birth_date="1984-05-06", is_hidden=True), 201)
    end = account.end_of_feed()
    answer = account.http.post("/api/people", json=again)
    if status == 200:
        assert accepted(answer) == kim
    else:
        conflict(answer)
    assert told(account, end) == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 7}, "name"),
        ({"birth_date": "1984-02-30"}, "birth_date"),
        ({"birth_date": "1984-05-06T07:08:09"}, "birth_date"),
        ({"birth_date": 5}, "birth_date"),
        ({"is_hidden": "yes"}, "is_hidden"),
        ({"is_favorite": 1}, "is_favorite"),
        ({"thumbnail_face_id": "face_2"}, "thumbnail_face_id"),
    ],
    ids=str,
)
def test_what_cannot_be_said_of_a_person(resident: Account, fields: dict[str, Any], place: str) -> None:
    invalid(resident.http.post("/api/people", json=fields), ("body", place))
    person = somebody(resident)
    invalid(resident.http.patch(f"/api/people/{person}", json=fields), ("body", place))
    updates = [{"id": person, "change": fields}]
    answer = resident.call("people.bulk_update_people", updates=updates)
    invalid(answer, ("body", "updates", 0, "change", place))


def test_update(account: Account) -> None:
    face = draw(account, account.upload()["id"])
    person = somebody(account, "Kim", birth_date="1984-05-06", thumbnail_face_id=face)
    end = account.end_of_feed()
    before = get(account, person)
    for nothing in ({}, {"is_favorite": None, "is_hidden": None}, {"name": "Kim"}):
        assert accepted(account.http.patch(f"/api/people/{person}", json=nothing)) == before
    assert told(account, end) == []
    after = accepted(update(account, person, name="KIM", is_hidden=True))
    assert (after["name"], after["is_hidden"], after["birth_date"]) == ("KIM", True, "1984-05-06")
    assert after["updated_at"] > before["updated_at"]
    cleared = accepted(update(account, person, name=None, birth_date=None, thumbnail_face_id=None))
    assert (cleared["name"], cleared["birth_date"], cleared["thumbnail_face_id"]) == (None, None, None)
    assert told(account, end) == [("person_updated", person, None)] * 2
    refused(update(account, person, thumbnail_face_id=ids.unknown("face_")), 404)


def test_renaming_onto_another(account: Account) -> None:
    kim, sam = somebody(account, "Kim", is_hidden=True), somebody(account, "Sam")
    conflict(update(account, sam, name=" kim"))
    accepted(update(account, kim, name=None))
    assert accepted(update(account, sam, name="kim"))["name"] == "kim"


def test_lists_show_who_has_a_name_and_is_not_hidden(account: Account) -> None:
    named, hidden = somebody(account, "Kim"), somebody(account, "Sam", is_hidden=True)
    unnamed, both = somebody(account), somebody(account, is_hidden=True)
    assert listed(account) == [named]
    assert listed(account, include_hidden=True) == [hidden, named]
    assert listed(account, name_filter="unnamed") == [unnamed]
    assert listed(account, name_filter="all") == [unnamed, named]
    assert listed(account, name_filter="all", include_hidden=True) == [both, unnamed, hidden, named]
    everybody = [both, unnamed, hidden, named, ids.unknown("person_")]
    assert listed(account, ids=everybody) == everybody[:-1]
    assert listed(account, ids=everybody, include_hidden=False) == [unnamed, named]
    assert listed(account, ids=everybody, name_filter="named") == [hidden, named]
    assert accepted(account.http.get(f"/api/people?ids={both},{named}"))["data"][1]["id"] == named


def test_part_of_a_name(account: Account) -> None:
    odd, kim = somebody(account, "100%_ÖDÖN"), somebody(account, "Kim")
    for text, found in (("ki", [kim]), ("%", [odd]), ("_ö", [odd]), (" IM ", [kim]), (" ", [kim, odd]), ("k_m", [])):
        assert listed(account, name=text) == found, text


def test_names_sort_as_people_sort_them(account: Account) -> None:
    names = ["ase", "Åse", "Émile", "Eric", "zoe", "Zoë"]
    made = {name: somebody(account, name) for name in reversed(names)}
    unnamed = [somebody(account), somebody(account)]
    order = [made[name] for name in names]
    assert listed(account, sort="name_asc") == order
    assert listed(account, sort="name_asc", name_filter="all") == order + unnamed
    assert listed(account, sort="name_desc", name_filter="all") == order[::-1] + unnamed[::-1]
    answer = account.call("people.list", sort="name_asc", name_filter="unnamed")
    invalid(answer, ("query", "sort"))


@pytest.mark.parametrize("sort", SORTS)
def test_pages_have_no_gaps(crowd: Account, sort: str) -> None:
    everybody = listed(crowd, sort=sort, name_filter="all")
    assert len(everybody) == 9
    found: list[str] = []
    while True:
        after = {"starting_after_id": found[-1]} if found else {}
        page = accepted(crowd.call("people.list", sort=sort, name_filter="all", limit=4, **after))
        found += [person["id"] for person in page["data"]]
        if not page["has_more"]:
            break
    assert found == everybody


@pytest.fixture(scope="module")
def crowd(new_account) -> Account:
    account = new_account()
    assets = [account.upload()["id"] for _ in range(2)]
    for number in range(9):
        person = somebody(account, f"Name {number % 5}" if number < 5 else None)
        for asset in assets[: number % 3]:
            draw(account, asset, person)
    return account


def test_positions(account: Account, stranger: Account) -> None:
    hidden, kim = somebody(account, is_hidden=True), somebody(account, "Kim")
    assert listed(account, starting_after_id=kim) == []
    assert listed(account, starting_after_id=hidden, sort="created_at_asc") == [kim]
    for nobody in (ids.unknown("person_"), somebody(stranger, "Sam")):
        refused(account.call("people.list", starting_after_id=nobody), 400)


def test_counts_are_of_live_assets(account: Account) -> None:
    kim, assets = somebody(account, "Kim"), [account.upload()["id"] for _ in range(3)]
    faces = [draw(account, asset, kim) for asset in (*assets, assets[0])]
    assert get(account, kim)["asset_count"] == 3
    accepted(account.call("faces.delete", face_id=faces[0]))
    assert get(account, kim)["asset_count"] == 3, "another face is left"
    account.trash(assets[0])
    assert get(account, kim)["asset_count"] == 2
    accepted(account.call("assets.restore", ids=[assets[0]]))
    accepted(account.call("faces.update", face_id=faces[1], person_id=None))
    assert get(account, kim)["asset_count"] == 2
    accepted(account.call("assets.delete", asset_id=assets[2]))
    assert get(account, kim)["asset_count"] == 1


def test_people_of_an_asset(account: Account) -> None:
    kim, sam, asset = somebody(account, "Kim"), somebody(account, "Sam", is_hidden=True), account.upload()["id"]
    for person in (kim, kim, sam, None):
        draw(account, asset, person)
    full = account.get(asset)
    assert sorted(person["id"] for person in full["people"]) == sorted([kim, sam])
    assert len(full["faces"]) == 4
    assert accepted(account.call("assets.retrieve", asset_id=asset))["people"] is None
    (page,) = account.list(include=["people", "faces"])["data"]
    assert (page["people"], page["faces"]) == (full["people"], full["faces"])
    edited = account.edit(asset, rating=4)
    assert (edited["people"], edited["faces"]) == (full["people"], full["faces"])
    assert listed(account, asset_id=asset) == [kim]
    assert listed(account, asset_id=ids.unknown("asset_")) == []


@pytest.mark.parametrize("name", ["person_id", "person_ids"])
def test_assets_of_people(account: Account, name: str) -> None:
    kim, sam, assets = somebody(account, "Kim"), somebody(account, "Sam"), [account.upload()["id"] for _ in range(4)]
    for asset in assets[:3]:
        draw(account, asset, kim)
    for asset in assets[2:]:
        draw(account, asset, sam)

    def found(*people: str, **parameters: Any) -> list[str]:
        page = accepted(account.http.get("/api/assets", params={name: ",".join(people)} | parameters))
        return [asset["id"] for asset in page["data"]]

    assert sorted(found(kim)) == sorted(assets[:3])
    assert found(kim, order="asc") == found(kim)[::-1]
    if name == "person_ids":
        assert found(kim, sam) == [assets[2]]
        assert found(kim, ids.unknown("person_")) == []
    assert found(ids.unknown("person_")) == []
    account.trash(assets[0])
    assert sorted(found(kim)) == sorted(assets[1:3])
    assert found(kim, state="trashed") == [assets[0]]
    assert sorted(found(kim, state="all")) == sorted(assets[:3])
    account.edit(assets[1], original_datetime="1990-01-01T00:00:00")
    assert found(kim) == [assets[2], assets[1]], "edits move assets"
    first = accepted(account.http.get("/api/assets", params={name: kim, "limit": 1}))
    assert first["has_more"]
    assert found(kim, starting_after_id=first["data"][0]["id"]) == [assets[1]]
    assert found(kim, ratings="0", media_type="image") == [assets[2], assets[1]]


def test_old_and_new_name_of_the_filter_must_agree(resident: Account) -> None:
    kim, sam = somebody(resident), somebody(resident)
    accepted(resident.http.get(f"/api/assets?person_id={kim}&person_ids={kim}"))
    invalid(resident.http.get(f"/api/assets?person_id={kim}&person_ids={sam}"), ("query", "person_id"))


def test_delete(account: Account) -> None:
    kim, asset = somebody(account, "Kim"), account.upload()["id"]
    face, end = draw(account, asset, kim), account.end_of_feed()
    assert accepted(account.call("people.delete", person_id=kim)) == {}
    refused(account.call("people.delete", person_id=kim), 404)
    refused(account.call("people.retrieve", person_id=kim), 404)
    assert accepted(account.call("faces.retrieve", face_id=face))["person_id"] is None
    payload = {"person_id": None, "previous_person_id": kim}
    assert told(account, end) == [("face_updated", face, payload), ("person_deleted", kim, None)]


def test_bulk_update(account: Account) -> None:
    kim, sam = somebody(account, "Kim"), somebody(account, "Sam")

    def bulk(*changes: tuple[str, dict[str, Any]]) -> httpx.Response:
        updates = [{"id": id, "change": change} for id, change in changes]
        return account.call("people.bulk_update_people", updates=updates)

    end = account.end_of_feed()
    conflict(bulk((kim, {"name": "Sam"}), (sam, {"name": "Kim"})))
    refused(bulk((kim, {"is_hidden": True}), (ids.unknown("person_"), {"name": "X"})), 404)
    invalid(bulk((kim, {"is_hidden": True}), (kim, {"name": "X"})), ("body", "updates", 1, "id"))
    invalid(bulk(), ("body", "updates"))
    invalid(bulk(*[(ids.unknown("person_"), {})] * 201), ("body", "updates"))
    assert told(account, end) == [] and get(account, kim)["is_hidden"] is False
    assert accepted(bulk((kim, {"name": "Kim 2"}), (sam, {"name": "Kim", "birth_date": "2001-01-01"}))) == {}
    assert (get(account, kim)["name"], get(account, sam)["name"]) == ("Kim 2", "Kim")
    assert accepted(bulk((kim, {}), (sam, {"is_favorite": False}))) == {}
    assert told(account, end) == [("person_updated", kim, None), ("person_updated", sam, None)]
    face = draw(account, account.upload()["id"], sam)
    assert accepted(bulk((kim, {"thumbnail_face_id": face, "is_hidden": True}))) == {}
    assert (get(account, kim)["thumbnail_face_id"], get(account, kim)["is_hidden"]) == (face, True)


def merge(account: Account, primary: str, *sources: str) -> httpx.Response:
    return account.call("people.merge", person_id=primary, source_person_ids=list(sources))


def test_merge(account: Account) -> None:
    kim = somebody(account, birth_date="1984-05-06")
    sam, alex = somebody(account, "Sam", is_favorite=True), somebody(account)
    assets = [account.upload()["id"] for _ in range(3)]
    draw(account, assets[0], kim)
    moved = [draw(account, assets[0], sam), draw(account, assets[1], sam), draw(account, assets[2], alex)]
    end = account.end_of_feed()
    after = accepted(merge(account, kim, sam, alex))
    assert (after["id"], after["name"], after["birth_date"], after["is_favorite"]) == (kim, None, "1984-05-06", False)
    assert after["asset_count"] == 3
    previous = [sam, sam, alex]
    expected = [
        ("face_updated", face, {"person_id": kim, "previous_person_id": was}) for face, was in zip(moved, previous)
    ]
    events = told(account, end)
    assert sorted(events[:3]) == sorted(expected)
    assert events[3:] == [("person_deleted", sam, None), ("person_deleted", alex, None)]
    refused(account.call("people.retrieve", person_id=sam), 404)
    refused(merge(account, kim, sam), 404)
    assert len(account.get(assets[0])["people"]) == 1


def test_a_merge_of_nobody(account: Account) -> None:
    a, b = somebody(account), somebody(account, is_favorite=True)
    answer = merge(account, a, b)
    assert answer.status_code == 204
    assert answer.content == b"" and "content-type" not in answer.headers
    assert listed(account, name_filter="all", include_hidden=True) == []


def test_merges_that_make_no_sense(resident: Account, stranger: Account) -> None:
    kim, sam = somebody(resident), somebody(resident)
    place = ("body", "source_person_ids")
    invalid(merge(resident, kim, kim), place)
    invalid(merge(resident, kim, sam, kim), place)
    invalid(merge(resident, kim), place)
    invalid(merge(resident, kim, sam, sam), (*place, 1))
    refused(merge(resident, kim, sam, ids.unknown("person_")), 404)
    refused(merge(resident, kim, somebody(stranger)), 404)
    assert get(resident, sam)["id"] == sam


def test_libraries_have_their_own_people(account: Account) -> None:
    first, other = account.library(), accepted(account.call("libraries.create", name="Other"), 201)["id"]
    refused(create(account, name="Kim"), 400)
    refused(account.call("people.list"), 400)
    here = somebody(account, "Kim", library_id=first)
    there = somebody(account, "Kim", library_id=other)
    assert here != there
    assert listed(account, library_id=other) == [there]
    assert listed(account, library_id=first, ids=[there]) == []
    refused(merge(account, here, there), 404)
    assert get(account, there)["name"] == "Kim"
