"""Capture time, set and cleared (contract 3.1 table, 1.4, OP-8; checklist 4)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kit import photos
from kit.account import Account
from kit.answers import accepted, invalid
from kit.edits import WAYS, Way, way_name
from kit.photos import Facts

ROWS = {
    "2024-05-06T07:08:09-07:00": "2024-05-06T07:08:09-07:00",
    "2024-05-06T07:08:09Z": "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09": "2024-05-06T07:08:09",
    "2024-05-06T07:08:09.123456789+05:45": "2024-05-06T07:08:09.123456+05:45",
    "2024-05-06": "2024-05-06T00:00:00",
}
FORMS = {
    "2024-05-06 07:08:09": "2024-05-06T07:08:09",
    "2024-05-06 07:08:09.5-07:00": "2024-05-06T07:08:09.500000-07:00",
    "2024-05-06T07:08:09+00:00": "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09-00:00": "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09.000000": "2024-05-06T07:08:09",
    "2024-05-06T07:08:09.0000001Z": "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09.1": "2024-05-06T07:08:09.100000",
    "2024-05-06T07:08:09+23:59": "2024-05-06T07:08:09+23:59",
    "2024-05-06T07:08:09-23:59": "2024-05-06T07:08:09-23:59",
    "2024-02-29T00:00:00": "2024-02-29T00:00:00",
    "0001-01-01T00:00:00": "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.999999": "9999-12-31T23:59:59.999999",
    "1969-12-31T23:59:59.999999Z": "1969-12-31T23:59:59.999999Z",
}
REFUSED: list[Any] = [
    "yesterday",
    "",
    True,
    False,
    [],
    {},
    "2024-05-06T07:08:09+24:00",
    "2024-05-06T07:08:09-24:00",
    "0000-05-06T07:08:09",
    "10000-05-06T07:08:09",
    "-2024-05-06T07:08:09",
    "2024-13-06T07:08:09",
    "2024-00-06T07:08:09",
    "2023-02-29T07:08:09",
    "2024-05-06T24:00:01",
    "2024-05-06T07:60:09",
    "2024-05-06T07:08:60",
    "2024-05-06T07:08:09 PST",
    "2024-05-06Z",
    "2024:05:06 07:08:09",
    "06.05.2024",
    "T07:08:09",
]


def shown(asset: dict[str, Any]) -> tuple[str | None, str]:
    return asset["metadata"]["original_datetime"], asset["local_datetime"]


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(("sent", "printed"), (ROWS | FORMS).items())
def test_what_is_sent_is_shown(resident: Account, way: Way, sent: str, printed: str) -> None:
    asset_id = resident.upload()["id"]
    accepted(way(resident, asset_id, {"original_datetime": sent}))
    assert shown(resident.get(asset_id)) == (printed, printed)


@pytest.mark.parametrize(
    ("number", "printed"),
    [(1714979289, "2024-05-06T07:08:09Z"), (1714979289.25, "2024-05-06T07:08:09.250000Z"), (0, "1970-01-01T00:00:00Z")],
)
def test_unix_numbers_are_utc(resident: Account, number: float, printed: str) -> None:
    edited = accepted(resident.patch_json(resident.upload()["id"], {"original_datetime": number}))
    assert shown(edited) == (printed, printed)


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_what_is_no_time(resident: Account, way: Way, value: Any) -> None:
    asset_id = resident.upload()["id"]
    invalid(way(resident, asset_id, {"original_datetime": value, "rating": 1}), (*way.base, "original_datetime"))
    metadata = resident.get(asset_id)["metadata"]
    assert metadata["original_datetime"] is None and metadata["rating"] is None


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_null_shows_the_time_of_the_file(resident: Account, way: Way) -> None:
    facts = Facts(taken="2019:08:07 06:05:04", taken_offset="+02:00", taken_subsec="123")
    asset_id = resident.upload(photos.photo(facts))["id"]
    resident.edit(asset_id, original_datetime="2024-05-06T07:08:09")
    accepted(way(resident, asset_id, {"original_datetime": None}))
    embedded = "2019-08-07T06:05:04.123000+02:00"
    assert shown(resident.get(asset_id)) == (embedded, embedded)


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_null_without_a_time_in_the_file_shows_that_of_the_upload(resident: Account, way: Way) -> None:
    asset_id = resident.upload(file_created_at="2011-05-07T16:19:38.9-03:30")["id"]
    resident.edit(asset_id, original_datetime="2024-05-06T07:08:09Z")
    accepted(way(resident, asset_id, {"original_datetime": None}))
    assert shown(resident.get(asset_id)) == (None, "2011-05-07T16:19:38.900000-03:30")


def test_naive_after_aware_forgets_the_offset(resident: Account) -> None:
    asset_id = resident.upload()["id"]
    resident.edit(asset_id, original_datetime="2024-05-06T07:08:09-07:00")
    assert shown(resident.edit(asset_id, original_datetime="2024-05-06T07:08:09"))[0] == "2024-05-06T07:08:09"


def test_an_offset_of_the_file_is_never_combined_with_a_person_s_time(resident: Account) -> None:
    facts = Facts(taken="2019:08:07 06:05:04", taken_offset="+02:00")
    asset_id = resident.upload(photos.photo(facts))["id"]
    edited = resident.edit(asset_id, original_datetime="2024-05-06T07:08:09")
    assert shown(edited) == ("2024-05-06T07:08:09", "2024-05-06T07:08:09")


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (datetime(2024, 5, 6, 7, 8, 9, 123000, timezone(timedelta(hours=-7))), "2024-05-06T07:08:09.123000-07:00"),
        (datetime(2024, 5, 6, 7, 8, 9), "2024-05-06T07:08:09"),
        (datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc), "2024-05-06T07:08:09Z"),
    ],
)
def test_the_client_s_own_dates(resident: Account, value: datetime, printed: str) -> None:
    asset_id = resident.upload()["id"]
    updated = resident.sdk.assets.update_asset(asset_id, original_datetime=value)
    assert updated.local_datetime == value
    assert updated.metadata is not None and updated.metadata.original_datetime == value
    assert shown(resident.get(asset_id)) == (printed, printed)


def test_digitized_and_modified_stay_with_the_file(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(photos.FULL))["id"]
    metadata = resident.edit(asset_id, original_datetime="2024-05-06T07:08:09")["metadata"]
    assert metadata["digitized_datetime"] == "2019-08-07T06:05:05+02:00"
    assert metadata["modified_datetime"] == "2019-09-10T11:12:13+02:00"


def test_a_new_time_moves_the_asset_at_once(account: Account) -> None:
    made = [account.upload(file_created_at=f"2020-01-0{day}T00:00:00")["id"] for day in (1, 2, 3)]
    assert account.listed() == made[::-1]
    account.edit(made[0], original_datetime="2021-01-01T00:00:00")
    assert account.listed() == [made[0], made[2], made[1]]
    account.edit(made[0], original_datetime=None)
    assert account.listed() == made[::-1]
