"""Derived pictures (contract 2.4): size, orientation, colour, and being there at once."""

from __future__ import annotations

import base64
import io
import threading
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageCms

from kit import photos
from kit.account import Account, fetch
from kit.photos import CORNERS, Facts, Photo

EDGES = {"thumbnail": 360, "small": 720, "preview": 1440, "fullsize": None}


def picture(url: str) -> Image.Image:
    answer = fetch(url)
    assert answer.status_code == 200, answer.text[:300]
    opened = Image.open(io.BytesIO(answer.content))
    opened.load()
    return opened


def scaled(size: tuple[int, int], edge: int | None) -> tuple[int, int]:
    factor = min(1.0, (edge or max(size)) / max(size))
    return round(size[0] * factor), round(size[1] * factor)


def same_size(seen: tuple[int, int], wanted: tuple[int, int]) -> bool:
    return max(abs(seen[0] - wanted[0]), abs(seen[1] - wanted[1])) <= 1 and max(seen) == max(wanted)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    image = image.convert("RGB")
    width, height = image.size
    x, y = width // 10, height // 10
    return [image.getpixel(at) for at in ((x, y), (width - x, y), (x, height - y), (width - x, height - y))]


def alike(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 40) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other))


@pytest.mark.parametrize("kind", photos.FORMATS)
@pytest.mark.parametrize("size", [(2000, 1500), (1500, 2000), (64, 48)], ids=str)
def test_right_after_the_upload(resident: Account, kind: str, size: tuple[int, int]) -> None:
    asset = resident.upload(photos.plain(kind, size=size))
    for key, edge in EDGES.items():
        variant = asset["asset_urls"][key]
        answer = fetch(variant["url"])
        assert answer.status_code == 200, key
        assert answer.headers["content-type"] == variant["mimetype"]
        image = picture(variant["url"])
        assert same_size(image.size, scaled(size, edge)), (key, image.size)
        assert variant["width"] in (None, image.size[0])
        assert all(map(alike, corners(image), CORNERS)), (key, corners(image))


@pytest.mark.parametrize("key", EDGES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations(resident: Account, orientation: int, key: str) -> None:
    asset = resident.upload(photos.photo(Facts(orientation=orientation), size=(900, 600)))
    assert (asset["width"], asset["height"]) == (900, 600)
    image = picture(asset["asset_urls"][key]["url"])
    assert same_size(image.size, scaled((900, 600), EDGES[key]))
    assert image.getexif().get(0x0112, 1) == 1, "turned once is enough"
    assert all(map(alike, corners(image), CORNERS)), corners(image)


@pytest.mark.parametrize("size", [(5000, 20), (20, 5000), (1, 1), (3, 4000)], ids=str)
def test_extreme_shapes(resident: Account, size: tuple[int, int]) -> None:
    asset = resident.upload(photos.plain("png", size=size))
    for key, edge in EDGES.items():
        image = picture(asset["asset_urls"][key]["url"])
        assert max(image.size) <= (edge or max(size)) and min(image.size) >= 1


def test_metadata_stays_with_the_original(resident: Account) -> None:
    asset = resident.upload(photos.photo(replace(photos.FULL, xmp_caption="private"), size=(800, 600)))
    for key in EDGES:
        content = fetch(asset["asset_urls"][key]["url"]).content
        for secret in (b"private", b"From the file", b"Acme", b"GPS"):
            assert secret not in content, (key, secret)


def test_colours_are_managed(resident: Account) -> None:
    """A profile that swaps nothing visible must not survive as different numbers."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    photos.scenery((600, 400)).save(out, "JPEG", quality=95, icc_profile=profile)
    asset = resident.upload(Photo("profiled.jpg", out.getvalue()))
    assert all(map(alike, corners(picture(asset["asset_urls"]["small"]["url"])), CORNERS))


def encoded(mode: str, kind: str) -> bytes:
    """A picture in a less usual pixel form."""
    image = photos.scenery((300, 200))
    out = io.BytesIO()
    if mode == "RGBA":
        image.putalpha(255)
    elif mode == "I;16":
        image = Image.frombytes("I;16", (300, 200), bytes(range(256)) * 468 + bytes(192))
    else:
        image = image.convert(mode)
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind", "name"),
    [
        ("L", "JPEG", "grey.jpg"),
        ("CMYK", "JPEG", "print.jpg"),
        ("RGBA", "PNG", "clear.png"),
        ("LA", "PNG", "grey-clear.png"),
        ("P", "PNG", "palette.png"),
        ("1", "PNG", "bits.png"),
        ("I;16", "PNG", "deep.png"),
        ("RGBA", "WEBP", "clear.webp"),
        ("1", "TIFF", "bits.tif"),
        ("L", "TIFF", "grey.tif"),
        ("RGBA", "TIFF", "clear.tif"),
    ],
)
def test_other_pixel_forms(resident: Account, mode: str, kind: str, name: str) -> None:
    asset = resident.upload(Photo(name, encoded(mode, kind)))
    for key in EDGES:
        assert picture(asset["asset_urls"][key]["url"]).size == (300, 200)
    assert resident.settle(asset["id"])["thumbhash"]


def test_an_animation_shows_its_first_frame(resident: Account) -> None:
    out = io.BytesIO()
    frames = [photos.scenery((200, 100)).quantize(64), Image.new("P", (200, 100))]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    asset = resident.upload(Photo("moving.gif", out.getvalue()))
    assert all(map(alike, corners(picture(asset["asset_urls"]["thumbnail"]["url"])), CORNERS))


def test_many_ask_at_once_before_it_exists(resident: Account) -> None:
    asset = resident.upload(photos.plain(size=(3000, 2000)))
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(fetch(asset["asset_urls"]["preview"]["url"]))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_a_thumbhash_arrives(resident: Account, kind: str) -> None:
    thumbhash = resident.settled(photos.plain(kind, size=(400, 300)))["thumbhash"]
    assert 5 <= len(base64.b64decode(thumbhash, validate=True)) <= 30


def test_what_cannot_be_decoded_has_no_pictures(resident: Account) -> None:
    asset = resident.upload(Photo("noise.jpg", b"\xff\xd8\xff" + b"n" * 500))
    for key in EDGES:
        assert fetch(asset["asset_urls"][key]["url"]).status_code == 404
