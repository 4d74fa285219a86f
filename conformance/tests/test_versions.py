"""Renderings of an asset above its upload (contract 3.11, 17.7, OP-47)."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from typing import Any

import httpx
import pytest
from PIL import Image

from kit import ids, photos
from kit.account import Account, fetch, fetched
from kit.answers import accepted, invalid, refused
from kit.waiting import eventually

ALL = {"original", "thumbnail", "small", "preview", "fullsize"}


def edited(kind: str = "jpeg", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A picture as an editor exports it: it says nothing of itself."""
    return photos.plain(kind, size=size, **options).data


def send(
    account: Account,
    asset_id: str,
    data: bytes,
    *,
    version_id: str | None = None,
    kind: str = "edit",
    params: Any = None,
    declared: str = "application/octet-stream",
    **more: Any,
) -> httpx.Response:
    text = params if isinstance(params, str) else json.dumps(params or {})
    fields = {"asset_id": asset_id, "file": ("x", data, declared), "kind": kind, "params": text} | more
    if version_id is None:
        return account.call("assets.versions.append", **fields)
    return account.call("assets.versions.replace", version_id=version_id, **fields)


def append(account: Account, asset_id: str, data: bytes | None = None, **more: Any) -> dict[str, Any]:
    return accepted(send(account, asset_id, data or edited(), **more), 201)


def chain(account: Account, asset_id: str, **query: Any) -> list[dict[str, Any]]:
    versions = accepted(account.call("assets.versions.list", asset_id=asset_id, **query))
    assert [version["position"] for version in versions] == list(range(len(versions)))
    assert versions[0]["kind"] == "original" and versions[0]["params"] is None
    return versions


def shown(asset: dict[str, Any]) -> dict[str, Any]:
    """What of an asset follows its current version."""
    return {name: asset[name] for name in ("kind", "mime_type", "width", "height", "file_size_bytes")}


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_the_upload_is_position_0(account: Account) -> None:
    photo = photos.photo(photos.FULL)
    asset = account.upload(photo)
    (version,) = chain(account, asset["id"], include=["variants"])
    assert version["id"] == asset["current_version_id"]
    assert version["checksum"] == asset["file_data"]["checksum"] == sha256(photo.data)
    assert shown(version) == shown(asset)
    assert version["version_urls"] == asset["asset_urls"]
    assert fetched(version["version_urls"]["original"]["url"]) == photo.data
    (lean,) = chain(account, asset["id"])
    assert set(lean["version_urls"]) == {"thumbnail"}


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_an_asset_shows_what_was_appended(account: Account, kind: str) -> None:
    # Upright and thus of another ThumbHash, whatever the noise in the middle is like.
    before = account.settled(photos.photo(photos.FULL, size=(48, 64)))
    end = account.end_of_feed()
    params = {"b": [1, None, "ü"], "a": {"crop": 0.5}}
    version = append(account, before["id"], edited(kind), kind="external:Sharpener", params=params)
    assert (version["position"], version["kind"], version["params"]) == (1, "external:Sharpener", params)
    assert (version["mime_type"], version["width"], version["height"]) == (f"image/{kind}", 40, 30)
    after = account.settle(before["id"])
    assert after["current_version_id"] == version["id"]
    assert shown(after) == shown(version)
    for name in ("original_file_name", "file_data", "local_datetime", "created_at", "metadata"):
        assert after[name] == before[name], name
    assert after["updated_at"] > before["updated_at"]
    assert after["thumbhash"] not in (None, before["thumbhash"])
    told = {(event["entity_id"], event["event_type"]) for event in account.events(after=end)}
    assert told == {(before["id"], "asset_updated")}
    assert len(account.tasks(before["id"], "thumbhash")) == 2
    listed = chain(account, before["id"])
    assert [one["id"] for one in listed] == [before["current_version_id"], version["id"]]
    assert listed[1] == version


