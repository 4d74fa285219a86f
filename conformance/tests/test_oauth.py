"""Signing in through an identity provider (contract 15, OP-34): a real one, and one that lies."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from kit.account import Account
from kit.answers import accepted, refused
from kit.browser import Form, Proof, exchange, guest, query, returned
from kit.provider import CLIENT_SECRET, Provider
from kit.server import Server, free_port

HOME = "https://photos.example.org/in"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    provider = Provider("provider.mjs", HOME).start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def host(launch: Callable[..., Server], provider: Provider) -> Server:
    return launch(redirect_uris=HOME, **provider.settings())


@pytest.fixture(scope="module")
def client(host: Server) -> Iterator[Account]:
    client = guest(host.url)
    yield client
    client.close()


def begin(client: Account, proof: Proof | None = None) -> str:
    return accepted(client.call("oauth.auth_url", redirect_uri=HOME, **(proof.begun() if proof else {})))["url"]


def consent(url: str, who: str) -> dict[str, str]:
    """What a browser brings back after logging in as `who` at the provider, and agreeing."""
    with httpx.Client(timeout=30) as browser:
        answer = browser.get(url)
        for _ in range(12):
            if answer.is_redirect and not answer.headers["location"].startswith(HOME):
                answer = browser.get(answer.url.join(answer.headers["location"]))
            elif answer.is_redirect:
                return returned(answer, HOME)
            else:
                form = Form(answer)
                answer = form.submit(browser, **({"login": who, "password": "any"} if "login" in form.fields else {}))
    raise AssertionError(f"never came back: {answer.url} {answer.text[:300]}")


def sign_in(client: Account, who: str) -> dict:
    return accepted(exchange(client, consent(begin(client), who)))


def test_the_whole_way(host: Server, provider: Provider, client: Account) -> None:
    proof = Proof()
    url = begin(client, proof)
    assert url.startswith(provider.issuer)
    asked = query(url)
    assert (asked["redirect_uri"], asked["response_type"]) == (HOME, "code")
    assert asked["code_challenge"] == proof.challenge, "the client's proof is passed through"
    assert asked["nonce"] and asked["state"] and "openid" in asked["scope"].split()
    came_back = consent(url, "kim|kim@example.com|verified")
    answer = accepted(exchange(client, came_back, proof))
    user = answer["user"]
    assert (user["email"], user["first_name"], user["last_name"]) == ("kim@example.com", "Kim", "Doe")
    person = Account(host.url, answer["access_token"])
    assert person.me()["id"] == user["id"]
    assert len(person.libraries()) == 1, "a new account has a library"
    accepted(person.http.get("/api/api-keys/"))
    refused(exchange(client, came_back, proof), 400)
    again = sign_in(client, "kim|kim@example.com|verified")
    assert again["user"]["id"] == user["id"], "the same person has the same account"


def test_a_client_without_a_proof_gets_one(client: Account) -> None:
    url = begin(client)
    assert query(url)["code_challenge_method"] == "S256"
    accepted(exchange(client, consent(url, "plain|plain@example.com|verified")))


def test_a_wrong_proof_is_found_before_the_provider_is_asked(client: Account) -> None:
    proof = Proof()
    came_back = consent(begin(client, proof), "proof|proof@example.com|verified")
    refused(exchange(client, came_back, Proof()), 400)
    refused(exchange(client, came_back, proof), 400)


def test_codes_belong_to_their_sign_in(client: Account) -> None:
    mine, theirs = (consent(begin(client), f"{who}|{who}@example.com|verified") for who in ("one", "two"))
    refused(exchange(client, {"code": theirs["code"], "state": mine["state"]}), 400)
    refused(exchange(client, {"code": "made-up", "state": theirs["state"]}), 400)


def test_an_account_is_linked_by_a_verified_address(host: Server, client: Account) -> None:
    owner = Account(host.url, host.create_user("linked@example.com"))
    first = sign_in(client, "linked|linked@example.com|verified")
    assert first["user"]["id"] == owner.me()["id"]
    answer = exchange(client, consent(begin(client), "other|linked@example.com|verified"))
    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


def test_an_unverified_address_opens_nothing_of_others(host: Server, client: Account) -> None:
    host.create_user("victim@example.com")
    refused(exchange(client, consent(begin(client), "thief|victim@example.com|unverified")), 409)
    squatter = sign_in(client, "squatter|unclaimed@example.com|unverified")
    assert squatter["user"]["email"] is None, "an address that may be another's is not kept"
    nameless = sign_in(client, "nameless")
    assert nameless["user"]["email"] is None
    rightful = sign_in(client, "rightful|unclaimed@example.com|verified")
    assert rightful["user"]["id"] not in (squatter["user"]["id"], nameless["user"]["id"])


def test_signing_out_is_the_provider_s(client: Account, provider: Provider) -> None:
    endpoint = accepted(client.call("oauth.logout_endpoint"))["logout_endpoint"]
    assert endpoint.startswith(provider.issuer)
    assert httpx.get(endpoint).status_code == 200


def test_the_page_for_passwords_is_closed(host: Server, client: Account) -> None:
    state = query(begin(client))["state"]
    assert httpx.get(f"{host.url}/sign-in", params={"state": state}).status_code == 400


def test_secrets_stay_where_they_are(host: Server, client: Account) -> None:
    came_back = consent(begin(client), "quiet|quiet@example.com|verified")
    token = accepted(exchange(client, came_back))["access_token"]
    log = host.log_since(0)
    for secret in (CLIENT_SECRET, token, came_back["code"], came_back["state"], "quiet@example.com"):
        assert secret not in log


def test_a_provider_that_goes_away_and_comes_back(launch: Callable[..., Server]) -> None:
    provider = Provider("provider.mjs", HOME)
    host = launch(redirect_uris=HOME, **provider.settings())
    client = guest(host.url)
    for answer in (client.call("oauth.auth_url", redirect_uri=HOME), client.call("oauth.logout_endpoint")):
        refused(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    refused(client.call("oauth.auth_url", redirect_uri=HOME + "x"), 400)
    provider.start()
    answer = client.sdk.with_options(max_retries=4).oauth.auth_url(redirect_uri=HOME)
    came_back = consent(answer.url, "late|late@example.com|verified")
    provider.stop()
    for _ in range(2):
        refused(exchange(client, came_back), 503)
    assert accepted(client.call("oauth.auth_url", redirect_uri=HOME))["url"], "what is known of it is kept"


@pytest.fixture(scope="module")
def misled(launch: Callable[..., Server]) -> Iterator[Account]:
    """A client of a server whose provider lies."""
    liar = Provider("liar.mjs").start()
    client = guest(launch(redirect_uris=HOME, **liar.settings()).url)
    yield client
    client.close()
    liar.stop()


def told(misled: Account, fault: str) -> httpx.Response:
    asked = query(begin(misled))
    wish = json.dumps({"nonce": asked["nonce"], "fault": fault}).encode()
    code = base64.urlsafe_b64encode(wish).rstrip(b"=").decode()
    return exchange(misled, {"code": code, "state": asked["state"]})


@pytest.mark.parametrize(
    "fault",
    ["nonce", "no nonce", "issuer", "audience", "expired", "unsigned", "secret", "signature", "key", "no token"],
)
def test_a_token_with_a_fault_is_not_believed(misled: Account, fault: str) -> None:
    refused(told(misled, fault), 400)


def test_a_token_without_a_fault_is(misled: Account) -> None:
    assert accepted(told(misled, ""))["user"]["email"] == "liar@example.com"


def test_an_issuer_without_encryption_is_refused_at_the_start(host: Server, tmp_path) -> None:
    server = Server(host.binary, tmp_path, None, {"oidc_issuer": "http://id.example.org", "oidc_client_id": "x"})
    server.port = free_port()
    with pytest.raises(AssertionError, match="https"):
        server.start()
