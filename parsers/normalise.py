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
_SPELLING = {
    **{ord(dash): "-" for dash in DASHES},
    **dict.fromkeys(map(ord, ZERO_WIDTH), ""),
    **{ord(old): new for old, new in TRADITIONAL.items()},
    **_LOOK_ALIKES,
}
# Of so many kinds of characters each is replaced by itself: most texts hold few, and a translation looks at them all.
FEW = 16
# What NFKC leaves as it is, and nearly all of a report's text.
_NOT_PLAIN = re.compile("[^\x00-\x7f\u4e00-\u9fff、。《》【】〔〕“”‘’·〇]")
# Blocks whose characters, if they are no marks, never join with the character before them.
_BY_THEMSELVES = re.compile(
    "[\x00-\u02ff\u2000-\u20cf\u2100-\u2fff\u3000-\u3029\u3030-\u303f\u3400-\u9fff\ue000-\uf8ff\ufe30-\ufe4f]+"
)


def _any_of(table: Iterable[int]) -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(map(chr, table))) + "]")


_ANY_LOOK_ALIKE, _ANY_IN_PLACE, _ANY_SPELLING = map(_any_of, (_LOOK_ALIKES, _IN_PLACE, _SPELLING))


def _replaced(text: str, table: dict[int, str], any_of: re.Pattern[str]) -> str:
    """The same as text.translate(table), in a tenth of the time where the text holds few of its characters."""
    found = set(any_of.findall(text))
    if len(found) > FEW or any(table[ord(letter)] in found for letter in found):
        return text.translate(table)
    for letter in found:
        text = text.replace(letter, table[ord(letter)])
    return text


def readable(text: str) -> str:
    """The printed text with look-alike radicals replaced, and nothing else: every character keeps its place."""
    return _replaced(text, _LOOK_ALIKES, _ANY_LOOK_ALIKE)


def comparable(text: str) -> str:
    """The text for matching with every character in its place: look-alikes replaced, traditional ones simplified."""
    return _replaced(text, _IN_PLACE, _ANY_IN_PLACE)


def compatible(text: str) -> str:
    """The text in Unicode's form NFKC. Chinese text holds few kinds of characters that have another."""
    found = set(_NOT_PLAIN.findall(text))
    forms = {letter: _form(letter) for letter in found} if len(found) <= FEW else {}
    if len(forms) < len(found) or None in forms.values():
        return unicodedata.normalize("NFKC", text)
    for letter, form in forms.items():
        if form is not None and form != letter:
            text = text.replace(letter, form)
    return text


@lru_cache(maxsize=1024)
def _form(letter: str) -> str | None:
    """What NFKC makes of a character wherever it stands; None where that may depend on its neighbours."""
    form = unicodedata.normalize("NFKD", letter)
    alone = _BY_THEMSELVES.fullmatch(form) and not any(map(unicodedata.combining, form))
    return form if alone else None


def _once(text: str) -> str:
    folded = compatible(_replaced(text, _SPELLING, _ANY_SPELLING))
    return "".join(_replaced(folded, _SPELLING, _ANY_SPELLING).split())


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
