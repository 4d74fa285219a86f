"""The coordinate pair, through PATCH and bulk-update (contract 3.1, checklist 3)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid
from kit.edits import WAYS, Way, way_name

FILE = (41.890251, 12.492373)
USER = (56.153775, 10.199317)
Pair = tuple[float | None, float | None]


def pair(account: Account, asset_id: str) -> Pair:
    metadata = account.get(asset_id)["metadata"]
    return metadata["latitude"], metadata["longitude"]


@pytest.fixture
def placed(resident: Account) -> str:
    """An asset with an embedded place and another one given by a person."""
    asset_id = resident.upload(photos.photo(photos.Facts(place=FILE)))["id"]
    resident.edit(asset_id, latitude=USER[0], longitude=USER[1])
    return asset_id


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, USER),
        ({"latitude": -33.5, "longitude": 151.25}, (-33.5, 151.25)),
        ({"latitude": None, "longitude": None}, pytest.approx(FILE, abs=1e-7)),
    ],
    ids=["absent, absent", "number, number", "null, null"],
)
def test_rows_that_are_done(resident: Account, placed: str, way: Way, change: dict[str, Any], expected: Pair) -> None:
    accepted(way(resident, placed, change))
    assert pair(resident, placed) == expected


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(
    "change",
    [
        {"latitude": 1.5},
        {"longitude": 1.5},
        {"latitude": None},
        {"longitude": None},
        {"latitude": 1.5, "longitude": None},
        {"latitude": None, "longitude": 1.5},
    ],
    ids=["number, absent", "absent, number", "null, absent", "absent, null", "number, null", "null, number"],
)
def test_rows_that_are_refused(resident: Account, placed: str, way: Way, change: dict[str, Any]) -> None:
    answer = way(resident, placed, change | {"description": "must not be written"})
    (problem,) = invalid(answer, way.base)
    assert problem["type"] == "value_error"
    assert pair(resident, placed) == USER
    assert resident.get(placed)["metadata"]["description"] is None


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(
    "place",
    [(90, 180), (-90, -180), (0, 0), (90.0, -180.0), (12.345678901234567, -98.76543210987654), (1e-7, -1e-7)],
    ids=str,
)
def test_what_is_sent_comes_back(resident: Account, placed: str, way: Way, place: tuple[float, float]) -> None:
    accepted(way(resident, placed, {"latitude": place[0], "longitude": place[1]}))
    assert pair(resident, placed) == place


def test_minus_zero_is_zero(resident: Account, placed: str) -> None:
    edited = accepted(resident.patch_json(placed, {"latitude": -0.0, "longitude": -0.0}))["metadata"]
    assert (edited["latitude"], edited["longitude"]) == (0, 0)
    assert math.copysign(1, edited["latitude"]) == math.copysign(1, edited["longitude"]) == 1


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize("field", ["latitude", "longitude"])
@pytest.mark.parametrize("value", [180.0001, -180.0001, 1e300, "1.5", "", True, False, [], [1.5], {}], ids=repr)
def test_what_is_no_coordinate(resident: Account, placed: str, way: Way, field: str, value: Any) -> None:
    change = {"latitude": 0, "longitude": 0} | {field: value}
    invalid(way(resident, placed, change), (*way.base, field))
    assert pair(resident, placed) == USER


@pytest.mark.parametrize("value", [90.0001, -90.0001, 91])
def test_latitude_ends_at_the_poles(resident: Account, placed: str, value: float) -> None:
    invalid(resident.patch_json(placed, {"latitude": value, "longitude": 0}), ("body", "latitude"))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "nan"])
def test_what_is_no_json_number(resident: Account, placed: str, number: str) -> None:
    body = f'{{"latitude": {number}, "longitude": 0}}'
    answer = resident.http.patch(
        f"/api/assets/{placed}", content=body, headers={"Content-Type": "application/json"}
    )
    invalid(answer)
    assert pair(resident, placed) == USER


def test_both_halves_may_be_wrong(resident: Account, placed: str) -> None:
    answer = resident.patch_json(placed, {"latitude": 95, "longitude": "west"})
    invalid(answer, ("body", "latitude"), ("body", "longitude"))


def test_a_file_pair_is_never_mixed_with_a_person_s(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(photos.Facts(place=FILE)))["id"]
    assert pair(resident, asset_id) == pytest.approx(FILE, abs=1e-7)
    resident.edit(asset_id, latitude=0, longitude=0)
    assert pair(resident, asset_id) == (0, 0)


def test_pair_rules_come_before_the_asset_is_looked_up(resident: Account) -> None:
    for way in WAYS:
        invalid(way(resident, ids.unknown(), {"latitude": 1}), way.base)
