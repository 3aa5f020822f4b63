"""Titles that are no report's title and may still be one: a bare name, a title without its year, a title cut off.

Pure. A list where such a row stands for a body cannot prove that the body's report is not there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from parsers.normalise import normalise
from parsers.titles import year_of
from store.names import full_names, placeless, short_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.model import Publisher

MENTIONED = "it names the body, and may be its report"
_DOTS = re.compile(r"[.。·•⋯…]{2,}>*$|[⋯…]>*$")
_BEFORE = re.compile(r"^(?:关于|公布|发布|最新|置顶|新|[【(\[].{0,8}?[】)\]]|\d{1,3}[、.])+")
_BRACKET = re.compile(r"^[(\[【].{0,24}?[)\]】]")
# What is left of a title behind the name: a year, whole or cut, and then as much of the usual words as was printed.
_CUT = re.compile(
    r"(?:[12]|[12]\d{1,3}年?度?)?(?:关于|的)?(?:政(?:府(?:信(?:息公?)?)?|务公?)?|信(?:息公?)?|主动?|年度?|工作?)?"
)
# Words of a report, right behind the name; and those that make it a rule, a notice, a budget or another body's.
_GOES_ON = re.compile(
    r"(?:关于|的|本级|年|最新|历年|公开|信息|政府信息|政务公开|主动公开|工作|报告|总结|情况)"
)
_REPORT = re.compile(r"年报|报告|总结|公开(?:工作|情况)?$")
_DISCLOSED = re.compile(r"[^局委办院会厅处镇乡]{0,12}(?:政务|政府|信息)公开.*(?:总结|报告|年报)")
_ANOTHER = re.compile(
    r"指南|制度|方案|申请|要点的|要点$|办法|目录|条例|规定|细则|流程|标准|规范|规程|清单|公告|通知|通报|通告|的函|复函|会议|招标|招聘|采购"
    r"|预算|决算|财政|三公|资金|绩效|法治|依法|执法|安全|环境|环评|承诺|机构|职责|领导|处罚|许可|审计|检查|巡|调研|考察|述职|党|廉|纪"
    r"|统计|企业|规划|公示|建议|提案|答复|说明|测评|培训|意见|网站|项目|评估|监测|验收|工程|土地|征|拍卖|遴选|引进|考试|成绩|事故|专栏|信箱|提请|议案|^工作报告"
)
_ORDERS = re.compile(r"培训|通知|公告|会议|招标|招聘|采购|的函|复函|指南|制度|方案|申请|办法|目录|规定")
_SHORTEST_CUT = 4


def spellings(publisher: Publisher) -> set[str]:
    """Each way to write its name on a list of its own."""
    names = {name for name, _ in full_names(publisher)} | set(short_names(publisher))
    return names | {one for name in names for one in placeless(name)}


class Names:
    """The names of the bodies of one list, to look for at the beginning of its titles."""

    def __init__(self, publishers: Iterable[Publisher]) -> None:
        self._bodies: defaultdict[str, set[str]] = defaultdict(set)
        for publisher in publishers:
            for name in spellings(publisher):
                self._bodies[name].add(publisher.id)
        self._lengths = sorted({len(name) for name in self._bodies})

    def mentioned(self, title: str) -> tuple[set[str], int | None]:
        """The bodies whose report a title that is no report's may be; and the year that it prints, or None."""
        plain = normalise(title)
        whole = _DOTS.sub("", plain)
        bare, year = _BEFORE.sub("", whole), year_of(plain)
        found: set[str] = set()
        if whole != plain and len(whole) >= _SHORTEST_CUT:
            cut = [self._bodies[name] for name in self._bodies if name.startswith(whole)]
            found.update(*cut)
        for text in {bare, whole}:
            for length in self._lengths:
                bodies = self._bodies.get(text[:length])
                if bodies and len(text) >= length and _may_be(_BRACKET.sub("", text[length:]), year):
                    found |= bodies
        return found, year


def _may_be(rest: str, year: int | None) -> bool:
    if _CUT.fullmatch(rest):
        return True
    if _DISCLOSED.match(rest) and not _ORDERS.search(rest):
        return True
    if year is not None or not _GOES_ON.match(rest):
        return False
    return bool(_REPORT.search(rest)) and not _ANOTHER.search(rest)
