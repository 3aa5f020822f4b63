"""Reports before the unified form of 2019: their text is kept, and of their figures only the requests received are read.

Nothing else of the old tables is known well enough to be read: their rows differ from region to region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.editions import legacy_form
from parsers.mapper import detect_edition
from parsers.model import Figure, Finding, Origin, Section
from parsers.normalise import comparable, normalise, readable
from parsers.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from parsers.sections import Outline

# The whole text of a report whose sections have other titles than the form's.
WHOLE = "0"
_UNIT = r"(?:件|条|份|宗|人次|次|例)"
_RECEIVED = re.compile(
    r"收\s*到\s*(?:的\s*)?(?:政\s*府\s*)?(?:信\s*息\s*)?(?:公\s*开\s*)?申\s*请\s*(?:总\s*)?(?:数\s*量|件\s*数|总\s*数|数)?\s*"
    rf"(?:[(（][^()（）]{{0,10}}[)）]\s*)?(?:共\s*计?|合\s*计|为|计)?\s*[:：]?[\s|]*{_UNIT}?[\s|]*"
    rf"(?P<number>\d[\d,，]*)\s*(?:{_UNIT}|(?=[\s。，,；;、|)）]|$))",
    re.MULTILINE,
)
_PART = re.compile(r"(?:其中|上年|去年|上一年|结转)[^。；\n]{0,8}$")
# Of more than the year or the body, or of less: since a law came into force, a quarter, each of several offices.
_OTHER_SPAN = re.compile(r"(?:累计|以来|截至|截止|季度|半年|月份|各[^自类项]|分别)[^。；\n]{0,40}$")
# Another number where the first one ends: its own digits torn apart, or a second column.
_ANOTHER = re.compile(r"[\s|]*(?P<number>\d[\d,，]*)(?![\d.、．)）年月])")


@dataclass(frozen=True, slots=True)
class OldReport:
    """What is kept of a report before the form."""

    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]


def is_old(text: str, year: int | None, figures: Collection[Figure] = ()) -> bool:
    """Whether a report is from before the form: by its year where nothing of the form is printed, or by its words."""
    if any(figure.state != "unsure" for figure in figures):
        return False
    if year is not None and year > legacy_form().until:
        return False
    return prints_old_tables(text) or (year is not None and detect_edition(text) is None)


def prints_old_tables(text: str) -> bool:
    """Whether the text has words that only the tables before the form print."""
    plain = normalise(text)
    return any(mark in plain for mark in legacy_form().marks)


def old_report(text: str, title: str | None, outline: Outline) -> OldReport:
    """The report's text by its sections, or whole where it has others; and the requests received, where they are told."""
    whole = Section(WHOLE, title or "", readable(text[: outline.end]).strip())
    figures, findings = _received(text)
    return OldReport(figures, outline.sections or (whole,), findings)


def _received(text: str) -> tuple[tuple[Figure, ...], tuple[Finding, ...]]:
    """One number wherever the text tells it: a number. Several: nobody can say which is the year's."""
    found = dict(_told(text))
    if not found:
        return (), ()
    form = legacy_form().received
    printed, place = next(iter(found.items()))
    origin = Origin("text", row=text.count("\n", 0, place) + 1)
    number = read_number(printed)
    if len({read_number(one).value for one in found}) == 1 and number.state == "number":
        return (Figure(form.key, number.value, printed, form.unit, "number", origin),), ()
    several = ", ".join(found)
    finding = Finding(
        "unsure",
        "unsure",
        "warning",
        f"Not sure of {form.key} ({form.label}): the text says {several}. Look at line {origin.row} of the text.",
        f"“{form.label}”未能确认：文字中有{several}。见文字第{origin.row}行。",
        (form.key,),
    )
    return (Figure(form.key, None, several, None, "unsure", origin),), (finding,)


def _told(text: str) -> Iterator[tuple[str, int]]:
    plain = comparable(text)
    for match in _RECEIVED.finditer(plain):
        before = plain[max(0, match.start() - 48) : match.start()]
        if _PART.search(before):
            continue
        number = match["number"].rstrip(",，")
        if _OTHER_SPAN.search(before):
            number = f"{before.strip()[-16:]}…{number}"  # no number by itself: it must be looked at
        yield number, match.start("number")
        if another := _ANOTHER.match(plain, match.end()):
            yield f"{number} {another['number']}", another.start("number")
