"""How long a scan takes, and how much of that is spent in the model."""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING

import onnxruntime  # type: ignore[import-untyped]  # ships no types

from parsers import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.cases import Case


class _Clock:
    """The CPU seconds that all models took so far."""

    seconds = 0.0


class _TimedSession(onnxruntime.InferenceSession):  # type: ignore[misc]  # untyped base
    """A model that notes how long it runs."""

    def run(self, *arguments: object, **options: object) -> object:
        start = process_time()
        try:
            return super().run(*arguments, **options)
        finally:
            _Clock.seconds += process_time() - start


@dataclass(frozen=True, slots=True)
class Scan:
    """CPU seconds for one document; `table_pages` is how many pages its figures stand on."""

    name: str
    table_pages: int
    seconds: float
    in_model: float


def time_scans(cases: Iterable[Case]) -> Iterator[Scan]:
    """Read each document once, after the models were loaded. Raises Unreadable."""
    # Engines make their sessions when they first need them: from here on, these.
    onnxruntime.InferenceSession = _TimedSession
    warm = False
    for case in cases:
        body = case.path.read_bytes()
        if not warm:
            # Loads the models; other bytes, because a reader may keep what it saw last
            parse(body + b"\n", "")
            warm = True
        _Clock.seconds = 0.0
        start = process_time()
        found = parse(body, "")
        seconds = process_time() - start
        pages = {(figure.origin.page or 1) for parsed in found for figure in parsed.figures}
        yield Scan(case.name, len(pages), seconds, _Clock.seconds)


def table(scans: Iterable[Scan]) -> Iterator[str]:
    """Markdown."""
    yield "| scan | table pages | seconds | per table page | in the model |"
    yield "|---|--:|--:|--:|--:|"
    for scan in scans:
        each = f"{scan.seconds / scan.table_pages:.2f}" if scan.table_pages else "–"
        share = f"{scan.in_model / scan.seconds:.0%}" if scan.seconds else "–"
        yield f"| {scan.name} | {scan.table_pages} | {scan.seconds:.1f} | {each} | {share} |"
