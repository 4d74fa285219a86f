"""Background tasks (contract 10)."""

from __future__ import annotations

from typing import Any, List

import pytest

from kit import ids, photos, strict
from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.photos import Facts
from kit.strict import moment
from kit.union import TaskResponse


def tasks(account: Account, **parameters: Any) -> list[dict[str, Any]]:
    found = accepted(account.http.get("/api/tasks/", params=parameters))
    strict.check(List[TaskResponse], found)
    return found


@pytest.fixture(scope="module")
def worked(new_account) -> tuple[Account, str]:
    """An account with one asset that has a place, all work done."""
    account = new_account()
    asset_id = account.settled(photos.photo(Facts(place=(56.153775, 10.199317))))["id"]
    account.edit(asset_id, latitude=1, longitude=1)
    account.settle(asset_id)
    return account, asset_id


def test_tasks_of_an_asset(worked: tuple[Account, str]) -> None:
    account, asset_id = worked
    found = account.tasks(asset_id)
    assert {task["asset_id"] for task in found} == {asset_id}
    assert {"thumbhash", "reverse_geocoding"} <= {task["task_type"] for task in found}
    times = [moment(task["created_at"]) for task in found]
    assert times == sorted(times, reverse=True), "newest first"


def test_finished_ones_say_when(worked: tuple[Account, str]) -> None:
    account, asset_id = worked
    for task in account.tasks(asset_id, "reverse_geocoding"):
        assert task["status"] == "success"
        times = [moment(task[name]) for name in ("created_at", "started_at", "completed_at")]
        assert times == sorted(times)
        assert task["outcome"] is None and task["error_message"] is None


def test_one_by_its_id(worked: tuple[Account, str]) -> None:
    account, asset_id = worked
    for task in account.tasks(asset_id, "thumbhash"):
        assert accepted(account.http.get(f"/api/tasks/{task['id']}")) == task
        assert accepted(account.http.get(f"/api/tasks/{task['celery_task_id']}")) == task


def test_all_of_a_library(worked: tuple[Account, str]) -> None:
    account, asset_id = worked
    everything = tasks(account, limit=200)
    assert {task["asset_id"] for task in everything} == {asset_id}
    assert tasks(account, limit=200, library_id=account.library()) == everything
    assert accepted(account.http.get("/api/tasks", params={"limit": 200})) == everything
    geocoding = tasks(account, task_type="reverse_geocoding")
    assert geocoding == [task for task in everything if task["task_type"] == "reverse_geocoding"]
    done = tasks(account, status="success", limit=200)
    assert done == [task for task in everything if task["status"] == "success"]
    assert tasks(account, status="success", task_type="thumbhash", limit=1) == [
        task for task in done if task["task_type"] == "thumbhash"
    ][:1]
    assert len(tasks(account, limit=1)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "201"), ("limit", "x"), ("status", "done"), ("task_type", "nonsense")],
)
def test_values_outside_the_contract(worked: tuple[Account, str], name: str, value: str) -> None:
    account, _ = worked
    invalid(account.http.get("/api/tasks/", params={name: value}), ("query", name))


def test_what_is_not_there(worked: tuple[Account, str], stranger: Account) -> None:
    account, asset_id = worked
    task_id = account.tasks(asset_id)[0]["id"]
    refused(stranger.http.get(f"/api/tasks/{task_id}"), 404)
    refused(stranger.http.get(f"/api/tasks/asset/{asset_id}"), 404)
    refused(account.http.get(f"/api/tasks/{ids.unknown('btask_')}"), 404)
    refused(account.http.get("/api/tasks/nonsense"), 404)
    refused(account.http.get(f"/api/tasks/asset/{ids.unknown()}"), 404)
    refused(account.http.get("/api/tasks/", params={"library_id": ids.unknown("lib_")}), 404)
    refused(account.http.get("/api/tasks/", params={"library_id": stranger.library()}), 404)


def test_the_newer_client_s_operations(worked: tuple[Account, str]) -> None:
    account, asset_id = worked
    if not hasattr(account.sdk, "tasks"):
        # The older generation has no such operations; there is nothing of it to run.
        return
    listed = accepted(account.call("tasks.list", limit=200))
    assert listed == tasks(account, limit=200)
    assert accepted(account.call("tasks.list_for_asset", asset_id=asset_id)) == account.tasks(asset_id)
    assert accepted(account.call("tasks.get", task_id=listed[0]["id"])) == listed[0]


def test_a_file_that_cannot_be_decoded_blocks_nobody(account: Account) -> None:
    broken = account.upload(photos.Photo("noise.jpg", b"\xff\xd8\xff" + b"noise" * 100))["id"]
    fine = account.upload(photos.plain())["id"]
    assert account.settle(fine)["thumbhash"]
    account.settle(broken, seconds=30)
    (task,) = account.tasks(broken, "thumbhash")
    assert task["status"] == "failure" and task["error_message"]
    assert account.get(broken)["thumbhash"] is None
