"""Rules about the parts of a report: its sections, their titles, the years it names."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.facts import period_year
from parsers.model import Finding
from parsers.normalise import comparable, normalise
from parsers.rules_base import plain
from parsers.rules_figures import is_quiet
from parsers.sections import official_titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.editions import Rule
    from parsers.model import FindingKind, Level
    from parsers.rules_base import Report

# Free-form reports were still allowed in the first year of the form (国办公开办函〔2019〕60号).
FREE_FORM_YEAR = 2019
_NAMED = 5  # pictures
_SECTION_OF = {"requests": "3", "disputes": "4"}
_FEW_WORDS = 120  # letters
_NOTHING_HAPPENED = re.compile(r"未(?:发生|收到|出现|接到|被)|没有|无|[0零〇](?:件|起|宗|例)")
# What tells that a table is there, although none of its figures was read.
_TABLES = (
    ("requests", "三（表格）", "本年新收政府信息公开申请数量"),
    ("disputes", "四（表格）", "未经复议直接起诉"),
)
# A box "附件下载" stands on many pages with nothing in it.
_ATTACHED = re.compile(
    r"附\s*[件表图](?!\s*下载)|见附|如下图|见下图|附\s*件\s*下载.{0,200}?\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)",
    re.DOTALL | re.IGNORECASE,
)
# Lines of the table of section three that begin with the number of a section.
_LABEL = re.compile(r"新收|上年结转|本年度办理|结转下|勾稽")
_LONGEST_TITLE = 40
_WHOLE_REPORT = 4  # titles
_OLD_TABLE = "统计指标"
_SAID_ELSEWHERE = re.compile(r"附[件表后]|详?见|同上")
_NOTHING = re.compile(r"无|没有|没发现|不存在|未发现|^\W*$")
# What a line says that may be a section's title in words of its own, by the section's number.
_MEANT = {
    number: re.compile(rf"[^。;；:：,，]{{0,20}}(?:{words})[^。;；,，]{{0,16}}")
    for number, words in {
        "一": "总体情况|概述|概况|基本情况|总体工作",
        "二": "主动公开[^。]{0,10}情况",
        "三": "申请[^。]{0,10}情况",
        "四": "(?:复议|诉讼)[^。]{0,10}情况",
        "五": "(?:存在|主要|困难|工作).{0,4}问题|不足|改进(?:情况|措施)",
        "六": "其[他它][^。]{0,8}(?:事项|情况|问题)|需要(?:报告|说明)",
    }.items()
}
_TITLES_AND_NUMBERS = re.compile(r"《[^》]*》|〔[^〕]*〕|\[[^\]]*\]|\([^()]*\)|“[^”]*”")
_YEAR_SPOKEN_OF = re.compile(
    r"(?<![较比与同自从至到在于为超及和、\-\d])(?<!按照)(?<!根据)(?<!对照)(?<!针对)(?<!结合)(?<!围绕)(?<!依据)(?<!落实)(?<!贯彻)(?<!完成)(?<!整改)"
    r"(?<!印发)(?<!制定)(?<!对标)(?<!总结)(?<!参照)(?<!关于)(?<!回顾)(?<!更新)(?<!公开)(?<!公布)(?<!发布)(20\d{2})年(?![^,，。;；]{0,8}(?:要点|整改|遗留|问题|通报|年报|报告|反馈|决算)|\d{1,2}月|度?(?:考核|考评|评估|测评|评比|绩效)|以来|以前|之前|起|底|末|初|前|修订|版|的?[同相]比|相比|增|减|下降|上升)"
)


def judge_sections(rule: Rule, report: Report) -> Iterator[Finding]:
    """The six parts and the two tables. What may stand where nobody looked is unsure, never missing."""
    found = {section.key for section in report.outline.sections}
    absent = [title for key, title in official_titles().items() if key not in found]
    otherwise = {title: line for title in absent if (line := _otherwise(title, report)) is not None}
    missing = [title for title in absent if title not in otherwise]
    if otherwise:
        yield _titled_otherwise(rule, list(otherwise.values()))
    lacking = [(table, part) for table, part, _ in _TABLES if not _has_table(report, table)]
    unread = [part for table, part in lacking if _prints_labels(report, table)]
    if unread:
        yield _not_read(rule, unread)
    empty = [part for table, part in lacking if part not in unread and _says_nothing_happened(report, table)]
    if empty:
        yield _no_table(rule, empty, report)
    missing += [part for _, part in lacking if part not in unread and part not in empty]
    if missing:
        yield _missing(rule, missing, report)


def _missing(rule: Rule, missing: list[str], report: Report) -> Finding:
    if report.unread:
        return _not_seen(rule, missing, report.unread)
    if _ATTACHED.search(comparable(report.text)):
        return _attached(rule, missing)
    level: Level = rule.level if report.year else "warning"
    if report.year == FREE_FORM_YEAR:
        level = "info"
    return plain(rule, "form", {"place": "；".join(missing)}, level)


def _has_table(report: Report, table: str) -> bool:
    return any(key.startswith(table) for key in report.figures)


def _prints_labels(report: Report, table: str) -> bool:
    """Whether words stand in the text that only the table's own labels are: it is there, and could not be read."""
    text = normalise(report.text)
    return any(label in text for name, _, label in _TABLES if name == table)


