"""Numbers in sentences against the tables: what is told, and every kind of sentence that must be left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from tests.parsers.pages import form, read_page
from tests.parsers.samples import samples

if TYPE_CHECKING:
    from parsers.model import Finding
    from tests.parsers.samples import Sample

RULE = "text and tables"


def cells(
    received: int, carried_in: int, concluded: int, carried_out: int, reviews: int, direct: int, after: int
) -> dict[str, str]:
    """A form whose sums hold and whose totals are these."""
    rows = {
        "received": received,
        "carried_in": carried_in,
        "granted": concluded,
        "concluded": concluded,
        "carried_out": carried_out,
    }
    texts = {
        f"requests.{row}.{column}": str(n)
        for row, n in rows.items()
        for column in ("natural_person", "total")
    }
    disputes = {"review": reviews, "suit_direct": direct, "suit_after_review": after}
    return texts | {
        f"disputes.{row}.{column}": str(n) for row, n in disputes.items() for column in ("upheld", "total")
    }


# No sentence below has one of these numbers: every one that is judged at all is told.
STRANGE = cells(70001, 40003, 60005, 50007 - 8, 30011, 20013, 10017)


def told(
    text: str, figures: dict[str, str], section: str = "我局认真做好政府信息公开工作。"
) -> list[Finding]:
    """The findings of a report of 2023 of 某县财政局 with this text."""
    markup = form(figures).replace(section, text)
    assert text in markup
    (parsed,) = read_page(markup)
    assert [f.rule for f in parsed.findings if f.level == "error"] == []
    return [finding for finding in parsed.findings if finding.rule == RULE]


NEVER = (
    """
