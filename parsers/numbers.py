"""What a cell says: a number, nothing, something that is no number, or something we are not sure of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.normalise import normalise

if TYPE_CHECKING:
    from parsers.model import State, Value

NOT_NUMBER = frozenset({"/", "\\", "-", "--", "---", "----", "无", "―", "*", "空", "不适用", "N/A", "n/a"})
# What a reader puts where there is ink whose meaning the document does not tell: it may be a digit.
UNKNOWN_GLYPH = "\ufffd"
# SQLite and JSON readers hold 15 digits exactly; no report counts further.
MAX_DIGITS = 15
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    r"(?P<unit>亿元|万元|千元|元|人次|件次|[件条项个宗起次份人家部])?"
    r"(?P<note>\([^()]*(?:\([^()]*\)[^()]*)*\))?"
)
_SPACED_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:\.\d+)?")
_TORN = re.compile(r"[\d.,，]\s+[\d.,，]")
# A Chinese numeral, or a letter or ring typed for a digit: it may be meant as a number.
_DIGIT = re.compile(r"[\d零一二三四五六七八九十百千万〇○◯]|^[OoQlI|]+$")


@dataclass(frozen=True, slots=True)
class Number:
    """The reading of one cell. `value` is exact (int or Decimal) and None unless `state` is "number"."""

    value: Value
    unit: str | None
    state: State


BLANK = Number(None, None, "blank")
NO_NUMBER = Number(None, None, "not_number")
UNSURE = Number(None, None, "unsure")


@lru_cache(maxsize=4096)
def read_number(text: str, *, digits_may_be_apart: bool = False) -> Number:
    """Read a cell's text. Never raises, never guesses: digits that are not understood are "unsure".

    `digits_may_be_apart`: a PDF prints "1282" and "93" on two lines of a narrow cell; a web page does not, and
    there two groups of digits are two numbers.
    """
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:  # nearly every figure
        return UNSURE if text[0] == "0" and text != "0" else Number(int(text), None, "number")
    plain = normalise(text)
    if not plain:
        return BLANK
    if plain in NOT_NUMBER:
        return NO_NUMBER
    if UNKNOWN_GLYPH in plain or _ambiguous(text, digits_may_be_apart=digits_may_be_apart):
        return UNSURE
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return UNSURE if _DIGIT.search(plain) else NO_NUMBER
    return _value(match)


def _ambiguous(text: str, *, digits_may_be_apart: bool) -> bool:
    """Superscripts and circled digits are footnote marks that NFKC would glue to the number before them."""
    if any(c.isdigit() and not c.isdecimal() for c in text):
        return True
    stripped = text.strip()
    return (
        not digits_may_be_apart and bool(_TORN.search(stripped)) and not _SPACED_THOUSANDS.fullmatch(stripped)
    )


def _value(match: re.Match[str]) -> Number:
    whole = match["whole"].replace(",", "")
    if len(whole) > MAX_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        return UNSURE  # "00" is two cells read as one
    digits = match["sign"].replace("+", "") + whole
    value: Value = Decimal(digits + match["fraction"]) if match["fraction"] else int(digits)
    return Number(value, match["unit"], "number")
