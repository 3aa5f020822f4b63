"""A watchlist and sites of the test portal, on which `reportwatch add` is run as a real command."""

from __future__ import annotations

import json
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from reportwatch.cli import main
from tests.portal.server import Site, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLISHERS = """id,name,kind,region
gov,示范市人民政府,government,demo
edu,示范市教育局,department,demo
"""
NOW = "2026-02-03T02:00:00Z"


@dataclass(slots=True)
class AddingWorld:
    """One folder with a watchlist and a state, and the sites that were started for it."""

    folder: Path
    sites: list[Site] = field(default_factory=list)

    @property
    def watchlist(self) -> Path:
        return self.folder / "watchlist"

    @property
    def region(self) -> Path:
        return self.watchlist / "demo"

    def site(self) -> Site:
        site = Site()
        site.start()
        self.sites.append(site)
        return site

    def add(self, *words: str, allowed: bool = True, columns: int = 120) -> Result:
        """The command with a state and a watchlist of its own; its exit code and all it printed."""
        environment = {
            "REPORTWATCH_ALLOW": ",".join(site.address for site in self.sites) if allowed else "",
            "REPORTWATCH_TIMEOUT": "3",
            "COLUMNS": str(columns),
        }
        places = ["--state", str(self.folder / "state"), "--watchlist", str(self.watchlist), "--now", NOW]
        return CliRunner().invoke(main, ["add", "--min-interval", "0.02", *places, *words], env=environment)

    def facts(self, *words: str) -> dict[str, Any]:
        """What `--json` says."""
        found = self.add("--json", *words)
        facts: dict[str, Any] = json.loads(found.stdout.strip().splitlines()[-1])
        return {**facts, "exit_code": found.exit_code}

    def blocks(self) -> list[dict[str, Any]]:
        """The sources that are written."""
        path = self.region / "sources.toml"
        found: list[dict[str, Any]] = (
            tomllib.loads(path.read_text("utf-8"))["source"] if path.exists() else []
        )
        return found


@contextmanager
def adding(folder: Path) -> Iterator[AddingWorld]:
    """A world with two publishers and no source."""
    world = AddingWorld(folder)
    world.region.mkdir(parents=True)
    (world.region / "publishers.csv").write_text(PUBLISHERS, encoding="utf-8")
    yield world
    for site in world.sites:
        site.stop()


def table_of(world: AddingWorld, *rows: str) -> str:
    path = world.folder / "lists.csv"
    path.write_text("\n".join(["url,region,publishers,family,note", *rows]) + "\n", encoding="utf-8")
    return str(path)


def plain_list(world: AddingWorld, *titles: str, extra: str = "") -> Site:
    site = world.site()
    rows = titles or ("示范市教育局2025年政府信息公开工作年度报告",)
    site.put("/nb/", listed([f"t{n}.html|{title}|2026-01-20" for n, title in enumerate(rows)], extra))
    return site
