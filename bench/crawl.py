"""What a crawl costs, beside programs that only download the same pages: `python -m bench.crawl`.

A portal of loopback sites in mixed families (bench/portal.py), the same politeness for all: one request at a time a
host, the same pause, the same number of hosts at once. In turn: the crawler on an empty state (list pages, reports,
archive, hashing, database), a bare Scrapy spider and bare aiohttp on the pages that the crawler asked for, and the
crawler again with nothing changed. CPU is that of the process alone, user and system; seconds are on the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.portal import address, corners
from store.database import open_database
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
FIRST, SECOND = (
    "2026-02-03T02:00:00Z",
    "2026-02-03T10:00:00Z",
)  # the second within the hours of "only if changed"
TABLES = (
    "crawls",
    "captures",
    "documents",
    "links",
    "validators",
    "hosts",
    "events",
    "deliveries",
    "reports",
)
PUBLISHERS = "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """One program's run: seconds of CPU and on the clock, the most memory in MB, what it printed last."""

    cpu: float
    clock: float
    memory: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A size of the portal: pages asked for, and what each program cost on them."""

    sites: int
    pages: int
    ours: Cost
    scrapy: Cost
    aiohttp: Cost
    again: Cost
    asked_again: int
    written: dict[str, int]


def main() -> None:
    """Print a table for each size asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sites", type=int, nargs="+", default=[1000])
    asked.add_argument("--entries", type=int, default=20)
    asked.add_argument("--delay", type=float, default=0.02)
    asked.add_argument("--concurrency", type=int, default=128)
    asked.add_argument("--port", type=int, default=8099)
    asked.add_argument(
        "--state", type=Path, default=None, help="where the state is made: a disk, or memory (/dev/shm)"
    )
    asked.add_argument(
        "--plot", type=Path, default=None, help="write the costs over the sizes as a picture (SVG)"
    )
    words = asked.parse_args()
    results = []
    for sites in words.sites:
        results.append(run(words, sites))
        print(told(results[-1]), flush=True)
    if words.plot:
        words.plot.write_text(plotted(results), encoding="utf-8")


def run(words: argparse.Namespace, sites: int) -> Result:
    """All programs, one after the other, on a portal of so many sites."""
    folder = Path(tempfile.mkdtemp(prefix="reportwatch-crawl-", dir=words.state))
    log = folder / "asked.tsv"
    try:
        watch(folder, sites, words)
        with portal(words, log) as server:
            ours = crawl(folder, FIRST, words, sites)
            pages = asked_for(server, log)
            kept = shutil.copy(log, folder / "pages.tsv")
            bare = [measured(["-m", "bench.bare", name, str(kept), str(words.delay), str(words.concurrency)])
                    for name in ("scrapy", "aiohttp")]  # fmt: skip
            asked_for(server, log)
            before = counts(folder)
            again = crawl(folder, SECOND, words, sites)
            after = counts(folder)
            asked_again = asked_for(server, log)
    finally:
        shutil.rmtree(folder)
    written = {table: after[table] - before[table] for table in TABLES if after[table] != before[table]}
    return Result(sites, pages, ours, bare[0], bare[1], again, asked_again, written)


def watch(folder: Path, sites: int, words: argparse.Namespace) -> None:
    """A watchlist with one source a site, of the family that the portal gives it."""
    region = folder / "watchlist" / "bench"
    region.mkdir(parents=True)
    made = corners(1)
    blocks, rows = [], []
    for number in range(sites):
        corner = made[number % len(made)][1]
        host = address(number)
        blocks.append(
            f'[[source]]\nid = "s{number}"\nurl = "http://{host}:{words.port}{corner.path}"\nfamily = "{corner.family}"\n'
            f"hosts = {json.dumps([host, *corner.hosts])}\nmin_interval = {words.delay}\noptions = {{ {corner.options} }}\n"
        )
        rows.append(f"p{number},示范{number}市人民政府,government,bench,,,,,,,,s{number},\n")
    (region / "sources.toml").write_text("\n".join(blocks), encoding="utf-8")
    (region / "publishers.csv").write_text(PUBLISHERS + "".join(rows), encoding="utf-8")


def crawl(folder: Path, now: str, words: argparse.Namespace, sites: int) -> Cost:
    """The real crawler in a process of its own. Raises ValueError where it saw less than everything."""
    allowed = ",".join(f"{address(number)}:{words.port}" for number in range(sites))
    settings = {
        "REPORTWATCH_STATE": str(folder / "state"), "REPORTWATCH_WATCHLIST": str(folder / "watchlist"),
        "REPORTWATCH_NOW": now, "REPORTWATCH_ALLOW": allowed, "REPORTWATCH_LOG_LEVEL": "ERROR",
        "REPORTWATCH_CONCURRENCY": str(words.concurrency),
    }  # fmt: skip
    cost = measured(["-m", "crawler"], settings)
    visits = json.loads(cost.said)["visits"]
    if sum(visits.get(name, 0) for name in ("good", "unchanged")) != sites:
        raise ValueError(f"not every site was seen well: {cost.said[:2000]}")
    return cost


