"""What a title says: whether it is a report on disclosure, whose, and for which year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from parsers.normalise import normalise

Kind = Literal["report", "maybe", "other"]
_REPORT = re.compile(
    r"(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?"
    r"(?:年度(?:工作|情况)?报告|年报|工作报告|情况报告|(?:19|20)\d{2}年?度?(?:工作|情况)?(?:年度)?(?:报告|年报))"
)
_MAYBE = re.compile(r"公开.*报告|报告.*公开|年报|年度报告|汇总")
# A guide, or an order to write reports, is no report; a notice that publishes one may be.
_NEVER = re.compile(r"指南|制度|方案|解读|图解|读懂|(?:做好|编制|报送|开展|编写).*通知|办法$|目录$|申请表")
_DOUBTFUL = re.compile(r"通知|公告|汇总|通报|考核|培训")
_OTHER_REPORTS = re.compile(r"政府网站(?:工作|监管|年度)|法治政府|财政|决算|预算|企业年|统计年")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEAR_WORDS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?度?|二[〇零○][一二三四五六七八九十〇零○]{1,2}年度?")
_YEAR_ALONE = re.compile(rf"(?:{_YEAR_WORDS.pattern})(?:报告)?")
_WRITTEN_YEAR = re.compile(r"二[〇零○]([一二三四五六七八九十〇零○]{1,2})年")
_WRITTEN = {"〇": "0", "零": "0", "○": "0", **{c: str(n) for n, c in enumerate("一二三四五六七八九", 1)}}
_BEFORE = re.compile(r"^(?:关于|公布|附件\d*[:.、]?|\d+[、.]|度)+")
_BEHIND = re.compile(r"(?:关于|公布|的|年度|本级)+$")
_BRACKETED = re.compile(r"^[(\[【〈《](.{2,30}?)[)\]】〉》]$")
_EDGES = '《》〈〉()[]【】-_:·.|,“”"'


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a title says. "report": clearly an annual report on disclosure; "maybe": could be one; else "other".

    A year alone may be one: some columns list their reports as 2023年, 2024年 and nothing more.
    """

    publisher: str | None
    year: int | None
    kind: Kind


def title_facts(title: str) -> TitleFacts:
    """Publisher, year and kind of a title as printed on a list, on a page or in a document."""
    plain = normalise(title)
    kind = _kind(plain)
    return TitleFacts(_publisher(plain) if kind != "other" else None, year_of(plain), kind)


def is_report_title(plain: str, *, longest: int) -> bool:
    """Whether a normalised line is nothing but the title of a report."""
    match = _REPORT.search(plain)
    return match is not None and len(plain) - match.end() <= len("(汇总)") and len(plain) <= longest


def _kind(plain: str) -> Kind:
    if _NEVER.search(plain):
        return "other"
    if _REPORT.search(plain):
        return "maybe" if _DOUBTFUL.search(plain) else "report"
    if _OTHER_REPORTS.search(plain):
        return "other"
    return "maybe" if _MAYBE.search(plain) or _YEAR_ALONE.fullmatch(plain) else "other"


def _publisher(plain: str) -> str | None:
    """The words before the report's name without the year, or those in brackets behind it."""
    match = _REPORT.search(plain)
    before = plain[: match.start()] if match else re.split(r"政务公开|公开|年报|年度报告|汇总", plain)[0]
    behind = _BRACKETED.match(plain[match.end() :]) if match else None
    name = _bare(before) or (_bare(behind[1]) if behind else "")
    if name.endswith("人民"):
        name += "政府"  # "某县人民政府信息公开年报": the two names share 政府
    return name if len(name) > 1 and name not in {"汇总", "政府", "报告"} else None


def _bare(text: str) -> str:
    name = _YEAR_WORDS.sub("", text).strip(_EDGES)
    return _BEHIND.sub("", _BEFORE.sub("", name)).strip(_EDGES)


def year_of(plain: str) -> int | None:
    """The report year of a normalised title: the first year outside brackets, else the first at all."""
    for text in (re.sub(r"\([^()]*\)", "", plain), plain):
        if match := _YEAR.search(text):
            return int(match[1])
        if match := _WRITTEN_YEAR.search(text):
            return _written_year(match[1])
    return None


def _written_year(digits: str) -> int | None:
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        written = f"{_WRITTEN.get(tens, '1')}{_WRITTEN.get(ones, '0')}"
    else:
        written = "".join(_WRITTEN.get(digit, "") for digit in digits)
    return 2000 + int(written) if re.fullmatch(r"\d\d", written) else None
