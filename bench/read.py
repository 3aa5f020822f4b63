"""How fast documents are read, how right, and in how much memory: `python -m bench.read [FOLDER] [--rounds N]`.

Every document under FOLDER (tests/samples where none is named) is read alone (bytes to tables) and whole (figures,
sections, findings), in turns with its yardsticks: pdfplumber's default tables and pypdfium2's text for PDFs, lxml's
bare parse for pages and Word files, python-calamine's read for spreadsheets. Milliseconds are of CPU time on one
core, medians of N rounds: compare only numbers of one run. `--only` chooses among speed, ocr, accuracy and memory.
Prints Markdown; exits with 1 where a figure is wrong and not named unsure, or a printed error is invented.
"""

from __future__ import annotations

import argparse
import logging
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import memory, pictures, score, speed
from bench.cases import cases
from bench.timing import measure, on_one_core
from parsers import parse
from parsers.model import MoreEffort, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.cases import Case
    from bench.timing import Timing

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "samples"
PARTS = ("accuracy", "memory", "speed", "ocr")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a folder, or the samples."""
    options = argparse.ArgumentParser(prog="python -m bench.read", description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--scans", type=int, default=3, help="how many scans are timed (default 3)")
    chosen = options.parse_args(arguments)
    found = list(cases(chosen.folder))
    if not found:
        print(f"No document in {chosen.folder}: name another folder.", file=sys.stderr)
        return 64
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    print(f"{len(found)} documents, {chosen.rounds} rounds in turns, Python {platform.python_version()}\n")
    right = _accuracy(chosen.folder) if "accuracy" in chosen.only else True
    if "memory" in chosen.only:
        _print(memory.table(list(memory.workers([str(case.path) for case in found]))))
    on_one_core()
    if "speed" in chosen.only:
        _speed(found, chosen.rounds)
    if "ocr" in chosen.only:
        _print(pictures.table(pictures.time_scans(_scans(found, chosen.scans))))
    return 0 if right else 1


def _accuracy(folder: Path) -> bool:
    scores = score.score_folder(folder)
    for by in ("kind", "style"):
        _print(score.table(scores, by))
    return score.passed(scores)


def _speed(found: Sequence[Case], rounds: int) -> None:
    timings: list[Timing] = []
    for case in found:
        try:
            parse(case.path.read_bytes(), "", "second")
            timing = measure(case, rounds)
        except (Unreadable, MoreEffort):
            continue
        if timing is not None:
            timings.append(timing)
    _print(speed.bars(timings))
    _print(speed.documents(timings))


def _scans(found: Sequence[Case], count: int) -> Iterator[Case]:
    """The first documents that only a reader of pictures can read."""
    for case in found:
        if not count:
            return
        try:
            parse(case.path.read_bytes(), "", "second")
        except MoreEffort:
            count -= 1
            yield case
        except Unreadable:
            continue


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)
    print()


if __name__ == "__main__":
    sys.exit(main())
