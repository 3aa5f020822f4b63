"""Reports that stand on a site where no plain row leads to them, and lists that change their ways: nobody is accused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

VISITS = (
    "2026-01-22T02:00:00Z", "2026-01-31T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-14T02:00:00Z", "2026-02-20T02:00:00Z",
)  # fmt: skip
FIRST, PUBLISHED = "0000", "2026-01-28T02:00:00Z"
AROUND = (
    '<div><a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 政府信息公开年报</div><form><select><option>2026</option>'
    "<option>2025</option></select><input name='q'></form><p>根据条例，现公布2025年政府信息公开工作年度报告，供公众查阅。</p>"
    '<div><a href="/czyjs/2025/">2025年</a><a href="/xw/1.html">关于做好2025年年报编制工作的通知</a></div>'
    "<p>版权所有 © 2026 示范市人民政府　今天是2026年2月10日</p>"
)


def title(name: str, year: int = 2025) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


def row(name: str, year: int, href: str = "", day: str = "") -> str:
    return f'<li><a href="{href or f"t{year}.html"}">{title(name, year)}</a><span>{day or f"{year + 1}-01-15"}</span></li>'


def page(*rows: str, more: str = "") -> bytes:
    shown = f"<h1>政府信息公开年报</h1><ul>{''.join(rows)}</ul>{more}{AROUND}"
    return f"<html><head><title>政府信息公开年报</title></head><body>{shown}</body></html>".encode()


def old_rows(name: str) -> list[str]:
    return [row(name, year) for year in range(2024, 2019, -1)]


# How the report of 2025 stands on the page from the 28th of January on, which is in time. NAME is the body's.
UNREAD = {
    "a script opens it": "<p><a href='javascript:show(25)'>TITLE</a></p>",
    "words without a link": "<p>TITLE</p>",
    "a picture": "<img src='a.png' alt='TITLE'>",
    "an unread tab": "<div><a href='javascript:tab(1)'>2025年</a><a href='javascript:tab(2)'>2024年</a></div>",
    "an unread folder beside": "<div><a href='#' onclick='y(2025)'>2025年度</a></div>",
    "a tab called by the year of publication": "<div><a onclick='y(2026)'>2026年</a></div>",
    "a choice of years": "<select><option>2024年</option><option value='25'>2025年</option></select>",
    "a table that a script opens": (
        "<table><tr><th>单位</th><th>2025年</th></tr><tr><td>NAME</td><td><a onclick='o(1)'>查看</a></td></tr></table>"
    ),
    "a bare name whose page cannot be had": '<h3>2025年政府信息公开年报</h3><p><a href="no.html">NAME</a></p>',
    "an option": "<select><option value='7'>TITLE</option></select>",
    "last year's title": '<ul><li><a href="no.html">NAME2024年政府信息公开工作年度报告</a><span>2026-01-28</span></li></ul>',
}
READ = {
    "a folder of the year": '<a href="2025/">2025年</a>',
    "a group": '<a href="szbm/">市直部门</a>',
    "a frame": '<iframe src="szbm/"></iframe>',
    "an address in a script": "<a href=\"javascript:openUrl('r2025.html')\">TITLE</a>",
    "an open beside its title": '<p>TITLE</p><p><a href="r2025.html">查看</a></p>',
    "a bare name below a heading": '<h3>2025年政府信息公开年报</h3><p><a href="r2025.html">NAME</a></p>',
    "a table of years": '<table><tr><th>单位</th><th>2025年</th></tr><tr><td>NAME</td><td><a href="r2025.html">查看</a></td></tr></table>',
}
NAMES = {how: f"示范{number}局" for number, how in enumerate([*UNREAD, *READ, "nothing at all"])}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[dict[str, str]]]]:
    """The statuses of each after the visits."""
    with made_world(tmp_path_factory.mktemp("unread")) as world:
        for number, (how, name) in enumerate(NAMES.items()):
            path = f"/c{number}/"
            world.add_source(f"s{number}", world.site.url(path), "static")
            world.add_publisher(f"p{number}", name, "department", sources=f"s{number}")
            world.site.put(path, page(*old_rows(name)), since=FIRST)
            stands = (UNREAD | READ).get(how, "").replace("TITLE", title(name)).replace("NAME", name)
            world.site.put(path, page(*old_rows(name), more=stands), since=PUBLISHED)
            made = report_page(MadeReport(name, 2025), "2026-01-28")
            for place in ("r2025.html", "2025/r2025.html", "szbm/r2025.html"):
                world.site.put(path + place, made, since=PUBLISHED)
            for folder in ("2025/", "szbm/"):
                world.site.put(
                    path + folder, page(row(name, 2025, "r2025.html", "2026-01-28")), since=PUBLISHED
                )
            for year in range(2020, 2025):
                world.site.put(
                    f"{path}t{year}.html", report_page(MadeReport(name, year), f"{year + 1}-01-15")
                )
        seen = []
        for now in VISITS:
            world.visit(now)
            seen.append({how: world.status(name) for how, name in NAMES.items()})
        yield world, seen


@pytest.mark.parametrize("how", UNREAD)
def test_a_report_that_cannot_be_opened_is_never_missing(
    told: tuple[World, list[dict[str, str]]], how: str
) -> None:
    world, seen = told
    assert [statuses[how] for statuses in seen[2:]] == ["unknown"] * 3
    explained = world.command("explain", NAMES[how], "2025").output
    reasons = (
        "put together",
        "it appeared when 2025's was to appear",
        "it names the body, and may be its report",
    )
    printed = "printed on the page" in explained and "#printed-" in explained
    assert printed or any(reason in explained for reason in reasons)


@pytest.mark.parametrize("how", READ)
def test_a_report_that_can_be_opened_is_found(told: tuple[World, list[dict[str, str]]], how: str) -> None:
    _, seen = told
    assert [statuses[how] for statuses in seen[1:]] == ["on time"] * 4


def test_what_stands_around_a_list_hides_nobody_who_has_published_nothing(
    told: tuple[World, list[dict[str, str]]],
) -> None:
    world, seen = told
    assert [statuses["nothing at all"] for statuses in seen] == ["awaited", "awaited", *["missing"] * 3]
    assert {row["status"] for row in world.rows("SELECT status FROM report_status WHERE year = 2024")} <= {
        "on time by its own date", "published, timing unproved", "not found",
    }  # fmt: skip
