from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.model import Alternative, Figure, Finding, Note, Origin, Parsed, Section
from store.errors import UnknownFigureError
from store.readings import (
    PASSING,
    exact,
    figures_of,
    notes_of,
    read_by_others,
    save_readings,
    save_unreadable,
    stored,
    unread_documents,
)
from store.search import search

if TYPE_CHECKING:
    from sqlite_utils import Database

    from parsers.model import Value
    from tests.store.world import World

AT = "2025-02-01T00:00:00Z"
FEE, ISSUED, GRANTED = "disclosure.fees.amount", "disclosure.regulations.issued", "requests.granted.total"
ORIGIN = Origin("pdf", page=3, box=(1.0, 2.5, 3.0, 4.0))


def figure(key: str, value: Value, text: str, unit: str | None = None) -> Figure:
    return Figure(key, value, text, unit, "blank" if value is None else "number", ORIGIN)


def report(
    *figures: Figure, findings: tuple[Finding, ...] = (), publisher: str | None = "周口市财政局"
) -> Parsed:
    sections = (Section("1", "一、总体情况", "2024年…"),)
    return Parsed(publisher, 2024, "title", "2021", figures, sections, findings, "html")


def test_what_was_read_comes_back_exactly(world: World) -> None:
    document = world.keep("2025-01-20")
    figures = (
        figure(ISSUED, 22, "22（其中修订 16 件）"),
        figure(FEE, Decimal("128356.6505"), "128，356.6505", "万元"),
        figure(GRANTED, None, "/"),
    )
    save_readings(world.db, document, "7", [report(*figures)], AT)
    (reading,) = world.db.query("SELECT id FROM readings")
    assert figures_of(world.db, reading["id"]) == figures
    assert world.db.execute("SELECT key, title FROM sections").fetchall() == [("1", "一、总体情况")]


@given(
    st.integers() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
)
def test_every_number_survives_the_database(value: int | Decimal) -> None:
    for text in (str(value), f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}", "", "约1件"):
        back = exact(stored(value, text), text)
        assert back == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=4))
def test_amounts_are_numbers_for_queries(value: Decimal) -> None:
    assert isinstance(stored(value, f"{value}"), float)


def test_a_document_is_unread_until_it_was_read_by_any_version(world: World) -> None:
    first, second = world.keep("2025-01-20", b"A"), world.keep("2025-01-21", b"B")
    assert [document.id for document in unread_documents(world.db, AT)] == [first, second]
    save_readings(world.db, first, "7", [report()], AT)
    save_unreadable(world.db, second, "7", "encrypted", "a password is needed", AT)
    assert unread_documents(world.db, AT) == []
    assert (read_by_others(world.db, "7"), read_by_others(world.db, "8")) == (0, 2)


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_failure_is_tried_again_after_a_day(world: World, kind: str) -> None:
    document = world.keep("2025-01-20")
    save_unreadable(world.db, document, "7", kind, "for now", "2025-01-20T01:00:00Z")
    assert unread_documents(world.db, "2025-01-20T23:00:00Z") == []
    assert [one.id for one in unread_documents(world.db, "2025-01-21T01:00:00Z")] == [document]


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_failure_leaves_a_good_reading_of_earlier_readers(world: World, kind: str) -> None:
    document = world.keep("2025-01-20")
    save_readings(world.db, document, "7", [report(figure(ISSUED, 1, "1"))], AT)
    save_unreadable(world.db, document, "8", kind, "for now", AT)
    assert world.db.execute("SELECT reader_version, error_kind FROM readings").fetchall() == [("7", None)]
    assert unread_documents(world.db, AT) == []  # it stands; only a trial reads it again


def test_a_reading_that_an_older_reportwatch_could_not_open_is_tried_again(world: World) -> None:
    document = world.keep("2025-01-20")
    save_unreadable(world.db, document, "7", "unopened", "no such file", AT)
    assert [one.id for one in unread_documents(world.db, AT)] == [document]


def test_reading_again_replaces_everything(world: World) -> None:
    document = world.keep("2025-01-20")
    finding = Finding("balance", "printed_error", "error", "no", "否", (ISSUED,), 3, Decimal("3.5"))
    save_readings(
        world.db, document, "7", [report(figure(ISSUED, 1, "1"), findings=(finding,)), report()], AT
    )
    save_readings(world.db, document, "8", [report(figure(ISSUED, 2, "2"))], AT)
    counts = {name: world.db[name].count for name in ("readings", "figures", "sections", "findings")}
    assert counts == {"readings": 1, "figures": 1, "sections": 1, "findings": 0}


def test_a_document_without_a_report_says_so(world: World) -> None:
    save_readings(world.db, world.keep("2025-01-20"), "7", [], AT)
    assert world.db.execute("SELECT error_kind, reader_version FROM readings").fetchall() == [
        ("not_a_report", "7")
    ]


def test_an_unknown_figure_changes_nothing(world: World) -> None:
    document = world.keep("2025-01-20")
    save_readings(world.db, document, "7", [report(figure(ISSUED, 1, "1"))], AT)
    with pytest.raises(UnknownFigureError, match=r"no\.such\.key"):
        save_readings(world.db, document, "8", [report(figure("no.such.key", 1, "1"))], AT)
    assert world.db.execute("SELECT reader_version FROM readings").fetchall() == [("7",)]


def wide(db: Database, view: str) -> dict[str, object]:
    return next(iter(db[view].rows))