受理3259件，答复3278件（含上年结转77件，58件顺延）。
2023年，共受理政府信息公开申请3259件，答复3278件（含上年结转77件，58件顺延）。
受理19件，其中11件办结，8件撤销。
全年受理政府信息公开申请19件，其中11件办结，8件撤销。
办理上年度结转1件。答复11件。
依申请公开方面，办理上年度结转1件。答复11件。
行政复议134件，行政诉讼57件。
行政复议结果维持3件，尚未审结2件。
因政府信息公开被申请行政复议，结果维持3件，结果纠正1件，尚未审结2件。
信息公开类行政复议尚未审结2件。
收到信息公开申请，其中自然人申请10件，法人申请2件。
2023年收到的政府信息公开申请同比增长12件。
2023年，收到政府信息公开申请较上年增加12件。
依申请公开占比12%。
收到政府信息公开申请约1.2万件。
收到政府信息公开申请120余件。
收到政府信息公开申请近百件。
收到政府信息公开申请十二件。
我局收到政府信息公开申请一百二十三件。
2022年，我局收到政府信息公开申请12件。
2022年，我局加强管理。全年收到政府信息公开申请12件。
2021年、2022年收到政府信息公开申请分别为12件、15件。
当面申请和网上申请政府信息公开分别收到5件、7件。
收到政府信息公开申请、答复政府信息公开申请各12件。
各科室收到政府信息公开申请12件。
收到政府信息公开申请10-12件。
收到政府信息公开申请10至12件。
收到政府信息公开申请12件、15件。
市财政局收到政府信息公开申请12件。
其中，财政局收到政府信息公开申请12件。
市公安局高度重视依申请公开工作，收到政府信息公开申请12件。
市本级收到政府信息公开申请12件。
全市收到政府信息公开申请512件，我局收到政府信息公开申请12件。
全市共受理政府信息公开申请512件。
2023年全区受理政府信息公开申请21件，均在法定期限答复。
2023年全县各级行政机关共受理政府信息公开申请21件。
我市共收到政府信息公开申请512件。
全系统收到政府信息公开申请512件。
下属单位收到政府信息公开申请12件。
局属各单位收到政府信息公开申请12件。
政府信息公开申请办结率100%。
政府信息公开申请按时办结率达100%，答复12件次。
收取政府信息公开信息处理费120元。
全年收取政府信息公开信息处理费12件1200元。
全年受理信访事项12件。
认真做好政府信息公开，全年办理信访件12件。
通过12345热线受理群众诉求593112个，承办单位已办结127374件。
推进政府信息公开，12345热线共受理工单512件，办结511件。
认真做好“我为政府网站找错”平台网民留言办理答复工作，处理留言78条。
受理审批服务事项940000余件，其中网上大厅受理400000余件。
全年收到行政许可申请312件。
推进政府信息公开，受理行政许可申请312件，办结311件。
主动公开政府信息1136条。
办理人大建议12件、政协提案15件，均向社会公开。
政府信息公开方面，办理人大代表建议12件。
通过网站收到政府信息公开申请5件。
其中通过信函方式收到政府信息公开申请5件。
网上平台受理政府信息公开申请5件。
上半年收到政府信息公开申请5件。
截至2023年12月31日，累计收到政府信息公开申请512件。
2019年以来，共收到政府信息公开申请512件。
第四季度收到政府信息公开申请5件。
12月收到政府信息公开申请5件。
平均每月收到政府信息公开申请5件。
收到政府信息公开申请12件（含撤回2件）。
收到政府信息公开申请12件（其中重复申请2件）。
收到政府信息公开申请12件，申请人撤回2件。
收到有效政府信息公开申请12件。
不属于本机关公开的政府信息公开申请12件。
政府信息公开申请予以公开3件，不予公开2件，无法提供5件。
答复政府信息公开申请予以公开3件。
政府信息公开工作接受咨询12件次，现场解答15人次。
举办政府信息公开培训班2期，参加人员120人次。
司法局受理行政复议申请134件，政府信息公开工作稳步推进。
全年受理行政复议申请134件，审结120件，并推进行政复议决定书网上公开。
政府信息公开行政诉讼直接起诉3件，复议后起诉1件。
政府信息公开行政复议、行政诉讼共3件。
因政府信息公开引发的行政复议被纠正1件。
政府信息公开类行政诉讼一审3件、二审1件，均胜诉。
收到政府信息公开申请 1
2件。
较2022年，政府信息公开申请数量增长12件。
根据《条例》（2019年修订）第12条，答复政府信息公开申请不超过20个工作日。
印发《2022年收到政府信息公开申请12件情况通报》。
计划办理政府信息公开申请12件。
某镇收到政府信息公开申请12件。
街道办事处受理政府信息公开申请12件。
收到政府信息公开申请不足12件。
收到政府信息公开申请超过12件。
收到政府信息公开申请12件以上。
另有政府信息公开申请12件正在办理。
政府信息公开申请12件转交其他部门办理。
上年结转的政府信息公开申请其中2件已办结。
含上年结转2件政府信息公开申请。
政府信息公开申请逾期不补正2件。
依申请公开信息点击量512次。
2023年，全市共受理政府信息公开申请3259件，答复3278件（含上年度结转申请77件，另有58件顺延到下年度答复）。
2023年上半年，全区各行政机关共受理政府信息公开申请267件，答复263件，申请量比2022年同期上升1.52%。
2023年，共制作政府信息3021条，其中主动公开信息1027条，依申请公开信息459条，不予公开信息1535条。
全年区政府共发生涉及政府信息公开的行政诉讼案件2件，被纠错0件。
依申请公开方面，收到政府信息公开申请12件，申请量居前三位的是征地5件、拆迁3件、规划2件，撤销1件。
自然资源局、住建局、公安局收到政府信息公开申请12件。
收到县级以上单位转来的政府信息公开申请12件。
收到上级交办的政府信息公开申请12件。
指导乡镇办理政府信息公开申请12件。
协助县政府办公室答复政府信息公开申请12件。
代县政府答复政府信息公开申请12件。
牵头办理政府信息公开申请12件。
受县政府委托，办理政府信息公开申请12件。
作为复议机关，办理政府信息公开行政复议12件。
审理政府信息公开行政复议案件12件。
审理涉及政府信息公开的行政诉讼案件12件。
参加政府信息公开行政诉讼应诉12件。
办理政府信息公开行政复议应诉12件。
收到政府信息公开申请1,234件。
收到政府信息公开申请12.5件。
收到政府信息公开申请12件次。
收到政府信息公开申请12人次。
收到政府信息公开申请3批12件。
推进依申请公开，全年办理市长信箱来信12件，办结12件。
收到政府信息公开申请（含网上）12件。
依申请公开收到申请表12份，答复12份。
加强政府信息公开，全年答复网民留言12件。
收到政府信息公开申请比上年减少12件。
收到政府信息公开申请由上年的15件降至12件。
新收政府信息公开申请月均12件。
开展政府信息公开业务培训后，受理12件。
政府信息公开申请受理、答复各环节共12项。
政府信息公开工作考核得分98分，收到表扬信12件。
""".strip()
    .replace("1\n2件", "1¶2件")
    .splitlines()
)


@pytest.mark.parametrize("sentence", NEVER)
def test_a_sentence_that_may_mean_something_else_is_left_alone(sentence: str) -> None:
    assert [f.message for f in told(sentence.replace("¶", "\n"), STRANGE)] == []


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("2023年，我局共收到政府信息公开申请12件，均按时答复。", 12),
        ("2023年共收到政府信息公开申请12件。", 12),
        ("全年办理政府信息公开申请218件。", 218),
        ("（二）依申请公开情况。2023年新收政府信息公开申请12件。", 12),
        ("（二）依申请公开情况。本年度，我单位收到依申请公开12件。", 12),
        ("2023年，我局收到12件政府信息公开申请。", 12),
        ("2023年度共受理依申请公开政府信息申请０件。", 0),
        ("全年政府信息公开申请共收到12件，均在法定期限内答复。", 12),
        ("某县财政局收到政府信息公开申请12件。", 12),
        ("上年结转政府信息公开申请2件。", 2),
        ("政府信息公开申请结转下年度办理情况：结转下年度继续办理3件。", 3),
        ("2023年，因政府信息公开被申请行政复议7件。", 7),
        ("信息公开类行政复议7件。", 7),
        ("政府信息公开行政诉讼9件。", 9),
        ("2023年度，我局严格做好答复，受理的政府信息公开申请5件。", 5),
        ("我局今年共收到政府信息公开申请3件。", 3),
        ("2023年1月1日至2023年12月31日，我局共收到政府信息公开申请1件，并已依法答复完毕。", 1),
        ("全年，共受理依申请公开4件，未发生行政争议。", 4),
        ("（二）依申请公开情况</p><p>2023年我局共收到政府信息公开申请1件。", 1),
    ],
)
def test_a_sentence_that_contradicts_the_tables_is_told_as_printed(sentence: str, number: int) -> None:
    (finding,) = told(sentence, STRANGE)
    assert (finding.kind, finding.level, finding.left) == ("text", "warning", number)
    clause = finding.message.split("“")[1].split("”")[0]
    assert clause in sentence
    assert clause in finding.message_zh


TABLES = cells(712, 2, 710, 4, 19, 7, 6)


@pytest.mark.parametrize(
    "sentence",
    [
        "2023年，我局共收到政府信息公开申请712件，办结710件，结转下年度4件。",
        "2023年，我局共收到政府信息公开申请714件，办结710件。",
        "2023年，我局新收政府信息公开申请712件，上年结转2件。",
        "2023年，我局受理政府信息公开申请714件。",
        "2023年，我局答复政府信息公开申请710件。",
        "2023年，我局办理政府信息公开申请712件。",
        "2023年，我局收到政府信息公开申请712件。全年收到政府信息公开申请5件。",
        "因政府信息公开被申请行政复议19件，被提起行政诉讼13件。",
        "信息公开类行政复议19件、诉讼13件。",
        "收到政府信息公开申请712件，接待来访500人次，办理300件。",
        "收到政府信息公开申请712件，较上年增长5%，办结710件。",
    ],
)
def test_every_number_that_a_word_may_mean_agrees(sentence: str) -> None:
    assert told(sentence, TABLES) == []


@pytest.mark.parametrize(
    ("sentence", "left", "right"),
    [
        ("2023年，我局新收政府信息公开申请714件。", 714, 712),
        ("2023年，我局共收到政府信息公开申请721件，办结710件。", 721, 712),
        ("2023年，我局共收到政府信息公开申请712件，办结701件。", 701, 712),
        ("2023年，我局共收到政府信息公开申请712件，结转下年度14件。", 14, 4),
        ("因政府信息公开被申请行政复议91件，被提起行政诉讼13件。", 91, 19),
        ("因政府信息公开被申请行政复议19件，被提起行政诉讼31件。", 31, 13),
        ("信息公开类行政复议19件、诉讼9件。", 9, 13),
        ("收到政府信息公开申请712件，较上年增长5%，办结701件。", 701, 712),
        ("收到政府信息公开申请721件，接待来访500人次，办理300件。", 721, 712),
    ],
)
def test_a_planted_error_is_found(sentence: str, left: int, right: int) -> None:
    (finding,) = told(sentence, TABLES)
    assert (finding.left, finding.right) == (left, right)
    assert str(left) in finding.message
    assert all(str(part) in finding.message for part in ([7, 6] if right == 13 else [right]))


def test_sections_five_and_six_are_read_too() -> None:
    (finding,) = told(
        "2023年收到政府信息公开申请99件，但公开的主动性还不够。",
        TABLES,
        "公开的主动性还不够，下一步将加强培训。",
    )
    assert finding.left == 99
    assert "Section 五" in finding.message


def test_an_unsure_or_blank_figure_accuses_no_sentence() -> None:
    sentence = "2023年，我局新收政府信息公开申请99件。"
    assert [f.left for f in told(sentence, TABLES)] == [99]
    for doubtful in ("7 12", "", "无"):
        assert told(sentence, TABLES | {"requests.received.total": doubtful}) == []


def test_answers_may_leave_out_what_was_closed_without_one() -> None:
    figures = TABLES | {
        "requests.granted.natural_person": "700",
        "requests.granted.total": "700",
        "requests.other_other.natural_person": "10",
        "requests.other_other.total": "10",
    }
    assert told("2023年，我局答复政府信息公开申请700件。", figures) == []
    assert len(told("2023年，我局答复政府信息公开申请690件。", figures)) == 1


@pytest.mark.parametrize("sample", [pytest.param(one, id=one.name) for one in samples()])
def test_no_sample_is_accused(sample: Sample) -> None:
    assert [f.message for f in sample.parsed.findings if f.rule == RULE] == []


def test_a_planted_error_in_a_real_report_is_found() -> None:
    body = (Path(__file__).parents[1] / "samples" / "pingtan-2024" / "body.html").read_bytes()
    planted = body.replace("申请218件".encode(), "申请281件".encode())
    assert planted != body
    (parsed,) = parse(planted, "text/html")
    (finding,) = [f for f in parsed.findings if f.rule == RULE]
    assert (finding.left, finding.right) == (281, 218)
    assert "全年办理政府信息公开申请281件" in finding.message_zh


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "words", ["被申请", "依法依规", "共计", "2023年度", "我局", "信息公开", "信息公开被申请", "的"]
)
def test_words_without_end_cost_no_time(words: str) -> None:
    assert (
        told(
            f"信息公开{words * 400}收到{words * 400}，{words * 12}12件，信息公开{words * 9}行政复议x12件。",
            TABLES,
        )
        == []
    )
