"""Whatever the client can ask and understand has been asked and seen.

`conftest.py` lets this run last, and only when every other test runs too.
"""

from __future__ import annotations

from kit.coverage import Coverage


def test_everything_is_covered() -> None:
    gaps = list(Coverage.now().gaps())
    assert not gaps, "no test, or an excuse too many:\n  " + "\n  ".join(gaps)
