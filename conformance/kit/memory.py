"""How much memory a server and its children take, and a bound on it that the system keeps."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
MIB = 1 << 20


class Cage:
    """A control group (cgroups(7), version 1 or 2): whoever is in it and takes more is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def enter(self) -> None:
        """Moves the calling process inside."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def killed(self) -> int:
        """How many processes were killed for memory."""
        for name in ("memory.events", "memory.oom_control"):
            file = self.folder / name
            if file.exists():
                counts = dict(line.split() for line in file.read_text().splitlines())
                return int(counts.get("oom_kill", 0))
        return 0


@contextmanager
def cage(limit: int) -> Iterator[Cage | None]:
    """A cage of so many bytes, swap included; nothing where we may not make one."""
    try:
        made = _make(limit)
    except OSError:
        made = None
    try:
        yield made
    finally:
        if made:
            made.folder.rmdir()


def _make(limit: int) -> Cage:
    name = f"heliograph-{os.getpid()}"
    old = CGROUPS / "memory"
    if old.is_dir():
        folder = old / name
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(limit))
        both = folder / "memory.memsw.limit_in_bytes"
        if both.exists():
            both.write_text(str(limit))
        return Cage(folder)
    (CGROUPS / "cgroup.subtree_control").write_text("+memory")
    folder = CGROUPS / name
    folder.mkdir()
    (folder / "memory.max").write_text(str(limit))
    (folder / "memory.swap.max").write_text("0")
    return Cage(folder)


class Watch:
    """Looks at a process and all its children, several times a second."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(0.2):
            self.peak = max(self.peak, sum(map(own_bytes, family(self._pid))))


def family(pid: int) -> list[int]:
    """A process and those it has started, and those they have."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def own_bytes(pid: int) -> int:
    """What a process holds that is in no file; nothing when it has gone (proc(5), `RssAnon`)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))