def measured(arguments: list[str], environment: dict[str, str] | None = None) -> Cost:
    """A child's CPU, clock and memory."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as out:
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=out,
            stderr=errors,
        )
        _, status, used = os.wait4(child.pid, 0)
        clock = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if child.returncode not in (0, 10):
            raise ValueError(f"{arguments} ended with {child.returncode}: {errors.read()[-2000:].decode()}")
        lines = out.read().decode().strip().splitlines()
    return Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1024, lines[-1] if lines else "")


@contextmanager
def portal(words: argparse.Namespace, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The portal's server while it is needed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.portal", str(words.port), str(words.entries), str(log)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        if server.stdout is None or server.stdout.readline().strip() != b"ready":
            raise ValueError("the portal did not start")
        yield server
    finally:
        server.terminate()
        server.wait()


def asked_for(server: subprocess.Popen[bytes], log: Path) -> int:
    """How many pages were asked for since the last look; the log file names them."""
    log.unlink(missing_ok=True)
    server.send_signal(signal.SIGUSR1)
    while not log.exists() or not log.read_bytes().endswith(b"\n"):
        time.sleep(0.05)
    return len(log.read_text(encoding="utf-8").split("\n")) - 1


def counts(folder: Path) -> dict[str, int]:
    """Rows of the tables that a crawl writes."""
    db = open_database(StatePaths(folder / "state").database, create=False)
    try:
        return {table: db[table].count for table in TABLES}
    finally:
        db.close()


def told(result: Result) -> str:
    """One size as a table in Markdown."""
    rows = [
        ("crawler", result.ours, result.pages), ("bare Scrapy spider", result.scrapy, result.pages),
        ("bare aiohttp", result.aiohttp, result.pages), ("crawler again, nothing changed", result.again, result.asked_again),
    ]  # fmt: skip
    lines = [f"\n{result.sites} sites, {result.pages} pages", "", "| | requests | CPU s | ms a page | times Scrapy | seconds | most MB |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, cost, pages in rows:
        each = cost.cpu / max(pages, 1)
        lines.append(
            f"| {name} | {pages} | {cost.cpu:.1f} | {1000 * each:.2f} | {each / (result.scrapy.cpu / result.pages):.2f} |"
            f" {cost.clock:.0f} | {cost.memory:.0f} |"
        )
    lines.append(
        f"\nA visit with nothing changed: {1000 * result.again.cpu / result.sites:.2f} ms of CPU a source (start included),"
        f" {result.asked_again / result.sites:.2f} requests a source; rows written: {result.written}"
    )
    return "\n".join(lines)


WIDTH, HEIGHT, MARGIN = 640, 360, 56
LINES: tuple[tuple[str, str, Callable[[Result], float]], ...] = (("crawler", "#b5322b", lambda result: result.ours.cpu), ("bare Scrapy spider", "#2b5fb5", lambda result: result.scrapy.cpu),
         ("nothing changed", "#2f8f4e", lambda result: result.again.cpu))  # fmt: skip


def _across(sites: int, widest: int) -> float:
    return MARGIN + sites / widest * (WIDTH - 2 * MARGIN)


def _up(cpu: float, highest: float) -> float:
    return HEIGHT - MARGIN - cpu / highest * (HEIGHT - 2 * MARGIN)


def plotted(results: list[Result]) -> str:
    """CPU seconds over the number of sites, as an SVG."""
    widest = max(result.sites for result in results)
    highest = max(line(result) for result in results for _, _, line in LINES)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="#444"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">sites</text>',
        f'<text x="8" y="{MARGIN - 14}">CPU seconds</text><text x="8" y="{MARGIN + 4}">{highest:.0f}</text>',
    ]
    drawn += [
        f'<text x="{_across(result.sites, widest):.0f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{result.sites}</text>'
        for result in results
    ]
    for place, (name, colour, line) in enumerate(LINES):
        points = " ".join(
            f"{_across(result.sites, widest):.1f},{_up(line(result), highest):.1f}" for result in results
        )
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn.append(f'<text x="{MARGIN + 16}" y="{MARGIN + 16 * place}" fill="{colour}">{name}</text>')
    return "\n".join([*drawn, "</svg>", ""])


if __name__ == "__main__":
    main()
