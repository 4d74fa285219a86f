"""Date bounds, naive and aware (contract 2.2, checklist 4)."""

from __future__ import annotations

import pytest

from kit.account import Account
from kit.answers import accepted, invalid

CAPTURED = {
    "la": "2024-03-01T23:30:00-07:00",
    "naive": "2024-03-01T23:30:00",
    "tokyo": "2024-03-02T08:00:00.500000+09:00",
    "utc": "2024-03-02T06:00:00Z",
}
Made = tuple[Account, dict[str, str]]


@pytest.fixture(scope="module", params=["uploaded", "edited"])
def made(request: pytest.FixtureRequest, new_account) -> Made:
    """The four, once with their times from the upload form and once given by a person."""
    account = new_account()
    if request.param == "uploaded":
        return account, {name: account.upload(file_created_at=time)["id"] for name, time in CAPTURED.items()}
    assets = {name: account.upload()["id"] for name in CAPTURED}
    for name, asset_id in assets.items():
        account.edit(asset_id, original_datetime=CAPTURED[name])
    return account, assets


def found(made: Made, after: str | None = None, before: str | None = None) -> set[str]:
    account, assets = made
    bounds = {"local_datetime_after": after, "local_datetime_before": before}
    listed = account.listed(**{name: value for name, value in bounds.items() if value is not None})
    return {name for name, asset_id in assets.items() if asset_id in listed}


def test_the_worked_example(made: Made) -> None:
    assert {"la", "naive"} <= found(made, after="2024-03-01T23:00:00")
    at_six = found(made, after="2024-03-02T06:00:00Z")
    assert "la" in at_six and "naive" not in at_six
    assert "la" not in found(made, after="2024-03-02T06:31:00Z")


@pytest.mark.parametrize(
    ("after", "before", "names"),
    [
        # Naive bounds look at wall clocks only.
        ("2024-03-01T23:29:59", None, {"la", "naive", "tokyo", "utc"}),
        ("2024-03-01T23:30:00", None, {"tokyo", "utc"}),
        (None, "2024-03-01T23:30:00", set()),
        (None, "2024-03-01T23:30:00.000001", {"la", "naive"}),
        ("2024-03-02", None, {"tokyo", "utc"}),
        (None, "2024-03-02", {"la", "naive"}),
        ("2024-03-02T06:00:00", "2024-03-02T08:00:00.500000", set()),
        ("2024-03-02T06:00:00", "2024-03-02T08:00:00.500001", {"tokyo"}),
        ("2024-03-02T08:00:00.499999", None, {"tokyo"}),
        # Aware bounds look at instants; without an offset, at the bound's wall clock.
        # la = 06:30Z, tokyo = 23:00:00.5Z of the day before, utc = 06:00Z.
        ("2024-03-02T06:29:59Z", None, {"la"}),
        ("2024-03-02T06:30:00Z", None, set()),
        ("2024-03-01T23:00:00.500000Z", None, {"la", "utc", "naive"}),
        ("2024-03-01T23:00:00.499999Z", None, {"la", "utc", "naive", "tokyo"}),
        ("2024-03-01T22:30:00-07:00", None, {"la", "utc", "naive"}),
        (None, "2024-03-02T06:00:00Z", {"tokyo", "naive"}),
        (None, "2024-03-02T06:00:00.000001Z", {"tokyo", "naive", "utc"}),
        (None, "2024-03-01T23:30:00+00:00", {"tokyo"}),
        ("2024-03-01T23:00:00Z", "2024-03-02T06:30:00Z", {"utc", "naive", "tokyo"}),
        # An empty range is legal.
        ("2024-03-02T08:00:00", "2024-03-02T06:00:00", set()),
        ("2024-03-02T06:00:00", "2024-03-02T06:00:00", set()),
        # The same bound in the zone of the asset.
        ("2024-03-02T14:59:59+09:00", None, {"la"} | {"utc"}),
        ("1709361000", None, set()),
        ("1709360999", None, {"la"}),
    ],
)
def test_bounds_are_exclusive(made: Made, after: str | None, before: str | None, names: set[str]) -> None:
    assert found(made, after, before) == names


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("2024-03-01T00:00:00", "2024-03-02T00:00:00Z"),
        ("2024-03-01T00:00:00+01:00", "2024-03-02T00:00:00"),
        ("2024-03-01", "2024-03-02T00:00:00-07:00"),
    ],
)
def test_a_naive_and_an_aware_bound(made: Made, after: str, before: str) -> None:
    account, _ = made
    invalid(account.http.get("/api/assets", params={"local_datetime_after": after, "local_datetime_before": before}))


def test_a_plus_that_was_not_encoded_is_no_offset(made: Made) -> None:
    account, _ = made
    answer = account.http.get("/api/assets?local_datetime_after=2024-03-01T00:00:00+01:00")
    invalid(answer, ("query", "local_datetime_after"))


def test_month_windows_as_a_real_client_asks_them(made: Made) -> None:
    """One microsecond before the month until the start of the next."""
    assert found(made, "2024-02-29T23:59:59.999999", "2024-04-01T00:00:00") == set(CAPTURED)
    assert found(made, "2024-03-31T23:59:59.999999", "2024-05-01T00:00:00") == set()


def test_the_empty_parameter_is_none(made: Made) -> None:
    account, assets = made
    page = accepted(account.http.get("/api/assets?local_datetime_after=&local_datetime_before="))
    assert len(page["data"]) == len(assets)
