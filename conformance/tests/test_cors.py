"""Browser programs from elsewhere (contract 1.1, OP-28)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from kit.account import Account, anonymous
from kit.answers import accepted, refused
from kit.server import Server

PAGE = "https://photos.example.org"
SENT = "authorization,content-type,x-stainless-lang,x-stainless-retry-count"


@pytest.fixture(scope="module")
def open_server(launch: Callable[..., Server]) -> Server:
    return launch(cors_origins=f"{PAGE},http://localhost:3000")


def preflight(url: str, path: str, verb: str, origin: str = PAGE, headers: str = SENT) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": verb, "Access-Control-Request-Headers": headers}
    with anonymous(url) as client:
        return client.options(path, headers=asked)


def names(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get(header, "").split(",")} - {""}


@pytest.mark.parametrize("path", ["/api/assets", "/api/api-keys/", "/api/assets/asset_2222222222222222222222", "/api/new"])
def test_a_preflight_needs_no_credential(open_server: Server, path: str) -> None:
    for origin in (PAGE, "http://localhost:3000"):
        answer = preflight(open_server.url, path, "PATCH", origin)
        assert answer.status_code in (200, 204), answer
        assert answer.headers["access-control-allow-origin"] == origin
        assert {"get", "post", "patch", "delete"} <= names(answer, "access-control-allow-methods")
        assert set(SENT.split(",")) <= names(answer, "access-control-allow-headers")
        assert "access-control-allow-credentials" not in answer.headers


def test_other_headers_and_pages_are_not_granted(open_server: Server) -> None:
    answer = preflight(open_server.url, "/api/assets", "GET", headers="authorization,x-other")
    assert names(answer, "access-control-allow-headers") == {"authorization"}
    for origin in ("https://evil.example.org", "http://photos.example.org", "null"):
        answer = preflight(open_server.url, "/api/assets", "GET", origin)
        assert "access-control-allow-origin" not in answer.headers


def test_answers_and_refusals_are_readable_by_the_page(open_server: Server) -> None:
    owner = Account(open_server.url, open_server.owner_key())
    good = owner.http.get("/api/users/me", headers={"Origin": PAGE})
    accepted(good)
    bad = owner.http.get("/api/users/me", headers={"Origin": PAGE, "Authorization": "Bearer nonsense"})
    refused(bad, 401)
    refused(owner.http.get("/api/nowhere", headers={"Origin": PAGE}), 404)
    for answer in (good, bad):
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "origin" in names(answer, "vary")
        wanted = {"x-ratelimit-remaining", "x-ratelimit-limit", "x-ratelimit-reset", "x-new-access-token"}
        assert wanted | {"retry-after", "x-should-retry"} <= names(answer, "access-control-expose-headers")
    accepted(owner.http.get("/api/users/me", headers={"Origin": "https://evil.example.org"}))
    owner.close()


def test_only_the_same_origin_unless_set(resident: Account) -> None:
    answer = preflight(resident.url, "/api/assets", "GET")
    assert answer.status_code == 405 and "access-control-allow-origin" not in answer.headers
    answer = resident.http.get("/api/users/me", headers={"Origin": PAGE})
    assert not [name for name in answer.headers if name.startswith("access-control")]
