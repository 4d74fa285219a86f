"""Real pictures against their known truth, when they are there (contract 17.4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kit.account import Account, fetched
from kit.photos import Photo
from kit.samples import SAMPLES, truths

FOLDERS = ("base", "jpeg", "orientation", "png", "webp", "tiff", "gif", "tz", "heic", "avif", "jxl", "raw", "video")
TRUTHS = truths(*FOLDERS)
FILM = re.compile(r"\.(mov|mp4|mkv|webm|3gp)$", re.IGNORECASE)


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
# An offset may follow from what the referee only prints: satellites, maker note, place.
FOLLOWS = re.compile(r"(Z|[+-]\d\d:\d\d)?")


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


@having("duration_s")
def test_duration(library: Library, name: str) -> None:
    """Of films; an animated picture is a still (contract 17.3)."""
    _, asset = library[name]
    wanted = pytest.approx(TRUTHS[name]["duration_s"], abs=0.001) if FILM.search(name) else None
    assert asset["duration"] == wanted
    if FILM.search(name):
        metadata = asset["metadata"]
        assert (metadata["raw_width"], metadata["raw_height"], metadata["orientation"]) == (None, None, None)


@having("live_photo_id")
def test_both_halves_of_a_live_photo(library: Library, name: str) -> None:
    assert library[name][1]["metadata"]["live_photo_cid"] == TRUTHS[name]["live_photo_id"]


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
    """The capture time as the contract prints it, with the offset that the file says."""
    found = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?", truth["datetime_original"])
    if found is None:
        return None
    year, month, day, clock = found.groups()
    fraction = str(truth.get("subsec", "")).ljust(6, "0")[:6]
    offset = truth.get("offset", "").replace("+00:00", "Z")
    return f"{year}-{month}-{day}T{clock}" + (f".{fraction}" if int(fraction) else "") + offset


@having("datetime_original")
def test_capture_time(library: Library, name: str) -> None:
    shown = library[name][1]["metadata"]["original_datetime"]
    wanted = expected_time(TRUTHS[name])
    if wanted is None:
        return
    if "offset" in TRUTHS[name]:
        assert shown == wanted
    else:
        assert shown.startswith(wanted)
        assert FOLLOWS.fullmatch(shown.removeprefix(wanted))


@pytest.mark.skipif(not TRUTHS, reason="no samples")
@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("tz/big_ben_no_offset_gps_utc.jpg", "+01:00"),
        ("tz/sydney_no_offset_gps_utc.jpg", "+10:00"),
        ("tz/big_ben_only_time.jpg", ""),
        ("base/aarhus.jpg", "+02:00"),
        ("heic/IMG_2682.heic", "-05:00"),
        ("heic/xiaomi.heic", "+03:00"),
    ],
)
def test_offsets_that_follow(library: Library, name: str, offset: str) -> None:
    assert library[name][1]["metadata"]["original_datetime"].endswith(offset or TRUTHS[name]["datetime_original"][-8:])


@having("caption_xmp")
def test_caption(library: Library, name: str) -> None:
    caption = TRUTHS[name]["caption_xmp"]
    boilerplate = caption.strip() in ("SONY DSC", "")
    assert library[name][1]["metadata"]["description"] == (None if boilerplate else caption)
