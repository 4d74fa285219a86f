"""The base-57 text of the contract's vectors."""

from __future__ import annotations

import uuid

import pytest

from kit import ids


@pytest.mark.parametrize(("value", "text"), ids.VECTORS.items())
def test_vectors(value: str, text: str) -> None:
    assert ids.encode(uuid.UUID(value)) == text
    assert ids.decode(text) == uuid.UUID(value)
    assert ids.is_id(f"asset_{text}", "asset_")


@pytest.mark.parametrize("text", ids.MALFORMED.values(), ids=ids.MALFORMED)
def test_malformed(text: str) -> None:
    assert not ids.is_id(text, "asset_")