def _says_nothing_happened(report: Report, table: str) -> bool:
    """Whether the section of a table says in a few words that there was nothing to count: what art. 50 asks for."""
    texts = [section.text for section in report.outline.sections if section.key == _SECTION_OF[table]]
    said = ["".join(text.split()) for text in texts]
    return any(0 < len(text) <= _FEW_WORDS and _NOTHING_HAPPENED.search(text) for text in said)


def _otherwise(title: str, report: Report) -> str | None:
    """A line with the section's number and other words, or with its words and another number: no section is missing."""
    text = comparable(report.text)
    numbered = re.compile(
        rf"^[ \t\u3000\u00a0]*(?:第\s*)?{title[0]}\s*(?:部分)?\s*[、.．,，:：][^\n]*", re.MULTILINE
    )
    lines = ["".join(match[0].split()) for match in numbered.finditer(text)]
    lines = [line for line in lines if not _LABEL.search(line) and len(line) <= _LONGEST_TITLE]
    if not lines:
        lines = [
            line
            for printed in text.splitlines()
            if _MEANT[title[0]].fullmatch(line := "".join(printed.split()))
        ]
    return lines[0] if lines else None


def _told(
    rule: Rule, kind: FindingKind, level: Level, parts: list[str], message: str, message_zh: str
) -> Finding:
    """A finding in words of its own; {place} in them is what it is about."""
    place = "；".join(parts)
    return Finding(rule.name, kind, level, message.format(place=place), message_zh.format(place=place))


def _titled_otherwise(rule: Rule, lines: list[str]) -> Finding:
    return _told(
        rule,
        "form",
        "info",
        lines,
        "Not found under the titles of the form, but these lines may stand for them: {place}.",
        "未找到统一格式的标题，但有编号相同或内容相近的标题：{place}。",
    )


def _no_table(rule: Rule, parts: list[str], report: Report) -> Finding:
    return _told(
        rule,
        "form",
        "info" if report.year == FREE_FORM_YEAR else "warning",
        parts,
        "The form's table is missing, and a sentence says that there was nothing to count: {place}.",
        "缺少统一格式的表格，仅以文字说明没有相关情况：{place}。",
    )


def _not_read(rule: Rule, parts: list[str]) -> Finding:
    return _told(
        rule,
        "unsure",
        "warning",
        parts,
        "The labels of a table are printed, but no figure of it could be read: {place}.",
        "表格的栏目名称已印出，但未能读取其中的数字：{place}。",
    )


def _attached(rule: Rule, missing: list[str]) -> Finding:
    return _told(
        rule,
        "unsure",
        "warning",
        missing,
        "Not found in this document: {place}. It names an attachment, where this may stand.",
        "本文件中未找到：{place}。文中提到附件，相关内容可能在附件中。",
    )


