#!/usr/bin/env python3
"""Checks licence and source of every crate the workspace depends on.

Works offline from `cargo metadata`; deny.toml says the same to cargo-deny and is where the list
of licences is kept.
"""

import json
import re
import subprocess
import sys


def is_allowed(expression: str, allowed: set) -> bool:
    """Evaluates an SPDX expression; `MIT/Apache-2.0` is the old spelling of OR."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def alternatives() -> bool:
        result = conjunction()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            # Both sides must be read, whatever the first one says.
            result = conjunction() or result
        return result

    def conjunction() -> bool:
        result = licence()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            result = licence() and result
        return result

    def licence() -> bool:
        token = tokens.pop(0)
        if token == "(":
            result = alternatives()
            tokens.pop(0)
            return result
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            token = f"{token} WITH {tokens.pop(0)}"
        return token in allowed

    try:
        return alternatives() and not tokens
    except IndexError:
        return False


def listed(rules: str, pattern: str) -> set:
    """The strings in what a pattern finds in deny.toml.

    Python reads TOML since 3.11 only, and older ones are still shipped.
    """
    lists = re.findall(pattern, rules, re.DOTALL)
    return {text for part in lists for text in re.findall('"(.+?)"', part)}


def complaints(packages: list, rules: str) -> list:
    allowed = listed(rules, r"\nallow = \[(.*?)\]")
    banned = listed(rules, r"\ndeny = \[(.*?)\]") & {package["name"] for package in packages}
    exceptions = {
        crate: set(re.findall('"(.+?)"', licences))
        for crate, licences in re.findall(r'\{ crate = "(.+?)", allow = \[(.*?)\] \}', rules)
    }
    found = []
    for package in packages:
        name = f"{package['name']} {package['version']}"
        source, licence = package["source"], package["license"] or "none"
        if not is_allowed(licence, allowed | exceptions.get(package["name"], set())):
            found.append(f"{name}: licence {licence}")
        if source is not None and not source.startswith("registry+"):
            found.append(f"{name}: comes from {source}")
        if package["name"] in banned:
            found.append(f"{name}: is banned")
    return found


def main() -> int:
    metadata = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"], check=True, capture_output=True
    )
    packages = json.loads(metadata.stdout)["packages"]
    with open("deny.toml", encoding="utf-8") as file:
        found = complaints(packages, file.read())
    for complaint in found:
        print(complaint, file=sys.stderr)
    print(f"{len(packages)} crates, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
