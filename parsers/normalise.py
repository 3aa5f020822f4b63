"""One spelling for matching: look-alike radicals, traditional characters, widths, dashes and white space.

The printed text is kept elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\u2e3a\u2e3b\ufe58\ufe63\uff0d"
ZERO_WIDTH = "\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufffe\x00\x02"


def _pairs(name: str) -> list[tuple[str, str]]:
    lines = files("parsers").joinpath(name).read_text("utf-8").splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines if line and not line.startswith("#")]


# Radicals first: NFKC leaves nearly all of U+2E80..2EFF (民, 门, 长 among them) as they are.
RADICALS = {int(radical, 16): chr(int(ideograph, 16)) for radical, ideograph in _pairs("radicals.txt")}
# A page that was converted to traditional characters has the same labels. NFKC turns U+2F3E into 戶: it means 户.
TRADITIONAL = dict(_pairs("traditional.txt"))
_LOOK_ALIKES = {**RADICALS, 0x2F3E: "户"}
_IN_PLACE = {**{ord(old): new for old, new in TRADITIONAL.items()}, **_LOOK_ALIKES}
_SPELLING: dict[int, str | None] = {
    **{ord(dash): "-" for dash in DASHES},
    **dict.fromkeys(map(ord, ZERO_WIDTH)),
    **{ord(old): new for old, new in TRADITIONAL.items()},
    **_LOOK_ALIKES,
}


def _any_of(table: Iterable[int]) -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(map(chr, table))) + "]")


# Most texts hold none of these: a search takes a tenth of the time of a translation.
_ANY_LOOK_ALIKE, _ANY_IN_PLACE = _any_of(_LOOK_ALIKES), _any_of(_IN_PLACE)


def readable(text: str) -> str:
    """The printed text with look-alike radicals replaced, and nothing else: every character keeps its place."""
    return text.translate(_LOOK_ALIKES) if _ANY_LOOK_ALIKE.search(text) else text


def comparable(text: str) -> str:
    """The text for matching with every character in its place: look-alikes replaced, traditional ones simplified."""
    return text.translate(_IN_PLACE) if _ANY_IN_PLACE.search(text) else text


def _once(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_SPELLING))
    return "".join(folded.translate(_SPELLING).split())


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """The text as it is compared: no white space, no look-alikes. Doing it twice changes nothing."""
    if text.isascii():
        return "".join(text.translate(_SPELLING).split())
    before, after = text, _once(text)
    while (
        before != after
    ):  # removing a space may bring a letter and its accent together: two rounds, rarely three
        before, after = after, _once(after)
    return after
