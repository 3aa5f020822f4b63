"""The official form's tables, with the wordings that publishers use for the same thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.made.figures import COLUMNS, DISPUTES, OUTCOMES, SPLIT_OTHER, results

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from bench.made.figures import Edition


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a table as printed: a label, or the figure `key`; `rows` × `columns` merged places."""

    text: str
    key: str | None = None
    rows: int = 1
    columns: int = 1


Table = tuple[tuple[Field, ...], ...]

KINDS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
SUITS = ("未经复议直接起诉", "复议后起诉")
GROUPS = {
    "refused": "（三）不予公开", "unavailable": "（四）无法提供", "rejected": "（五）不予处理", "other": "（六）其他处理",
}  # fmt: skip
ROWS = {
    "received": "一、本年新收政府信息公开申请数量",
    "carried_in": "二、上年结转政府信息公开申请数量",
    "granted": "（一）予以公开",
    "partly_granted": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "refused_state_secret": "1.属于国家秘密",
    "refused_prohibited_by_law": "2.其他法律行政法规禁止公开",
    "refused_security_stability": "3.危及“三安全一稳定”",
    "refused_third_party": "4.保护第三方合法权益",
    "refused_internal_affairs": "5.属于三类内部事务信息",
    "refused_deliberative": "6.属于四类过程性信息",
    "refused_enforcement_file": "7.属于行政执法案卷",
    "refused_administrative_query": "8.属于行政查询事项",
    "unavailable_not_held": "1.本机关不掌握相关政府信息",
    "unavailable_needs_creation": "2.没有现成信息需要另行制作",
    "unavailable_unclear": "3.补正后申请内容仍不明确",
    "rejected_petition": "1.信访举报投诉类申请",
    "rejected_repeat": "2.重复申请",
    "rejected_publication": "3.要求提供公开出版物",
    "rejected_excessive": "4.无正当理由大量反复申请",
    "rejected_confirmation": "5.要求行政机关确认或重新出具已获取信息",
    "other_uncorrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other_other": "3.其他",
    "other": "（六）其他处理",
    "concluded": "（七）总计",
    "carried_out": "四、结转下年度继续办理",
}
OUTCOME = "三、本年度办理结果"
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
# What some publishers print instead, and how often: (printed by most, printed by some, share).
WORDINGS = (
    ("“三安全一稳定”", '"三安全一稳定"', 0.2),
    ("“三安全一稳定”", "三安全一稳定", 0.1),
    ("不补正、行政机关", "不补正，行政机关", 0.2),
    ("费用、行政机关", "费用，行政机关", 0.2),
    ("四、结转下年度", "四、结转下一年度", 0.15),
    ("（单位：万元，保留4位小数）", "（单位：万元）", 0.4),
    ("（七）总计", "（七）合计", 0.08),
)


def tables(
    edition: Edition, printed: dict[str, str], chance: Random, *, stacked: bool = False
) -> tuple[Table, ...]:
    """Sections 二, 三 and 四, figures as `printed`. `stacked`: section 四 with one row for each kind of dispute."""
    reword = _wording(chance)

    def figure(key: str, columns: int = 1) -> Field:
        return Field(printed[key], key, columns=columns)

    disclosure = _disclosure_2019(figure) if edition == "2019" else _disclosure_2021(figure)
    made = (disclosure, _requests(edition, figure), (_stacked if stacked else _disputes)(figure))
    return tuple(tuple(tuple(map(reword, row)) for row in table) for table in made)


def _wording(chance: Random) -> Callable[[Field], Field]:
    """The same choice of wordings for one whole report."""
    changes = [(old, new) for old, new, share in WORDINGS if chance.random() < share]
    mark = chance.choice((".", ".", ".", "．", "、"))

    def reword(field: Field) -> Field:
        if field.key is not None:
            return field
        text = field.text
        for old, new in changes:
            text = text.replace(old, new)
        return replace(field, text=text[0] + mark + text[2:] if text[1:2] == "." else text)

    return reword


def _wide(*texts: str, columns: int) -> tuple[Field, ...]:
    """A row of labels whose last one reaches over what is left of `columns`."""
    *first, last = texts
    return (*map(Field, first), Field(last, columns=columns - len(first)))


