"""A heliograph process: started on a free port, watched, stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import httpx

from kit.faults import Faults
from kit.memory import Cage

START_SECONDS = 30
STOP_SECONDS = 10
# A bucket for the objects of all servers; without it they lie in the data folders.
S3_URL = os.environ.get("CONFORMANCE_S3_URL")


class Server:
    """One server over one data folder. It may be stopped and started again: same port, same data."""

    def __init__(
        self, binary: Path, folder: Path, database_url: str | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self.binary = binary
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.database_url = database_url
        self._storage_url = prefixed(S3_URL, uuid.uuid4().hex) if S3_URL else None
        self._settings = settings or {}
        # Bounds the memory it may take.
        self.cage: Cage | None = None
        # What happens to its disk.
        self.faults: Faults | None = None

    def start(self) -> "Server":
        process = self.spawn()
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            code = process.poll()
            if code is not None:
                raise AssertionError(f"the server ended with {code} instead of starting\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"not ready after {START_SECONDS} s\n{self.log_tail()}")
            time.sleep(0.05)
        return self

    def spawn(self) -> subprocess.Popen[bytes]:
        """Starts it, and does not wait until it can be asked."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve"],
                env=self.environment() | (self.faults.environment() if self.faults else {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.cage.enter if self.cage else None,
            )
        return self.process

    def stop(self) -> None:
        """Asks it to end, as a service manager does, and insists that it does so well."""
        if self.process is None:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM\n{self.log_tail()}") from None
        assert code == 0, f"ended with {code} after SIGTERM\n{self.log_tail()}"

    def kill(self) -> None:
        """Ends it in the middle of whatever it is doing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def admin(self, *arguments: str, typed: str = "") -> str:
        """What `heliograph admin …` prints."""
        done = subprocess.run(
            [self.binary, "admin", *arguments],
            env=self.environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"admin {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def owner_key(self) -> str:
        return (self.data / "secrets" / "owner-api-key").read_text().strip()

    def create_user(self, email: str) -> str:
        """The full-access key of a new account with a library of its own."""
        return self.admin("create-user", "--email", email)

    def session(self, email: str | None = None) -> str:
        """A first-party session token, of the owner unless an account is named."""
        return self.admin("session", *(["--email", email] if email else []))

    def set_password(self, email: str, password: str) -> None:
        self.admin("set-password", "--email", email, typed=password + "\n")

    def log_size(self) -> int:
        return self.log.stat().st_size

    def log_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")

    def log_tail(self, offset: int = 0, lines: int = 60) -> str:
        return "\n".join(self.log_since(offset).splitlines()[-lines:])

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HELIOGRAPH_")}
        own = {
            "HELIOGRAPH_DATA_DIR": str(self.data),
            "HELIOGRAPH_LISTEN": f"127.0.0.1:{self.port}",
            "HELIOGRAPH_PUBLIC_URL": self.url,
        }
        if self.database_url:
            own["HELIOGRAPH_DATABASE_URL"] = self.database_url
        if self._storage_url:
            own["HELIOGRAPH_STORAGE_URL"] = self._storage_url
        return inherited | own | {f"HELIOGRAPH_{name.upper()}": value for name, value in self._settings.items()}


def prefixed(url: str, folder: str) -> str:
    """The same bucket, and a folder of one's own in it."""
    place, _, parameters = url.partition("?")
    return f"{place.rstrip('/')}/{folder}?{parameters}"


def panics(log: str) -> list[str]:
    """Lines of a log that tell of a panic."""
    return [line for line in log.splitlines() if re.search(r"panicked at|RUST_BACKTRACE", line)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
