"""Signing in with a password of the server itself (contract 15, 1.9, OP-34)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from kit import ids
from kit.account import Account, anonymous
from kit.answers import accepted, invalid, refused
from kit.browser import Form, Proof, exchange, guest, query, returned, type_password
from kit.server import Server

WEB, APP = "https://photos.example.org/in?from=web", "app.photos:///signed-in"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def host(launch: Callable[..., Server]) -> Server:
    return launch(redirect_uris=f"{WEB},{APP}", session_lifetime="9s")


@pytest.fixture(scope="module")
def client(host: Server) -> Iterator[Account]:
    client = guest(host.url)
    yield client
    client.close()


@pytest.fixture
def email(host: Server, request: pytest.FixtureRequest) -> str:
    """Somebody with a password."""
    email = f"{request.node.name.split('[')[0].replace('_', '.')}{request.node.name.__hash__() % 1000}@example.com"
    host.create_user(email)
    host.set_password(email, PASSWORD)
    return email


def begin(client: Account, redirect_uri: str = WEB, proof: Proof | None = None) -> str:
    return accepted(client.call("oauth.auth_url", redirect_uri=redirect_uri, **(proof.begun() if proof else {})))["url"]


def sign_in(client: Account, email: str) -> str:
    """A session, by the whole way."""
    came_back = returned(type_password(begin(client), email, PASSWORD), WEB)
    return accepted(exchange(client, came_back))["access_token"]


@pytest.mark.parametrize("redirect_uri", [WEB, APP])
def test_the_whole_way(host: Server, client: Account, email: str, redirect_uri: str) -> None:
    proof = Proof()
    url = begin(client, redirect_uri, proof)
    assert url.startswith(host.url)
    assert query(url)["code_challenge"] == proof.challenge
    came_back = returned(type_password(url, email.upper(), PASSWORD), redirect_uri)
    assert came_back["state"] == query(url)["state"]
    answer = accepted(exchange(client, came_back, proof))
    user = answer["user"]
    assert (user["email"], user["is_active"], user["clerk_user_id"]) == (email, True, None)
    person = Account(host.url, answer["access_token"])
    assert person.me()["id"] == user["id"]
    made = accepted(person.call("api_keys.create", name="k", actions=["read"], library_scope_mode="all_libraries"), 201)
    assert Account(host.url, made["api_key"]).me()["id"] == user["id"], "a session manages keys"
    for again in (came_back, {"code": "x", "state": came_back["state"]}):
        refused(exchange(client, again, proof), 400)


def test_the_page_is_plain_and_strict(client: Account, email: str) -> None:
    url = begin(client)
    with anonymous(url) as browser:
        page = browser.get(url)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "form-action 'self' https://photos.example.org;" in policy
        assert "<script" not in page.text and " src=" not in page.text and "http" not in page.text.split("<body>")[1]
        assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "no-referrer"
        again = Form(page).submit(browser, email='"><script>alert(1)</script>', password="wrong password")
        assert again.status_code == 403 and "<script" not in again.text
        assert "not right" in again.text and "wrong password" not in again.text
        done = Form(again).submit(browser, email=email, password=PASSWORD)
        assert done.headers["cache-control"] == "no-store"
        assert set(returned(done, WEB)) == {"from", "code", "state"}


def test_a_wrong_proof_spoils_the_sign_in(client: Account, email: str) -> None:
    proof = Proof()
    for wrong in (Proof(), None):
        came_back = returned(type_password(begin(client, WEB, proof), email, PASSWORD), WEB)
        refused(exchange(client, came_back, wrong), 400)
        refused(exchange(client, came_back, proof), 400)


@pytest.mark.parametrize(
    "body",
    [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x"}, {"error": "access_denied"}, {"code": None}],
    ids=str,
)
def test_what_no_session_comes_of(client: Account, body: dict[str, str]) -> None:
    refused(client.http.post("/api/oauth/exchange", json=body), 400)


def test_an_error_ends_the_sign_in(client: Account, email: str) -> None:
    url = begin(client)
    state = query(url)["state"]
    refused(client.call("oauth.exchange", state=state, error="access_denied"), 400)
    page = httpx.get(url)
    assert page.status_code == 400 and "begin again" in page.text
    assert httpx.post(page.url, data={"state": state, "email": email, "password": PASSWORD}).status_code == 400


def test_only_registered_addresses(client: Account, email: str) -> None:
    for other in (WEB + "x", WEB.split("?")[0], APP + "/", "https://evil.example.org/in", "app.photos:///"):
        refused(client.call("oauth.auth_url", redirect_uri=other), 400)
    invalid(client.http.get("/api/oauth/auth-url"), ("query", "redirect_uri"))
    challenge = Proof().challenge
    for wrong, place in (
        ({"code_challenge": challenge}, "code_challenge_method"),
        ({"code_challenge": challenge, "code_challenge_method": "plain"}, "code_challenge_method"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "code_challenge"),
    ):
        answer = client.http.get("/api/oauth/auth-url", params={"redirect_uri": WEB} | wrong)
        invalid(answer, ("query", place))


def test_who_guesses_waits(host: Server, client: Account, email: str) -> None:
    url = begin(client)
    statuses = [type_password(url, email, "guess", **{"X-Forwarded-For": "192.0.2.1"}).status_code for _ in range(8)]
    assert statuses[:5] == [403] * 5 and 429 in statuses[5:]
    late = type_password(url, email, PASSWORD, **{"X-Forwarded-For": "192.0.2.1"})
    assert late.status_code == 429 and 1 <= int(late.headers["retry-after"]) <= 8
    returned(type_password(url, email, PASSWORD, **{"X-Forwarded-For": "192.0.2.2"}), WEB)


def test_unknown_people_are_answered_like_known_ones(client: Account, email: str) -> None:
    url = begin(client)
    times: dict[str, list[float]] = {email: [], "nobody@example.com": []}
    texts = {}
    for attempt in range(4):
        for who, taken in times.items():
            start = time.perf_counter()
            answer = type_password(url, who, "wrong password", **{"X-Forwarded-For": f"198.51.100.{attempt}"})
            taken.append(time.perf_counter() - start)
            texts[who] = (answer.status_code, answer.text.replace(who, "…"))
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert texts[email] == texts["nobody@example.com"]
    assert 0.3 < known / unknown < 3, times


def test_a_session_is_renewed_in_its_last_third(host: Server, client: Account, email: str) -> None:
    token = sign_in(client, email)
    key = Account(host.url, accepted(Account(host.url, token).http.post("/api/api-keys/", json={"name": "x"}), 201)["api_key"])
    person = Account(host.url, token)
    start, fresh = time.monotonic(), None
    while fresh is None:
        assert time.monotonic() < start + 9, "never renewed"
        answer = person.http.get("/api/users/me")
        accepted(answer)
        fresh = answer.headers.get("x-new-access-token")
        assert "x-new-access-token" not in key.http.get("/api/users/me").headers, "never for API keys"
        time.sleep(0.2)
    assert time.monotonic() > start + 4.5, "too early"
    for refusal in (person.http.get(f"/api/assets/{ids.unknown()}"), person.http.get("/api/assets?limit=0")):
        assert "x-new-access-token" in refusal.headers, "any request, whatever its answer"
    time.sleep(max(0.0, start + 9.5 - time.monotonic()))
    refused(person.http.get("/api/users/me"), 401)
    assert Account(host.url, fresh).me()["email"] == email


def test_a_new_password_ends_sessions(host: Server, client: Account, email: str) -> None:
    token = sign_in(client, email)
    time.sleep(1)
    host.set_password(email, "another password")
    assert type_password(begin(client), email, PASSWORD).status_code == 403
    returned(type_password(begin(client), email, "another password"), WEB)
    time.sleep(5)
    refused(Account(host.url, token).http.get("/api/users/me"), 401)


def test_passwords_stay_where_they_are(host: Server, client: Account, email: str) -> None:
    sign_in(client, email)
    log = host.log_since(0)
    assert PASSWORD not in log and email not in log


def test_signing_out(host: Server, client: Account, email: str) -> None:
    page = httpx.get(accepted(client.call("oauth.logout_endpoint"))["logout_endpoint"])
    assert page.status_code == 200 and "signed out" in page.text


def test_without_any_way_in(server: Server) -> None:
    client = guest(server.url)
    for answer in (client.call("oauth.auth_url", redirect_uri=WEB), client.call("oauth.logout_endpoint")):
        refused(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    client.close()
