"""A small world for the tests: a portal, a watchlist and a state folder, and visits at dates that the test names."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from reportwatch.cli import main
from reportwatch.portal.pages import Column
from reportwatch.portal.site import Portal, Site, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = "id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note"


@dataclass(slots=True)
class World:
    """Everything that a run needs, in one folder."""

    folder: Path
    portal: Portal
    publishers: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """The first site of the portal."""
        return self.portal.sites[0]

    def watch(self, name: str, kind: str = "department", *, site: Site | None = None, from_year: int = 2025,
              dialect: str = "trs", column: str = "") -> str:  # fmt: skip
        """A publisher with a column of its own; the column's path, which is also made of its id."""
        number = len(self.publishers)
        path = column or f"/nb{number}/"
        host = site or self.site
        host.add_column(Column(path, f"{name}政府信息公开年报", dialect, per_page=5))  # type: ignore[arg-type]  # tests name dialects
        self.add_source(f"s{number}", host.url(path), dialect)
        self.add_publisher(f"p{number}", name, kind, from_year=from_year, sources=f"s{number}")
        return path

    def add_publisher(
        self, key: str, name: str, kind: str, *, from_year: int = 2025, sources: str = "", aliases: str = ""
    ) -> None:
        self.publishers.append(f"{key},{name},{kind},test,,{aliases},{from_year},,,,,{sources},")

    def add_source(self, key: str, url: str, family: str) -> None:
        self.sources.append(
            f'[[source]]\nid = "{key}"\nurl = "{url}"\nfamily = "{family}"\nhosts = ["127.0.0.1"]\nregion = "test"\nmin_interval = 0.01\n'
        )

    def write(self) -> None:
        """The watchlist as files."""
        region = self.folder / "watchlist" / "test"
        region.mkdir(parents=True, exist_ok=True)
        (region / "publishers.csv").write_text("\n".join([HEAD, *self.publishers]) + "\n", encoding="utf-8")
        (region / "sources.toml").write_text("\n".join(self.sources), encoding="utf-8")

    def command(self, *words: str, now: str | None = None) -> Result:
        """One command of reportwatch on this world."""
        arguments = [*words, "--state", str(self.folder / "state")]
        if words[0] in {"run", "crawl", "status", "explain", "import", "doctor"}:
            arguments += ["--watchlist", str(self.folder / "watchlist")]
        if words[0] in {"run", "notify", "doctor"}:
            (self.folder / "channels.toml").touch()
            arguments += ["--channels", str(self.folder / "channels.toml")]
        elif words[0] == "check" and "--channels" not in words and (self.folder / "channels.toml").exists():
            arguments += ["--channels", str(self.folder / "channels.toml")]
        if now is not None:
            arguments += ["--now", now]
        return CliRunner().invoke(main, arguments, env={"REPORTWATCH_ALLOW": self.portal.addresses})

    def visit(self, now: str) -> Result:
        """The whole job at that moment."""
        self.portal.turn_to(now)
        self.write()
        result = self.command("run", now=now)
        assert result.exit_code in (0, 10), result.output
        return result

    def rows(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """What the database answers."""
        database = sqlite3.connect(self.folder / "state" / "reports.db")
        database.row_factory = sqlite3.Row
        try:
            return database.execute(sql, parameters).fetchall()
        finally:
            database.close()

    def status(self, publisher_name: str, year: int = 2025) -> str:
        """What the database says of a publisher and a year."""
        found = self.rows(
            "SELECT status FROM report_status WHERE publisher_name = ? AND year = ?", publisher_name, year
        )
        return str(found[0]["status"]) if found else "no row"


@contextmanager
def made_world(folder: Path, sites: int = 1) -> Iterator[World]:
    """A world with so many sites."""
    with opened(*(Site(f"site {number}") for number in range(sites))) as portal:
        yield World(folder, portal)
