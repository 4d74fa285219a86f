"""Real pictures against their known truth, when they are there (contract 17.4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kit.account import Account, fetched
from kit.photos import Photo
from kit.samples import SAMPLES, truths

FOLDERS = ("base", "jpeg", "orientation", "png", "webp", "tiff", "gif", "tz")
# What the referee reads differently on purpose: a date without a time of day is no capture time.
UNREADABLE = re.compile(r"\.(mov|mp4)$", re.IGNORECASE)
TRUTHS = {name: truth for name, truth in truths(*FOLDERS).items() if not UNREADABLE.search(name)}


@pytest.fixture(scope="module")
def library(new_account) -> dict[str, tuple[Photo, dict[str, Any]]]:
    """All samples, uploaded into one account."""
    account: Account = new_account()
    assert SAMPLES is not None
    shown = {}
    for name in TRUTHS:
        photo = Photo(name.rpartition("/")[2], (SAMPLES / name).read_bytes())
        shown[name] = photo, account.upload(photo)
    return shown


Library = dict[str, tuple[Photo, dict[str, Any]]]

# Where the referee and the contract part, and why.
NO_FRAME = {"jpeg/motion-photo-synth.jpg"}  # no frame header: the referee takes the size from EXIF
OTHER_OFFSET = {"jpeg/before_epoch.jpg"}  # its only offset tag belongs to the date of modification


def having(*fields: str) -> pytest.MarkDecorator:
    names = [name for name, truth in TRUTHS.items() if all(field in truth for field in fields)]
    return pytest.mark.parametrize("name", names)


@having()
def test_bytes_come_back(library: Library, name: str) -> None:
    photo, asset = library[name]
    assert fetched(asset["asset_urls"]["original"]["url"]) == photo.data


@having("display_width")
def test_size(library: Library, name: str) -> None:
    _, asset = library[name]
    size = (TRUTHS[name]["display_width"], TRUTHS[name]["display_height"])
    assert (asset["width"], asset["height"]) == ((None, None) if name in NO_FRAME else size)


@having("orientation")
def test_orientation(library: Library, name: str) -> None:
    assert library[name][1]["metadata"]["orientation"] == TRUTHS[name]["orientation"]


@having("gps_lat", "gps_lon")
def test_place(library: Library, name: str) -> None:
    metadata = library[name][1]["metadata"]
    place = (TRUTHS[name]["gps_lat"], TRUTHS[name]["gps_lon"])
    assert (metadata["latitude"], metadata["longitude"]) == pytest.approx(place, abs=1e-5)


@having("gps_lat", "gps_alt")
def test_altitude(library: Library, name: str) -> None:
    assert library[name][1]["metadata"]["altitude"] == pytest.approx(TRUTHS[name]["gps_alt"], abs=0.05)


@having("make")
def test_maker(library: Library, name: str) -> None:
    assert library[name][1]["metadata"]["make"] == TRUTHS[name]["make"]


@having("model")
def test_model(library: Library, name: str) -> None:
    assert library[name][1]["metadata"]["model"] == TRUTHS[name]["model"]


@having("rating")
def test_rating(library: Library, name: str) -> None:
    rating = TRUTHS[name]["rating"]
    assert library[name][1]["metadata"]["rating"] == (rating if 0 <= rating <= 5 else 0)


@having("exposure_s")
def test_exposure(library: Library, name: str) -> None:
    metadata, truth = library[name][1]["metadata"], TRUTHS[name]
    assert metadata["exposure_time"] == pytest.approx(truth["exposure_s"], rel=1e-4)
    if "f_number" in truth:
        assert metadata["f_number"] == pytest.approx(truth["f_number"], rel=0.03)
    if "focal_mm" in truth:
        assert metadata["focal_length"] == pytest.approx(truth["focal_mm"], rel=0.03)
    if "iso" in truth:
        assert metadata["iso"] == truth["iso"]


def expected_time(truth: dict[str, Any]) -> str | None:
    """The capture time as the contract prints it; the offset is the file's own or none."""
    found = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?", truth["datetime_original"])
    if found is None:
        return None
    year, month, day, clock = found.groups()
    fraction = str(truth.get("subsec", "")).ljust(6, "0")[:6]
    offset = truth.get("offset", "").replace("+00:00", "Z")
    return f"{year}-{month}-{day}T{clock}" + (f".{fraction}" if int(fraction) else "") + offset


@having("datetime_original")
def test_capture_time(library: Library, name: str) -> None:
    _, asset = library[name]
    truth = TRUTHS[name]
    wanted = expected_time({**truth, "offset": ""} if name in OTHER_OFFSET else truth)
    if wanted is not None:
        assert asset["metadata"]["original_datetime"] == wanted


@having("caption_xmp")
def test_caption(library: Library, name: str) -> None:
    caption = TRUTHS[name]["caption_xmp"]
    boilerplate = caption.strip() in ("SONY DSC", "")
    assert library[name][1]["metadata"]["description"] == (None if boilerplate else caption)
