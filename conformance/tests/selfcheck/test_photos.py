"""The photographs carry what they are said to carry, read back with Pillow."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageOps, IptcImagePlugin

from kit import exif, photos

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def opened(photo: photos.Photo) -> Image.Image:
    picture = Image.open(io.BytesIO(photo.data))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", [kind for kind in photos.FORMATS if kind != "gif"])
def test_exif_reads_back(kind: str) -> None:
    tags = opened(photos.photo(photos.FULL, kind)).getexif()
    shot, gps = tags.get_ifd(exif.EXIF_POINTER), tags.get_ifd(exif.GPS_POINTER)
    assert tags[0x010F] == "Acme"
    assert shot[0x9003] == "2019:08:07 06:05:04"
    assert shot[0x9011] == "+02:00"
    assert shot[0x9291] == "123"
    degrees, minutes, seconds = gps[2]
    assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(41.890251, abs=1e-8)
    assert gps[1] == "N"


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff"])
def test_xmp_reads_back(kind: str) -> None:
    picture = opened(photos.photo(photos.Facts(xmp_caption="Grüße & <mehr>", xmp_rating="3"), kind))
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp")
    description = next(ElementTree.fromstring(packet).iter(f"{RDF}Description"))
    assert description.get("{http://ns.adobe.com/xap/1.0/}Rating") == "3"
    assert [text.text for text in description.iter(f"{RDF}li")] == ["Grüße & <mehr>"]


def test_xmp_of_a_gif_is_an_application_extension() -> None:
    photo = photos.photo(photos.Facts(xmp_caption="Hello"), "gif")
    assert b"XMP DataXMP<?xpacket" in photo.data
    assert opened(photo).size == (64, 48)


def test_iptc_reads_back() -> None:
    photo = photos.photo(replace(photos.FULL, iptc_caption="Größe", iptc_city="Roma"))
    iptc = IptcImagePlugin.getiptcinfo(opened(photo))
    assert iptc[(2, 120)] == "Größe".encode()
    assert iptc[(2, 90)] == b"Roma"


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_no_two_are_the_same(kind: str) -> None:
    assert photos.plain(kind).data != photos.plain(kind).data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_turns_the_stored_pixels_into_the_picture(orientation: int) -> None:
    photo = photos.photo(photos.Facts(orientation=orientation), size=(160, 100))
    seen = ImageOps.exif_transpose(opened(photo))
    assert seen.size == (160, 100)
    assert seen.getpixel((8, 8))[0] > 180 > 80 > seen.getpixel((8, 8))[2]
    assert min(seen.getpixel((152, 92))) > 200
