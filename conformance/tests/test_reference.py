"""The OpenAPI document and the page made of it, the page in a real browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from kit.server import Server

OPERATIONS = {
    "list_assets", "create_asset", "get_asset", "update_asset", "bulk_update_assets", "check_asset_existence",
    "trash_assets", "restore_assets", "delete_assets", "delete_asset", "empty_trash", "get_events", "list_tasks",
    "get_task", "list_asset_tasks", "list_libraries", "create_library", "get_library", "update_library",
    "count_assets", "list_people", "create_person", "get_person", "update_person", "delete_person", "bulk_update_people",
    "merge_people", "list_faces", "create_face", "get_face", "update_face", "delete_face",
    "list_members", "update_member", "remove_member", "leave_library", "list_invitations", "create_invitation",
    "get_invitation_link", "disable_invitation", "preview_invitation", "join_library",
    "list_albums", "create_album", "get_album", "update_album", "delete_album", "add_assets_to_album",
    "remove_assets_from_album", "list_album_assets", "get_album_asset",
    "update_me", "submit_feedback", "trash_library", "restore_library", "delete_library",
    "list_api_keys", "create_api_key", "update_api_key", "delete_api_key", "ping", "get_me",
    "list_stacks", "create_stack", "get_stack", "set_stack_cover", "delete_stack", "add_assets_to_stack",
    "remove_assets_from_stack",
    "list_asset_versions", "append_asset_version", "replace_asset_version", "delete_asset_version",
    "revert_asset_version",
    "get_auth_url", "exchange_code", "get_logout_endpoint",
}  # fmt: skip
BROWSER = shutil.which("chromium")


@pytest.fixture(scope="module")
def document(server: Server) -> dict[str, Any]:
    answer = httpx.get(f"{server.url}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = operations(document)
    assert set(found) >= OPERATIONS
    for name, operation in found.items():
        assert operation["summary"] and operation["description"], name
        assert operation["responses"], name


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_the_founding_operation_in_full(document: dict[str, Any]) -> None:
    operation = operations(document)["update_asset"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in body:
        body = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    fields = body["properties"]
    assert set(fields) == {"description", "latitude", "longitude", "original_datetime", "rating"}
    assert all("null" in str(field["type"]) for field in fields.values())
    assert {"200", "401", "403", "404", "422"} <= set(operation["responses"])


@pytest.mark.skipif(BROWSER is None, reason="there is no chromium here")
def test_the_page_in_a_browser(server: Server, tmp_path: Path) -> None:
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--dump-dom", f"{server.url}/docs",
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    for name in OPERATIONS:
        assert name in shown.stdout
    complaints = [line for line in shown.stderr.splitlines() if "CONSOLE" in line]
    assert not complaints, "style and script run under the page's own policy"
