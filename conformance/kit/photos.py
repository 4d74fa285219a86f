"""Photographs made on the spot: never twice the same bytes, with the metadata one asks for."""

from __future__ import annotations

import io
import itertools
import secrets
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, PngImagePlugin

from kit import exif
from kit.exif import Directory, Entry

FORMATS = ("jpeg", "png", "webp", "tiff", "gif")
EXTENSION = {"jpeg": "jpg", "png": "png", "webp": "webp", "tiff": "tif", "gif": "gif"}
MIME = {name: f"image/{name}" for name in FORMATS}
# Corners of a picture as people see it: top left, top right, bottom left, bottom right.
CORNERS = ((220, 30, 30), (30, 180, 40), (40, 60, 210), (240, 240, 240))
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Photo:
    """A file as a person has it."""

    name: str
    data: bytes

    def named(self, name: str) -> "Photo":
        return replace(self, name=name)


@dataclass(frozen=True)
class Facts:
    """What a camera or an editor writes into a file. Times are `YYYY:MM:DD HH:MM:SS`."""

    caption: str | None = None
    taken: str | None = None
    taken_offset: str | None = None
    taken_subsec: str | None = None
    digitized: str | None = None
    digitized_offset: str | None = None
    modified: str | None = None
    modified_offset: str | None = None
    place: tuple[float, float] | None = None
    altitude: float | None = None
    orientation: int | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    f_number: tuple[int, int] | None = None
    exposure: tuple[int, int] | None = None
    bias: tuple[int, int] | None = None
    focal: tuple[int, int] | None = None
    iso: int | None = None
    xmp_caption: str | None = None
    xmp_rating: str | None = None
    xmp_taken: str | None = None
    iptc_caption: str | None = None
    iptc_city: str | None = None
    iptc_country: str | None = None


FULL = Facts(
    caption="From the file",
    taken="2019:08:07 06:05:04",
    taken_offset="+02:00",
    taken_subsec="123",
    digitized="2019:08:07 06:05:05",
    digitized_offset="+02:00",
    modified="2019:09:10 11:12:13",
    modified_offset="+02:00",
    place=(41.890251, 12.492373),
    altitude=21.5,
    orientation=1,
    make="Acme",
    model="Acme Nine",
    lens="Acme 35mm f/2",
    f_number=(28, 10),
    exposure=(1, 250),
    bias=(-1, 3),
    focal=(35, 1),
    iso=200,
    xmp_rating="4",
)


def plain(kind: str = "jpeg", **options: Any) -> Photo:
    """A photograph that says nothing about itself."""
    return photo(Facts(), kind, **options)


def photo(facts: Facts, kind: str = "jpeg", size: tuple[int, int] = (64, 48), name: str | None = None) -> Photo:
    """A photograph of a format with these facts embedded, as far as the format can carry them."""
    picture = scenery(size)
    if facts.orientation:
        picture = stored_as(picture, facts.orientation)
    data = encoded(picture, kind, exif_block(facts), xmp_packet(facts))
    if kind == "jpeg" and (iptc := iptc_block(facts)):
        data = with_segment(data, 0xED, b"Photoshop 3.0\0" + iptc)
    return Photo(name or f"photo-{next(_numbers)}.{EXTENSION[kind]}", data)


def with_exif(block: bytes, size: tuple[int, int] = (64, 48)) -> Photo:
    """A JPEG with this EXIF block, however broken."""
    data = with_segment(encoded(scenery(size), "jpeg", None, None), 0xE1, b"Exif\0\0" + block)
    return Photo(f"photo-{next(_numbers)}.jpg", data)


def with_xmp(packet: str) -> Photo:
    """A JPEG with this XMP packet, however broken."""
    data = encoded(scenery((64, 48)), "jpeg", None, None)
    return Photo(f"photo-{next(_numbers)}.jpg", with_segment(data, 0xE1, XMP_HEADER + packet.encode()))


