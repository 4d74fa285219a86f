"""Requests that mean harm, or were made by broken programs: refused calmly, never a 5xx."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kit import photos
from kit.account import Account
from kit.answers import invalid, refused

JSON = {"Content-Type": "application/json"}
PICTURE = photos.plain()
FIELDS = {
    "device_asset_id": "x",
    "device_id": "x",
    "file_created_at": "2020-01-01",
    "file_modified_at": "2020-01-01",
}


@pytest.fixture(autouse=True)
def still_alive(resident: Account) -> Iterator[None]:
    yield
    assert resident.http.get("/api/server/ping").text == "pong"
    stored = resident.listed(state="all")
    for asset_id in stored:
        resident.call("assets.delete", asset_id=asset_id)
    assert not stored, "something was stored"


def calm(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:500])
    assert "detail" in answer.json()


def part(head: str, data: bytes = b"x") -> bytes:
    return b"--edge\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"


FILE = part('Content-Disposition: form-data; name="asset_data"; filename="a.jpg"', PICTURE.data)
FORM = b"".join(
    part(f'Content-Disposition: form-data; name="{name}"', value.encode()) for name, value in FIELDS.items()
)
END = b"--edge--\r\n"

MULTIPARTS = {
    "nothing": b"",
    "only the end": END,
    "noise": b"\x00\xff" * 500,
    "no end": FORM + FILE,
    "cut in the file": FORM + FILE[:-200],
    "cut in a header": FORM + b"--edge\r\nContent-Dispo",
    "another boundary": (FORM + FILE + END).replace(b"--edge", b"--other"),
    "no disposition": FORM + part("Content-Type: image/jpeg", PICTURE.data) + END,
    "no name": FORM + part('Content-Disposition: form-data; filename="a.jpg"', PICTURE.data) + END,
    "attachment": FORM + part('Content-Disposition: attachment; name="asset_data"', PICTURE.data) + END,
    "no colon": FORM + part("Content-Disposition form-data", PICTURE.data) + END,
    "file for a text": FILE.replace(b"asset_data", b"device_id") + END,
    "text that is no text": part('Content-Disposition: form-data; name="device_id"', b"\xff\xfe") + FILE + END,
    "a giant field": part('Content-Disposition: form-data; name="device_id"', b"x" * 3_000_000) + FILE + END,
    "a giant header": part('Content-Disposition: form-data; name="' + "x" * 100_000 + '"') + END,
    "ten thousand parts": part('Content-Disposition: form-data; name="more"') * 10_000 + END,
    "bare newlines": (FORM + FILE + END).replace(b"\r\n", b"\n"),
}


@pytest.mark.parametrize("body", MULTIPARTS.values(), ids=MULTIPARTS)
def test_multipart(resident: Account, body: bytes) -> None:
    kind = "multipart/form-data; boundary=edge"
    calm(resident.http.post("/api/assets", content=body, headers={"Content-Type": kind}))


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 5000,
        "multipart/mixed; boundary=edge",
        "application/json",
        "nonsense",
        "",
    ],
)
def test_multipart_that_does_not_say_so(resident: Account, kind: str) -> None:
    calm(resident.http.post("/api/assets", content=FORM + FILE + END, headers={"Content-Type": kind}))


@pytest.mark.parametrize("name", ["ids", "include", "nonsense", "limit", "library_id", "ratings"])
def test_thousands_of_parameters(resident: Account, name: str) -> None:
    answer = resident.http.get("/api/assets?" + "&".join(f"{name}=1" for _ in range(5000)))
    assert answer.status_code < 500
    assert "detail" in answer.json() or "data" in answer.json()


@pytest.mark.parametrize(
    "query",
    [
        "limit=%ff",
        "limit=%",
        "limit=%zz",
        "ids=%00",
        "&&&&=&=&==",
        "limit[]=5&limit=6",
        "local_datetime_after=" + "9" * 5000,
        "bbox=" + "1," * 5000,
        "bbox=1e308,1e308,1e308,1e308",
        "center=nan,nan&radius=nan",
        "starting_after_id=' or 1=1 --",
        "ratings=" + ",".join(map(str, range(5000))),
        "\u202e=x",
    ],
)
def test_odd_queries(resident: Account, query: str) -> None:
    for path in ("/api/assets", "/api/events", "/api/tasks/"):
        assert resident.http.get(f"{path}?{query}").status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/api/assets/%00",
        "/api/assets/%ff",
        "/api/assets/..%2f..%2fetc%2fpasswd",
        "/api/assets/" + "a" * 7000,
        "/api//assets",
        "/api/assets//",
        "//",
        "/api/assets/%2e%2e",
        "/api/assets/asset_2222222222222222222222/%2f",
    ],
)
def test_odd_paths(resident: Account, path: str) -> None:
    assert resident.http.get(path).status_code < 500


BODIES: dict[str, bytes] = {
    "deep arrays": b'{"updates":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "unclosed": b"[" * 100_000,
    "a huge number": b'{"rating": ' + b"9" * 100_000 + b"}",
    "a huge exponent": b'{"latitude": 1e999999999, "longitude": 1e-999999999}',
    "a lone surrogate": b'{"description": "\\ud800"}',
    "a byte order mark": b'\xef\xbb\xbf{"rating": 9}',
    "another encoding": '{"rating": 9}'.encode("utf-16"),
    "invalid text": b'{"description": "\xc3\x28"}',
    "nothing but blanks": b" " * 5000,
    "a giant list": json.dumps({"updates": [{}] * 50_000}).encode(),
    "more than a mebibyte": json.dumps({"description": "x" * 1_100_000}).encode(),
    "many mebibytes": b'{"description": "' + b"x" * 12_000_000 + b'"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("PATCH", "/api/assets/asset_2222222222222222222222"),
        ("POST", "/api/assets/bulk-update"),
        ("POST", "/api/assets/trash"),
    ],
)
def test_json(resident: Account, verb: str, path: str, body: bytes) -> None:
    with contextlib.suppress(httpx.WriteError):  # the server may hang up on what is too long
        calm(resident.http.request(verb, path, content=body, headers=JSON))


def test_the_body_limit_is_a_mebibyte(resident: Account) -> None:
    """65,536 characters of any kind fit; what cannot is refused without reading it all."""
    answer = resident.http.post("/api/assets/trash", content=b" " * 1_100_000 + b'{"ids":[]}', headers=JSON)
    assert answer.status_code in (413, 422)


def test_duplicate_names_in_json(resident: Account) -> None:
    body = b'{"rating": 1, "rating": 9}'
    calm(resident.http.patch("/api/assets/asset_2222222222222222222222", content=body, headers=JSON))


def raw(resident: Account, request: bytes, wait: float = 5) -> bytes:
    """What comes back for these bytes."""
    url = httpx.URL(resident.url)
    with socket.create_connection((url.host, url.port), timeout=wait) as connection:
        connection.sendall(request)
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while chunk := connection.recv(65536):
                answer += chunk
                if b"\r\n\r\n" in answer:
                    break
        return answer


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /api/server/ping HTTP/9.9\r\n\r\n",
        b"GET /api/server/ping HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"GET /api/server/ping HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"POST /api/assets HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/assets HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nx",
        b"POST /api/assets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["tls", "no path", "version", "long header", "many headers", "negative", "two lengths", "bad chunk"],
)
def test_what_is_no_http(resident: Account, request_bytes: bytes) -> None:
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        status = raw(resident, request_bytes).split(b" ", 2)[1:2]
        assert not status or not status[0].startswith(b"5") or status[0] == b"505"


def test_slow_bodies_do_not_keep_others_waiting(resident: Account) -> None:
    """Forty uploads that never go on; an ordinary request must be answered as quickly as ever."""
    head = (
        "POST /api/assets HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        f"Authorization: Bearer {resident.key}\r\nContent-Type: multipart/form-data; boundary=edge\r\n\r\n"
    ).encode()
    url = httpx.URL(resident.url)
    with contextlib.ExitStack() as open_ones:
        for _ in range(40):
            connection = open_ones.enter_context(socket.create_connection((url.host, url.port), timeout=5))
            connection.sendall(head + FILE[:300])
        started = time.monotonic()
        assert resident.me()["is_active"]
        assert time.monotonic() - started < 2


def test_uploads_that_hang_up(resident: Account) -> None:
    head = (
        "POST /api/assets HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        f"Authorization: Bearer {resident.key}\r\nContent-Type: multipart/form-data; boundary=edge\r\n\r\n"
    ).encode()
    url = httpx.URL(resident.url)
    for kept in range(0, len(FILE), max(1, len(FILE) // 20)):
        with socket.create_connection((url.host, url.port), timeout=5) as connection:
            connection.sendall(head + FORM + FILE[:kept])


def test_an_early_refusal_tells_whether_the_connection_goes_on(resident: Account) -> None:
    """Refused before its body arrived: say `Connection: close`, or read the body and serve the next request.

    A silent close reaches the next request of whoever keeps connections, as every client does (RFC 9112, 9.6).
    """
    url, length = httpx.URL(resident.url), 300_000
    head = f"POST /api/assets HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nAuthorization: Bearer no\r\n\r\n"
    with socket.create_connection((url.host, url.port), timeout=5) as connection:
        connection.sendall(head.encode())
        if not select.select([connection], [], [], 2)[0]:
            connection.sendall(b"x" * length)  # it waits for the body before it answers, which is as good
            length = 0
        first = connection.recv(65536).lower()
        assert first.startswith(b"http/1.1 401")
        if b"\r\nconnection: close\r\n" in first:
            return
        connection.sendall(b"x" * length + b"GET /api/server/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in connection.recv(65536)[:20], "closed without a word"


@pytest.mark.parametrize("body", [{"ids": ["' or 1=1 --"]}, {"ids": ["asset_%"]}, {"ids": [{"$ne": None}]}], ids=str)
def test_injection(resident: Account, body: Any) -> None:
    invalid(resident.http.post("/api/assets/trash", json=body), ("body", "ids", 0))


def test_errors_name_nothing_of_the_inside(resident: Account) -> None:
    for answer in (
        resident.http.get("/api/assets/nonsense"),
        resident.http.get("/api/assets?starting_after_id=asset_2222222222222222222222"),
        resident.http.post("/api/assets", content=b"x", headers=JSON),
        resident.http.get("/api/events?after_cursor=nonsense"),
    ):
        refused(answer, answer.status_code)
        lowered = answer.text.lower()
        for word in ("sqlite", "postgres", "select ", ".rs:", "/data/", "panicked", "backtrace"):
            assert word not in lowered, answer.text
