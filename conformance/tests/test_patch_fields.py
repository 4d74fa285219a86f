"""Each field that people may edit: set, read, clear, read (contract 2.1, 3.1; checklist 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kit import photos
from kit.account import Account
from kit.answers import accepted, invalid
from kit.edits import WAYS, Way, way_name
from kit.photos import FULL, Facts

EMBEDDED = {
    "description": "From the file",
    "latitude": pytest.approx(41.890251, abs=1e-7),
    "longitude": pytest.approx(12.492373, abs=1e-7),
    "original_datetime": "2019-08-07T06:05:04.123000+02:00",
    "rating": 4,
}
NOTHING = dict.fromkeys(EMBEDDED)
CHANGES: dict[str, dict[str, Any]] = {
    "description": {"description": "From a person"},
    "an empty description": {"description": ""},
    "place": {"latitude": 56.153775, "longitude": 10.199317},
    "original_datetime": {"original_datetime": "2024-05-06T07:08:09-07:00"},
    "rating": {"rating": 2},
    "an explicit zero": {"rating": 0},
    "everything": {
        "description": "All at once",
        "latitude": -90,
        "longitude": 180,
        "original_datetime": "2000-01-01T00:00:00",
        "rating": 5,
    },
}


def editable(account: Account, asset_id: str) -> dict[str, Any]:
    metadata = account.get(asset_id)["metadata"]
    return {name: metadata[name] for name in EMBEDDED}


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(("facts", "embedded"), [(FULL, EMBEDDED), (Facts(), NOTHING)], ids=["embedded", "bare"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_set_read_clear_read(
    resident: Account, way: Way, facts: Facts, embedded: dict[str, Any], change: dict[str, Any]
) -> None:
    asset_id = resident.upload(photos.photo(facts))["id"]
    assert editable(resident, asset_id) == embedded
    for _ in range(2):
        accepted(way(resident, asset_id, change))
        assert editable(resident, asset_id) == embedded | change
        accepted(way(resident, asset_id, dict.fromkeys(change)))
        assert editable(resident, asset_id) == embedded


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_absent_fields_stay(resident: Account, way: Way) -> None:
    asset_id = resident.upload(photos.photo(FULL))["id"]
    expected = dict(EMBEDDED)
    for name in ("description", "place", "original_datetime", "rating"):
        accepted(way(resident, asset_id, CHANGES[name]))
        expected |= CHANGES[name]
        assert editable(resident, asset_id) == expected


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_clearing_what_is_not_set(resident: Account, way: Way) -> None:
    asset_id = resident.upload(photos.photo(FULL))["id"]
    accepted(way(resident, asset_id, dict.fromkeys(EMBEDDED)))
    assert editable(resident, asset_id) == EMBEDDED


@pytest.mark.parametrize(
    "caption",
    [" blanks stay \n\t ", "é vs e\u0301", "😀" * 10, "<b>&amp;</b>", "' or 1=1 --", "\u202eright to left", "\x01\x7f"],
    ids=repr,
)
def test_captions_are_not_touched(resident: Account, caption: str) -> None:
    asset_id = resident.upload()["id"]
    assert resident.edit(asset_id, description=caption)["metadata"]["description"] == caption
    assert editable(resident, asset_id)["description"] == caption


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_the_longest_caption(resident: Account, letter: str) -> None:
    asset_id = resident.upload()["id"]
    longest = letter * 65_536
    assert resident.edit(asset_id, description=longest)["metadata"]["description"] == longest
    body = json.dumps({"description": longest + letter}, ensure_ascii=False).encode()
    answer = resident.http.patch(
        f"/api/assets/{asset_id}", content=body, headers={"Content-Type": "application/json"}
    )
    invalid(answer, ("body", "description"))


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize("value", ["nul \0 inside", "\0", 5, 1.5, True, [], ["text"], {}], ids=repr)
def test_what_is_no_caption(resident: Account, way: Way, value: Any) -> None:
    asset_id = resident.upload()["id"]
    invalid(way(resident, asset_id, {"description": value}), (*way.base, "description"))


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize("rating", [0, 1, 2, 3, 4, 5, 3.0])
def test_ratings(resident: Account, way: Way, rating: float) -> None:
    asset_id = resident.upload()["id"]
    accepted(way(resident, asset_id, {"rating": rating}))
    shown = editable(resident, asset_id)["rating"]
    assert shown == rating and isinstance(shown, int)


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize("value", [6, -1, 2.5, 5.0001, True, False, "3", "", [], {}, 1e30], ids=repr)
def test_what_is_no_rating(resident: Account, way: Way, value: Any) -> None:
    asset_id = resident.upload()["id"]
    invalid(way(resident, asset_id, {"rating": value}), (*way.base, "rating"))


def test_zero_hides_the_rating_of_the_file(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(Facts(xmp_rating="5")))["id"]
    assert resident.edit(asset_id, rating=0)["metadata"]["rating"] == 0
    assert resident.edit(asset_id, rating=None)["metadata"]["rating"] == 5


def test_the_text_of_the_model_is_another_thing(resident: Account) -> None:
    before = resident.settled()
    edited = resident.edit(before["id"], description="From a person")
    assert edited["description"] == before["description"]


def test_altitude_hides_beside_a_person_s_place(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(FULL))["id"]
    assert resident.edit(asset_id, latitude=1, longitude=2)["metadata"]["altitude"] is None
    cleared = resident.edit(asset_id, latitude=None, longitude=None)
    assert cleared["metadata"]["altitude"] == pytest.approx(21.5)


def test_nothing_else_of_the_file_changes(resident: Account) -> None:
    before = resident.settled(photos.photo(FULL))
    change = CHANGES["everything"]
    after = resident.edit(before["id"], **change)
    moved = {"local_datetime", "updated_at", "metadata"}
    assert {name: after[name] for name in after if name not in moved} == {
        name: before[name] for name in before if name not in moved
    }
    kept = set(after["metadata"]) - set(change) - {
        "updated_at", "altitude", "place_name", "sublocation", "city", "state", "country", "country_code",
        "display_label", "timezone",
    }  # fmt: skip
    assert {name: after["metadata"][name] for name in kept} == {name: before["metadata"][name] for name in kept}
