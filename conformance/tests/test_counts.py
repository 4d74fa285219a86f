"""Assets by period (contract 3.8, 17.6; OP-3, OP-14, OP-16)."""

from __future__ import annotations

from typing import Any

import pytest

from kit import ids, photos
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.photos import Facts

TAKEN = [
    "2024-05-06T23:30:00-07:00",
    "2024-05-06T00:00:00",
    "2024-05-05T23:59:59.999999Z",
    "2024-04-30T12:00:00+09:00",
    "2024-01-01T00:00:00",
    "2023-12-31T23:59:59",
]
EVERY = {
    "day": [("2024-05-06", 2), ("2024-05-05", 1), ("2024-04-30", 1), ("2024-01-01", 1), ("2023-12-31", 1)],
    # 2024-05-06 and 2024-01-01 are Mondays.
    "week": [("2024-05-06", 2), ("2024-04-29", 2), ("2024-01-01", 1), ("2023-12-25", 1)],
    "month": [("2024-05-01", 3), ("2024-04-01", 1), ("2024-01-01", 1), ("2023-12-01", 1)],
    "year": [("2024-01-01", 5), ("2023-01-01", 1)],
}
Counts = list[tuple[str, int]]


@pytest.fixture(scope="module")
def made(new_account) -> Account:
    account = new_account()
    for taken in TAKEN:
        account.upload(file_created_at=taken)
    return account


def page(account: Account, **parameters: Any) -> dict[str, Any]:
    return accepted(account.call("assets.counts", **parameters))


def counted(account: Account, **parameters: Any) -> Counts:
    return shown(page(account, **({"limit": 200} | parameters)))


def shown(answer: dict[str, Any]) -> Counts:
    for bucket in answer["data"]:
        assert bucket["time_bucket"].endswith("T00:00:00"), bucket
    return [(bucket["time_bucket"][:10], bucket["count"]) for bucket in answer["data"]]


@pytest.mark.parametrize("period", EVERY)
def test_periods_of_the_wall_clock(made: Account, period: str) -> None:
    assert counted(made, group_by=period) == EVERY[period]
    assert counted(made, group_by=period, order="asc") == EVERY[period][::-1]


def test_the_period_is_a_month_unless_said(made: Account) -> None:
    answer = accepted(made.http.get("/api/assets/counts"))
    assert shown(answer) == EVERY["month"] and answer["has_more"] is False


@pytest.mark.parametrize("order", ["desc", "asc"])
@pytest.mark.parametrize("period", EVERY)
@pytest.mark.parametrize("limit", [1, 2])
def test_pages_by_the_last_bucket(made: Account, period: str, order: str, limit: int) -> None:
    found: Counts = []
    more: dict[str, Any] = {}
    while True:
        answer = page(made, group_by=period, order=order, limit=limit, **more)
        found += shown(answer)
        if not answer["has_more"]:
            break
        assert len(answer["data"]) == limit
        more = {"starting_after_bucket": answer["data"][-1]["time_bucket"]}
    assert found == (EVERY[period] if order == "desc" else EVERY[period][::-1])


@pytest.mark.parametrize("period", EVERY)
def test_pages_as_the_older_client_asks_them(made: Account, period: str) -> None:
    found: Counts = []
    before: dict[str, Any] = {}
    while True:
        answer = page(made, group_by=period, limit=1, **before)
        found += shown(answer)
        if not answer["has_more"]:
            break
        before = {"local_datetime_before": answer["data"][-1]["time_bucket"]}
    assert found == EVERY[period]


@pytest.mark.parametrize(
    ("after", "before", "days"),
    [
        ("2024-05-06T00:00:00", None, {"2024-05-06": 1}),
        ("2024-05-05T23:59:59.999999", None, {"2024-05-06": 2}),
        ("2024-05-05T23:59:59.999998", None, {"2024-05-06": 2, "2024-05-05": 1}),
        (None, "2024-01-01", {"2023-12-31": 1}),
        (None, "2024-01-01T00:00:00.000001", {"2024-01-01": 1, "2023-12-31": 1}),
        ("2024-05-06", "2024-05-06T23:30:00", {}),
        ("2024-05-06", "2024-05-06T23:30:01", {"2024-05-06": 1}),
        ("2024-06-01", "2024-05-01", {}),
        # As moments: 06:30Z of the 7th, and 03:00Z of April 30.
        ("2024-05-07T06:29:59Z", None, {"2024-05-06": 1}),
        ("2024-05-07T06:30:00Z", None, {}),
        ("2024-04-30T02:59:59Z", "2024-04-30T03:00:01Z", {"2024-04-30": 1}),
        ("2024-04-30T03:00:00Z", "2024-05-05T23:59:59.999999Z", {}),
    ],
)
def test_bounds_that_cut_a_day(made: Account, after: str | None, before: str | None, days: dict[str, int]) -> None:
    bounds = {"local_datetime_after": after, "local_datetime_before": before}
    given = {name: value for name, value in bounds.items() if value}
    assert dict(counted(made, group_by="day", **given)) == days
    assert len(made.listed(**given)) == sum(days.values())


