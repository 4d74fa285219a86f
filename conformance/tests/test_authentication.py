"""Who may ask at all (contract 1.9)."""

from __future__ import annotations

import pytest

from kit import ids
from kit.account import Account, anonymous
from kit.answers import refused

PROTECTED = [
    ("GET", "/api/assets"),
    ("POST", "/api/assets"),
    ("DELETE", "/api/assets"),
    ("GET", f"/api/assets/{ids.absent('asset_')}"),
    ("PATCH", f"/api/assets/{ids.absent('asset_')}"),
    ("DELETE", f"/api/assets/{ids.absent('asset_')}"),
    ("POST", "/api/assets/bulk-update"),
    ("POST", "/api/assets/exist"),
    ("POST", "/api/assets/trash"),
    ("POST", "/api/assets/restore"),
    ("POST", "/api/assets/empty-trash"),
    ("GET", "/api/events"),
    ("GET", "/api/tasks/"),
    ("GET", f"/api/tasks/{ids.absent('btask_')}"),
    ("GET", f"/api/tasks/asset/{ids.absent('asset_')}"),
    ("GET", "/api/libraries"),
    ("POST", "/api/libraries"),
    ("GET", f"/api/libraries/{ids.absent('lib_')}"),
    ("PATCH", f"/api/libraries/{ids.absent('lib_')}"),
    ("GET", "/api/users/me"),
    ("GET", "/api/api-keys/"),
    ("POST", "/api/api-keys/"),
    ("PATCH", f"/api/api-keys/{ids.absent('apikey_')}"),
    ("DELETE", f"/api/api-keys/{ids.absent('apikey_')}"),
]


@pytest.mark.parametrize(("verb", "path"), PROTECTED)
def test_nothing_without_a_credential(resident: Account, verb: str, path: str) -> None:
    with anonymous(resident.url) as client:
        refused(client.request(verb, path), 401)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer apikey_nonsense",
        "Bearer apikey_" + "2" * 22,
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.",
        "Bearer oat_nonsense",
        "Basic b3duZXI6b3duZXI=",
        "apikey_nonsense",
        "Bearer " + "x" * 4000,
    ],
)
def test_nothing_with_a_bad_credential(resident: Account, header: str) -> None:
    with anonymous(resident.url) as client:
        refused(client.get("/api/users/me", headers={"Authorization": header}), 401)


def test_of_two_credentials_none_is_meant(resident: Account) -> None:
    good = ("Authorization", f"Bearer {resident.key}")
    with anonymous(resident.url) as client:
        for other in (good, ("Authorization", "Bearer nonsense"), ("authorization", "")):
            for headers in ([good, other], [other, good]):
                refused(client.get("/api/users/me", headers=headers), 401)


def test_a_key_under_another_header_is_no_credential(resident: Account) -> None:
    with anonymous(resident.url) as client:
        refused(client.get("/api/users/me", headers={"x-api-key": resident.key}), 401)
        refused(client.get("/api/users/me", params={"api_key": resident.key}), 401)


def test_the_scheme_is_read_without_regard_to_case(resident: Account) -> None:
    with anonymous(resident.url) as client:
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert client.get("/api/users/me", headers={"Authorization": f"{scheme} {resident.key}"}).status_code == 200


def test_a_changed_key_opens_nothing(resident: Account) -> None:
    last = "A" if resident.key[-1] != "A" else "B"
    with anonymous(resident.url) as client:
        for key in (resident.key[:-1] + last, resident.key[:-1], resident.key + "2"):
            refused(client.get("/api/users/me", headers={"Authorization": f"Bearer {key}"}), 401)


def test_the_first_start_leaves_a_key_for_the_owner(resident: Account, server) -> None:
    path = server.data / "secrets" / "owner-api-key"
    assert path.stat().st_mode & 0o777 == 0o600
    owner = Account(server.url, server.owner_key())
    assert owner.me()["is_active"] is True
    assert owner.libraries()
    owner.close()
    assert server.owner_key() not in server.log_since(0), "the log names the key"
