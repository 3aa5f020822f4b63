"""What two versions of a report are said to differ in, and what may be our own reading and is not said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from monitor.comparing import Differences, Version, compare
from parsers.model import Figure, Finding, Origin, Parsed, Section

if TYPE_CHECKING:
    from parsers.model import State

PAGE, PDF, SCAN = ("text/html", "html"), ("application/pdf", "pypdfium2"), ("application/pdf", "rapidocr")
RECEIVED, ISSUED = "requests.received.total", "disclosure.regulations.issued"
LABEL = "一、本年新收政府信息公开申请数量 / 总计"


def figure(
    text: str = "41", *, key: str = RECEIVED, state: State = "number", unit: str | None = None
) -> Figure:
    value = int(text) if state == "number" and text.isdecimal() else None
    return Figure(key, value, text, unit, state, Origin("html", table=1, row=1, column=1))


def version(
    *figures: Figure,
    kind: tuple[str, str] = PAGE,
    text: str = "公开41条。",
    findings: tuple[Finding, ...] = (),
    edition: Literal["2021", "2019"] = "2021",
) -> Version:
    section = Section("1", "一、总体情况", text)
    parsed = Parsed("某局", 2025, "title", edition, figures, (section,), findings, kind[1])
    return Version(parsed, kind[0])


def changes(found: Differences) -> list[tuple[str, str, str]]:
    return [(one.key, one.before, one.after) for one in found.figures]


def test_a_figure_that_differs_is_named_as_printed_with_its_row_and_column() -> None:
    (change,) = compare(version(figure("41")), version(figure("43"))).figures
    assert (change.label, change.before, change.after) == (LABEL, "41", "43")


def test_figures_come_in_the_order_of_the_form() -> None:
    old = version(figure("1", key=RECEIVED), figure("1", key=ISSUED))
    new = version(figure("2", key=RECEIVED), figure("2", key=ISSUED))
    assert [key for key, _, _ in changes(compare(old, new))] == [ISSUED, RECEIVED]


def test_another_unit_is_another_amount() -> None:
    found = compare(version(figure("41", unit="元")), version(figure("41", unit="万元")))
    assert len(found.figures) == 1
    assert not compare(version(figure("41", unit=None)), version(figure("41", unit="万元"))).figures


@pytest.mark.parametrize("kinds", [(PAGE, PAGE), (PAGE, PDF), (SCAN, SCAN)])
def test_a_figure_that_one_side_is_unsure_of_says_nothing(
    kinds: tuple[tuple[str, str], tuple[str, str]],
) -> None:
    old, new = (
        version(figure("41"), kind=kinds[0]),
        version(figure("43", state="unsure"), kind=kinds[1]),
    )
    for found in (compare(old, new), compare(new, old)):
        assert not found.figures
        assert not found.uncertain
        assert found.unsure == (RECEIVED,)


def test_a_figure_that_only_one_side_has_says_nothing() -> None:
    found = compare(version(figure()), version(figure(), figure("3", key=ISSUED)))
    assert (found.figures, found.only_before, found.only_after) == ((), (), (ISSUED,))


def test_a_cell_that_was_emptied_counts_within_one_format_only() -> None:
    blank = figure("", state="blank")
    assert changes(compare(version(figure()), version(blank))) == [(RECEIVED, "41", "—")]
    across = compare(version(figure()), version(blank, kind=PDF))
    assert (across.figures, len(across.uncertain)) == ((), 1)
    scans = compare(version(figure(), kind=SCAN), version(blank, kind=SCAN))
    assert (scans.figures, len(scans.uncertain)) == ((), 1)


def test_formats_and_scans_are_compared_by_their_figures() -> None:
    for kinds in ((PAGE, PDF), (SCAN, SCAN)):
        old, new = version(figure(), kind=kinds[0]), version(figure("43"), kind=kinds[1], text="别的文字。")
        found = compare(old, new)
        assert changes(found) == [(RECEIVED, "41", "43")]
        assert found.sentences == ()


@pytest.mark.parametrize(("old", "new"), [(SCAN, PAGE), (PDF, SCAN)])
def test_a_picture_against_characters_is_never_a_claim(old: tuple[str, str], new: tuple[str, str]) -> None:
    found = compare(version(figure(), kind=old), version(figure("43"), kind=new))
    assert found.figures == ()
    assert [(one.before, one.after) for one in found.uncertain] == [("41", "43")]
    assert found.untold == "pictures"


@pytest.mark.parametrize(
    ("old", "new", "untold"),
    [
        (PAGE, PAGE, None),
        (PDF, ("application/pdf", "pypdfium2+words+pdfplumber"), None),  # the text is the first reader's
        (("application/msword", "libreoffice+docx"), ("application/msword", "libreoffice+docx+stream"), None),
        (PAGE, PDF, "formats"),
        (PAGE, ("text/html", "text"), "readers"),
        (PAGE, ("text/html", "html+rapidocr"), "pictures"),
    ],
)
def test_text_is_compared_only_as_one_reader_reads_one_format(
    old: tuple[str, str], new: tuple[str, str], untold: str | None
) -> None:
    found = compare(version(figure(), kind=old), version(figure(), kind=new, text="公开43条。"))
    assert found.untold == untold
    assert bool(found.sentences) == (untold is None)


def test_another_edition_of_the_form_is_no_change_of_figures() -> None:
    found = compare(version(figure(), edition="2019"), version(figure(), edition="2021"))
    assert (found.figures, found.sentences, found.edition) == ((), (), ("2019", "2021"))


def test_findings_come_and_go_and_other_words_for_one_are_the_same() -> None:
    wrong = Finding("balance", "printed_error", "error", "41 is not 40", "不符", (RECEIVED,), 41, 40)
    other = replace(wrong, rule="sum")
    found = compare(
        version(figure(), findings=(wrong,)),
        version(figure(), findings=(replace(wrong, message="in other words"), other)),
    )
    assert (found.came, found.went) == ((other,), ())


def test_a_table_whose_figures_one_side_lacks_is_compared_as_text() -> None:
    old, new = version(figure(key=ISSUED)), version()
    section = Section("2", "二、主动公开政府信息情况", "规章 41。")
    with_table, without = (
        replace(one, parsed=replace(one.parsed, sections=(*one.parsed.sections, *more)))
        for one, more in ((old, (section,)), (new, ()))
    )
    found = compare(with_table, without)
    assert found.figures == ()
    assert [one.before for one in found.sentences] == ["二、主动公开政府信息情况", "规章41。"]
