"""Lists that change while they are watched: reports that move, come back, are misnamed or misdated accuse nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VISITS = (
    "2026-01-22T02:00:00Z", "2026-01-31T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-14T02:00:00Z", "2026-02-20T02:00:00Z",
)  # fmt: skip
WRONG = {"missing", "late", "withdrawn"}
Shown = tuple[str, str, str]  # address, title, day


def title(name: str, year: int = 2025) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


def old(name: str, *, folder: str = "", shift: int = 0) -> list[Shown]:
    """The rows of earlier years; `shift` dates them some days later."""
    return [
        (f"{folder}t{year}.html", title(name, year), f"{year + 1}-01-{15 + shift}")
        for year in range(2024, 2019, -1)
    ]


def new(name: str, href: str = "t2025.html", day: str = "2026-01-20") -> Shown:
    return (href, title(name), day)


class Body:
    """One body with a list of its own, of which each test says what it shows from when on."""

    def __init__(self, world: World, name: str, site: int = 0) -> None:
        self.world, self.name, self.site = world, name, world.portal.sites[site]
        self.path = f"/list{len(world.publishers)}/"

    def shows(self, since: str, *rows: Shown) -> None:
        lines = "".join(f'<li><a href="{href}">{text}</a><span>{day}</span></li>' for href, text, day in rows)
        whole = f"<html><head><title>政府信息公开年报</title></head><body><ul>{lines}</ul></body></html>"
        self.site.put(self.path, whole.encode(), since=since)

    def holds(self, href: str, year: int, day: str | None, since: str = "0000") -> None:
        self.site.put(self.path + href, report_page(MadeReport(self.name, year), day), since=since)

    def gone(self, href: str, since: str) -> None:
        self.site.put(self.path + href, None, since=since)


def shows_last_year_for_a_while(body: Body) -> None:
    body.holds("t2025.html", 2025, "2026-01-20")
    body.shows("2026-01-20T02:00:00Z", new(body.name), *old(body.name))
    body.shows("2026-01-25T02:00:00Z", *old(body.name))
    body.shows("2026-02-18T02:00:00Z", new(body.name), *old(body.name))


def uses_one_address_for_every_year(body: Body) -> None:
    body.holds("t2024.html", 2025, "2026-01-28", since="2026-01-28T02:00:00Z")
    body.shows("2026-01-28T02:00:00Z", new(body.name, "t2024.html", "2026-01-28"), *old(body.name)[1:])


def uses_an_address_again_and_keeps_the_old(body: Body) -> None:
    uses_one_address_for_every_year(body)
    body.holds("moved2024.html", 2024, "2025-01-15", since="2026-01-28T02:00:00Z")
    moved = ("moved2024.html", title(body.name, 2024), "2025-01-15")
    body.shows("2026-01-28T02:00:00Z", new(body.name, "t2024.html", "2026-01-28"), moved, *old(body.name)[1:])


def publishes_again_elsewhere_with_a_new_date(body: Body) -> None:
    body.holds("t2025.html", 2025, "2026-01-20")
    body.shows("2026-01-20T02:00:00Z", new(body.name), *old(body.name))
    body.gone("t2025.html", "2026-02-05T02:00:00Z")
    body.holds("again.html", 2025, "2026-02-05", since="2026-02-05T02:00:00Z")
    body.shows("2026-02-05T02:00:00Z", new(body.name, "again.html", "2026-02-05"), *old(body.name))


def moves_to_another_system(body: Body) -> None:
    body.holds("t2025.html", 2025, "2026-01-20")
    body.shows("2026-01-20T02:00:00Z", new(body.name), *old(body.name))
    since = "2026-02-05T02:00:00Z"
    for year in range(2020, 2026):
        body.gone(f"t{year}.html", since)
        body.holds(f"x/t{year}.html", year, "2026-02-05", since=since)
    rows = [(f"x/t{year}.html", title(body.name, year), "2026-02-05") for year in range(2025, 2019, -1)]
    body.shows(since, *rows)


def types_next_century(body: Body) -> None:
    body.shows("2026-01-28T02:00:00Z", ("n.html", title(body.name, 2052), "2026-01-28"), *old(body.name))


def types_last_year(body: Body) -> None:
    body.shows("2026-01-28T02:00:00Z", ("n.html", title(body.name, 2024), "2026-01-28"), *old(body.name))


def prints_the_year_last(body: Body) -> None:
    said = f"{body.name}政府信息公开工作年度报告（2025年）"
    body.shows("2026-01-28T02:00:00Z", ("n.html", said, "2026-01-28"), *old(body.name))


def lists_the_oldest_first(body: Body) -> None:
    body.shows("2026-01-28T02:00:00Z", *reversed(old(body.name)), new(body.name, day="2026-01-28"))


def loses_a_folder_of_one_year(body: Body) -> None:
    body.holds("t2025.html", 2025, "2026-01-20")
    more = [
        (f"{year}/{part}.html", f"{body.name}{year}年政府信息公开年报（{part}）", "2021-01-01")
        for year in (2018, 2019)
        for part in "ab"
    ]
    body.shows("2026-01-20T02:00:00Z", new(body.name), *old(body.name), *more)
    body.shows("2026-01-25T02:00:00Z", new(body.name), *old(body.name), *more[2:])


CHANGES: dict[Callable[[Body], None], set[str]] = {
    shows_last_year_for_a_while: {"on time"},
    uses_one_address_for_every_year: {"on time"},
    uses_an_address_again_and_keeps_the_old: {"on time"},
    publishes_again_elsewhere_with_a_new_date: {"on time"},
    moves_to_another_system: {"on time"},
    types_next_century: {"unknown"},
    types_last_year: {"unknown"},
    prints_the_year_last: {"on time"},
    lists_the_oldest_first: {"on time"},
    loses_a_folder_of_one_year: {"on time"},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[dict[str, str]]]]:
    """The statuses for 2025 after each visit, by how the list changes."""
    with made_world(tmp_path_factory.mktemp("changing")) as world:
        for number, change in enumerate(CHANGES):
            body = Body(world, f"变化{number}局")
            world.add_source(f"s{number}", body.site.url(body.path), "static")
            world.add_publisher(f"p{number}", body.name, "department", from_year=2020, sources=f"s{number}")
            body.shows("0000", *old(body.name))
            for year in range(2020, 2025):
                body.holds(f"t{year}.html", year, f"{year + 1}-01-15")
            change(body)
        seen = []
        for now in VISITS:
            world.visit(now)
            seen.append(
                {change.__name__: world.status(f"变化{number}局") for number, change in enumerate(CHANGES)}
            )
        yield world, seen


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_list_that_changes_accuses_nobody(
    told: tuple[World, list[dict[str, str]]], change: Callable[[Body], None]
) -> None:
    world, seen = told
    statuses = [one[change.__name__] for one in seen]
    assert not WRONG & set(statuses), statuses
    assert set(statuses[2:]) == CHANGES[change], statuses
    name = f"变化{list(CHANGES).index(change)}局"
    earlier = {
        row["status"] for row in world.rows("SELECT status FROM report_status WHERE publisher_name = ?", name)
    }
    assert not WRONG & earlier


def test_one_list_on_two_hosts_is_in_time_by_the_first(tmp_path_factory: pytest.TempPathFactory) -> None:
    with made_world(tmp_path_factory.mktemp("mirror"), sites=2) as world:
        for site, since in ((0, "2026-01-28T02:00:00Z"), (1, "2026-02-12T02:00:00Z")):
            body = Body(world, "镜像局", site)
            world.add_source(f"s{site}", body.site.url(body.path), "static")
            body.shows("0000", *old(body.name))
            body.shows(since, new(body.name, day=since[:10]), *old(body.name))
        world.add_publisher("p", "镜像局", "department", sources="s0;s1")
        seen = []
        for now in VISITS:
            world.visit(now)
            seen.append(world.status("镜像局"))
    assert seen == ["awaited", *["on time"] * 4]
