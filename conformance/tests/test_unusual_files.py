"""Files that are damaged, hostile, or of kinds that are only stored (contract 3.5)."""

from __future__ import annotations

import secrets
import struct
import zlib

import pytest

from kit import photos
from kit.account import Account, fetched
from kit.photos import Photo
from kit.samples import SAMPLES


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(secrets.token_bytes(30))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def ftyp(brand: bytes) -> bytes:
    """The beginning of an ISO media file."""
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0" + brand + brand + secrets.token_bytes(400)


def stored(account: Account, photo: Photo) -> dict:
    asset = account.upload(photo)
    assert fetched(asset["asset_urls"]["original"]["url"]) == photo.data
    assert account.http.get("/api/server/ping").text == "pong"
    return asset


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
@pytest.mark.parametrize("kind", photos.FORMATS)
def test_a_truncated_picture_is_kept(resident: Account, kind: str, kept: float) -> None:
    whole = photos.photo(photos.FULL, kind, size=(300, 200))
    stored(resident, Photo(whole.name, whole.data[: int(len(whole.data) * kept)]))


def test_a_giant_is_accepted_from_its_header(resident: Account) -> None:
    asset = stored(resident, Photo("giant.png", png_header(60_000, 60_000)))
    assert (asset["width"], asset["height"]) == (60_000, 60_000)
    resident.settle(asset["id"])


def test_an_impossible_size_is_unknown(resident: Account) -> None:
    asset = stored(resident, Photo("zero.png", png_header(0, 0)))
    assert asset["width"] is None and asset["height"] is None


@pytest.mark.parametrize("name", ["noise.jpg", "noise.png", "noise.webp", "noise.tif", "noise.gif"])
def test_noise_with_the_name_of_a_picture(resident: Account, name: str) -> None:
    asset = stored(resident, Photo(name, secrets.token_bytes(2000)))
    assert asset["width"] is None and asset["metadata"]["original_datetime"] is None
    assert asset["mime_type"].startswith("image/")


def test_one_byte(resident: Account) -> None:
    resident.upload(Photo("one.jpg", b"\xff"), status=201)


@pytest.mark.parametrize(
    ("name", "data", "mime", "lean"),
    [
        ("a.heic", ftyp(b"heic"), "image/heic", {"thumbnail"}),
        ("a.avif", ftyp(b"avif"), "image/avif", {"thumbnail"}),
        ("a.dng", b"II*\0" + secrets.token_bytes(200), None, {"thumbnail"}),
        ("a.cr2", b"II*\0" + secrets.token_bytes(200), None, {"thumbnail"}),
        ("a.mp4", ftyp(b"isom"), "video/mp4", {"thumbnail_image", "original"}),
        ("a.mov", ftyp(b"qt  "), "video/quicktime", {"thumbnail_image", "original"}),
    ],
)
def test_kinds_that_are_only_stored(
    resident: Account, name: str, data: bytes, mime: str | None, lean: set[str]
) -> None:
    asset = stored(resident, Photo(name, data))
    if mime:
        assert asset["mime_type"] == mime
    assert set(resident.get(asset["id"], include=[])["asset_urls"]) == lean


@pytest.mark.skipif(SAMPLES is None, reason="needs the real pictures, which are not part of the repository")
@pytest.mark.parametrize(
    "name",
    [
        "heic/exif_xmp_iptc.heic",
        "heic/truncated.heic",
        "heic/oom_large_box.heic",
        "avif/exif.avif",
        "jxl/grayscale_jpeg.jxl",
        "raw/canon-r6-cut.cr3",
        "raw/jpeg-named.nef",
        "video/rotate270.mp4",
        "video/sony-a7-xavc.MP4",
        "jpeg/endless-loop.jpg",
        "jpeg/broken.jpg",
        "jpeg/exif-no-tz.jpg",
        "jpeg/invalid-image00971.jpg",
        "jpeg/invalid-image01088.jpg",
    ],
)
def test_real_ones(resident: Account, name: str) -> None:
    assert SAMPLES is not None
    path = SAMPLES / name
    asset = stored(resident, Photo(path.name, path.read_bytes()))
    assert asset["original_file_name"] == path.name
