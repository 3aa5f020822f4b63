"""Made reports: the official form of edition 2021 or 2019 as HTML, consistent unless asked otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from reportwatch.portal import figures as made_figures
from reportwatch.portal.figures import COLUMNS, DISPUTES, OUTCOMES, RESULT_GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LABEL_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class MadeReport:
    """What a made report is to look like.

    `wrong_sums` prints one total too many in row （七）总计 and in 行政复议; `blank_cells` leaves zeros blank;
    `title_year` is a year in the title that is not the report's; a later `revision` has other figures.
    """

    publisher: str
    year: int
    edition: Literal["2021", "2019"] = "2021"
    wrong_sums: bool = False
    blank_cells: bool = False
    title_year: int | None = None
    revision: int = 0

    @property
    def title(self) -> str:
        """The title as sites print it."""
        return f"{self.publisher}{self.title_year or self.year}年政府信息公开工作年度报告"

    @property
    def figures(self) -> dict[str, int]:
        """Figure key → number as it is printed, wrong totals included."""
        printed = made_figures.figures(self.publisher, self.year, self.edition, self.revision)
        if self.wrong_sums:
            printed["requests.concluded.natural_person"] += 1
            printed["disputes.review.total"] += 5
        return printed


def report(made: MadeReport) -> str:
    """The report's part of a page: title, six sections, three tables."""
    printed = made.figures
    received = printed["requests.received.total"]
    return "\n".join((
        f'<p align="center"><strong>{escape(made.title)}</strong></p>',
        *_section("一、总体情况", (
            (f"{made.year}年，{made.publisher}认真贯彻落实《中华人民共和国政府信息公开条例》。"
            f"本报告所列数据的统计期限自{made.year}年1月1日起至{made.year}年12月31日止。"),
            "（一）主动公开。围绕重点领域及时发布政策文件和工作动态。",
            f"（二）依申请公开。全年新收政府信息公开申请{received}件，均在法定期限内办理。",
            "（三）政府信息管理。严格执行信息发布审核制度。（四）平台建设。优化网站栏目设置。（五）监督保障。定期开展培训和考核。",
        )),
        *_section("二、主动公开政府信息情况", ()), _disclosure(made, printed),
        *_section("三、收到和处理政府信息公开申请情况", ()), _requests(made, printed),
        *_section("四、政府信息公开行政复议、行政诉讼情况", ()), _disputes(made, printed),
        *_section("五、存在的主要问题及改进情况", ("主动公开的时效性有待提高，政策解读形式较为单一。下一步将加强业务培训，丰富解读方式。",)),
        *_section("六、其他需要报告的事项", ("本年度没有产生政府信息公开信息处理费。",)),
    ))  # fmt: skip


def _section(title: str, paragraphs: Iterable[str]) -> Iterator[str]:
    yield f"<p><strong>{title}</strong></p>"
    for text in paragraphs:
        yield f"<p>{escape(text)}</p>"


def _table(rows: Iterable[str]) -> str:
    return (
        '<table class="MsoNormalTable" border="1" cellspacing="0"><tbody>'
        + "".join(rows)
        + "</tbody></table>"
    )


def _row(*cells: str) -> str:
    return "<tr>" + "".join(cells) + "</tr>"


def _cell(text: str, columns: int = 1, rows: int = 1) -> str:
    spans = f' colspan="{columns}"' * (columns > 1) + f' rowspan="{rows}"' * (rows > 1)
    return f"<td{spans}>{escape(text)}</td>"


def _number(made: MadeReport, value: int, columns: int = 1) -> str:
    return _cell("" if made.blank_cells and value == 0 else str(value), columns)


