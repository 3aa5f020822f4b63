"""How fast PDFs are read, beside pdfplumber's own extract_tables: `python -m bench.read [--rounds N] [FILE…]`.

Milliseconds are of CPU time, which a busy machine leaves alone, and the two take turns on each file; even so,
compare only numbers of one run.
Without files it reads the PDFs of tests/samples. Prints Markdown.
"""

from __future__ import annotations

import argparse
import io
import logging
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean, median
from time import process_time
from typing import TYPE_CHECKING

import pdfplumber
import pypdfium2

from parsers import parse
from parsers.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples"
# What the Producer entry of a PDF begins with, and the name people know it by.
PRODUCERS = {
    "Skia": "Chrome",
    "LibreOffice": "LibreOffice",
    "WPS": "WPS",
    "Microsoft": "Word",
    "ReportLab": "ReportLab",
}
MANY_PAGES = 20


@dataclass(frozen=True, slots=True)
class Timing:
    """Median milliseconds of CPU time for one file."""

    name: str
    kind: str
    pages: int
    readers: str
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times pdfplumber's time ours is contained in."""
        return self.theirs / self.ours


def read_ours(body: bytes) -> None:
    """The whole of our reading: tables, figures, sections, findings, the second library where it is needed."""
    parse(body, "application/pdf")


def readers_of(body: bytes) -> str:
    """Which libraries reading this document takes; raises Unreadable."""
    return ", ".join(sorted({parsed.reader for parsed in parse(body, "application/pdf")})) or "no report"


def read_theirs(body: bytes) -> None:
    """pdfplumber's tables of all pages, cells only: no figures, no checks."""
    with pdfplumber.open(io.BytesIO(body)) as document:
        for page in document.pages:
            page.extract_tables()
            page.close()


def measure(path: Path, rounds: int) -> Timing:
    """Read one file `rounds` times each way, in turns, after one warm-up of ours. Raises Unreadable."""
    body = path.read_bytes()
    readers = readers_of(body)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_milliseconds(read_ours, body))
        theirs.append(_milliseconds(read_theirs, body))
    kind, pages = _kind_and_pages(body)
    return Timing(_name(path), kind, pages, readers, median(ours), median(theirs))


def _name(path: Path) -> str:
    return path.parent.name if path.stem == "body" else path.stem


def _milliseconds(read: Callable[[bytes], None], body: bytes) -> float:
    start = process_time()
    read(body)
    return (process_time() - start) * 1_000


def _kind_and_pages(body: bytes) -> tuple[str, int]:
    document = pypdfium2.PdfDocument(body)
    try:
        producer = document.get_metadata_value("Producer")
        kind = next((name for start, name in PRODUCERS.items() if start in producer), "other")
        return ("long" if len(document) > MANY_PAGES else kind), len(document)
    finally:
        document.close()


def table(timings: Sequence[Timing]) -> Iterable[str]:
    """The timings as Markdown: a line for each file, then one for each kind and one for all."""
    yield "| document | kind | pages | read with | reportwatch ms | pdfplumber ms | ratio |"
    yield "|---|---|--:|---|--:|--:|--:|"
    for timing in timings:
        yield (
            f"| {timing.name} | {timing.kind} | {timing.pages} | {timing.readers} | {timing.ours:.1f} "
            f"| {timing.theirs:.0f} | {timing.ratio:.1f}x |"
        )
    yield ""
    yield "| kind | documents | reportwatch median ms | pdfplumber median ms | ratio (geometric mean) |"
    yield "|---|--:|--:|--:|--:|"
    groups = {
        kind: [one for one in timings if one.kind == kind] for kind in sorted({t.kind for t in timings})
    }
    groups["one library"] = [one for one in timings if "+" not in one.readers]
    groups["all"] = list(timings)
    for kind, group in groups.items():
        if not group:
            continue
        ours, theirs = median(one.ours for one in group), median(one.theirs for one in group)
        ratio = geometric_mean([one.ratio for one in group])
        yield f"| {kind} | {len(group)} | {ours:.1f} | {theirs:.0f} | {ratio:.1f}x |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the files named, or the samples."""
    options = argparse.ArgumentParser(prog="python -m bench.read", description=__doc__)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args(arguments)
    files = chosen.files or sorted(SAMPLES.glob("*/body.pdf"))
    if not files:
        print(f"No PDF in {SAMPLES}: name some files.", file=sys.stderr)
        return 64
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    print(f"{len(files)} documents, {chosen.rounds} rounds in turns, Python {platform.python_version()}\n")
    timings = []
    for path in files:
        try:
            timings.append(measure(path, chosen.rounds))
        except Unreadable as error:
            print(f"{_name(path)} is refused: {error.kind}. {error.message}\n")
    print("\n".join(table(timings)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
