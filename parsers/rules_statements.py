"""Numbers that a report's text states, against its tables.

A sentence is judged only where nothing else can be meant: the whole year, the whole body, one number after the words.
Everything that may speak of a part, of another year, of another body or of other matters is left alone: a sentence too
few costs a finding, a sentence too many accuses an office of what it never wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.editions import rules
from parsers.model import Finding
from parsers.normalise import comparable, compatible
from parsers.rules_figures import sums
from parsers.rules_scope import (
    NARROWED,
    OWN,
    TIME,
    decides_reviews,
    elsewhere,
    others_in,
    publisher_of,
    speaks_of_office,
)
from parsers.sections import official_titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.editions import Rule
    from parsers.model import Figure, Section
    from parsers.rules_base import Report

_RECEIVED, _CARRIED_IN = "requests.received.total", "requests.carried_in.total"
_CONCLUDED, _CARRIED_OUT = "requests.concluded.total", "requests.carried_out.total"
_REVIEWS = "disputes.review.total"
_SUITS = ("disputes.suit_direct.total", "disputes.suit_after_review.total")
_OTHERS = tuple(
    f"requests.{row}.total" for row in ("other", "other_uncorrected", "other_unpaid", "other_other")
)
# What each statement may be compared with: sums of keys. A vague word may mean any of several.
_EITHER = ((_RECEIVED,), (_RECEIVED, _CARRIED_IN))
_ANY = (*_EITHER, (_CONCLUDED,), (_CONCLUDED, _CARRIED_OUT))
_MAY_MEAN: dict[str, tuple[tuple[str, ...], ...]] = {
    "new": ((_RECEIVED,),),
    "received": _EITHER,
    "handled": _ANY,
    "carried_in": ((_CARRIED_IN,),),
    "carried_out": ((_CARRIED_OUT,),),
    "reviews": ((_REVIEWS,),),
    "suits": (_SUITS,),
}
_WORDS = {
    "new": ("new requests", "新收申请"),
    "received": ("requests received", "收到申请"),
    "handled": ("requests handled", "办理申请"),
    "carried_in": ("requests carried in", "上年结转"),
    "carried_out": ("requests carried out", "结转下年"),
    "reviews": ("administrative reviews", "行政复议"),
    "suits": ("suits", "行政诉讼"),
}
_LABELS = {
    _RECEIVED: ("received", "本年新收"),
    _CARRIED_IN: ("carried in", "上年结转"),
    _CONCLUDED: ("concluded", "（七）总计"),
    _CARRIED_OUT: ("carried out", "结转下年度"),
    _REVIEWS: ("reviews", "行政复议"),
    _SUITS[0]: ("suits without review", "未经复议直接起诉"),
    _SUITS[1]: ("suits after review", "复议后起诉"),
}

_UNIT = r"(?:件|条|份|宗|例|起|个)"
_END = r"(?:(?:均|全部|都|皆|已)[^\d]*)?"
_COUNT = r"(?:共计|共有|共|总计|合计|数量|总数|总量|数)?[为是]?"
_NUMBER = rf"{_COUNT}(?P<number>\d{{1,9}}){_UNIT}{_END}"
_REQUEST = (
    r"(?:(?:群众|公民|社会公众|各类|的)?(?:提交的|提出的)?"
    r"(?:(?:政府)?信息公开(?:的)?申请|政府信息依申请公开(?:申请)?|依申请公开(?:政府信息)?(?:的)?(?:申请)?)(?:事项|件)?)"
)
_VERBS = {
    "new": "新收到|新收|新接收|新增",
    "received": "收到|接收到|接收|接到|收",
    "handled": "受理|办理|处理|答复|办结|办复|回复|收到并办理|受理并办结|受理并答复|收到并答复|办理答复",
}
_ADVERB = r"(?:共计|共|总共|总计|合计|一共|依法|依规|按时|及时|规范|认真|妥善|已|实际|直接|均|全部)"
_LEAD = rf"(?P<subject>.*?)(?:{TIME}|{OWN}|{_ADVERB}){{0,6}}"
_ABOUT = r"(?:因|涉及|涉)?(?:政府)?信息公开(?:工作)?(?:类|引发|引起|产生|被申请|被提起|提起|方面|有关|的){0,3}|发生|被申请|被提起|有"
_GO_ON = r"(?:继续)?(?:办理|答复|处理)?"
_STATES = {
    **{
        name: (
            rf"{_LEAD}(?:{verb})(?:了|的)?{_REQUEST}{_NUMBER}",
            rf"{_LEAD}{_REQUEST}{_ADVERB}{{0,3}}(?:{verb}){_NUMBER}",
            rf"{_LEAD}(?:{verb})(?:了)?(?P<number>\d{{1,9}}){_UNIT}的?{_REQUEST}{_END}",
        )
        for name, verb in _VERBS.items()
    },
    "carried_in": (rf"(?P<subject>)(?:上一?年度?)结转的?(?:{_REQUEST}|申请)?{_NUMBER}",),
    "carried_out": (
        rf"(?P<subject>)结转(?:至|到)?(?:下一?年度?|次年){_GO_ON}的?(?:{_REQUEST}|申请)?{_NUMBER}",
    ),
    "reviews": (rf"{_LEAD}(?:{_ABOUT}){{0,3}}行政复议(?:案件|申请|案)?{_NUMBER}",),
    "suits": (rf"{_LEAD}(?:{_ABOUT}){{0,3}}行政诉讼(?:案件|案)?{_NUMBER}",),
}
_PATTERNS = tuple((name, re.compile(pattern)) for name, patterns in _STATES.items() for pattern in patterns)
# After a clause about requests or reviews another may leave out of what it speaks.
_CHAINED = {
    **dict.fromkeys(
        _VERBS,
        ("handled", re.compile(rf"{_ADVERB}{{0,3}}(?:答复|办结|办复|办理|受理|回复|处理)(?:申请)?{_NUMBER}")),
    ),
    "reviews": ("suits", re.compile(rf"(?:被提起|提起|发生)?(?:行政)?诉讼(?:案件|案)?{_NUMBER}")),
}
_CHAINED["handled"] = _CHAINED["received"]

# A sentence with one of these, wherever it stands, speaks of parts, of other bodies, or counts in a way of its own.
_NEVER = re.compile(
    r"分别|撤|重复|合并|顺延|延期|延长|各(?:[级部科镇乡区县市]|单位|街道|渠道)|本级|机关本部|所属|下属|直属|系统|下级|基层"
    r"|[全我](?:省|市|区|县|州|盟|旗)|全(?:镇|乡|局|委|系统|街道)|信访|热线|12345|许可|审批|举报|咨询|留言|信箱|投诉|建议|提案"
    r"|万|余件|多件|左右|大约|超过|不足|维持|纠正|驳回|审结|结案|败诉|胜诉|未审|尚未|待审|直接起诉|复议后|未经复议|补正|转办|转交|不予受理|有效|无效|代表"
    r"|一审|二审|再审|终审|上诉|复议(?:机[关构]|委员会|部门)|核减|剔除|实际(?:为|是|\d)|20\d{2}年?度?[-—–―~～至到/]+20\d{2}"
)
# In the clause itself: a comparison or a share.
_CLAUSE = re.compile(
    r"[较占比%‰~～至\-]|同比|环比|增|减|降|升|近|约|超|逾|达到|达|仅|以上|以内|[上去前](?:一)?年(?!度?结转)"
)
# A clause of its own that only compares: what follows it speaks of this year again.
_COMPARED = re.compile(
    r"(?:同比|环比|较|比|与)(?:上一?年|去年|20\d{2}年)?(?:度)?(?:同期)?(?:相比)?(?:增|减|下降|上升|回落|持平|多|少)"
)
_WHOLE_YEAR = re.compile(r"自?20\d{2}年1月1日(?:起)?[至到](?:20\d{2}年)?12月31日(?:止|期间)?")
# In brackets after a number: only a comparison, and that all of it was done, say nothing of what was counted.
_ASIDE = re.compile(r"(?!.*(?:含|其中|包括|撤|重复|延|转|不|非|未))(?:同比|环比|较|比|均|全部|已|详?见)")
# What follows is another outcome, so the number before it may be of one, too.
_ENUMERATED = re.compile(r"[,、](?:不予|部分公开|无法提供|非本)")
_YEAR = re.compile(r"(20\d{2})年")
_TITLED = re.compile(r"《[^》]*》|〔[^〕]*〕")
_SENTENCE = re.compile(r"[。;!?！？；\n]")
_PART = re.compile(r"[,，、:：()（）]")
_TORN = "¦"
_DIGITS = re.compile(rf"\d[\d.{_TORN}]*")
# A clause right behind brackets goes on with what stands before them; brackets around a number are a heading's.
_AFTER_ASIDE = re.compile(r"(?<![(（][一二三四五六七八九十\d])(?<![(（][一二三四五六七八九十\d]{2})[)）]$")
_REQUESTS, _DISPUTES = re.compile(r"申请"), re.compile(r"复议|诉讼|应诉|起诉")
_DISCLOSURE = re.compile(r"信息公开|依申请公开")
# A clause before that says on what reviews and suits were: nothing else, or reviews on the same.
_SAME_CAUSE = re.compile(
    rf"(?:{TIME}|{OWN}|因|涉及|涉|关于|在|对|就)*(?:政府)?(?:信息公开|依申请公开)(?:工作|申请|答复|领域|方面|有关|引发|引起|产生|情况|类|的)*"
    r"|[^\d]*(?:信息公开|依申请公开)[^\d]*复议[^\d]*\d+[件起宗例][^\d]*"
)
_SHORTEST_NAME = 3
_LONGEST = 80  # characters of a clause
_HEADING = re.compile(r"[(（][一二三四五六七八九十]+[)）][^。;；,，:：]{1,24}")
_OWN_NUMBER = re.compile(
    r"^[(（]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[)）、.．]|^[一二三四五六七八九十]是"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause that states one number of one thing: `clause` as printed, and the section it stands in."""

    name: str
    number: int
    clause: str
    section: str


