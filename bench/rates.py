"""How fast documents are read and stored, what a worker needs for it, and what one bomb among them costs.

Run by bench/throughput.py.

Interleaved, round by round, on the same documents (the folder's PDFs, pages and texts, repeated): parsed and stored in
this process, and by `reportwatch parse` with its workers. The seconds are those on the clock; a machine that does
other work meanwhile shows in the spread.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import parsers
from parsers.model import MoreEffort, Unreadable
from reportwatch.lanes import LANES, MIB
from reportwatch.options import Options
from reportwatch.steps import parse as parse_step
from store.archive import Archive
from store.crawls import keep_document
from store.database import open_database
from store.matched import rematch
from store.paths import StatePaths
from store.readings import save_readings, save_unreadable, unread_documents
from tests.reportwatch import hostile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

SAMPLES = Path(__file__).parent.parent / "tests" / "samples"
NOW = "2026-02-01T00:00:00Z"
ENDINGS = (".pdf", ".html", ".htm", ".txt", ".docx", ".xlsx")
WATCH_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Round:
    """Documents a second, and how many of them gave reports."""

    rate: float
    reports: int


def main() -> None:
    """Print a table of rates, one of memory, and what the bomb cost."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    asked.add_argument("--documents", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    words = asked.parse_args()
    bodies = _bodies(words.folder)
    print(
        f"{words.documents} documents, {len(bodies)} different ones of {words.folder}, {words.rounds} rounds\n"
    )
    rates: dict[str, list[Round]] = {"in process": [], "2 workers": []}
    peaks: dict[int, int] = {}
    for _ in range(words.rounds):
        rates["in process"].append(_in_process(bodies, words.documents))
        with Watch() as watch:
            rates["2 workers"].append(_by_workers(bodies, words.documents))
        peaks = {limit: max(peaks.get(limit, 0), most) for limit, most in {**peaks, **watch.peaks}.items()}
    _print_rates(rates)
    _print_peaks(peaks)
    _print_bomb(bodies, words.documents)


def _bodies(folder: Path) -> list[bytes]:
    """The documents below the folder that hold reports, in the order of their names."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS):
        body = path.read_bytes()
        try:
            if parsers.parse(body, parsers.sniff(body), "second"):
                found.append(body)
        except (Unreadable, MoreEffort):
            continue
    return found


def _filled(state: Path, bodies: Sequence[bytes], documents: int) -> Database:
    """A database with that many documents, none of them read."""
    paths = StatePaths(state)
    database = open_database(paths.database)
    archive = Archive(paths.raw)
    for number in range(documents):
        body = bodies[number % len(bodies)]
        keep_document(
            database, archive, url=f"https://www.example.gov.cn/{number}", body=body, now=NOW,
            media_type=parsers.sniff(body),
        )  # fmt: skip
    return database


def _in_process(bodies: Sequence[bytes], documents: int) -> Round:
    """Parsed and stored one after the other, without a child process and without its safety."""
    with tempfile.TemporaryDirectory() as made:
        state = Path(made)
        database = _filled(state, bodies, documents)
        archive = Archive(StatePaths(state).raw)
        began, reports = time.perf_counter(), 0
        for document in unread_documents(database, NOW):
            try:
                body = archive.get(document.sha256)
                parsed = parsers.parse(body, parsers.sniff(body))
                save_readings(database, document.id, parsers.READER_VERSION, parsed, NOW)
                reports += bool(parsed)
            except Unreadable as why:
                save_unreadable(database, document.id, parsers.READER_VERSION, why.kind, why.message, NOW)
        rematch(database, NOW)
        seconds = time.perf_counter() - began
        database.close()
    return Round(documents / seconds, reports)


def _by_workers(bodies: Sequence[bytes], documents: int) -> Round:
    """What `reportwatch parse` does, its workers' start and end included."""
    with tempfile.TemporaryDirectory() as made:
        state = Path(made)
        _filled(state, bodies, documents).close()
        began = time.perf_counter()
        step = parse_step(Options(state=state, fixed_now=NOW))
        seconds = time.perf_counter() - began
    return Round(documents / seconds, cast("int", step.facts["reports"]))


class Watch:
    """The most memory that any child process had resident, by the limit of its lane (bytes of address space)."""

    def __init__(self) -> None:
        self.peaks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        limits = {lane.memory for lane in LANES}
        while not self._over.wait(WATCH_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, IndexError, StopIteration):
                    limit = _limit_of(process)
                    if limit in limits:
                        self.peaks[limit] = max(self.peaks.get(limit, 0), _peak_of(process))


def _limit_of(process: Path) -> int:
    line = next(
        line for line in (process / "limits").read_text().splitlines() if line.startswith("Max address")
    )
    soft = line.split()[3]
    return int(soft) if soft.isdigit() else 0


def _peak_of(process: Path) -> int:
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def _print_rates(rates: dict[str, list[Round]]) -> None:
    print("| | documents a second, median | all rounds | reports |\n|---|---|---|---|")
    for name, rounds in rates.items():
        each = ", ".join(f"{one.rate:.1f}" for one in rounds)
        print(
            f"| {name} | {statistics.median(one.rate for one in rounds):.1f} | {each} | {rounds[0].reports} |"
        )
    pairs = zip(rates["2 workers"], rates["in process"], strict=True)
    print(
        f"\n2 workers are {statistics.median(ours.rate / alone.rate for ours, alone in pairs):.2f} × in process\n"
    )


def _print_peaks(peaks: dict[int, int]) -> None:
    print("| heaviest reader | limit of address space, MiB | most ever resident, MiB |\n|---|---|---|")
    for lane in LANES:
        most = peaks.get(lane.memory)
        shown = f"{most / MIB:.0f}" if most else "not used by these documents"
        print(f"| {lane.effort} | {lane.memory // MIB} | {shown} |")


def _print_bomb(bodies: Sequence[bytes], documents: int) -> None:
    """One document among the others that takes all the memory it is given."""
    bomb = hostile.files()["stream bomb.pdf"]
    with tempfile.TemporaryDirectory() as made:
        state = Path(made)
        many = [bodies[number % len(bodies)] for number in range(documents)]
        _filled(state, [*many[: documents // 2], bomb, *many[documents // 2 :]], documents + 1).close()
        step = parse_step(Options(state=state, fixed_now=NOW))
    failed = cast("list[dict[str, str]]", step.facts["unreadable"])
    told = ", ".join(one["kind"] for one in failed) or "nothing"
    print(f"\nA bomb of {len(bomb):,} bytes among {documents} good documents cost {len(failed)}: {told}")
