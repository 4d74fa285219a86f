"""What is read from a file before the upload is answered (contract 2.1, 2.2, 17.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kit import exif, photos
from kit.account import Account
from kit.photos import FULL, Facts, Photo

EXIF_FORMATS = ["jpeg", "png", "webp", "tiff"]


def said(account: Account, photo: Photo) -> dict[str, Any]:
    """The metadata of the answer to the upload itself."""
    return account.upload(photo)["metadata"]


@pytest.mark.parametrize("kind", EXIF_FORMATS)
def test_everything_at_once(resident: Account, kind: str) -> None:
    asset = resident.upload(photos.photo(FULL, kind))
    metadata = asset["metadata"]
    assert asset["local_datetime"] == "2019-08-07T06:05:04.123000+02:00"
    assert metadata["original_datetime"] == "2019-08-07T06:05:04.123000+02:00"
    assert metadata["digitized_datetime"] == "2019-08-07T06:05:05+02:00"
    assert metadata["modified_datetime"] == "2019-09-10T11:12:13+02:00"
    assert metadata["description"] == "From the file"
    assert metadata["latitude"] == pytest.approx(41.890251, abs=1e-7)
    assert metadata["longitude"] == pytest.approx(12.492373, abs=1e-7)
    assert metadata["altitude"] == pytest.approx(21.5)
    assert (metadata["make"], metadata["model"], metadata["lens_model"]) == ("Acme", "Acme Nine", "Acme 35mm f/2")
    assert metadata["f_number"] == pytest.approx(2.8)
    assert metadata["exposure_time"] == pytest.approx(0.004)
    assert metadata["exposure_bias"] == pytest.approx(-1 / 3, abs=1e-6)
    assert metadata["focal_length"] == pytest.approx(35)
    assert (metadata["iso"], metadata["orientation"], metadata["rating"]) == (200, 1, 4)
    assert (metadata["raw_width"], metadata["raw_height"]) == (64, 48)


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_xmp_in_every_format(resident: Account, kind: str) -> None:
    metadata = said(resident, photos.photo(Facts(xmp_caption="Grüße & <mehr>", xmp_rating="3"), kind))
    assert (metadata["description"], metadata["rating"]) == ("Grüße & <mehr>", 3)


@pytest.mark.parametrize("behind", [False, True], ids=["before the picture", "behind it"])
def test_xmp_on_either_side_of_a_gif_s_picture(resident: Account, behind: bool) -> None:
    packet = photos.xmp_packet(Facts(xmp_caption="either side"))
    assert packet is not None
    plain = photos.plain("gif")
    data = photos.gif_with_xmp(plain.data, packet, behind_the_picture=behind)
    assert said(resident, Photo(plain.name, data))["description"] == "either side"


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_a_file_that_says_nothing(resident: Account, kind: str) -> None:
    asset = resident.upload(photos.plain(kind))
    always = {"asset_id", "created_at", "updated_at", "raw_width", "raw_height", "orientation"}
    told = {name for name, value in asset["metadata"].items() if value is not None}
    assert told <= always, "the object is there, with nulls (OP-41)"
    assert asset["local_datetime"] == "2020-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("facts", "caption"),
    [
        (Facts(caption="exif", iptc_caption="iptc", xmp_caption="xmp"), "xmp"),
        (Facts(caption="exif", iptc_caption="iptc"), "iptc"),
        (Facts(caption="exif"), "exif"),
        (Facts(caption="OLYMPUS DIGITAL CAMERA         "), None),
        (Facts(caption="OLYMPUS DIGITAL CAMERA", iptc_caption="A real one"), "A real one"),
        (Facts(caption="   "), None),
        (Facts(caption="", xmp_caption=""), None),
        (Facts(caption="Käse in Öl"), "Käse in Öl"),
    ],
)
def test_which_caption_wins(resident: Account, facts: Facts, caption: str | None) -> None:
    assert said(resident, photos.photo(facts))["description"] == caption


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (Facts(taken="2021:02:03 04:05:06"), "2021-02-03T04:05:06"),
        (Facts(taken="2021:02:03 04:05:06", taken_offset="+00:00"), "2021-02-03T04:05:06Z"),
        (Facts(taken="2021:02:03 04:05:06", taken_offset="-03:30"), "2021-02-03T04:05:06-03:30"),
        (Facts(taken="2021:02:03 04:05:06", taken_subsec="7"), "2021-02-03T04:05:06.700000"),
        (Facts(taken="2021:02:03 04:05:06", taken_subsec="000"), "2021-02-03T04:05:06"),
        (Facts(taken="2021:02:03 04:05:06", taken_subsec="123456789"), "2021-02-03T04:05:06.123456"),
        (Facts(taken="2021:02:03 04:05:06", taken_offset="+25:00"), "2021-02-03T04:05:06"),
        (Facts(taken="2021:02:03 04:05:06", taken_offset="   :  "), "2021-02-03T04:05:06"),
        (Facts(taken="0000:00:00 00:00:00"), None),
        (Facts(taken="    :  :     :  :  "), None),
        (Facts(taken="2021:13:03 04:05:06"), None),
        (Facts(taken="garbage"), None),
    ],
)
def test_when_it_was_taken(resident: Account, facts: Facts, shown: str | None) -> None:
    asset = resident.upload(photos.photo(facts))
    assert asset["metadata"]["original_datetime"] == shown
    assert asset["local_datetime"] == (shown or "2020-01-02T03:04:05Z")


@pytest.mark.parametrize(
    "place",
    [(-33.856784, 151.215297), (40.689247, -74.044502), (-22.951916, -43.210487), (64.963051, -19.020835), (0.5, 0.0)],
)
def test_all_four_hemispheres(resident: Account, place: tuple[float, float]) -> None:
    metadata = said(resident, photos.photo(Facts(place=place)))
    assert (metadata["latitude"], metadata["longitude"]) == pytest.approx(place, abs=1e-7)


@pytest.mark.parametrize("altitude", [8848.86, 0.0, -430.5])
def test_above_and_below_the_sea(resident: Account, altitude: float) -> None:
    metadata = said(resident, photos.photo(Facts(place=(31.5, 35.5), altitude=altitude)))
    assert metadata["altitude"] == pytest.approx(altitude)


@pytest.mark.parametrize(
    ("written", "shown"), [("0", 0), ("1", 1), ("5", 5), ("-1", 0), ("99", 0), ("five", None), ("", None)]
)
def test_ratings(resident: Account, written: str, shown: int | None) -> None:
    assert said(resident, photos.photo(Facts(xmp_rating=written)))["rating"] == shown


def test_panoramas(resident: Account) -> None:
    said_so = ' xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:ProjectionType="equirectangular"'
    assert said(resident, photos.with_xmp(photos.wrapped_xmp(said_so, "")))["projection_type"] == "equirectangular"


def test_bursts_and_live_photos(resident: Account) -> None:
    note = exif.apple_note({0x0B: exif.text("one burst"), 0x11: exif.text("one live photo")})
    metadata = said(resident, photos.with_exif(exif.tiff({0x010F: exif.text("Apple")}, {0x927C: note})))
    assert (metadata["auto_stack_id"], metadata["live_photo_cid"]) == ("one burst", "one live photo")


def zero_denominator() -> bytes:
    gps = photos.gps_directory(10, 20) | {2: exif.rational((10, 0), (0, 0), (0, 0))}
    shot = {0x829A: exif.rational((1, 0)), 0x829D: exif.rational((0, 0)), 0x920A: exif.rational((5, 0))}
    return exif.tiff({0x010F: exif.text("Acme")}, shot, gps)


def void_position() -> bytes:
    return exif.tiff({0x010F: exif.text("Acme")}, None, photos.gps_directory(0, 0) | {9: exif.text("V")})


def position_out_of_range() -> bytes:
    gps = photos.gps_directory(10, 20) | {2: exif.rational((95, 1), (0, 1), (0, 1))}
    return exif.tiff({0x010F: exif.text("Acme")}, None, gps)


def half_a_position() -> bytes:
    gps = {tag: entry for tag, entry in photos.gps_directory(10, 20).items() if tag < 3}
    return exif.tiff({0x010F: exif.text("Acme")}, None, gps)


def text_for_numbers() -> bytes:
    gps = photos.gps_directory(10, 20) | {2: exif.text("ten degrees")}
    return exif.tiff({0x010F: exif.text("Acme"), 0x0112: exif.text("up")}, {0x829D: exif.text("wide")}, gps)


@pytest.mark.parametrize(
    "block",
    [zero_denominator(), void_position(), position_out_of_range(), half_a_position(), text_for_numbers()],
    ids=["zero denominator", "void 0/0", "out of range", "half a pair", "text for numbers"],
)
def test_absurd_values_stay_null_and_the_rest_is_read(resident: Account, block: bytes) -> None:
    metadata = said(resident, photos.with_exif(block))
    assert metadata["make"] == "Acme"
    for name in ("latitude", "longitude", "f_number", "exposure_time", "focal_length"):
        assert metadata[name] is None, name


def cut_off() -> bytes:
    return photos.exif_block(FULL)[:60]  # type: ignore[index]


def self_reference() -> bytes:
    block = bytearray(exif.tiff({0x010F: exif.text("Acme")}))
    block[10 + 12 : 10 + 16] = (8).to_bytes(4, "little")
    return bytes(block)


def huge_count() -> bytes:
    return exif.tiff({0x010E: exif.Entry(exif.ASCII, 0xFFFFFFFF, b"\xff\xff\xff\x7f")})


@pytest.mark.parametrize(
    "block",
    [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"\0" * 50, b"\xff" * 500, cut_off(), self_reference(), huge_count()],
    ids=["nothing", "a header", "offset beyond", "zeros", "ones", "cut off", "a loop", "huge count"],
)
def test_broken_blocks_do_not_fail_an_upload(resident: Account, block: bytes) -> None:
    asset = resident.upload(photos.with_exif(block))
    assert (asset["width"], asset["height"]) == (64, 48)
    assert asset["metadata"]["original_datetime"] is None


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)
)


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "<x:xmpmeta",
        "no xml at all \0\0",
        "<a>" * 15_000,
        photos.wrapped_xmp(' xmp:Rating="3"', "<dc:description>")[:-40],
        BOMB + "]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&j;</x:xmpmeta>",
    ],
    ids=["nothing", "an opening", "no xml", "deep", "unclosed", "entities"],
)
def test_broken_packets_do_not_fail_an_upload(resident: Account, packet: str) -> None:
    asset = resident.upload(photos.with_xmp(packet))
    assert (asset["width"], asset["height"]) == (64, 48)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (Facts(digitized="2021:02:03 04:05:07", digitized_offset="+09:00"), "+09:00"),
        (Facts(modified="2021:09:10 11:12:13", modified_offset="-10:00"), "-10:00"),
        (
            Facts(
                digitized="2021:02:03 04:05:07",
                digitized_offset="+09:00",
                modified="2021:09:10 11:12:13",
                modified_offset="-10:00",
            ),
            "+09:00",
        ),
        # The place of the file, on that day, counts before the offset of the last change.
        (Facts(place=(-33.856784, 151.215297)), "+11:00"),
        (Facts(place=(40.689247, -74.044502), modified="2021:09:10 11:12:13", modified_offset="+02:00"), "-05:00"),
        (Facts(place=(40.689247, -74.044502), taken_offset="+09:00"), "+09:00"),
        (Facts(place=(30.0, -45.0)), ""),
    ],
    ids=["digitized", "changed", "both", "place", "place and changed", "own", "at sea"],
)
def test_where_an_offset_comes_from(resident: Account, facts: Facts, shown: str) -> None:
    """The capture time's own tag, then that of digitizing, the zone of the place, the last change."""
    metadata = said(resident, photos.photo(replace(facts, taken="2021:02:03 04:05:06")))
    assert metadata["original_datetime"] == "2021-02-03T04:05:06" + shown


def test_correcting_a_place_moves_no_time(resident: Account) -> None:
    asset = resident.upload(photos.photo(Facts(taken="2021:02:03 04:05:06", place=(-33.856784, 151.215297))))
    moved = resident.edit(asset["id"], latitude=52.52, longitude=13.405)
    assert moved["local_datetime"] == "2021-02-03T04:05:06+11:00"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_display_size_is_after_rotation(resident: Account, orientation: int) -> None:
    asset = resident.upload(photos.photo(replace(FULL, orientation=orientation), size=(90, 60)))
    assert (asset["width"], asset["height"]) == (90, 60)
    raw = (asset["metadata"]["raw_width"], asset["metadata"]["raw_height"])
    assert raw == ((60, 90) if orientation >= 5 else (90, 60))
    assert asset["metadata"]["orientation"] == orientation


def test_an_orientation_outside_one_to_eight_is_unknown(resident: Account) -> None:
    asset = resident.upload(photos.with_exif(exif.tiff({0x0112: exif.short(9)})))
    assert asset["metadata"]["orientation"] is None
    assert (asset["width"], asset["height"]) == (64, 48)
