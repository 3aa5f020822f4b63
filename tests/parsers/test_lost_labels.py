"""Rows whose labels are blank, gone or printed twice, and tables in another order: unsure, never absent or wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from parsers.editions import editions
from tests.parsers.pages import disputes, form, read_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.model import Parsed

NUMBERS = {key: str(17 * n + 1) for n, key in enumerate(editions()["2021"].keys(), start=1)}
GROUPS = {"review": "行政复议", "suit_direct": "未经复议直接起诉", "suit_after_review": "复议后起诉"}
LEAVES = [column.label for column in editions()["2021"].disputes.columns]


def as_text(markup: str, between: str) -> bytes:
    """The words of a page, the cells of a row with something between them."""
    cells = re.sub(r"</td><td[^>]*>", between, markup)
    lines = re.sub(r"<[^>]*>", "", re.sub(r"</tr>|</p>|</h1>", "\n", cells)).split("\n")
    return "\n".join(filter(None, lines)).encode()


def read_text(markup: str, between: str) -> Parsed:
    (parsed,) = parse(as_text(markup, between), "text/plain")
    return parsed


def silently_wrong(parsed: Parsed) -> list[str]:
    found = {figure.key: figure for figure in parsed.figures}
    return [
        key
        for key, text in NUMBERS.items()
        if key not in found or (found[key].state != "unsure" and str(found[key].value) != text)
    ]


def unsure(parsed: Parsed) -> set[str]:
    return {figure.key.rpartition(".")[0] for figure in parsed.figures if figure.state == "unsure"}


def lawsuits_first(cells: Mapping[str, str], spans: tuple[int, int] = (10, 5)) -> str:
    """Section four with both kinds of lawsuit printed before the reviews."""
    order = ("suit_direct", "suit_after_review", "review")
    figures = "".join(
        f"<td>{cells[f'disputes.{group}.{column.key}']}</td>"
        for group in order
        for column in editions()["2021"].disputes.columns
    )
    leaves = "".join(f"<td>{label}</td>" for label in LEAVES)
    ours = "".join(f"<td rowspan=2>{label}</td>" for label in LEAVES)
    table = (
        f"<table><tr><td colspan={spans[0]}>行政诉讼</td><td colspan={spans[1]}>行政复议</td></tr>"
        f"<tr><td colspan=5>{GROUPS['suit_direct']}</td><td colspan=5>{GROUPS['suit_after_review']}</td>{ours}</tr>"
        f"<tr>{leaves}{leaves}</tr><tr>{figures}</tr></table>"
    )
    return form(cells).replace(disputes(cells, "2021"), table)


def stacked() -> str:
    """Section four as three rows of five figures."""
    rows = "".join(
        f"<tr><td>{label}</td>"
        + "".join(
            f"<td>{NUMBERS[f'disputes.{group}.{c.key}']}</td>" for c in editions()["2021"].disputes.columns
        )
        + "</tr>"
        for group, label in GROUPS.items()
    )
    heading = "".join(f"<td>{label}</td>" for label in LEAVES)
    table = f"<table><tr><td>类别</td>{heading}</tr>{rows}</table>"
    return form(NUMBERS).replace(disputes(NUMBERS, "2021"), table)


@pytest.mark.parametrize("spans", [(10, 5), (9, 5), (11, 5), (10, 4), (5, 10)])
def test_lawsuits_before_reviews_are_never_taken_for_reviews(spans: tuple[int, int]) -> None:
    (parsed,) = read_page(lawsuits_first(NUMBERS, spans))
    assert silently_wrong(parsed) == []


@pytest.mark.parametrize("between", ["\t", "\n"])
def test_a_text_with_lawsuits_before_reviews_is_unsure(between: str) -> None:
    five = {"disputes.suit_direct.upheld": "5", "disputes.suit_direct.total": "5"}
    parsed = read_text(lawsuits_first(dict.fromkeys(NUMBERS, "0") | five, (10, 5)), between)
    assert unsure(parsed) == {f"disputes.{group}" for group in GROUPS}


@pytest.mark.parametrize("between", ["\t", "\n"])
def test_a_text_is_sure_also_where_rows_are_equal(between: str) -> None:
    assert unsure(read_text(form(), between)) == set()


@pytest.mark.parametrize("wording", ["四、结转下一年度继续办理", "四、结转下年继续办理"])
def test_a_text_may_use_any_wording_of_a_label(wording: str) -> None:
    assert unsure(read_text(form().replace("四、结转下年度继续办理", wording), "\t")) == set()


LOST = [
    ("<td>行政强制</td>", "<td></td>", "disclosure.coercion"),
    ("<td>行政强制</td>", "", "disclosure.coercion"),
    ("<td>行政强制</td>", "<td>行政处罚</td>", "disclosure.coercion"),
    ("<td>行政规范性文件</td>", "<td></td>", "disclosure.normative_documents"),
    ("<td>行政规范性文件</td>", "<td>规章</td>", "disclosure.normative_documents"),
    ("<td>行政规范性文件</td>", "", "disclosure.normative_documents"),
    ("<td>复议后起诉</td>", "<td></td>", "disputes.suit_after_review"),
    ("<td>复议后起诉</td>", "<td>未经复议直接起诉</td>", "disputes.suit_after_review"),
    ("<td>复议后起诉</td>", "", "disputes.suit_after_review"),
]


@pytest.mark.parametrize(("label", "printed", "row"), LOST)
def test_a_row_that_lost_its_label_is_unsure_and_told(label: str, printed: str, row: str) -> None:
    (parsed,) = read_page(stacked().replace(label, printed))
    assert silently_wrong(parsed) == []
    assert row in unsure(parsed)
    assert any(key.startswith(row) for finding in parsed.findings for key in finding.keys)


@pytest.mark.parametrize("row", ["coercion", "penalties"])
def test_a_row_twice_with_equal_figures_hides_no_other(row: str) -> None:
    labels = {"coercion": "行政强制", "penalties": "行政处罚"}
    other = next(label for key, label in labels.items() if key != row)
    cells = NUMBERS | {"disclosure.coercion.decisions": "0", "disclosure.penalties.decisions": "0"}
    (parsed,) = read_page(form(cells).replace(f"<td>{labels[row]}</td>", f"<td>{other}</td>"))
    assert f"disclosure.{row}" in unsure(parsed)


def test_a_short_row_under_an_unknown_label_is_told() -> None:
    figures = "".join(
        f"<td>{NUMBERS[f'disclosure.normative_documents.{key}']}</td>"
        for key in ("issued", "repealed", "in_force")
    )
    short = f"<td>其他文件</td><td>{NUMBERS['disclosure.normative_documents.issued']}</td>"
    (parsed,) = read_page(form(NUMBERS).replace(f"<td>行政规范性文件</td>{figures}", short))
    assert "disclosure.normative_documents" in unsure(parsed)


def test_a_table_that_goes_on_over_a_page_with_its_row_again_is_no_doubt() -> None:
    (parsed,) = read_page(
        form(NUMBERS).replace("<tr><td>行政强制</td>", "</table><table><tr><td>行政强制</td>")
    )
    assert unsure(parsed) == set()


def test_a_table_that_ends_in_the_middle_is_told() -> None:
    whole = form(NUMBERS)
    (parsed,) = read_page(whole.partition("<tr><td>4.保护第三方合法权益")[0])
    (found,) = [finding for finding in parsed.findings if finding.rule == "cut table"]
    assert (found.kind, "3.危及“三安全一稳定”" in found.message) == ("form", True)
    (parsed,) = read_page(whole)
    assert not [finding for finding in parsed.findings if finding.rule == "cut table"]
