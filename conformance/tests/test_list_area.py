"""Boxes and circles (contract 3.4)."""

from __future__ import annotations

import pytest

from kit import photos
from kit.account import Account
from kit.answers import invalid
from kit.photos import Facts

PLACES = {
    "aarhus": (56.153775, 10.199317),
    "fiji": (-17.713371, 178.065033),
    "samoa": (-13.759029, -172.104629),
    "null island": (0.0, 0.0),
    "line": (10.0, 180.0),
    "north pole": (90.0, 0.0),
}
Made = tuple[Account, dict[str, str]]


@pytest.fixture(scope="module")
def made(new_account) -> Made:
    account = new_account()
    assets = {"nowhere": account.upload()["id"]}
    for name, (latitude, longitude) in PLACES.items():
        assets[name] = account.upload()["id"]
        account.edit(assets[name], latitude=latitude, longitude=longitude)
    assets["embedded"] = account.upload(photos.photo(Facts(place=(41.890251, 12.492373))))["id"]
    return account, assets


def found(made: Made, **parameters: str | float) -> set[str]:
    account, assets = made
    listed = account.listed(**parameters)
    return {name for name, asset_id in assets.items() if asset_id in listed}


EVERYWHERE = {*PLACES, "embedded"}


@pytest.mark.parametrize(
    ("box", "names"),
    [
        ("-180,-90,180,90", EVERYWHERE),
        ("10,56,11,57", {"aarhus"}),
        ("10.199317,56.153775,10.199317,56.153775", {"aarhus"}),
        ("10.199318,56,11,57", set()),
        ("0,0,20,60", {"null island", "aarhus", "embedded"}),
        ("-1,-1,1,1", {"null island"}),
        ("170,-30,-170,20", {"fiji", "samoa", "line"}),
        ("179,-30,-179,20", {"line"}),
        ("178.0,-30,180,20", {"fiji", "line"}),
        ("180,-90,-180,90", {"line"}),
        ("20,-90,10,90", EVERYWHERE - {"aarhus", "embedded"}),
        ("-180,89,180,90", {"north pole"}),
        ("-180,-90,180,-20", set()),
    ],
)
def test_boxes(made: Made, box: str, names: set[str]) -> None:
    # 20,…,10 leaves out the band from 10 to 20 degrees; Aarhus and Rome lie in it.
    assert found(made, bbox=box) == names


@pytest.mark.parametrize(
    ("center", "radius", "names"),
    [
        ("10.199317,56.153775", 1, {"aarhus"}),
        ("10.2,56.2", 5_100, set()),
        ("10.2,56.2", 5_200, {"aarhus"}),
        ("0,0.4", 45_000, {"null island"}),
        ("0,0.5", 50_000, set()),
        ("-179.9,10", 12_000, {"line"}),
        ("179.9,10", 12_000, {"line"}),
        ("100,89.9", 12_000, {"north pole"}),
    ],
)
def test_circles(made: Made, center: str, radius: float, names: set[str]) -> None:
    assert found(made, center=center, radius=radius) == names


@pytest.mark.parametrize(
    "parameters",
    [
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,4,5"},
        {"bbox": "a,2,3,4"},
        {"bbox": "1,2,3,NaN"},
        {"bbox": "-181,0,0,1"},
        {"bbox": "0,0,181,1"},
        {"bbox": "0,-91,1,1"},
        {"bbox": "0,0,1,91"},
        {"bbox": "0,10,1,9"},
        {"center": "10,56"},
        {"radius": "100"},
        {"center": "10", "radius": "100"},
        {"center": "10,91", "radius": "100"},
        {"center": "181,0", "radius": "100"},
        {"center": "10,56", "radius": "0"},
        {"center": "10,56", "radius": "-5"},
        {"center": "10,56", "radius": "50001"},
        {"center": "10,56", "radius": "far"},
        {"bbox": "0,0,1,1", "center": "10,56", "radius": "100"},
    ],
    ids=str,
)
def test_areas_that_are_none(made: Made, parameters: dict[str, str]) -> None:
    account, _ = made
    invalid(account.http.get("/api/assets", params=parameters))


def test_the_effective_place_counts(account: Account) -> None:
    asset_id = account.upload(photos.photo(Facts(place=PLACES["aarhus"])))["id"]
    assert account.listed(bbox="10,56,11,57") == [asset_id]
    account.edit(asset_id, latitude=1, longitude=1)
    assert account.listed(bbox="10,56,11,57") == []
    assert account.listed(bbox="0,0,2,2") == [asset_id]
    account.edit(asset_id, latitude=None, longitude=None)
    assert account.listed(bbox="10,56,11,57") == [asset_id]


def test_areas_combine_with_the_other_filters(made: Made) -> None:
    account, assets = made
    assert found(made, bbox="-180,-90,180,90", media_type="video") == set()
    assert found(made, bbox="0,0,20,60", ids=[assets["aarhus"], assets["fiji"]]) == {"aarhus"}  # type: ignore[arg-type]
