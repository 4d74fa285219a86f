"""Feedback stays on the server, for its owner to read (contract 16, OP-34)."""

from __future__ import annotations

from typing import Any

import pytest

from kit.account import Account
from kit.answers import accepted, invalid, refused
from kit.server import Server


def test_what_was_said_is_listed(account: Account, server: Server) -> None:
    said = {"message": f"No stars,\nsays {account.email}", "task_completed": False, "tool_names": ["list", "edit"]}
    assert accepted(account.call("feedback.submit", feedback_type="missing_capability", **said)) == {"status": "submitted"}
    listed = server.admin("feedback", "--count", "1").splitlines()
    assert account.me()["id"] in listed[0] and "missing_capability" in listed[0] and "list, edit" in listed[0]
    assert listed[1:] == ["  No stars,", f"  says {account.email}"]
    accepted(account.call("feedback.submit", feedback_type="other", message="x"))
    assert len(server.admin("feedback").splitlines()) >= 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"feedback_type": "praise"}, "feedback_type"),
        ({"message": " \n"}, "message"),
        ({"message": None}, "message"),
        ({"task_completed": "no"}, "task_completed"),
        ({"tool_names": "list"}, "tool_names"),
    ],
    ids=str,
)
def test_what_is_refused(resident: Account, change: dict[str, Any], field: str) -> None:
    problems = invalid(resident.http.post("/api/feedback", json={"feedback_type": "bug", "message": "x"} | change))
    assert problems[0]["loc"][:2] == ["body", field]


def test_it_needs_write(account: Account, server: Server) -> None:
    session = Account(server.url, server.session(account.email))
    body = {"name": "reader", "actions": ["read"], "library_scope_mode": "all_libraries"}
    reader = Account(server.url, accepted(session.http.post("/api/api-keys/", json=body), 201)["api_key"])
    refused(reader.http.post("/api/feedback", json={"feedback_type": "bug", "message": "x"}), 403)
    for person in (session, reader):
        person.close()
