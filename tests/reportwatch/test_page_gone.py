"""A list that still names a report whose address answers 404: withdrawn, by patience and by nothing less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport, report
from reportwatch.portal.pages import Attachment, Row, article, report_page
from reportwatch.portal.troubles import ERROR_PAGE
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FIRST, GONE = "2026-01-20T00:00:00Z", "2026-02-01T00:00:00Z"
DAY = "2026-01-20"
VISITS = ("2026-02-09", "2026-02-17", "2026-02-25")
BACK = "2026-03-01T00:00:00Z"


def one_answer(world: World, _column: str, path: str, made: MadeReport) -> None:
    world.site.put(path, None, GONE)
    world.site.put(path, report_page(made, DAY), "2026-02-12T00:00:00Z")


def never_thrice_in_a_row(world: World, _column: str, path: str, made: MadeReport) -> None:
    world.site.put(path, None, GONE)
    world.site.put(path, report_page(made, DAY), "2026-02-12T00:00:00Z")
    world.site.put(path, None, "2026-02-20T00:00:00Z")


def moved(world: World, column: str, path: str, made: MadeReport) -> None:
    new = f"{column}new/art_9.html"
    world.site.relist(column, Row(path, made.title, DAY), FIRST, GONE)
    world.site.list_row(column, Row(new, made.title, DAY), GONE)
    world.site.put(path, None, GONE)
    world.site.put(new, report_page(made, DAY), GONE)


def a_copy_stands(world: World, column: str, path: str, made: MadeReport) -> None:
    copy = f"{column}copy/art_8.html"
    world.site.put(copy, report_page(made, DAY), FIRST)
    world.site.list_row(column, Row(copy, made.title, DAY), FIRST)
    world.site.put(path, None, GONE)


def an_attachment_stands(world: World, _column: str, path: str, made: MadeReport) -> None:
    file = f"{path.removesuffix('.html')}.doc"
    body = f"<html><body><h1>{made.title}</h1>{report(made)}</body></html>".encode()
    page = article(
        made.title, DAY, made.publisher, "<p>附件：</p>", attachments=[Attachment(file, f"{made.title}.doc")]
    )
    world.site.put(file, body, FIRST, "application/msword")
    world.site.put(path, page, FIRST)
    world.site.put(path, None, GONE)


def refused(world: World, _column: str, path: str, _made: MadeReport) -> None:
    world.site.disturb("firewall", path, GONE)


def unavailable(world: World, _column: str, path: str, _made: MadeReport) -> None:
    world.site.disturb("unavailable", path, GONE)


def a_page_in_its_place(world: World, _column: str, path: str, _made: MadeReport) -> None:
    world.site.put(path, ERROR_PAGE.body, GONE)


def leads_home(world: World, _column: str, path: str, _made: MadeReport) -> None:
    world.site.disturb("gone home", path, GONE)


STANDS: tuple[tuple[str, Callable[[World, str, str, MadeReport], None]], ...] = (
    ("一次局", one_answer), ("往复局", never_thrice_in_a_row), ("迁址局", moved), ("副本局", a_copy_stands),
    ("附件局", an_attachment_stands), ("防护局", refused), ("故障局", unavailable), ("假页局", a_page_in_its_place),
    ("首页局", leads_home),
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("gone")
    with made_world(folder, sites=1) as made:
        columns = {name: made.watch(name) for name in ("留名局", *(name for name, _ in STANDS))}
        for name, column in columns.items():
            made.site.publish(column, MadeReport(name, 2024), "2025-01-15", since="0000")
        made.visit("2026-01-10T02:00:00Z")
        paths = {
            name: made.site.publish(column, MadeReport(name, 2025), DAY, since=FIRST)
            for name, column in columns.items()
        }
        for name, happens in STANDS:
            happens(made, columns[name], paths[name], MadeReport(name, 2025))
        made.site.put(paths["留名局"], None, GONE)
        made.site.put(paths["留名局"], report_page(MadeReport("留名局", 2025), DAY), BACK)
        made.visit("2026-01-25T02:00:00Z")
        for day in VISITS:
            made.visit(f"{day}T02:00:00Z")
        yield made


def test_it_is_withdrawn_and_every_text_says_how(world: World) -> None:
    (row,) = world.rows("SELECT * FROM report_status WHERE publisher_name = '留名局' AND year = 2025")
    assert (row["status"], row["why"], row["page_gone_since"]) == (
        "withdrawn", "page_gone", "2026-02-09T02:00:00Z",
    )  # fmt: skip
    opened = world.rows("SELECT publisher FROM events WHERE kind = 'opened' AND key LIKE '%withdrawn%'")
    assert [one["publisher"] for one in opened] == [row["publisher"]]
    english = world.command("explain", "留名局", "2025").output
    assert "its list still names it, but its address has answered since 2026-02-09 10:00" in english
    chinese = world.command("explain", "留名局", "2025", "--lang", "zh").output
    assert "列表中仍列有它，但其网址自 2026-02-09 10:00 起" in chinese


@pytest.mark.parametrize("name", [name for name, _ in STANDS])
def test_nothing_less_says_so(world: World, name: str) -> None:
    assert world.rows("SELECT 1 FROM captures WHERE kind = 'document'")
    assert world.status(name) == "on time"


def test_one_good_answer_ends_it(world: World) -> None:
    world.visit("2026-03-05T02:00:00Z")
    assert world.status("留名局") == "on time"
    ended = world.rows("SELECT key, kind FROM events WHERE kind IN ('resolved', 'corrected')")
    assert [one["kind"] for one in ended] == ["resolved"]
