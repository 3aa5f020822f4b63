"""Sums and other rules inside one document: what is accused, what is only noticed, what is not judged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.editions import EditionError, Rule, _check_names, editions, key_order, rules
from parsers.rules import TESTS
from tests.parsers.pages import form, read_form, read_page

COLUMNS = [column.key for column in editions()["2021"].requests.columns]
PARTS = COLUMNS[:-1]
RESULTS = [
    row.key
    for row in editions()["2021"].requests.rows
    if row.key not in {"received", "carried_in", "concluded", "carried_out"}
]


def _consistent(counts: dict[str, int]) -> dict[str, str]:
    """Cells of a form whose every sum holds, given counts of results (row.column)."""
    table = {(row, column): counts.get(f"{row}.{column}", 0) for row in RESULTS for column in PARTS}
    for column in PARTS:
        concluded = sum(table[row, column] for row in RESULTS)
        table |= {
            ("concluded", column): concluded,
            ("received", column): concluded + 2,
            ("carried_in", column): 1,
            ("carried_out", column): 3,
        }
    rows = {row for row, _ in table}
    table |= {(row, "total"): sum(table[row, column] for column in PARTS) for row in rows}
    return {f"requests.{row}.{column}": str(value) for (row, column), value in table.items()}


counts = st.dictionaries(
    st.sampled_from([f"{r}.{c}" for r in RESULTS for c in PARTS]), st.integers(0, 10_000), max_size=20
)


@settings(max_examples=25, deadline=None)
@given(counts)
def test_sums_that_hold_are_never_accused(given_counts: dict[str, int]) -> None:
    parsed = read_form(_consistent(given_counts))
    assert [f.rule for f in parsed.findings if f.kind in {"printed_error", "unsure", "blank"}] == []


@settings(max_examples=25, deadline=None)
@given(counts, st.sampled_from(COLUMNS), st.integers(1, 99))
def test_a_wrong_total_is_named_with_both_sides(given_counts: dict[str, int], column: str, more: int) -> None:
    cells = _consistent(given_counts)
    key = f"requests.concluded.{column}"
    right = int(cells[key])
    parsed = read_form(cells | {key: str(right + more)})
    found = {f.rule: f for f in parsed.findings if f.kind == "printed_error"}
    assert found.keys() == {"balance", "result total", "row total"}
    total = found["result total"]
    assert (total.keys, total.left, total.right) == ((key,), right, right + more)
    assert str(right) in total.message
    assert str(right + more) in total.message_zh


def test_a_wrong_dispute_total_is_named() -> None:
    parsed = read_form({"disputes.review.upheld": "10", "disputes.review.corrected": "1"})
    (finding,) = [f for f in parsed.findings if f.kind == "printed_error"]
    assert (finding.rule, finding.keys, finding.left, finding.right) == (
        "dispute total",
        ("disputes.review.total",),
        11,
        0,
    )


def test_a_sum_with_a_blank_in_it_is_only_a_warning() -> None:
    parsed = read_form({"requests.granted.total": "3", "requests.granted.business": ""})
    kinds = {(f.rule, f.kind, f.level) for f in parsed.findings if f.rule == "row total"}
    assert kinds == {("row total", "blank", "warning")}


def test_blank_totals_are_one_finding_for_all_rows() -> None:
    cells = {f"requests.{row}.total": "" for row in RESULTS} | {
        f"requests.{row}.business": "1" for row in RESULTS
    }
    found = [f for f in read_form(cells).findings if f.rule == "row total"]
    assert [(f.kind, len(f.keys)) for f in found] == [("blank", len(RESULTS))]


def test_a_sum_with_an_unsure_figure_is_not_judged() -> None:
    parsed = read_form({"requests.granted.total": "3", "requests.granted.business": "1 2"})
    assert "row total" not in {f.rule for f in parsed.findings}


def test_negative_counts_and_fractions_are_named_but_not_signed_changes_or_amounts() -> None:
    parsed = read_form(
        {
            "disclosure.licensing.decisions": "-3",
            "disclosure.penalties.decisions": "1.5",
            "disclosure.fees.amount": "1.5",
        }
    )
    assert [(f.kind, f.keys) for f in parsed.findings if f.rule == "counts"] == [
        ("form", ("disclosure.licensing.decisions",)),
        ("form", ("disclosure.penalties.decisions",)),
    ]


@pytest.mark.parametrize(("blanks", "level"), [(10, "info"), (11, "warning")])
def test_blanks_in_section_three_are_counted(blanks: int, level: str) -> None:
    keys = [f"requests.{row}.business" for row in RESULTS][:blanks]
    (finding,) = [f for f in read_form(dict.fromkeys(keys, "")).findings if f.rule == "blanks"]
    assert (finding.level, finding.left, finding.right) == (level, blanks, 175)


def _without(text: str, instead: str = "") -> list[tuple[str, str]]:
    (parsed,) = read_page(form().replace(text, instead))
    return [(f.rule, f.message) for f in parsed.findings]


def test_a_missing_section_is_named() -> None:
    ((rule, message),) = _without("六、其他需要报告的事项")
    assert rule == "sections"
    assert "六、其他需要报告的事项" in message


@pytest.mark.parametrize("text", ["无", "无。", ""])
def test_a_section_five_that_says_nothing_is_noticed(text: str) -> None:
    assert [rule for rule, _ in _without("公开的主动性还不够，下一步将加强培训。", text)] == ["section five"]


def test_misnumbered_and_doubled_titles_are_noticed() -> None:
    assert [rule for rule, _ in _without("五、存在", "四、存在")] == ["titles"]
    assert [rule for rule, _ in _without("<p>六、", "<p>五、存在的主要问题及改进情况</p><p>六、")] == [
        "titles"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<p>数据统计期限为2022年1月1日至2022年12月31日。</p>",
        "<p>2022年，我局主动公开信息3条。2022年共办理申请2件。</p>",
    ],
)
def test_a_year_that_is_not_the_titles_is_noticed(text: str) -> None:
    (parsed,) = read_page(form().replace("<p>我局认真", f"{text}<p>我局认真"))
    assert [(f.rule, f.left, f.right) for f in parsed.findings] == [("wrong year", 2023, 2022)]


def test_every_finding_speaks_english_and_chinese() -> None:
    parsed = read_form(
        {"requests.granted.total": "3", "requests.concluded.total": "1 2", "disputes.review.total": "4"}
    )
    for finding in parsed.findings:
        assert any("a" <= c <= "z" for c in finding.message)
        assert any("\u4e00" <= c <= "\u9fff" for c in finding.message_zh)


def test_every_rule_has_its_function_and_names_rows_that_exist() -> None:
    assert {rule.test for rule in rules()} == TESTS.keys()
    wrong = Rule(
        name="x",
        test="sums",
        level="error",
        basis="custom",
        message="m",
        message_zh="m",
        table="requests",
        each="column",
        left=("nonsense",),
    )
    with pytest.raises(EditionError, match="nonsense"):
        _check_names(wrong)


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_the_order_of_keys_begins_with_the_editions_own(edition: str) -> None:
    order = key_order(edition)
    own = editions()[edition].keys()
    assert [key for key in order if key in own] == list(own)
    assert len(own) == {"2021": 200, "2019": 198}[edition]