def _not_seen(rule: Rule, missing: list[str], unread: tuple[str, ...]) -> Finding:
    """What was not found where pictures of the report were not read: nobody knows whether it is missing."""
    place = "；".join(missing)
    names = ", ".join(unread[:_NAMED]) + (", …" if len(unread) > _NAMED else "")
    return Finding(
        rule.name,
        "unsure",
        "warning",
        f"Not found in what could be read: {place}. It may stand in {len(unread)} pictures of the page that were not "
        f"fetched or not read: {names}.",
        f"在已读取的内容中未找到：{place}。页面中有{len(unread)}张图片未能获取或识别（{names}），相关内容可能在图片中。",
    )


def judge_short_section(rule: Rule, report: Report) -> Iterator[Finding]:
    """A section that says nothing. Of a body that was asked nothing it is only noted, and so are a few words that say something.

    One that names an attachment or another part says it there.
    """
    for section in report.outline.sections if not report.unread else ():
        text = normalise(section.text)
        if section.key == rule.section and len(text) < rule.limit and not _SAID_ELSEWHERE.search(text):
            says_nothing = not text or _NOTHING.search(text) is not None
            level: Level = rule.level if says_nothing and not is_quiet(report) else "info"
            yield plain(rule, "text", {"place": text or "（空白）"}, level)


def judge_mention(rule: Rule, report: Report) -> Iterator[Finding]:
    """A section of the current form that leaves out what the form asks to be told there."""
    if report.unread or report.edition != "2021":
        return
    for section in report.outline.sections:
        if section.key == rule.section and not any(word in normalise(section.text) for word in rule.words):
            yield plain(rule, "text", {}, rule.level)


def judge_titles(rule: Rule, report: Report) -> Iterator[Finding]:
    """Misnumbered, doubled or out of order. A bare phrase without a number may be a menu: not judged.

    Neither is a line inside a section whose own parts are numbered anew: the section with its right number is there.
    Nor are the rows of the table that was asked for before the form, which are numbered, too.
    """
    if report.edition is None and (report.year == FREE_FORM_YEAR or _OLD_TABLE in normalise(report.text)):
        return
    numbered = [title for title in report.outline.titles if title.ordinal]
    right = {title.key for title in numbered if title.ordinal == official_titles()[title.key][0]}
    wrong = [title for title in numbered if title.ordinal != official_titles()[title.key][0]]
    told = [title.text for title in wrong if title.key not in right]
    judged = [title for title in numbered if title not in wrong or title.key not in right]
    keys = [title.key for title in judged]
    if sum(keys.count(key) > 1 for key in set(keys)) >= _WHOLE_REPORT:
        return  # two reports in one document, or one twice: not one report with doubled titles
    told += [t.text for place, t in enumerate(judged) if t.key in keys[:place]]
    told += [t.text for before, t in pairwise(judged) if t.key < before.key]
    if told:
        yield plain(rule, "form", {"place": "；".join(dict.fromkeys(told))}, rule.level)


def judge_years(rule: Rule, report: Report) -> Iterator[Finding]:
    """The period of the figures, or the year that section one speaks of, is not the title's."""
    if report.year is None or report.title is None:
        return
    period = period_year(report.text)
    if period is not None and period != report.year:
        yield _year(rule, report.year, period, ("the period of its figures", "数据统计期限"))
        return
    first = next((section.text for section in report.outline.sections if section.key == "1"), "")
    if period is None and _speaks_of_last_year(normalise(first), report.year):
        yield _year(rule, report.year, report.year - 1, ("most of section one", "第一部分大多数"))


def _speaks_of_last_year(text: str, year: int) -> bool:
    """Whether a text never names the year, but twice the one before, or once to begin with.

    What names documents and laws, dates, spans of years and comparisons with them is left out.
    """
    named = re.findall(r"20\d{2}(?=年)", text)
    plain_years = [int(one) for one in _YEAR_SPOKEN_OF.findall(_TITLES_AND_NUMBERS.sub("", text))]
    if str(year) in named or not plain_years:
        return False
    begins = re.match(rf"{year - 1}年", text) is not None
    return plain_years.count(year - 1) * 2 > len(plain_years) and (plain_years.count(year - 1) > 1 or begins)


def _year(rule: Rule, title: int, other: int, place: tuple[str, str]) -> Finding:
    message = rule.message.format(left=title, right=other, place=place[0])
    message_zh = rule.message_zh.format(left=title, right=other, place=place[1])
    return Finding(rule.name, "text", rule.level, message, message_zh, (), title, other)