def judge_statements(rule: Rule, report: Report) -> Iterator[Finding]:
    """Statements of sections one, five and six that no figure of the tables agrees with, where all of them are sure."""
    if report.year is None or any(f.origin.kind == "image" for f in report.figures.values()):
        return  # a number that OCR read once in a sentence accuses nobody
    sure = _sure(report)
    told = [
        one
        for section in report.outline.sections
        if section.key in "156"
        for one in statements(section, report)
    ]
    for name in dict.fromkeys(one.name for one in told):
        meant = _meant(name, report, sure)
        mine = [one for one in told if one.name == name]
        if meant is None or any(one.number in meant.values() for one in mine):
            continue  # where one sentence agrees, another number is of something else
        for one in mine[:1]:
            yield _finding(rule, one, meant, report)


def _finding(rule: Rule, one: Statement, meant: dict[tuple[str, ...], int], report: Report) -> Finding:
    keys = tuple(dict.fromkeys(key for keys in meant for key in keys))
    values = [(*_LABELS[key], report.figures[key].value) for key in keys if key in _LABELS]
    words = {
        "place": official_titles()[one.section][0],
        "clause": one.clause,
        "what": _WORDS[one.name][0],
        "what_zh": _WORDS[one.name][1],
        "left": one.number,
        "right": ", ".join(f"{label} {value}" for label, _, value in values),
        "right_zh": "，".join(f"{label}为{value}" for _, label, value in values),
    }
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    return Finding(
        rule.name, "text", rule.level, message, message_zh, keys, one.number, next(iter(meant.values()))
    )


