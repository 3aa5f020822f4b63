"""Tables without lines: what stands where, what is blank, and what cannot be told."""

from __future__ import annotations

from functools import cache

from parsers import parse
from parsers.editions import editions
from tests.parsers.pdf_making import Canvas, pdf

FORM = editions()["2021"].requests
ROWS = {row.key: row.label for row in FORM.rows}
COLUMNS = [column.key for column in FORM.columns]
SIZE = 7.0
LABELS, FIRST, STEP, TOP, HEIGHT = 30.0, 300.0, 40.0, 160.0, 20.0
TITLES = ("青石市林业局2023年政府信息公开工作年度报告", "一、总体情况", "二、主动公开政府信息情况")
ROW, KEY = "granted", "requests.granted.business"


def _middle(row: str) -> float:
    return TOP + HEIGHT * list(ROWS).index(row)


def _form(changes: dict[str, str] | None = None) -> Canvas:
    """Section three without any line: 3 for each applicant who was granted, 0 elsewhere; `changes` by key."""
    canvas = Canvas()
    for number, title in enumerate(TITLES):
        canvas.text(30, 40 + 20 * number, title, SIZE + 1)
    canvas.text(30, 110, "三、收到和处理政府信息公开申请情况", SIZE + 1)
    canvas.text(LABELS, 130, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", SIZE)
    canvas.text(380, 124, "申请人情况", SIZE)
    for number, column in enumerate(FORM.columns):
        for line, part in enumerate((column.label[:4], column.label[4:])):
            canvas.text(FIRST + STEP * number, 136 + 8 * line, part, SIZE)
    for row, label in ROWS.items():
        canvas.text(LABELS, _middle(row), label.split("（区分")[0][:34], SIZE)
        for number, key in enumerate(COLUMNS):
            text = (changes or {}).get(f"requests.{row}.{key}", _usual(row, key))
            canvas.text(FIRST + STEP * number, _middle(row), text, SIZE)
    return canvas.text(30, 780, "五、存在的主要问题及改进情况", SIZE + 1)


def _usual(row: str, column: str) -> str:
    if row not in {"received", ROW, "concluded"}:
        return "0"
    return "18" if column == "total" else "3"


@cache
def _figures(body: bytes) -> dict[str, tuple[str, object]]:
    (report,) = parse(body, "application/pdf")
    return {figure.key: (figure.state, figure.value) for figure in report.figures}


def test_every_figure_is_read_and_named_with_its_page_and_box() -> None:
    (report,) = parse(pdf(_form()), "application/pdf")
    figures = {figure.key: figure for figure in report.figures}
    assert {figure.state for figure in report.figures} == {"number"}
    assert figures[KEY].value == 3
    origin = figures[KEY].origin
    assert origin.page == 1
    assert origin.box is not None
    assert origin.box[0] <= FIRST + STEP + 1 <= origin.box[2]
    assert origin.box[1] <= _middle(ROW) - 1 <= origin.box[3]


def test_a_cell_where_nothing_stands_is_blank_when_both_libraries_see_nothing() -> None:
    body = pdf(_form({"requests.carried_in.business": ""}))
    assert _figures(body)["requests.carried_in.business"] == ("blank", None)


def test_a_sign_that_is_drawn_in_an_empty_cell_makes_it_unsure() -> None:
    canvas = _form({"requests.carried_in.business": ""})
    x, y = FIRST + STEP + 3, _middle("carried_in")
    body = pdf(canvas.fill(x, y - 6, x + 4, y))
    assert _figures(body)["requests.carried_in.business"][0] == "unsure"


def test_two_figures_in_one_cell_are_unsure() -> None:
    canvas = _form().text(FIRST + STEP + 12, _middle(ROW), "33", SIZE)
    assert _figures(pdf(canvas))[KEY] == ("unsure", None)


def test_a_figure_between_two_rows_makes_its_column_unsure_in_both() -> None:
    canvas = _form({"requests.refused_state_secret.business": ""})
    canvas.text(FIRST + STEP, _middle("refused_state_secret") + HEIGHT / 2, "0", SIZE)
    figures = _figures(pdf(canvas))
    assert figures["requests.refused_state_secret.business"] == ("unsure", None)
    assert figures["requests.refused_prohibited_by_law.business"] == ("unsure", None)
    assert figures["requests.refused_state_secret.research"] == ("number", 0)


def test_raised_digits_are_never_part_of_a_figure() -> None:
    canvas = _form().text(FIRST + STEP + SIZE, _middle(ROW) - 3, "1", SIZE / 2)
    state, value = _figures(pdf(canvas))[KEY]
    assert (state, value) in {("unsure", None), ("number", 3)}


def test_a_figure_struck_out_is_unsure() -> None:
    canvas = _form().stroke((FIRST + STEP - 1, _middle(ROW) - 2.5), (FIRST + STEP + 9, _middle(ROW) - 2.5))
    assert _figures(pdf(canvas))[KEY][0] == "unsure"


def test_unsure_findings_tell_the_page_and_the_place_and_what_each_reading_says() -> None:
    canvas = _form().text(FIRST + STEP + 12, _middle(ROW), "33", SIZE)
    (report,) = parse(pdf(canvas), "application/pdf")
    finding = next(finding for finding in report.findings if KEY in finding.keys)
    assert "page 1, " in finding.message
    assert "points from the left" in finding.message
    figure = next(figure for figure in report.figures if figure.key == KEY)
    assert {"words", "pdfplumber words"} <= {one.reader for one in figure.alternatives}
    assert all(one.origin.page == 1 for one in figure.alternatives)