def scenery(size: tuple[int, int]) -> Image.Image:
    """Four coloured corners and a random patch in the middle, as no other picture has it."""
    width, height = size
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for corner, colour in enumerate(CORNERS):
        x, y = (corner % 2) * width // 2, (corner // 2) * height // 2
        draw.rectangle((x, y, x + width, y + height), fill=colour)
    patch = max(2, min(width, height) // 4)
    noise = Image.frombytes("RGB", (4, 4), secrets.token_bytes(48)).resize((patch, patch), Image.Resampling.NEAREST)
    picture.paste(noise, ((width - patch) // 2, (height - patch) // 2))
    return picture


def stored_as(picture: Image.Image, orientation: int) -> Image.Image:
    """The pixels a camera stores so that `orientation` turns them into `picture`."""
    inverse = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    return picture if inverse is None else picture.transpose(inverse)


def encoded(picture: Image.Image, kind: str, block: bytes | None, packet: str | None) -> bytes:
    out = io.BytesIO()
    options: dict[str, Any] = {}
    if kind == "gif":
        picture.quantize(64).save(out, "GIF")
        return gif_with_xmp(out.getvalue(), packet) if packet else out.getvalue()
    if kind == "tiff":
        tags = Image.Exif()
        if block:
            tags.load(b"Exif\0\0" + block)
        if packet:
            tags[700] = packet.encode()
        options["exif"] = tags
    elif block:
        options["exif"] = b"Exif\0\0" + block
    if kind == "png" and packet:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet)
    if kind == "webp":
        options["lossless"] = True
    if kind == "jpeg":
        options["quality"] = 92
    if kind in ("jpeg", "webp") and packet:
        options["xmp"] = packet.encode()
    picture.save(out, kind.upper(), **options)
    return out.getvalue()


def exif_block(facts: Facts) -> bytes | None:
    """These facts as EXIF, or None when there are none for it."""
    main = _texts({0x010E: facts.caption, 0x010F: facts.make, 0x0110: facts.model, 0x0132: facts.modified})
    if facts.orientation:
        main[0x0112] = exif.short(facts.orientation)
    shot = _texts(
        {
            0x9003: facts.taken,
            0x9004: facts.digitized,
            0x9010: facts.modified_offset,
            0x9011: facts.taken_offset,
            0x9012: facts.digitized_offset,
            0x9291: facts.taken_subsec,
            0xA434: facts.lens,
        }
    )
    for tag, ratio in ((0x829A, facts.exposure), (0x829D, facts.f_number), (0x920A, facts.focal)):
        if ratio:
            shot[tag] = exif.rational(ratio)
    if facts.bias:
        shot[0x9204] = exif.srational(facts.bias)
    if facts.iso:
        shot[0x8827] = exif.short(facts.iso)
    gps = gps_directory(*facts.place, facts.altitude) if facts.place else {}
    return exif.tiff(main, shot, gps) if main or shot or gps else None


def gps_directory(latitude: float, longitude: float, altitude: float | None = None) -> Directory:
    directory: dict[int, Entry] = {
        0: exif.byte(2, 3, 0, 0),
        1: exif.text("S" if latitude < 0 else "N"),
        2: exif.degrees(latitude),
        3: exif.text("W" if longitude < 0 else "E"),
        4: exif.degrees(longitude),
    }
    if altitude is not None:
        directory[5] = exif.byte(1 if altitude < 0 else 0)
        directory[6] = exif.rational((round(abs(altitude) * 100), 100))
    return directory


def _texts(values: dict[int, str | None]) -> Directory:
    return {tag: exif.text(value) for tag, value in values.items() if value is not None}


XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"


def xmp_packet(facts: Facts) -> str | None:
    """These facts as XMP, or None when there are none for it."""
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in (("xmp:Rating", facts.xmp_rating), ("photoshop:DateCreated", facts.xmp_taken))
        if value is not None
    )
    caption = ""
    if facts.xmp_caption is not None:
        text = escape(facts.xmp_caption)
        caption = f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>'
    return wrapped_xmp(attributes, caption) if attributes or caption else None


def wrapped_xmp(attributes: str, elements: str) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        f"{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )


def iptc_block(facts: Facts) -> bytes | None:
    """These facts as an IPTC image resource, or None when there are none for it."""
    values = {90: facts.iptc_city, 101: facts.iptc_country, 120: facts.iptc_caption}
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + len(value.encode()).to_bytes(2, "big") + value.encode()
        for number, value in values.items()
        if value is not None
    )
    if not records:
        return None
    records = b"\x1c\x01\x5a\x00\x03\x1b%G" + records
    padding = b"\0" * (len(records) % 2)
    return b"8BIM\x04\x04\0\0" + len(records).to_bytes(4, "big") + records + padding


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """A JPEG with one more segment, right behind its beginning and JFIF header."""
    at = 2
    if jpeg[2:4] == b"\xff\xe0":
        at = 4 + int.from_bytes(jpeg[4:6], "big")
    segment = bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload
    return jpeg[:at] + segment + jpeg[at:]


def gif_with_xmp(gif: bytes, packet: str, *, behind_the_picture: bool = True) -> bytes:
    """A GIF with an XMP application extension, before its end or right behind its palette."""
    magic = bytes([1]) + bytes(range(255, -1, -1)) + b"\0"
    extension = b"\x21\xff\x0bXMP DataXMP" + packet.encode() + magic
    at = len(gif) - 1 if behind_the_picture else 13 + 3 * (2 << (gif[10] & 7))
    return b"GIF89a" + gif[6:at] + extension + gif[at:]
