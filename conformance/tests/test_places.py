"""Place names behind every change of coordinates (contract 2.5, 3.1, OP-18; checklist 7)."""

from __future__ import annotations

from typing import Any

import pytest

from kit import photos
from kit.account import Account
from kit.answers import accepted
from kit.edits import WAYS, Way, way_name
from kit.photos import Facts
from kit.waiting import eventually

PARIS = (48.858370, 2.294481)
SYDNEY = (-33.856784, 151.215297)
AARHUS = (56.153775, 10.199317)
OCEAN = (0.0, -140.0)
COUNTRY = {PARIS: ("France", "FR"), SYDNEY: ("Australia", "AU"), AARHUS: ("Denmark", "DK")}
ZONE = {PARIS: "Europe/Paris", SYDNEY: "Australia/Sydney", AARHUS: "Europe/Copenhagen"}
NAMES = ("place_name", "sublocation", "city", "state", "country", "country_code", "display_label")
Place = tuple[float, float]


def names(metadata: dict[str, Any]) -> dict[str, Any]:
    return {name: metadata[name] for name in NAMES}


def named(account: Account, asset_id: str, place: Place) -> dict[str, Any]:
    """The metadata once the names of `place` are there."""
    return eventually(
        lambda: account.get(asset_id)["metadata"],
        lambda metadata: metadata["country_code"] == COUNTRY[place][1],
        what=f"the names of {place}",
    )


def label(metadata: dict[str, Any]) -> str:
    """The one line of contract 17.4, for places that have a city."""
    specific = metadata["place_name"] or metadata["sublocation"] or metadata["city"]
    wider = [metadata["city"], metadata["state"] or metadata["country"]]
    return ", ".join(dict.fromkeys([specific, *wider]))


def geocoding(account: Account, asset_id: str) -> list[dict[str, Any]]:
    return account.tasks(asset_id, "reverse_geocoding")


@pytest.mark.parametrize("place", COUNTRY, ids=[code for _, code in COUNTRY.values()])
def test_names_of_an_embedded_place(resident: Account, place: Place) -> None:
    asset_id = resident.upload(photos.photo(Facts(place=place)))["id"]
    metadata = named(resident, asset_id, place)
    assert metadata["country"] == COUNTRY[place][0]
    assert metadata["timezone"] == ZONE[place]
    assert metadata["city"] and metadata["state"]
    assert metadata["display_label"] == label(metadata)


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_old_names_vanish_at_once_and_new_ones_come(resident: Account, way: Way) -> None:
    asset_id = resident.upload(photos.photo(Facts(place=PARIS)))["id"]
    french = named(resident, asset_id, PARIS)
    answer = accepted(way(resident, asset_id, {"latitude": SYDNEY[0], "longitude": SYDNEY[1]}))
    at_once = answer.get("metadata") or resident.get(asset_id)["metadata"]
    assert french["city"] not in names(at_once).values()
    assert at_once["country_code"] in (None, "AU")
    australian = named(resident, asset_id, SYDNEY)
    assert (australian["country"], australian["timezone"]) == ("Australia", "Australia/Sydney")
    assert australian["display_label"] == label(australian)


def test_the_answer_of_an_edit_has_no_names_of_the_old_place(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(Facts(place=PARIS)))["id"]
    named(resident, asset_id, PARIS)
    metadata = resident.edit(asset_id, latitude=SYDNEY[0], longitude=SYDNEY[1])["metadata"]
    assert set(names(metadata).values()) == {None}


def test_clearing_brings_back_the_place_of_the_file(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(Facts(place=PARIS)))["id"]
    resident.edit(asset_id, latitude=SYDNEY[0], longitude=SYDNEY[1])
    named(resident, asset_id, SYDNEY)
    cleared = resident.edit(asset_id, latitude=None, longitude=None)["metadata"]
    assert cleared["latitude"] == pytest.approx(PARIS[0], abs=1e-7)
    assert cleared["country_code"] in (None, "FR")
    assert named(resident, asset_id, PARIS)["timezone"] == "Europe/Paris"