def _disclosure_2021(figure: Callable[..., Field]) -> Table:
    width = 4
    rows: list[tuple[Field, ...]] = [_wide("第二十条第（一）项", columns=width)]
    rows.append(tuple(map(Field, ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"))))
    for key, label in (("regulations", "规章"), ("normative_documents", "行政规范性文件")):
        numbers = (figure(f"disclosure.{key}.{column}") for column in ("issued", "repealed", "in_force"))
        rows.append((Field(label), *numbers))
    for item, kinds in (
        ("五", {"licensing": "行政许可"}),
        ("六", {"penalties": "行政处罚", "coercion": "行政强制"}),
    ):
        rows += [
            _wide(f"第二十条第（{item}）项", columns=width),
            _wide("信息内容", "本年处理决定数量", columns=width),
        ]
        rows += [(Field(label), figure(f"disclosure.{key}.decisions", 3)) for key, label in kinds.items()]
    rows.append(_wide("第二十条第（八）项", columns=width))
    rows.append(_wide("信息内容", "本年收费金额（单位：万元，保留4位小数）", columns=width))
    rows.append((Field("行政事业性收费"), figure("disclosure.fees.amount", 3)))
    return tuple(rows)


def _disclosure_2019(figure: Callable[..., Field]) -> Table:
    width = 4
    rows: list[tuple[Field, ...]] = [_wide("第二十条第（一）项", columns=width)]
    rows.append(tuple(map(Field, ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"))))
    for key, label in (("regulations", "规章"), ("normative_documents", "规范性文件")):
        numbers = (figure(f"disclosure.{key}.{column}") for column in ("made", "disclosed", "public_total"))
        rows.append((Field(label), *numbers))
    for item, kinds in (
        ("五", {"licensing": "行政许可", "other_services": "其他对外管理服务事项"}),
        ("六", {"penalties": "行政处罚", "coercion": "行政强制"}),
    ):
        rows.append(_wide(f"第二十条第（{item}）项", columns=width))
        rows.append(tuple(map(Field, ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"))))
        for key, label in kinds.items():
            columns = ("previous_items", "change", "decisions")
            rows.append((Field(label), *(figure(f"disclosure.{key}.{column}") for column in columns)))
    rows += [
        _wide("第二十条第（八）项", columns=width),
        _wide("信息内容", "上一年项目数量", "本年增/减", columns=width),
    ]
    fees = figure("disclosure.fees.previous_items"), figure("disclosure.fees.change", 2)
    rows.append((Field("行政事业性收费"), *fees))
    rows += [
        _wide("第二十条第（九）项", columns=width),
        _wide("信息内容", "采购项目数量", "采购总金额", columns=width),
    ]
    bought = figure("disclosure.procurement.items"), figure("disclosure.procurement.amount", 2)
    rows.append((Field("政府集中采购"), *bought))
    return tuple(rows)


def _requests(edition: Edition, figure: Callable[..., Field]) -> Table:
    rows: list[tuple[Field, ...]] = [
        (Field(CORNER, rows=3, columns=3), Field("申请人情况", columns=7)),
        (Field(KINDS[0], rows=2), Field("法人或其他组织", columns=5), Field(KINDS[-1], rows=2)),
        tuple(map(Field, KINDS[1:-1])),
    ]
    outcomes = (*results(edition), "concluded")
    seen: set[str] = set()
    for key in ("received", "carried_in", *outcomes, "carried_out"):
        labels: list[Field] = []
        if key == outcomes[0]:
            labels.append(Field(OUTCOME, rows=len(outcomes)))
        labels += _row_labels(key, outcomes, seen)
        rows.append((*labels, *(figure(f"requests.{key}.{column}") for column in COLUMNS)))
    return tuple(rows)


def _row_labels(key: str, outcomes: tuple[str, ...], seen: set[str]) -> list[Field]:
    """The labels that begin in this row; `seen` holds the groups whose label stands above."""
    group = key.partition("_")[0]
    if key not in outcomes:
        return [Field(ROWS[key], columns=3)]
    if group not in GROUPS or key == "other":
        return [Field(ROWS[key], columns=2)]
    if group in seen:
        return [Field(ROWS[key])]
    seen.add(group)
    size = len(SPLIT_OTHER) if group == "other" else sum(one.startswith(f"{group}_") for one in outcomes)
    return [Field(GROUPS[group], rows=size), Field(ROWS[key])]


def _disputes(figure: Callable[..., Field]) -> Table:
    return (
        (Field("行政复议", columns=5), Field("行政诉讼", columns=10)),
        (*(Field(result, rows=2) for result in RESULTS), *(Field(suit, columns=5) for suit in SUITS)),
        tuple(map(Field, RESULTS * 2)),
        tuple(figure(f"disputes.{kind}.{outcome}") for kind in DISPUTES for outcome in OUTCOMES),
    )


def _stacked(figure: Callable[..., Field]) -> Table:
    return (
        tuple(map(Field, ("", *RESULTS))),
        *(
            (Field(label), *(figure(f"disputes.{kind}.{outcome}") for outcome in OUTCOMES))
            for kind, label in zip(DISPUTES, ("行政复议", *SUITS), strict=True)
        ),
    )
