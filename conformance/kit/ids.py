"""Identifiers of the contract, section 1.3: a prefix and a UUID in base 57."""

from __future__ import annotations

import re
import uuid

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS = 22

VECTORS = {
    "00000000-0000-0000-0000-000000000000": "2222222222222222222222",
    "00000000-0000-0000-0000-000000000001": "2222222222222222222223",
    "00000000-0000-0000-0000-000000000038": "222222222222222222222z",
    "00000000-0000-0000-0000-000000000039": "2222222222222222222232",
    "12345678-1234-1234-1234-123456789abc": "5FdNqEYAMbrPaPwoYuLgD2",
    "3475f5d0-108e-41e8-a7ed-860bd7040e13": "BM3nUmJ6fkBqBADyz5FEiu",
    "550e8400-e29b-41d4-a716-446655440000": "H9cNmGXLEc8NWcZzSThA9S",
    "660e8400-e29b-41d4-a716-446655440001": "LB2VTcVgieV6LNawiPgXG5",
    "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091": "2HpVckAnLFLfLRwf7rjh8F",
    "ffffffff-ffff-ffff-ffff-ffffffffffff": "oZEq7ovRbLq6UnGMPwc8B5",
}

MALFORMED = {
    "21 characters": "asset_222222222222222222222",
    "23 characters": "asset_22222222222222222222222",
    "the digit 0": "asset_0222222222222222222222",
    "the letter O": "asset_O222222222222222222222",
    "the letter I": "asset_I222222222222222222222",
    "the letter l": "asset_l222222222222222222222",
    "one above 128 bits": "asset_oZEq7ovRbLq6UnGMPwc8B6",
    "far above 128 bits": "asset_zzzzzzzzzzzzzzzzzzzzzz",
    "an asset version": "asset_version_2222222222222222222222",
    "a stack": "asset_stack_2222222222222222222222",
    "an album": "album_2222222222222222222222",
    "no prefix": "2222222222222222222222",
    "a UUID": "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091",
    "a word": "nonsense",
}

_TEXT = re.compile(rf"([a-z]+(?:_[a-z]+)*_)([{ALPHABET}]{{{DIGITS}}})")


def encode(value: uuid.UUID) -> str:
    rest, digits = value.int, []
    for _ in range(DIGITS):
        rest, digit = divmod(rest, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def decode(digits: str) -> uuid.UUID:
    value = 0
    for digit in digits:
        value = value * len(ALPHABET) + ALPHABET.index(digit)
    return uuid.UUID(int=value)


def unknown(prefix: str = "asset_") -> str:
    """A well-formed id that nothing has."""
    return prefix + encode(uuid.uuid4())


def absent(prefix: str) -> str:
    """The same well-formed id every time, for names of tests; nothing has it."""
    return prefix + "H9cNmGXLEc8NWcZzSThA9S"


def is_id(text: object, prefix: str) -> bool:
    """Whether `text` is exactly `prefix` and 22 digits of at most 128 bits."""
    found = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] != prefix:
        return False
    try:
        decode(found[2])
    except ValueError:
        return False
    return True