def _sure(report: Report) -> frozenset[str]:
    """Keys of numbers that two readings confirm, or that stand in a sum that holds."""
    counted = [one for rule in rules() if rule.test == "sums" for one in sums(rule, report.figures)]
    failed = {figure.key for one in counted if one.left != one.right for figure in one.operands}
    held = {figure.key for one in counted if one.left == one.right for figure in one.operands}
    return report.confirmed | (held - failed)


def _meant(name: str, report: Report, sure: frozenset[str]) -> dict[tuple[str, ...], int] | None:
    """What the tables say of a statement, by the keys added; None where any of them is not sure."""
    choices = _MAY_MEAN[name]
    keys = {key for choice in choices for key in choice}
    figures = {key: report.figures.get(key) for key in keys}
    if any(one is None or not isinstance(one.value, int) or one.key not in sure for one in figures.values()):
        return None
    known: dict[str, Figure] = {key: one for key, one in figures.items() if one is not None}
    meant: dict[tuple[str, ...], int] = {
        choice: sum(int(known[key].value or 0) for key in choice) for choice in choices
    }
    if name == "handled":  # of the new ones only, or without what was closed without an answer
        meant[_RECEIVED, _CARRIED_OUT] = meant[_RECEIVED,] - int(known[_CARRIED_OUT].value or 0)
        closed = sum(int(one.value or 0) for key in _OTHERS if (one := report.figures.get(key)))
        meant[_CONCLUDED, *(key for key in _OTHERS if key in report.figures)] = meant[_CONCLUDED,] - closed
    return meant


def statements(section: Section, report: Report) -> Iterator[Statement]:
    """Every clause of a section that states one number and can mean nothing else."""
    text, places = _joined(section.text)
    ends = [*(match.start() for match in _SENTENCE.finditer(text)), len(text)]
    begins = [0, *(end + 1 for end in ends)]
    spans = [(begin, end) for begin, end in zip(begins, ends, strict=False)]
    title = report.title or ""
    others = elsewhere(((text[begin:end], text[end : end + 1] == "\n") for begin, end in spans), title)
    for (begin, end), other in zip(spans, others, strict=True):
        sentence = text[begin:end]
        bare = _TITLED.sub("", sentence)
        if not other and not _NEVER.search(bare) and _of_this_year(text[:end], sentence, report.year):
            for name, number, first, last in _in_sentence(sentence, title):
                shown = section.text[places[begin + first] : places[begin + last - 1] + 1]
                yield Statement(name, number, " ".join(shown.split()), section.key)


