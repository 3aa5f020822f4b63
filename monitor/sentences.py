"""Which sentences of a report's text changed. Pure.

White space, line and page breaks, widths, look-alike characters, dashes and quotation marks are no change; nor are
counters and menus behind the report on its page, sentences that only moved, and the cells of tables, which are
compared figure by figure.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from parsers import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.model import Section

UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff]+")
SPACES = re.compile(r"\s+")
BETWEEN = re.compile(
    r"(?<=[^\x00-\x7f]) (?=\S)|(?<=\S) (?=[^\x00-\x7f])"
)  # spaces that only set Chinese text
QUOTES = dict.fromkeys(map(ord, "“”„‟‘’'「」『』＂"), '"')
ENDED = re.compile(r"[。；！？;!?][”’」』）)】\"]*$")
SENTENCE = re.compile(r"[^。！？；!?;]*[。！？；!?;]+[”’」』）)】\"]*|[^。！？；!?;]+$")
PAGE_NUMBER = re.compile(
    r"[-—－–―]+\s*\d{1,3}\s*[-—－–―]+|第\s*\d{1,3}\s*页(?:\s*[/／,，]?\s*共\s*\d{1,3}\s*页)?"
)
COUNTER = re.compile(r"浏览次数|浏览量|点击|访问量|访客|今天是|现在是")
DECORATION = re.compile(
    rf"{COUNTER.pattern}|浏览|访问|阅读|打印|字体|字号|发布日期|发布时间|更新|星期|来源|作者|编辑|上一|下一|附件|下载|备案|版权|当前位置|^[\W\d_A-Za-z]*$"
)
LIKE, NEXT = 0.5, 20  # share of characters that a changed sentence keeps; how far ahead it is looked for
MOST_PAIRED = 300  # sentences of one piece: a text written anew has no pairs
MOST_STEPS = 4_000_000  # of an alignment; longer texts are compared as sets of sentences


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as printed, in the section of that title; `same` is what two spellings of it share."""

    section: str
    text: str
    same: str


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence that became another one; None where it is new, or is gone. `section` is the title over it."""

    section: str
    before: str | None
    after: str | None


def sentences(
    sections: Sequence[Section], tables: frozenset[str], *, on_a_page: bool
) -> tuple[Sentence, ...]:
    """The sentences of all sections in order, their titles among them.

    `tables` are the keys of sections whose table is compared figure by figure: of those only what stands in lines
    that end as sentences counts. `on_a_page`: what follows the last section is the web page's own, if nothing marks
    where the report ends; of that section its first line and whole sentences count.
    """
    ordered = sorted(sections, key=lambda section: section.key)
    last = ordered[-1].key if ordered and on_a_page else None
    return tuple(
        Sentence(section.title, text, _same(text))
        for section in ordered
        for text in (section.title, *_split(section, last=section.key == last, table=section.key in tables))
        if _same(text)
    )


def changed(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[SentenceChange, ...]:
    """The sentences that changed from the one text to the other, in the order of the text."""
    return tuple(_without_moves(tuple(_blocks(before, after))))


_Block = tuple[tuple[Sentence, ...], tuple[Sentence, ...]]


def _blocks(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[_Block]:
    """What stands otherwise, piece by piece. A piece that only has its sentences cut elsewhere is none."""
    old, new = [one.same for one in before], [one.same for one in after]
    if len(old) * len(new) > MOST_STEPS:
        yield _as_sets(before, after)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal" and "".join(old[a:b]) != "".join(new[c:d]):
            yield tuple(before[a:b]), tuple(after[c:d])


def _as_sets(before: Sequence[Sentence], after: Sequence[Sentence]) -> _Block:
    """What only the one text has, and what only the other, each as often as it has it more."""
    common = Counter(one.same for one in before) & Counter(one.same for one in after)
    return tuple(_not_in(common.copy(), before)), tuple(_not_in(common, after))


def _without_moves(blocks: Sequence[_Block]) -> Iterator[SentenceChange]:
    """The changes of all pieces, but for sentences that left one place and stand at another."""
    gone = Counter(one.same for old, _ in blocks for one in old)
    moved = gone & Counter(one.same for _, new in blocks for one in new)
    left, come = moved.copy(), moved.copy()
    for old, new in blocks:
        yield from _pairs(_not_in(left, old), _not_in(come, new))


def _not_in(moved: Counter[str], these: Sequence[Sentence]) -> list[Sentence]:
    kept = []
    for one in these:
        if moved[one.same] > 0:
            moved[one.same] -= 1
        else:
            kept.append(one)
    return kept


def _pairs(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[SentenceChange]:
    """Each sentence with the one it became, in order; without one where none is like it."""
    left = 0
    for before in old:
        place = None
        if len(old) <= MOST_PAIRED:
            place = _likeliest(before, new, left, alone=len(old) == len(new) == 1)
        if place is None:
            yield SentenceChange(before.section, before.text, None)
            continue
        yield from (SentenceChange(one.section, None, one.text) for one in new[left:place])
        yield SentenceChange(new[place].section, before.text, new[place].text)
        left = place + 1
    yield from (SentenceChange(one.section, None, one.text) for one in new[left:])


def _likeliest(before: Sentence, new: Sequence[Sentence], left: int, *, alone: bool) -> int | None:
    """The place of what this sentence most likely became, among the next ones."""
    if alone:
        return 0
    likeness = [
        (SequenceMatcher(None, before.same, one.same, autojunk=False).quick_ratio(), -place)
        for place, one in enumerate(new[left : left + NEXT], start=left)
    ]
    best, place = max(likeness, default=(0.0, 0))
    return -place if best >= LIKE else None


def around(before: str, after: str, limit: int) -> tuple[str, str]:
    """Both sentences cut to `limit` signs around what differs between them, so that a reader sees it."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = (_window(text, start, len(text) - end, limit) for text in (before, after))
    return old, new


def _alike(one: str, other: str) -> int:
    """How many signs both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _window(text: str, start: int, end: int, limit: int) -> str:
    """The signs from start to end with as much around them as fits; the first of them, where not all do."""
    if len(text) <= limit:
        return text
    first = start - max(0, limit - (end - start) - 2) // 2
    if first <= 1:
        return f"{text[: limit - 1]}…"
    if first + limit - 1 >= len(text):
        return f"…{text[1 - limit :]}"
    return f"…{text[first : first + limit - 2]}…"


def _split(section: Section, *, last: bool, table: bool) -> list[str]:
    lines = [SPACES.sub(" ", UNSEEN.sub("", line)).strip() for line in section.text.splitlines()]
    lines = [line for line in lines if line and not PAGE_NUMBER.fullmatch(line)]
    if last or table:
        lines = [line for number, line in enumerate(lines) if _is_prose(line, first=last and number == 0)]
    return [text.strip() for text in SENTENCE.findall(BETWEEN.sub("", " ".join(lines)))]


def _is_prose(line: str, *, first: bool) -> bool:
    return bool(ENDED.search(line) and not COUNTER.search(line)) or (first and not DECORATION.search(line))


def _same(text: str) -> str:
    return SPACES.sub("", normalise(text)).translate(QUOTES)
