"""Pages that stay right while the library moves under them (contract 1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kit.account import Account
from kit.answers import accepted, refused


def walk(account: Account, between: Callable[[list[str]], None] = lambda _: None, **parameters: Any) -> list[str]:
    """All ids, page by page; `between` is called after each page with those seen so far."""
    seen: list[str] = []
    for _ in range(1000):
        after = {"starting_after_id": seen[-1]} if seen else {}
        page = account.list(**({"limit": 5} | parameters | after))
        seen += [asset["id"] for asset in page["data"]]
        if not page["has_more"]:
            return seen
        assert len(page["data"]) == parameters.get("limit", 5)
        between(seen)
    raise AssertionError("the pages never end")


@pytest.fixture(scope="module")
def thirty(new_account) -> tuple[Account, list[str]]:
    """Thirty assets, newest first; every capture time is shared by three of them."""
    account = new_account()
    made = [(f"2020-01-{number // 3 + 1:02}T00:00:00", number) for number in range(30)]
    ids = [(clock, account.upload(file_created_at=clock)["id"]) for clock, _ in made]
    return account, [asset_id for _, asset_id in sorted(ids, reverse=True)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10, 29, 30, 31, 200])
def test_every_page_size_gives_the_same_list(thirty: tuple[Account, list[str]], limit: int) -> None:
    account, expected = thirty
    assert walk(account, limit=limit) == expected
    assert walk(account, limit=limit, order="asc") == expected[::-1]


def test_a_full_last_page_has_nothing_behind_it(thirty: tuple[Account, list[str]]) -> None:
    account, expected = thirty
    page = account.list(limit=10, starting_after_id=expected[19])
    assert (len(page["data"]), page["has_more"]) == (10, False)
    page = account.list(limit=10, starting_after_id=expected[29])
    assert (page["data"], page["has_more"]) == ([], False)


def test_pages_of_a_filter(thirty: tuple[Account, list[str]]) -> None:
    account, expected = thirty
    bounds = {"local_datetime_after": "2020-01-03T12:00:00", "local_datetime_before": "2020-01-08T12:00:00"}
    assert walk(account, limit=4, **bounds) == expected[6:21]


def test_a_cursor_outside_the_filter_still_marks_its_place(thirty: tuple[Account, list[str]]) -> None:
    account, expected = thirty
    page = account.list(starting_after_id=expected[10], local_datetime_before="2020-01-03T12:00:00")
    assert [asset["id"] for asset in page["data"]] == expected[21:]
    assert account.listed(starting_after_id=expected[10], state="trashed") == []


def test_the_client_s_own_iteration(thirty: tuple[Account, list[str]]) -> None:
    account, expected = thirty
    assert [asset.id for asset in account.sdk.assets.list(limit=7)] == expected
    first = account.sdk.assets.list(limit=15)
    assert first.has_next_page()
    assert [asset.id for asset in first.get_next_page().data] == expected[15:]


def test_nothing_is_lost_or_doubled_while_the_library_moves(account: Account) -> None:
    """Between pages: uploads before and behind, edits across the cursor, and the cursor itself trashed."""
    made = [account.upload(file_created_at=f"2020-01-{day + 1:02}T00:00:00")["id"] for day in range(28)]
    moved: set[str] = set()
    far_ahead = iter(made[:2])
    long_seen = iter(made[::-1])

    def disturb(seen: list[str]) -> None:
        account.upload(file_created_at="2021-01-01T00:00:00")
        account.upload(file_created_at="2019-01-01T00:00:00")
        edits = [(next(long_seen), "2018-01-01T00:00:00")]
        edits += [(asset_id, "2022-01-01T00:00:00") for asset_id in [next(far_ahead, None)] if asset_id]
        for asset_id, clock in edits:
            account.edit(asset_id, original_datetime=clock)
        account.trash(seen[-1])
        moved.update(asset_id for asset_id, _ in edits)
        moved.add(seen[-1])

    seen = walk(account, disturb)
    undisturbed = [asset_id for asset_id in reversed(made) if asset_id not in moved]
    assert len(undisturbed) > 10
    assert [asset_id for asset_id in seen if asset_id in set(undisturbed)] == undisturbed


def test_a_trashed_cursor_goes_on_and_a_deleted_one_does_not(account: Account) -> None:
    made = [account.upload(file_created_at=f"2020-01-0{day}T00:00:00")["id"] for day in (5, 4, 3, 2, 1)]
    account.trash(made[1])
    assert account.listed(starting_after_id=made[1]) == made[2:]
    accepted(account.call("assets.delete", asset_id=made[1]))
    refused(account.call("assets.list", starting_after_id=made[1]), 400)


def test_an_edited_cursor_marks_its_new_place(account: Account) -> None:
    made = [account.upload(file_created_at=f"2020-01-0{day}T00:00:00")["id"] for day in (5, 4, 3, 2, 1)]
    account.edit(made[0], original_datetime="2020-01-02T12:00:00")
    assert account.listed(starting_after_id=made[0]) == made[3:]


def test_pages_of_the_trash(account: Account) -> None:
    made = [account.upload()["id"] for _ in range(12)]
    account.trash(*made[:6])
    account.trash(*made[6:])
    for order in ("desc", "asc"):
        expected = account.listed(state="trashed", order=order)
        assert walk(account, state="trashed", order=order) == expected
        assert set(expected) == set(made)
