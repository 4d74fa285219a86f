"""The rate limit and what it says on the wire (contract 1.10, OP-23)."""

from __future__ import annotations

from collections.abc import Callable

import gumnut
import httpx
import pytest

from kit import photos
from kit.account import Account, anonymous
from kit.answers import accepted, refused
from kit.server import Server
from kit.waiting import eventually

CAPACITY, REFILL, UPLOAD = 12, 2, 5


@pytest.fixture(scope="module")
def strict_server(launch: Callable[..., Server]) -> Server:
    return launch(rate_limit=f"{CAPACITY}:{REFILL}:{UPLOAD}")


@pytest.fixture
def someone(strict_server: Server, request: pytest.FixtureRequest) -> Account:
    email = f"{request.node.name.split('[')[0]}@example.com"
    return Account(strict_server.url, strict_server.create_user(email), email)


def left(answer: httpx.Response) -> int:
    limit, remaining, reset = (int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))
    assert limit == CAPACITY and 0 <= remaining < limit and 1 <= reset <= CAPACITY / REFILL
    return remaining


def exhaust(someone: Account) -> httpx.Response:
    for _ in range(4 * CAPACITY):
        answer = someone.http.get("/api/users/me")
        if answer.status_code != 200:
            return answer
    raise AssertionError("never refused")


def test_every_answer_says_what_is_left(someone: Account) -> None:
    first, second = someone.http.get("/api/users/me"), someone.http.get("/api/assets?limit=0")
    assert (first.status_code, second.status_code) == (200, 422)
    assert left(first) == CAPACITY - 1 and left(second) in (CAPACITY - 2, CAPACITY - 1)


def test_an_upload_weighs_more(someone: Account) -> None:
    before = left(someone.http.get("/api/users/me"))
    after = left(someone.try_upload(photos.plain()))
    assert before - UPLOAD <= after <= before - UPLOAD + 2


def test_too_fast_is_429_with_whole_seconds(someone: Account) -> None:
    answer = exhaust(someone)
    refused(answer, 429)
    assert answer.headers["retry-after"] == "1" and left(answer) == 0
    refused(someone.try_upload(photos.plain()), 429)
    wait = int(someone.try_upload(photos.plain()).headers["retry-after"])
    assert 1 <= wait <= UPLOAD / REFILL + 1
    with pytest.raises(gumnut.RateLimitError):
        for _ in range(2 * CAPACITY):
            someone.sdk.users.me()
    answer = eventually(lambda: someone.http.get("/api/assets"), lambda a: a.status_code == 200, wait + 2, "service")
    assert answer.json()["data"] == [], "what was refused did nothing"


def test_the_client_waits_by_itself(someone: Account) -> None:
    exhaust(someone)
    with gumnut.Gumnut(api_key=someone.key, base_url=someone.url, max_retries=2) as patient:
        assert patient.users.me().email == someone.email


def test_the_others_are_not_slowed(strict_server: Server, someone: Account) -> None:
    exhaust(someone)
    other = Account(strict_server.url, strict_server.create_user("calm@example.com"))
    accepted(other.http.get("/api/users/me"))
    with anonymous(strict_server.url) as client:
        for _ in range(2 * CAPACITY):
            assert client.get("/api/server/ping").status_code == 200
        refused(client.get("/api/users/me"), 401)


def test_off_unless_set(resident: Account) -> None:
    assert "x-ratelimit-limit" not in resident.http.get("/api/users/me").headers
