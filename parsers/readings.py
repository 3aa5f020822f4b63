"""The readings of one report, asked in the order of their cost: a heavier one only where those before are not enough.

A PDF's chain is: the grid of its lines and the token stream of its text; the places of its words; its structure
tree; and, where figures are still unsure or a sum fails, another library by lines and by words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from parsers.absent import rows_left_out
from parsers.editions import editions, key_order, rules
from parsers.judge import Judged, Seen, candidates, judge, word_candidates
from parsers.mapper import map_grids
from parsers.misread import SCAN, doubt_misreads
from parsers.model import Origin
from parsers.readers import text as words
from parsers.rules_figures import failing_sums, impossible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parsers.judge import Candidates
    from parsers.model import Figure
    from parsers.rows import Harvest

# Grid and text of these come from the same markup, and are compared figure by figure: there is no other library.
MARKUP = frozenset({"html", "docx", "sheet"})

Kind = Literal["also", "second"]


@dataclass(frozen=True, slots=True)
class Part:
    """One report as one reader read it."""

    reader: str
    harvest: Harvest
    text: str


@dataclass(frozen=True, slots=True)
class More:
    """A further reading of the same report, made when it is asked for; None where it gives nothing.

    "also" shares the first reading's library and characters, and costs little; "second" is another library.
    """

    kind: Kind
    part: Callable[[], Part | None]


def judge_readings(first: Part, edition: str, more: Iterable[More]) -> tuple[Judged, tuple[Part, ...]]:
    """What may be claimed of a report, and the readings that were made of it."""
    if first.reader == words.READER:
        said = Seen(first.reader, {}, _words(first, edition), confirms=False)
        return _complete(judge((said,), edition), first, edition), (first,)
    if first.reader in MARKUP:  # what the text contradicts is unsure already
        seen = Seen(first.reader, candidates(first.harvest, first.text, first.reader), {}, confirms=True)
        return _complete(judge((seen,), edition), first, edition), (first,)
    chain = _Chain(first, edition)
    for one in more:
        if (first.reader == SCAN or chain.needs(one.kind)) and (part := one.part()) is not None:
            chain.add(part, one.kind)
    judged = doubt_misreads(chain.judged) if first.reader == SCAN else chain.judged
    return judged, tuple(chain.parts)


class _Chain:
    """The readings of one report so far, and what they allow to claim."""

    def __init__(self, first: Part, edition: str) -> None:
        self.edition = edition
        self.parts = [first]
        self.seen = [
            Seen(first.reader, candidates(first.harvest, first.text, first.reader), {}, confirms=False)
        ]
        self.judged = self._judge()

    def needs(self, kind: Kind) -> bool:
        """Whether a reading of that kind may change anything: a figure is unsure or absent, or a sum is accused."""
        if is_incomplete(self.judged, self.edition):
            return True
        return kind == "second" and _is_accused(self.judged)

    def add(self, part: Part, kind: Kind) -> None:
        """Judge again with one reading more; with words that two libraries agree on where tables are not enough."""
        said = candidates(part.harvest, part.text, part.reader)
        self.parts.append(part)
        self.seen.append(Seen(part.reader, said, {}, confirms=kind == "second"))
        self.judged = self._judge()
        if kind == "second" and is_incomplete(self.judged, self.edition):
            agreed = _agreed(_words(self.parts[0], self.edition), _words(part, self.edition))
            self.seen[-1] = Seen(part.reader, said, agreed, confirms=True)
            self.judged = self._judge()

    def _judge(self) -> Judged:
        return _complete(judge(tuple(self.seen), self.edition), self.parts[0], self.edition)


def _is_accused(judged: Judged) -> bool:
    """Whether a sum fails, or a count is none, that another library has not confirmed figure by figure."""
    figures = {figure.key: figure for figure in judged.figures}
    sums = (rule for rule in rules() if rule.test == "sums")
    failing = (one for rule in sums for one in failing_sums(rule, figures))
    accused = [figure for one in failing for figure in one.operands] + [one for one, _ in impossible(figures)]
    return any(figure.key not in judged.confirmed for figure in accused)


def is_incomplete(judged: Judged, edition: str) -> bool:
    """Whether a figure is unsure, or a figure of the form is absent for which the form has no other row."""
    return judged.unsure or bool(_lacking(judged.figures, edition))


def _lacking(figures: Sequence[Figure], edition: str) -> set[str]:
    """The keys of the form that are absent. A mixed form prints one row in the place of several."""
    known = {figure.key for figure in figures}
    lacking = set(editions()[edition].keys()) - known
    for rule in rules():
        for single, several in rule.instead.items():
            for key in [
                key for key in lacking if key.split(".")[:2] in [[rule.table, one] for one in several]
            ]:
                if f"{rule.table}.{single}.{key.split('.')[2]}" in known:
                    lacking.discard(key)
    return lacking


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
    return replace(judged, figures=tuple(whole), findings=(*judged.findings, *findings))
