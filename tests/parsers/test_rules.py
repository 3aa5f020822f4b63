"""Sums and other rules inside one document: what is accused, what is only noticed, what is not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parsers.editions import EditionError, Rule, _check_names, citation, editions, key_order, rules
from parsers.rules import TESTS
from parsers.rules_figures import torn_numbers
from parsers.sections import official_titles
from tests.parsers.pages import form, read_form, read_page

if TYPE_CHECKING:
    from parsers.model import Finding

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
    assume(not torn_numbers({figure.key: figure for figure in parsed.figures}))
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
    assert [(f.kind, f.level, f.keys) for f in parsed.findings if f.rule == "counts"] == [
        ("form", "error", ("disclosure.licensing.decisions",)),
        ("form", "warning", ("disclosure.penalties.decisions",)),
    ]


def test_changes_on_the_year_may_be_negative_and_amounts_may_not() -> None:
    changes = {"disclosure.licensing.change": "-18", "disclosure.fees.change": "-2"}
    parsed = read_form(changes, edition="2019")
    assert [figure.value for figure in parsed.figures if figure.key in changes] == [-18, -2]
    assert [f for f in parsed.findings if f.rule == "counts"] == []
    (finding,) = [f for f in read_form({"disclosure.fees.amount": "-0.5"}).findings if f.rule == "counts"]
    assert (finding.level, finding.keys) == ("error", ("disclosure.fees.amount",))


@pytest.mark.parametrize(("blanks", "level"), [(10, "info"), (11, "warning")])
def test_blanks_in_section_three_are_counted(blanks: int, level: str) -> None:
    keys = [f"requests.{row}.business" for row in RESULTS][:blanks]
    (finding,) = [f for f in read_form(dict.fromkeys(keys, "")).findings if f.rule == "blanks"]
    assert (finding.level, finding.left, finding.right) == (level, blanks, 175)


NOTED = {"all zero", "processing fee"}  # what the empty form of these tests always is


def _findings(markup: str) -> list[Finding]:
    (parsed,) = read_page(markup)
    return [f for f in parsed.findings if f.rule not in NOTED]


def _without(text: str, instead: str = "") -> list[tuple[str, str]]:
    assert text in form()
    return [(f.rule, f.message) for f in _findings(form().replace(text, instead))]


def test_a_missing_section_is_named() -> None:
    ((rule, message),) = _without("六、其他需要报告的事项")
    assert rule == "sections"
    assert "六、其他需要报告的事项" in message


def _only(findings: list[Finding]) -> Finding:
    (only,) = findings
    return only


def _without_table_three(more: str = "", year: str = "2023", labels: str = "") -> list[Finding]:
    markup = form(title=f"某县财政局{year}年政府信息公开工作年度报告")
    begin = markup.index("<table><tr><td rowspan=2>")
    end = markup.index("<p>四、")
    return _findings(markup[:begin] + labels + markup[end:] + more)


def test_a_missing_table_is_named() -> None:
    finding = _only(_without_table_three())
    assert (finding.rule, finding.kind, finding.level) == ("sections", "form", "error")
    assert "三（表格）" in finding.message


@pytest.mark.parametrize(
    "named",
    ["<p>附件：依申请公开情况统计表.xlsx</p>", "<p>表格见附表</p>", "<div>附件下载：<p>统计表.PDF</p></div>"],
)
def test_a_table_that_may_be_in_an_attachment_is_not_missing(named: str) -> None:
    finding = _only(_without_table_three(named))
    assert (finding.rule, finding.kind, finding.level) == ("sections", "unsure", "warning")


def test_an_empty_box_for_attachments_names_none() -> None:
    assert _only(_without_table_three("<div>附件下载</div>")).level == "error"


def test_a_table_whose_labels_are_printed_is_not_missing() -> None:
    finding = _only(_without_table_three(labels="<p>一、本年新收政府信息公开申请数量 见下</p>"))
    assert (finding.rule, finding.kind) == ("sections", "unsure")
    assert "三（表格）" in finding.message


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("2023年未收到政府信息公开申请。", "warning"),
        ("本年度无。", "warning"),
        ("收到申请0件。", "warning"),
        ("2023年收到政府信息公开申请12件，均已办结。", "error"),
        ("收到申请20件，" * 20 + "没有引起行政复议。", "error"),
    ],
)
def test_a_sentence_that_there_was_nothing_to_count_is_what_the_law_asks_for(said: str, level: str) -> None:
    finding = _only(_without_table_three(labels=f"<p>{said}</p>"))
    assert (finding.rule, finding.level) == ("sections", level)
    assert ("art. 50" in finding.message) == (level == "error")


def test_free_form_of_2019_is_legal() -> None:
    finding = _only(_without_table_three(year="2019"))
    assert (finding.rule, finding.level) == ("sections", "info")


def test_a_section_with_its_number_and_other_words_is_not_missing() -> None:
    markup = form().replace("五、存在的主要问题及改进情况", "五、工作中的不足和下一步打算")
    finding = _only(_findings(markup))
    assert (finding.rule, finding.level) == ("sections", "info")
    assert "五、工作中的不足和下一步打算" in finding.message


def test_the_numbers_of_table_rows_stand_for_no_section() -> None:
    """Rows of section three begin with 三、 and 四、 as titles do."""
    finding = _only(_findings(form().replace("四、政府信息公开行政复议、行政诉讼情况", "")))
    assert (finding.rule, finding.level) == ("sections", "error")
    assert "四、" in finding.message


ASKED = {
    f"requests.{row}.{column}": "3"
    for row in ("received", "granted", "concluded")
    for column in ("business", "total")
}
SECTION_FIVE = "公开的主动性还不够，下一步将加强培训。"


@pytest.mark.parametrize("text", ["无", "无。", ""])
def test_a_section_five_that_says_nothing_is_noticed(text: str) -> None:
    """Of a body that was asked nothing it is only noted: small bodies have little to improve."""
    for cells, level in ((ASKED, "warning"), ({}, "info")):
        finding = _only(_findings(form(cells).replace(SECTION_FIVE, text)))
        assert (finding.rule, finding.kind, finding.level) == ("section five", "text", level)


def test_a_section_five_of_few_words_or_in_an_attachment_does_not_say_nothing() -> None:
    finding = _only(_findings(form(ASKED).replace(SECTION_FIVE, "公开不及时。")))
    assert (finding.rule, finding.level) == ("section five", "info")
    assert "公开不及时" in finding.message
    for text in ("详见附件。", "见第一部分。"):
        assert _findings(form(ASKED).replace(SECTION_FIVE, text)) == []


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("一、总体情况", "（一）总体情况"),
        ("一、总体情况", "1.总体情况"),
        ("一、总体情况", "—、总体情况"),
        ("一、总体情况", "I. 总体情况"),
        ("五、存在的主要问题及改进情况", "5、存在的主要问题及改进情况"),
        ("五、存在的主要问题及改进情况", "工作中存在的不足"),
        ("六、其他需要报告的事项", "（六）需要说明的其他情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "4.因政府信息公开引发的复议和诉讼情况"),
        ("三、收到和处理政府信息公开申请情况", "3、政府信息公开申请办理情况"),
        ("二、主动公开政府信息情况", "主动公开信息的情况"),
    ],
)
def test_a_title_in_another_numbering_or_in_own_words_is_no_missing_section(title: str, printed: str) -> None:
    """It is at most noted that it may be meant."""
    assert title in form()
    found = _findings(form(ASKED).replace(title, printed))
    assert [(f.rule, f.message) for f in found if f.level != "info"] == []
    assert all(printed in f.message for f in found)


@pytest.mark.parametrize("number", ["……1", "...........3", " 12", "（5）", "———— 7", "\t第3页"])
def test_a_table_of_contents_with_page_numbers_is_no_doubled_title(number: str) -> None:
    contents = "".join(f"<p>{title}{number}</p>" for title in official_titles().values())
    (parsed,) = read_page(form().replace("<p>一、总体情况", f"<p>目录</p>{contents}<p>一、总体情况", 1))
    assert [f.message for f in parsed.findings if f.rule not in NOTED] == []
    assert {section.key: section.text for section in parsed.sections}["5"] == SECTION_FIVE


@pytest.mark.parametrize(("year", "accused"), [(2019, set()), (2020, {"sections"}), (2023, {"sections"})])
def test_rows_of_the_table_before_the_form_are_no_wrong_titles(year: int, accused: set[str]) -> None:
    old = (
        f"<h1>某县财政局{year}年政府信息公开工作年度报告</h1><p>一、概述</p><p>{year}年，主动公开信息100条。</p>"
        "<p>二、主动公开政府信息情况</p><p>公开了。</p><p>三、依申请公开政府信息情况</p><p>没有申请。</p>"
        "<p>四、行政复议和行政诉讼情况</p><p>没有。</p><p>五、存在的主要问题及改进情况</p><p>宣传还不够，下一步加强。</p>"
        "<table><tr><td>统计指标</td><td>单位</td><td>统计数</td></tr><tr><td>一、主动公开情况</td><td>—</td><td></td></tr>"
        "<tr><td>（一）主动公开政府信息数</td><td>条</td><td>100</td></tr></table>"
    )
    found = {finding.rule for finding in read_page(old)[0].findings if finding.level != "info"}
    assert found == accused


def test_misnumbered_and_doubled_titles_are_noticed() -> None:
    assert [rule for rule, _ in _without("五、存在", "四、存在")] == ["titles"]
    assert [rule for rule, _ in _without("<p>六、", "<p>五、存在的主要问题及改进情况</p><p>六、")] == [
        "titles"
    ]
    swapped = (
        form()
        .replace("五、存在的主要问题及改进情况", "X")
        .replace("六、其他需要报告的事项", "五、存在的主要问题及改进情况")
    )
    assert "titles" in {f.rule for f in _findings(swapped.replace("X", "六、其他需要报告的事项"))}


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (SECTION_FIVE, "<p>一、存在问题不足</p><p>主动性不够。</p><p>二、改进情况</p><p>加强培训。</p>"),
        (SECTION_FIVE, "<p>一、存在的主要问题及改进情况</p><p>主动性不够，下一步加强培训。</p>"),
        (
            "我局认真做好政府信息公开工作。",
            "<p>一、主动公开情况</p><p>公开3条。</p><p>二、依申请公开情况</p><p>没有。</p>",
        ),
        (
            "我局认真做好政府信息公开工作。",
            "<p>（二）依申请公开情况</p><p>没有。</p><p>（三）依申请公开情况</p>",
        ),
    ],
)
def test_numbering_that_begins_anew_inside_a_section_is_no_wrong_title(where: str, text: str) -> None:
    assert where in form()
    assert [f.message for f in _findings(form().replace(where, text))] == []


@pytest.mark.parametrize(
    "printed",
    [
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "五、存在问题及改进情况",
        "五、存在的主要问题和改进情况",
        "六、其他需要报告的事项情况",
    ],
)
def test_accepted_wordings_of_titles_are_no_finding(printed: str) -> None:
    official = {
        "四": "四、政府信息公开行政复议、行政诉讼情况",
        "五": "五、存在的主要问题及改进情况",
        "六": "六、其他需要报告的事项",
    }
    assert [f.message for f in _findings(form().replace(official[printed[0]], printed))] == []


def test_a_table_of_contents_is_no_second_report() -> None:
    contents = "".join(f"<p>{title}</p>" for title in official_titles().values())
    (parsed,) = read_page(form().replace("<p>一、总体情况", contents + "<p>一、总体情况", 1))
    assert [f.message for f in parsed.findings if f.rule not in NOTED] == []
    assert {section.key: section.text for section in parsed.sections}["5"] == SECTION_FIVE


def test_the_processing_fee_is_asked_of_the_form_of_2021_alone() -> None:
    assert "processing fee" in {f.rule for f in read_form({}).findings}
    assert "processing fee" not in {f.rule for f in read_form({}, edition="2019").findings}
    for told in ("本年度未收取信息处理费。", "按国办函〔2020〕109号收取0元。"):
        (parsed,) = read_page(form().replace("<p>无</p>", f"<p>{told}</p>"))
        assert "processing fee" not in {f.rule for f in parsed.findings}
    (finding,) = [f for f in read_form({}).findings if f.rule == "processing fee"]
    assert finding.level == "info"


def test_charges_above_zero_while_section_six_says_nothing_are_no_finding() -> None:
    """行政事业性收费 holds every charge, not only processing fees."""
    parsed = read_form({"disclosure.fees.amount": "3415.74"})
    assert {f.level for f in parsed.findings} == {"info"}


def test_nothing_but_zeros_is_only_noted_and_one_number_or_unsure_cell_ends_it() -> None:
    (finding,) = [f for f in read_form({}).findings if f.rule == "all zero"]
    assert (finding.level, finding.left) == ("info", 200)
    for cells in ({"disclosure.penalties.decisions": "1"}, {"requests.granted.total": "0 0"}):
        assert "all zero" not in {f.rule for f in read_form(cells).findings}
    assert "all zero" in {f.rule for f in read_form({"requests.granted.research": ""}).findings}


def test_digits_torn_over_two_cells_accuse_nobody() -> None:
    """1 and 2 beside each other where the total is 12: no sum of that row or of its columns is the publisher's."""
    rows = ("received", "granted", "concluded")
    cells = {f"requests.{row}.total": "12" for row in rows}
    whole = cells | {f"requests.{row}.natural_person": "12" for row in rows}
    torn = whole | {"requests.granted.natural_person": "1", "requests.granted.business": "2"}
    assert [f.rule for f in read_form(whole).findings if f.rule not in NOTED] == []
    found = [f for f in read_form(torn).findings if f.rule not in NOTED]
    assert {f.kind for f in found} == {"unsure"}
    assert {f.level for f in found} == {"warning"}
    (split,) = [f for f in found if f.rule == "split digits"]
    assert (split.keys, split.left, split.right) == (
        ("requests.granted.natural_person", "requests.granted.business"),
        12,
        12,
    )


