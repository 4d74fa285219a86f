"""The server keeps to its own OpenAPI document, whatever it is asked (contract 1.8, 19).

schemathesis makes requests of the document, right ones and wrong ones, the same in every run, and
holds each answer against it. Its requests name things that are there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import document
from kit.account import Account
from kit.belongings import Belongings
from kit.server import Server, panics

pytest.importorskip("schemathesis", reason="it comes with the newest generation and is asked once")

PROGRAM = Path(sys.executable).with_name("schemathesis")
# For each operation, beside those that follow from the document: every limit, every missing field.
RANDOM_REQUESTS = 12
SETTINGS = [
    "--phases=examples,coverage,fuzzing,stateful", f"--max-examples={RANDOM_REQUESTS}", "--mode=all", "--seed=1",
    "--checks=all", "--no-color", "--no-shrink", "--continue-on-failure", "--warnings=off",
    # Rules between fields, such as both coordinates or none, are beyond what a schema says.
    "--exclude-checks=positive_data_acceptance",
]  # fmt: skip
SECONDS = 500


@pytest.fixture(scope="module")
def host(launch: Callable[..., Server]) -> Server:
    return launch(redirect_uris="https://photos.example.org/signed-in")


@pytest.fixture
def person(host: Server) -> Account:
    host.create_user("somebody@example.com")
    host.set_password("somebody@example.com", "a long password")
    return Account(host.url, host.session("somebody@example.com"))


@pytest.fixture
def known(host: Server, person: Account) -> dict[str, list[str]]:
    """A few of everything: some of it will be removed on the way."""
    host.create_user("friend@example.com")
    friend = Account(host.url, host.session("friend@example.com"))
    found: dict[str, list[str]] = {}
    for own in [Belongings(person, person.library(), friend) for _ in range(3)]:
        for noun, entity in own.lasting.items():
            found[noun] = list(dict.fromkeys([*found.get(noun, []), entity]))
    return found


def test_no_answer_contradicts_the_document(
    host: Server, person: Account, known: dict[str, list[str]], tmp_path: Path
) -> None:
    asked = tmp_path / "openapi.json"
    asked.write_text(json.dumps(document.asking_for(document.served(host.url), known)))
    command = [PROGRAM, "run", asked, f"--url={host.url}", f"--header=Authorization: Bearer {person.key}", *SETTINGS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not panics(host.log_since(0))
