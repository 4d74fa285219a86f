"""Identifiers (contract 1.3, checklist 2)."""

from __future__ import annotations

import pytest
from urllib.parse import quote

from kit import ids
from kit.account import Account
from kit.answers import invalid, refused


@pytest.mark.parametrize(("value", "text"), ids.VECTORS.items())
def test_every_uuid_is_a_calm_not_found(resident: Account, value: str, text: str) -> None:
    """The vectors are well-formed: unknown in a path, and simply absent in a list."""
    refused(resident.call("assets.retrieve", asset_id=f"asset_{text}"), 404)
    assert resident.listed(ids=[f"asset_{text}"]) == []


@pytest.mark.parametrize("text", ids.MALFORMED.values(), ids=ids.MALFORMED)
def test_malformed_ids_are_not_found_in_a_path(resident: Account, text: str) -> None:
    path = f"/api/assets/{quote(text)}"
    refused(resident.http.get(path), 404)
    refused(resident.http.patch(path, json={}), 404)
    refused(resident.http.delete(path), 404)
    refused(resident.http.get(f"/api/tasks/asset/{quote(text)}"), 404)


@pytest.mark.parametrize("text", ids.MALFORMED.values(), ids=ids.MALFORMED)
def test_malformed_ids_are_invalid_in_a_list(resident: Account, text: str) -> None:
    invalid(resident.http.get("/api/assets", params={"ids": text}))
    invalid(resident.http.post("/api/assets/trash", json={"ids": [text]}), ("body", "ids", 0))
    invalid(resident.http.post("/api/assets/restore", json={"ids": [ids.unknown(), text]}), ("body", "ids", 1))
    invalid(resident.http.request("DELETE", "/api/assets", json={"ids": [text]}), ("body", "ids", 0))
    body = {"updates": [{"id": text, "change": {}}]}
    invalid(resident.http.post("/api/assets/bulk-update", json=body), ("body", "updates", 0, "id"))


def test_ids_of_answers_are_uuids_of_version_4_or_7(resident: Account) -> None:
    asset = resident.upload()
    named = [asset["id"], asset["current_version_id"], resident.library(), resident.me()["id"]]
    for text in named:
        assert ids.decode(text.rpartition("_")[2]).version in (4, 7)