def test_a_wrong_total_beside_single_digits_is_still_a_printed_error() -> None:
    parsed = read_form(
        {"disputes.review.upheld": "1", "disputes.review.corrected": "2", "disputes.review.total": "4"}
    )
    assert [f.kind for f in parsed.findings if f.rule == "dispute total"] == ["printed_error"]
    parsed = read_form({"disputes.review.upheld": "1", "disputes.review.total": "10"})
    assert [f.kind for f in parsed.findings if f.rule == "dispute total"] == ["printed_error"]


def test_blanks_on_the_form_of_2019_are_only_noted() -> None:
    cells = dict.fromkeys([f"requests.{row}.business" for row in RESULTS[:12]], "") | {
        "requests.granted.research": "2"
    }
    cells |= {"requests.granted.total": "", "requests.concluded.total": ""}
    for year, level in (("2019", "info"), ("2020", "info"), ("2022", "warning")):
        title = f"某县财政局{year}年政府信息公开工作年度报告"
        found = [f for f in _findings(form(cells, edition="2019", title=title)) if f.kind == "blank"]
        assert {f.rule for f in found} >= {"blanks", "row total"}
        assert {f.level for f in found} == {level}


@pytest.mark.parametrize(
    "text",
    [
        "<p>数据统计期限为2022年1月1日至2022年12月31日。</p>",
        "<p>2022年，我局主动公开信息3条。2022年共办理申请2件。</p>",
        "<p>2022年，我局主动公开信息3条。</p>",
    ],
)
def test_a_year_that_is_not_the_titles_is_noticed(text: str) -> None:
    found = _findings(form().replace("<p>我局认真", f"{text}<p>我局认真"))
    assert [(f.rule, f.left, f.right) for f in found] == [("wrong year", 2023, 2022)]


