"""Assets on a map (contract 3.9, 17.6; OP-14, OP-15)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.photos import Facts

WORLD = "-180,-90,180,90"
PLACES = {
    "bergen": (60.391263, 5.322054),
    "bryggen": (60.397573, 5.324562),
    "oslo": (59.913868, 10.752245),
    "suva": (-18.141600, 178.441900),
    "apia": (-13.833333, -171.766667),
    "line": (10.0, 180.0),
    "other side": (10.0, -180.0),
    "north pole": (90.0, 0.0),
}
Made = tuple[Account, dict[str, str]]


@pytest.fixture(scope="module")
def made(new_account) -> Made:
    account = new_account()
    assets = {"nowhere": account.upload()["id"]}
    for hour, (name, (latitude, longitude)) in enumerate(PLACES.items()):
        assets[name] = account.upload(file_created_at=f"2024-05-06T{hour:02}:00:00")["id"]
        account.edit(assets[name], latitude=latitude, longitude=longitude)
    return account, assets


def clusters(account: Account, bbox: str = WORLD, cell_size: float = 10, **parameters: Any) -> list[dict[str, Any]]:
    answer = accepted(account.call("assets.cluster_by_geo", bbox=bbox, cell_size=cell_size, **parameters))
    assert set(answer) == {"data"}
    found = answer["data"]
    order = [-cluster["count"] for cluster in found]
    assert order == sorted(order) and 0 not in order, found
    return found


def shown(made: Made, **parameters: Any) -> dict[str, int]:
    """The name of each representative, and how many there are with it."""
    account, assets = made
    names = {asset_id: name for name, asset_id in assets.items()}
    return {names[it["representative_asset_id"]]: it["count"] for it in clusters(account, **parameters)}


@pytest.mark.parametrize("size", [0.0001, 0.001, 0.1, 1, 7.3, 10, 45, 360, 100_000])
@pytest.mark.parametrize(
    "box",
    [WORLD, "5.322054,60.391263,5.322054,60.391263", "0,50,10.752245,70", "170,-30,-170,30", "20,-90,10,90", "0,0,1,1"],
)
def test_clusters_have_the_assets_of_the_list(made: Made, box: str, size: float) -> None:
    account, _ = made
    assert sum(it["count"] for it in clusters(account, box, size)) == len(account.listed(bbox=box))


def test_neighbours_are_one_cluster(made: Made) -> None:
    account, _ = made
    assert shown(made, bbox="0,50,20,70", cell_size=10) == {"bryggen": 2, "oslo": 1}
    assert shown(made, bbox="0,50,20,70", cell_size=0.001) == {"bergen": 1, "bryggen": 1, "oslo": 1}
    assert shown(made, bbox="0,50,20,70", cell_size=90) == {"oslo": 3}
    both = clusters(account, "0,50,20,70")[0]
    assert both["latitude"] == pytest.approx(60.394418, abs=1e-6)
    assert both["longitude"] == pytest.approx(5.323308, abs=1e-6)


def test_the_mean_of_one_is_its_place(made: Made) -> None:
    account, assets = made
    found = {it["representative_asset_id"]: (it["latitude"], it["longitude"]) for it in clusters(account, cell_size=1)}
    assert found[assets["oslo"]] == PLACES["oslo"]
    assert found[assets["suva"]] == PLACES["suva"]
    assert found[assets["north pole"]] == PLACES["north pole"]


def test_the_edges_of_the_box_belong_to_it(made: Made) -> None:
    assert shown(made, bbox="5.322054,60.391263,5.324562,60.397573", cell_size=10) == {"bryggen": 2}
    assert shown(made, bbox="5.322054,60.391263,5.324561,60.397573", cell_size=10) == {"bergen": 1}
    assert shown(made, bbox="5.322055,60.391263,5.324562,60.397573", cell_size=10) == {"bryggen": 1}
    assert shown(made, bbox="180,-90,180,90") == {"line": 1}
    assert shown(made, bbox="-180,-90,-180,90") == {"other side": 1}


def test_across_the_180th_meridian(made: Made) -> None:
    account, _ = made
    band = {"suva", "apia", "line", "other side"}
    assert set(shown(made, bbox="170,-30,-170,30", cell_size=5)) == band
    # Cells end at the meridian; one that has both sides all the same has its mean among them.
    (whole,) = clusters(account, "170,-30,-170,30", 1000)
    assert whole["count"] == 4
    assert whole["longitude"] == pytest.approx(-178.331192, abs=1e-5)


def test_the_latest_represents(account: Account) -> None:
    times = ["2024-05-06T10:00:00", "2024-05-06T12:00:00", "2024-05-06T12:00:00", "2024-05-06T11:00:00"]
    assets = [account.upload(file_created_at=taken)["id"] for taken in times]
    for asset_id in assets:
        account.edit(asset_id, latitude=1, longitude=1)

    def latest() -> str:
        (found,) = clusters(account)
        assert (found["latitude"], found["longitude"]) == (1, 1)
        return found["representative_asset_id"]

    assert latest() == max(assets[1], assets[2])
    account.edit(assets[0], original_datetime="2024-05-07T00:00:00")
    assert latest() == assets[0]
    account.edit(assets[0], original_datetime=None)
    account.trash(assets[1], assets[2])
    assert latest() == assets[3]
    account.edit(assets[3], latitude=2, longitude=50)
    assert [it["representative_asset_id"] for it in clusters(account)] == [assets[0], assets[3]]


def test_the_trash(account: Account) -> None:
    kept, gone = (account.upload(file_created_at=taken)["id"] for taken in ("2020-03-04", "2021-05-06"))
    for asset_id in (kept, gone):
        account.edit(asset_id, latitude=1, longitude=1)
    account.trash(gone)

    def seen(state: str) -> list[tuple[int, str]]:
        return [(it["count"], it["representative_asset_id"]) for it in clusters(account, state=state)]

    assert seen("live") == [(1, kept)] == [(it["count"], it["representative_asset_id"]) for it in clusters(account)]
    assert seen("trashed") == [(1, gone)]
    assert seen("all") == [(2, gone)]
    account.edit(gone, latitude=60, longitude=60)
    assert {asset_id for _, asset_id in seen("all")} == {kept, gone}
    assert accepted(account.call("assets.restore", ids=[gone])) == {}
    assert len(seen("live")) == 2 and seen("trashed") == []
    accepted(account.call("assets.delete", asset_id=gone))
    assert seen("all") == [(1, kept)]


def test_places_come_and_go(account: Account) -> None:
    asset_id = account.upload(photos.photo(Facts(place=(41.890251, 12.492373))))["id"]
    assert [it["count"] for it in clusters(account, "12,41,13,42")] == [1]
    account.edit(asset_id, latitude=-1.5, longitude=-1.5)
    assert clusters(account, "12,41,13,42") == []
    (found,) = clusters(account)
    assert (found["latitude"], found["longitude"]) == (-1.5, -1.5)
    account.edit(asset_id, latitude=None, longitude=None)
    assert [it["count"] for it in clusters(account, "12,41,13,42")] == [1]


def test_filters_are_those_of_the_list(made: Made) -> None:
    account, assets = made
    account.edit(assets["bergen"], rating=5)
    album = accepted(account.call("albums.create", name="North"), 201)["id"]
    accepted(
        account.call(
            "albums.assets_associations.add",
            album_id=album,
            asset_ids=[assets["bergen"], assets["oslo"], assets["nowhere"]],
        )
    )
    person = accepted(account.call("people.create", name="Kari"), 201)["id"]
    box = {"x": 1, "y": 1, "w": 5, "h": 5}
    accepted(account.call("faces.create", asset_id=assets["oslo"], person_id=person, bounding_box=box), 201)
    for narrow in (
        {"ratings": [5]},
        {"ratings": [0, 1], "media_type": "image"},
        {"media_type": "video"},
        {"album_id": album},
        {"album_id": ids.unknown("album_")},
        {"album_filter": "in_album"},
        {"album_filter": "not_in_album"},
        {"person_ids": [person]},
        {"person_id": person},
        {"person_ids": [person], "album_id": album},
        {"person_ids": [ids.unknown("person_")]},
        {"local_datetime_after": "2024-05-06T01:00:00"},
        {"local_datetime_before": "2024-05-06T02:00:00Z"},
        {"local_datetime_after": "2024-05-06T00:30:00", "local_datetime_before": "2024-05-06T05:00:00"},
        {"state": "all", "ratings": [0, 5]},
    ):
        listed = set(account.listed(bbox=WORLD, **narrow))
        for size in (0.0001, 10, 360):
            found = clusters(account, cell_size=size, **narrow)
            assert sum(it["count"] for it in found) == len(listed), narrow
            assert {it["representative_asset_id"] for it in found} <= listed, narrow
    assert shown(made, album_id=album) == {"bergen": 1, "oslo": 1}
    assert shown(made, person_ids=[person]) == {"oslo": 1}


@pytest.mark.parametrize(
    ("parameters", "places"),
    [
        ({}, {"bbox", "cell_size"}),
        ({"bbox": WORLD}, {"cell_size"}),
        ({"cell_size": "10"}, {"bbox"}),
        ({"bbox": WORLD, "cell_size": "0.00009"}, {"cell_size"}),
        ({"bbox": WORLD, "cell_size": "0"}, {"cell_size"}),
        ({"bbox": WORLD, "cell_size": "-1"}, {"cell_size"}),
        ({"bbox": WORLD, "cell_size": "NaN"}, {"cell_size"}),
        ({"bbox": WORLD, "cell_size": "inf"}, {"cell_size"}),
        ({"bbox": WORLD, "cell_size": "wide"}, {"cell_size"}),
        ({"bbox": "1,2,3", "cell_size": "1"}, {"bbox"}),
        ({"bbox": "0,10,1,9", "cell_size": "1"}, {"bbox"}),
        ({"bbox": "0,0,181,1", "cell_size": "1"}, {"bbox"}),
        ({"bbox": WORLD, "cell_size": "1", "state": "gone"}, {"state"}),
        ({"bbox": WORLD, "cell_size": "1", "ratings": "6"}, {"ratings"}),
        ({"bbox": WORLD, "cell_size": "1", "album_id": ids.unknown("album_"), "album_filter": "not_in_album"}, {"album_filter"}),
        ({"bbox": WORLD, "cell_size": "1", "person_id": ids.unknown("person_"), "person_ids": ids.unknown("person_")}, {"person_id"}),
        ({"bbox": WORLD, "cell_size": "1", "local_datetime_after": "2024-05-01", "local_datetime_before": "2024-05-06T00:00:00Z"}, {"local_datetime_before"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense(made: Made, parameters: dict[str, str], places: set[str]) -> None:
    problems = invalid(made[0].http.get("/api/assets/geo-clusters", params=parameters))
    assert {tuple(problem["loc"][:2]) for problem in problems} == {("query", place) for place in places}


def test_a_thousand_cells_and_no_more(account: Account) -> None:
    with ThreadPoolExecutor(8) as pool:
        assets = list(pool.map(lambda _: account.upload()["id"], range(1001)))
    for first in range(0, len(assets), 200):
        places = enumerate(assets[first : first + 200], first)
        spread = [(it, {"latitude": number // 40, "longitude": number % 40}) for number, it in places]
        assert accepted(account.bulk(*spread)) == {}
    asked = {"bbox": WORLD, "cell_size": "1"}
    for narrow in ({}, {"media_type": "image"}):
        invalid(account.http.get("/api/assets/geo-clusters", params=asked | narrow), ("query", "cell_size"))
        assert sum(it["count"] for it in clusters(account, cell_size=2, **narrow)) == 1001
    account.trash(assets[500])
    for narrow in ({}, {"media_type": "image"}):
        assert [it["count"] for it in clusters(account, cell_size=1, **narrow)] == [1] * 1000


def test_somebody_elses_library(account: Account, stranger: Account) -> None:
    asset_id = stranger.upload()["id"]
    stranger.edit(asset_id, latitude=1, longitude=1)
    refused(
        account.call("assets.cluster_by_geo", bbox=WORLD, cell_size=10, library_id=stranger.library()),
        404,
    )
    assert clusters(account) == []
    assert len(clusters(stranger)) == 1
