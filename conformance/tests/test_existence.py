"""The existence check (contract 3.6)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from kit import photos
from kit.account import Account
from kit.answers import accepted, invalid
from kit.photos import Photo

PATH = "/api/assets/exist"


def sha256(photo: Photo) -> str:
    return base64.b64encode(hashlib.sha256(photo.data).digest()).decode()


def sha1(photo: Photo) -> str:
    return base64.b64encode(hashlib.sha1(photo.data).digest()).decode()


@pytest.fixture(scope="module")
def two(new_account) -> tuple[Account, list[Photo], list[str]]:
    """Two assets from one device, the second in the trash."""
    account = new_account()
    pictures = [photos.plain(), photos.plain()]
    made = [account.upload(one, device_id="phone", device_asset_id=f"shot {n}")["id"] for n, one in enumerate(pictures)]
    account.trash(made[1])
    return account, pictures, made


def found(account: Account, **groups: Any) -> list[dict[str, Any]]:
    return accepted(account.call("assets.check_existence", **groups))["assets"]


def test_by_checksum(two: tuple[Account, list[Photo], list[str]]) -> None:
    account, pictures, made = two
    strange = photos.plain()
    by_256 = found(account, checksums=[sha256(one) for one in (*pictures, strange)])
    assert {asset["id"]: asset["checksum"] for asset in by_256} == dict(zip(made, map(sha256, pictures)))
    by_1 = found(account, checksum_sha1s=[sha1(one) for one in (*pictures, strange)])
    assert {asset["id"]: asset["checksum_sha1"] for asset in by_1} == dict(zip(made, map(sha1, pictures)))


def test_by_device(two: tuple[Account, list[Photo], list[str]]) -> None:
    account, _, made = two
    shots = ["shot 0", "shot 1", "shot 2"]
    known = found(account, device_id="phone", device_asset_ids=shots)
    assert {asset["device_asset_id"]: asset["id"] for asset in known} == {"shot 0": made[0], "shot 1": made[1]}
    assert found(account, device_id="other", device_asset_ids=shots) == []
    raw = accepted(account.http.post(PATH, json={"deviceId": "phone", "deviceAssetIds": ["shot 0"]}))
    assert [asset["id"] for asset in raw["assets"]] == [made[0]]


def test_what_never_matches(two: tuple[Account, list[Photo], list[str]]) -> None:
    account, pictures, _ = two
    for group in ({"checksums": []}, {"checksum_sha1s": []}, {"deviceId": "phone", "deviceAssetIds": []}):
        assert accepted(account.http.post(PATH, json=group)) == {"assets": []}
    for text in ("", "no base64 !!", "AAAA", sha1(pictures[0]), sha256(pictures[0])[:-1]):
        assert found(account, checksums=[text]) == []


def test_repeats_match_once(two: tuple[Account, list[Photo], list[str]]) -> None:
    account, pictures, made = two
    assert [asset["id"] for asset in found(account, checksums=[sha256(pictures[0])] * 3)] == [made[0]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"checksums": ["a"], "checksum_sha1s": ["b"]},
        {"checksums": ["a"], "deviceId": "phone", "deviceAssetIds": ["x"]},
        {"deviceId": "phone"},
        {"deviceAssetIds": ["x"]},
        {"checksums": "a"},
        {"checksums": [5]},
        {"checksums": None},
        {"checksums": [str(number) for number in range(5001)]},
        {"device_id": "phone", "device_asset_ids": ["x"]},
        [],
        None,
    ],
    ids=lambda body: str(body)[:60],
)
def test_exactly_one_group(two: tuple[Account, list[Photo], list[str]], body: Any) -> None:
    account, _, _ = two
    invalid(account.http.post(PATH, json=body))


def test_five_thousand(two: tuple[Account, list[Photo], list[str]]) -> None:
    account, pictures, made = two
    many = [base64.b64encode(hashlib.sha256(str(number).encode()).digest()).decode() for number in range(4999)]
    assert [asset["id"] for asset in found(account, checksums=[*many, sha256(pictures[0])])] == [made[0]]


def test_what_is_gone_and_what_is_somebody_else_s(account: Account, stranger: Account) -> None:
    photo = photos.plain()
    stranger.upload(photo, device_id="phone", device_asset_id="shot")
    for group in ({"checksums": [sha256(photo)]}, {"device_id": "phone", "device_asset_ids": ["shot"]}):
        assert found(account, **group) == []
    asset_id = account.upload(photo)["id"]
    accepted(account.call("assets.delete", asset_id=asset_id))
    assert found(account, checksums=[sha256(photo)]) == []