_Block = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
_BLOCKS_2021: tuple[_Block, ...] = (
    ("第二十条第（一）项", (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
     (("regulations", "规章"), ("normative_documents", "行政规范性文件"))),
    ("第二十条第（五）项", (("decisions", "本年处理决定数量"),), (("licensing", "行政许可"),)),
    ("第二十条第（六）项", (("decisions", "本年处理决定数量"),), (("penalties", "行政处罚"), ("coercion", "行政强制"))),
    ("第二十条第（八）项", (("amount", "本年收费金额（单位：万元）"),), (("fees", "行政事业性收费"),)),
)  # fmt: skip
_THREE = (("previous_items", "上一年项目数量"), ("change", "本年增/减"), ("decisions", "处理决定数量"))
_BLOCKS_2019: tuple[_Block, ...] = (
    ("第二十条第（一）项", (("made", "本年新制作数量"), ("disclosed", "本年新公开数量"), ("public_total", "对外公开总数量")),
     (("regulations", "规章"), ("normative_documents", "规范性文件"))),
    ("第二十条第（五）项", _THREE, (("licensing", "行政许可"), ("other_services", "其他对外管理服务事项"))),
    ("第二十条第（六）项", _THREE, (("penalties", "行政处罚"), ("coercion", "行政强制"))),
    ("第二十条第（八）项", _THREE[:2], (("fees", "行政事业性收费"),)),
    ("第二十条第（九）项", (("items", "采购项目数量"), ("amount", "采购总金额")), (("procurement", "政府集中采购"),)),
)  # fmt: skip


def _disclosure(made: MadeReport, printed: dict[str, int]) -> str:
    rows: list[str] = []
    for heading, columns, labels in _BLOCKS_2021 if made.edition == "2021" else _BLOCKS_2019:
        rows.append(_row(_cell(heading, 4)))
        widths = [1] * (len(columns) - 1) + [4 - len(columns)]  # the last column takes what is left of four
        heads = [_cell(name, width) for (_, name), width in zip(columns, widths, strict=True)]
        rows.append(_row(_cell("信息内容"), *heads))
        for key, label in labels:
            values = [printed[f"disclosure.{key}.{column}"] for column, _ in columns]
            cells = [_number(made, value, width) for value, width in zip(values, widths, strict=True)]
            rows.append(_row(_cell(label), *cells))
    return _table(rows)


def _requests(made: MadeReport, printed: dict[str, int]) -> str:
    return _table((*_requests_head(), *_requests_rows(made, printed)))


def _requests_head() -> Iterator[str]:
    names = list(COLUMNS.values())
    corner = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    yield _row(_cell(corner, LABEL_COLUMNS, 3), _cell("申请人情况", len(names)))
    yield _row(_cell(names[0], 1, 2), _cell("法人或其他组织", len(names) - 2), _cell(names[-1], 1, 2))
    yield _row(*(_cell(name) for name in names[1:-1]))


def _requests_rows(made: MadeReport, printed: dict[str, int]) -> Iterator[str]:
    def numbers(key: str) -> list[str]:
        return [_number(made, printed[f"requests.{key}.{column}"]) for column in COLUMNS]

    yield _row(_cell("一、本年新收政府信息公开申请数量", LABEL_COLUMNS), *numbers("received"))
    yield _row(_cell("二、上年结转政府信息公开申请数量", LABEL_COLUMNS), *numbers("carried_in"))
    block = _cell("三、本年度办理结果", 1, len(made_figures.result_rows(made.edition)) + 1)
    for labels, key in _result_labels(made.edition):
        yield _row(block, *labels, *numbers(key))
        block = ""
    yield _row(_cell("（七）总计", 2), *numbers("concluded"))
    yield _row(_cell("四、结转下年度继续办理", LABEL_COLUMNS), *numbers("carried_out"))


def _result_labels(edition: str) -> Iterator[tuple[list[str], str]]:
    """The label cells and the key of each result row, in the order of the form."""
    for group, labels in RESULT_GROUPS:
        if group == "（六）其他处理" and edition == "2019":
            yield [_cell(group, 2)], "other"
            continue
        for place, (key, label) in enumerate(labels.items()):
            heading = [_cell(group, 1, len(labels))] if group and place == 0 else []
            yield ([*heading, _cell(label)] if group else [_cell(label, 2)]), key


def _disputes(made: MadeReport, printed: dict[str, int]) -> str:
    names = [_cell(name) for name in list(OUTCOMES.values())]
    review, direct, after = DISPUTES.values()
    tall = [_cell(name, 1, 2) for name in OUTCOMES.values()]
    numbers = [
        _number(made, printed[f"disputes.{group}.{outcome}"]) for group in DISPUTES for outcome in OUTCOMES
    ]
    return _table((
        _row(_cell(review, 5), _cell("行政诉讼", 10)),
        _row(*tall, _cell(direct, 5), _cell(after, 5)),
        _row(*names, *names),
        _row(*numbers),
    ))  # fmt: skip
