"""Paths, verbs, bodies and framing (contract 1.1)."""

from __future__ import annotations

import pytest

from kit import ids
from kit.account import Account, anonymous
from kit.answers import accepted, refused


@pytest.mark.parametrize(
    "path",
    ["/api/assets", "/api/events", "/api/libraries", "/api/users/me", "/api/tasks", "/api/server/ping"],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_spellings_answer_without_a_redirect(resident: Account, path: str, slash: str) -> None:
    answer = resident.http.get(path + slash, follow_redirects=False)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("slash", ["", "/"])
def test_both_spellings_of_an_entity(resident: Account, slash: str) -> None:
    asset_id = resident.upload()["id"]
    accepted(resident.http.get(f"/api/assets/{asset_id}{slash}", follow_redirects=False))
    accepted(resident.http.patch(f"/api/assets/{asset_id}{slash}", json={}, follow_redirects=False))
    accepted(resident.http.post(f"/api/assets/trash{slash}", json={"ids": [asset_id]}, follow_redirects=False))


def test_empty_post_with_a_json_content_type(resident: Account) -> None:
    answer = resident.http.post("/api/assets/empty-trash", content=b"", headers={"Content-Type": "application/json"})
    assert accepted(answer) == {}


def test_empty_patch_changes_nothing(account: Account) -> None:
    before = account.settled()
    end = account.end_of_feed()
    assert account.edit(before["id"]) == before
    assert account.patch_json(before["id"], {}).json() == before
    assert account.events(after=end) == []


def test_unknown_fields_and_parameters_are_ignored(resident: Account) -> None:
    asset_id = resident.upload()["id"]
    edited = accepted(resident.patch_json(asset_id, {"description": "yes", "nonsense": [1], "width": "no"}))
    assert edited["metadata"]["description"] == "yes"
    item = {"id": asset_id, "note": 1, "change": {"description": "bulk", "nonsense": {}}}
    assert accepted(resident.http.post("/api/assets/bulk-update", json={"updates": [item], "more": 1})) == {}
    assert resident.get(asset_id)["metadata"]["description"] == "bulk"
    accepted(resident.http.get("/api/assets", params={"nonsense": "1", "limit": "1"}))


def test_unknown_path(resident: Account) -> None:
    for path in ("/api/nothing", "/api", "/api/assets/a/b/c/d", "/api/server"):
        assert refused(resident.http.get(path), 404) == "Not Found"


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("PUT", "/api/assets", {"GET", "POST", "DELETE"}),
        ("PATCH", "/api/assets", {"GET", "POST", "DELETE"}),
        ("PUT", f"/api/assets/{ids.absent('asset_')}", {"GET", "PATCH", "DELETE"}),
        ("DELETE", "/api/events", {"GET"}),
        ("POST", "/api/server/ping", {"GET"}),
        ("GET", "/api/assets/bulk-update", {"POST"}),
        ("GET", "/api/assets/trash", {"POST"}),
        ("DELETE", "/api/users/me", {"GET"}),
    ],
)
def test_wrong_verb(resident: Account, verb: str, path: str, allowed: set[str]) -> None:
    answer = resident.http.request(verb, path)
    assert refused(answer, 405) == "Method Not Allowed"
    assert allowed <= {one.strip() for one in answer.headers["allow"].split(",")}


def test_ping_is_plain_text_for_everybody(resident: Account) -> None:
    with anonymous(resident.url) as client:
        answer = client.get("/api/server/ping", headers={"Accept": "text/plain"})
        assert (answer.status_code, answer.text) == (200, "pong")
        assert answer.headers["content-type"].split(";")[0] == "text/plain"
        wrong = client.get("/api/server/ping", headers={"Authorization": "Bearer nonsense"})
        assert wrong.status_code == 200
    assert resident.sdk.ping.get() == "pong"


def test_answers_name_their_request(resident: Account) -> None:
    answers = [resident.http.get("/api/users/me") for _ in range(2)]
    names = [{name: value for name, value in one.headers.items() if "request-id" in name} for one in answers]
    assert names[0] and names[0] != names[1]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"])
def test_what_operators_look_at_needs_no_credential(resident: Account, path: str) -> None:
    with anonymous(resident.url) as client:
        assert client.get(path, follow_redirects=True).status_code == 200