def test_a_naive_and_an_aware_bound(made: Account) -> None:
    bounds = {"local_datetime_after": "2024-05-01", "local_datetime_before": "2024-05-06T00:00:00Z"}
    invalid(made.http.get("/api/assets/counts", params=bounds))


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({"group_by": "decade"}, "group_by"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"starting_after_bucket": "2024-05-02"}, "starting_after_bucket"),
        ({"starting_after_bucket": "2024-05-01T00:00:00.000001"}, "starting_after_bucket"),
        ({"starting_after_bucket": "2024-05-01T00:00:00Z"}, "starting_after_bucket"),
        ({"starting_after_bucket": "soon"}, "starting_after_bucket"),
        ({"starting_after_bucket": "2024-05-01", "group_by": "week"}, "starting_after_bucket"),
        ({"starting_after_bucket": "2024-05-01", "group_by": "year"}, "starting_after_bucket"),
        ({"order": "sideways"}, "order"),
        ({"state": "gone"}, "state"),
        ({"ratings": "6"}, "ratings"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"radius": "5"}, "center"),
    ],
    ids=str,
)
def test_what_makes_no_sense(made: Account, parameters: dict[str, str], place: str) -> None:
    problems = invalid(made.http.get("/api/assets/counts", params=parameters))
    assert {tuple(problem["loc"][:2]) for problem in problems} == {("query", place)}


def test_the_trash_counts_by_capture_time(account: Account) -> None:
    kept, gone = (account.upload(file_created_at=taken)["id"] for taken in ("2020-03-04", "2021-05-06"))
    account.trash(gone)
    assert counted(account) == [("2020-03-01", 1)]
    assert counted(account, state="trashed") == [("2021-05-01", 1)]
    assert counted(account, state="all") == [("2021-05-01", 1), ("2020-03-01", 1)]
    account.edit(gone, original_datetime="2022-01-01T00:00:00")
    assert counted(account, state="trashed") == [("2022-01-01", 1)]
    assert accepted(account.call("assets.restore", ids=[gone])) == {}
    assert counted(account) == [("2022-01-01", 1), ("2020-03-01", 1)]
    accepted(account.call("assets.delete", asset_id=kept))
    assert counted(account, state="all") == [("2022-01-01", 1)]


def test_an_edit_moves_the_asset_at_once(account: Account) -> None:
    asset_id = account.upload(file_created_at="2020-03-04")["id"]
    account.edit(asset_id, original_datetime="1999-12-31T23:59:59")
    assert counted(account, group_by="day") == [("1999-12-31", 1)]
    account.edit(asset_id, original_datetime=None)
    assert counted(account, group_by="day") == [("2020-03-04", 1)]


def test_filters_are_those_of_the_list(account: Account) -> None:
    rome = account.upload(photos.photo(Facts(place=(41.890251, 12.492373))), file_created_at="2020-03-04")["id"]
    account.upload(file_created_at="2020-03-05")
    account.edit(rome, rating=5)
    album = accepted(account.call("albums.create"), 201)["id"]
    accepted(account.call("albums.assets_associations.add", album_id=album, asset_ids=[rome]))
    for narrow in (
        {"ratings": [5]},
        {"album_filter": "in_album"},
        {"album_id": album},
        {"bbox": "12,41,13,42"},
        {"center": "12.5,41.9", "radius": 5000},
        {"ratings": [5, 4], "media_type": "image", "bbox": "-180,-90,180,90"},
    ):
        assert counted(account, group_by="day", **narrow) == [("2020-03-04", 1)], narrow
    assert counted(account, ratings=[0]) == [("2020-03-01", 1)]
    assert counted(account, group_by="day", album_filter="not_in_album") == [("2020-03-05", 1)]
    assert counted(account, media_type="video") == []
    unknown = ids.unknown("person_")
    assert counted(account, person_ids=[unknown]) == []
    assert counted(account, person_id=unknown) == []
    assert counted(account, album_id=ids.unknown("album_")) == []
    params = {"person_id": unknown, "person_ids": ids.unknown("person_")}
    invalid(account.http.get("/api/assets/counts", params=params))


def test_somebody_elses_library(account: Account, stranger: Account) -> None:
    stranger.upload()
    refused(account.call("assets.counts", library_id=stranger.library()), 404)
    assert counted(account) == []
