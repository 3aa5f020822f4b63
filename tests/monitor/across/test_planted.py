"""Planted breaks on a real portal, visited, read and checked by the real commands: each is found, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from reportwatch.portal.form import MadeReport, report
from reportwatch.portal.pages import Attachment, Row, article
from tests.parsers.samples import SAMPLES
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

SINCE, DAY = "2026-01-20T01:00:00Z", "2026-01-20"
VISITS = ("2026-01-22T02:00:00Z", "2026-02-02T02:00:00Z")
REQUESTS, STOCK, FEE = "requests", "disclosure.normative_documents.in_force", "disclosure.fees.amount"
TEMPLATE = "（一）主动公开。围绕重点领域及时发布政策文件和工作动态。"


@dataclass(frozen=True)
class Planted(MadeReport):
    """A made report whose figures are changed, and whose text is longer."""

    changes: tuple[tuple[str, int], ...] = ()
    text: str = ""

    @property
    def figures(self) -> dict[str, int]:
        return {**super().figures, **dict(self.changes)}

    @property
    def page(self) -> bytes:
        return article(self.title, DAY, self.publisher, self.body)

    @property
    def body(self) -> str:
        return report(self).replace(TEMPLATE, self.text or TEMPLATE)


def more(publisher: str, year: int, key: str, by: int) -> tuple[str, int]:
    return (key, MadeReport(publisher, year).figures[key] + by)


def real_text(sample: str) -> str:
    """Section one of a real report, as one paragraph."""
    parsed = parse((SAMPLES / sample / "body.txt").read_bytes(), "text/plain")[0]
    return "".join(parsed.sections[0].text.split())


LONG, OTHER = real_text("text-zhoukou-service-2024"), real_text("text-ruzhou-service-2021")


def handed_over_otherwise(name: str) -> Planted:
    """Two requests fewer taken over, two more received: the report itself is right."""
    changes = [
        more(name, 2025, f"{REQUESTS}.{row}.{column}", by)
        for row, by in (("carried_in", 7), ("received", -7))
        for column in ("natural_person", "total")
    ]
    return Planted(name, 2025, changes=tuple(changes))


def publish(world: World, column: str, made: Planted, number: int = 0, files: tuple[Attachment, ...] = ()) -> str:  # fmt: skip
    path = f"{column}t{made.year}{number}.html"
    body = article(made.title, DAY, made.publisher, made.body, attachments=files)
    world.site.put(path, body, SINCE)
    world.site.list_row(column, Row(path, made.title, DAY), SINCE)
    return path


def with_file(world: World, column: str, made: Planted, revision: int) -> None:
    href = f"{column}file.doc"
    publish(world, column, made, files=(Attachment(href, f"{made.title}.doc"),))
    other = report(MadeReport(made.publisher, made.year, revision=revision))
    world.site.put(href, f"<html><body>{other}</body></html>".encode(), SINCE, "application/msword")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A city of one government and its bodies, after two visits."""
    with made_world(tmp_path_factory.mktemp("across")) as made:
        plant(made)
        for visit in VISITS:
            made.visit(visit)
        yield made


def plant(world: World) -> None:
    names = (
        "结转局",
        "文件局",
        "收费局",
        "副本局",
        "同本局",
        "旧文局",
        "抄文局",
        "原文局",
        "两条局",
        "平常局",
    )
    columns = {name: world.watch(name, from_year=2020) for name in names}
    city = world.watch("示范市人民政府", "government", from_year=2020)
    world.publishers = [
        row if "人民政府" in row else row.replace(",test,,", f",test,p{len(names)},")
        for row in world.publishers
    ]
    for name, column in {**columns, "示范市人民政府": city}.items():
        text = {"旧文局": LONG}.get(name, "")
        changes = {"收费局": ((FEE, 13),)}.get(name, ())
        publish(world, column, Planted(name, 2024, changes=changes, text=text))
    now = {
        "结转局": handed_over_otherwise("结转局"),
        "文件局": Planted("文件局", 2025, changes=(more("文件局", 2025, STOCK, 7),)),
        "收费局": Planted("收费局", 2025, changes=((FEE, 128_000),)),
        "旧文局": Planted("旧文局", 2025, text=LONG),
        "原文局": Planted("原文局", 2025, text=OTHER),
        "抄文局": Planted("抄文局", 2025, text=OTHER[:600] + "本局另外开展了专项检查。" + OTHER[600:]),
        "两条局": Planted("两条局", 2025),
        "平常局": Planted("平常局", 2025),
        "示范市人民政府": Planted("示范市人民政府", 2025),
    }
    for name, made in now.items():
        publish(world, columns.get(name, city), made)
    publish(world, columns["两条局"], Planted("两条局", 2025, text=OTHER[:200]), 1)
    with_file(world, columns["副本局"], Planted("副本局", 2025), 1)
    with_file(world, columns["同本局"], Planted("同本局", 2025), 0)


