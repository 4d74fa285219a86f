"""A journal accepts what was told, or the whole of what was asked for, and nothing else."""

from __future__ import annotations

import pytest

from kit.journal import Asset, Journal, Library, changed, visible

ONE, OTHER = Asset("asset_1", "main", ("a",)), Asset("asset_2", "main", ("b",))


def asked() -> Journal:
    """Two assets; both are to be in the trash, and nobody knows whether they are."""
    journal = Journal()
    journal.told = {"one": ONE, "other": OTHER}
    journal.asked = changed(journal.told, ["one", "other"], is_trashed=True)
    return journal


def test_either_is_kept() -> None:
    for state in ("told", "asked"):
        journal = asked()
        found = getattr(journal, state)
        journal.compare(found)
        assert (journal.told, journal.asked) == (found, None)
        journal.compare(found)


@pytest.mark.parametrize("halves", [["one"], ["other"]])
def test_halves_are_refused(halves: list[str]) -> None:
    journal = asked()
    with pytest.raises(AssertionError, match="nor what was asked for"):
        journal.compare(changed(journal.told, halves, is_trashed=True))


def test_what_was_answered_is_no_longer_open() -> None:
    journal = asked()
    before = journal.told
    journal.answered()
    with pytest.raises(AssertionError, match="not what was told"):
        journal.compare(before)


@pytest.mark.parametrize("found", [{}, {"one": ONE}, {"one": ONE, "other": OTHER, "third": ONE}])
def test_neither_less_nor_more(found: dict[str, Asset]) -> None:
    journal = asked()
    with pytest.raises(AssertionError):
        journal.compare(found)


def test_an_id_nobody_was_told_is_learned_and_then_stays() -> None:
    journal = Journal()
    journal.asked = {"one": Asset(None, "main", ("a",))}
    journal.compare({"one": ONE})
    with pytest.raises(AssertionError):
        journal.compare({"one": Asset("asset_3", "main", ("a",))})


def test_the_inside_of_a_trashed_library_is_not_looked_for() -> None:
    inside = Asset("asset_1", "away", ("a",))
    assert visible({"away": Library("lib_1", True), "one": inside, "other": OTHER}).keys() == {"away", "other"}
