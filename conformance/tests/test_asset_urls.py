"""Signed URLs (contract 2.4, checklist 11)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from kit import photos
from kit.account import Account, fetch
from kit.waiting import eventually

KEYS = ("original", "thumbnail", "small", "preview", "fullsize")
NAME = "Grüße aus \"Köln\"; 100%.jpg"


@pytest.fixture(scope="module")
def picture(new_account) -> tuple[Account, photos.Photo, dict[str, str]]:
    """A picture with its URLs, all its variants made."""
    account = new_account()
    photo = photos.photo(photos.FULL, size=(2000, 1500), name=NAME)
    asset = account.settled(photo)
    return account, photo, {key: variant["url"] for key, variant in asset["asset_urls"].items()}


@pytest.mark.parametrize("key", KEYS)
def test_form(picture: tuple[Account, photos.Photo, dict[str, str]], key: str) -> None:
    account, _, urls = picture
    parts = urlsplit(urls[key])
    assert f"{parts.scheme}://{parts.netloc}" == account.url
    (signature,) = parse_qs(parts.query)["verify"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", signature)


def test_they_are_stable(picture: tuple[Account, photos.Photo, dict[str, str]]) -> None:
    account, _, urls = picture
    (listed,) = account.list(include=["variants"])["data"]
    account.edit(listed["id"], description="edited")
    again = account.get(listed["id"])["asset_urls"]
    for asset_urls in (listed["asset_urls"], again):
        assert {key: variant["url"] for key, variant in asset_urls.items()} == urls
    (lean,) = account.list()["data"]
    assert lean["asset_urls"]["thumbnail"]["url"] == urls["thumbnail"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "authorization", [None, "Bearer nonsense", "Basic b3duZXI6b3duZXI=", "own"], ids=["none", "bad", "basic", "own"]
)
def test_the_url_alone_opens(
    picture: tuple[Account, photos.Photo, dict[str, str]], key: str, authorization: str | None
) -> None:
    account, _, urls = picture
    if authorization == "own":
        authorization = f"Bearer {account.key}"
    answer = fetch(urls[key], headers={"Authorization": authorization} if authorization else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/")


def test_a_stranger_s_key_does_not_matter(
    picture: tuple[Account, photos.Photo, dict[str, str]], stranger: Account
) -> None:
    _, photo, urls = picture
    answer = fetch(urls["original"], headers={"Authorization": f"Bearer {stranger.key}"})
    assert answer.content == photo.data


def test_the_original_is_a_download(picture: tuple[Account, photos.Photo, dict[str, str]]) -> None:
    account, photo, urls = picture
    assert parse_qs(urlsplit(urls["original"]).query)["dl"] == [NAME]
    answer = fetch(urls["original"])
    assert answer.content == photo.data
    assert answer.headers["content-type"] == "image/jpeg"
    assert int(answer.headers["content-length"]) == len(photo.data)
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment")
    encoded = re.search(r"filename\*=UTF-8''([^;]+)", disposition, re.IGNORECASE)
    assert encoded and unquote(encoded[1]) == NAME


@pytest.mark.parametrize("name", ["a\r\nX-Evil: yes.jpg", "../../etc/passwd.jpg", "写真 🎉.jpg", "a'b\"c\\d.jpg"])
def test_names_that_could_break_a_header(resident: Account, name: str) -> None:
    answer = resident.http.post(
        "/api/assets",
        data={
            "device_asset_id": "x",
            "device_id": "x",
            "file_created_at": "2020-01-01",
            "file_modified_at": "2020-01-01",
        },
        files={"asset_data": (name, photos.plain().data)},
    )
    if answer.status_code == 422 and "\r\n" in name:
        return  # refusing such a name is as good
    asset = answer.json()
    original = fetch(asset["asset_urls"]["original"]["url"])
    assert original.status_code == 200 and "x-evil" not in original.headers
    encoded = re.search(r"filename\*=UTF-8''([^;]+)", original.headers["content-disposition"])
    assert encoded and unquote(encoded[1]) == asset["original_file_name"]


@pytest.mark.parametrize("key", ["original", "thumbnail"])
@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("0-0", 0, 1), ("0-99", 0, 100), ("100-199", 100, 200), ("100-", 100, None), ("-50", -50, None)],
)
def test_ranges(
    picture: tuple[Account, photos.Photo, dict[str, str]], key: str, wanted: str, start: int, stop: int | None
) -> None:
    _, _, urls = picture
    whole = fetch(urls[key])
    assert whole.headers["accept-ranges"] == "bytes"
    part = fetch(urls[key], headers={"Range": f"bytes={wanted}"})
    assert part.status_code == 206
    assert part.content == whole.content[start:stop]
    size = len(whole.content)
    first, last, _ = slice(start, stop).indices(size)
    assert part.headers["content-range"] == f"bytes {first}-{last - 1}/{size}"
    assert int(part.headers["content-length"]) == len(part.content)
    assert part.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("key", ["original", "thumbnail"])
def test_ranges_at_the_edges(picture: tuple[Account, photos.Photo, dict[str, str]], key: str) -> None:
    _, _, urls = picture
    size = len(fetch(urls[key]).content)
    beyond = fetch(urls[key], headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"
    longer = fetch(urls[key], headers={"Range": f"bytes=0-{size * 2}"})
    assert (longer.status_code, len(longer.content)) == (206, size)
    for nonsense in ("bytes=x-y", "lines=0-5", "bytes=5-2"):
        assert fetch(urls[key], headers={"Range": nonsense}).status_code in (200, 416)


@pytest.mark.parametrize("key", KEYS)
def test_caching(picture: tuple[Account, photos.Photo, dict[str, str]], key: str) -> None:
    _, _, urls = picture
    answer = fetch(urls[key])
    control = answer.headers["cache-control"]
    assert "immutable" in control
    assert int(re.search(r"max-age=(\d+)", control)[1]) >= 86_400  # type: ignore[index]
    assert answer.headers["last-modified"].endswith("GMT")
    etag = answer.headers["etag"]
    assert re.fullmatch(r'(W/)?"[^"]+"', etag)
    for condition in (etag, f'"other", {etag}', "*"):
        unchanged = fetch(urls[key], headers={"If-None-Match": condition})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == etag
    assert fetch(urls[key], headers={"If-None-Match": '"other"'}).status_code == 200
    date = answer.headers["last-modified"]
    assert fetch(urls[key], headers={"If-Modified-Since": date}).status_code == 304
    for other in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"):
        assert fetch(urls[key], headers={"If-Modified-Since": other}).status_code == 200
    assert fetch(urls[key], headers={"If-Modified-Since": date, "If-None-Match": '"other"'}).status_code == 200
    assert fetch(urls[key], headers={"If-Range": '"other"', "Range": "bytes=0-9"}).status_code == 200
    assert fetch(urls[key], headers={"If-Range": etag, "Range": "bytes=0-9"}).status_code == 206


def altered(url: str) -> list[str]:
    """The URL with each of its letters and digits behind the host changed, one at a time."""
    start = url.index("/", len("http://")) + 1
    others = {"z": "y", "Z": "Y", "9": "8"}
    return [
        url[:at] + others.get(url[at], chr(ord(url[at]) + 1)) + url[at + 1 :]
        for at in range(start, len(url))
        if url[at].isascii() and url[at].isalnum() and url[at - 1 : at] != "%" and url[at - 2 : at - 1] != "%"
    ]


@pytest.mark.parametrize("key", ["original", "thumbnail"])
def test_every_character_counts(picture: tuple[Account, photos.Photo, dict[str, str]], key: str) -> None:
    _, _, urls = picture
    with httpx.Client(timeout=30) as client:
        opened = [url for url in altered(urls[key]) if client.get(url).status_code not in (403, 404)]
    assert not opened


def test_parameters_may_not_come_or_go(picture: tuple[Account, photos.Photo, dict[str, str]]) -> None:
    _, _, urls = picture
    for key in ("original", "thumbnail"):
        base, _, query = urls[key].partition("?")
        parameters = query.split("&")
        for left_out in parameters:
            rest = "&".join(one for one in parameters if one != left_out)
            assert fetch(f"{base}?{rest}").status_code in (403, 404)
        for more in ("w=5000", "f=png", "dl=evil.exe", parameters[0]):
            assert fetch(f"{urls[key]}&{more}").status_code in (403, 404), more


def test_a_signature_opens_its_own_url_only(picture: tuple[Account, photos.Photo, dict[str, str]]) -> None:
    _, _, urls = picture
    signatures = {key: parse_qs(urlsplit(url).query)["verify"][0] for key, url in urls.items()}
    swapped = urls["thumbnail"].replace(signatures["thumbnail"], signatures["preview"])
    assert fetch(swapped).status_code in (403, 404)


def test_trashed_pictures_are_still_shown(account: Account) -> None:
    asset = account.settled()
    account.trash(asset["id"])
    assert fetch(asset["asset_urls"]["thumbnail"]["url"]).status_code == 200


def test_deleted_pictures_are_not(account: Account) -> None:
    asset = account.settled()
    account.call("assets.delete", asset_id=asset["id"])
    for variant in asset["asset_urls"].values():
        eventually(lambda: fetch(variant["url"]).status_code, lambda status: status in (403, 404))
