"""What a browser and a client do when somebody signs in (contract 15)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from kit.account import Account, anonymous


@dataclass
class Proof:
    """A PKCE verifier and its challenge."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def begun(self) -> dict[str, str]:
        return {"code_challenge": self.challenge, "code_challenge_method": "S256"}


class Form(HTMLParser):
    """The first form of a page: where it goes, and what is in it."""

    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._url = page.url
        self.feed(page.text)
        assert self.action is not None, f"no form on {page.url}: {page.status_code} {page.text[:500]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = given.get("action") or ""
        elif tag in ("input", "button") and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""

    def submit(self, browser: httpx.Client, **typed: str) -> httpx.Response:
        return browser.post(self._url.join(self.action), data=self.fields | typed)


def query(url: str) -> dict[str, str]:
    """The parameters of a URL, each of which stands there once."""
    found = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert all(len(values) == 1 for values in found.values()), url
    return {name: values[0] for name, values in found.items()}


def returned(answer: httpx.Response, redirect_uri: str) -> dict[str, str]:
    """What a browser brings back to `redirect_uri`, which it is being sent to."""
    assert answer.status_code in (302, 303), (answer.status_code, answer.text[:500])
    location = answer.headers["location"]
    assert re.match(re.escape(redirect_uri) + r"[?&]", location), location
    return query(location)


def guest(url: str) -> Account:
    """The client without a credential that means anything."""
    return Account(url, "nobody")


def type_password(url: str, email: str, password: str, **headers: str) -> httpx.Response:
    """Goes to this server's own page, fills it in, and returns what comes of it."""
    with anonymous(url) as browser:
        page = browser.get(url)
        assert page.status_code == 200, (page.status_code, page.text)
        browser.headers.update(headers)
        return Form(page).submit(browser, email=email, password=password)


def exchange(client: Account, came_back: dict[str, Any], proof: Proof | None = None) -> httpx.Response:
    verifier = {"code_verifier": proof.verifier} if proof else {}
    return client.call("oauth.exchange", **{name: came_back[name] for name in ("code", "state")}, **verifier)