def test_clearing_without_a_place_in_the_file_leaves_no_names(resident: Account) -> None:
    asset_id = resident.upload()["id"]
    resident.edit(asset_id, latitude=PARIS[0], longitude=PARIS[1])
    named(resident, asset_id, PARIS)
    cleared = resident.edit(asset_id, latitude=None, longitude=None)["metadata"]
    assert set(names(cleared).values()) == {None} and cleared["timezone"] is None
    assert set(names(resident.settle(asset_id)["metadata"]).values()) == {None}


def test_nobody_lives_in_the_ocean(resident: Account) -> None:
    asset_id = resident.upload()["id"]
    resident.edit(asset_id, latitude=OCEAN[0], longitude=OCEAN[1])
    metadata = resident.settle(asset_id)["metadata"]
    assert set(names(metadata).values()) == {None}
    assert geocoding(resident, asset_id)[0]["status"] == "success"


def test_one_task_for_each_edit_of_the_pair(account: Account) -> None:
    asset_id = account.settled()["id"]
    assert geocoding(account, asset_id) == [], "no coordinates, no task"
    account.edit(asset_id, description="no place")
    assert geocoding(account, asset_id) == []
    expected = 0
    for pair in (PARIS, SYDNEY, SYDNEY, (None, None)):
        account.edit(asset_id, latitude=pair[0], longitude=pair[1])
        expected += 1
        account.settle(asset_id)
        tasks = geocoding(account, asset_id)
        assert len(tasks) == expected, pair
        assert {task["status"] for task in tasks} == {"success"}


def test_a_pending_task_is_not_doubled(account: Account) -> None:
    asset_id = account.settled()["id"]
    for number in range(30):
        account.edit(asset_id, latitude=number, longitude=number)
        waiting = [task for task in geocoding(account, asset_id) if task["status"] == "pending"]
        assert len(waiting) <= 1
    account.edit(asset_id, latitude=AARHUS[0], longitude=AARHUS[1])
    assert named(account, asset_id, AARHUS)["city"]
    assert account.settle(asset_id)["metadata"]["country"] == "Denmark"


def test_the_arrival_of_names_is_told(account: Account) -> None:
    asset_id = account.settled()["id"]
    account.edit(asset_id, latitude=PARIS[0], longitude=PARIS[1])
    end = account.end_of_feed()
    account.edit(asset_id, latitude=SYDNEY[0], longitude=SYDNEY[1])
    named(account, asset_id, SYDNEY)
    account.settle(asset_id)
    told = [event["event_type"] for event in account.events(after=end)]
    assert told.count("metadata_updated") + told.count("asset_updated") >= 3, "two for the edit, more for the names"


def test_names_written_into_the_file_belong_to_its_place(resident: Account) -> None:
    facts = Facts(place=PARIS, iptc_city="Lutetia", iptc_country="Gallia")
    asset_id = resident.settled(photos.photo(facts))["id"]
    metadata = resident.get(asset_id)["metadata"]
    assert (metadata["city"], metadata["country"]) == ("Lutetia", "Gallia")
    elsewhere = resident.edit(asset_id, latitude=SYDNEY[0], longitude=SYDNEY[1])["metadata"]
    assert "Lutetia" not in names(elsewhere).values()
    named(resident, asset_id, SYDNEY)
    back = resident.edit(asset_id, latitude=None, longitude=None)["metadata"]
    assert back["city"] == "Lutetia"


def test_a_person_s_time_does_not_move_the_zone(resident: Account) -> None:
    asset_id = resident.upload(photos.photo(Facts(place=PARIS)))["id"]
    named(resident, asset_id, PARIS)
    edited = resident.edit(asset_id, original_datetime="2024-05-06T07:08:09-07:00")
    assert edited["metadata"]["timezone"] == "Europe/Paris"
