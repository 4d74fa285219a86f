"""EXIF blocks, written byte by byte, so that broken ones can be written too."""

from __future__ import annotations

import struct
from dataclasses import dataclass

ASCII, SHORT, LONG, RATIONAL, BYTE, UNDEFINED, SRATIONAL = 2, 3, 4, 5, 1, 7, 10

EXIF_POINTER, GPS_POINTER = 0x8769, 0x8825


@dataclass(frozen=True)
class Entry:
    """One entry of a directory: TIFF type, number of values, their bytes."""

    kind: int
    count: int
    data: bytes


Directory = dict[int, Entry]


def text(value: str) -> Entry:
    data = value.encode() + b"\0"
    return Entry(ASCII, len(data), data)


def short(*values: int) -> Entry:
    return Entry(SHORT, len(values), struct.pack(f"<{len(values)}H", *values))


def long(*values: int) -> Entry:
    return Entry(LONG, len(values), struct.pack(f"<{len(values)}I", *values))


def byte(*values: int) -> Entry:
    return Entry(BYTE, len(values), bytes(values))


def rational(*values: tuple[int, int]) -> Entry:
    numbers = [number for pair in values for number in pair]
    return Entry(RATIONAL, len(values), struct.pack(f"<{len(numbers)}I", *numbers))


def srational(*values: tuple[int, int]) -> Entry:
    numbers = [number for pair in values for number in pair]
    return Entry(SRATIONAL, len(values), struct.pack(f"<{len(numbers)}i", *numbers))


def degrees(value: float) -> Entry:
    """Degrees, minutes and seconds, to a ten-thousandth of a second."""
    ticks = round(abs(value) * 36_000_000)
    minutes, ticks = divmod(ticks, 600_000)
    whole, minutes = divmod(minutes, 60)
    return rational((whole, 1), (minutes, 1), (ticks, 10_000))


def tiff(main: Directory, exif: Directory | None = None, gps: Directory | None = None) -> bytes:
    """A little-endian TIFF structure of these directories."""
    pointers = {pointer: long(0) for pointer, wanted in ((EXIF_POINTER, exif), (GPS_POINTER, gps)) if wanted}
    start = 8
    after_main = start + len(_directory(main | pointers, start))
    after_exif = after_main + (len(_directory(exif, after_main)) if exif else 0)
    if exif:
        pointers[EXIF_POINTER] = long(after_main)
    if gps:
        pointers[GPS_POINTER] = long(after_exif)
    blocks = [_directory(main | pointers, start)]
    if exif:
        blocks.append(_directory(exif, after_main))
    if gps:
        blocks.append(_directory(gps, after_exif))
    return b"II*\0" + struct.pack("<I", start) + b"".join(blocks)


def apple_note(entries: Directory) -> Entry:
    """Apple's maker note: a big-endian directory of texts behind a name."""
    data = b"Apple iOS\0\0\1MM" + _directory(entries, 14, ">")
    return Entry(UNDEFINED, len(data), data)


def _directory(entries: Directory, start: int, order: str = "<") -> bytes:
    """A directory at offset `start`, followed by the values that do not fit into it."""
    values_at = start + 2 + 12 * len(entries) + 4
    rows, values = b"", b""
    for tag, entry in sorted(entries.items()):
        if len(entry.data) <= 4:
            place = entry.data.ljust(4, b"\0")
        else:
            place = struct.pack(f"{order}I", values_at + len(values))
            values += entry.data + b"\0" * (len(entry.data) % 2)
        rows += struct.pack(f"{order}HHI", tag, entry.kind, entry.count) + place
    return struct.pack(f"{order}H", len(entries)) + rows + struct.pack("<I", 0) + values