def test_urls_are_those_of_the_version(account: Account) -> None:
    photo = photos.plain(name="holiday.png", kind="png")
    before = account.settled(photo)
    version = append(account, before["id"], include=["variants"])
    after = account.get(before["id"])
    assert set(version["version_urls"]) == ALL
    assert version["version_urls"] == after["asset_urls"]
    assert not {one["url"] for one in after["asset_urls"].values()} & {
        one["url"] for one in before["asset_urls"].values()
    }
    original = fetch(after["asset_urls"]["original"]["url"])
    assert len(original.content) == version["file_size_bytes"]
    assert sha256(original.content) == version["checksum"]
    assert original.headers["content-type"] == "image/jpeg"
    assert original.headers["content-disposition"].endswith("''holiday%2Ejpg")
    assert Image.open(io.BytesIO(original.content)).size == (40, 30)
    for name in ("thumbnail", "small", "preview", "fullsize"):
        assert Image.open(io.BytesIO(fetched(after["asset_urls"][name]["url"]))).size == (40, 30)
    assert fetched(before["asset_urls"]["original"]["url"]) == photo.data, "the upload stays"
    lean = account.get(before["id"], include=[])
    assert lean["asset_urls"] == {"thumbnail": after["asset_urls"]["thumbnail"]}


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "tiff"])
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_what_the_upload_says_is_in_the_stored_file(resident: Account, source: str, kind: str) -> None:
    facts = photos.Facts(caption="From the file", taken="2019:08:07 06:05:04", place=(41.5, 12.5), orientation=6)
    asset = resident.upload(photos.photo(facts, source))
    sent = edited(kind)
    version = append(resident, asset["id"], sent, include=["variants"])
    stored = fetched(version["version_urls"]["original"]["url"])
    picture = Image.open(io.BytesIO(stored))
    assert picture.tobytes() == Image.open(io.BytesIO(sent)).tobytes(), "pixels stay"
    exif = picture.getexif()
    assert exif[0x010E] == "From the file"
    assert exif[0x0112] == 1, "rotation is in the pixels"
    assert exif.get_ifd(0x8769)[0x9003] == "2019:08:07 06:05:04"
    assert exif.get_ifd(0x8825)[1] == "N"
    # Uploaded anew, it says what the first upload said.
    again = resident.upload(photos.Photo(f"again.{photos.EXTENSION[kind]}", stored))
    assert again["metadata"]["description"] == "From the file"
    assert again["metadata"]["latitude"] == asset["metadata"]["latitude"]
    assert again["local_datetime"] == asset["local_datetime"]


def test_bytes_without_anything_to_add_stay(resident: Account) -> None:
    asset = resident.upload(photos.plain())
    sent = edited()
    assert append(resident, asset["id"], sent)["checksum"] == sha256(sent)


def test_the_same_once_more_stores_nothing(account: Account) -> None:
    asset_id = account.settled(photos.photo(photos.FULL))["id"]
    sent = edited()
    first = append(account, asset_id, sent, params={"a": 1, "b": 2})
    account.settle(asset_id)
    end, used = account.end_of_feed(), account.me()["storage_used_bytes"]
    same = {"params": ' {"b": 2, "a": 1}'}
    assert accepted(send(account, asset_id, sent, **same), 200) == first
    assert accepted(send(account, asset_id, sent, version_id=first["id"], **same), 200) == first
    assert account.events(after=end) == []
    assert account.me()["storage_used_bytes"] == used
    for other in (send(account, asset_id, sent), send(account, asset_id, edited(), params={"a": 1, "b": 2})):
        refused(other, 409)
        assert other.headers["x-should-retry"] == "false"


def test_replacement(account: Account) -> None:
    asset = account.upload()
    first = append(account, asset["id"], include=["variants"])
    urls = [one["url"] for one in first["version_urls"].values()]
    sent = edited("png", size=(20, 20))
    said = {"version_id": first["id"], "kind": "external:x", "include": ["variants"]}
    second = accepted(send(account, asset["id"], sent, **said), 200)
    assert second["version_urls"] == account.get(asset["id"])["asset_urls"]
    assert (second["position"], second["kind"], second["mime_type"]) == (1, "external:x", "image/png")
    assert second["id"] != first["id"]
    assert [one["id"] for one in chain(account, asset["id"])] == [asset["current_version_id"], second["id"]]
    assert shown(account.get(asset["id"])) == shown(second)
    for url in urls:
        assert fetch(url).status_code == 404
    # An answer that was lost: the client knows the old version only.
    assert accepted(send(account, asset["id"], sent, **said), 200) == second
    refused(send(account, asset["id"], edited(), version_id=first["id"]), 404)
    cleaned = lambda: [task["status"] for task in account.tasks(asset["id"], "asset_version_storage_cleanup")]  # noqa: E731
    eventually(cleaned, lambda found: found == ["success"])