@pytest.mark.parametrize(
    "text",
    [
        "根据2019年修订的《条例》，本年度我局主动公开信息3条，“十四五”开局良好。",
        "《条例》自2019年5月15日起施行，我局认真落实。",
        "按照《2022年政务公开工作要点》，我局主动公开信息3条。《2022年工作方案》已落实。",
        "较2022年增长12%，比2022年多3条，与2022年相比有所增加。",
        "自2022年以来，我局认真做好公开。2022年底机构改革后，职责有调整。",
        "我局成立于2022年，人员于2022年到位。",
        "落实国办公开办函〔2022〕30号、国办函〔2020〕109号文件。",
        "2022年我局公开2条，2023年公开3条，2022年办理1件。",
        "2022年度考核中获优秀。本年度公开信息3条。",
        "按照2022年政务公开工作要点要求，我局认真落实2022年度整改任务，完成2022年遗留问题整改。",
        "根据2022年省政府办公厅通报问题，我局全面整改。2022年问题均已整改。",
        "数据统计期限为2023年1月1日至2023年12月31日。2022年公开2条。2022年办理1件。",
    ],
)
def test_other_years_in_a_text_are_no_wrong_year(text: str) -> None:
    assert [f.message for f in _findings(form().replace("我局认真做好政府信息公开工作。", text))] == []