def _joined(printed: str) -> tuple[str, list[int]]:
    """The text without white space, and where each of its characters is printed. Digits on two lines stay apart."""
    letters: list[str] = []
    places: list[int] = []
    begin = 0
    for line in comparable(printed).splitlines(keepends=True):
        for place, letter in enumerate(line, start=begin):
            form = compatible(letter)
            letters.append(" " if letter.isspace() else form if len(form) == 1 else letter)
            places.append(place)
        if _HEADING.fullmatch(line.strip()):
            letters[-1] = "\n"
        begin += len(line)
    text = re.sub(r"(?<=\d) +(?=\d)", lambda gap: _TORN * len(gap[0]), "".join(letters))
    kept = [place for place, letter in enumerate(text) if letter != " "]
    return "".join(text[place] for place in kept), [places[place] for place in kept]


def _of_this_year(before: str, sentence: str, year: int | None) -> bool:
    """Whether every year named in the sentence is the report's, and the last one named before it is, too."""
    named = [int(one) for one in _YEAR.findall(_TITLED.sub("", sentence))]
    if named:
        return set(named) == {year}
    earlier = [int(one) for one in _YEAR.findall(_TITLED.sub("", before))]
    return not earlier or earlier[-1] == year


def _in_sentence(sentence: str, title: str) -> Iterator[tuple[str, int, int, int]]:
    """Each statement of a sentence: its name, its number, where its clause begins and ends."""
    if "信息公开" not in sentence and "依申请公开" not in sentence:
        return
    begin, chain, previous, before = 0, "", "", ""
    for end in [*(match.start() for match in _PART.finditer(sentence)), len(sentence)]:
        clause = _OWN_NUMBER.sub("", sentence[begin:end])
        apart = _COMPARED.match(clause) or _WHOLE_YEAR.fullmatch(clause)
        before += "" if apart else clause + (sentence[end : end + 1] or ",")
        shared = sentence[max(0, begin - 1) : begin] == "、" and not _DIGITS.search(previous)
        clear = not shared and not _AFTER_ASIDE.search(sentence[:begin]) and not _is_unclear(clause, before, sentence[end:], title)  # fmt: skip
        found = _in_clause(clause, chain, title) if clear else None
        if found is not None and _is_on_topic(found[0], clause, previous, before, sentence[end:], title):
            yield (*found, end - len(clause), end)
            chain = found[0]
        elif not _CLAUSE.search(clause):
            chain = ""
        begin, previous = end + 1, clause


def _is_on_topic(name: str, clause: str, previous: str, before: str, after: str, title: str) -> bool:
    """Whether reviews and suits are said to be on disclosure, and what is carried over to be requests."""
    if name in {"carried_in", "carried_out"}:
        return _REQUESTS.search(before) is not None and _DISPUTES.search(before) is None
    if name in {"reviews", "suits"}:
        about = _DISCLOSURE.search(clause) is not None or _SAME_CAUSE.fullmatch(previous) is not None
        return about and not decides_reviews(title) and "结转" not in after
    return True


def _is_unclear(clause: str, before: str, after: str, title: str) -> bool:
    """Whether a clause holds more than one number, or stands among words that narrow it."""
    numbers = _DIGITS.findall(_YEAR.sub("", clause))
    aside = re.match(r"[(（]([^()（）]*)", after)
    return (
        len(clause) > _LONGEST
        or len(numbers) != 1
        or NARROWED.search(before) is not None
        or _CLAUSE.search(clause) is not None
        or (aside is not None and _ASIDE.match(aside[1]) is None)
        or _DIGITS.match(after.removeprefix("、")) is not None
        or _ENUMERATED.match(after) is not None
        or speaks_of_office(before, title)
        or bool(others_in(before, title))
    )


def _in_clause(clause: str, chain: str, title: str) -> tuple[str, int] | None:
    """What a clause states, where it can be one thing only, and of nobody else."""
    found = [(name, match) for name, pattern in _PATTERNS if (match := pattern.fullmatch(clause))]
    found = [(name, match) for name, match in found if _is_own(match["subject"], title)]
    if not found and chain in _CHAINED:
        name, pattern = _CHAINED[chain]
        found = [(name, match)] if (match := pattern.fullmatch(clause)) else []
    told = {(name, int(match["number"])) for name, match in found}
    return told.pop() if len(told) == 1 else None


def _is_own(subject: str, title: str) -> bool:
    """Whether the words before a verb are none, or the publisher's own name as its title has it."""
    name = re.sub(rf"^{TIME}", "", subject)
    return not name or (len(name) >= _SHORTEST_NAME and publisher_of(title).endswith(name))