def test_only_what_is_shown_is_replaced(resident: Account) -> None:
    asset = resident.upload()
    invalid(send(resident, asset["id"], edited(), version_id=asset["current_version_id"]), ("path", "version_id"))
    other = append(resident, resident.upload()["id"])
    for unknown in (ids.unknown("asset_version_"), "asset_version_x", asset["id"], other["id"]):
        refused(send(resident, asset["id"], edited(), version_id=unknown), 404)
    assert len(chain(resident, asset["id"])) == 1


def test_taken_back(account: Account) -> None:
    before = account.settled(photos.photo(photos.FULL))
    used = account.me()["storage_used_bytes"]
    version = append(account, before["id"], include=["variants"])
    assert account.me()["storage_used_bytes"] == used + version["file_size_bytes"]
    account.settle(before["id"])
    end = account.end_of_feed()
    after = accepted(account.call("assets.versions.delete", asset_id=before["id"], version_id=version["id"]))
    for name in ("metadata", "file_data", "faces", "people"):
        assert after[name] is not None, "the full shape"
    assert account.settle(before["id"]) | {"updated_at": None} == before | {"updated_at": None}
    assert (before["id"], "asset_updated") in [
        (event["entity_id"], event["event_type"]) for event in account.events(after=end)
    ]
    assert account.me()["storage_used_bytes"] == used
    for variant in version["version_urls"].values():
        assert fetch(variant["url"]).status_code == 404
    refused(account.call("assets.versions.delete", asset_id=before["id"], version_id=version["id"]), 404)
    place = ("path", "version_id")
    original = before["current_version_id"]
    invalid(account.call("assets.versions.delete", asset_id=before["id"], version_id=original), place)
    append(account, before["id"])
    invalid(account.call("assets.versions.delete", asset_id=before["id"], version_id=original), place)


def test_reverted(account: Account) -> None:
    before = account.settled()
    revert = lambda: account.call(  # noqa: E731
        "assets.versions.revert", asset_id=before["id"], version_id=before["current_version_id"]
    )
    end = account.end_of_feed()
    assert accepted(revert()) == before, "nothing happens"
    assert account.events(after=end) == []
    version = append(account, before["id"])
    current = account.call("assets.versions.revert", asset_id=before["id"], version_id=version["id"])
    assert accepted(current)["current_version_id"] == version["id"]
    assert accepted(revert())["current_version_id"] == before["current_version_id"]
    assert len(chain(account, before["id"])) == 1
    refused(account.call("assets.versions.revert", asset_id=before["id"], version_id=version["id"]), 404)
    narrow = account.http.post(
        f"/api/assets/{before['id']}/versions/{before['current_version_id']}/revert", params={"include": "metadata"}
    )
    assert accepted(narrow)["metadata"] is not None and accepted(narrow)["file_data"] is None


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"kind": "original"}, "kind"),
        ({"kind": "external:"}, "kind"),
        ({"kind": "other"}, "kind"),
        ({"params": "null"}, "params"),
        ({"params": "[]"}, "params"),
        ({"params": "{"}, "params"),
        ({"params": '{"a": NaN}'}, "params"),
        ({"declared": "image/png"}, "file"),
        ({"declared": "text/plain"}, "file"),
    ],
)
def test_forms_that_are_none(resident: Account, fields: dict[str, Any], place: str) -> None:
    asset_id = resident.upload()["id"]
    invalid(send(resident, asset_id, edited(), **fields), ("body", place))
    assert len(chain(resident, asset_id)) == 1


