"""Faces (contract 6)."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from kit import ids, photos
from kit.account import Account, fetch, fetched
from kit.answers import accepted, invalid, refused

BOX = {"x": 1, "y": 2, "w": 30, "h": 20}


def draw(account: Account, asset: str, box: dict[str, Any] | None = None, **fields: Any) -> httpx.Response:
    return account.call("faces.create", asset_id=asset, bounding_box=box or BOX, **fields)


def drawn(account: Account, asset: str, **fields: Any) -> dict[str, Any]:
    return accepted(draw(account, asset, **fields), 201)


def listed(account: Account, **parameters: Any) -> list[str]:
    page = accepted(account.call("faces.list", **({"limit": 200} | parameters)))
    return [face["id"] for face in page["data"]]


def person(account: Account, **fields: Any) -> str:
    return accepted(account.call("people.create", **fields), 201)["id"]


def told(account: Account, after: str | None) -> list[tuple[str, str, Any]]:
    """What was told of people and faces; work on assets goes on meanwhile."""
    events = account.events(after, entity_types=["person", "face"])
    return [(event["event_type"], event["entity_id"], event["payload"]) for event in events]


@pytest.fixture(scope="module")
def picture(resident: Account) -> str:
    return resident.upload(photos.plain())["id"]


def test_a_face_in_full(account: Account) -> None:
    asset, kim = account.settled()["id"], person(account, name="Kim")
    end = account.end_of_feed()
    face = drawn(account, asset, person_id=kim)
    assert (face["asset_id"], face["person_id"], face["bounding_box"]) == (asset, kim, BOX)
    assert (face["source"], face["confidence"], face["timestamp_ms"]) == ("manual", None, None)
    assert face["cluster_assignment"] is None
    assert accepted(account.call("faces.retrieve", face_id=face["id"])) == face
    answer = account.call("faces.retrieve", face_id=face["id"], include=["cluster_assignment"])
    assert accepted(answer) == face
    assert accepted(account.call("faces.list", include=["cluster_assignment"]))["data"] == [face]
    assert account.get(asset)["faces"] == [face]
    assert told(account, end) == [("face_created", face["id"], None)]
    invalid(account.http.get(f"/api/faces/{face['id']}?include=metadata"), ("query", "include", 0))


@pytest.mark.parametrize(
    "box",
    [
        {"x": 0, "y": 0, "w": 64, "h": 48},
        {"x": 63, "y": 47, "w": 1, "h": 1},
    ],
    ids=str,
)
def test_a_box_up_to_the_edges(resident: Account, picture: str, box: dict[str, int]) -> None:
    assert accepted(draw(resident, picture, box), 201)["bounding_box"] == box


@pytest.mark.parametrize(
    ("box", "place"),
    [
        ({"x": 1, "y": 0, "w": 64, "h": 48}, ()),
        ({"x": 0, "y": 1, "w": 64, "h": 48}, ()),
        ({"x": 64, "y": 0, "w": 1, "h": 1}, ()),
        ({"x": -1, "y": 0, "w": 1, "h": 1}, ("x",)),
        ({"x": 0, "y": 0, "w": 0, "h": 1}, ("w",)),
        ({"x": 0, "y": 0, "w": 1, "h": -1}, ("h",)),
        ({"x": 0.5, "y": 0, "w": 1, "h": 1}, ("x",)),
        ({"x": 0, "y": True, "w": 1, "h": 1}, ("y",)),
        ({"x": 0, "y": 0, "w": 1}, ("h",)),
        ({"x": 2**70, "y": 0, "w": 1, "h": 1}, ("x",)),
        ([1, 2, 3, 4], ()),
    ],
    ids=str,
)
def test_a_box_that_does_not_fit(resident: Account, picture: str, box: Any, place: tuple[str, ...]) -> None:
    body = {"asset_id": picture, "bounding_box": box}
    invalid(resident.http.post("/api/faces", json=body), ("body", "bounding_box", *place))


def test_a_box_is_in_display_pixels(account: Account) -> None:
    turned = account.upload(photos.photo(photos.Facts(orientation=6), size=(48, 64)))
    assert (turned["width"], turned["height"]) == (48, 64)
    accepted(draw(account, turned["id"], {"x": 40, "y": 50, "w": 8, "h": 14}), 201)
    invalid(draw(account, turned["id"], {"x": 50, "y": 40, "w": 14, "h": 8}), ("body", "bounding_box"))


def test_nothing_is_drawn_on_videos(account: Account) -> None:
    film = account.upload(photos.Photo("film.mp4", b"\0\0\0\x18ftypisom" + bytes(64)))
    refused(draw(account, film["id"]), 422)


def test_unknown_things(account: Account, stranger: Account) -> None:
    asset = account.upload()["id"]
    refused(draw(account, ids.unknown("asset_")), 404)
    refused(draw(account, asset, person_id=ids.unknown("person_")), 404)
    refused(draw(account, asset, person_id=person(stranger)), 404)
    refused(draw(stranger, asset), 404)
    face = drawn(account, asset)["id"]
    refused(account.call("faces.update", face_id=face, person_id=person(stranger)), 404)
    for nothing in (ids.unknown("face_"), "face_2"):
        refused(account.http.get(f"/api/faces/{nothing}"), 404)
        refused(account.http.patch(f"/api/faces/{nothing}", json={"person_id": None}), 404)
        refused(account.http.delete(f"/api/faces/{nothing}"), 404)


def test_reassign(account: Account) -> None:
    kim, sam = person(account), person(account)
    face = drawn(account, account.upload()["id"])
    end = account.end_of_feed()

    def assign(**fields: Any) -> dict[str, Any]:
        return accepted(account.http.patch(f"/api/faces/{face['id']}", json=fields))

    assert assign() == face
    assert assign(person_id=None) == face
    assert assign(person_id=kim)["person_id"] == kim
    assert assign(person_id=kim)["person_id"] == kim
    assert assign(person_id=sam)["person_id"] == sam
    assert assign()["person_id"] == sam
    after = assign(person_id=None)
    assert after["person_id"] is None and after["updated_at"] > face["updated_at"]
    steps = [(kim, None), (sam, kim), (None, sam)]
    payloads = [{"person_id": now, "previous_person_id": was} for now, was in steps]
    assert told(account, end) == [("face_updated", face["id"], payload) for payload in payloads]
    invalid(account.http.patch(f"/api/faces/{face['id']}", json={"person_id": "kim"}), ("body", "person_id"))


def test_delete(account: Account) -> None:
    kim, asset = person(account), account.upload()["id"]
    face, end = drawn(account, asset, person_id=kim)["id"], account.end_of_feed()
    assert accepted(account.call("faces.delete", face_id=face)) == {}
    refused(account.call("faces.delete", face_id=face), 404)
    assert told(account, end) == [("face_deleted", face, {"previous_person_id": kim})]
    assert account.get(asset)["faces"] == []


def test_faces_go_before_their_asset(account: Account) -> None:
    kim, asset = person(account), account.settled()["id"]
    faces, end = [drawn(account, asset, person_id=kim)["id"], drawn(account, asset)["id"]], account.end_of_feed()
    accepted(account.call("assets.delete", asset_id=asset))
    expected = [("face_deleted", face, {"previous_person_id": who}) for face, who in zip(faces, (kim, None))]
    assert sorted(told(account, end)) == sorted(expected)
    assert [event["event_type"] for event in account.events(end)] == ["face_deleted"] * 2 + ["asset_deleted"]


def test_lists(account: Account) -> None:
    kim, assets = person(account), [account.upload()["id"] for _ in range(2)]
    faces = [
        drawn(account, assets[number % 2], **({"person_id": kim} if number < 3 else {}))["id"] for number in range(5)
    ]
    assert listed(account) == faces[::-1], "newest first"
    assert listed(account, person_id=kim) == faces[2::-1]
    assert listed(account, asset_id=assets[0]) == [faces[4], faces[2], faces[0]]
    assert listed(account, asset_id=assets[0], person_id=kim) == [faces[2], faces[0]]
    assert listed(account, ids=[faces[1], faces[3], ids.unknown("face_")]) == [faces[3], faces[1]]
    assert listed(account, ids=faces, person_id=kim, asset_id=assets[1]) == [faces[1]]
    for nothing in ({"person_id": ids.unknown("person_")}, {"asset_id": ids.unknown("asset_")}):
        assert listed(account, **nothing) == []
    first = accepted(account.call("faces.list", limit=2))
    assert first["has_more"] is True
    rest = accepted(account.call("faces.list", limit=3, starting_after_id=first["data"][1]["id"]))
    assert (len(rest["data"]), rest["has_more"]) == (3, False)
    refused(account.call("faces.list", starting_after_id=ids.unknown("face_")), 400)
    invalid(account.http.get("/api/faces?limit=201"), ("query", "limit"))


def test_faces_of_the_trash(account: Account) -> None:
    kim, asset = person(account, name="Kim"), account.upload()["id"]
    face = drawn(account, asset, person_id=kim)["id"]
    account.trash(asset)
    assert listed(account) == listed(account, person_id=kim) == listed(account, ids=[face]) == []
    assert accepted(account.call("faces.retrieve", face_id=face))["person_id"] == kim
    late = drawn(account, asset, person_id=kim)["id"]
    assert listed(account) == []
    accepted(account.call("assets.restore", ids=[asset]))
    assert listed(account, person_id=kim) == [late, face]


def test_a_library_has_to_be_named_among_several(account: Account) -> None:
    first, asset = account.library(), account.upload()["id"]
    face = drawn(account, asset)["id"]
    other = accepted(account.call("libraries.create", name="Other"), 201)["id"]
    for verb, body in (("GET", None), ("PATCH", {"person_id": None}), ("DELETE", None)):
        refused(account.http.request(verb, f"/api/faces/{face}", json=body), 400)
        refused(account.http.request(verb, f"/api/faces/{face}?library_id={other}", json=body), 404)
    refused(draw(account, asset), 400)
    refused(draw(account, asset, library_id=other), 404)
    accepted(draw(account, asset, library_id=first), 201)
    assert len(listed(account, library_id=first)) == 2
    assert listed(account, library_id=other, asset_id=asset) == []
    assert accepted(account.call("faces.delete", face_id=face, library_id=first)) == {}


def crop(entity: dict[str, Any]) -> str:
    (name, variant), = entity["asset_urls"].items()
    assert (name, variant["mimetype"]) == ("thumbnail", "image/jpeg")
    return variant["url"]


def shown(url: str) -> Image.Image:
    picture = Image.open(io.BytesIO(fetched(url)))
    assert picture.format == "JPEG" and max(picture.size) <= 360
    return picture.convert("RGB")


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_crop_shows_the_face(account: Account, orientation: int) -> None:
    asset = account.upload(photos.photo(photos.Facts(orientation=orientation), size=(1600, 1200)))
    box = {"x": 20, "y": 30, "w": 200, "h": 150}
    for corner, (right, bottom) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
        at = {"x": box["x"] + right * (asset["width"] - 240), "y": box["y"] + bottom * (asset["height"] - 210)}
        face = accepted(draw(account, asset["id"], box | at), 201)
        picture = shown(crop(face))
        assert picture.size == (300, 300), "a square with a margin"
        colour = picture.getpixel((150, 150))
        expected = photos.CORNERS[corner]
        assert all(abs(a - b) < 40 for a, b in zip(colour, expected)), (corner, colour, expected)


def test_a_large_face_is_as_large_as_a_thumbnail(account: Account) -> None:
    asset = account.upload(photos.plain(size=(1600, 1200)))["id"]
    face = accepted(draw(account, asset, {"x": 300, "y": 100, "w": 700, "h": 800}), 201)
    assert shown(crop(face)).size == (360, 360)
    everything = accepted(draw(account, asset, {"x": 0, "y": 0, "w": 1600, "h": 1200}), 201)
    assert shown(crop(everything)).size == (360, 270)


def test_the_url_of_a_crop(account: Account) -> None:
    kim, asset = person(account, name="Kim"), account.upload()["id"]
    assert accepted(account.call("people.retrieve", person_id=kim))["asset_urls"] is None, "no face"
    first, second = drawn(account, asset, person_id=kim), drawn(account, asset, person_id=kim)
    assert crop(first) != crop(second)
    assert account.get(asset)["faces"] == [second, first]

    def portrait() -> str:
        (found,) = accepted(account.call("people.list"))["data"]
        assert accepted(account.call("people.retrieve", person_id=kim)) == found
        return crop(found)

    assert portrait() == crop(second), "the newest stands in"
    accepted(account.call("people.update", person_id=kim, thumbnail_face_id=first["id"]))
    assert portrait() == crop(first)
    answer = fetch(crop(first))
    assert answer.headers["cache-control"] and answer.headers["etag"]
    assert fetch(crop(first).replace(first["id"], second["id"])).status_code in (403, 404)
    accepted(account.call("faces.delete", face_id=first["id"]))
    assert fetch(crop(first)).status_code == 404
    assert portrait() == crop(second)
    accepted(account.call("assets.delete", asset_id=asset))
    assert fetch(crop(second)).status_code == 404
