"""Real pictures with known truth, when they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def _find() -> Path | None:
    for folder in Path(__file__).resolve().parents:
        samples = folder / "shared" / "samples"
        if (samples / "truth.json").is_file():
            return samples
    return None


SAMPLES = _find()


def truths(*folders: str) -> dict[str, dict[str, Any]]:
    """What is known about the files in these folders; nothing when there are no samples."""
    if SAMPLES is None:
        return {}
    files = json.loads((SAMPLES / "truth.json").read_text())["files"]
    return {name: truth for name, truth in files.items() if name.split("/")[0] in folders}
