"""A disk that fails when it is told to, between the server and the C library."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
# As `faults.c` numbers them, and how seldom each is: one call of so many.
KINDS = {"sync": (1, 4), "write": (2, 20), "torn": (3, 20), "room": (4, 20), "read": (5, 50), "slow": (6, 2)}


class Faults:
    """What happens to the files below a folder, for servers that are started with it."""

    def __init__(self, work: Path, under: Path) -> None:
        self._library = work / "faults.so"
        self._control = work / "faults"
        self._under = under
        self._control.write_bytes(bytes(2))
        compile_it = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", self._library, SOURCE, "-ldl"]
        subprocess.run(compile_it, check=True)

    @contextmanager
    def happening(self, kind: str) -> Iterator[None]:
        self._set(*KINDS[kind])
        try:
            yield
        finally:
            self._set(0, 0)

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAULTS_CONTROL": str(self._control),
            "FAULTS_UNDER": str(self._under),
        }

    def _set(self, kind: int, one_of: int) -> None:
        with self._control.open("r+b", buffering=0) as control:
            # The kind comes last and goes first: nobody divides by nothing.
            if kind:
                control.seek(1)
                control.write(bytes([one_of]))
                control.seek(0)
                control.write(bytes([kind]))
            else:
                control.write(bytes([0]))
