#!/usr/bin/env python3
"""Do dashboard, alerts, documentation and code speak of the same metrics?

Every metric in `deploy/` stands in the table of docs/operations.md with the labels it is asked by, and every
metric of that table is on the dashboard or in an alert, and has its name in the code. Where promtool is installed, it
reads each query.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "deploy/grafana/heliograph.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
OPERATIONS = ROOT / "docs/operations.md"
# What Prometheus adds to every sample, and to the buckets of a histogram.
ADDED = {"instance", "job", "le"}


def documented() -> dict[str, set[str]]:
    """The metrics of the table, with their labels."""
    rows = re.findall(r"^\| `(heliograph_\w+)` \| ([^|]*)\|", OPERATIONS.read_text(), re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def queries() -> list[str]:
    """What the dashboard asks."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def metric(name: str) -> str:
    return re.sub(r"_(bucket|count|sum)$", "", name)


def code(crate: str) -> str:
    return "\n".join(path.read_text() for path in (ROOT / "crates" / crate / "src").rglob("*.rs"))


def problems() -> list[str]:
    known, asked, found = documented(), set(), []
    alerts = ALERTS.read_text()
    for name, matchers in re.findall(r"\b(heliograph_\w+)(\{[^}]*\})?", "\n".join([*queries(), alerts])):
        asked.add(metric(name))
        if metric(name) not in known:
            found.append(f"{name} is asked for in deploy/ and not documented in docs/operations.md")
            continue
        strange = set(re.findall(r"(\w+)\s*[=!]~?", matchers)) - known[metric(name)] - ADDED
        found += [f"{name} has no label {label} in docs/operations.md" for label in strange]
    found += [f"{name} is on no dashboard and in no alert" for name in known.keys() - asked]
    api = code("api")
    both = api + code("store")
    found += [f"{name} is in docs/operations.md and not in the code" for name in known if f'"{name}"' not in both]
    for operations in re.findall(r'operation!?[=~]+"([^"$]*)"', "\n".join([*queries(), alerts])):
        found += [f"there is no operation {id}" for id in operations.split("|") if f'"{id}"' not in api]
    return sorted(set(found))


def misread() -> str:
    """What promtool says of the queries of the dashboard, if it understands one of them not."""
    rules = [
        {"record": f"query_{number}", "expr": query.replace("$__rate_interval", "5m").replace("$instance", ".*")}
        for number, query in enumerate(queries())
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        # JSON is YAML.
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        file.flush()
        done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def main() -> None:
    found = problems()
    if shutil.which("promtool"):
        found += [misread()] if misread() else []
    for problem in found:
        print(problem, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
