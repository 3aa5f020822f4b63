"""CPU time of reading one document, beside its yardsticks, in turns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from bench import yardsticks
from parsers import parse, sniff, sniffing
from parsers.readers import WAYS, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.cases import Case

# What the Producer entry of a PDF begins with, and the name people know it by.
PRODUCERS = {
    "Skia": "Chrome",
    "LibreOffice": "LibreOffice",
    "WPS": "WPS",
    "Microsoft": "Word",
    "ReportLab": "Word-like",
}
YARDSTICKS: dict[str, dict[str, Callable[[bytes], None]]] = {
    sniffing.PDF: {"pdfplumber": yardsticks.pdfplumber_tables, "pypdfium2": yardsticks.pypdfium2_text},
    sniffing.HTML: {"lxml": yardsticks.lxml_page},
    sniffing.DOCX: {"lxml": yardsticks.lxml_word},
    sniffing.XLSX: {"calamine": yardsticks.calamine_sheets},
}
QUICK = 5  # times the rounds for what takes a few milliseconds


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians in milliseconds of CPU time. `alone` is bytes to tables; `whole` gives figures, sections and findings.

    `reader` names the libraries that reading took; "+" is in it where the first reading did not suffice.
    """

    name: str
    media_type: str
    made_by: str
    pages: int
    reader: str
    alone: float
    whole: float
    others: dict[str, float]

    @property
    def first_suffices(self) -> bool:
        """No other library was asked."""
        return "+" not in self.reader


def on_one_core() -> None:
    """Keep this process on one core, so that no library's threads count as speed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure(case: Case, rounds: int) -> Timing | None:
    """Time one document; None where there is no yardstick for its kind or no report in it. Raises Unreadable."""
    body = case.path.read_bytes()
    kind = sniff(body)
    others = YARDSTICKS.get(kind)
    way = WAYS.get(kind)
    if others is None or way is None:
        return None
    found = parse(body, kind)
    if not found:
        return None
    read = load(way.read)
    ways: dict[str, Callable[[bytes], object]] = {
        "alone": read,
        "whole": lambda body: parse(body, kind),
        **others,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds if kind == sniffing.PDF else rounds * QUICK):
        for name, work in ways.items():
            times[name].append(_milliseconds(work, body))
    medians = {name: median(values) for name, values in times.items()}
    pages, producer = yardsticks.pages_and_producer(body) if kind == sniffing.PDF else (0, "")
    made_by = next((name for start, name in PRODUCERS.items() if start in producer), "other")
    reader = ", ".join(sorted({one.reader for one in found}))
    return Timing(
        case.name, kind, made_by, pages, reader, medians.pop("alone"), medians.pop("whole"), medians
    )


def _milliseconds(work: Callable[[bytes], object], body: bytes) -> float:
    start = process_time()
    work(body)
    return (process_time() - start) * 1_000
