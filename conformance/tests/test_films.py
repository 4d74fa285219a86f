"""What films say of themselves, before the upload is answered (contract 2.2, 17.3, 17.4)."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from kit.account import Account
from kit.photos import Photo

CREATED = 3_646_844_757  # 2019-07-24T20:25:57Z in seconds since 1904
UPRIGHT = (0x10000, 0, 0, 0x10000)
CLOCKWISE = (0, 0x10000, -0x10000, 0)


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def words(*numbers: int) -> bytes:
    return b"".join(struct.pack(">i" if number < 0 else ">I", number) for number in numbers)


def film(place: str = "", matrix: tuple[int, int, int, int] = UPRIGHT, keys: dict[str, str] | None = None) -> bytes:
    """75 frames of 640 × 480 pixels in two and a half seconds; the pixels come first, and are none."""
    across, down, back, up = matrix
    turned = words(across, down, 0, back, up, 0, 0, 0, 0x40000000)
    shown = box(b"tkhd", words(7, CREATED, CREATED, 1, 0, 1500, 0, 0, 0, 0), turned, words(640 << 16, 480 << 16))
    media = box(
        b"mdia",
        box(b"mdhd", words(0, CREATED, CREATED, 30000, 75000, 0)),
        box(b"hdlr", b"\0\0\0\0mhlrvide", bytes(13)),
        box(b"minf", box(b"stbl", box(b"stsz", words(0, 1, 75)))),
    )
    located = box(b"\xa9xyz", struct.pack(">HH", len(place), 0), place.encode()) if place else b""
    named = b""
    if keys is not None:
        names = b"".join(box(b"mdta", name.encode()) for name in keys)
        texts = (box(b"data", words(1, 0), text.encode()) for text in keys.values())
        values = b"".join(box(struct.pack(">I", at), text) for at, text in enumerate(texts, 1))
        handler = box(b"hdlr", b"\0\0\0\0\0\0\0\0mdta", bytes(14))
        named = box(b"meta", handler, box(b"keys", words(0, len(keys)), names), box(b"ilst", values))
    movie = box(
        b"moov",
        box(b"mvhd", words(0, CREATED, CREATED, 600, 1500, 0, 0)),
        box(b"trak", shown, media),
        box(b"udta", located),
        named,
    )
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"mdat", bytes(50_000)) + movie


def uploaded(account: Account, data: bytes) -> dict[str, Any]:
    return account.upload(Photo("film.mov", data))


def test_size_length_and_speed(account: Account) -> None:
    asset = uploaded(account, film())
    assert (asset["width"], asset["height"], asset["duration"]) == (640, 480, 2.5)
    metadata = asset["metadata"]
    assert metadata["fps"] == pytest.approx(30)
    assert (metadata["raw_width"], metadata["raw_height"], metadata["orientation"]) == (None, None, None)


def test_the_size_is_after_turning(account: Account) -> None:
    asset = uploaded(account, film(matrix=CLOCKWISE))
    assert (asset["width"], asset["height"]) == (480, 640)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("", "2019-07-24T20:25:57Z"),
        ("+52.5200+013.4050/", "2019-07-24T22:25:57+02:00"),
        ("-33.8568+151.2153/", "2019-07-25T06:25:57+10:00"),
        ("+30.0000-045.0000/", "2019-07-24T20:25:57Z"),
        ("+00.0000+000.0000/", "2019-07-24T20:25:57Z"),
    ],
    ids=["nowhere", "Berlin", "Sydney", "at sea", "no fix"],
)
def test_a_moment_is_shown_on_the_clock_of_its_place(account: Account, place: str, shown: str) -> None:
    asset = uploaded(account, film(place))
    assert asset["metadata"]["original_datetime"] == asset["local_datetime"] == shown


def test_keys_count_before_the_header(account: Account) -> None:
    keys = {
        "com.apple.quicktime.creationdate": "2019-07-24T11:25:40+0300",
        "com.apple.quicktime.location.ISO6709": "+32.0929+034.8620+028.516/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 6",
        "com.apple.quicktime.content.identifier": "E905E6C6-C747-4805-942F-9904A0281F02",
    }
    metadata = uploaded(account, film(keys=keys))["metadata"]
    assert metadata["original_datetime"] == "2019-07-24T11:25:40+03:00"
    place = (metadata["latitude"], metadata["longitude"], metadata["altitude"])
    assert place == pytest.approx((32.0929, 34.862, 28.516))
    assert (metadata["make"], metadata["model"]) == ("Apple", "iPhone 6")
    assert metadata["live_photo_cid"] == keys["com.apple.quicktime.content.identifier"]


def test_a_person_s_time_stays(account: Account) -> None:
    asset = uploaded(account, film("+52.5200+013.4050/"))
    edited = account.edit(asset["id"], original_datetime="2001-01-01T01:01:01")
    assert edited["local_datetime"] == "2001-01-01T01:01:01"
    cleared = account.edit(asset["id"], original_datetime=None)
    assert cleared["local_datetime"] == "2019-07-24T22:25:57+02:00"
