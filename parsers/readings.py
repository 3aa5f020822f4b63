"""The readings of one report, asked in the order of their cost: a second library only where the first is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.absent import rows_left_out
from parsers.editions import editions, key_order, rules
from parsers.judge import Candidates, Judged, candidates, judge, word_candidates
from parsers.mapper import map_grids
from parsers.model import Origin
from parsers.readers import text as words
from parsers.rules import failing_sums

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.rows import Harvest

# Readers of markup, where grid and text come from the same bytes, with no geometry between.
MARKUP = frozenset({"html", "docx", "sheet"})


@dataclass(frozen=True, slots=True)
class Part:
    """One report as one library read it."""

    reader: str
    harvest: Harvest
    text: str


def judge_readings(first: Part, edition: str, second: Callable[[], Part | None]) -> tuple[Judged, str]:
    """What may be claimed of a report, and by which readers it was read."""
    if first.reader == words.READER:
        return _complete(judge({}, {}, _words(first, edition), edition), first, edition), first.reader
    one = candidates(first.harvest, first.text)
    judged = _complete(judge(one, {}, {}, edition), first, edition)
    if first.reader in MARKUP:  # grid and text come from the same markup, and are compared figure by figure
        return Judged(judged.figures, judged.findings, frozenset(one)), first.reader
    if not needs_second_reading(judged, edition) or (other := second()) is None:
        return judged, first.reader
    two = candidates(other.harvest, other.text)
    judged = _complete(judge(one, two, {}, edition), first, edition)
    if is_incomplete(judged, edition):
        agreed = _agreed(_words(first, edition), _words(other, edition))
        judged = _complete(judge(one, two, agreed, edition), first, edition)
    return judged, f"{first.reader}+{other.reader}"


def needs_second_reading(judged: Judged, edition: str) -> bool:
    """Whether another library must look: a figure is unsure, a figure of the form is absent, or a sum fails."""
    figures = {figure.key: figure for figure in judged.figures}
    sums = [rule for rule in rules() if rule.test == "sums"]
    return is_incomplete(judged, edition) or any(any(failing_sums(rule, figures)) for rule in sums)


def is_incomplete(judged: Judged, edition: str) -> bool:
    """Whether a figure is unsure, or a figure of the form is absent."""
    return judged.unsure or not {figure.key for figure in judged.figures}.issuperset(
        editions()[edition].keys()
    )


def _words(part: Part, edition: str) -> Candidates:
    """What the words of a report say without its tables; the origin of a PDF's words is the line of its text."""
    grids = words.grids_of(part.text, edition, "text" if part.reader == words.READER else "pdf")
    harvests = map_grids(grids, edition)
    return word_candidates(harvests[0]) if len(harvests) == 1 else {}


def _agreed(one: Candidates, other: Candidates) -> Candidates:
    return {
        key: one[key]
        for key in one.keys() & other.keys()
        if not one[key].doubt and not other[key].doubt and one[key].cell.text == other[key].cell.text
    }


def _complete(judged: Judged, part: Part, edition: str) -> Judged:
    """With the rows that the text has and no reading gave."""
    kind = judged.figures[0].origin.kind if judged.figures else "text"
    figures, findings = rows_left_out(judged, part.text, edition, Origin(kind))
    order = key_order(edition)
    whole = sorted((*judged.figures, *figures), key=lambda figure: order[figure.key])
    return Judged(tuple(whole), (*judged.findings, *findings), judged.confirmed)
