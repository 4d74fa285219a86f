"""Uploading (contract 3.5, checklist 10)."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kit import ids, photos
from kit.account import Account, fetched
from kit.answers import accepted, invalid, refused
from kit.photos import Photo

FORM = {
    "device_asset_id": "phone-1",
    "device_id": "phone",
    "file_created_at": "2020-01-02T03:04:05+05:30",
    "file_modified_at": "2020-01-03T03:04:05",
}


def post(account: Account, photo: Photo | None, form: dict[str, str], **query: str) -> httpx.Response:
    files = {"asset_data": (photo.name, photo.data, "application/octet-stream")} if photo else {"other": (None, "x")}
    return account.http.post("/api/assets", data=form, files=files, params=query)


def nothing_stored(account: Account) -> None:
    assert account.listed(state="all") == []
    assert account.events() == []


def test_a_new_file(account: Account) -> None:
    photo = photos.plain(size=(80, 60))
    asset = accepted(post(account, photo, FORM), 201)
    assert asset["original_file_name"] == photo.name
    assert asset["mime_type"] == "image/jpeg"
    assert (asset["width"], asset["height"]) == (80, 60)
    assert asset["file_size_bytes"] == len(photo.data)
    assert asset["kind"] == "original"
    assert asset["trashed_at"] is None and asset["duration"] is None and asset["stack_id"] is None
    assert asset["local_datetime"] == "2020-01-02T03:04:05+05:30"
    assert asset["file_data"] == {
        "checksum": base64.b64encode(hashlib.sha256(photo.data).digest()).decode(),
        "checksum_sha1": base64.b64encode(hashlib.sha1(photo.data).digest()).decode(),
        "device_asset_id": "phone-1",
        "device_id": "phone",
        "file_created_at": "2020-01-02T03:04:05+05:30",
        "file_modified_at": "2020-01-03T03:04:05",
        "file_size_bytes": len(photo.data),
    }
    assert fetched(asset["asset_urls"]["original"]["url"]) == photo.data


def test_the_answer_has_everything_in_it(account: Account) -> None:
    asset = account.upload(photos.photo(photos.FULL))
    assert asset["metadata"]["asset_id"] == asset["id"]
    assert asset["faces"] == [] and asset["people"] == []
    assert asset["metrics"] is not None
    assert set(asset["asset_urls"]) == {"original", "thumbnail", "small", "preview", "fullsize"}


def test_the_same_bytes_again(account: Account) -> None:
    photo = photos.plain()
    first = account.settled(photo)
    end = account.end_of_feed()
    again = account.upload(photo.named("other.jpg"), status=200, device_id="other", file_created_at="2001-01-01")
    assert again == first, "the asset as it is, with its own name and device"
    assert account.listed() == [first["id"]]
    assert account.events(after=end) == []


def test_the_same_bytes_of_something_in_the_trash(account: Account) -> None:
    photo = photos.plain()
    asset_id = account.settled(photo)["id"]
    account.trash(asset_id)
    end = account.end_of_feed()
    again = account.upload(photo, status=200)
    assert again["id"] == asset_id
    assert again["trashed_at"] is not None, "not restored"
    assert account.listed() == []
    assert account.events(after=end) == []


def test_the_same_bytes_after_permanent_deletion(account: Account) -> None:
    photo = photos.plain()
    first = account.upload(photo)["id"]
    accepted(account.call("assets.delete", asset_id=first))
    again = account.upload(photo)
    assert again["id"] != first
    assert fetched(again["asset_urls"]["original"]["url"]) == photo.data


def test_the_same_bytes_in_two_libraries_of_two_people(account: Account, stranger: Account) -> None:
    photo = photos.plain()
    assert account.upload(photo)["id"] != stranger.upload(photo)["id"]


def test_two_at_once_are_one(account: Account) -> None:
    for _ in range(5):
        photo, answers = photos.plain(size=(400, 300)), []
        barrier = threading.Barrier(2)

        def send() -> None:
            barrier.wait()
            answers.append(post(account, photo, FORM))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(account.listed()) == 5


@pytest.mark.parametrize("missing", [*FORM, "asset_data"])
def test_a_missing_part(account: Account, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    photo = None if missing == "asset_data" else photos.plain()
    invalid(post(account, photo, form), ("body", missing))
    nothing_stored(account)


def test_several_missing_parts_are_named_together(account: Account) -> None:
    problems = invalid(post(account, photos.plain(), {"device_id": "x", "file_created_at": "no"}))
    assert {problem["loc"][1] for problem in problems} == {"device_asset_id", "file_created_at", "file_modified_at"}
    nothing_stored(account)


@pytest.mark.parametrize("field", ["file_created_at", "file_modified_at"])
@pytest.mark.parametrize("value", ["", "yesterday", "2020-13-01T00:00:00", "2020-01-01T00:00:00+24:00"])
def test_a_bad_date(account: Account, field: str, value: str) -> None:
    invalid(post(account, photos.plain(), FORM | {field: value}), ("body", field))
    nothing_stored(account)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05.5-08:00", "2020-01-02T03:04:05.500000-08:00"),
        ("2020-01-02 03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02", "2020-01-02T00:00:00"),
    ],
)
def test_the_offset_of_the_file_time_is_kept(resident: Account, sent: str, shown: str) -> None:
    asset = resident.upload(file_created_at=sent)
    assert asset["local_datetime"] == shown
    assert asset["file_data"]["file_created_at"] == shown
    assert asset["metadata"]["original_datetime"] is None


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.b.c.Jpg", "image/jpeg"),
        ("ünï cødé 写真.jpg", "image/jpeg"),
        ("a\"b'c;d.jpg", "image/jpeg"),
    ],
)
def test_the_kind_comes_from_the_name(resident: Account, name: str, mime: str) -> None:
    asset = resident.upload(photos.plain(name=name))
    assert (asset["original_file_name"], asset["mime_type"]) == (name, mime)


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_the_five_formats(resident: Account, kind: str) -> None:
    photo = photos.plain(kind)
    asset = resident.upload(photo)
    assert asset["mime_type"] == photos.MIME[kind]
    assert (asset["width"], asset["height"]) == (64, 48)
    assert fetched(asset["asset_urls"]["original"]["url"]) == photo.data


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.exe", "a", "jpg", "a.", ".", "a.jpg.zip", "a.jpg.xmp", "a.xmp", ""])
def test_names_that_are_no_media(account: Account, name: str) -> None:
    invalid(post(account, photos.plain().named(name), FORM), ("body", "asset_data"))
    nothing_stored(account)


def test_the_content_type_of_the_part_does_not_matter(resident: Account) -> None:
    photo = photos.plain()
    files = {"asset_data": (photo.name, photo.data, "text/plain")}
    assert accepted(resident.http.post("/api/assets", data=FORM, files=files), 201)["mime_type"] == "image/jpeg"


def test_a_part_without_a_file_name(account: Account) -> None:
    files = {"asset_data": (None, photos.plain().data)}
    invalid(account.http.post("/api/assets", data=FORM, files=files))
    nothing_stored(account)


def test_an_empty_file(account: Account) -> None:
    invalid(post(account, Photo("a.jpg", b""), FORM), ("body", "asset_data"))
    nothing_stored(account)


def test_how_long_a_name_may_be(account: Account) -> None:
    longest = "é" * 1020 + ".jpg"
    assert account.upload(photos.plain(name=longest))["original_file_name"] == longest
    invalid(post(account, photos.plain(name="é" * 1021 + ".jpg"), FORM), ("body", "asset_data"))
    assert len(account.listed()) == 1


def multipart(photo: Photo, order: list[str]) -> tuple[bytes, str]:
    """A multipart body with its parts in this order."""
    parts = []
    for name in order:
        if name == "asset_data":
            head = f'form-data; name="asset_data"; filename="{photo.name}"'
            parts.append(head.encode() + b"\r\nContent-Type: image/jpeg\r\n\r\n" + photo.data)
        else:
            parts.append(f'form-data; name="{name}"\r\n\r\n{FORM[name]}'.encode())
    body = b"".join(b"--edge\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"


@pytest.mark.parametrize("position", range(5))
def test_the_order_of_parts_does_not_matter(resident: Account, position: int) -> None:
    order = list(FORM)
    order.insert(position, "asset_data")
    photo = photos.plain()
    body, kind = multipart(photo, order)
    asset = accepted(resident.http.post("/api/assets", content=body, headers={"Content-Type": kind}), 201)
    assert asset["file_data"]["device_asset_id"] == "phone-1"
    assert fetched(asset["asset_urls"]["original"]["url"]) == photo.data


def test_chunked_without_a_length(resident: Account) -> None:
    photo = photos.plain(size=(600, 400))
    body, kind = multipart(photo, [*FORM, "asset_data"])

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = resident.http.post("/api/assets", content=chunks(), headers={"Content-Type": kind})
    assert "content-length" not in answer.request.headers
    assert fetched(accepted(answer, 201)["asset_urls"]["original"]["url"]) == photo.data


def test_several_megabytes(resident: Account) -> None:
    photo = photos.plain()
    large = Photo("large.jpg", photo.data + b"\0" * 12_000_000)
    asset = resident.upload(large)
    assert asset["file_size_bytes"] == len(large.data)
    assert fetched(asset["asset_urls"]["original"]["url"]) == large.data


def test_a_library_that_is_not_there(account: Account, stranger: Account) -> None:
    for library in (ids.unknown("lib_"), stranger.library()):
        detail = refused(account.try_upload(photos.plain(), library_id=library), 404)
        assert detail == f"Library {library} not found or not accessible by user {account.me()['id']}"
    nothing_stored(account)
    nothing_stored(stranger)


def test_two_libraries_and_none_named(account: Account) -> None:
    first = account.library()
    second = accepted(account.call("libraries.create", name="Second"), 201)["id"]
    detail = refused(account.try_upload(photos.plain()), 400)
    assert "library_id" in detail
    photo = photos.plain()
    made: dict[str, Any] = {library: account.upload(photo, library_id=library) for library in (first, second)}
    assert made[first]["id"] != made[second]["id"], "deduplication ends at the library"
    for library, asset in made.items():
        assert account.listed(library_id=library) == [asset["id"]]
        assert account.get(asset["id"])["id"] == asset["id"], "an entity names its own library"


def test_a_url_encoded_form_is_no_upload(account: Account) -> None:
    invalid(account.http.post("/api/assets", data=FORM))
    nothing_stored(account)


def test_device_ids_may_be_anything(resident: Account) -> None:
    asset = resident.upload(device_id="ä" * 300, device_asset_id="写真/1?&=%")
    assert asset["file_data"]["device_id"] == "ä" * 300
    assert asset["file_data"]["device_asset_id"] == "写真/1?&=%"


def test_the_library_counts_what_it_holds(account: Account) -> None:
    photo = photos.plain()
    account.upload(photo)
    (library,) = account.libraries()
    assert (library["asset_count"], library["storage_used_bytes"]) == (1, len(photo.data))
    assert account.me()["storage_used_bytes"] == len(photo.data)
