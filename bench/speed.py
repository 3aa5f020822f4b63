"""The bars of speed, and tables of what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from parsers import sniffing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bench.timing import Timing

USUAL_PAGES, MANY_PAGES = range(5, 9), 60
LIGHT = ("LibreOffice", "Word", "Word-like", "WPS")


@dataclass(frozen=True, slots=True)
class Bar:
    """What must be reached over the documents that `counts` chooses, by the median.

    `at_least` bars ask how many times as fast as `yardstick` we are; the others how many times its time we take.
    """

    what: str
    counts: Callable[[Timing], bool]
    yardstick: str
    limit: float
    at_least: bool = False

    def ratio(self, timing: Timing, ours: float) -> float:
        """Of one document, for one of our times."""
        other = timing.others[self.yardstick]
        return other / ours if self.at_least else ours / other

    def holds(self, ratio: float) -> bool:
        """Whether a median passes."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit


def _usual(timing: Timing) -> bool:
    return timing.media_type == sniffing.PDF and timing.pages in USUAL_PAGES


def _of_kind(kind: str) -> Callable[[Timing], bool]:
    return lambda timing: timing.media_type == kind


BARS = (
    Bar("PDF of 5–8 pages, the first reading suffices", lambda t: _usual(t) and t.first_suffices, "pdfplumber", 12, at_least=True),
    Bar("PDF of 5–8 pages, with all second readings", _usual, "pdfplumber", 10, at_least=True),
    Bar("PDF of 60 pages and more", lambda t: t.pages >= MANY_PAGES, "pdfplumber", 30, at_least=True),
    Bar("PDF by Chrome, 5–8 pages, the first suffices", lambda t: _usual(t) and t.first_suffices and t.made_by == "Chrome", "pypdfium2", 1.5),
    Bar("PDF by Word or LibreOffice, 5–8 pages, the first suffices", lambda t: _usual(t) and t.first_suffices and t.made_by in LIGHT, "pypdfium2", 3),
    Bar("HTML", _of_kind(sniffing.HTML), "lxml", 2.5),
    Bar("DOCX", _of_kind(sniffing.DOCX), "lxml", 3),
    Bar("XLSX", _of_kind(sniffing.XLSX), "calamine", 2),
)  # fmt: skip


def bars(timings: Sequence[Timing]) -> Iterator[str]:
    """Markdown: a line for each bar, for reading alone and for the whole parse."""
    yield "| | documents | beside | bar | reading alone | | whole parse | |"
    yield "|---|--:|---|--:|--:|---|--:|---|"
    for bar in BARS:
        chosen = [timing for timing in timings if bar.counts(timing)]
        sign = "≥" if bar.at_least else "≤"
        cells = [bar.what, str(len(chosen)), bar.yardstick, f"{sign} {bar.limit:g}×"]
        for ours in ("alone", "whole"):
            if not chosen:
                cells += ["–", "–"]
                continue
            ratio = median(bar.ratio(timing, getattr(timing, ours)) for timing in chosen)
            cells += [f"{ratio:.2f}×", "pass" if bar.holds(ratio) else "FAIL"]
        yield f"| {' | '.join(cells)} |"


def documents(timings: Iterable[Timing]) -> Iterator[str]:
    """Markdown: a line for each document."""
    yield "| document | made by | pages | read with | alone ms | whole ms | yardsticks ms |"
    yield "|---|---|--:|---|--:|--:|---|"
    for timing in timings:
        others = ", ".join(f"{name} {value:.1f}" for name, value in timing.others.items())
        made_by = timing.made_by if timing.pages else timing.media_type.rpartition(".")[2].rpartition("/")[2]
        yield (
            f"| {timing.name} | {made_by} | {timing.pages or ''} | {timing.reader} | {timing.alone:.1f} "
            f"| {timing.whole:.1f} | {others} |"
        )
