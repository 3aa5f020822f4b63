"""What every family's corner of the portal is built from, and how the corners are found."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.portal import corners
from tests.portal.server import report_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.portal.server import Site

    Build = Callable[[Site, Sequence["Listed"]], "Corner"]

OFFICES = (
    "财政局",
    "教育局",
    "民政局",
    "交通运输局",
    "水利局",
    "商务局",
    "审计局",
    "统计局",
    "体育局",
    "林业局",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A report that a corner lists, newest first: its number on the site, its whole title, its ISO day."""

    number: int
    title: str
    day: str

    @property
    def year(self) -> int:
        return int(self.day[:4]) - 1


@dataclass(frozen=True, slots=True)
class Corner:
    """What was built: the source to watch. `options` is TOML; `hosts` are further hosts beside the site's own."""

    family: str
    path: str
    options: str = ""
    hosts: tuple[str, ...] = ()


def reports(count: int) -> list[Listed]:
    """So many reports of ten offices, newest first."""
    rows = []
    for number in range(count):
        year = 2025 - number // len(OFFICES)
        office = OFFICES[number % len(OFFICES)]
        rows.append(
            Listed(
                1000 + number,
                f"示范市{office}{year}年政府信息公开工作年度报告",
                f"{year + 1}-01-{20 - number % 10:02}",
            )
        )
    return rows


def put_article(site: Site, path: str, report: Listed) -> str:
    """The report's own page; returns its path."""
    site.put(path, report_page(report.title))
    return path


def built() -> dict[str, Build]:
    """Every corner by its name, `family` or `family: variant`, of all modules in `corners`."""
    found: dict[str, Build] = {}
    for module in pkgutil.iter_modules(corners.__path__):
        found |= importlib.import_module(f"{corners.__name__}.{module.name}").VARIANTS
    return found
