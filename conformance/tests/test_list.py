"""Listing: state, order, kinds, ratings, what a lean asset carries (contract 3.3, 3.4)."""

from __future__ import annotations

from typing import Any

import pytest

from kit import ids, photos
from kit.account import TOKENS, Account
from kit.answers import accepted, refused
from kit.photos import Facts, Photo

EXPANSIONS = ("metadata", "file_data", "faces", "people", "metrics")


@pytest.fixture(scope="module")
def three(new_account) -> tuple[Account, dict[str, str]]:
    """An account with a live photo, a live video and a trashed photo, taken on three days."""
    account = new_account()
    video = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + b"\0" * 100
    made = {
        "photo": account.settled(file_created_at="2020-01-01T12:00:00")["id"],
        "video": account.upload(Photo("clip.mp4", video), file_created_at="2020-01-02T12:00:00")["id"],
        "trashed": account.settled(file_created_at="2020-01-03T12:00:00")["id"],
    }
    account.trash(made["trashed"])
    return account, made


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, ["video", "photo"]),
        ({"order": "desc"}, ["video", "photo"]),
        ({"order": "asc"}, ["photo", "video"]),
        ({"state": "live"}, ["video", "photo"]),
        ({"state": "trashed"}, ["trashed"]),
        ({"state": "all"}, ["trashed", "video", "photo"]),
        ({"state": "all", "order": "asc"}, ["photo", "video", "trashed"]),
        ({"media_type": "image"}, ["photo"]),
        ({"media_type": "video"}, ["video"]),
        ({"media_type": "image", "state": "all"}, ["trashed", "photo"]),
        ({"media_type": "video", "state": "trashed"}, []),
        ({"album_filter": "all"}, ["video", "photo"]),
        ({"album_filter": "not_in_album"}, ["video", "photo"]),
        ({"album_filter": "in_album"}, []),
    ],
    ids=str,
)
def test_filters(three: tuple[Account, dict[str, str]], parameters: dict[str, Any], names: list[str]) -> None:
    account, made = three
    assert account.listed(**parameters) == [made[name] for name in names]


def test_ids_combine_with_the_other_filters(three: tuple[Account, dict[str, str]]) -> None:
    account, made = three
    everything = list(made.values())
    assert account.listed(ids=everything) == [made["video"], made["photo"]]
    assert account.listed(ids=everything, state="all") == [made["trashed"], made["video"], made["photo"]]
    assert account.listed(ids=[*everything, ids.unknown()], media_type="image") == [made["photo"]]
    assert account.listed(ids=[made["trashed"]]) == []


def test_trashed_ones_are_sorted_by_the_time_of_trashing(account: Account) -> None:
    made = [account.upload(file_created_at=f"2020-01-0{day}T00:00:00")["id"] for day in (3, 1, 2)]
    for asset_id in made:
        account.trash(asset_id)
    assert account.listed(state="trashed") == made[::-1]
    assert account.listed(state="trashed", order="asc") == made
    assert account.listed(state="all") == [made[0], made[2], made[1]]


def test_equal_times_are_ordered_by_id(account: Account) -> None:
    made = sorted(account.upload(file_created_at="2020-01-01T00:00:00")["id"] for _ in range(5))
    assert account.listed(order="asc") == made
    assert account.listed() == made[::-1]


def test_order_is_by_the_wall_clock(account: Account) -> None:
    """02:00 in Auckland comes before 03:00 in Los Angeles, although it is much earlier or later."""
    clocks = ["2020-01-01T01:00:00-08:00", "2020-01-01T02:00:00+13:00", "2020-01-01T03:00:00Z", "2020-01-01T04:00:00"]
    made = [account.upload(file_created_at=clock)["id"] for clock in clocks]
    assert account.listed(order="asc") == made


@pytest.fixture(scope="module")
def rated(new_account) -> tuple[Account, dict[str, str]]:
    account = new_account()
    made = {f"user {stars}": account.upload()["id"] for stars in range(6)}
    for name, asset_id in made.items():
        account.edit(asset_id, rating=int(name[-1]))
    made["unrated"] = account.upload()["id"]
    made["file 3"] = account.upload(photos.photo(Facts(xmp_rating="3")))["id"]
    made["file 99"] = account.upload(photos.photo(Facts(xmp_rating="99")))["id"]
    made["file 5, user 0"] = account.upload(photos.photo(Facts(xmp_rating="5")))["id"]
    account.edit(made["file 5, user 0"], rating=0)
    return account, made


