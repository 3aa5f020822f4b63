"""How much memory a worker takes: a fresh process for each class of reading, `python -m bench.memory FOLDER`.

Peak resident memory (VmHWM) of a process that reads every document of its class, one after another, as a worker
does: those that light readers decide, those that pdfplumber must look at, those that are pictures. Prints Markdown;
exits with 1 where a class takes more than it may.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cases import cases
from parsers import parse
from parsers.model import MoreEffort, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.model import Effort

# Megabytes that a worker may take, by the heaviest reader that runs in it.
LIMITS: dict[Effort, int] = {"first": 120, "second": 250, "pictures": 1_600}
NAMES: dict[Effort, str] = {
    "first": "without pdfplumber and OCR",
    "second": "with pdfplumber",
    "pictures": "with OCR",
}
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process read, and its peak in megabytes. `onward` are documents for a heavier class."""

    effort: Effort
    documents: int
    peak: float
    onward: tuple[str, ...]


def workers(
    paths: Sequence[str], efforts: Sequence[Effort] = ("first", "second", "pictures")
) -> Iterator[Worker]:
    """A process for each class in turn, each with what the one before could not decide."""
    for effort in efforts:
        if not paths:
            return
        command = (sys.executable, "-m", "bench.memory", "--worker", effort)
        told = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=True)
        answer = json.loads(told.stdout.splitlines()[-1])
        yield Worker(effort, len(paths) - len(answer["onward"]), answer["peak"], tuple(answer["onward"]))
        paths = answer["onward"]


def table(found: Sequence[Worker]) -> Iterator[str]:
    """Markdown."""
    yield "| a worker | documents | peak MB | at most | |"
    yield "|---|--:|--:|--:|---|"
    for one in found:
        limit = LIMITS[one.effort]
        verdict = "pass" if one.peak <= limit else "FAIL"
        yield f"| {NAMES[one.effort]} | {one.documents} | {one.peak:.0f} | {limit} | {verdict} |"


def passed(found: Sequence[Worker]) -> bool:
    """Every class stays within its limit."""
    return all(one.peak <= LIMITS[one.effort] for one in found)


def _work(effort: Effort) -> None:
    """Be a worker: read the paths of standard input, then tell the peak."""
    onward = []
    for line in sys.stdin.read().splitlines():
        try:
            parse(Path(line).read_bytes(), "", effort)
        except MoreEffort:
            onward.append(line)
        except Unreadable:
            continue
    print(json.dumps({"peak": _peak(), "onward": onward}))


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = re.search(r"VmHWM:\s+(\d+) kB", status)
    if kilobytes is None:
        raise RuntimeError("the kernel does not tell the peak of memory")
    return int(kilobytes[1]) * 1_024 / MEGABYTE


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a folder, or be one of its workers."""
    options = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--worker", choices=tuple(LIMITS), help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.worker:
        _work(chosen.worker)
        return 0
    if chosen.folder is None:
        options.error("name a folder")
    found = list(workers([str(case.path) for case in cases(chosen.folder)]))
    print("\n".join(table(found)))
    return 0 if passed(found) else 1


if __name__ == "__main__":
    sys.exit(main())