def findings(world: World, *, information: bool) -> list[tuple[str, ...]]:
    rows = world.rows(
        "SELECT p.name, f.rule, f.level FROM findings f JOIN reports r ON r.id = f.report"
        " JOIN publishers p ON p.id = r.publisher WHERE f.reading IS NULL AND (f.level = 'info') = ? ORDER BY 1, 2",
        information,
    )
    return [tuple(row) for row in rows]


def test_each_planted_break_is_told_and_no_other_body_is_accused(world: World) -> None:
    assert findings(world, information=False) == [
        ("副本局", "copies differ", "warning"),
        ("原文局", "like another body", "warning"),
        ("抄文局", "like another body", "warning"),
        ("收费局", "unit slip", "warning"),
        ("文件局", "stock", "warning"),
        ("旧文局", "like last year", "warning"),
        ("结转局", "carried over", "warning"),
    ]


def test_what_may_be_right_is_an_information(world: World) -> None:
    told = findings(world, information=True)
    assert ("两条局", "listed twice", "info") in told
    assert ("示范市人民政府", "roll-up", "info") in told
    assert not [one for one in told if one[0] == "同本局" and one[1] in ("copies differ", "listed twice")]


def test_the_sum_names_every_body_that_was_counted(world: World) -> None:
    (message,) = world.rows("SELECT message, message_zh FROM findings WHERE rule = 'roll-up' AND report IN (SELECT id FROM reports WHERE year = 2025)")  # fmt: skip
    for name in ("结转局", "平常局"):
        assert name in message["message"]
        assert name in message["message_zh"]
    assert "all 10 bodies" in message["message"]


def test_copies_name_both_addresses_and_both_numbers(world: World) -> None:
    (row,) = world.rows("SELECT * FROM findings WHERE rule = 'copies differ'")
    number = MadeReport("副本局", 2025).figures["disclosure.licensing.decisions"]
    for word in ("file.doc", "t20250.html", str(number), str(number + 100)):
        assert word in row["message"]
        assert word in row["message_zh"]


def test_a_text_that_is_alike_is_quoted_and_nobody_is_called_a_copyist(world: World) -> None:
    rows = world.rows("SELECT * FROM findings WHERE kind = 'text' AND level <> 'info'")
    for row in rows:
        assert "longest common passage: “" in row["message"]
        assert "plagia" not in row["message"].lower()
        assert "抄袭" not in row["message_zh"]
        assert len(row["message"]) < 300


def test_checking_again_changes_no_row(world: World) -> None:
    before = [tuple(row) for row in world.rows("SELECT * FROM findings WHERE reading IS NULL ORDER BY id")]
    compared = [tuple(row) for row in world.rows("SELECT * FROM likenesses ORDER BY 1, 2")]
    assert world.command("check", now=VISITS[-1]).exit_code in (0, 10)
    assert before == [tuple(row) for row in world.rows("SELECT * FROM findings WHERE reading IS NULL ORDER BY id")]  # fmt: skip
    assert compared == [tuple(row) for row in world.rows("SELECT * FROM likenesses ORDER BY 1, 2")]


def test_open_findings_hold_them(world: World) -> None:
    rows = world.rows("SELECT rule FROM open_findings WHERE rule = 'carried over' AND publisher = 'p0' AND year = 2025")  # fmt: skip
    assert len(rows) == 1