@pytest.mark.parametrize(
    ("ratings", "names"),
    [
        ([0], {"user 0", "unrated", "file 99", "file 5, user 0"}),
        ([3], {"user 3", "file 3"}),
        ([5], {"user 5"}),
        ([1, 2], {"user 1", "user 2"}),
        ([0, 5], {"user 0", "unrated", "file 99", "file 5, user 0", "user 5"}),
    ],
    ids=str,
)
def test_ratings(rated: tuple[Account, dict[str, str]], ratings: list[int], names: set[str]) -> None:
    account, made = rated
    assert set(account.listed(ratings=ratings)) == {made[name] for name in names}


def test_all_ratings_are_everything(rated: tuple[Account, dict[str, str]]) -> None:
    account, made = rated
    assert set(account.listed(ratings=[0, 1, 2, 3, 4, 5])) == set(made.values())


def test_the_lean_form(three: tuple[Account, dict[str, str]]) -> None:
    account, made = three
    page = account.list()
    for asset in [*page["data"], account.get(made["photo"], include=[])]:
        assert [asset[name] for name in EXPANSIONS] == [None] * len(EXPANSIONS)
    urls = {asset["id"]: set(asset["asset_urls"]) for asset in page["data"]}
    assert urls == {made["photo"]: {"thumbnail"}, made["video"]: {"thumbnail_image", "original"}}


@pytest.mark.parametrize("token", EXPANSIONS)
def test_each_token_fills_its_field_and_no_other(three: tuple[Account, dict[str, str]], token: str) -> None:
    account, made = three
    (listed,) = account.list(ids=[made["photo"]], include=[token])["data"]
    for asset in (listed, account.get(made["photo"], include=[token])):
        assert {name for name in EXPANSIONS if asset[name] is not None} == {token}
        assert set(asset["asset_urls"]) == {"thumbnail"}
    assert listed["faces"] in (None, []) and listed["people"] in (None, [])


def test_variants_token(three: tuple[Account, dict[str, str]]) -> None:
    account, _ = three
    video, photo = account.list(include=["variants"])["data"]
    derived = ("thumbnail", "small", "preview", "fullsize")
    assert set(photo["asset_urls"]) == {"original", *derived}
    assert set(video["asset_urls"]) == {"original", *(f"{name}_image" for name in derived)}


def test_list_and_retrieve_agree(three: tuple[Account, dict[str, str]]) -> None:
    account, made = three
    for include in ([], ["metadata"], TOKENS):
        for asset in account.list(state="all", include=include)["data"]:
            assert asset == account.get(asset["id"], include=include)


def test_trashed_assets_are_found_by_id(three: tuple[Account, dict[str, str]]) -> None:
    account, made = three
    assert account.get(made["trashed"])["trashed_at"] is not None


def test_the_library_may_be_named(three: tuple[Account, dict[str, str]], stranger: Account) -> None:
    account, made = three
    library = account.library()
    assert account.listed(library_id=library) == account.listed()
    for other in (ids.unknown("lib_"), stranger.library()):
        detail = refused(account.call("assets.list", library_id=other), 404)
        assert detail == f"Library {other} not found or not accessible by user {account.me()['id']}"


def test_two_libraries_and_none_named(account: Account) -> None:
    first = account.library()
    second = accepted(account.call("libraries.create", name="Second"), 201)["id"]
    asset_id = account.upload(library_id=first)["id"]
    assert account.listed(library_id=first) == [asset_id]
    assert account.listed(library_id=second) == []
    for operation in ("assets.list", "events.get", "assets.empty_trash"):
        assert "library_id" in refused(account.call(operation), 400)
    for operation in ("assets.trash", "assets.restore", "assets.delete_list"):
        assert "library_id" in refused(account.call(operation, ids=[asset_id]), 400)
    accepted(account.call("assets.trash", ids=[asset_id], library_id=second))
    assert account.get(asset_id)["trashed_at"] is None, "not in that library: skipped"
    accepted(account.call("assets.trash", ids=[asset_id], library_id=first))
    assert account.get(asset_id)["trashed_at"] is not None
