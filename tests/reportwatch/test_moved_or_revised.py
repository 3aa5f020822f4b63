"""A report is revised when its figures or its text change: not its page's decoration, its address or its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport, report
from reportwatch.portal.pages import Attachment, Row, article, report_page
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST, CHANGED = "2026-01-20T01:00:00Z", "2026-02-01T00:00:00Z"
VISITS = (
    "2026-01-19T02:00:00Z", "2026-01-22T02:00:00Z", "2026-01-30T02:00:00Z", "2026-02-08T02:00:00Z",
    "2026-02-12T02:00:00Z", "2026-02-16T02:00:00Z",
)  # fmt: skip
DAY, NEW_DAY = "2026-01-20", "2026-02-01"


@dataclass(frozen=True, slots=True)
class Case:
    """One publisher whose report is published at FIRST and changed, or not, at CHANGED."""

    world: World
    name: str
    column: str
    path: str

    @property
    def made(self) -> MadeReport:
        return MadeReport(self.name, 2025)

    def page(self, content: str, *files: Attachment) -> bytes:
        return article(self.made.title, DAY, self.name, content, attachments=files)

    def at(self, path: str, body: bytes | None, since: str, media_type: str = "text/html") -> None:
        self.world.site.put(path, body, since, media_type)

    def move(self, body: bytes) -> None:
        """The entry leads to another address from CHANGED on, and the old address is gone."""
        new = f"{self.column}new/art_99.html"
        self.world.site.relist(self.column, Row(self.path, self.made.title, DAY), FIRST, CHANGED)
        self.world.site.list_row(self.column, Row(new, self.made.title, NEW_DAY), CHANGED)
        self.at(self.path, None, CHANGED)
        self.at(new, body, CHANGED)


def decoration(number: int) -> str:
    return (
        f"<p>浏览次数：{1000 + number * 37} 次</p><p>今天是2026年2月{number}日 星期三 12:0{number}:33</p>"
        f"<p>您是第{number * 77}位访客。</p><input type='hidden' value='{number * 99991:x}'>"
        f"<ul class='menu'><li><a href='/'>栏目{number}</a></li><li>市政府召开常务会议，部署工作{number}</li></ul>"
    )


def beside_the_article(case: Case, number: int) -> bytes:
    text = case.page(report(case.made)).decode()
    return text.replace('<div class="foot">', f'{decoration(number)}<div class="foot">').encode()


def within_the_article(case: Case, number: int) -> bytes:
    return case.page(report(case.made) + decoration(number))


def without_any_frame(case: Case, number: int) -> bytes:
    return (
        f"<html><head><title>{case.made.title}</title></head><body>{decoration(number)}{report(case.made)}"
        f"<p>发布日期：{DAY}  浏览次数：{number * 31}</p>{decoration(number)}<p>京ICP备1{number}号</p></body></html>"
    ).encode()


def decorated(shape: Callable[[Case, int], bytes]) -> Callable[[Case], None]:
    def put(case: Case) -> None:
        for number, visit in enumerate(VISITS):
            case.at(case.path, shape(case, number), visit[:10] + "T01:00:00Z")

    return put


def moved(case: Case) -> None:
    case.move(report_page(case.made, DAY))


def moved_into_a_new_template(case: Case) -> None:
    case.move(without_any_frame(case, 5))


def moved_and_changed(case: Case) -> None:
    case.move(report_page(MadeReport(case.name, 2025, revision=1), NEW_DAY))


def figures_changed(case: Case) -> None:
    case.at(case.path, report_page(MadeReport(case.name, 2025, revision=1), DAY), CHANGED)


def a_sentence_of_the_last_section_changed(case: Case) -> None:
    text = report(case.made).replace("本年度没有产生政府信息公开信息处理费。", "本年度收取信息处理费100元。")
    case.at(case.path, case.page(text + decoration(7)), CHANGED)


def attached(revision: int, since: str) -> Callable[[Case], None]:
    def put(case: Case) -> None:
        href = f"{case.path.removesuffix('.html')}.doc"
        page = case.page(report(case.made), Attachment(href, f"{case.made.title}.doc"))
        case.at(case.path, page, since)
        body = f"<html><body>{report(MadeReport(case.name, 2025, revision=revision))}</body></html>"
        case.at(href, body.encode(), since, "application/msword")

    return put


CASES: dict[str, Callable[[Case], None]] = {
    "decorated beside": decorated(beside_the_article),
    "decorated within": decorated(within_the_article),
    "decorated without a frame": decorated(without_any_frame),
    "moved": moved,
    "moved into a new template": moved_into_a_new_template,
    "moved and changed": moved_and_changed,
    "figures changed": figures_changed,
    "last section changed": a_sentence_of_the_last_section_changed,
    "two formats": attached(0, FIRST),
    "two formats that differ": attached(1, FIRST),
    "second format later": attached(0, CHANGED),
    "second format later that differs": attached(1, CHANGED),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with made_world(tmp_path_factory.mktemp("versions")) as made:
        for number, change in enumerate(CASES.values()):
            name = f"示范{number}局"
            column = made.watch(name)
            for year in range(2020, 2024):
                made.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")
            path = made.site.publish(column, MadeReport(name, 2025), DAY, since=FIRST)
            change(Case(made, name, column, path))
        for visit in VISITS:
            made.visit(visit)
        yield made


def publisher(case: str) -> str:
    return f"p{list(CASES).index(case)}"


def revised(world: World, case: str) -> list[str | None]:
    """Why nobody is told of each new version; None: it is told."""
    rows = world.rows(
        "SELECT suppressed FROM events WHERE kind = 'revised' AND publisher = ?", publisher(case)
    )
    return [row["suppressed"] for row in rows]


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("decorated")])
def test_counters_clocks_tokens_and_menus_are_no_revision(world: World, case: str) -> None:
    assert set(revised(world, case)) == {"cosmetic"}


@pytest.mark.parametrize("case", ["figures changed", "last section changed"])
def test_figures_or_text_that_change_are_told(world: World, case: str) -> None:
    assert None in revised(world, case)


@pytest.mark.parametrize("case", ["moved", "moved into a new template"])
def test_a_report_that_moved_is_neither_new_nor_gone_nor_revised(world: World, case: str) -> None:
    rows = world.rows("SELECT kind, suppressed FROM events WHERE publisher = ?", publisher(case))
    assert [(row["kind"], row["suppressed"]) for row in rows] == [
        ("appeared", None),
        ("revised", "another copy"),
    ]
    said = world.command("explain", publisher(case), "2025").output
    assert "moved: the same " in said
    assert world.status(f"示范{list(CASES).index(case)}局") == "on time"


def test_a_version_that_says_otherwise_at_a_new_address_is_a_revision(world: World) -> None:
    assert revised(world, "moved and changed") == [None]
    said = world.command("explain", publisher("moved and changed"), "2025").output
    assert "1 figures differ from those at" in said


def test_two_formats_of_one_report_are_one_report_with_two_documents(world: World) -> None:
    for case in ("two formats", "two formats that differ", "second format later"):
        (row,) = world.rows(
            "SELECT count(DISTINCT d.url) AS urls, count(DISTINCT r.report) AS reports FROM readings r"
            " JOIN documents d ON d.id = r.document JOIN reports p ON p.id = r.report AND p.publisher = ? AND p.year = 2025",
            publisher(case),
        )
        assert (row["urls"], row["reports"]) == (2, 1)
    assert len(world.rows("SELECT 1 FROM events WHERE kind = 'appeared' AND year = 2025")) == len(CASES)


def test_formats_that_came_together_are_no_revision_even_if_they_differ(world: World) -> None:
    assert revised(world, "two formats") == []
    assert revised(world, "two formats that differ") == []


def test_a_second_format_later_is_a_revision_only_if_its_figures_differ(world: World) -> None:
    assert None not in revised(world, "second format later")
    assert None in revised(world, "second format later that differs")


def test_nobody_is_accused_of_any_of_it(world: World) -> None:
    assert not world.rows("SELECT 1 FROM incidents WHERE kind IN ('missing', 'withdrawn')")
