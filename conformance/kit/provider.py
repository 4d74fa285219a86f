"""Identity providers for the tests: small programs in `oidc/`, run by node."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kit.server import free_port

SOURCE = Path(__file__).parent.parent / "oidc"
CACHE = Path(os.environ.get("HELIOGRAPH_CACHE", Path.home() / ".cache" / "heliograph"))
CLIENT_ID, CLIENT_SECRET = "heliograph", "a secret of the tests"


def _installed() -> Path:
    """A folder with the programs and what they need, made anew when a file of theirs changes."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.fail("node and npm are missing: make install-tools")
    files = [path for path in sorted(SOURCE.iterdir()) if path.is_file()]
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()
    folder = CACHE / f"oidc-{digest[:12]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in files:
            shutil.copy(path, folder)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
        (folder / "complete").touch()
    return folder


class Provider:
    """One of the programs, running."""

    def __init__(self, program: str, *arguments: str) -> None:
        self._program, self._arguments = program, arguments
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> "Provider":
        command = ["node", self._program, str(self.port), *self._arguments]
        self._process = subprocess.Popen(
            command, cwd=_installed(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "ready":
                return self
        raise AssertionError(f"{self._program} ended with {self._process.wait()} instead of starting")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def settings(self) -> dict[str, str]:
        """What a server needs to know of it."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
        }
