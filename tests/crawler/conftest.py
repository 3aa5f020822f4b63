"""A small real site on loopback, and the crawler run against it as a real child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from store.database import open_database
from store.paths import StatePaths
from tests.portal.server import Site, report_page, report_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-02-03T02:00:00Z"


@dataclass(frozen=True, slots=True)
class Crawled:
    """How a crawl ended."""

    code: int
    summary: dict[str, object]
    log: str

    @property
    def kinds(self) -> dict[str, str]:
        """Source to kind of blindness."""
        blind = self.summary["blind"]
        assert isinstance(blind, list)
        return {row["source"]: row["kind"] for row in blind}


class World:
    """A watchlist, a state folder and sites, on which the real crawler runs."""

    def __init__(self, root: Path) -> None:
        self.root, self.state = root, root / "state"
        self.sites: list[Site] = []
        self.blocks: list[str] = []
        self.allowed: list[str] = []
        self.publishers = ["gov,示范市人民政府,government,demo,,,,,,,,,"]

    def site(self) -> Site:
        site = Site()
        site.start()
        self.sites.append(site)
        self.allowed.append(site.address)
        return site

    def watch(self, name: str, url: str, family: str = "static", options: str = "", **more: object) -> None:
        """Another source. `options` is TOML; `more` are further keys of the block."""
        keys = {"hosts": [urlsplit(url).hostname], "min_interval": 0.02, **more}
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        block = [
            "[[source]]",
            f'id = "{name}"',
            f"url = {json.dumps(url)}",
            f'family = "{family}"',
            'publishers = ["gov"]',
            *lines,
        ]
        self.blocks.append("\n".join([*block, f"options = {{ {options} }}"]))

    def environment(self, now: str, **more: str) -> dict[str, str]:
        folder = self.root / "watchlist" / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sources.toml").write_text("\n\n".join(self.blocks) + "\n", encoding="utf-8")
        (folder / "publishers.csv").write_text(
            "\n".join(
                [
                    "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note",
                    *self.publishers,
                    "",
                ]
            ),
            encoding="utf-8",
        )
        return {
            "PATH": os.environ["PATH"],
            "REPORTWATCH_STATE": str(self.state),
            "REPORTWATCH_WATCHLIST": str(folder.parent),
            "REPORTWATCH_NOW": now,
            "REPORTWATCH_ALLOW": ",".join(self.allowed),
            "REPORTWATCH_TIMEOUT": "3",
            **{f"REPORTWATCH_{name}": value for name, value in more.items()},
        }

    def start(
        self, now: str = NOW, program: tuple[str, ...] = ("-m", "crawler"), **more: str
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore::ResourceWarning", *program], cwd=ROOT, env=self.environment(now, **more),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def crawl(self, now: str = NOW, program: tuple[str, ...] = ("-m", "crawler"), **more: str) -> Crawled:
        child = self.start(now, program, **more)
        try:
            out, log = child.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise AssertionError(child.communicate()[1].decode()) from None
        lines = out.decode().strip().splitlines()
        summary = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
        return Crawled(child.returncode, summary, log.decode())

    def database(self) -> Database:
        return open_database(StatePaths(self.state).database, create=False)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        db = self.database()
        found = db.execute(sql).fetchall()
        db.close()
        return found

    def close(self) -> None:
        for site in self.sites:
            site.stop()


def site_with(world: World, *numbers: int, path: str = "/nb/") -> Site:
    """A site with a plain list of so many reports, and their pages."""
    site = world.site()
    site.put_list(path, [report_row(number) for number in numbers])
    for number in numbers:
        site.put(f"{path}t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))
    return site


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