def test_the_year_of_publication_is_no_wrong_year() -> None:
    markup = form().replace("<p>一、总体", "<p>发布日期：2024年1月25日</p><p>一、总体", 1)
    assert [f.message for f in _findings(markup)] == []


def test_old_reports_have_no_rules() -> None:
    (parsed,) = read_page(
        "<h1>某县财政局2016年政府信息公开工作年度报告</h1><p>一、概述</p><p>2015年，我局收到申请3件，办结9件。</p>"
        "<p>二、主动公开情况</p><p>无</p><p>三、依申请公开情况</p><p>无</p><p>五、存在的问题及改进措施</p><p>无</p>"
    )
    assert (parsed.edition, {f.rule for f in parsed.findings} - {"unsure"}) == ("legacy", set())


def test_every_rule_says_on_what_it_rests() -> None:
    for rule in rules():
        assert any("a" <= c <= "z" for c in rule.citation)
        assert any("\u4e00" <= c <= "\u9fff" for c in rule.citation_zh)
        assert ("50" in rule.citation) == (rule.basis == "law")
        assert rule.citation.startswith("国办") == (rule.basis == "notice")


def test_the_citation_of_a_rule_is_found_by_its_name() -> None:
    assert citation("section five") == next(
        (r.citation, r.citation_zh) for r in rules() if r.name == "section five"
    )
    assert citation("cut table") is None
    for rule in rules():
        assert citation(rule.name) == (rule.citation, rule.citation_zh), (
            "rules of one name rest on one ground"
        )


def test_a_finding_has_the_version_of_its_rule() -> None:
    versions = {(rule.name, rule.version) for rule in rules()}
    assert {(f.rule, f.version) for f in read_form({"requests.granted.total": "3"}).findings} <= versions


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
        name_zh="某",
        test="sums",
        level="error",
        basis="custom",
        citation="c",
        citation_zh="c",
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