@pytest.mark.parametrize("kind", ["webp", "gif", "tiff", "noise", "nothing", "cut"])
def test_files_that_are_none(resident: Account, kind: str) -> None:
    asset_id = resident.upload()["id"]
    data = {"noise": b"\xff\xd8\xffnoise" * 50, "nothing": b"", "cut": edited("png")[:20]}.get(kind)
    invalid(send(resident, asset_id, data if data is not None else edited(kind)), ("body", "file"))
    assert len(chain(resident, asset_id)) == 1


def test_params_have_an_end(resident: Account) -> None:
    asset_id = resident.upload()["id"]
    fitting = {"a": "x" * 60_000}
    assert append(resident, asset_id, params=fitting)["params"] == fitting
    invalid(send(resident, asset_id, edited(), params={"a": "x" * 70_000}))


@pytest.mark.parametrize("missing", ["file", "kind", "params"])
def test_every_part_is_needed(resident: Account, missing: str) -> None:
    asset_id = resident.upload()["id"]
    data = {"kind": "edit", "params": "{}"}
    data.pop(missing, None)
    files = {} if missing == "file" else {"file": ("x.jpg", edited(), "image/jpeg")}
    boundary = {"files": files or {"other": ("y", b"z")}}
    answer = resident.http.post(f"/api/assets/{asset_id}/versions", data=data, **boundary)
    invalid(answer, ("body", missing))


def test_videos_have_no_versions_but_the_upload(resident: Account) -> None:
    video = resident.upload(photos.Photo("a.mp4", b"\0\0\0\x18ftypisom" + photos.plain().data))
    (version,) = chain(resident, video["id"], include=["variants"])
    assert version["version_urls"] == video["asset_urls"]
    refused(send(resident, video["id"], edited()), 422)


def test_unknown_assets_and_tokens(resident: Account) -> None:
    for unknown in (ids.unknown(), ids.unknown("album_"), "x"):
        refused(resident.http.get(f"/api/assets/{unknown}/versions"), 404)
        refused(send(resident, unknown, edited()), 404)
    asset_id = resident.upload()["id"]
    answer = resident.http.get(f"/api/assets/{asset_id}/versions", params={"include": "faces"})
    invalid(answer, ("query", "include", 0))


def test_strangers_see_no_versions(account: Account, stranger: Account) -> None:
    asset_id = account.upload()["id"]
    version = append(account, asset_id)
    named = {"asset_id": asset_id, "version_id": version["id"]}
    unknown = refused(stranger.call("assets.versions.list", asset_id=ids.unknown()), 404)
    assert refused(stranger.call("assets.versions.list", asset_id=asset_id), 404) == unknown
    assert refused(send(stranger, asset_id, edited()), 404) == unknown
    assert refused(send(stranger, asset_id, edited(), version_id=version["id"]), 404) == unknown
    assert refused(stranger.call("assets.versions.delete", **named), 404) == unknown
    assert refused(stranger.call("assets.versions.revert", **named), 404) == unknown
    assert len(chain(account, asset_id)) == 2


def test_two_at_once(account: Account) -> None:
    asset_id = account.upload()["id"]
    answers: list[int] = []
    sent = [edited() for _ in range(4)]
    people = [Account(account.url, account.key) for _ in sent]

    def run(person: Account, data: bytes) -> None:
        answers.append(send(person, asset_id, data).status_code)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(people, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        person.close()
    assert sorted(answers) == [201, 409, 409, 409]
    assert len(chain(account, asset_id)) == 2


def test_deletion_takes_everything_along(account: Account) -> None:
    asset = account.upload()
    version = append(account, asset["id"], include=["variants"])
    account.trash(asset["id"])
    assert len(chain(account, asset["id"])) == 2, "trashed assets are readable by id"
    accepted(account.call("assets.empty_trash"))
    assert account.me()["storage_used_bytes"] == 0
    refused(account.call("assets.versions.list", asset_id=asset["id"]), 404)
    for variant in version["version_urls"].values():
        assert fetch(variant["url"]).status_code == 404