def test_wide_views_have_a_row_a_report_and_a_column_a_figure(world: World) -> None:
    figures = (figure(ISSUED, 3, "3"), figure(FEE, Decimal("3.5"), "3.5"), figure(GRANTED, 7, "7"))
    save_readings(world.db, world.keep("2025-01-20"), "7", [report(*figures)], AT)
    world.visit("2025-01-20", "周口市财政局2024年政府信息公开工作年度报告")
    world.judge("2025-02-10")
    disclosure, requests = wide(world.db, "disclosure_2021"), wide(world.db, "requests")
    assert (disclosure["publisher_name"], disclosure["year"]) == ("周口市财政局", 2024)
    assert (disclosure["regulations_issued"], disclosure["fees_amount"]) == (3, 3.5)
    assert (requests["granted_total"], requests["granted_natural_person"]) == (7, None)
    assert "procurement_amount" in wide(world.db, "disclosure_2019")
    assert wide(world.db, "disputes")["review_upheld"] is None


def test_figures_come_with_their_headings_and_units(world: World) -> None:
    save_readings(world.db, world.keep("2025-01-20"), "7", [report(figure(FEE, Decimal("3.5"), "3.5"))], AT)
    world.judge("2025-02-10")
    row = wide(world.db, "latest_figures")
    assert (row["row_label"], row["unit"], row["text"], row["year"]) == (
        "行政事业性收费",
        "万元",
        "3.5",
        2024,
    )


def test_the_newest_version_stands_for_the_report(world: World) -> None:
    for day, body, number in (("2025-01-20", b"A", 1), ("2025-02-20", b"B", 2)):
        save_readings(world.db, world.keep(day, body), "7", [report(figure(ISSUED, number, str(number)))], AT)
    world.judge("2025-03-10")
    assert wide(world.db, "disclosure_2021")["regulations_issued"] == 2
    world.keep("2025-03-01", b"A")
    assert wide(world.db, "disclosure_2021")["regulations_issued"] == 1


def test_a_whole_form_stands_before_a_page_without_tables(world: World) -> None:
    world.visit("2025-01-20", "周口市财政局2024年政府信息公开工作年度报告")
    save_readings(world.db, world.keep("2025-01-20"), "7", [report(figure(ISSUED, 1, "1"))], AT)
    save_readings(
        world.db, world.keep("2025-01-21", page="https://www.zhoukou.gov.cn/nb/2.html"), "7", [report()], AT
    )
    world.judge("2025-03-10")
    assert wide(world.db, "disclosure_2021")["regulations_issued"] == 1


def test_what_cannot_be_read_still_belongs_to_its_report(world: World) -> None:
    world.visit("2025-01-20", "周口市财政局2024年政府信息公开工作年度报告")
    save_unreadable(world.db, world.keep("2025-01-20"), "7", "encrypted", "a password is needed", AT)
    world.judge("2025-03-10")
    rows = list(world.db.query("SELECT p.year FROM readings r JOIN reports p ON p.id = r.report"))
    assert rows == [{"year": 2024}]
    assert not list(world.db.query("SELECT * FROM latest_readings"))


def test_alternatives_of_an_unsure_figure_and_notes_come_back(world: World) -> None:
    places = (
        Origin("pdf", page=3),
        Origin("sheet", sheet="表一", cell="C7"),
        Origin("image", score=0.5, box=(1.0, 2.0, 3.0, 4.0)),
    )
    others = tuple(Alternative(f"reader{n}", str(n), origin) for n, origin in enumerate(places))
    unsure = Figure(GRANTED, None, "7", None, "unsure", Origin("docx", table=2, row=3, column=4), others)
    notes = (Note("dated", "2025年1月2日", "2025-01-02"), Note("footnote", "注：含乡镇。"))
    document = world.keep("2025-01-20")
    save_readings(world.db, document, "7", [replace(report(unsure), notes=notes)], AT)
    (reading,) = world.db.query("SELECT id FROM readings")
    assert figures_of(world.db, reading["id"]) == (unsure,)
    assert notes_of(world.db, reading["id"]) == notes


def _saying(text: str, *notes: Note) -> Parsed:
    return replace(report(), sections=(Section("5", "五、存在的主要问题", text),), notes=notes)


def test_any_part_of_a_chinese_sentence_is_found(world: World) -> None:
    first, second = world.keep("2025-01-20", b"A"), world.keep("2025-01-21", b"B")
    save_readings(world.db, first, "7", [_saying("我局平台建设及信息公開滞后，下一步加强APP管理。")], AT)
    save_readings(
        world.db, second, "7", [_saying("平整土地，台风建设。", Note("footnote", "注：平台建设见附件"))], AT
    )
    assert [passage.title for passage in search(world.db, "平台建设")] == ["footnote", "五、存在的主要问题"]
    assert [passage.text for passage in search(world.db, "信息公开 app")] == [
        "我局平台建设及信息公開滞后，下一步加强APP管理。"
    ]
    assert search(world.db, "滞后 土地") == search(world.db, ' " ') == ()


def test_a_reading_that_is_replaced_leaves_the_index(world: World) -> None:
    document = world.keep("2025-01-20")
    save_readings(world.db, document, "7", [_saying("旧文字")], AT)
    save_readings(world.db, document, "8", [_saying("新文字")], AT)
    assert search(world.db, "旧文字") == ()
    assert [passage.text for passage in search(world.db, "新文字")] == ["新文字"]
    save_unreadable(world.db, document, "9", "broken", "broken", AT)
    assert world.db.execute("SELECT count(*) FROM _words").fetchone() == (0,)
